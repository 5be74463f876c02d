"""The report as a workbook, `report.xlsx`: an overview, and sheets to sort and to filter.

Rows go to the disk as they are written, so that memory does not grow with the number of people.
Text is written as strings, which no spreadsheet runs as formulas; times are UTC.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from copilot_seat_report.files.headline import headline
from copilot_seat_report.files.workbook.overview import write_overview
from copilot_seat_report.files.workbook.styles import Kind, Styles, cell_text
from copilot_seat_report.report.model import Comparison, Report

# Of 1,048,576, of which the first has the names of the columns:
# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
ROWS_OF_A_SHEET = 1_048_575
_ROWS_AT_ONCE = 10_000
_WIDEST = 42
_EPOCH = 25_569  # 1970-01-01 as spreadsheets count days
_DAY = 86_400


@dataclass(frozen=True)
class Column:
    """A column of a sheet: money in hundredths, times UTC, dates `YYYY-MM-DD`."""

    name: str
    kind: Kind
    cells: "pd.Series[Any]"


def write_workbook(report: Report, path: Path) -> None:
    """Write the workbook to `path`: of the same report, always the same bytes.

    Raises OSError where it cannot be written.
    """
    # What xlsxwriter puts aside meanwhile lies beside the workbook, and goes with its folder.
    workbook = Workbook(
        path, {"constant_memory": True, "use_zip64": True, "tmpdir": str(path.parent)}
    )
    workbook.set_properties(
        {
            "title": "Copilot Seat Report",
            "comments": headline(report),
            "created": report.report_time,
        }
    )
    styles = Styles(workbook, report.rules.currency)
    write_overview(workbook, styles, report)
    for title, columns in _tables(report):
        _write_table(workbook, styles, title, columns)
    # Not by `with`, which would first finish the file when the run is interrupted.
    try:
        workbook.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error


def _tables(report: Report) -> Iterator[tuple[str, list[Column]]]:
    yield "People", _people(report.people)
    yield "Seats", _seats(report.seats)
    yield "Teams", _groups(report.teams, organization="Organization", team="Team")
    yield "Editors", _groups(report.editors, editor="Last used in")
    if len(report.organizations) > 1:
        yield "Organizations", _groups(report.organizations, organization="Organization")
    if report.comparison:
        yield "Comparison", _differences(report.comparison)


def _people(people: pd.DataFrame) -> list[Column]:
    return [
        Column("Login", "text", people["login"]),
        Column("Status", "text", people["status"]),
        Column("Idle", "text", people["idle"].map({True: "yes", False: "no"})),
        Column("Flags", "text", people["flags"].str.replace(" ", ", ")),
        Column("Last activity (UTC)", "time", people["last_activity_at"]),
        Column("Days since", "number", people["days_since_activity"]),
        Column("Editor", "text", people["editor"]),
        Column("Version", "text", people["editor_version"]),
        Column("Signed in (UTC)", "time", people["last_authenticated_at"]),
        Column("Granted (UTC)", "time", people["created_at"]),
        Column("Organizations", "text", people["organizations"].str.replace("\n", ", ")),
        Column("Teams", "text", people["teams"].str.replace("\n", ", ")),
        Column("Plan", "text", people["plan"]),
        Column("Plan stated by", "text", people["plan_source"]),
        Column("Cancelled from", "date", people["pending_cancellation_date"]),
        Column("Seats", "number", people["seats"]),
        Column("List price a month", "money", people["monthly_price"]),
        Column("User ID", "id", people["user_id"]),
    ]


def _seats(seats: pd.DataFrame) -> list[Column]:
    return [
        Column("Login", "text", seats["login"]),
        Column("Status", "text", seats["status"]),
        Column("Flags", "text", seats["flags"].str.replace(" ", ", ")),
        Column("Last activity (UTC)", "time", seats["last_activity_at"]),
        Column("Days since", "number", seats["days_since_activity"]),
        Column("Editor", "text", seats["editor"]),
        Column("Version", "text", seats["editor_version"]),
        Column("Editor as GitHub writes it", "text", seats["last_activity_editor"]),
        Column("Signed in (UTC)", "time", seats["last_authenticated_at"]),
        Column("Granted (UTC)", "time", seats["created_at"]),
        Column("Organization", "text", seats["organization"]),
        Column("Team", "text", seats["assigning_team"]),
        Column("Plan as GitHub states it", "text", seats["plan_type"]),
        Column("Cancelled from", "date", seats["pending_cancellation_date"]),
        Column("List price a month", "money", seats["monthly_price"]),
        Column("User ID", "id", seats["user_id"]),
    ]


def _groups(groups: pd.DataFrame, **names: str) -> list[Column]:
    return [
        *(Column(head, "text", groups[name]) for name, head in names.items()),
        Column("People", "number", groups["people"]),
        Column("Active", "number", groups["active"]),
        Column("Idle", "number", groups["idle"]),
        Column("Idle share", "percent", groups["idle"] / groups["people"]),
        Column("List price a month", "money", groups["monthly_cost"]),
        Column("Of it idle", "money", groups["idle_monthly_cost"]),
    ]


def _differences(comparison: Comparison) -> list[Column]:
    kinds = {"only-here": "only here", "only-there": "only in the CSV", "dates": "other date"}
    differences = comparison.differences

    def times(values: Iterable[object]) -> "pd.Series[Any]":
        return pd.Series(list(values), dtype="datetime64[us, UTC]")

    return [
        Column("Login", "text", pd.Series([d.login for d in differences], dtype="str")),
        Column("Difference", "text", pd.Series([kinds[d.kind] for d in differences], dtype="str")),
        Column("Last activity here (UTC)", "time", times(d.here for d in differences)),
        Column("Last activity in the CSV (UTC)", "time", times(d.there for d in differences)),
        Column(
            "Idle here only",
            "text",
            pd.Series(["yes" if d.changes_idle else "no" for d in differences], dtype="str"),
        ),
        Column("Why", "text", pd.Series([d.reason for d in differences], dtype="str")),
    ]


def _write_table(workbook: Workbook, styles: Styles, title: str, columns: list[Column]) -> None:
    """Write a table; one with more rows than a sheet holds goes on in the next sheet."""
    count = len(columns[0].cells)
    for number, start in enumerate(range(0, max(count, 1), ROWS_OF_A_SHEET), 1):
        sheet = workbook.add_worksheet(title if number == 1 else f"{title} ({number})")
        rows = min(ROWS_OF_A_SHEET, count - start)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _width(column), styles.of[column.kind])
            sheet.write_string(0, place, column.name, styles.head)
        _write_rows(sheet, columns, start, rows)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, rows, len(columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        _highlight(sheet, styles, columns, max(rows, 1))


def _write_rows(sheet: Worksheet, columns: list[Column], start: int, rows: int) -> None:
    writers: list[Callable[[int, int, Any], object]] = [
        sheet.write_string if column.kind == "text" else sheet.write_number for column in columns
    ]
    for first in range(0, rows, _ROWS_AT_ONCE):
        part = slice(start + first, start + min(first + _ROWS_AT_ONCE, rows))
        cells = [
            (place, write, _cells(column.kind, column.cells.iloc[part]))
            for place, (column, write) in enumerate(zip(columns, writers, strict=True))
        ]
        for row in range(part.stop - part.start):
            for place, write, values in cells:
                if values[row] is not None:
                    write(first + row + 1, place, values[row])


def _cells(kind: Kind, values: "pd.Series[Any]") -> list[Any]:
    """Return what a workbook holds of the values; None is an empty cell."""
    if kind == "text":
        return [cell_text(text) if text else None for text in values.tolist()]
    if kind in ("time", "date"):
        times = values if kind == "time" else pd.to_datetime(values.where(values != ""), utc=True)
        seconds = times.dt.tz_convert(None).to_numpy().astype("datetime64[s]")
        days = np.where(np.isnat(seconds), np.nan, seconds.astype(np.int64) / _DAY + _EPOCH)
        return [None if np.isnan(day) else day for day in days.tolist()]
    if kind == "money":
        return [value / 100 for value in values.tolist()]
    return [None if value is pd.NA else value for value in values.tolist()]


def _width(column: Column) -> int:
    """Return the width in characters that shows the name with its filter button, and the values."""
    name = len(column.name) + 4
    if column.kind == "text":
        return max(name, min(_WIDEST, max(map(len, column.cells.unique()), default=0) + 2))
    return max(name, 20 if column.kind == "time" else 12)


def _highlight(sheet: Worksheet, styles: Styles, columns: list[Column], rows: int) -> None:
    for place, column in enumerate(columns):
        looks: list[dict[str, object]] = []
        if column.name == "Status":
            looks = [
                {"type": "cell", "criteria": "==", "value": f'"{status}"', "format": style}
                for status, style in styles.status.items()
            ]
        elif column.name in ("Idle", "Idle here only") and column.kind == "text":
            looks = [{"type": "cell", "criteria": "==", "value": '"yes"', "format": styles.idle}]
        elif column.name in ("Days since", "Idle share"):
            looks = [
                {
                    "type": "data_bar",
                    "bar_color": "#FFD8B5",
                    "min_type": "num",
                    "min_value": 0,
                }
            ]
        for look in looks:
            sheet.conditional_format(1, place, rows, place, look)
