"""A whole seat list: every page, each seat once, compared with GitHub's own total.

Seats may be granted and removed while pages are read; if that may have happened, the list is read
again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple

from msgspec import structs

from copilot_seat_report.errors import RunError
from copilot_seat_report.github.client import Response
from copilot_seat_report.github.copilot import Scope, Seat, SeatPage
from copilot_seat_report.github.pages import PER_PAGE, PagedList, Progress
from copilot_seat_report.sources.completeness import Completeness

MAX_TIMES_READ = 3

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class SeatList:
    """The seats of one scope, and their completeness.

    A seat has an `assignee` only if that is a person; `no_person` counts the seats with another
    assignee.
    """

    scope: Scope
    seats: tuple[Seat, ...]
    completeness: Completeness
    no_person: int = 0


class Judged(NamedTuple):
    """The completeness of a list as read once, and whether it need not be read again."""

    completeness: Completeness
    is_final: bool


def read_seat_list(
    scope: Scope,
    pages_of: PagedList[SeatPage],
    executor: Executor,
    *,
    first: Future[Response[SeatPage]],
    total_of_settings: Callable[[int], int | None],
    progress: Progress,
    say: Callable[[str], None],
) -> SeatList:
    """Return the seats of a list; `PagedList.begin` has requested its `first` page.

    The list is read up to `MAX_TIMES_READ` times, until it agrees with GitHub's total and shows no
    sign of a change. If the list states no total, `total_of_settings` is called for that of the
    seat settings, with the number of times the list has been read. Raises RunError if seats are
    missing between two pages and no total says how many.
    """
    changed = False
    before: tuple[int | None, Counter[tuple[object, ...]]] | None = None
    for times_read in range(1, MAX_TIMES_READ + 1):
        pages = pages_of.read(executor, first, progress)
        seats = unique_seats(page.items for page in pages)
        has_total = any(page.total is not None for page in pages)
        judged = judge(pages, seats, scope, None if has_total else total_of_settings(times_read))
        found = judged.completeness
        if judged.is_final and times_read == 1:
            return seat_list(scope, seats, found)  # there is nothing to compare it with
        seen = (found.stated, Counter(map(_identity, seats)))
        changed = changed or found.changed or before not in (None, seen)
        # If the list looks the same a second time, a sign of a moved seat was not one.
        is_final = judged.is_final or (found.complete and seen == before)
        if is_final:
            break
        before = seen
        if times_read < MAX_TIMES_READ:
            total = "no total" if found.stated is None else f"{found.stated:,}"
            say(
                f"{len(seats):,} seats of {scope} were read, but GitHub states {total}: reading "
                "the list again, as it may have changed meanwhile"
            )
            first = pages_of.begin(executor)
    if found.stated is None and not is_final:
        raise RunError(
            f"It is not certain that all seats of {scope} were read: pages before the last one "
            "were not full, or changed each time, and GitHub states no total. Nothing was "
            "published. Run it again; if the error remains, contact GitHub Support."
        )
    return seat_list(scope, seats, replace(found, times_read=times_read, changed=changed))


def selected_seats(scope: Scope, answers: Iterable[Sequence[Seat]]) -> SeatList:
    """Return the seats of individual users, from the response for each of them."""
    seats = unique_seats(answers)
    completeness = Completeness(
        read=len(seats),
        stated=None,
        stated_by=None,
        counted=len(seats),
        unit="seats",
        complete=True,
    )
    return seat_list(scope, seats, completeness)


def seat_list(scope: Scope, seats: Sequence[Seat], completeness: Completeness) -> SeatList:
    """Return the list with only people as assignees; other seats have none."""
    assigned = sum(seat.assignee is not None for seat in seats)
    no_person = assigned - len(_people_of(seats))
    if no_person:
        seats = [
            seat
            if seat.assignee is None or seat.assignee.is_person
            else structs.replace(seat, assignee=None)
            for seat in seats
        ]
    return SeatList(scope, tuple(seats), completeness, no_person)


def judge(
    pages: Sequence[SeatPage],
    seats: Sequence[Seat],
    scope: Scope,
    total_of_settings: int | None,
) -> Judged:
    """Return the completeness of `pages` with these `seats`.

    `total_of_settings` is the total of the seat settings, used if the pages state none. The result
    is not final if a total differs, or if a seat may have moved between pages: the total changes
    from page to page; an organization's person is on two pages; or the total does not count every
    seat, and a page before the last is not full.
    """
    totals = [page.total for page in pages if page.total is not None]
    sizes = [len(page.items) for page in pages]
    stated = totals[-1] if totals else total_of_settings
    moved = not scope.is_enterprise and _somebody_is_on_two(pages)
    if stated is None:
        is_full, has_gap = _ends_full(sizes), _has_gap(sizes)
        completeness = Completeness(
            read=len(seats),
            stated=None,
            stated_by=None,
            counted=len(seats),
            unit="seats",
            complete=not is_full and not has_gap,
            reason="no-total" if is_full or has_gap else "",
        )
        return Judged(completeness, is_final=not has_gap and not moved)
    counted, unit = _counted(seats, scope, stated)
    changed = len(set(totals)) > 1
    if changed:  # the seats cannot agree with all of them
        stated = next(total for total in reversed(totals) if total != counted)
    completeness = Completeness(
        read=len(seats),
        stated=stated,
        stated_by="seat-list" if totals else "seat-settings",
        counted=counted,
        unit=unit,
        complete=counted == stated,
        changed=changed,
        reason="" if counted == stated else "differs",
    )
    moved = moved or (counted != len(seats) and _has_gap(sizes))
    return Judged(completeness, is_final=completeness.complete and not moved)


def _counted(
    seats: Sequence[Seat], scope: Scope, stated: int
) -> tuple[int, Literal["seats", "people"]]:
    """Return the figure to compare with a total, and what it counts.

    An enterprise's total counts people, or seats. GitHub does not document whether a total includes
    seats without an assignee.
    """
    ids = _people_of(seats)
    people, unassigned = len(set(ids)), len(seats) - len(ids)
    ways: tuple[tuple[int, Literal["seats", "people"]], ...] = (
        (len(seats), "seats"),
        (len(ids), "seats"),
    )
    if scope.is_enterprise:
        ways = ((people, "people"), *ways, (people + unassigned, "people"))
    return next((way for way in ways if way[0] == stated), ways[0])


def _people_of(seats: Sequence[Seat]) -> list[int | None]:
    """Return the ID of the person who holds each seat, without the seats that no person holds."""
    holders = (seat.assignee for seat in seats)
    return [holder.id for holder in holders if holder is not None and holder.is_person]


def _somebody_is_on_two(pages: Sequence[SeatPage]) -> bool:
    people = [set(_people_of(page.items)) for page in pages]
    return len(set().union(*people)) < sum(map(len, people))


def _has_gap(sizes: Sequence[int]) -> bool:
    """Return whether a page that is not full comes before one that is not empty."""
    last = max((place for place, size in enumerate(sizes) if size), default=0)
    full = min(PER_PAGE, max(sizes))
    return any(size < full for size in sizes[:last])


def _ends_full(sizes: Sequence[int]) -> bool:
    """Return whether the last page is full, so that more may follow."""
    full = PER_PAGE if len(sizes) == 1 else min(PER_PAGE, max(sizes))
    return sizes[-1] >= full > 0


def unique_seats(pages: Iterable[Sequence[Seat]]) -> tuple[Seat, ...]:
    """Return each seat once, even if a changing list has it on two pages.

    A record that is twice on one page is two seats, even if both are equal. If a grant is on
    several pages, the page with most of its records counts, and among equals the one with the
    newest. Seats without an assignee cannot be distinguished, so all are kept.
    """
    pages = list(pages)
    seats = [seat for page in pages for seat in page]
    held = Counter([seat.assignee.id for seat in seats if seat.assignee])
    if len(held) == held.total():  # no assignee is there twice
        return tuple(seats)
    once: dict[object, tuple[int, Seat]] = {}
    several: dict[object, dict[int, list[Seat]]] = {}
    unassigned: list[Seat] = []
    for number, page in enumerate(pages):
        for seat in page:
            if seat.assignee is None:
                unassigned.append(seat)
                continue
            if held[seat.assignee.id] == 1:  # nothing that it could be confused with
                once[seat.assignee.id] = (number, seat)
                continue
            who = seat.assignee.id if seat.assignee.is_person else seat.assignee
            grant = (who, seat.organization, seat.assigning_team, seat.created_at)
            first = once.get(grant)
            if first is None:
                once[grant] = (number, seat)
                continue
            shown = several.setdefault(grant, defaultdict(list, {first[0]: [first[1]]}))
            shown[number].append(seat)
    seats = [
        one
        for grant, (_, seat) in once.items()
        for one in (_best(several[grant].values()) if grant in several else (seat,))
    ]
    return (*seats, *unassigned)


def _best(shown: Iterable[list[Seat]]) -> list[Seat]:
    return max(shown, key=lambda seats: (len(seats), sorted(map(_freshness, seats))))


def _freshness(seat: Seat) -> tuple[datetime, datetime, date, str]:
    return (
        seat.last_activity_at or _NEVER,
        seat.last_authenticated_at or _NEVER,
        seat.pending_cancellation_date or date.min,
        repr(seat),  # any consistent order for the rest
    )


def _identity(seat: Seat) -> tuple[object, ...]:
    """Return the facts of a seat that do not change with activity."""
    return (
        seat.assignee,
        seat.organization,
        seat.assigning_team,
        seat.created_at,
        seat.pending_cancellation_date,
    )
