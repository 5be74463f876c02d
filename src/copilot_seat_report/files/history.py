"""The writer of `history.json`, which `sources/history/file.py` reads for the next report."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from copilot_seat_report.files.text import iso, numbers, parts
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
    head = _Head(SCHEMA_VERSION, this.shown_scope, this.key_check, history.reports)
    with path.open("wb") as file:
        file.write(_ENCODER.encode(head)[:-1] + b',\n"people":[')
        separator = b"\n"
        read = (list(map(_Row, *_facts(part, report))) for part in parts(report.people))
        for rows in chain(read, [history.unread]):
            if rows:
                # Line feeds in texts are escaped, so each line feed ends a row.
                lines = _ENCODER.encode_lines(rows)[:-1].replace(b"\n", b",\n")
                file.write(separator + lines)
                separator = b",\n"
        file.write(b"]}\n")


def _facts(people: pd.DataFrame, report: Report) -> list[Sequence[object]]:
    """Return the values of each field of `Person`, in order."""
    now = pd.Timestamp(report.report_time)

    def facts(column: str) -> "pd.Series[pd.Timestamp]":
        # The list is read after the report's time, but no date may be later than that.
        times = people[column].mask(people[column] > now, now)
        return times.dt.floor("D") if report.is_anonymized else times

    shown, known = facts("last_activity_at"), facts("known_activity_at")
    days: list[str | None] = [None] * len(people)
    if "last_active_day" in people:
        today = f"{now:%Y-%m-%d}"
        # ISO dates sort as text, and an empty one is before all.
        days = [min(day, today) or None for day in people["last_active_day"].tolist()]
    undated = people.get("used_undated", pd.Series(False, people.index))
    values: dict[str, Sequence[object]] = {
        "login": people["login"].tolist(),
        "created_at": _texts(facts("created_at")),
        "monthly_price": [price / 100 for price in people["monthly_price"].tolist()],
        "id": numbers(people["user_id"]),
        "last_activity_at": _texts(shown),
        "remembered": people["remembered"].tolist(),
        "newest_activity_at": _texts(known.where(known != shown)),
        "leaving": people["leaving"].tolist(),
        "exempt": people["exempt"].tolist(),
        "last_active_day": days,
        "used_in_metrics": undated.tolist(),
        "idle_since": _texts(people["idle_since"]),
        "idle_reports": numbers(people["idle_reports"]),
        "not_read": [False] * len(people),
    }
    return [values[field] for field in Person.__struct_fields__]


def _texts(times: "pd.Series[pd.Timestamp]") -> list[str | None]:
    return [text or None for text in iso(times)]
