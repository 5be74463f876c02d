"""Reading a whole seat list: pages side by side, and again where the list changed meanwhile.

https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api. The pages are
those of the `Link` header; `total_seats` never drives the paging, it only checks the result.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from datetime import UTC, date, datetime

import httpx

from copilot_seat_report.errors import RunError
from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.copilot import (
    PER_PAGE,
    Scope,
    Seat,
    SeatPage,
    read_page,
    seats_url,
)

READINGS = 3
# Two million seats: beyond any organization, short of a list that never ends.
MAX_PAGES = 20_000

Page = tuple[SeatPage, dict[str, str]]
Progress = Callable[[int, int | None], None]

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class SeatList:
    """All seats of one scope as they were read, each once, and how far that agrees with GitHub.

    `stated` is the total that GitHub states (None where it states none), `complete` tells whether
    the list agrees with it, `readings` how many times the list was read.
    """

    scope: Scope
    seats: tuple[Seat, ...]
    stated: int | None
    complete: bool
    readings: int


def begin(github: GitHub, scope: Scope, executor: Executor) -> Future[Page]:
    """Send the request for the first page."""
    return executor.submit(read_page, github, seats_url(github, scope), scope, 1)


def read_seats(
    github: GitHub,
    scope: Scope,
    executor: Executor,
    *,
    first: Future[Page],
    progress: Progress,
    say: Callable[[str], None],
) -> SeatList:
    """Read every page of a list.

    Seats come and go while pages are read: where that shows, the whole list is read again,
    `READINGS` times at most. `progress` is told the seats read so far and the stated total.
    Raises RunError where a gap stays and there is no total that would tell its size.
    """
    for reading in range(1, READINGS + 1):
        pages = _read_pages(github, scope, executor, first, progress)
        seats = unique_seats(seat for page in pages for seat in page.seats)
        stated = next((p.total_seats for p in reversed(pages) if p.total_seats is not None), None)
        complete = is_whole(pages, seats, scope)
        if complete:
            break
        if reading < READINGS:
            total = "no total" if stated is None else f"{stated:,}"
            say(
                f"The seats of {scope} changed while they were read ({len(seats):,} read, GitHub "
                f"states {total}): reading the list again"
            )
            first = begin(github, scope, executor)
    if stated is None and not complete:
        raise RunError(
            f"Nobody can tell whether the seats of {scope} that were read are all: pages in their "
            "midst are not full, and GitHub states no total. Nothing was published. Run it again; "
            "if it stays, tell GitHub's support."
        )
    return SeatList(scope, seats, stated, complete, reading)


def is_whole(pages: Sequence[SeatPage], seats: Sequence[Seat], scope: Scope) -> bool:
    """Tell whether the pages of one reading show no sign that a seat slipped between two of them.

    `seats` are theirs, each once. A total that changes from page to page is such a sign; somebody
    of an organization, where nobody holds two seats, on two pages; a total that is another than
    that of the seats; and, where none counts every seat, a page that is not full although more
    follow.
    """
    totals = {page.total_seats for page in pages} - {None}
    if len(totals) > 1 or (not scope.is_enterprise and _somebody_is_on_two(pages)):
        return False
    if totals == {len(seats)}:
        return True
    filled = [len(page.seats) for page in pages]
    while filled and filled[-1] == 0:
        filled.pop()
    full = min(PER_PAGE, max(filled, default=0))
    return all(count >= full for count in filled[:-1]) and totals <= _counts(seats, scope)


def _somebody_is_on_two(pages: Sequence[SeatPage]) -> bool:
    people = [{seat.assignee.id for seat in page.seats if seat.assignee} for page in pages]
    return len(set().union(*people)) < sum(map(len, people))


def _counts(seats: Sequence[Seat], scope: Scope) -> set[int | None]:
    """Return what a total that is no plain count of the seats may count.

    An enterprise counts a person once however many grants they hold; whether seats without an
    assignee are in a total is not documented.
    """
    unassigned = sum(seat.assignee is None for seat in seats)
    if not scope.is_enterprise:
        return {len(seats) - unassigned}
    people = len({seat.assignee.id for seat in seats if seat.assignee is not None})
    return {people, people + unassigned}


def unique_seats(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """Drop what a shifting list shows twice: the same grant to the same person.

    Of two records of one grant the fresher stays. Seats without an assignee cannot be told
    apart, so all stay.
    """
    grants: dict[tuple[object, ...], Seat] = {}
    unassigned: list[Seat] = []
    for seat in seats:
        if seat.assignee is None:
            unassigned.append(seat)
            continue
        grant = (seat.assignee.id, seat.organization, seat.assigning_team, seat.created_at)
        known = grants.get(grant)
        if known is None or _freshness(seat) > _freshness(known):
            grants[grant] = seat
    return (*grants.values(), *unassigned)


def _freshness(seat: Seat) -> tuple[datetime, datetime, date, str]:
    return (
        seat.last_activity_at or _NEVER,
        seat.last_authenticated_at or _NEVER,
        seat.pending_cancellation_date or date.min,
        repr(seat),  # any order will do for the rest, as long as it is always the same
    )


def _read_pages(
    github: GitHub,
    scope: Scope,
    executor: Executor,
    first: Future[Page],
    progress: Progress,
) -> list[SeatPage]:
    page, links = first.result()
    pages, read = [page], len(page.seats)
    progress(read, page.total_seats)
    following = [
        executor.submit(read_page, github, url, scope, number)
        for number, url in following_pages(links)
    ]
    try:
        # In the order in which they come: one that fails must not wait for those before it.
        for future in as_completed(following):
            page, _ = future.result()
            read += len(page.seats)
            progress(read, page.total_seats)
    finally:
        for future in following:
            future.cancel()
    for future in following:
        page, links = future.result()
        pages.append(page)
    # The list may have grown meanwhile, or the first page did not say which is the last.
    seen: set[str] = set()
    while url := links.get("next"):
        if url in seen or len(pages) >= MAX_PAGES:
            raise RunError(
                f"The pages of the seats of {scope} never end: page {len(pages):,} leads on to "
                f"{url[:200]!r}. Nothing was published. Run it again; if it stays, tell GitHub's "
                "support."
            )
        seen.add(url)
        page, links = read_page(github, url, scope, len(pages) + 1)
        pages.append(page)
        read += len(page.seats)
        progress(read, page.total_seats)
    return pages


def following_pages(links: dict[str, str]) -> list[tuple[int, str]]:
    """Return number and address of every page after the first, from its `next` and `last`.

    Empty where the header does not tell them (no `last`, or addresses that differ in more than
    the number): then the pages are read one after the other.
    """
    if "next" not in links or "last" not in links:
        return []
    try:
        following, last = httpx.URL(links["next"]), httpx.URL(links["last"])
    except httpx.InvalidURL:
        return []
    count = last.params.get("page", "")
    if not (count.isascii() and count.isdigit()) or len(count) > 9:
        return []
    same = following.copy_set_param("page", count) == last.copy_set_param("page", count)
    if following.params.get("page") != "2" or not same:
        return []
    if int(count) > MAX_PAGES:
        raise RunError(
            f"GitHub states {int(count):,} pages of seats, which no organization has. Nothing was "
            "published. Check what `api-url` leads to."
        )
    return [(n, str(last.copy_set_param("page", n))) for n in range(2, int(count) + 1)]
