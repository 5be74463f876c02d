"""The sheets for checking the figures: how they are counted, and each one as a fact."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from xlsxwriter import Workbook

from copilot_seat_report.files.caveats import caveats
from copilot_seat_report.files.wording import (
    FLAG_LABELS,
    FLAG_MEANINGS,
    STATUSES,
    idle_path,
    status_meanings,
)
from copilot_seat_report.files.workbook.styles import Styles, cell_text
from copilot_seat_report.files.workbook.text_sheet import TextSheet, number_pages
from copilot_seat_report.report.model import FLAGS, Report

COUNTED = "How this is counted"
FACTS = "Facts"

Value = str | float | None


def write_counted(workbook: Workbook, styles: Styles, report: Report) -> None:
    """Add the sheet with the meaning of each status and flag, and the limits of the data."""
    page = TextSheet(workbook, styles, COUNTED)
    page.title(COUNTED)
    page.section("Status")
    for status, meaning in status_meanings(report).items():
        page.paragraph(f"{STATUSES[status].capitalize()}: {meaning}.")
    page.section("Flags")
    for flag in FLAGS:
        page.paragraph(f"{FLAG_LABELS[flag].capitalize()}: {FLAG_MEANINGS[flag]}")
    page.section("Idle")
    page.paragraph(f"{idle_path(report.idle_path)}.")
    page.paragraph(
        "Ask first: idle, and settling or check telemetry. The others show no sign of use in the "
        "seat list."
    )
    page.section("Limits of the data")
    for caveat in caveats(report):
        page.paragraph(f"{caveat.title} {caveat.text}", link=caveat.link)


def write_facts(workbook: Workbook, styles: Styles, report: Report) -> None:
    """Add the sheet with one row per fact: always the same keys in the same order.

    Unknown facts are blank. Formulas find facts by key, and two workbooks can be compared by row.
    """
    sheet = workbook.add_worksheet(FACTS)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 34)
    sheet.freeze_panes(1, 0)
    number_pages(sheet)
    sheet.write_string(0, 0, "Key", styles.head)
    sheet.write_string(0, 1, "Value", styles.head)
    for row, (key, value) in enumerate(sorted(facts(report)), 1):
        sheet.write_string(row, 0, key)
        if isinstance(value, str):
            sheet.write_string(row, 1, cell_text(value))
        elif value is not None:
            sheet.write_number(row, 1, value)


def facts(report: Report) -> Iterator[tuple[str, Value]]:
    """Yield each figure and rule with a key that stays the same from report to report."""
    for name, value in vars(report.totals).items():
        if name != "idle_users":
            yield f"totals.{name}", _value(value)
    for name, value in vars(report.idle_path).items():
        yield f"idle_path.{name}", _value(value)
    for name, value in vars(report.rules).items():
        if name != "exempt_users":
            yield f"rules.{name}", _value(value / 100 if name.startswith("price_") else value)
    yield "report_time", _value(report.report_time)
    yield "newest_activity", _value(report.newest_activity)
    yield "names", ", ".join(report.names)


def _value(value: object) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return float(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return None if value is None else str(value)
