"""GitHub's own seat breakdown, compared with a recount of the seats that were read.

https://docs.github.com/en/rest/copilot/copilot-user-management
#get-copilot-seat-information-and-settings-for-an-organization
"""

from datetime import datetime

from copilot_seat_report.cleaning import clean
from copilot_seat_report.github.copilot import SeatBreakdown, SeatSettings
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.model import Count, ScopeOverview
from copilot_seat_report.sources.seat_list import SeatList

_SETTINGS = (
    ("Seat management", "seat_management_setting"),
    ("Copilot Chat in IDEs", "ide_chat"),
    ("Copilot Chat on GitHub.com", "platform_chat"),
    ("Copilot CLI", "cli"),
    ("Suggestions matching public code", "public_code_suggestions"),
)

_WORDS = {
    "assign_all": "everyone in the organization",
    "assign_selected": "selected people and teams",
    "allow": "allowed",
    "block": "blocked",
}

_EARLY_DAYS = 7


def overview_of(
    list_: SeatList,
    settings: SeatSettings | None,
    report_time: datetime,
    pseudonyms: Pseudonyms | None,
    *,
    settings_refused: str = "",
) -> ScopeOverview:
    """Return the facts on the settings page of one scope.

    `settings` is None for an enterprise, and if GitHub refused them, as in `settings_refused`.
    """
    kind = "enterprise" if list_.scope.is_enterprise else "organization"
    name = list_.scope.name
    return ScopeOverview(
        name=pseudonyms.of(kind, name) if pseudonyms else name,
        kind="enterprise" if list_.scope.is_enterprise else "organization",
        completeness=list_.completeness,
        breakdown=(
            _breakdown(list_, settings.seat_breakdown, report_time)
            if settings and settings.seat_breakdown
            else ()
        ),
        settings=_labelled(settings) if settings else (),
        assigns_all=settings is not None and settings.seat_management_setting == "assign_all",
        plan_type=(settings.plan_type or "") if settings else "",
        settings_refused=clean(settings_refused),
    )


def _labelled(settings: SeatSettings) -> tuple[tuple[str, str], ...]:
    values = ((label, getattr(settings, name)) for label, name in _SETTINGS)
    return tuple(
        (label, _WORDS.get(value, value.replace("_", " ")) if value else "not stated")
        for label, value in values
    )


def _breakdown(list_: SeatList, stated: SeatBreakdown, report_time: datetime) -> tuple[Count, ...]:
    """Return the comparison, line by line.

    A billing cycle is a calendar month in UTC:
    https://docs.github.com/en/billing/concepts/billing-cycles.
    """
    start = report_time.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    seats = list_.seats
    active = sum(s.last_activity_at is not None and s.last_activity_at >= start for s in seats)
    early = (
        f" This is day {(report_time - start).days + 1} of the cycle: this early, many people "
        "count as inactive in it."
        if (report_time - start).days < _EARLY_DAYS
        else ""
    )
    activity = (
        "GitHub counts by its own clock and may take 24 hours to process activity; the recount "
        "uses last_activity_at on or after the 1st, 00:00 UTC." + early
    )
    # The last value: whether to explain the count even if both agree, because it misleads.
    lines = (
        (
            "Seats",
            stated.total,
            len(seats),
            "Seats may have been granted or removed between the two requests.",
            False,
        ),
        (
            "Added this cycle",
            stated.added_this_cycle,
            sum(seat.created_at >= start for seat in seats),
            (
                "The recount counts seats whose newest grant is on or after the 1st, 00:00 UTC; a "
                "seat granted again counts as added."
            ),
            False,
        ),
        (
            "Pending invitations",
            stated.pending_invitation,
            None,
            "People who have not joined yet hold no seat in the list.",
            False,
        ),
        (
            "Pending cancellations",
            stated.pending_cancellation,
            sum(seat.pending_cancellation_date is not None for seat in seats),
            (
                "Seats may have been cancelled or kept between the two requests, or GitHub may "
                "count people who have left the organization."
            ),
            False,
        ),
        ("Active this cycle", stated.active_this_cycle, active, activity, bool(early)),
        ("Inactive this cycle", stated.inactive_this_cycle, len(seats) - active, activity, False),
    )
    unread = "" if list_.completeness.complete else "Some seats may not have been read. "
    return tuple(
        Count(
            name=name,
            github=github,
            recount=recount,
            explanation=(
                (explanation if recount is None else unread + explanation)
                if github is not None and (github != recount or misleads)
                else ""
            ),
        )
        for name, github, recount, explanation, misleads in lines
    )
