"""The report as CSV: UTF-8, comma, line feed, quoted as in RFC 4180."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from copilot_seat_report.files.text import amounts, iso, numbers, parts, published
from copilot_seat_report.report.columns import CHANGES, Column, Kind
from copilot_seat_report.report.dimensions import EDITOR, TEAM, Dimension
from copilot_seat_report.report.model import Report

# What a spreadsheet would run as a formula:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_QUOTED = ('"', ",", "\r")  # and a line feed
_needs_quotes = re.compile(f"[{''.join(_QUOTED)}\n]").search

_FIGURES: tuple[tuple[str, Kind], ...] = (
    ("people", "count"),
    ("active", "count"),
    ("idle", "count"),
    ("ask_first", "count"),
    ("monthly_cost", "money"),
    ("idle_monthly_cost", "money"),
)


def write_people(report: Report, path: Path) -> None:
    """Write one row per person; `monthly_price` adds up to the report's cost."""
    people = published(report.people, report.people_columns)
    _write(people, _kinds(report.people_columns), path)


def write_seats(report: Report, path: Path) -> None:
    """Write one row per seat; `monthly_price` adds up to the report's cost."""
    _write(report.seats, _kinds(report.seat_columns), path)


def write_activity_report(report: Report, path: Path) -> None:
    """Write the activity report in the layout of GitHub's "Get activity report".

    It has one row per person or, for an enterprise or several organizations, one per person and
    organization. A missing value is `None`; the surface is GitHub's own text.
    https://docs.github.com/en/copilot/reference/metrics-data#copilot-activity-report
    """
    columns: dict[str, tuple[str, Kind]] = {
        "Report Time": ("report_time", "time"),
        "Login": ("login", "text"),
        "Last Authenticated At": ("last_authenticated_at", "time"),
        "Last Activity At": ("last_activity_at", "time"),
        "Last Surface Used": ("last_activity_editor", "text"),
    }
    if report.is_enterprise or len(report.names) > 1:
        columns["Organization"] = ("organization", "text")
    seats = _newest_of_each(report.seats, ["person", "organization"])
    seats["report_time"] = report.report_time
    table = seats[[column for column, _ in columns.values()]].set_axis(list(columns), axis=1)
    _write(table, {name: kind for name, (_, kind) in columns.items()}, path, nothing="None")


def _newest_of_each(seats: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the seat with the newest activity in each group of a person's seats.

    The dates are GitHub's, even if an earlier report has others.
    """
    columns = [*keys, "login", "last_authenticated_at", "last_activity_at", "last_activity_editor"]
    assigned = seats.loc[seats["person"] >= 0, columns]
    is_one_of_several = assigned.duplicated(keys, keep=False)
    several = assigned[is_one_of_several]
    signed_in = several.groupby(keys)["last_authenticated_at"].transform("max")
    newest = (
        several.assign(last_authenticated_at=signed_in)
        .sort_values("last_activity_at", na_position="first", kind="stable")
        .drop_duplicates(keys, keep="last")
    )
    return pd.concat([assigned[~is_one_of_several], newest]).sort_index()


def write_groups(report: Report, path: Path) -> None:
    """Write one row per group of the people file's columns; each column adds up to everyone."""
    kinds: dict[str, Kind] = {"column": "text", "value": "text", **dict(_FIGURES)}
    _write(report.groups, kinds, path)


def write_changes(report: Report, path: Path) -> None:
    """Write one row per change since the earlier report."""
    assert report.history
    assert report.history.changes is not None
    _write(report.history.changes, _kinds(CHANGES), path)


def write_teams(report: Report, path: Path) -> None:
    """Write one row per organization and team; seats granted without a team have an empty one."""
    _write_breakdown(report, TEAM, path)


def write_editors(report: Report, path: Path) -> None:
    """Write one row per editor; people without recorded activity have an empty one."""
    _write_breakdown(report, EDITOR, path)


def _write_breakdown(report: Report, dimension: Dimension, path: Path) -> None:
    kinds: dict[str, Kind] = dict.fromkeys(dimension.fields, "text")
    _write(report.by(dimension.name), kinds | dict(_FIGURES), path)


def _kinds(columns: Sequence[Column]) -> dict[str, Kind]:
    return {column.name: column.kind for column in columns}


def _write(
    table: pd.DataFrame, kinds: Mapping[str, Kind], path: Path, *, nothing: str = ""
) -> None:
    """Write these columns of the table, in this order; `nothing` stands in an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        # A column of the people file has a name from outside.
        file.write(",".join(map(_cell, kinds)) + "\n")
        for part in parts(table):
            cells = [_CELLS[kind](part[name]) for name, kind in kinds.items()]
            if nothing:
                cells = [[cell or nothing for cell in column] for column in cells]
            file.write("\n".join(map(",".join, zip(*cells, strict=True))) + "\n")


def _texts(column: "pd.Series[str]") -> list[str]:
    texts: list[str] = column.tolist()
    different = set(texts)
    return texts if _are_cells(different) else _cells(texts, different, _cell)


def _are_cells(texts: Collection[str]) -> bool:
    """Return whether no text needs quotes or is a formula; all are checked at once for speed."""
    together = "\n".join(("", *texts))
    starts = [f"\n{start}" for start in _FORMULA if start in together]
    return together.count("\n") == len(texts) and not any(
        mark in together for mark in (*_QUOTED, *starts)
    )


def _lists(column: "pd.Series[str]") -> list[str]:
    texts: list[str] = column.tolist()
    return _cells(texts, set(texts), lambda lines: _cell(lines.replace("\n", "; ")))


def _cells(
    texts: Sequence[str], different: Collection[str], cell: Callable[[str], str]
) -> list[str]:
    """Return the cell of each text; each of the `different` ones is processed once."""
    cells = {text: cell(text) for text in different}
    return [cells[text] for text in texts]


def _cell(text: str) -> str:
    """Return a text, quoted if necessary, with a leading `'` if it would be a formula."""
    if text.startswith(_FORMULA):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if _needs_quotes(text) else text


def _yes_no(column: "pd.Series[bool]") -> list[str]:
    return ["true" if value else "false" for value in column.tolist()]


def _numbers(column: "pd.Series[int]") -> list[str]:
    return ["" if number is None else str(number) for number in numbers(column)]


_CELLS: Mapping[Kind, Callable[["pd.Series[Any]"], Sequence[str]]] = {
    "text": _texts,
    "list": _lists,
    "flags": _texts,
    "yes-no": _yes_no,
    "time": iso,
    "date": _texts,
    "days": _numbers,
    "count": _numbers,
    "money": amounts,
    "past-money": amounts,
    "credits": amounts,
    "id": _numbers,
}
