"""The sample's own people file: departments, managers, leavers, exemptions."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from copilot_seat_report.github.copilot import Seat
from copilot_seat_report.sources.people_file import PeopleFile, parse_people_file, source_of

_DEPARTMENTS = (
    ("Engineering", "CC-100", "amber-osprey_sample"),
    ("Data", "CC-200", "bold-osprey_sample"),
    ("Security", "CC-300", "calm-osprey_sample"),
    ("Support", "CC-400", "keen-osprey_sample"),
    ("Design", "", ""),
)
_HOLDS_NO_SEAT = ("silent-osprey_sample", "early-osprey_sample")


def people_file(seats: Sequence[Seat], report_time: datetime) -> PeopleFile:
    """Return a file with nearly everyone, and two people who hold no seat."""
    lines = ["GitHub login,department,cost_center,manager,exempt_until,exempt_reason,left"]
    lines += _lines(seats, report_time)
    lines += [f"{login},Engineering,CC-100,amber-osprey_sample,,," for login in _HOLDS_NO_SEAT]
    return parse_people_file("\n".join(lines).encode(), source_of("sample", name_nobody=False))


def _lines(seats: Sequence[Seat], report_time: datetime) -> Iterator[str]:
    for number, seat in enumerate(seat for seat in seats if seat.assignee):
        assert seat.assignee
        if number % 23 == 5:
            continue  # not in the file
        department, center, manager = _DEPARTMENTS[number % 17 % len(_DEPARTMENTS)]
        until = left = reason = ""
        if number % 97 == 11:
            until, reason = f"{report_time + timedelta(days=60):%Y-%m-%d}", "parental leave"
        elif number % 97 == 12:
            until, reason = f"{report_time - timedelta(days=9):%Y-%m-%d}", "parental leave"
        elif number % 89 == 31:
            left = f"{report_time - timedelta(days=20):%Y-%m-%d}"
        login = seat.assignee.login
        yield f"{login},{department},{center},{manager},{until},{reason},{left}"
