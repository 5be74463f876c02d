"""The report as a workbook, `report.xlsx`: an overview, and sheets to sort and to filter.

Rows go to the disk as they are written, so that memory does not grow with the number of people.
Text is written as strings, which no spreadsheet runs as formulas; times are UTC.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from copilot_seat_report.files.headline import headline
from copilot_seat_report.files.wording import FLAG_LABELS, STATUSES
from copilot_seat_report.files.workbook.overview import write_overview
from copilot_seat_report.files.workbook.styles import Kind, Styles, cell_text
from copilot_seat_report.report import columns
from copilot_seat_report.report.dimensions import EDITOR, ORGANIZATION, TEAM, Dimension
from copilot_seat_report.report.model import Comparison, Report

# Of 1,048,576, of which the first has the names of the columns:
# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
ROWS_OF_A_SHEET = 1_048_575
_ROWS_AT_ONCE = 10_000
_WIDEST = 42
_EPOCH = 25_569  # 1970-01-01 as spreadsheets count days
_DAY = 86_400


Highlight = Literal["", "status", "yes", "bar"]


@dataclass(frozen=True)
class Column:
    """A column of a sheet: money in hundredths, times UTC, dates `YYYY-MM-DD`."""

    name: str
    kind: Kind
    cells: "pd.Series[Any]"
    highlight: Highlight = ""


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
    for title, sheet in _tables(report):
        _write_table(workbook, styles, title, sheet)
    # Not by `with`, which would first finish the file when the run is interrupted.
    try:
        workbook.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error


def _tables(report: Report) -> Iterator[tuple[str, list[Column]]]:
    yield "People", _declared(report.people_columns, report.people, report)
    yield "Seats", _declared(report.seat_columns, report.seats, report)
    yield "Teams", _groups(report, TEAM, organization="Organization", team="Team")
    yield "Editors", _groups(report, EDITOR, editor=EDITOR.label)
    if len(report.organizations) > 1:
        yield "Organizations", _groups(report, ORGANIZATION, organization="Organization")
    if report.comparison:
        yield "Comparison", _differences(report, report.comparison)


_KINDS: Mapping[columns.Kind, Kind] = {
    "text": "text",
    "list": "text",
    "flags": "text",
    "yes-no": "text",
    "time": "time",
    "date": "date",
    "days": "number",
    "count": "number",
    "money": "money",
    "credits": "credits",
    "id": "id",
}
_HIGHLIGHTS: Mapping[str, Highlight] = {
    "status": "status",
    "idle": "yes",
    "days_since_activity": "bar",
}


def _declared(
    declared: Sequence[columns.Column], table: pd.DataFrame, report: Report
) -> list[Column]:
    """Return the columns under their labels, the login first and numbers of people last."""
    order = sorted(declared, key=lambda each: (each.name != "login", each.kind == "id"))
    return [
        Column(
            column.label,
            _kind_of_times(report) if column.kind == "time" else _KINDS[column.kind],
            _in_words(column, table[column.name]),
            _HIGHLIGHTS.get(column.name, ""),
        )
        for column in order
    ]


def _in_words(column: columns.Column, cells: "pd.Series[Any]") -> "pd.Series[Any]":
    if column.name == "status":
        return cells.map(STATUSES).astype("str")
    if column.kind == "yes-no":
        return cells.map({True: "yes", False: "no"}).astype("str")
    if column.kind == "flags":
        return cells.map(
            {
                flags: ", ".join(FLAG_LABELS[flag] for flag in flags.split())
                for flags in cells.unique()
            }
        ).astype("str")
    return cells.str.replace("\n", ", ") if column.kind == "list" else cells


def _kind_of_times(report: Report) -> Kind:
    """Return how times of people are shown: under pseudonyms they are whole days."""
    return "day" if report.is_anonymized else "time"


def _groups(report: Report, dimension: Dimension, **names: str) -> list[Column]:
    groups = report.by(dimension.name)
    nameless = {"organization": ORGANIZATION.nameless, dimension.name: dimension.nameless}
    return [
        *(
            Column(head, "text", groups[name].mask(groups[name] == "", nameless[name]))
            for name, head in names.items()
        ),
        Column("People", "number", groups["people"]),
        Column("Active", "number", groups["active"]),
        Column("Idle", "number", groups["idle"]),
        Column("Ask first", "number", groups["ask_first"]),
        Column("Idle share", "percent", groups["idle"] / groups["people"], "bar"),
        Column("Cost per month", "money", groups["monthly_cost"]),
        Column("Idle cost per month", "money", groups["idle_monthly_cost"]),
    ]


def _differences(report: Report, comparison: Comparison) -> list[Column]:
    kinds = {"only-here": "only here", "only-there": "only in the CSV", "dates": "other date"}
    differences, when = comparison.differences, _kind_of_times(report)

    def times(values: Iterable[object]) -> "pd.Series[Any]":
        return pd.Series(list(values), dtype="datetime64[us, UTC]")

    return [
        Column("Login", "text", pd.Series([d.login for d in differences], dtype="str")),
        Column("Difference", "text", pd.Series([kinds[d.kind] for d in differences], dtype="str")),
        Column("Last activity here (UTC)", when, times(d.here for d in differences)),
        Column("Last activity in the CSV (UTC)", when, times(d.there for d in differences)),
        Column(
            "Idle here only",
            "text",
            pd.Series(["yes" if d.changes_idle else "no" for d in differences], dtype="str"),
            "yes",
        ),
        Column("Why", "text", pd.Series([d.reason for d in differences], dtype="str")),
    ]


def _write_table(workbook: Workbook, styles: Styles, title: str, shown: list[Column]) -> None:
    """Write a table; one with more rows than a sheet holds goes on in the next sheet."""
    count = len(shown[0].cells)
    for number, start in enumerate(range(0, max(count, 1), ROWS_OF_A_SHEET), 1):
        sheet = workbook.add_worksheet(title if number == 1 else f"{title} ({number})")
        rows = min(ROWS_OF_A_SHEET, count - start)
        for place, column in enumerate(shown):
            sheet.set_column(place, place, _width(column), styles.of[column.kind])
            sheet.write_string(0, place, column.name, styles.head)
        _write_rows(sheet, shown, start, rows)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, rows, len(shown) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        _highlight(sheet, styles, shown, max(rows, 1))


def _write_rows(sheet: Worksheet, shown: list[Column], start: int, rows: int) -> None:
    writers: list[Callable[[int, int, Any], object]] = [
        sheet.write_string if column.kind == "text" else sheet.write_number for column in shown
    ]
    for first in range(0, rows, _ROWS_AT_ONCE):
        part = slice(start + first, start + min(first + _ROWS_AT_ONCE, rows))
        cells = [
            (place, write, _cells(column.kind, column.cells.iloc[part]))
            for place, (column, write) in enumerate(zip(shown, writers, strict=True))
        ]
        for row in range(part.stop - part.start):
            for place, write, values in cells:
                if values[row] is not None:
                    write(first + row + 1, place, values[row])


def _cells(kind: Kind, values: "pd.Series[Any]") -> list[Any]:
    """Return what a workbook holds of the values; None is an empty cell."""
    if kind == "text":
        return [cell_text(text) if text else None for text in values.tolist()]
    if kind in ("time", "day", "date"):
        times = values if kind != "date" else pd.to_datetime(values.where(values != ""), utc=True)
        seconds = times.dt.tz_convert(None).to_numpy().astype("datetime64[s]")
        days = np.where(np.isnat(seconds), np.nan, seconds.astype(np.int64) / _DAY + _EPOCH)
        return [None if np.isnan(day) else day for day in days.tolist()]
    if kind in ("money", "credits"):
        return [None if value is pd.NA else value / 100 for value in values.tolist()]
    return [None if value is pd.NA else value for value in values.tolist()]


def _width(column: Column) -> int:
    """Return the width in characters that shows the name with its filter button, and the values."""
    name = len(column.name) + 4
    if column.kind == "text":
        return max(name, min(_WIDEST, max(map(len, column.cells.unique()), default=0) + 2))
    return max(name, 20 if column.kind == "time" else 12)


def _highlight(sheet: Worksheet, styles: Styles, shown: list[Column], rows: int) -> None:
    looks: dict[Highlight, list[dict[str, object]]] = {
        "": [],
        "status": [
            {"type": "cell", "criteria": "==", "value": f'"{STATUSES[status]}"', "format": style}
            for status, style in styles.status.items()
        ],
        "yes": [{"type": "cell", "criteria": "==", "value": '"yes"', "format": styles.idle}],
        "bar": [{"type": "data_bar", "bar_color": "#FFD8B5", "min_type": "num", "min_value": 0}],
    }
    for place, column in enumerate(shown):
        for look in looks[column.highlight]:
            sheet.conditional_format(1, place, rows, place, look)
