"""The report in one sentence."""

from copilot_seat_report.report.model import Report


def answer(report: Report) -> str:
    """Say who does not use their seat and what that costs; names nobody."""
    figures = report.totals
    if not figures.people:
        return "Nobody holds a Copilot seat."
    cost = f"{figures.currency} {figures.idle_monthly_cost:,} of {figures.monthly_cost:,}"
    people = f"{figures.people:,} people" if figures.people != 1 else "1 person"
    return (
        f"{figures.idle:,} of {people} with a Copilot seat ({figures.idle_percent}%) are idle: no "
        f"activity recorded in the last {report.rules.inactive_days} days. Their seats cost an "
        f"estimated {cost} a month."
    )
