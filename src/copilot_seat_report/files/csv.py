"""The report as CSV: UTF-8, comma, line feed, quoted as in RFC 4180."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from copilot_seat_report.files.text import amounts, formula_safe, iso, numbers, parts
from copilot_seat_report.report.model import SEAT_COLUMNS, UNASSIGNED, Report

_TIMES = ("last_activity_at", "last_authenticated_at", "created_at")
_MONEY = ("monthly_price", "monthly_cost", "idle_monthly_cost")


def write_seats(report: Report, path: Path) -> None:
    """Write one row a seat; `monthly_price` adds up to the cost of the report."""
    _write(report.seats[list(SEAT_COLUMNS)], path)


def write_activity_report(report: Report, path: Path) -> None:
    """Write the layout of the file that GitHub's "Get activity report" downloads.

    One row a person; for an enterprise or several organizations, one row a person and
    organization. `None` stands where there is nothing; the surface is GitHub's own text.
    https://docs.github.com/en/copilot/reference/metrics-data#copilot-activity-report
    """
    by_organization = report.is_enterprise or len(report.names) > 1
    rows = _by_organization(report.seats) if by_organization else report.people
    columns = {
        "Report Time": [f"{report.report_time:%Y-%m-%dT%H:%M:%SZ}"] * len(rows),
        "Login": rows["login"].tolist(),
        "Last Authenticated At": iso(rows["last_authenticated_at"]),
        "Last Activity At": iso(rows["last_activity_at"]),
        "Last Surface Used": rows["last_activity_editor"].tolist(),
    }
    if by_organization:
        columns["Organization"] = rows["organization"].tolist()
    table = {
        name: pd.Series([text or "None" for text in texts], dtype="str")
        for name, texts in columns.items()
    }
    _write(pd.DataFrame(table), path)


def _by_organization(seats: pd.DataFrame) -> pd.DataFrame:
    """Return one row a person and organization: their seat with the newest activity there."""
    keys = ["login", "organization"]
    assigned = seats[seats["status"] != UNASSIGNED]
    several = assigned[assigned.duplicated(keys, keep=False)]
    signed_in = several.groupby(keys)["last_authenticated_at"].transform("max")
    return (
        assigned.assign(
            last_authenticated_at=signed_in.reindex(assigned.index).fillna(
                assigned["last_authenticated_at"]
            )
        )
        .sort_values("last_activity_at", na_position="first", kind="stable")
        .drop_duplicates(keys, keep="last")
        .sort_index()
    )


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
