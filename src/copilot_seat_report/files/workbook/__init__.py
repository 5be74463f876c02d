"""The report as a workbook, `report.xlsx`: an overview, and sheets to sort and filter.

Text is written as strings, which no spreadsheet runs as formulas; times are UTC.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from copilot_seat_report.files.changes import LABELS
from copilot_seat_report.files.colours import STATUS_COLOURS
from copilot_seat_report.files.headline import headline
from copilot_seat_report.files.wording import FLAG_LABELS, STATUSES
from copilot_seat_report.files.workbook.counted import COUNTED, FACTS, write_counted, write_facts
from copilot_seat_report.files.workbook.overview import write_overview
from copilot_seat_report.files.workbook.styles import Kind, Styles, cell_text
from copilot_seat_report.files.workbook.text_sheet import number_pages
from copilot_seat_report.formatting import plural
from copilot_seat_report.report import columns
from copilot_seat_report.report.dimensions import AGE, ORGANIZATION, PLAN, Dimension
from copilot_seat_report.report.model import Comparison, Report
from copilot_seat_report.sources.history.file import ReportTotals

# All of 1,048,576 except the first, which has the names of the columns:
# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
ROWS_OF_A_SHEET = 1_048_575
MOST_ROWS_OF_TABLES = 10_000
_ROWS_AT_ONCE = 10_000
_WIDEST = 42
_IDLE_COST = "Idle cost per month"
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
    """Write the workbook to `path`; the same report always gives the same bytes.

    Raises OSError if it cannot be written.
    """
    workbook = Workbook(
        path,
        {
            # Real tables need all cells in memory. In a large report, rows go to disk as they are
            # written, next to the workbook, and a range with filters replaces each table.
            "constant_memory": len(report.seats) > MOST_ROWS_OF_TABLES,
            "use_zip64": True,
            "tmpdir": str(path.parent),
        },
    )
    workbook.set_properties(
        {
            "title": "Copilot Seat Report",
            "comments": headline(report),
            "created": report.report_time,
        }
    )
    styles = Styles(workbook, report.rules.currency)
    tables = list(_tables(report))
    contents = [(table.title, table.content) for table in tables]
    contents += [(COUNTED, "what each word means, and the limits of the data")]
    contents += [(FACTS, "each figure under a key, for formulas and for comparing workbooks")]
    write_overview(workbook, styles, report, contents)
    for table in tables:
        _write_table(workbook, styles, table)
    write_counted(workbook, styles, report)
    write_facts(workbook, styles, report)
    # Not `with`, which would first finish the file if the run is interrupted.
    try:
        workbook.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error


@dataclass(frozen=True)
class Table:
    """A sheet of rows: its title, content and columns, and the words for one row and several."""

    title: str
    content: str
    columns: list[Column]
    rows: tuple[str, str]
    chart: bool = False


_PEOPLE = ("person", "people")


def _tables(report: Report) -> Iterator[Table]:
    people = report.people
    if report.matching and report.matching.leavers:
        left = people[people["has_left"]].reset_index(drop=True)
        content = "people who left, according to the people file, and still hold a seat"
        yield Table("Left", content, _declared(report.people_columns, left, report), _PEOPLE)
    seen = ("Active in metrics", "not idle by the usage metrics", people["active_in_metrics"])
    for title, content, rows in (
        ("Idle", "idle people", people["idle"]),
        ("Ask first", "idle people who may still be using Copilot", people["ask_first"]),
        *((seen,) if report.totals.active_in_metrics else ()),
        ("People", "everyone with a seat", None),
    ):
        shown = people if rows is None else people[rows].reset_index(drop=True)
        yield Table(title, content, _declared(report.people_columns, shown, report), _PEOPLE)
    seats = _declared(report.seat_columns, report.seats, report)
    yield Table("Seats", "one row per seat", seats, ("seat", "seats"))
    dimensions = [each.dimension for each in report.breakdowns]
    titles = _titles(dimensions)
    for dimension in dimensions:
        if _has_sheet(report, dimension):
            name = dimension.label.lower() if dimension.of_people_file else dimension.name
            content = f"people by {name}"
            yield Table(
                titles[dimension.name], content, _groups(report, dimension), ("group", "groups")
            )
    if report.history and report.history.changes is not None:
        changes = _declared(columns.CHANGES, report.history.changes, report)
        yield Table("Changes", "since the earlier report", changes, ("change", "changes"))
    if report.history:
        yield Table(
            "History",
            "the figures of each report",
            _series(report),
            ("report", "reports"),
            chart=True,
        )
    if report.comparison:
        differences = _differences(report, report.comparison)
        yield Table(
            "Comparison", "with GitHub's own report", differences, ("difference", "differences")
        )


# Characters that Excel does not allow in a sheet's title, and the maximum length.
_FORBIDDEN_IN_TITLES = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_LONGEST_TITLE = 31


def _titles(dimensions: Iterable[Dimension]) -> dict[str, str]:
    """Return the title of each breakdown's sheet; a column of the people file may have any name.

    Titles are unique ignoring case, and so are the names of their tables.
    """
    titles: dict[str, str] = {}
    taken: set[str] = set()
    for dimension in dimensions:
        title = dimension.plural
        if dimension.of_people_file:
            whole = f"By {_FORBIDDEN_IN_TITLES.sub(' ', dimension.label)}"
            title = _cut(whole, _LONGEST_TITLE)
            number = 1
            while _table_name(title).lower() in taken:
                number += 1
                title = f"{_cut(whole, _LONGEST_TITLE - 6)} ({number})"
        taken.add(_table_name(title).lower())
        titles[dimension.name] = title
    return titles


def _cut(text: str, most: int) -> str:
    """Return the beginning of a text, of at most `most` UTF-16 units, as Excel counts."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore").strip()


def _table_name(title: str) -> str:
    """Return the name of the table in the sheet with that title."""
    letters = (char if char.isalpha() or char in "0123456789" else "_" for char in title)
    return f"Table_{''.join(letters)}"


def _has_sheet(report: Report, dimension: Dimension) -> bool:
    """Return whether a way to group people has a sheet; plans and ages are in the overview."""
    if dimension is ORGANIZATION:
        return len(report.organizations) > 1
    return dimension not in (PLAN, AGE)


def _series(report: Report) -> list[Column]:
    assert report.history
    past = report.history.reports

    def figures(kind: Kind, name: str, values: Iterable[object]) -> Column:
        return Column(name, kind, pd.Series(list(values)))

    def costs(name: str, cost: Callable[[ReportTotals], float]) -> Column:
        """Return a column of costs without those in another currency than the workbook's."""
        values = [
            round(100 * cost(each.totals)) if each.rules.currency == report.rules.currency else None
            for each in past
        ]
        return Column(name, "money", pd.Series(values, dtype="Int64"))

    times = pd.Series([each.report_time for each in past], dtype="datetime64[us, UTC]")
    return [
        Column("Report of (UTC)", "time", times),
        figures("number", "People", (each.totals.people for each in past)),
        figures("number", "Idle", (each.totals.idle for each in past)),
        figures(
            "percent",
            "Idle share",
            (each.totals.idle / max(each.totals.people, 1) for each in past),
        ),
        costs("Cost per month", lambda totals: totals.monthly_cost),
        costs(_IDLE_COST, lambda totals: totals.idle_monthly_cost),
        figures("text", "Currency", (each.rules.currency for each in past)),
        figures("text", "Complete", ("yes" if each.totals.complete else "no" for each in past)),
        figures("number", "Inactive after days", (each.rules.inactive_days for each in past)),
    ]


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
    "past-money": "money",
    "credits": "credits",
    "id": "id",
}
_HIGHLIGHTS: Mapping[str, Highlight] = {
    "status": "status",
    "idle": "yes",
    "days_since_activity": "bar",
}


# The columns to look at first, and to print if a sheet has many.
_FIRST = (
    "login organizations organization change previous_status status idle flags last_activity_at "
    "days_since_activity editor teams assigning_team plan plan_type monthly_price"
).split()


def _declared(
    declared: Sequence[columns.Column], table: pd.DataFrame, report: Report
) -> list[Column]:
    """Return the columns under their labels, with IDs last."""

    def place(column: columns.Column) -> tuple[int, bool]:
        is_first = column.name in _FIRST and not column.of_people_file
        return _FIRST.index(column.name) if is_first else len(_FIRST), column.kind == "id"

    order = sorted(declared, key=place)
    return [
        Column(
            column.label,
            _kind_of_times(report) if column.kind == "time" else _KINDS[column.kind],
            _in_words(column, table[column.key]),
            _HIGHLIGHTS.get(column.name, ""),
        )
        for column in order
    ]


_SOURCES = {"": "", "seat": "seat list", "earlier-report": "earlier report"}


def _in_words(column: columns.Column, cells: "pd.Series[Any]") -> "pd.Series[Any]":
    if column.name in ("status", "previous_status"):
        return cells.map({"": "", **STATUSES}).astype("str")
    if column.name == "change":
        return cells.map(LABELS).astype("str")
    if column.name == "activity_source":
        return cells.map(_SOURCES).astype("str")
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
    """Return the kind of people's times: with pseudonyms, they are whole days."""
    return "day" if report.is_anonymized else "time"


def _groups(report: Report, dimension: Dimension) -> list[Column]:
    groups = report.by(dimension.name)
    figures = [
        Column("People", "number", groups["people"]),
        Column("Active", "number", groups["active"]),
        Column("Idle", "number", groups["idle"]),
        Column("Ask first", "number", groups["ask_first"]),
        Column("Idle share", "percent", groups["idle"] / groups["people"], "bar"),
        Column("Cost per month", "money", groups["monthly_cost"]),
        Column(_IDLE_COST, "money", groups["idle_monthly_cost"]),
    ]
    label = dimension.label
    if label.lower() in {column.name.lower() for column in figures}:
        label += " (people file)"
    labels = {"organization": ORGANIZATION.label, dimension.fields[-1]: label}
    nameless = {"organization": ORGANIZATION.nameless, dimension.fields[-1]: dimension.nameless}
    return [
        *(
            Column(labels[name], "text", groups[name].mask(groups[name] == "", nameless[name]))
            for name in dimension.fields
        ),
        *figures,
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


def _write_table(workbook: Workbook, styles: Styles, table: Table) -> None:
    """Write a table; one with more rows than a sheet can hold continues in the next sheet."""
    shown = table.columns
    count = len(shown[0].cells)
    for number, start in enumerate(range(0, max(count, 1), ROWS_OF_A_SHEET), 1):
        sheet = workbook.add_worksheet(table.title if number == 1 else f"{table.title} ({number})")
        rows = min(ROWS_OF_A_SHEET, count - start)
        for place, column in enumerate(shown):
            sheet.set_column(place, place, _width(column), styles.of[column.kind])
            sheet.write_string(0, place, column.name, styles.head)
        _write_rows(sheet, shown, start, rows)
        sheet.freeze_panes(1, 1)
        if rows and rows == count and not sheet.constant_memory:
            _make_table(sheet, styles, table, rows)
        else:
            sheet.autofilter(0, 0, rows, len(shown) - 1)
        _fit_to_paper(sheet, len(shown), rows)
        _highlight(sheet, styles, shown, max(rows, 1))
        if table.chart and rows > 1:
            sheet.insert_chart(1, len(shown) + 1, _line_chart(workbook, table, rows))


def _make_table(sheet: Worksheet, styles: Styles, table: Table, rows: int) -> None:
    """Make the range a table with its own name, and with totals of the columns that add up."""
    name = _table_name(table.title)
    heads: list[dict[str, object]] = []
    for place, column in enumerate(table.columns):
        head: dict[str, object] = {"header": column.name, "header_format": styles.head}
        if column.kind == "money" and not table.chart:
            head |= {
                "total_function": "sum",
                "total_value": int(column.cells.sum()) / 100,
                "format": styles.of["money"],
            }
        elif not place:
            head["total_string"] = plural(rows, *table.rows)
        heads.append(head)
    sheet.add_table(
        0,
        0,
        rows + 1,
        len(table.columns) - 1,
        {
            "name": name,
            "style": "Table Style Light 1",
            "columns": heads,
            "total_row": True,
        },
    )
    # Like Excel, use the table's name: other programs do not support formulas without it.
    for place, column in enumerate(table.columns):
        if "total_function" in heads[place]:
            sheet.write_formula(
                rows + 1,
                place,
                f"=SUBTOTAL(109,{name}[{column.name}])",
                styles.of["money"],
                heads[place]["total_value"],
            )


# The number of columns that are legible on a landscape A4 page.
_PRINTED_COLUMNS = 11


def _fit_to_paper(sheet: Worksheet, shown: int, rows: int) -> None:
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    if shown > _PRINTED_COLUMNS:
        sheet.print_area(0, 0, rows + 1, _PRINTED_COLUMNS - 1)
    number_pages(sheet)


def _line_chart(workbook: Workbook, table: Table, rows: int) -> Chart:
    """Return a chart of the cost of idle seats over time."""
    names = [column.name for column in table.columns]
    cost = names.index(_IDLE_COST)
    chart = workbook.add_chart({"type": "line"})
    chart.add_series(
        {
            "name": names[cost],
            "categories": [table.title, 1, 0, rows, 0],
            "values": [table.title, 1, cost, rows, cost],
            "line": {"color": STATUS_COLOURS["inactive"]},
            "marker": {"type": "circle"},
        }
    )
    chart.set_title({"name": names[cost], "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_x_axis({"date_axis": True, "num_format": "yyyy-mm-dd"})
    chart.set_y_axis({"min": 0, "num_format": "#,##0"})
    chart.set_size({"width": 620, "height": 320})
    return chart


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
    """Return the values as a workbook holds them; None is an empty cell."""
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
    """Return the width in characters for the name with its filter button, and for the values."""
    name = len(column.name) + 4
    if column.kind == "text":
        return max(name, min(_WIDEST, max(map(len, column.cells.unique()), default=0) + 2))
    if column.kind in ("money", "credits", "number") and len(column.cells):
        # The totals are the largest numbers.
        return max(name, len(f"USD {int(column.cells.sum()) / 100:,.2f}") + 3)
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
