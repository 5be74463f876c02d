"""A sheet of text, figures and charts, written from the top down."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from copilot_seat_report.files.workbook.styles import Kind, Styles, cell_text

LAST = 4  # the last column of text; the charts are to its right
LINE = 15.75  # points
# The widths of the columns of text and of values, in characters.
_TEXT = 44
VALUES = 20
# The headline has larger letters, so fewer fit on a line.
_FEWER = 0.85
# At this size, three charts fit on a printed page, one below the other.
_CHART = {"width": 520, "height": 280}
_CHART_GAP = 10


def number_pages(sheet: Worksheet) -> None:
    """Print the sheet's name and the page number on every page."""
    sheet.set_paper(9)  # A4
    sheet.set_footer("&L&A&RPage &P of &N")


class TextSheet:
    """A sheet that is written from top to bottom, because its rows go to disk at once."""

    def __init__(self, workbook: Workbook, styles: Styles, name: str, values: int = VALUES) -> None:
        self._workbook = workbook
        self.styles = styles
        self._name = name
        self._sheet = workbook.add_worksheet(name)
        self._values = values
        self._sheet.set_column(0, 0, _TEXT)
        self._sheet.set_column(1, LAST, values)
        self._sheet.hide_gridlines(2)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        number_pages(self._sheet)
        self._row = 0
        self._charts = 0

    def title(self, text: str) -> None:
        """Write the title of the sheet."""
        self._sheet.set_row(self._row, 28)
        self._sheet.write_string(self._row, 0, cell_text(text), self.styles.title)
        self._row += 1

    def section(self, text: str) -> None:
        """Write the heading of a part, after an empty row."""
        self._row += 1
        for place in range(LAST + 1):
            self._sheet.write_string(
                self._row, place, cell_text(text if not place else ""), self.styles.section
            )
        self._row += 1

    def paragraph(self, text: str, style: Format | None = None, *, link: str = "") -> None:
        """Write a text on as many lines as it needs; `link` is the URL of its source."""
        text = cell_text(text)
        last = LAST - 1 if link else LAST
        letters = _TEXT + last * self._values
        if style is self.styles.answer:
            letters = int(letters * _FEWER)
        self._sheet.set_row(self._row, LINE * -(-len(text) // letters))
        self._sheet.merge_range(self._row, 0, self._row, last, "", style or self.styles.paragraph)
        self._sheet.write_string(self._row, 0, text, style or self.styles.paragraph)
        if link:
            self._sheet.write_url(self._row, LAST, link, self.styles.link, "GitHub's page")
        self._row += 1

    def table(
        self,
        names: Sequence[str],
        kinds: Sequence[Kind],
        rows: Iterable[Sequence[Any]],
        *,
        totals: Iterable[Sequence[Any]] = (),
    ) -> range:
        """Return the rows of a table, written, without those of the totals; None becomes blank."""
        for place, (name, kind) in enumerate(zip(names, kinds, strict=True)):
            style = self.styles.head if kind == "text" else self.styles.head_right
            self._sheet.write_string(self._row, place, name, style)
        self._row += 1
        first = self._row
        self._lines(rows, kinds, self.styles.of)
        end = self._row
        self._lines(totals, kinds, self.styles.bold)
        return range(first, end)

    def _lines(
        self, rows: Iterable[Sequence[Any]], kinds: Sequence[Kind], styles: dict[Kind, Format]
    ) -> None:
        for row in rows:
            for place, (kind, value) in enumerate(zip(kinds, row, strict=True)):
                if value is None:
                    self._sheet.write_blank(self._row, place, None, styles[kind])
                elif kind == "text":
                    self._sheet.write_string(self._row, place, cell_text(value), styles[kind])
                else:
                    self._sheet.write_number(self._row, place, value, styles[kind])
            self._row += 1

    def pairs(self, pairs: Iterable[tuple[str, Kind, Any]]) -> None:
        """Write names and values, one pair per row."""
        for name, kind, value in pairs:
            self._sheet.write_string(self._row, 0, name)
            if isinstance(value, datetime):
                time = value.replace(tzinfo=None)
                self._sheet.write_datetime(self._row, 1, time, self.styles.of[kind])
            elif kind == "text":
                self._sheet.write_string(self._row, 1, cell_text(value))
            else:
                self._sheet.write_number(self._row, 1, value, self.styles.of[kind])
            self._row += 1

    def chart(self, kind: str, title: str, rows: range, colours: Sequence[str]) -> None:
        """Add a chart of the second column by the first, for these rows, next to the text."""
        chart = self._workbook.add_chart({"type": kind})
        fills = [{"fill": {"color": colour}} for colour in colours]
        labels: dict[str, object] = {"value": True}
        if kind == "doughnut":
            labels["font"] = {"color": "#FFFFFF", "bold": True}
        chart.add_series(
            {
                "name": title,
                "categories": [self._name, rows[0], 0, rows[-1], 0],
                "values": [self._name, rows[0], 1, rows[-1], 1],
                "data_labels": labels,
                **({"points": fills} if len(fills) > 1 else fills[0]),
            }
        )
        chart.set_title({"name": title, "name_font": {"size": 12}})
        if kind == "column":
            chart.set_legend({"none": True})
            chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}})
        self.insert(chart)

    def links(self, sheets: Iterable[tuple[str, str]]) -> None:
        """Write a link to each sheet of the workbook, with its content."""
        for name, content in sheets:
            quoted = name.replace("'", "''")
            self._sheet.write_url(
                self._row, 0, f"internal:'{quoted}'!A1", self.styles.link, cell_text(f"→ {name}")
            )
            self._sheet.write_string(self._row, 1, cell_text(content))
            self._row += 1

    def insert(self, chart: Chart) -> None:
        """Put a chart next to the text, below the others."""
        chart.set_size(_CHART)
        below = self._charts * (_CHART["height"] + _CHART_GAP)
        self._sheet.insert_chart(1, LAST + 2, chart, {"y_offset": below})
        self._charts += 1
