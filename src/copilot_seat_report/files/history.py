"""The writer of `history.json`, which `sources/history/file.py` reads for the next report."""

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from copilot_seat_report.files.json import VALUES, rows_of
from copilot_seat_report.files.text import parts
from copilot_seat_report.report.columns import Kind
from copilot_seat_report.report.model import Report
from copilot_seat_report.sources.history.file import SCHEMA_VERSION, PastReport, Person, Scope

_ENCODER = msgspec.json.Encoder()


class _Head(msgspec.Struct):
    """Everything except the people."""

    schema_version: int
    scope: Scope
    key_check: str
    reports: Sequence[PastReport]


# `Person` with encoded values: times and dates are already texts.
_Row = msgspec.defstruct(
    "_Row",
    [
        (field.name, Any) if field.required else (field.name, Any, field.default)
        for field in msgspec.structs.fields(Person)
    ],
    omit_defaults=True,
    gc=False,
)


def write_history(report: Report, path: Path) -> None:
    """Write the series of reports, and the facts of everyone who holds a seat or was not read."""
    history = report.history
    assert history
    this = history.this
    facts = _facts(report)
    head = _Head(SCHEMA_VERSION, this.shown_scope, this.key_check, history.reports)
    with path.open("wb") as file:
        file.write(_ENCODER.encode(head)[:-1] + b',\n"people":[')
        separator = b"\n"
        read = (
            list(
                map(
                    _Row,
                    *(VALUES[_KINDS[field]](part[field]) for field in Person.__struct_fields__),
                )
            )
            for part in parts(facts)
        )
        for rows in chain(read, [history.unread]):
            if rows:
                file.write(separator)
                file.write(rows_of(_ENCODER.encode_lines(rows)))
                separator = b",\n"
        file.write(b"]}\n")


def _facts(report: Report) -> pd.DataFrame:
    """Return a column for each field of `Person`, in order."""
    people, now = report.people, pd.Timestamp(report.report_time)

    def facts(column: str) -> "pd.Series[pd.Timestamp]":
        # The list is read after the report's time, but no date may be later than that.
        times = people[column].mask(people[column] > now, now)
        return times.dt.floor("D") if report.is_anonymized else times

    shown, known = facts("last_activity_at"), facts("known_activity_at")
    values = {
        "login": people["login"],
        "created_at": facts("created_at"),
        "monthly_price": people["monthly_price"],
        "id": people["user_id"],
        "last_activity_at": shown,
        "remembered": people["remembered"],
        "newest_activity_at": known.where(known != shown),
        "leaving": people["leaving"],
        "exempt": people["exempt"],
        "last_active_day": _days(people, f"{now:%Y-%m-%d}"),
        "used_in_metrics": people.get("used_undated", pd.Series(False, people.index)),
        "idle_since": people["idle_since"],
        "idle_reports": people["idle_reports"],
        "not_read": pd.Series(False, people.index),
    }
    return pd.DataFrame({field: values[field] for field in Person.__struct_fields__})


_KINDS: Mapping[str, Kind] = {
    "login": "text",
    "created_at": "time",
    "monthly_price": "money",
    "id": "id",
    "last_activity_at": "time",
    "remembered": "yes-no",
    "newest_activity_at": "time",
    "leaving": "yes-no",
    "exempt": "yes-no",
    "last_active_day": "date",
    "used_in_metrics": "yes-no",
    "idle_since": "time",
    "idle_reports": "count",
    "not_read": "yes-no",
}


def _days(people: pd.DataFrame, today: str) -> "pd.Series[str]":
    """Return the last active days, none of them later than today; empty without usage metrics."""
    if "last_active_day" not in people:
        return pd.Series("", people.index, dtype="str")
    # ISO dates sort as text, and an empty one is before all.
    days = [min(day, today) for day in people["last_active_day"].tolist()]
    return pd.Series(days, people.index, dtype="str")
