"""Values as text, at the ends of what they can be, and what is left of them."""

import sys
from pathlib import Path

import msgspec
import pandas as pd

from copilot_seat_report.files.json import write_json
from copilot_seat_report.files.text import iso
from copilot_seat_report.github.copilot import Seat
from tests import made_up
from tests.reports import report_of

TIMES = {
    "0001-01-01T00:00:00+00:00": "0001-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999999+00:00": "1969-12-31T23:59:59Z",
    "2026-11-01T23:30:00-05:00": "2026-11-02T04:30:00Z",
    "9999-12-31T23:59:59.999999+00:00": "9999-12-31T23:59:59Z",
}


def test_a_time_is_written_in_utc_to_the_second_and_none_as_nothing() -> None:
    times = pd.to_datetime([*TIMES, "NaT"], utc=True, format="ISO8601").as_unit("us").to_series()
    assert iso(times) == [*TIMES.values(), ""]
    assert iso(times.iloc[-1:]) == [""]
    assert iso(times.iloc[:0]) == []


def test_of_a_written_report_nothing_stays_in_memory(tmp_path: Path) -> None:
    report = report_of(msgspec.convert(made_up.seats(50), list[Seat]))
    plan = report.people["plan"].iloc[0]
    before = sys.getrefcount(plan)
    write_json(report, tmp_path / "report.json")
    assert sys.getrefcount(plan) == before
