"""What is declared once reaches every place: a column of a person, a way to group people."""

import dataclasses
from datetime import datetime
from pathlib import Path

import jsonschema
import msgspec
import pandas as pd
import pytest

from copilot_seat_report.files import document
from copilot_seat_report.files.csv import write_people, write_seats
from copilot_seat_report.files.json import write_json
from copilot_seat_report.report import build, columns
from copilot_seat_report.report.columns import PEOPLE, Column
from copilot_seat_report.report.dimensions import DIMENSIONS, EDITOR, Dimension
from copilot_seat_report.report.model import Report
from copilot_seat_report.report.status import judged
from copilot_seat_report.rules import Rules
from scripts import tables
from tests.reports import report

OFFICE = Column("office", "text", "Office", "where the person works", "group")


@pytest.fixture
def with_office(monkeypatch: pytest.MonkeyPatch) -> Report:
    """A report with one more column of a person: its declaration, and its rule."""
    monkeypatch.setattr(columns, "PEOPLE", (*PEOPLE, OFFICE))

    def with_rule(people: pd.DataFrame, rules: Rules, report_time: datetime) -> pd.DataFrame:
        return judged(people, rules, report_time).assign(office="Berlin")

    monkeypatch.setattr(build, "judged", with_rule)
    return report(12)


def test_a_column_of_a_person_is_in_every_file(with_office: Report, tmp_path: Path) -> None:
    write_people(with_office, tmp_path / "people.csv")
    write_json(with_office, tmp_path / "report.json")

    people = pd.read_csv(tmp_path / "people.csv")
    assert set(people["office"]) == {"Berlin"}
    kind = document.document_type()
    read = msgspec.json.decode((tmp_path / "report.json").read_bytes(), type=kind)
    assert {person.office for person in read.people} == {"Berlin"}


def test_a_way_to_group_people_is_counted_and_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    by_origin = dataclasses.replace(
        EDITOR, name="origin", columns=("activity_source",), fields=("origin",)
    )
    monkeypatch.setattr(build, "DIMENSIONS", (*DIMENSIONS, by_origin))
    made = report(12)

    assert made.by("origin")["people"].sum() == made.totals.people
    write_json(made, tmp_path / "report.json")
    read = msgspec.json.decode((tmp_path / "report.json").read_bytes())
    assert {row["origin"] for row in read["origins"]} == {"seat", ""}


def test_each_dimension_has_as_many_fields_as_columns() -> None:
    def widths(dimension: Dimension) -> tuple[int, int]:
        return len(dimension.columns), len(dimension.fields)

    assert all(a == b for a, b in map(widths, DIMENSIONS))


def test_people_csv_has_the_columns_of_the_contract(tmp_path: Path) -> None:
    write_people(report(5), tmp_path / "people.csv")

    header = (tmp_path / "people.csv").read_text("utf-8").splitlines()[0]
    assert header == (
        "login,user_id,organizations,status,flags,idle,last_activity_at,days_since_activity,"
        "activity_source,editor,editor_version,last_authenticated_at,created_at,teams,plan,"
        "plan_source,pending_cancellation_date,seats,monthly_price"
    )


def test_seats_csv_has_the_columns_of_the_contract(tmp_path: Path) -> None:
    write_seats(report(5), tmp_path / "seats.csv")

    header = (tmp_path / "seats.csv").read_text("utf-8").splitlines()[0]
    assert header == (
        "organization,login,user_id,status,flags,last_activity_at,days_since_activity,"
        "last_activity_editor,editor,editor_version,last_authenticated_at,created_at,"
        "assigning_team,plan_type,pending_cancellation_date,monthly_price"
    )


def test_the_documents_are_those_of_the_declarations() -> None:
    page = tables.PAGE.read_text("utf-8")

    assert tables.with_tables(page) == page, "make tables"
    assert tables.SCHEMA.read_text("utf-8") == tables.schema_text(), "make tables"


def test_report_json_is_of_its_schema(tmp_path: Path) -> None:
    write_json(report(40), tmp_path / "report.json")

    jsonschema.validate(
        msgspec.json.decode((tmp_path / "report.json").read_bytes()), document.schema()
    )
