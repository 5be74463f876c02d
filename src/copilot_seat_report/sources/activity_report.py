"""A reader for GitHub's own activity report, the CSV of "Get activity report".

GitHub's documentation names the columns `report_time`, `login` and so on. The files that people
download begin with `Report Time,Login,Last Authenticated At,Last Activity At,Last Surface Used`. An
enterprise's also has `Organization`, with a row for each person and organization. `None` stands for
no value.
https://docs.github.com/en/copilot/reference/metrics-data#copilot-activity-report
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from copilot_seat_report.sources.csv_file import CsvSource, content_of, parse_csv

COLUMNS = ("report_time", "login", "last_authenticated_at", "last_activity_at", "last_surface_used")
ORGANIZATION = "organization"

# Values for no time: GitHub writes None, spreadsheets and scripts the others.
_NO_TIME = frozenset({"", "-", "n/a", "na", "nil", "none", "null", "never"})
# For names, only what GitHub writes: a login may be "null".
_NO_NAME = frozenset({"", "None"})


class ActivityRow(NamedTuple):
    """One row about a login: the organization (lower case, empty if none is stated) and a time.

    `last_activity_at` is UTC, or None if the CSV states none.
    """

    organization: str
    last_activity_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ActivityReport:
    """The content of the CSV.

    `report_time` is the newest that it states (UTC), or None. `activity` has the rows of each login
    (lower case). `nameless_rows` counts the rows without a login.
    """

    report_time: datetime | None
    activity: Mapping[str, Sequence[ActivityRow]]
    names_organizations: bool = False
    nameless_rows: int = 0


def read_activity_report(path: Path, *, name_nobody: bool) -> ActivityReport:
    """Return the content of the CSV; raises InputError if it is not an activity report.

    With `name_nobody`, errors quote nothing from it.
    """
    source = source_of(path.name, name_nobody=name_nobody)
    return parse_activity_report(content_of(path, source), source)


def source_of(file: str, *, name_nobody: bool) -> CsvSource:
    """Return the source for errors about an activity report of this name."""
    return CsvSource(
        input="activity-report",
        file=file,
        hint="Use the file as GitHub created it: an organization's Settings > Copilot > Access > "
        '"Get activity report", or an enterprise\'s Billing and licensing > Licensing > Copilot.',
        name_nobody=name_nobody,
    )


def parse_activity_report(content: bytes, source: CsvSource) -> ActivityReport:
    """Return the content of these bytes; raises InputError if it is ambiguous."""
    table = parse_csv(content, source)
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise source.error(f"must have the columns of an activity report; {missing[0]} is missing")
    if table.separator != ",":
        # A program that changed the commas may have changed the dates: 3/4 is March or April.
        raise source.error(
            "must have commas between its cells: a spreadsheet saved it in another format, and may "
            "have changed its dates"
        )
    time_at, login_at, activity_at = (
        table.columns.index(name) for name in ("report_time", "login", "last_activity_at")
    )
    organization_at = table.columns.index(ORGANIZATION) if ORGANIZATION in table.columns else None
    times: list[datetime] = []
    activity: dict[str, list[ActivityRow]] = {}
    nameless = 0
    for line, cells in table.rows:
        made = _time(cells[time_at], source, line, "report_time")
        seen = _time(cells[activity_at], source, line, "last_activity_at")
        if made is not None:
            times.append(made)
        login = cells[login_at]
        if login in _NO_NAME:
            nameless += 1
            continue
        organization = "" if organization_at is None else cells[organization_at]
        row = ActivityRow("" if organization in _NO_NAME else organization.lower(), seen)
        activity.setdefault(login.lower(), []).append(row)
    return ActivityReport(
        report_time=max(times, default=None),
        activity=activity,
        names_organizations=organization_at is not None,
        nameless_rows=nameless,
    )


def _time(text: str, source: CsvSource, line: int, column: str) -> datetime | None:
    """Return a time; those in the file without an offset are UTC."""
    if text.lower() in _NO_TIME:
        return None
    try:
        time = datetime.fromisoformat(text.removesuffix("UTC").strip())
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise source.error(
            "must be a time such as 2026-08-15T09:30:00Z; a spreadsheet may have changed it",
            line=line,
            column=column,
            got=text,
        ) from error
