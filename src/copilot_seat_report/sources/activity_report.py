"""GitHub's own activity report: the CSV of "Get activity report", read.

https://docs.github.com/en/copilot/reference/metrics-data#copilot-activity-report
"""

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from copilot_seat_report.cleaning import clean
from copilot_seat_report.errors import InputError

COLUMNS = ("report_time", "login", "last_authenticated_at", "last_activity_at", "last_surface_used")

# What stands for "no time" is not documented; these have been met or are likely.
_NONE = frozenset({"", "-", "n/a", "na", "nil", "none", "null", "never"})


@dataclass(frozen=True)
class ActivityReport:
    """The CSV as read: the newest `report_time`, each login's last activity; UTC or None."""

    report_time: datetime | None
    activity: dict[str, datetime | None]

    def only(self, logins: Collection[str]) -> "ActivityReport":
        """Return the part that is about these logins."""
        asked = {login.lower() for login in logins}
        rows = {login: time for login, time in self.activity.items() if login in asked}
        return ActivityReport(self.report_time, rows)


def parse_activity_report(content: bytes, path: str) -> ActivityReport:
    """Read the CSV; columns may be reordered, and there may be more of them.

    Raises InputError, naming `path` and the place, where it is not such a report.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"activity-report: {path} is no text in UTF-8 (byte {error.start}). {_HINT}"
        ) from error
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    times: list[datetime] = []
    activity: dict[str, datetime | None] = {}
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise InputError(
                f"activity-report: {path} lacks the column(s) {', '.join(missing)}. {_HINT}"
            )
        for cells in _rows(rows, header, path):
            where = f"{path}, line {rows.line_num}"
            time = _time(cells["report_time"], where)
            if time is not None:
                times.append(time)
            login = cells["login"].strip().lower()
            seen = _time(cells["last_activity_at"], where)
            known = activity.get(login)
            # An enterprise's report may list a person once for each organization.
            activity[login] = max(filter(None, (seen, known)), default=None)
    except csv.Error as error:
        raise InputError(
            f"activity-report: {path}, line {rows.line_num} is no CSV ({error}). {_HINT}"
        ) from error
    return ActivityReport(max(times, default=None), activity)


_HINT = (
    'Give the file as GitHub made it: Settings > Copilot > Access > "Get activity report" of an '
    "organization, or the enterprise's Billing and licensing > Licensing > Copilot."
)


def _rows(rows: Iterator[list[str]], header: list[str], path: str) -> Iterator[dict[str, str]]:
    for cells in rows:
        if not cells:
            continue
        if len(cells) < len(header):
            raise InputError(
                f"activity-report: {path} has a line of {len(cells)} cells where the header has "
                f"{len(header)}: it looks cut off. {_HINT}"
            )
        yield dict(zip(header, cells, strict=False))


def _time(text: str, where: str) -> datetime | None:
    """Read a time; all in the file are UTC, whether they say so or not."""
    text = text.strip()
    if text.lower() in _NONE:
        return None
    try:
        time = datetime.fromisoformat(text.removesuffix("UTC").strip())
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(
            f"activity-report: {where}: {clean(text[:40])!r} is no time such as "
            "2026-08-15T09:30:00Z."
        ) from error
