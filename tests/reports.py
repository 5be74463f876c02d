"""Reports of a few seats, without a network around them."""

from collections.abc import Iterable
from datetime import datetime

from copilot_seat_report.github.pages import SeatList
from copilot_seat_report.github.seats import Scope, Seat, SeatSettings
from copilot_seat_report.report.activity_report import ActivityReport
from copilot_seat_report.report.build import Reading, build_report
from copilot_seat_report.report.model import Report, Rules
from copilot_seat_report.report.pseudonyms import Pseudonyms
from tests.made_up import NOW


def reading_of(
    seats: Iterable[Seat],
    *,
    name: str = "acme",
    enterprise: bool = False,
    plan: str | None = None,
    settings: SeatSettings | None = None,
) -> Reading:
    """One organization, or an enterprise, as it was read."""
    scope = Scope(name, is_enterprise=enterprise)
    whole = tuple(seats)
    return Reading(
        SeatList(scope, whole, stated=len(whole), complete=True, readings=1),
        None if enterprise else settings or SeatSettings(plan_type=plan),
    )


def report_of(
    seats: Iterable[Seat],
    *,
    rules: Rules = Rules(),  # noqa: B008 it is frozen
    enterprise: bool = False,
    plan: str | None = None,
    settings: SeatSettings | None = None,
    now: datetime = NOW,
    activity_report: ActivityReport | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> Report:
    """The report of one list of seats."""
    reading = reading_of(seats, enterprise=enterprise, plan=plan, settings=settings)
    return build_report(
        [reading], rules, now, activity_report=activity_report, pseudonyms=pseudonyms
    )
