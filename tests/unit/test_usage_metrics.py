"""GitHub's usage metrics are read as far as GitHub gives them, and what is missing is said."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime

import httpx
import pytest

from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.copilot import Scope
from copilot_seat_report.github.download import Hosts
from copilot_seat_report.http.pacing import Pacing
from copilot_seat_report.http.retry import RetryPolicy
from copilot_seat_report.sources.usage_metrics import (
    HOSTS,
    UsageMetrics,
    UserReports,
    read_usage_metrics,
)
from tests.clock import FakeClock
from tests.github_server import (
    NO_METRICS_PERMISSION,
    POLICY_OFF,
    REFUSALS,
    TOKEN,
    Account,
    Enterprise,
    GitHubServer,
    Organization,
)
from tests.loopback import TRANSPORT_FAULTS, Answer, TransientError, answering, json_answer
from tests.made_up import NOW, Json
from tests.network import network
from tests.usage_metrics import (
    FIRST_DAY,
    LAST_DAY,
    ReportFiles,
    lines,
    record,
    reduced,
    user_report,
)

PEOPLE = frozenset(range(1001, 1010))


@pytest.fixture
def host() -> Iterator[ReportFiles]:
    with ReportFiles() as host:
        yield host


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with GitHubServer(
        Organization("acme", []), Organization("beta", []), Enterprise("megacorp", [])
    ) as server:
        yield server


@pytest.fixture
def acme(server: GitHubServer) -> Account:
    return server.organizations["acme"]


Read = Callable[..., UsageMetrics]


@pytest.fixture
def said() -> list[str]:
    """What the log was told."""
    return []


@pytest.fixture
def read(server: GitHubServer, said: list[str]) -> Read:
    """Read the usage metrics as a run does, on a clock of its own."""

    def read(
        *scopes: Scope, clock: FakeClock | None = None, may_be_named: bool = True
    ) -> UsageMetrics:
        clock = clock or FakeClock()
        retry_policy = RetryPolicy(clock, said.append)
        github = GitHub(
            api_url=server.url,
            token=TOKEN,
            workflow_token="",
            retry_policy=retry_policy,
            pacing=Pacing(clock, said.append),
            clock=clock,
            network=network(),
        )
        client = network().client(timeout=httpx.Timeout(5.0))
        with closing(github), client, ThreadPoolExecutor(4) as executor:
            reports_of = UserReports(
                github=github,
                client=client,
                hosts=Hosts(HOSTS, loopback=True, may_be_named=may_be_named),
                retry_policy=retry_policy,
                executor=executor,
            )
            return read_usage_metrics(reports_of, scopes or [Scope("acme")], PEOPLE, NOW)

    return read


def days_of(metrics: UsageMetrics) -> dict[int, int | None]:
    return {person.user_id - 1000: person.active_days for person in metrics.people}


def credits_of(metrics: UsageMetrics) -> dict[int, int | None]:
    return {person.user_id - 1000: person.credits for person in metrics.people}


class TestRead:
    def test_the_files_of_a_report(self, acme: Account, host: ReportFiles, read: Read) -> None:
        """A person's day in two of them counts once."""
        acme.usage_report = user_report(
            host,
            [record(1, 3), record(2, 3)],
            [record(1, 3), record(1, 4)],
            [record(77, 3)],  # holds no seat
        )
        metrics = read()
        assert days_of(metrics) == {1: 2, 2: 1}
        assert credits_of(metrics) == {1: 500, 2: 250}
        assert (metrics.first_day, metrics.last_day) == (FIRST_DAY, LAST_DAY)
        assert metrics.is_whole
        assert metrics.status.words == ""
        assert metrics.status.read_at == NOW
        assert metrics.status.up_to == datetime(2026, 11, 1, tzinfo=UTC)

    @pytest.mark.parametrize(
        "content",
        [
            lines([record(1, 3), record(1, 4)]),
            lines([record(1, 3), record(1, 4)]).replace(b"\n", b""),
            json.dumps([record(1, 3), record(1, 4)]).encode(),
            json.dumps([record(1, 3), record(1, 4)], indent=2).encode(),
        ],
        ids=["lines", "nothing between", "array", "array over lines"],
    )
    def test_every_form_of_file(
        self, content: bytes, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        acme.usage_report = user_report(host, content)
        metrics = read()
        assert (days_of(metrics), metrics.is_whole) == ({1: 2}, True)

    def test_reduced_records(self, acme: Account, host: ReportFiles, read: Read) -> None:
        acme.usage_report = user_report(
            host,
            [
                reduced(1, None),
                reduced(1, None),
                reduced(2, 5),
                reduced(3, 5, credits_used=None),
                reduced(4, None, credits_used=None),
            ],
            [reduced(1, None, credits_used=1)],
        )
        metrics = read()
        assert credits_of(metrics) == {1: 600, 2: 250, 3: None, 4: None}
        assert days_of(metrics) == {1: None, 2: 1, 3: None, 4: None}
        assert [person.used_undated for person in metrics.people] == [True, False, False, False]
        assert metrics.is_whole

    def test_a_file_that_is_listed_twice_is_read_once(
        self, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        report = user_report(host, [reduced(1, None)])
        links = report()["download_links"]
        acme.usage_report = lambda: {**report(), "download_links": [links[0], f"{links[0]}&again"]}
        assert credits_of(read()) == {1: 250}
        assert len(host.requests) == 1

    def test_the_same_content_twice_counts_once(
        self, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        """Also where no record of it has a day."""
        one, other = [reduced(1, None)], [reduced(1, None), reduced(2, None)]
        acme.usage_report = user_report(host, one, other, one, other)
        assert credits_of(read()) == {1: 500, 2: 250}

    def test_an_enterprise(self, server: GitHubServer, host: ReportFiles, read: Read) -> None:
        server.enterprises["megacorp"].usage_report = user_report(host, [record(1)])
        assert days_of(read(Scope("megacorp", is_enterprise=True))) == {1: 1}

    def test_several_organizations(
        self, server: GitHubServer, host: ReportFiles, read: Read
    ) -> None:
        """A person of both has the same use in both reports; their days may differ."""
        one, other = server.organizations["acme"], server.organizations["beta"]
        one.usage_report = user_report(host, [record(1, 3), record(1, 4)], name="acme")
        other.usage_report = user_report(
            host,
            [record(1, 4), record(1, 5), record(2, 1)],
            name="beta",
            first=date(2026, 10, 5),
            last=date(2026, 11, 1),
        )
        metrics = read(Scope("acme"), Scope("beta"))
        assert days_of(metrics) == {1: 3, 2: 1}
        assert (metrics.first_day, metrics.last_day) == (FIRST_DAY, date(2026, 11, 1))
        assert metrics.is_whole

    def test_the_token_goes_to_github_alone(
        self, server: GitHubServer, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        acme.usage_report = user_report(host, [record(1)])
        read()
        assert [request.token for request in server.requests] == [TOKEN]
        assert ["authorization" in request.headers for request in host.requests] == [False]

    @pytest.mark.parametrize("fault", TRANSPORT_FAULTS.values(), ids=TRANSPORT_FAULTS)
    def test_an_error_that_passes_is_waited_out(
        self,
        fault: TransientError,
        server: GitHubServer,
        acme: Account,
        host: ReportFiles,
        read: Read,
    ) -> None:
        """Also in the middle of a file: what it has is not counted twice."""
        acme.usage_report = user_report(host, [reduced(1, None, credits_used=1), record(2)] * 50)
        server.faults[1] = fault
        if fault in _SEEN_ON_ANY_FILE:
            host.faults[1] = fault
        metrics = read()
        assert (credits_of(metrics), metrics.is_whole) == ({1: 5000, 2: 250}, True)


# The others are whole answers of another kind: of a file that is all there is to know.
_SEEN_ON_ANY_FILE = [
    TRANSPORT_FAULTS[name]
    for name in ("connection reset", "answer lost", "body cut short", "500", "503")
]


class TestExpired:
    def test_a_link_is_asked_for_again_once(
        self, server: GitHubServer, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        """What was read before is not read again."""
        acme.usage_report = user_report(host, [reduced(1, None)], [record(2)])
        real = acme.usage_report

        def with_one_expired() -> Json:
            answer = real()
            if len(server.requests) == 1:
                answer["download_links"][1] = answer["download_links"][1].replace("sig=1", "sig=0")
            return answer

        acme.usage_report = with_one_expired
        metrics = read()
        assert (credits_of(metrics), metrics.is_whole) == ({1: 250, 2: 250}, True)
        assert (len(server.requests), len(host.requests)) == (2, 3)

    def test_another_report_in_its_place_is_read_from_the_start(
        self, server: GitHubServer, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        old = user_report(host, [reduced(1, None), record(3, 29)], [record(2)], name="old")
        new = user_report(
            host, [reduced(1, None), record(3, 28)], name="new", first=date(2026, 10, 5)
        )
        host.faults[2] = answering(403)
        acme.usage_report = lambda: old() if len(server.requests) == 1 else new()
        metrics = read()
        assert (credits_of(metrics), metrics.is_whole) == ({1: 250, 3: 250}, True)
        assert metrics.first_day == date(2026, 10, 5)

    @pytest.mark.parametrize("refused", [False, True])
    def test_a_second_time_is_given_up(
        self, refused: bool, server: GitHubServer, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        acme.usage_report = user_report(host, [record(1)], [record(2)])
        host.faults = {1: answering(403), 2: answering(403), 3: answering(403)}
        if refused:
            server.faults[2] = answering(403)
            host.faults = {1: answering(403)}
        metrics = read()
        assert len(server.requests) == 2
        assert len(metrics.people) == 1
        assert metrics.status.state == "partial"
        assert "1 of 2 files of the usage metrics of organization acme" in metrics.status.words
        assert "status 403" in metrics.status.words


class TestNotGiven:
    @pytest.mark.parametrize(
        ("answer", "state", "words"),
        [
            (POLICY_OFF, "not-permitted", "'Copilot usage metrics' policy must be enabled"),
            (NO_METRICS_PERMISSION, "not-permitted", "not accessible by integration"),
            (REFUSALS["not there"], "not-permitted", "status 404"),
            (Answer(204), "not-found", "has no usage metrics for organization acme"),
            (json_answer(200, {"download_links": []}), "unreachable", "documented structure"),
            (json_answer(200, ["x"]), "unreachable", "documented structure"),
            (Answer(500), "unreachable", "failed 6 times"),
        ],
    )
    def test_the_report_is_made_without(
        self, answer: Answer, state: str, words: str, acme: Account, read: Read
    ) -> None:
        acme.usage_report = answer
        metrics = read()
        assert (metrics.people, metrics.first_day, metrics.is_whole) == ((), None, False)
        assert metrics.status.state == state
        assert words in metrics.status.words
        assert metrics.status.words.endswith("The report is made without usage metrics.")
        assert "Nothing was published" not in metrics.status.words

    def test_a_report_without_files(self, acme: Account, host: ReportFiles, read: Read) -> None:
        acme.usage_report = user_report(host)
        assert read().status.state == "not-found"

    @pytest.mark.parametrize(
        ("first", "last"), [("2026-10-31", "2026-10-04"), ("2025-10-04", "2026-10-31")]
    )
    def test_days_that_make_no_sense(
        self, first: str, last: str, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        acme.usage_report = user_report(
            host, [record(1)], first=date.fromisoformat(first), last=date.fromisoformat(last)
        )
        metrics = read()
        assert metrics.status.state == "unusable"
        assert f"from {first} to {last}" in metrics.status.words

    @pytest.mark.parametrize(
        "link",
        [
            "https://attacker.example/part-0.json?sig=1",
            "http://copilot-reports.github.com/part-0.json?sig=1",
            "https://copilot-reports.github.com.attacker.example/part-0.json",
            "https://user@copilot-reports.github.com/part-0.json",
            "ftp://copilot-reports.github.com/part-0.json",
            "//",
        ],
    )
    def test_another_host_is_not_asked(
        self, link: str, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        report = user_report(host, [record(1)])
        acme.off_schema = True
        acme.usage_report = lambda: {**report(), "download_links": [link]}
        metrics = read()
        assert metrics.status.state == "unusable"
        assert "1 of 1 files" in metrics.status.words
        assert "sig=" not in metrics.status.words

    @pytest.mark.parametrize("content", [b"<html>", b"1 2 3", lines([record(1)])[:-50]])
    def test_a_file_of_something_else(
        self, content: bytes, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        acme.usage_report = user_report(host, content)
        metrics = read()
        assert metrics.status.state == "unusable"
        assert "cannot be read as JSON" in metrics.status.words

    @pytest.mark.parametrize("content", [b"", b"[]"])
    def test_files_without_records(
        self, content: bytes, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        acme.usage_report = user_report(host, content)
        metrics = read()
        assert metrics.status.state == "not-found"
        assert "have no records" in metrics.status.words


class TestPart:
    def test_what_was_read_of_a_file_counts(
        self, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        acme.usage_report = user_report(
            host, lines([record(1), reduced(2, None)]) + b"oops", [record(3)]
        )
        metrics = read()
        assert sorted(days_of(metrics)) == [1, 2, 3]
        assert metrics.status.state == "partial"
        assert "1 of 2 files" in metrics.status.words
        assert "can still show that people use Copilot" in metrics.status.words

    def test_records_of_another_kind_are_left_out_and_counted(
        self, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        acme.usage_report = user_report(
            host,
            [
                record(1),
                record(2, interactions=1, used_chat="yes"),
                record(3, without=["user_id"]),
                record(4, 400),
                {"user_id": 1005, "ai_credits_used": "12"},
            ],
        )
        metrics = read()
        assert days_of(metrics) == {1: 1}
        assert metrics.status.state == "partial"
        assert "4 of 5 records of the usage metrics of organization acme" in metrics.status.words

    def test_one_of_several_organizations(
        self, server: GitHubServer, host: ReportFiles, read: Read
    ) -> None:
        server.organizations["beta"].usage_report = user_report(host, [record(1)])
        metrics = read(Scope("acme"), Scope("beta"))
        assert days_of(metrics) == {1: 1}
        assert metrics.status.state == "partial"
        assert "organization acme" in metrics.status.words

    def test_a_file_that_is_gone(self, acme: Account, host: ReportFiles, read: Read) -> None:
        clock = FakeClock()
        acme.usage_report = user_report(host, [record(1)], [record(2)])
        del host.files["/reports/acme/part-00001.json"]
        metrics = read(clock=clock)
        assert days_of(metrics) == {1: 1}
        assert "status 404" in metrics.status.words
        assert clock.slept == []

    def test_a_host_that_stays_silent_is_given_up_after_the_usual_waits(
        self, acme: Account, host: ReportFiles, read: Read
    ) -> None:
        clock = FakeClock()
        acme.usage_report = user_report(host, [record(1)])
        host.faults = dict.fromkeys(range(1, 7), answering(503))
        metrics = read(clock=clock)
        assert metrics.status.state == "unreachable"
        assert "answered with status 503" in metrics.status.words
        assert len(clock.slept) == 5

    @pytest.mark.parametrize("fault", [answering(404), answering(503)])
    def test_a_host_is_not_named_where_that_may_name_the_organization(
        self,
        fault: TransientError,
        acme: Account,
        host: ReportFiles,
        read: Read,
        said: list[str],
    ) -> None:
        acme.usage_report = user_report(host, [record(1)])
        host.faults = dict.fromkeys(range(1, 7), fault)
        assert "127.0.0.1" in read().status.words
        host.forget()
        said.clear()
        host.faults = dict.fromkeys(range(1, 7), fault)
        words = read(may_be_named=False).status.words
        assert "127.0.0.1" not in f"{words} {said}"
        assert "1 of 1 files" in words

    def test_many_problems_are_said_in_a_line(self, server: GitHubServer, read: Read) -> None:
        for number in range(6):
            server.add(Organization(f"org-{number}", []))
        words = read(*(Scope(f"org-{number}") for number in range(6))).status.words
        assert "organization org-2" in words
        assert "organization org-3" not in words
        assert "There are 3 more such problems." in words
