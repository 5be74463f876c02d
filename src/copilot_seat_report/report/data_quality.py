"""How far the figures of a report can be trusted: complete, fresh, and how they were priced."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from copilot_seat_report.report.model import Report, ScopeOverview

# GitHub may take this long to process activity.
_FRESH = timedelta(hours=24)
_LISTED = 25


class Finding(NamedTuple):
    """One sentence, on the scope of that name (empty: on all); a warning wants to be looked at."""

    text: str
    is_warning: bool = False
    scope: str = ""


def data_quality(report: Report) -> tuple[Finding, ...]:
    """Return what is known of the figures' worth; names nobody."""
    return (
        *(() if report.selection is not None else _completeness(report.overviews)),
        _freshness(report),
        *_settling(report),
        *_unseen(report),
        Finding(_pricing(report)),
    )


def _completeness(overviews: Sequence[ScopeOverview]) -> Iterator[Finding]:
    agreeing = [overview for overview in overviews if overview.completeness.complete]
    differing = [overview for overview in overviews if not overview.completeness.complete]
    if agreeing:
        read = sum(overview.completeness.read for overview in agreeing)
        stated = [
            overview.completeness.stated
            for overview in agreeing
            if overview.completeness.stated is not None
        ]
        total = f"where GitHub states {sum(stated):,}" if stated else "and GitHub states no total"
        if stated and agreeing[0].kind == "enterprise":
            total += " people, each counted once"
        again = (
            "; a list changed while it was read, and was read again"
            if any(overview.completeness.times_read > 1 for overview in agreeing)
            else ""
        )
        were_read = "1 seat was read" if read == 1 else f"{read:,} seats were read"
        yield Finding(f"Complete: {were_read}, {total}{again}.")
    for overview in differing[:_LISTED]:
        yield Finding(
            f"Not complete: {overview.completeness.read:,} seats were read where GitHub states "
            f"{overview.completeness.stated:,}, also after {overview.completeness.times_read:,} "
            "readings. Seats were granted "
            "or removed meanwhile: run the report again.",
            is_warning=True,
            scope=overview.name,
        )
    if len(differing) > _LISTED:
        yield Finding(f"{len(differing) - _LISTED:,} more are not complete.", is_warning=True)


def _freshness(report: Report) -> Finding:
    newest = report.newest_activity
    if newest is None:
        return Finding(
            "GitHub records no activity of anyone. Unless Copilot is just being introduced, check "
            "that telemetry is enabled in the editors.",
            is_warning=True,
        )
    age = max(report.report_time - newest, timedelta())
    hours = age // timedelta(hours=1)
    length = f"{hours // 24:,} days" if hours >= 48 else f"{hours} hour{'s' if hours != 1 else ''}"
    text = (
        f"The newest activity that GitHub has recorded is of {newest:%Y-%m-%d %H:%M} UTC, {length} "
        "before this report."
    )
    if age > _FRESH:
        return Finding(f"{text} That is old: GitHub may be late with everyone's.", is_warning=True)
    return Finding(text)


def _settling(report: Report) -> Iterator[Finding]:
    settling = int((report.people["settling"] & report.people["idle"]).sum())
    if settling:
        yield Finding(
            f"{settling:,} of the idle passed the limit less than 24 hours ago (settling): GitHub "
            "may still be processing their activity."
        )


def _unseen(report: Report) -> Iterator[Finding]:
    unseen = len(report.telemetry)
    if unseen:
        yield Finding(
            f"{unseen:,} {'person' if unseen == 1 else 'people'} signed in lately while nothing "
            "was recorded (check telemetry): they may use Copilot unseen.",
            is_warning=True,
        )


def _pricing(report: Report) -> str:
    ways = (
        (report.priced_by_organization, "by the plan of their organization"),
        (report.priced_as_business, "as Business"),
    )
    assumed = " and ".join(f"{count:,} {way}" for count, way in ways if count)
    if not assumed:
        return "Costs are estimates at list price, by the plan that GitHub states of each seat."
    return (
        "Costs are estimates at list price. Where GitHub states no plan of a person's seats, it is "
        f"an assumption: {assumed}."
    )
