"""What is declared once reaches every place: a column of a person, a way to group people."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import jsonschema
import jsonschema_rs
import msgspec
import pandas as pd
import pytest

from copilot_seat_report.files import document
from copilot_seat_report.files.csv import write_people, write_seats
from copilot_seat_report.files.json import write_json
from copilot_seat_report.files.page import write_page
from copilot_seat_report.files.workbook import write_workbook
from copilot_seat_report.report import build, columns
from copilot_seat_report.report.columns import PEOPLE, Column
from copilot_seat_report.report.dimensions import DIMENSIONS, Dimension
from copilot_seat_report.report.model import Report
from copilot_seat_report.report.status import judged
from copilot_seat_report.rules import Rules
from scripts import tables
from tests.reports import report
from tests.unit.test_page import Page
from tests.unit.test_trend import TWO, with_history

OFFICE = Column("office", "text", "Office", "where the person works", "group")
REMOTE = Column("remote", "yes-no", "Remote", "whether that is at home", "nothing")


@pytest.fixture
def with_office(monkeypatch: pytest.MonkeyPatch) -> Report:
    """A report with two more columns of a person: their declaration, and their rule."""
    monkeypatch.setattr(columns, "PEOPLE", (*PEOPLE, OFFICE, REMOTE))

    def with_rule(people: pd.DataFrame, rules: Rules, report_time: datetime) -> pd.DataFrame:
        return judged(people, rules, report_time).assign(office="Berlin", remote=people.index < 3)

    monkeypatch.setattr(build, "judged", with_rule)
    return report(12)


def test_a_column_of_a_person_is_in_every_file(with_office: Report, tmp_path: Path) -> None:
    """Two places: its declaration, and its rule."""
    write_people(with_office, tmp_path / "people.csv")
    write_json(with_office, tmp_path / "report.json")
    write_workbook(with_office, tmp_path / "report.xlsx")
    write_page(with_office, tmp_path / "report.html")

    people = pd.read_csv(tmp_path / "people.csv")
    assert set(people["office"]) == {"Berlin"}
    assert people["remote"].sum() == 3
    kind = document.document_type()
    read = msgspec.json.decode((tmp_path / "report.json").read_bytes(), type=kind)
    assert {person.office for person in read.people} == {"Berlin"}
    assert sum(person.remote for person in read.people) == 3
    sheet = pd.read_excel(tmp_path / "report.xlsx", sheet_name="People", skipfooter=1)
    assert set(sheet["Office"]) == {"Berlin"}
    assert list(sheet["Remote"]).count("yes") == 3
    office, remote = Page((tmp_path / "report.html").read_text("utf-8")).data["more"]
    assert office["label"] == "Office"
    assert office["column"]["values"] == ["Berlin"]
    assert sorted(remote["column"]["values"]) == ["no", "yes"]
    assert "| `office` | Office | where the person works |" in tables.of_columns(columns.PEOPLE)


BY_OFFICE = Dimension(
    name="office",
    label="Office",
    plural="Offices",
    rows="people",
    columns=("office",),
    fields=("office",),
    nameless="no office stated",
    by=("people",),
)


def test_a_way_to_group_people_is_in_every_file_with_groups(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """One place more than its column: its declaration."""
    for module in (build, document):
        monkeypatch.setattr(module, "DIMENSIONS", (*DIMENSIONS, BY_OFFICE))
    made: Report = request.getfixturevalue("with_office")
    write_json(made, tmp_path / "report.json")
    write_workbook(made, tmp_path / "report.xlsx")
    write_page(made, tmp_path / "report.html")

    people = made.totals.people
    read = msgspec.json.decode(
        (tmp_path / "report.json").read_bytes(), type=document.document_type()
    )
    assert [(group.office, group.people) for group in read.offices] == [("Berlin", people)]
    sheet = pd.read_excel(tmp_path / "report.xlsx", sheet_name="Offices", skipfooter=1)
    assert sheet[["Office", "People"]].to_numpy().tolist() == [["Berlin", people]]
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Status by office" in Page(page).text
    assert 'href="#office=Berlin"' in page


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
    made = replace(report(40), history=with_history(TWO).history)
    write_json(made, tmp_path / "report.json")
    written = msgspec.json.decode((tmp_path / "report.json").read_bytes())

    assert written["history"]
    jsonschema.validate(written, document.schema())
    # Other languages have other regular expressions than Python.
    jsonschema_rs.Draft202012Validator(document.schema()).validate(written)
