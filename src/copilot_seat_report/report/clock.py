"""The machine's clock compared with GitHub's, because ages are counted from the report's time."""

from datetime import datetime, timedelta

from copilot_seat_report.formatting import duration, plural

# A response takes seconds; a synchronized clock is off by less than one.
TOLERANCE = timedelta(minutes=5)


def off_by(offset: timedelta | None) -> str:
    """Return how far the clock is off, or the empty text; `offset` is GitHub's time minus it."""
    if offset is None or abs(offset) <= TOLERANCE:
        return ""
    length = abs(offset)
    minutes = length // timedelta(minutes=1)
    shown = plural(minutes, "minute", "minutes") if minutes < 120 else duration(length)
    return f"{shown} {'behind' if offset > timedelta() else 'ahead of'} GitHub's"


def is_of_another_year(report_time: datetime, github_time: datetime) -> bool:
    """Return whether two times are in different years, and more than a day apart."""
    apart = abs(report_time - github_time) > timedelta(days=1)
    return apart and report_time.year != github_time.year
