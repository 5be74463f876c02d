"""This report beside GitHub's own: the CSV of "Get activity report".

https://docs.github.com/en/copilot/reference/metrics-data#copilot-activity-report
"""

from datetime import datetime, timedelta
from typing import Literal

import pandas as pd

from copilot_seat_report.cleaning import clean
from copilot_seat_report.report.anonymize import Pseudonyms
from copilot_seat_report.report.model import Comparison, Difference
from copilot_seat_report.report.seats import datetimes
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.activity_report import ActivityReport

_SAME = timedelta(seconds=1)
_PROCESSING = timedelta(hours=24)
_RETENTION = timedelta(days=90)


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
    limit = timedelta(days=rules.inactive_days)
    logins = people["login"].tolist()
    for login, idle, ours, granted in zip(
        logins,
        people["idle"].tolist(),
        datetimes(people["last_activity_at"]),
        datetimes(people["created_at"]),
        strict=True,
    ):
        created_at = granted or report_time  # GitHub always states it
        if login.lower() not in theirs.activity:
            reason = _only_here(created_at, theirs.report_time)
            differences.append(_difference(login, "only-here", ours, None, reason))
            continue
        other = theirs.activity[login.lower()]
        if ours == other or (ours and other and abs(ours - other) <= _SAME):
            agree += 1
            continue
        reason = _dates(ours, other, created_at, theirs, report_time)
        changes = idle and other is not None and report_time - other <= limit
        differences.append(_difference(login, "dates", ours, other, reason, changes=changes))
    differences += [
        _difference(clean(login), "only-there", None, theirs.activity[login], _ONLY_THERE)
        for login in sorted(theirs.activity.keys() - {login.lower() for login in logins})
    ]
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
    kind: Literal["only-here", "only-there", "dates"],
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
        there=there,
        days=None if days is None else round(days, 2),
        reason=reason,
        changes_idle=changes,
    )


_ONLY_THERE = (
    "No seat in what was read: it was removed since, belongs to another organization, or the CSV "
    "is the enterprise's."
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
