"""This report beside GitHub's own: the CSV of "Get activity report".

https://docs.github.com/en/copilot/reference/metrics-data#copilot-activity-report
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pandas as pd

from copilot_seat_report.errors import InputError
from copilot_seat_report.report.model import Comparison, Difference, Rules
from copilot_seat_report.report.pseudonyms import Pseudonyms
from copilot_seat_report.report.seats import clean

COLUMNS = ("report_time", "login", "last_authenticated_at", "last_activity_at", "last_surface_used")

# What stands for "no time" is not documented; these have been met or are likely.
_NONE = frozenset({"", "-", "n/a", "na", "nil", "none", "null", "never"})
_SAME = timedelta(seconds=1)
_PROCESSING = timedelta(hours=24)
_RETENTION = timedelta(days=90)


@dataclass(frozen=True)
class ActivityReport:
    """The CSV as read: the newest `report_time` and each login's last activity, both UTC or None."""

    report_time: datetime | None
    activity: dict[str, datetime | None]


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
            f"activity-report: {where}: {clean(text[:40])!r} is no time such as 2026-08-15T09:30:00Z."
        ) from error


def compare(
    people: pd.DataFrame,
    theirs: ActivityReport,
    rules: Rules,
    report_time: datetime,
    pseudonyms: Pseudonyms | None,
) -> Comparison:
    """Compare each person's last activity. `people` still has the real logins."""
    differences: list[Difference] = []
    agree = 0
    here = people.set_index(people["login"].str.lower())
    limit = timedelta(days=rules.inactive_days)
    for login, person in zip(here.index, people.itertuples(), strict=True):
        ours = (
            None if person.last_activity_at is pd.NaT else person.last_activity_at.to_pydatetime()
        )
        if login not in theirs.activity:
            reason = _only_here(person.created_at.to_pydatetime(), theirs.report_time)
            differences.append(_difference(person.login, "only-here", ours, None, reason))
            continue
        other = theirs.activity[login]
        if ours == other or (ours and other and abs(ours - other) <= _SAME):
            agree += 1
            continue
        reason = _dates(ours, other, person.created_at.to_pydatetime(), theirs, report_time)
        changes = person.idle and other is not None and report_time - other <= limit
        differences.append(_difference(person.login, "dates", ours, other, reason, changes=changes))
    for login in sorted(theirs.activity.keys() - set(here.index)):
        differences.append(
            _difference(clean(login), "only-there", None, theirs.activity[login], _ONLY_THERE)
        )
    verdict = _verdict(differences, agree, theirs, report_time)
    if pseudonyms:
        differences = [
            Difference(**{**vars(d), "login": pseudonyms.of("person", d.login)})
            for d in differences
        ]
    return Comparison(
        report_time=theirs.report_time,
        rows=len(theirs.activity),
        agree=agree,
        differences=tuple(differences),
        verdict=verdict,
    )


def _difference(
    login: str,
    kind: str,
    here: datetime | None,
    there: datetime | None,
    reason: str,
    *,
    changes: bool = False,
) -> Difference:
    days = (here - there) / timedelta(days=1) if here and there else None
    return Difference(
        login=login,
        kind=kind,
        here=here,
        there=there,  # type: ignore[arg-type]
        days=None if days is None else round(days, 2),
        reason=reason,
        changes_idle=changes,
    )


_ONLY_THERE = (
    "No seat in what was read: it was removed since, belongs to another organization, or the CSV is "
    "the enterprise's."
)


def _only_here(created_at: datetime, made: datetime | None) -> str:
    if made is not None and created_at > made:
        return "The seat was granted after the CSV was made."
    return "Not in the CSV: it is another organization's, or rows were removed from it."


def _dates(
    ours: datetime | None,
    other: datetime | None,
    created_at: datetime,
    theirs: ActivityReport,
    report_time: datetime,
) -> str:
    made = theirs.report_time or report_time
    if ours is None:
        assert other is not None  # equal ones were counted as agreeing
        if created_at > other:
            return (
                "The seat was granted anew since; GitHub's API starts from nothing at each grant."
            )
        if report_time - other > _RETENTION:
            return "Older than 90 days by now: GitHub has dropped it from the API."
        return "GitHub's report counts features whose use the API does not record."
    if ours > made:
        return "Active since the CSV was made."
    if other is None:
        if made - ours > _RETENTION:
            return "Older than 90 days when the CSV was made: dropped there, not yet here."
        return "Not yet processed when the CSV was made, or recorded by the API alone."
    if abs(ours - other) <= _PROCESSING:
        return "Within the 24 hours that GitHub may take to process activity."
    if other > ours:
        return "GitHub's report counts features whose use the API does not record."
    return "The CSV is older than the activity's processing, which may take 24 hours."


def _verdict(
    differences: list[Difference], agree: int, theirs: ActivityReport, report_time: datetime
) -> str:
    age = report_time - theirs.report_time if theirs.report_time else None
    old = (
        f" The CSV is {age.days} days older than this report: download a new one to compare."
        if age is not None and age > _PROCESSING
        else ""
    )
    if not differences:
        return f"Both reports agree on all {agree:,} people." + old
    counts = {
        kind: sum(d.kind == kind for d in differences)
        for kind in ("dates", "only-here", "only-there")
    }
    story = (
        f"Both agree on {agree:,} people; {counts['dates']:,} have another date, "
        f"{counts['only-here']:,} are only here and {counts['only-there']:,} only in the CSV."
    )
    changes = sum(d.changes_idle for d in differences)
    if changes:
        return (
            f"{story} {changes:,} idle here were active by GitHub's own report: ask them before a "
            f"seat is taken.{old}"
        )
    return f"{story} No one who is idle here is active by GitHub's own report.{old}"
