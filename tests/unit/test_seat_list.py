"""Reading a whole seat list, also one that changes while it is read."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs

from copilot_seat_report.errors import RunError
from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.copilot import (
    Assignee,
    Organization,
    Scope,
    Seat,
    Team,
    seats_of,
)
from copilot_seat_report.github.rejections import Rejection
from copilot_seat_report.http.pacing import Pacing
from copilot_seat_report.http.retry import Clock, RetryPolicy, SystemClock
from copilot_seat_report.sources.seat_list import (
    SeatList,
    read_seat_list,
    selected_seats,
    unique_seats,
)
from tests import github_server
from tests.clock import FakeClock
from tests.github_server import REFUSALS, TOKEN, Account, Enterprise, GitHubServer
from tests.loopback import Answer, Request
from tests.made_up import NOW, Json, seat
from tests.network import network

Change = Callable[[], None]
Progress = list[tuple[int, int | None]]

# 4 pages: the last has 50.
COUNT = 350


class Reader:
    """Reads an account's seats from a GitHub without a socket, one request after the other.

    `server.changes` has what happens just before a request, by its number; `answers` what comes in
    place of the right answer.
    """

    def __init__(self, account: Account, *, clock: Clock | None = None, at_once: int = 1) -> None:
        self.account = account
        self.server = GitHubServer(account)
        self.server.close()
        self.answers: dict[int, Callable[[Answer], Answer]] = {}
        self.said: list[str] = []
        self.progress: Progress = []
        self.total_of_settings: list[int | None] = [None]
        self.targets: list[str] = []
        self._clock = clock or FakeClock()
        self.github = GitHub(
            api_url="https://api.example.com",
            token=TOKEN,
            workflow_token="",
            retry_policy=RetryPolicy(self._clock, self.said.append),
            pacing=Pacing(self._clock, self.said.append),
            clock=self._clock,
            network=replace(network(), transport=httpx.MockTransport(self._respond)),
        )
        self._at_once = at_once

    def read(self) -> SeatList:
        scope = Scope(self.account.login, is_enterprise=self.account.is_enterprise)
        with ThreadPoolExecutor(self._at_once) as executor:
            try:
                pages = seats_of(self.github, scope)
                return read_seat_list(
                    scope,
                    pages,
                    executor,
                    first=pages.begin(executor),
                    total_of_settings=self._total_of_settings,
                    progress=lambda done, total: self.progress.append((done, total)),
                    say=self.said.append,
                )
            finally:
                self._clock.stop()

    def _total_of_settings(self, times_read: int) -> int | None:
        return self.total_of_settings[min(times_read, len(self.total_of_settings)) - 1]

    @property
    def pages(self) -> list[int]:
        """The numbers of the pages asked for, in their order."""
        queries = [httpx.QueryParams(target.partition("?")[2]) for target in self.targets]
        return [int(query.get("page", 1)) for query in queries]

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.targets.append(request.url.raw_path.decode())
        number = len(self.targets)
        if change := self.server.changes.get(number):
            change()
        answer = self.server.respond(
            Request(number, "GET", self.targets[-1], dict(request.headers), b"")
        )
        if amend := self.answers.get(number):
            answer = amend(answer)
        headers = {
            name: value.replace(self.server.url, "https://api.example.com")
            for name, value in answer.headers.items()
        }
        return httpx.Response(answer.status, content=answer.body, headers=headers)


def result(read: SeatList) -> tuple[int, int | None, bool, int]:
    """The number of seats, GitHub's total, whether they agree, how often the list was read."""
    found = read.completeness
    return len(read.seats), found.stated, found.complete, found.times_read


def logins(records: Sequence[Json]) -> list[str]:
    return sorted(record["assignee"]["login"] for record in records)


def read_logins(read: SeatList) -> list[str]:
    return sorted(seat.assignee.login or "" for seat in read.seats if seat.assignee)


def ordinary(count: int = COUNT, first: int = 1) -> list[Json]:
    return [seat(number) for number in range(first, first + count)]


def acme(records: Sequence[Json], **options: object) -> github_server.Organization:
    return github_server.Organization("acme", records, **options)  # type: ignore[arg-type]


def with_json(change: Callable[[Json], Json]) -> Callable[[Answer], Answer]:
    return lambda answer: Answer(
        answer.status, json.dumps(change(json.loads(answer.body))).encode(), answer.headers
    )


def with_links(*kept: str) -> Callable[[Answer], Answer]:
    """Leave only these relations of the `Link` header."""

    def changed(answer: Answer) -> Answer:
        parts = answer.headers.get("Link", "").split(", ")
        link = ", ".join(part for part in parts if part.endswith(tuple(f'"{rel}"' for rel in kept)))
        return Answer(answer.status, answer.body, {**answer.headers, "Link": link})

    return changed


# --- A list that stays as it is


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 350])
def test_every_page_is_read_once(count: int) -> None:
    reader = Reader(acme(ordinary(count)))

    read = reader.read()

    assert read_logins(read) == logins(reader.account.seats)
    assert result(read)[1:] == (count, True, 1)
    assert reader.pages == list(range(1, max(1, -(-count // 100)) + 1))
    assert reader.progress[-1] == (count, count)
    assert reader.said == []


@pytest.mark.parametrize("kept", [("next",), ("next", "prev", "first")])
def test_without_a_last_page_named_they_are_read_one_after_the_other(kept: tuple[str, ...]) -> None:
    reader = Reader(acme(ordinary()), at_once=10)
    reader.answers = {number: with_links(*kept) for number in range(1, 5)}

    assert reader.read().completeness.complete
    assert reader.pages == [1, 2, 3, 4]


def test_a_total_that_is_not_stated_is_none() -> None:
    def without_total(page: Json) -> Json:
        return {"seats": page["seats"]}

    reader = Reader(acme(ordinary()))
    reader.answers = {number: with_json(without_total) for number in range(1, 5)}

    read = reader.read()

    assert result(read) == (COUNT, None, True, 1)


def test_an_enterprises_total_counts_people() -> None:
    records = [
        seat(number, login=login) for number in range(1, 121) for login in ("labs", "shop", "acme")
    ]
    reader = Reader(Enterprise("megacorp", records))

    read = reader.read()

    assert result(read) == (360, 120, True, 1)


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("of", [github_server.Organization, Enterprise])
def test_seats_without_assignee_may_be_in_the_total_or_not(
    of: type[Account], counted: bool
) -> None:
    records = [*ordinary(150), *(seat(number, assignee=None) for number in range(7))]
    reader = Reader(of("acme", records, stated=157 if counted else 150))

    read = reader.read()

    assert (len(read.seats), *result(read)[2:]) == (157, True, 1)


# --- A list that changes


def removing(account: Account, index: int) -> Change:
    def change() -> None:
        account.seats = [*account.seats[:index], *account.seats[index + 1 :]]

    return change


def adding(account: Account, index: int, record: Json) -> Change:
    def change() -> None:
        account.seats = [*account.seats[:index], record, *account.seats[index:]]

    return change


def test_a_seat_removed_between_two_pages_lets_none_slip_through() -> None:
    account = acme(ordinary())
    reader = Reader(account)
    reader.server.changes = {3: removing(account, 10)}  # all after it move up by one

    read = reader.read()

    assert read_logins(read) == logins(account.seats)
    assert result(read)[1:] == (COUNT - 1, True, 2)
    (said,) = reader.said
    assert said.startswith("349 seats of organization acme were read, but GitHub states 350:")
    assert read.completeness.changed


def test_a_seat_granted_between_two_pages_is_not_there_twice() -> None:
    account = acme(ordinary())
    reader = Reader(account)
    reader.server.changes = {3: adding(account, 0, seat(900))}

    read = reader.read()

    assert read_logins(read) == logins(account.seats)
    assert result(read)[1:] == (COUNT + 1, True, 2)


def test_a_list_that_grows_by_a_page_is_read_to_its_end() -> None:
    account = acme(ordinary(300))
    reader = Reader(account)

    def grow() -> None:
        account.seats = [*account.seats, *ordinary(120, first=900)]

    reader.server.changes = {3: grow}

    read = reader.read()

    assert read_logins(read) == logins(account.seats)
    assert reader.pages == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5]


def test_a_list_that_shrinks_by_pages_is_read_to_its_end() -> None:
    account = acme(ordinary())
    reader = Reader(account)

    def shrink() -> None:
        account.seats = account.seats[:120]

    reader.server.changes = {2: shrink}

    read = reader.read()

    assert read_logins(read) == logins(account.seats)
    assert result(read)[2:] == (True, 2)


def test_a_list_that_never_stays_the_same_is_read_three_times() -> None:
    account = acme(ordinary())
    reader = Reader(account)
    reader.server.changes = {number: removing(account, 0) for number in range(1, 100)}

    read = reader.read()

    assert result(read)[2:] == (False, 3)
    assert len(reader.pages) == 12
    assert len(reader.said) == 2


@pytest.mark.parametrize("stated", [COUNT - 1, COUNT + 1, 0, 10**15])
def test_a_total_that_is_another_stays_incomplete(stated: int) -> None:
    reader = Reader(acme(ordinary(), stated=stated))

    read = reader.read()

    assert result(read) == (COUNT, stated, False, 3)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_total_that_changes_from_page_to_page_is_a_sign_even_if_each_would_do(
    number: int,
) -> None:
    """One counts the seat without an assignee, the other does not."""
    reader = Reader(Enterprise("megacorp", [*grants(), seat(900, assignee=None)], stated=120))
    reader.answers = {number: with_json(lambda page: {**page, "total_seats": 121})}

    read = reader.read()

    assert result(read) == (361, 120, True, 2)


def test_a_person_granted_anew_between_two_pages_holds_one_seat() -> None:
    account = acme(ordinary())
    reader = Reader(account)

    def grant_anew() -> None:
        account.seats = [*account.seats[1:], seat(1, granted=NOW - NOW)]

    reader.server.changes = {4: grant_anew}

    read = reader.read()

    assert read_logins(read) == logins(account.seats)
    assert result(read)[1:] == (COUNT, True, 2)


def grants() -> list[Json]:
    """120 people of an enterprise, each with three seats: 4 pages."""
    return [
        seat(number, login=login) for login in ("labs", "shop", "acme") for number in range(1, 121)
    ]


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("left", [0, 99])
def test_a_page_that_is_not_full_in_the_midst_is_a_gap_although_all_people_are_there(
    number: int, left: int
) -> None:
    reader = Reader(Enterprise("megacorp", grants()))
    reader.answers = {number: with_json(lambda page: {**page, "seats": page["seats"][:left]})}

    read = reader.read()

    assert result(read) == (360, 120, True, 2)


def test_pages_that_are_all_of_another_size_have_no_gap() -> None:
    records = grants()
    account = Enterprise("megacorp", records)
    reader = Reader(account)
    # A list paged by people has as many seats on a page as they hold.
    sizes = [140, 120, 100, 0]

    def resized(number: int) -> Callable[[Json], Json]:
        start = sum(sizes[: number - 1])
        return lambda page: {**page, "seats": records[start : start + sizes[number - 1]]}

    reader.answers = {number: with_json(resized(number)) for number in range(1, 5)}

    read = reader.read()

    assert result(read) == (360, 120, True, 1)


@pytest.mark.parametrize("number", [2, 3])
def test_a_middle_page_that_names_no_next_does_not_end_the_list_unseen(number: int) -> None:
    reader = Reader(acme(ordinary()))
    reader.answers = {each: with_links("next") for each in range(1, 10)}
    reader.answers[number] = with_links()

    read = reader.read()

    assert result(read) == (COUNT, COUNT, True, 2)


def test_a_page_that_comes_twice_in_place_of_another_is_a_gap() -> None:
    records = ordinary()
    reader = Reader(acme(records))
    reader.answers = {3: with_json(lambda page: {**page, "seats": records[100:200]})}

    read = reader.read()

    assert result(read) == (COUNT, COUNT, True, 2)


def test_a_gap_in_a_list_without_a_total_is_no_report() -> None:
    def short(page: Json) -> Json:
        return {"seats": page["seats"][:99]}

    reader = Reader(acme(ordinary()))
    reader.answers = {number: with_json(short) for number in range(1, 100)}
    reader.answers |= {
        number: with_json(lambda page: {"seats": page["seats"]}) for number in (1, 5, 9)
    }

    with pytest.raises(RunError, match="It is not certain that all seats of organization"):
        reader.read()
    assert len(reader.pages) == 12


@given(
    st.lists(st.tuples(st.integers(1, 12), st.floats(0, 1, exclude_max=True)), max_size=4),
    st.booleans(),
)
@settings(max_examples=60)
@example([(2, 0.99)], True)
@example([(4, 0.0)], True)
def test_a_list_called_complete_is_one_that_github_had_at_a_moment(
    moments: list[tuple[int, float]], grows: bool
) -> None:
    """As long as seats only come or only go: see docs/reliability.md for what balances out."""
    account = acme(ordinary(230))
    reader = Reader(account)
    had = [logins(account.seats)]

    def change(where: float, number: int) -> Change:
        def now() -> None:
            index = int(where * len(account.seats))
            step = adding(account, index, seat(number)) if grows else removing(account, index)
            step()
            had.append(logins(account.seats))

        return now

    for place, (request, where) in enumerate(moments):
        reader.server.changes[request] = change(where, 900 + place)

    read = reader.read()

    assert not read.completeness.complete or read_logins(read) in had
    assert read.completeness.complete or read.completeness.times_read == 3


def test_a_removal_and_a_grant_between_two_pages_balance_out_and_are_not_seen() -> None:
    """What cannot be noticed by a total; docs/reliability.md tells it."""
    account = acme(ordinary())
    reader = Reader(account)

    def swap() -> None:
        account.seats = [*account.seats[1:], seat(900)]

    reader.server.changes = {3: swap}

    read = reader.read()

    assert read.completeness.complete
    assert set(logins(account.seats)) - set(read_logins(read)) == {"person-0201"}


# --- A page that fails


def test_a_page_that_fails_for_good_ends_it_at_once_though_another_waits() -> None:
    reader = Reader(acme(ordinary()), clock=SystemClock(), at_once=10)
    waiting = threading.Event()
    respond = reader.server.respond

    def unwell(request: Request) -> Answer:
        page = request.query.get("page")
        if page == "2":
            waiting.set()
            return Answer(503, headers={"Retry-After": "600"})
        if page == "3":
            waiting.wait(10)
            return REFUSALS["not an owner"]
        return respond(request)

    reader.server.respond = unwell  # type: ignore[method-assign]

    with pytest.raises(Rejection):
        reader.read()


# --- What a total counts


@pytest.mark.parametrize(
    ("stated", "counted", "unit", "complete"),
    [
        (2, 2, "people", True),
        (3, 3, "seats", True),
        (4, 4, "seats", True),
        (5, 2, "people", False),
        (1, 2, "people", False),
    ],
)
def test_an_enterprises_total_counts_people_or_else_seats(
    stated: int, counted: int, unit: str, complete: bool
) -> None:
    """Two people with three seats, and one seat without an assignee."""
    records = [seat(1, login="labs"), seat(1, login="shop"), seat(2), seat(3, assignee=None)]

    found = Reader(Enterprise("megacorp", records, stated=stated)).read().completeness

    assert (found.read, found.counted, found.unit) == (4, counted, unit)
    assert (found.complete, found.reason) == (complete, "" if complete else "differs")
    assert found.changed is False


def test_a_total_that_differs_though_nothing_changed_is_not_called_a_change() -> None:
    found = Reader(acme(ordinary(300), stated=340)).read().completeness

    assert (found.read, found.stated, found.counted, found.times_read) == (300, 340, 300, 3)
    assert (found.complete, found.reason, found.changed) == (False, "differs", False)


def test_pages_that_disagree_on_the_total_are_no_agreement_with_the_last_one() -> None:
    """Each time, a seat goes after the first page was read."""
    account = acme(ordinary())
    reader = Reader(account)
    reader.server.changes = dict.fromkeys((3, 7, 11), removing(account, 10))

    found = reader.read().completeness

    assert (found.complete, found.changed, found.times_read) == (False, True, 3)
    assert found.counted != found.stated


def test_somebody_on_two_pages_each_time_is_how_the_list_is() -> None:
    """Two grants of one person, as an organization's list may have them."""
    records = [*ordinary(150), seat(1, granted=NOW - NOW)]
    reader = Reader(acme(records))

    found = reader.read().completeness

    assert (found.read, found.stated, found.complete) == (151, 151, True)
    assert (found.times_read, found.changed) == (2, False)


# --- No total


def without_total(page: Json) -> Json:
    return {"seats": page["seats"]}


def without_totals(account: Account, *, links: str | None = None) -> Reader:
    """A list without totals, and with another `Link` header on all its pages."""
    reader = Reader(account)

    def changed(answer: Answer) -> Answer:
        headers = answer.headers if links is None else {**answer.headers, "Link": links}
        return with_json(without_total)(Answer(answer.status, answer.body, headers))

    reader.answers = dict.fromkeys(range(1, 40), changed)
    return reader


@pytest.mark.parametrize("of", [github_server.Organization, Enterprise])
def test_a_full_last_page_is_no_proof_of_the_end(of: type[Account]) -> None:
    reader = without_totals(of("acme", ordinary()), links="")

    found = reader.read().completeness

    assert (found.read, found.stated, found.complete) == (100, None, False)
    assert (found.reason, found.times_read, found.changed) == ("no-total", 1, False)


def test_a_full_last_page_of_several_is_no_proof_either() -> None:
    assert without_totals(acme(ordinary(200))).read().completeness.reason == "no-total"


@pytest.mark.parametrize("count", [0, 1, 99, 101, 199])
def test_a_last_page_that_is_not_full_is_the_end(count: int) -> None:
    found = without_totals(acme(ordinary(count))).read().completeness

    assert (found.read, found.stated, found.complete, found.reason) == (count, None, True, "")


def test_the_total_of_the_settings_stands_in() -> None:
    reader = without_totals(acme(ordinary()), links="")
    reader.total_of_settings = [COUNT]

    found = reader.read().completeness

    assert (found.read, found.stated, found.stated_by) == (100, COUNT, "seat-settings")
    assert (found.complete, found.reason) == (False, "differs")
    assert (found.times_read, found.changed) == (3, False)


def test_the_total_of_the_settings_is_asked_for_with_each_reading() -> None:
    reader = without_totals(acme(ordinary(30)))
    reader.total_of_settings = [29, 30]

    found = reader.read().completeness

    assert (found.stated, found.complete, found.times_read) == (30, True, 2)
    assert found.changed is True


def test_the_lists_own_total_goes_before_that_of_the_settings() -> None:
    reader = Reader(acme(ordinary(30)))
    reader.total_of_settings = [7]

    found = reader.read().completeness

    assert (found.stated, found.stated_by, found.complete) == (30, "seat-list", True)


# --- Seats that are shown twice

TIMES = st.sampled_from([None, NOW, NOW.replace(year=2025)])
SEATS = st.builds(
    Seat,
    created_at=st.sampled_from([NOW, NOW.replace(year=2024)]),
    assignee=st.none() | st.builds(Assignee, st.integers(1, 4), st.sampled_from(["a", "b"])),
    organization=st.none() | st.builds(Organization, st.sampled_from(["labs", "shop"])),
    assigning_team=st.none() | st.builds(Team, st.sampled_from(["red", "blue"])),
    last_activity_at=TIMES,
    last_authenticated_at=TIMES,
)


@given(st.lists(st.lists(SEATS, max_size=9), max_size=4), st.randoms(use_true_random=False))
def test_the_order_in_which_seats_are_shown_changes_nothing(
    pages: list[list[Seat]], random: Random
) -> None:
    again = [random.sample(page, len(page)) for page in pages]
    random.shuffle(again)

    assert Counter(unique_seats(again)) == Counter(unique_seats(pages))


def test_of_two_records_of_one_grant_the_fresher_stays() -> None:
    stale, fresh = (
        Seat(NOW, Assignee(1, "person-0001"), last_activity_at=time) for time in (None, NOW)
    )

    assert unique_seats([[stale], [fresh]]) == unique_seats([[fresh], [stale]]) == (fresh,)


def test_two_equal_grants_on_one_page_are_two_seats() -> None:
    kept = Seat(NOW, Assignee(1, "person-0001"))
    leaving = structs.replace(kept, pending_cancellation_date=NOW.date())

    assert unique_seats([[kept, leaving], [kept]]) == (kept, leaving)
    assert unique_seats([[leaving], [kept, leaving]]) == (kept, leaving)
    assert unique_seats([[kept, kept]]) == (kept, kept)


def test_other_grants_to_the_same_person_stay() -> None:
    person = Assignee(1, "person-0001")
    several = (
        Seat(NOW, person),
        Seat(NOW, person, Organization("labs")),
        Seat(NOW, person, Organization("shop")),
        Seat(NOW, person, Organization("shop", 7)),
        Seat(NOW, person, Organization("shop"), Team("red")),
        Seat(NOW, person, Organization("shop"), Team("red", 1)),
        Seat(NOW, person, Organization("shop"), Team("red", 2)),
        Seat(NOW.replace(year=2024), person),
    )

    assert unique_seats([several]) == several
    assert unique_seats([seat] for seat in several) == several


def test_seats_without_an_assignee_all_stay() -> None:
    assert len(unique_seats([[Seat(NOW)], [Seat(NOW)]])) == 2


# --- Assignees that are no person


@pytest.mark.parametrize(
    "assignee",
    [
        Assignee(7, "web", "Team"),
        Assignee(7, "labs", "organization"),
        Assignee(7, ""),
        Assignee(7),
        Assignee(login="somebody"),
        Assignee(),
    ],
)
def test_who_is_no_person_is_nobody(assignee: Assignee) -> None:
    person = Seat(NOW, Assignee(7, "person-0007", "User"))
    nobody = Seat(NOW)

    read = selected_seats(Scope("acme"), [[person, Seat(NOW, assignee), nobody]])

    assert Counter(read.seats) == Counter([person, nobody, nobody])
    assert read.no_person == 1


def test_what_is_no_person_is_on_two_pages_once() -> None:
    team = Seat(NOW, Assignee(7, "web", "Team"))

    assert unique_seats([[team], [team]]) == (team,)


def test_a_person_is_not_the_team_of_the_same_number() -> None:
    person, team = Seat(NOW, Assignee(7, "person-0007")), Seat(NOW, Assignee(7, "web", "Team"))

    assert unique_seats([[person], [team]]) == (person, team)


@pytest.mark.parametrize("counted", [True, False])
def test_what_is_no_person_may_be_in_a_total_or_not(counted: bool) -> None:
    records = [*ordinary(3), seat(4, assignee={**seat(4)["assignee"], "type": "Team"})]
    reader = Reader(acme(records, stated=4 if counted else 3))

    assert result(reader.read()) == (4, 4 if counted else 3, True, 1)
