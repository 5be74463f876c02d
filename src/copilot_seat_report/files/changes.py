"""The changes since the earlier report, in words and lists, for every file that people read."""

from collections.abc import Hashable
from typing import Any

from copilot_seat_report.formatting import long_day, long_moment, people
from copilot_seat_report.report.model import Report

LABELS = {
    "went-idle": "went idle",
    "came-back": "came back",
    "granted": "granted",
    "gone": "gone",
}
MEANINGS = {
    "went-idle": "not idle in the earlier report, idle now",
    "came-back": "idle in the earlier report, active now",
    "granted": "no seat in the earlier report, a seat now",
    "gone": "a seat in the earlier report, none now",
}


def counts(report: Report) -> dict[str, int]:
    """Return the number of changes of each kind that could be compared."""
    if report.history is None or report.history.changes is None:
        return {}
    kinds = ["went-idle", "came-back"]
    if both_whole(report):
        kinds += ["granted", "gone"]
    found = report.history.changes["change"].value_counts()
    return {kind: int(found.get(kind, 0)) for kind in kinds}


def both_whole(report: Report) -> bool:
    """Return whether both this list of seats and the earlier one are complete."""
    assert report.history
    *_, before, _ = report.history.reports
    return report.totals.complete is True and before.totals.complete


def sentence(report: Report) -> str:
    """Return the changes since the earlier report; empty if none was compared; names nobody.

    If one of the two lists was incomplete, it says so instead of counting grants.
    """
    found = counts(report)
    if not found:
        return ""
    parts = ", ".join(f"{number:,} {LABELS[kind]}" for kind, number in found.items())
    earlier = report.totals.previous_report_time
    assert earlier
    is_of_today = earlier.date() == report.report_time.date()
    since = f"Since {long_moment(earlier) if is_of_today else long_day(earlier)}"
    if "granted" in found:
        return f"{since}: {parts}."
    return (
        f"{since}, among the people read in both reports: {parts}. It is unknown who was granted a "
        "seat and who is gone, because not all seats were read in both reports."
    )


def in_words(kind: str, number: int) -> str:
    """Return a number of changes of a kind as a sentence without a full stop.

    >>> in_words("granted", 1), in_words("gone", 2)
    ('1 person was granted a seat', '2 people are gone')
    """
    is_one = number == 1
    verbs = {
        "granted": f"{'was' if is_one else 'were'} granted a seat",
        "gone": "is gone" if is_one else "are gone",
    }
    return f"{people(number)} {verbs.get(kind, LABELS[kind])}"


def listed(report: Report, kind: str, most: int) -> list[dict[Hashable, Any]]:
    """Return at most `most` changes of a kind, with the columns of `changes.csv`."""
    assert report.history
    assert report.history.changes is not None
    changes = report.history.changes
    records: list[dict[Hashable, Any]] = (
        changes[changes["change"] == kind].head(most).to_dict("records")
    )
    return records
