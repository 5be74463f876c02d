"""The first sheet of the workbook: the answer, the figures, and how far they can be trusted."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format

from copilot_seat_report.files.caveats import caveats
from copilot_seat_report.files.colours import BAR_COLOUR, STATUS_COLOURS
from copilot_seat_report.files.data_quality import data_quality
from copilot_seat_report.files.headline import headline
from copilot_seat_report.files.wording import (
    STATUSES,
    banners,
    everyone,
    idle_path,
    overlap_note,
    status_meanings,
    title,
    without_seat,
)
from copilot_seat_report.files.workbook.styles import Kind, Styles, cell_text
from copilot_seat_report.report.dimensions import ORGANIZATION, TEAM
from copilot_seat_report.report.model import Report, ScopeOverview

_NAME = "Overview"
_LAST = 4  # the last column of text; the charts stand to its right
_CHARS_OF_A_LINE = 112
_LINE = 15.75  # points
_LISTED = 25


def write_overview(workbook: Workbook, styles: Styles, report: Report) -> None:
    """Add the sheet to the workbook."""
    page = _Page(workbook, styles)
    _head(page, report)
    statuses = _figures(page, report)
    _data_quality(page, report)
    ages = _ages(page, report)
    _organizations(page, report)
    _plans(page, report)
    _rules(page, report)
    for overview in report.overviews:
        if overview.breakdown:
            _seats_as_github_counts(page, overview)
    _comparison(page, report)
    _limits(page, report)
    if report.totals.people:
        page.chart("doughnut", "People by status", statuses, [*STATUS_COLOURS.values()], row=1)
        page.chart("column", "People by their last activity", ages, [BAR_COLOUR], row=18)


class _Page:
    """A sheet that is written downwards, as its rows go to the disk at once."""

    def __init__(self, workbook: Workbook, styles: Styles) -> None:
        self._workbook = workbook
        self.styles = styles
        self._sheet = workbook.add_worksheet(_NAME)
        self._sheet.set_column(0, 0, 44)
        self._sheet.set_column(1, _LAST, 17)
        self._sheet.hide_gridlines(2)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._row = 0

    def title(self, text: str) -> None:
        self._sheet.set_row(self._row, 28)
        self._sheet.write_string(self._row, 0, cell_text(text), self.styles.title)
        self._row += 1

    def section(self, text: str) -> None:
        self._row += 1
        for place in range(_LAST + 1):
            self._sheet.write_string(
                self._row, place, cell_text(text if not place else ""), self.styles.section
            )
        self._row += 1

    def paragraph(self, text: str, style: Format | None = None, *, link: str = "") -> None:
        text = cell_text(text)
        lines = -(-len(text) // _CHARS_OF_A_LINE)
        self._sheet.set_row(self._row, _LINE * lines)
        last = _LAST - 1 if link else _LAST
        self._sheet.merge_range(self._row, 0, self._row, last, "", style or self.styles.paragraph)
        self._sheet.write_string(self._row, 0, text, style or self.styles.paragraph)
        if link:
            self._sheet.write_url(self._row, _LAST, link, self.styles.link, "GitHub's page")
        self._row += 1

    def table(
        self,
        names: Sequence[str],
        kinds: Sequence[Kind],
        rows: Iterable[Sequence[Any]],
        *,
        totals: Iterable[Sequence[Any]] = (),
    ) -> range:
        """Write a table and return its rows, those of the totals left out; None is left empty."""
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
        """Write names and values, one pair a row."""
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

    def chart(
        self, kind: str, title: str, rows: range, colours: Sequence[str], *, row: int
    ) -> None:
        """Draw the second column of these rows over the first, beside the text."""
        chart = self._workbook.add_chart({"type": kind})
        fills = [{"fill": {"color": colour}} for colour in colours]
        labels: dict[str, object] = {"value": True}
        if kind == "doughnut":
            labels["font"] = {"color": "#FFFFFF", "bold": True}
        chart.add_series(
            {
                "name": title,
                "categories": [_NAME, rows[0], 0, rows[-1], 0],
                "values": [_NAME, rows[0], 1, rows[-1], 1],
                "data_labels": labels,
                **({"points": fills} if len(fills) > 1 else fills[0]),
            }
        )
        chart.set_title({"name": title, "name_font": {"size": 12}})
        if kind == "column":
            chart.set_legend({"none": True})
            chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}})
        chart.set_size({"width": 520, "height": 320})
        self._sheet.insert_chart(row, _LAST + 2, chart)


def _head(page: _Page, report: Report) -> None:
    page.title(title(report, report.names))
    for banner in banners(report):
        page.paragraph(f"{banner.word} {banner.text}", page.styles.warning)
    page.paragraph(
        headline(report),
        page.styles.warning if report.totals.complete is False else page.styles.answer,
    )


def _figures(page: _Page, report: Report) -> range:
    totals, people = report.totals, report.people
    meanings = status_meanings(report)

    def line(name: str, of: "pd.Series[bool]") -> tuple[str, int, float | None, float]:
        number = int(of.sum())
        cost = int(people.loc[of, "monthly_price"].sum())
        return name, number, _share(number, totals.people), cost / 100

    page.section("People by status")
    statuses = page.table(
        ("Status", "People", "Share", "Cost per month"),
        ("text", "number", "percent", "money"),
        (line(STATUSES[status].capitalize(), people["status"] == status) for status in meanings),
        totals=(
            (everyone(report), totals.people, None, float(totals.monthly_cost)),
            line("Idle", people["idle"]),
            line("of them ask first", people["ask_first"]),
            line("of them no sign of use in the seat list", people["idle"] & ~people["ask_first"]),
        ),
    )
    page.paragraph(f"Idle: {idle_path(report.idle_path)}.")
    for status, meaning in meanings.items():
        page.paragraph(f"{STATUSES[status].capitalize()}: {meaning}.")
    return statuses


def _data_quality(page: _Page, report: Report) -> None:
    page.section("Data quality")
    for finding in data_quality(report):
        scope = f"{finding.scope}: " if finding.scope else ""
        style = page.styles.warning if finding.is_warning else None
        page.paragraph(f"{scope}{finding.text}", style)


def _organizations(page: _Page, report: Report) -> None:
    """Write what the sheets have no room for: what adds up, and why the lines do not."""
    if len(report.organizations) > 1:
        names = ("organization", "people", "active", "idle", "idle_monthly_cost")
        totals = report.totals
        page.section("Organizations")
        page.table(
            ("Organization", "People", "Active", "Idle", "Idle cost per month"),
            ("text", "number", "number", "number", "money"),
            (
                (name or ORGANIZATION.nameless, people, active, idle, cost / 100)
                for name, people, active, idle, cost in zip(
                    *(report.organizations[name].tolist()[:_LISTED] for name in names), strict=True
                )
            ),
            totals=(
                (
                    f"{everyone(report)}, each once",
                    totals.people,
                    totals.active,
                    totals.idle,
                    float(totals.idle_monthly_cost),
                ),
            ),
        )
        left = len(report.organizations) - _LISTED
        if left > 0:
            page.paragraph(f"{left:,} more are in the sheet Organizations.")
    for dimension in (ORGANIZATION, TEAM):
        if note := overlap_note(report, dimension):
            page.paragraph(note)


def _ages(page: _Page, report: Report) -> range:
    ages = report.ages
    page.section("When people were last active")
    return page.table(
        ("Last activity", "People", "Share", "Of them idle"),
        ("text", "number", "percent", "number"),
        (
            (age, people, _share(people, report.totals.people), idle)
            for age, people, idle in zip(
                ages["age"].tolist(), ages["people"].tolist(), ages["idle"].tolist(), strict=True
            )
        ),
    )


def _plans(page: _Page, report: Report) -> None:
    names = ("plan", "people", "assumed", "price", "monthly_cost")
    page.section("Plans")
    page.table(
        ("Plan", "People", "Plan assumed", "List price", "Cost per month"),
        ("text", "number", "number", "money", "money"),
        (
            (plan.capitalize(), people, assumed, price / 100, cost / 100)
            for plan, people, assumed, price, cost in zip(
                *(report.plans[name].tolist() for name in names), strict=True
            )
        ),
    )


def _rules(page: _Page, report: Report) -> None:
    rules, totals = report.rules, report.totals
    page.section("This report")
    page.pairs(
        (
            ("Report time (UTC)", "time", report.report_time),
            ("Inactive after so many days without activity", "number", rules.inactive_days),
            ("New for so many days after the grant", "number", rules.new_seat_days),
            ("Exempt: logins and wildcards", "number", len(rules.exempt_users)),
            ("List price, Copilot Business", "money", rules.price_business / 100),
            ("List price, Copilot Enterprise", "money", rules.price_enterprise / 100),
            ("Seats", "number", totals.seats),
            ("Seats with no assignee, in no person's figures", "number", totals.unassigned),
            ("People pending cancellation", "number", totals.pending_cancellation),
            ("People exempt", "number", totals.exempt),
        )
    )


def _seats_as_github_counts(page: _Page, overview: ScopeOverview) -> None:
    page.section(f"Seats of {overview.name} as GitHub counts them")
    page.table(
        ("This billing cycle", "GitHub", "Recount"),
        ("text", "number", "number"),
        ((count.name, count.github, count.recount) for count in overview.breakdown),
    )
    for count in overview.breakdown:
        if count.explanation:
            page.paragraph(f"{count.name}: {count.explanation}")
    page.pairs((name, "text", value) for name, value in overview.settings)


def _comparison(page: _Page, report: Report) -> None:
    if report.comparison:
        page.section("Compared with GitHub's own activity report")
        page.paragraph(f"{report.comparison.verdict} {report.comparison.basis}")
    if report.unknown_users:
        page.section("Selected people without a seat")
        page.paragraph(without_seat(report))
        page.paragraph(", ".join(report.unknown_users))


def _limits(page: _Page, report: Report) -> None:
    page.section("Limits of the data")
    for caveat in caveats(report):
        page.paragraph(f"{caveat.title} {caveat.text}", link=caveat.link)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
