"""A made-up earlier report on the sample organization, a week older than this one.

It is made from the sample's own seats. Each seat's number decides how it was used a week earlier,
so that every kind of change occurs, as well as dates that GitHub has forgotten.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta

from copilot_seat_report.github.copilot import Seat
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.sources import sample
from copilot_seat_report.sources.history.earlier import Earlier, ThisReport
from copilot_seat_report.sources.history.file import (
    SCHEMA_VERSION,
    History,
    PastReport,
    People,
    ReportRules,
    ReportTotals,
)

WEEK = timedelta(days=7)
RULES = ReportRules(
    inactive_days=30, new_seat_days=14, price_business=19, price_enterprise=39, currency="USD"
)
WEEKS = 9
# The rules of the first reports, by which fewer were idle.
FIRST_RULES = ReportRules(
    inactive_days=45, new_seat_days=14, price_business=19, price_enterprise=39, currency="USD"
)
FIRST_WEEKS = 3
_GONE = ("early-magpie_sample", "quick-weasel_sample", "tall-egret_sample")


@dataclass(frozen=True, kw_only=True)
class _Person:
    """The facts of one person, as in `People`."""

    id: int | None
    login: str
    created_at: datetime
    monthly_price: float
    last_activity_at: datetime | None
    leaving: bool = False
    idle_since: datetime | None
    idle_reports: int


def made_up_report(this: ThisReport, pseudonyms: Pseudonyms | None) -> Earlier:
    """Return the earlier report of the week before."""
    then = this.report_time - WEEK
    people = [*_people(sample.seats(this.report_time), then), *_gone(then)]
    if pseudonyms:
        people = [_hidden(person, pseudonyms) for person in people]
    history = History(
        schema_version=SCHEMA_VERSION,
        scope=this.shown_scope,
        key_check=this.key_check,
        reports=tuple(_reports(people, then)),
        people=_together(people),
    )
    return this.after(history, this.report_time)


def _people(seats: Iterable[Seat], then: datetime) -> Iterator[_Person]:
    for number, seat in enumerate(seats):
        if seat.assignee is None or seat.created_at > then:
            continue
        used = seat.last_activity_at
        if used is None:  # some of them still had a date
            used = then - timedelta(days=88 + number % 5) if number % 3 == 0 else None
        elif used > then:  # used since; some had been unused for long
            used = then - timedelta(days=40 if number % 20 == 0 else number % 25 + 0.3)
        yield _person(seat, used, then)


def _person(seat: Seat, used: datetime | None, then: datetime) -> _Person:
    assert seat.assignee
    granted = seat.created_at.astimezone(UTC)
    used = used and max(used.astimezone(UTC), granted)
    unused_from = (
        used + timedelta(days=RULES.inactive_days)
        if used
        else granted + timedelta(days=RULES.new_seat_days)
    )
    leaving = seat.pending_cancellation_date is not None
    weeks = 0 if leaving else min(max(0, -((unused_from - then) // WEEK)), WEEKS)
    return _Person(
        id=seat.assignee.id,
        login=seat.assignee.login or "",
        created_at=granted,
        monthly_price=39 if seat.plan_type == "enterprise" else 19,
        last_activity_at=used,
        leaving=leaving,
        idle_since=then - (weeks - 1) * WEEK if weeks else None,
        idle_reports=weeks,
    )


def _gone(then: datetime) -> Iterator[_Person]:
    for number, login in enumerate(_GONE):
        yield _Person(
            id=900 + number,
            login=login,
            created_at=then - timedelta(days=300),
            monthly_price=19,
            last_activity_at=then - timedelta(days=70 - 30 * number),
            idle_since=then - WEEK if number < 2 else None,
            idle_reports=2 if number < 2 else 0,
        )


def _hidden(person: _Person, pseudonyms: Pseudonyms) -> _Person:
    def day(time: datetime) -> datetime:
        return time.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    return replace(
        person,
        id=None,
        login=pseudonyms.of("person", str(person.id)),
        created_at=day(person.created_at),
        last_activity_at=person.last_activity_at and day(person.last_activity_at),
    )


def _together(people: Sequence[_Person]) -> People:
    names = [field.name for field in fields(_Person)]
    facts = {name: [getattr(person, name) for person in people] for name in names}
    with_pseudonyms = facts["id"].count(None) > 0
    return People(**facts | ({"id": []} if with_pseudonyms else {}))


def _reports(people: Sequence[_Person], then: datetime) -> Iterator[PastReport]:
    """Yield the series: each week, fewer people were idle, and more held a seat."""
    idle = sum(person.idle_since is not None for person in people)
    cost = sum(person.monthly_price for person in people)
    idle_cost = sum(person.monthly_price for person in people if person.idle_since)
    for ago in range(WEEKS + FIRST_WEEKS - 1, -1, -1):
        first = ago >= WEEKS
        count, idle_then = len(people) - 2 * ago, idle + 2 * ago + ago % 3 - (15 if first else 0)
        yield PastReport(
            report_time=then - ago * WEEK,
            totals=ReportTotals(
                seats=count + 3,
                people=count,
                active=count - idle_then,
                inactive=idle_then - idle_then // 4,
                new=0,
                no_activity=idle_then // 4,
                unassigned=3,
                pending_cancellation=0,
                exempt=0,
                idle=idle_then,
                monthly_cost=round(cost * count / len(people)),
                idle_monthly_cost=round(idle_cost * idle_then / idle),
                complete=True,
                active_in_metrics=9,
            ),
            rules=FIRST_RULES if first else RULES,
        )
