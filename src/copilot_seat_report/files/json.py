"""The report as JSON: everything, for programs.

Within a schema version, fields are only ever added.
"""

from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pandas as pd

from copilot_seat_report.files.text import iso, numbers, parts
from copilot_seat_report.report.model import SEAT_COLUMNS, Report, Totals

SCHEMA_VERSION = 1
_MONEY = ("monthly_price", "monthly_cost", "idle_monthly_cost", "price")
_ENCODER = msgspec.json.Encoder(decimal_format="number")

_PEOPLE = (
    "login,user_id,status,flags,idle,last_activity_at,days_since_activity,last_activity_editor,"
    "editor,editor_version,last_authenticated_at,created_at,organizations,teams,plan,plan_source,"
    "pending_cancellation_date,seats,monthly_price"
).split(",")
_SEPARATORS = {"organizations": "\n", "teams": "\n", "flags": " "}


def totals(figures: Totals) -> dict[str, Any]:
    """Return the figures under the names of the action's outputs."""
    return {field.name.replace("_", "-"): getattr(figures, field.name) for field in fields(figures)}


def write_json(report: Report, path: Path) -> None:
    """Write the whole report; money in the currency, not in hundredths."""
    head = {
        "schema_version": SCHEMA_VERSION,
        "report_time": report.report_time,
        "sample": report.is_sample,
        "anonymized": report.is_anonymized,
        "enterprise": report.is_enterprise,
        "names": report.names,
        "selection": report.selection,
        "rules": {
            **asdict(report.rules),
            # Who is exempt is a name too; the count is in the totals.
            "exempt_users": () if report.is_anonymized else report.rules.exempt_users,
            "price_business": report.rules.price_business / 100,
            "price_enterprise": report.rules.price_enterprise / 100,
        },
        "totals": totals(report.totals),
        "idle_path": report.idle_path,
        "newest_activity": report.newest_activity,
        "priced_by_organization": report.priced_by_organization,
        "priced_as_business": report.priced_as_business,
        "unknown_users": report.unknown_users,
        "overviews": report.overviews,
        "telemetry": report.telemetry,
        "comparison": report.comparison,
    }
    tables = {
        "organizations": report.organizations,
        "teams": report.teams,
        "editors": report.editors,
        "editor_versions": report.editor_versions,
        "plans": report.plans,
        "ages": report.ages,
        "people": report.people[_PEOPLE],
        "seats": report.seats[list(SEAT_COLUMNS)],
    }
    with path.open("wb") as file:
        file.write(_ENCODER.encode(head)[:-1])
        for name, table in tables.items():
            file.write(b",\n" + _ENCODER.encode(name) + b":[")
            _write_rows(table, file)
            file.write(b"]")
        file.write(b"}\n")


def _write_rows(table: pd.DataFrame, file: BinaryIO) -> None:
    record = msgspec.defstruct("Record", list(table.columns), gc=False)
    separator = b"\n"
    for part in parts(table):
        values = [_values(str(name), column) for name, column in part.items()]
        lines = _ENCODER.encode_lines(map(record, *values))
        # A line feed in a text is escaped: each that there is ends a row.
        file.write(separator + lines[:-1].replace(b"\n", b",\n"))
        separator = b",\n"


def _values(name: str, column: "pd.Series[Any]") -> Sequence[object]:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return [text or None for text in iso(column)]
    if name in _SEPARATORS:
        return _split(column.tolist(), _SEPARATORS[name])
    if name in _MONEY:
        return [value / 100 for value in column.tolist()]
    return numbers(column) if column.dtype == "Int64" else column.tolist()


def _split(texts: Sequence[str], separator: str) -> list[list[str]]:
    """Split each different text once: nearly all of them are the same few."""
    lists = {text: text.split(separator) if text else [] for text in set(texts)}
    return [lists[text] for text in texts]
