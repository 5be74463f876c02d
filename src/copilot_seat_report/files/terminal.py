"""The last lines of a run in a shell: the headline, the figures, and where the files are."""

from collections.abc import Collection

from copilot_seat_report.files.headline import notice
from copilot_seat_report.files.names import HISTORY, PAGE, SUMMARY
from copilot_seat_report.files.wording import ASK_FIRST, STATUSES
from copilot_seat_report.formatting import figure, joined
from copilot_seat_report.report.model import Report


def closing(report: Report, directory: str, names: Collection[str]) -> str:
    """Return the lines, which name nobody; `names` are those of the files in the directory."""
    figures = report.totals
    rows = [
        ("people", f"{figures.people:,}"),
        (STATUSES["active"], f"{figures.active:,}"),
        (STATUSES["new"], f"{figures.new:,}"),
        (STATUSES["inactive"], f"{figures.inactive:,}"),
        (STATUSES["no-activity"], f"{figures.no_activity:,}"),
        ("idle", f"{figures.idle:,}"),
        (f"idle, {ASK_FIRST}", f"{figures.ask_first:,}"),
        (f"{figures.currency} a month, estimated", figure(figures.monthly_cost)),
        (f"{figures.currency} a month, idle", figure(figures.idle_monthly_cost)),
    ]
    label, value = (max(len(row[column]) for row in rows) for column in (0, 1))
    table = "\n".join(f"  {row[0]:<{label}}  {row[1]:>{value}}" for row in rows)
    return f"{notice(report)}\n\n{table}\n\n{_where(directory, names)}\n"


def _where(directory: str, names: Collection[str]) -> str:
    """Return which file to open first: the page, else the summary, else any."""
    first = next((name for name in (PAGE, SUMMARY) if name in names), "")
    others = joined([name for name in names if name not in (first, HISTORY)])
    if not first:
        return f"The report is in {directory}: {others}."
    rest = f" Also there: {others}." if others else ""
    return f"Open {directory}/{first}.{rest}"
