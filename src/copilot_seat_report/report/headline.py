"""The report in one sentence, and the way to it in a few."""

from collections.abc import Iterator

from copilot_seat_report.report.data_quality import data_quality
from copilot_seat_report.report.model import Report


def headline(report: Report) -> str:
    """Say who does not use their seat and what that costs; names nobody."""
    figures, days = report.totals, report.rules.inactive_days
    if not figures.people:
        return "Nobody holds a Copilot seat."
    people = f"{figures.people:,} people" if figures.people != 1 else "1 person"
    period = f"{days:,} days" if days != 1 else "1 day"
    if not figures.idle:
        return (
            f"No seat is idle: of {people} with a Copilot seat, everyone used it in the last "
            f"{period}, is new, exempt, or about to lose it. The seats cost an estimated "
            f"{figures.currency} {figures.monthly_cost:,} a month."
        )
    are, cost = ("is", "This seat costs") if figures.idle == 1 else ("are", "Their seats cost")
    return (
        f"{figures.idle:,} of {people} with a Copilot seat ({figures.idle_percent}%) {are} idle: "
        f"no activity recorded in the last {period}. {cost} an estimated {figures.currency} "
        f"{figures.idle_monthly_cost:,} of {figures.monthly_cost:,} a month."
    )


def explanation(report: Report) -> Iterator[str]:
    """Tell how the people were counted, what was decided and why; names nobody."""
    figures, rules = report.totals, report.rules
    yield (
        f"{figures.people:,} people hold {figures.seats - figures.unassigned:,} seats; "
        f"{figures.unassigned:,} seats have no assignee and are in no figure of people or cost"
    )
    yield (
        f"Active, used in the last {rules.inactive_days} days: {figures.active:,}; inactive, used "
        f"longer ago: {figures.inactive:,}"
    )
    yield (
        f"No activity recorded: {figures.no_activity:,}, and {figures.new:,} whose seat is at most "
        f"{rules.new_seat_days} days old (new)"
    )
    yield (
        f"Idle: {figures.idle:,}, the inactive and those with no activity recorded, less the "
        f"exempt ({figures.exempt:,} people) and those all of whose seats are pending cancellation"
    )
    for point in data_quality(report):
        yield f"{point.scope}: {point.text}" if point.scope else point.text
    if report.comparison:
        yield f"Beside GitHub's activity report: {report.comparison.verdict}"
