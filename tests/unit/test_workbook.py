"""The workbook, read back with openpyxl."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from copilot_seat_report.files import workbook
from copilot_seat_report.files.caveats import caveats
from copilot_seat_report.files.data_quality import data_quality
from copilot_seat_report.files.headline import headline
from copilot_seat_report.files.wording import FLAG_MEANINGS, STATUSES
from copilot_seat_report.files.workbook import write_workbook
from copilot_seat_report.files.workbook.text_sheet import LINE
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.model import Report
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.others import Sources
from tests import made_up
from tests.made_up import NOW, days, seat, team
from tests.reports import TRICKS, completeness, csv_of, reading, report, with_lists
from tests.unit.test_trend import TWO, series, with_history
from tests.unit.test_trend import rows as changed

RULES = Rules(currency="EUR", exempt_users=("person-0004",))


@contextmanager
def opened(made: Report, folder: Path) -> Iterator[Workbook]:
    path = folder / "report.xlsx"
    write_workbook(made, path)
    book = load_workbook(path)
    yield book
    book.close()


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of a sheet, without the line of totals that a table ends with."""
    head, *lines = sheet.iter_rows(values_only=True)
    lines = lines[:-1] if sheet.tables else lines
    return [dict(zip(map(str, head), line, strict=True)) for line in lines]


def texts(sheet: Worksheet) -> str:
    return "\n".join(
        str(value) for line in sheet.iter_rows(values_only=True) for value in line if value
    )


def width_of(sheet: Worksheet, column: int) -> float:
    """The file states one width for neighbours that have the same."""
    widths = sheet.column_dimensions.values()
    return next(each.width for each in widths if (each.min or 0) <= column <= (each.max or 0))


def utc(value: object) -> datetime:
    assert isinstance(value, datetime)
    return value.replace(tzinfo=UTC)


def test_the_sheets(tmp_path: Path) -> None:
    with opened(report(60), tmp_path) as book:
        assert book.sheetnames == [
            "Overview",
            "Idle",
            "Ask first",
            "People",
            "Seats",
            "Teams",
            "Editors",
            "How this is counted",
            "Facts",
        ]


def test_people_are_those_of_the_report_in_its_order(tmp_path: Path) -> None:
    made = report(60, RULES)
    with opened(made, tmp_path) as book:
        people = rows(book["People"])
    assert [row["Login"] for row in people] == made.people["login"].tolist()
    assert [row["Status"] for row in people] == made.people["status"].map(STATUSES).tolist()
    assert [row["Idle"] == "yes" for row in people] == made.people["idle"].tolist()
    assert [row["User ID"] for row in people] == made.people["user_id"].tolist()
    assert sum(row["List price per month"] for row in people) == float(made.totals.monthly_cost)


def test_dates_are_dates_in_utc_and_money_is_money(tmp_path: Path) -> None:
    record = seat(
        1,
        idle=days(45),
        signed_in=days(1),
        cancelled=True,
        zones=(made_up.EASTERN_SUMMER, made_up.EASTERN_WINTER),
        assigning_team=team("Platform"),
        last_activity_editor="vscode/1.2.3/",
    )
    with opened(report([record], RULES), tmp_path) as book:
        [row] = rows(book["People"])
        cells = next(book["People"].iter_rows(min_row=2))
        formats = {cell.number_format for cell in cells if isinstance(cell.value, datetime)}
        money = cells[list(row).index("List price per month")].number_format
    assert utc(row["Last activity (UTC)"]) == NOW - days(45)
    assert utc(row["Signed in (UTC)"]) == NOW - days(1)
    assert utc(row["Granted (UTC)"]) == NOW - days(200)
    assert utc(row["Seat ends on"]) == datetime(2026, 12, 1, tzinfo=UTC)
    assert formats == {"yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"}
    assert money == "[$EUR] #,##0.00_m"
    assert row["List price per month"] == 19
    assert row["Days since"] == 45
    assert row["Flags"] == "pending cancellation, check telemetry"
    assert (row["Editor"], row["Version"], row["Teams"]) == ("VS Code", "1.2.3", "Platform")


def test_what_is_not_there_is_an_empty_cell(tmp_path: Path) -> None:
    records = [seat(1, idle=None, signed_in=None), seat(2, idle=None, assignee=None)]
    with opened(report(records), tmp_path) as book:
        [person] = rows(book["People"])
        seats = rows(book["Seats"])
    for name in ("Last activity (UTC)", "Days since", "Editor", "Signed in (UTC)", "Flags"):
        assert person[name] is None
    assert person["Seat ends on"] is None
    assert seats[1]["Status"] == "unassigned"
    assert seats[1]["Login"] is None
    assert seats[1]["User ID"] is None


def test_seats_teams_and_editors_add_up(tmp_path: Path) -> None:
    made = report(60, RULES)
    with opened(made, tmp_path) as book:
        sheets = {name: rows(book[name]) for name in ("Seats", "Teams", "Editors")}
    assert len(sheets["Seats"]) == made.totals.seats
    for name, lines in sheets.items():
        cost = "List price per month" if name == "Seats" else "Cost per month"
        assert sum(row[cost] for row in lines) == float(made.totals.monthly_cost)
    for name in ("Teams", "Editors"):
        assert sum(row["Idle"] for row in sheets[name]) == made.totals.idle
        assert sum(row["Ask first"] for row in sheets[name]) == made.totals.ask_first
        idle_cost = sum(row["Idle cost per month"] for row in sheets[name])
        assert idle_cost == float(made.totals.idle_monthly_cost)
        for row in sheets[name]:
            assert row["Idle share"] == pytest.approx(row["Idle"] / row["People"])


def test_several_organizations_have_a_sheet(tmp_path: Path) -> None:
    made = build_report(
        [reading(made_up.seats(9)), reading([seat(1), seat(50)], "umbrella")], RULES, NOW
    )
    with opened(made, tmp_path) as book:
        people = {row["Organization"]: row["People"] for row in rows(book["Organizations"])}
        first = rows(book["People"])
        assert "Seats of umbrella as GitHub counts them" in texts(book["Overview"])
    assert people == {"acme": made.totals.people - 1, "umbrella": 2}
    assert "acme, umbrella" in {row["Organizations"] for row in first}


def test_a_comparison_has_a_sheet(tmp_path: Path) -> None:
    theirs = csv_of({"person-0001": NOW - days(1), "gone": None})
    made = build_report(
        [reading([seat(1, idle=days(45)), seat(2)])],
        RULES,
        NOW,
        sources=Sources(activity_report=theirs),
    )
    with opened(made, tmp_path) as book:
        differences = {row["Login"]: row for row in rows(book["Comparison"])}
        overview = texts(book["Overview"])
    assert made.comparison
    assert made.comparison.verdict in overview
    assert utc(differences["person-0001"]["Last activity here (UTC)"]) == NOW - days(45)
    assert utc(differences["person-0001"]["Last activity in the CSV (UTC)"]) == NOW - days(1)
    assert differences["person-0001"]["Idle here only"] == "yes"
    assert differences["person-0002"]["Difference"] == "only here"
    assert differences["gone"]["Difference"] == "only in the CSV"


def test_the_overview_says_it_all(tmp_path: Path) -> None:
    rules = Rules(inactive_days=120, exempt_users=("secret-*",), currency="EUR")
    made = build_report(
        [reading(made_up.seats(60), seat_breakdown={"total": 61})],
        rules,
        NOW,
        is_sample=True,
        unknown_users=("nobody-1", "nobody-2"),
    )
    with opened(made, tmp_path) as book:
        sheet = book["Overview"]
        overview, counted = texts(sheet), texts(book["How this is counted"])
        by_name = {line[0].value: line[1] for line in sheet.iter_rows() if line[0].value}
    assert by_name["Report time (UTC)"].value == NOW.replace(tzinfo=None)
    assert by_name["All people"].value == made.totals.people
    assert by_name["Idle"].value == made.totals.idle
    assert by_name["Active"].value == made.totals.active
    assert by_name["Inactive after (days without activity)"].value == 120
    assert by_name["List price, Copilot Enterprise"].number_format == "[$EUR] #,##0.00_m"
    assert by_name["Seats"].value in (60, 61)
    assert "Sample data." in overview
    assert headline(made) in overview
    for point in data_quality(made):
        assert point.text in overview
    for caveat in caveats(made):
        assert f"{caveat.title} {caveat.text}" in counted
    for meaning in FLAG_MEANINGS.values():
        assert meaning in counted
    assert "Seats may have been granted or removed between the two requests." in overview
    assert "nobody-1, nobody-2" in overview
    assert "secret" not in overview
    with zipfile.ZipFile(tmp_path / "report.xlsx") as archive:
        assert {"xl/charts/chart1.xml", "xl/charts/chart2.xml"} <= set(archive.namelist())


def test_the_overview_of_none(tmp_path: Path) -> None:
    with opened(report([]), tmp_path) as book:
        assert "Nobody holds a Copilot seat." in texts(book["Overview"])
        assert rows(book["People"]) == []


def test_an_enterprise_has_no_counts_of_githubs(tmp_path: Path) -> None:
    made = build_report([reading(made_up.seats(9), "mega", enterprise=True)], RULES, NOW)
    with opened(made, tmp_path) as book:
        assert "as GitHub counts them" not in texts(book["Overview"])


def test_anonymized_there_is_no_name_and_no_number_of_a_person(tmp_path: Path) -> None:
    made = build_report([reading(made_up.seats(60))], RULES, NOW, pseudonyms=Pseudonyms("key"))
    with opened(made, tmp_path) as book:
        whole = "\n".join(texts(sheet) for sheet in book.worksheets)
        assert {row["User ID"] for row in rows(book["People"])} == {None}
    assert "Anonymized." in whole
    for name in ("person-00", "acme", "Platform", "Research"):
        assert name not in whole


def test_any_text_is_text_and_no_formula(tmp_path: Path) -> None:
    records = [
        seat(
            number,
            assignee=made_up.user(number, login=text),
            assigning_team=team(text),
            last_activity_editor=text,
        )
        for number, text in enumerate(TRICKS, 1)
    ]
    made = build_report([reading(records, TRICKS[0], cli="<r>\x01</r>")], Rules(), NOW)
    with opened(made, tmp_path) as book:
        people = rows(book["People"])
        cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line]
    formulas = {str(cell.value) for cell in cells if cell.data_type == "f"}
    # The totals are the only ones, and made of the names of tables and columns alone.
    assert formulas
    for formula in formulas:
        assert re.fullmatch(r"=SUBTOTAL\(109,Table_\w+\[[A-Za-z ]+\]\)", formula)
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "d", "f"}
    # What XML cannot hold is shown as U+FFFD.
    changed = {"\uffff\ufffe": "\ufffd\ufffd"}
    shown = {changed.get(text, text) for text in TRICKS}
    assert {row["Login"].rstrip() for row in people} == shown
    assert {row["Teams"].rstrip() for row in people} == shown
    links = {cell.hyperlink.target for cell in cells if cell.hyperlink and cell.hyperlink.target}
    assert {urlsplit(link).hostname for link in links} == {"docs.github.com", "github.blog"}
    with zipfile.ZipFile(tmp_path / "report.xlsx") as archive:
        for name in archive.namelist():
            ET.fromstring(archive.read(name))


def test_a_text_longer_than_a_cell_is_cut(tmp_path: Path) -> None:
    records = [seat(1, assigning_team=team(f"{'long ' * 40}{n}")) for n in range(200)]
    with opened(report(records), tmp_path) as book:
        [row] = rows(book["People"])
    assert len(row["Teams"]) == 32_767


def test_the_same_report_makes_the_same_bytes(tmp_path: Path) -> None:
    made = report(20)
    write_workbook(made, tmp_path / "a.xlsx")
    write_workbook(made, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with opened(made, tmp_path) as book:
        assert book.properties.created == NOW.replace(tzinfo=None)


def test_every_sheet_of_rows_can_be_read_and_filtered(tmp_path: Path) -> None:
    made = report(60)
    last = made.totals.people + 1
    with opened(made, tmp_path) as book:
        for sheet in book.worksheets[1:-2]:
            assert sheet.freeze_panes == "B2"
            (table,) = sheet.tables.values()
            assert table.ref == sheet.dimensions
            for column, values in enumerate(sheet.iter_cols(values_only=True), 1):
                texts_ = [value for value in values[:-1] if isinstance(value, str)]
                name, *lengths = map(len, texts_)
                assert width_of(sheet, column) > name
                assert width_of(sheet, column) >= min(max(lengths, default=0), 40)
        looks = {str(area.sqref): area.rules for area in book["People"].conditional_formatting}
    assert len(looks[f"C2:C{last}"]) == 5
    assert looks[f"D2:D{last}"][0].formula == ['"yes"']
    assert looks[f"G2:G{last}"][0].type == "dataBar"


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "ROWS_OF_A_SHEET", 25)
    monkeypatch.setattr(workbook, "_ROWS_AT_ONCE", 10)
    made = report(60)
    with opened(made, tmp_path) as book:
        sheets = [name for name in book.sheetnames if name.startswith("People")]
        logins = [row["Login"] for name in sheets for row in rows(book[name])]
        filters = [book[name].auto_filter.ref for name in sheets]
    assert sheets == ["People", "People (2)", "People (3)"]
    assert logins == made.people["login"].tolist()
    assert filters[0] == "A1:S26"
    assert int(filters[2].removeprefix("A1:S")) == len(logins) - 50 + 1


def test_a_selection_never_passes_for_everyone(tmp_path: Path) -> None:
    made = build_report(
        [reading([seat(1, idle=days(45)), seat(2)])],
        Rules(),
        NOW,
        selection=("person-0001", "person-0002", "nobody"),
        unknown_users=("nobody",),
    )
    with opened(made, tmp_path) as book:
        overview = texts(book["Overview"])
    assert overview.startswith("Copilot seats of 3 selected people in acme")
    assert "Selection. This report covers only 3 selected people." in overview
    assert "All selected people" in overview
    assert "No Copilot seat was found for 1 of the 3 selected people.\nnobody" in overview
    assert "Complete" not in overview


def test_an_incomplete_list_is_said_before_the_answer(tmp_path: Path) -> None:
    made = with_lists(report([seat(1, idle=days(45)), seat(2)]), completeness(2, 3))
    with opened(made, tmp_path) as book:
        _, answer, *_ = texts(book["Overview"]).splitlines()
        comments = book.properties.description
    assert answer.startswith("Incomplete: 2 of 3 seats were read. 1 of the 2 people whose seats")
    assert comments == answer == headline(made)


def test_idle_people_can_be_recomputed(tmp_path: Path) -> None:
    records = [
        seat(1, idle=days(45)),
        seat(2, idle=days(30.5)),
        seat(3, idle=None, cancelled=True),
        seat(4),
    ]
    with opened(report(records), tmp_path) as book:
        overview = texts(book["Overview"])
        lines = {line[0].value: line[1].value for line in book["Overview"].iter_rows()}
    assert "Idle: 2 inactive and 1 with no recorded activity, less 1 leaving." in overview
    assert (lines["Idle"], lines["of these, ask first"]) == (2, 1)
    assert lines["of these, no sign of use in the seat list"] == 1


def test_organizations_that_share_people_have_a_total_and_the_reason(tmp_path: Path) -> None:
    shared = [reading([seat(1, idle=days(45))], f"organization-{n:02}") for n in range(30)]
    with opened(build_report(shared, RULES, NOW), tmp_path) as book:
        overview = texts(book["Overview"])
        total = next(
            line
            for line in book["Overview"].iter_rows(values_only=True)
            if line[0] == "All people, each once"
        )
    assert total == ("All people, each once", 1, 0, 1, 19)
    assert "5 more are in the sheet Organizations." in overview
    for groups in ("organizations", "teams"):
        assert f"A person in several {groups} counts in each; the cost counts once" in overview
    with opened(report(3), tmp_path) as book:
        assert "counts in each" not in texts(book["Overview"])


def test_under_pseudonyms_times_of_people_are_days(tmp_path: Path) -> None:
    theirs = csv_of({"person-0001": NOW - days(3)})
    made = build_report(
        [reading([seat(1, idle=days(45))])],
        RULES,
        NOW,
        pseudonyms=Pseudonyms("key"),
        sources=Sources(activity_report=theirs),
    )
    with opened(made, tmp_path) as book:
        formats = {
            cell.number_format
            for name in ("People", "Seats", "Comparison")
            for line in book[name].iter_rows()
            for cell in line
            if isinstance(cell.value, datetime)
        }
    assert formats == {"yyyy-mm-dd"}


def test_tables_have_names_and_totals_and_links_lead_to_them(tmp_path: Path) -> None:
    made = report(60, RULES)
    with opened(made, tmp_path) as book:
        tables = [table.name for sheet in book.worksheets for table in sheet.tables.values()]
        head, *_, last = book["People"].iter_rows(values_only=True)
        total = dict(zip(head, last, strict=True))
        places = {
            cell.hyperlink.location for line in book["Overview"] for cell in line if cell.hyperlink
        }
        widths = [width_of(book["Idle"], column) for column in range(1, 20)]
    assert set(tables) == {
        "Table_Idle",
        "Table_Ask_first",
        "Table_People",
        "Table_Seats",
        "Table_Teams",
        "Table_Editors",
    }
    assert total["Login"] == f"{made.totals.people} people"
    assert total["List price per month"] == "=SUBTOTAL(109,Table_People[List price per month])"
    assert {"'Idle'!A1", "'Facts'!A1", "'How this is counted'!A1"} <= places
    assert all(widths)


def test_one_row_is_told_as_one(tmp_path: Path) -> None:
    with opened(report([seat(1)]), tmp_path) as book:
        totals = {title: [*book[title]][-1][0].value for title in ("People", "Seats", "Teams")}

    assert totals == {"People": "1 person", "Seats": "1 seat", "Teams": "1 group"}


def test_the_first_sheets_hold_whom_to_look_at(tmp_path: Path) -> None:
    made = report(60, RULES)
    people = made.people
    with opened(made, tmp_path) as book:
        for name, mark in (("Idle", "idle"), ("Ask first", "ask_first")):
            logins = [row["Login"] for row in rows(book[name])]
            assert logins == people[people[mark]]["login"].tolist()


def test_a_hundred_million_fits_into_its_column(tmp_path: Path) -> None:
    dear = Rules(price_business=999_999_99, price_enterprise=999_999_99)
    with opened(report(2_000, dear), tmp_path) as book:
        head = [cell.value for cell in book["People"][1]]
        place = head.index("List price per month") + 1
        assert width_of(book["People"], place) >= len("USD 1,999,999,980.00")
        assert width_of(book["Overview"], 4) >= len("USD 1,999,999,980.00") + 3


def test_a_row_is_as_high_as_its_text(tmp_path: Path) -> None:
    with opened(report(60), tmp_path) as book:
        for name in ("Overview", "How this is counted"):
            sheet = book[name]
            for merged in sheet.merged_cells.ranges:
                text = sheet.cell(merged.min_row, 1).value
                letters = sum(width_of(sheet, place) for place in range(1, merged.max_col + 1))
                height = sheet.row_dimensions[merged.min_row].height
                assert height >= LINE * len(str(text)) / letters


def test_what_is_printed_of_many_columns_has_the_price(tmp_path: Path) -> None:
    with opened(report(60), tmp_path) as book:
        for name in ("Idle", "People", "Seats"):
            head, *_ = book[name][book[name].print_area.split("!")[1]]
            printed = [cell.value for cell in head]
            assert printed[0] == "Login"
            assert "List price per month" in printed


def test_the_charts_of_the_overview_stand_on_its_first_page(tmp_path: Path) -> None:
    write_workbook(report(60), tmp_path / "report.xlsx")
    with zipfile.ZipFile(tmp_path / "report.xlsx") as archive:
        drawing = ET.fromstring(archive.read("xl/drawings/drawing1.xml"))
    rows = [int(row.text or "") for row in drawing.iter() if row.tag.endswith("}row")]
    assert len(rows) == 6
    assert rows == sorted(rows)
    assert rows[-1] < 45


def test_codes_are_words(tmp_path: Path) -> None:
    made = report(2)
    people = made.people.assign(activity_source=["earlier-report", ""])
    with opened(replace(made, people=people), tmp_path) as book:
        known = [row["Activity source"] for row in rows(book["People"])]
    assert known == ["earlier report", None]


def test_a_large_report_has_filters_in_place_of_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS_OF_TABLES", 10)
    made = report(60)
    with opened(made, tmp_path) as book:
        people = book["People"]
        assert people.auto_filter.ref == people.dimensions
        assert not people.tables
        assert [row["Login"] for row in rows(people)] == made.people["login"].tolist()


def test_facts_have_the_same_keys_whatever_is_known(tmp_path: Path) -> None:
    def facts(made: Report) -> dict[str, object]:
        with opened(made, tmp_path) as book:
            return {row["Key"]: row["Value"] for row in rows(book["Facts"])}

    some, none = facts(report(20)), facts(report([]))
    assert list(some) == list(none) == sorted(some)
    assert some["totals.people"] == 20
    assert none["newest_activity"] is None
    assert some["rules.price_business"] == 19
    assert some["totals.complete"] == "true"
    assert some["report_time"] == "2026-11-02T06:00:00Z"


def test_the_series_has_no_costs_in_another_currency(tmp_path: Path) -> None:
    yen = series((10, 4), (12, 3), _0={"rules": {"currency": "JPY"}})
    with opened(with_history(yen), tmp_path) as book:
        history = rows(book["History"])

    assert [row["Currency"] for row in history] == ["JPY", "USD"]
    assert [row["Cost per month"] for row in history] == [None, 228]
    assert [row["Idle cost per month"] for row in history] == [None, 57]


def test_changes_and_the_series_have_sheets(tmp_path: Path) -> None:
    made = with_history(TWO, changed(went_idle=["person-0001"]))
    with opened(made, tmp_path) as book:
        assert [row["Change"] for row in rows(book["Changes"])] == ["went idle"]
        assert [row["People"] for row in rows(book["History"])] == [10, 12]
        assert "Changes" in book.sheetnames
    with zipfile.ZipFile(tmp_path / "report.xlsx") as archive:
        assert "xl/charts/chart4.xml" in archive.namelist()
