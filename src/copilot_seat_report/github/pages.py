"""Reading a whole seat list: pages side by side, and again where the list changed meanwhile.

https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api. The pages are
those of the `Link` header; `total_seats` never drives the paging, it only checks the result.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import UTC, date, datetime

import httpx

from copilot_seat_report.errors import RunError
from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.seats import Scope, Seat, SeatPage, read_page, seats_url

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
    """Read every page of a list, and the whole list again (`READINGS` times at most) while what
    was read disagrees with the stated total: seats come and go while pages are read.

    `progress` is told the seats read so far and the stated total.
    """
    for reading in range(1, READINGS + 1):
        pages = _read_pages(github, scope, executor, first, progress)
        seats = unique_seats(seat for page in pages for seat in page.seats)
        totals = [page.total_seats for page in pages if page.total_seats is not None]
        stated = totals[-1] if totals else None
        # A total that changes from page to page means that a seat may have slipped between two.
        complete = stated is None or (len(set(totals)) == 1 and agrees(seats, stated))
        if complete:
            break
        if reading < READINGS:
            say(
                f"The seats of {scope} changed while they were read ({len(seats):,} read, "
                f"{stated:,} stated by GitHub): reading the list again"
            )
            first = begin(github, scope, executor)
    return SeatList(scope, seats, stated, complete, reading)


def agrees(seats: Sequence[Seat], stated: int) -> bool:
    """Tell whether a stated total counts these seats, as seats or as people.

    An enterprise counts a person once however many grants they hold; whether seats without an
    assignee are in the total is not documented.
    """
    unassigned = sum(seat.assignee is None for seat in seats)
    people = len({seat.assignee.id for seat in seats if seat.assignee is not None})
    return stated in (len(seats), people, people + unassigned)


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
    pages = [page]
    read = len(page.seats)
    progress(read, page.total_seats)
    futures = [
        executor.submit(read_page, github, url, scope, number)
        for number, url in following_pages(links)
    ]
    try:
        for future in futures:
            page, links = future.result()
            pages.append(page)
            read += len(page.seats)
            progress(read, page.total_seats)
    finally:
        for future in futures:
            future.cancel()
    # The list may have grown meanwhile, or the first page did not say which is the last.
    seen: set[str] = set()
    while url := links.get("next"):
        if url in seen or len(pages) >= MAX_PAGES:
            raise RunError(
                f"The pages of the seats of {scope} never end: {url[:200]!r} comes again."
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
        raise RunError(f"GitHub states {int(count):,} pages of seats, which no organization has.")
    return [(n, str(last.copy_set_param("page", n))) for n in range(2, int(count) + 1)]
