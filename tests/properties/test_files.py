"""What is in the report is in its files, whatever the names are."""

import csv
import io
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec
from hypothesis import given

from copilot_seat_report.files.csv import (
    write_activity_report,
    write_editors,
    write_people,
    write_seats,
    write_teams,
)
from copilot_seat_report.files.json import write_json
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.model import Report
from copilot_seat_report.rules import Rules
from tests.made_up import NOW, Json
from tests.properties.strategies import lists, readings_of, reports


def content(report: Report, write: Callable[[Report, Path], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        write(report, path)
        return path.read_bytes()


@reports
@given(lists(renamed=True))
def test_csv_is_what_every_reader_of_rfc_4180_reads_and_adds_up(
    given: dict[str, list[Json]],
) -> None:
    report = build_report(readings_of(given), Rules(), NOW)
    assigned = report.seats[report.seats["person"] >= 0]
    of_organizations = assigned[["person", "organization"]].drop_duplicates()

    for write, rows in (
        (write_people, len(report.people)),
        (write_seats, len(report.seats)),
        (write_activity_report, len(of_organizations)),
        (write_teams, len(report.teams)),
        (write_editors, len(report.editors)),
    ):
        text = content(report, write).decode()
        header, *records = csv.reader(io.StringIO(text, newline=""), strict=True)
        assert len(records) == rows
        assert {len(record) for record in records} <= {len(header)}
        # One line a record: nothing in a cell breaks it.
        assert text.count("\n") == rows + 1
        assert "\r" not in text
        for record in records:
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in record)
        if header[-1] == "monthly_price":
            prices = sum((Decimal(record[-1]) for record in records), Decimal(0))
            assert prices == report.totals.monthly_cost


@reports
@given(lists(renamed=True))
def test_json_has_each_name_as_it_is(given: dict[str, list[Json]]) -> None:
    report = build_report(readings_of(given), Rules(), NOW)

    read = msgspec.json.decode(content(report, write_json))
    assert [seat["assigning_team"] for seat in read["seats"]] == list(
        report.seats["assigning_team"]
    )
    assert [person["login"] for person in read["people"]] == list(report.people["login"])
    assert read["totals"]["people"] == len(read["people"])
    assert read["totals"]["seats"] == len(read["seats"])
