"""The report as CSV: UTF-8, comma, line feed, quoted as in RFC 4180."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from copilot_seat_report.files.text import amounts, formula_safe, iso, numbers, parts
from copilot_seat_report.report.model import SEAT_COLUMNS, Report

_TIMES = ("last_activity_at", "last_authenticated_at", "created_at")
_MONEY = ("monthly_price", "monthly_cost", "idle_monthly_cost")


def write_seats(report: Report, path: Path) -> None:
    """Write one row a seat; `monthly_price` adds up to the cost of the report."""
    _write(report.seats[list(SEAT_COLUMNS)], path)


def write_activity_report(report: Report, path: Path) -> None:
    """Write one row a person in the layout of GitHub's own activity report.

    https://docs.github.com/en/copilot/reference/metrics-data#copilot-activity-report
    """
    people = report.people
    editors = zip(people["editor"].tolist(), people["editor_version"].tolist(), strict=True)
    surfaces = [" ".join(editor).strip() or "Unspecified" for editor in editors]
    table = pd.DataFrame(
        {
            "report_time": f"{report.report_time:%Y-%m-%dT%H:%M:%SZ}",
            "login": people["login"],
            "last_authenticated_at": people["last_authenticated_at"],
            "last_activity_at": people["last_activity_at"],
            "last_surface_used": pd.Series(surfaces, dtype="str"),
        }
    )
    _write(table, path)


def write_teams(report: Report, path: Path) -> None:
    """Write one row an organization and team; the empty team are seats granted without one."""
    _write(report.teams, path)


def write_editors(report: Report, path: Path) -> None:
    """Write one row an editor; the empty editor are people without recorded activity."""
    _write(report.editors, path)


def _write(table: pd.DataFrame, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.columns)
        for part in parts(table):
            cells = [_cells(str(name), column) for name, column in part.items()]
            writer.writerows(zip(*cells, strict=True))


def _cells(name: str, column: "pd.Series[Any]") -> Sequence[object]:
    if name in _TIMES:
        return iso(column)
    if name in _MONEY:
        return amounts(column)
    return formula_safe(column) if column.dtype == "str" else numbers(column)
