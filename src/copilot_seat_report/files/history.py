"""The writer of `history.json`, which `sources/history/file.py` reads for the next report."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from copilot_seat_report.files.json import VALUES
from copilot_seat_report.report.columns import Kind
from copilot_seat_report.report.model import Report
from copilot_seat_report.sources.history.file import (
    FACTS,
    NOTHING,
    SCHEMA_VERSION,
    PastReport,
    People,
    Scope,
)

_ENCODER = msgspec.json.Encoder()


class _Head(msgspec.Struct):
    """Everything except the people."""

    schema_version: int
    scope: Scope
    key_check: str
    reports: Sequence[PastReport]


def write_history(report: Report, path: Path) -> None:
    """Write the series of reports, and the facts of everyone who holds a seat or was not read."""
    history = report.history
    assert history
    this = history.this
    head = _Head(SCHEMA_VERSION, this.shown_scope, this.key_check, history.reports)
    with path.open("wb") as file:
        file.write(_ENCODER.encode(head)[:-1] + b',\n"people":{')
        separator = b"\n"
        facts = _facts(report)
        for fact in FACTS:
            kind, values = facts[fact]
            every = [*VALUES[kind](values), *history.unread.of(fact)]
            if fact in _REQUIRED or every.count(NOTHING.get(fact)) < len(every):
                file.write(separator + _ENCODER.encode(fact) + b":" + _ENCODER.encode(every))
                separator = b",\n"
        file.write(b"}}\n")


_REQUIRED = {field.name for field in msgspec.structs.fields(People) if field.required}


def _facts(report: Report) -> Mapping[str, tuple[Kind, "pd.Series[Any]"]]:
    """Return kind and values of each fact of `People`."""
    people, now = report.people, pd.Timestamp(report.report_time)

    def times(column: str) -> "pd.Series[pd.Timestamp]":
        # The list is read after the report's time, but no date may be later than that.
        stated = people[column].mask(people[column] > now, now)
        return stated.dt.floor("D") if report.is_anonymized else stated

    shown, known = times("last_activity_at"), times("known_activity_at")
    nobody = pd.Series(False, people.index)
    return {
        "login": ("text", people["login"]),
        "created_at": ("time", times("created_at")),
        "monthly_price": ("money", people["monthly_price"]),
        "id": ("id", people["user_id"]),
        "last_activity_at": ("time", shown),
        "remembered": ("yes-no", people["remembered"]),
        "newest_activity_at": ("time", known.where(known != shown)),
        "leaving": ("yes-no", people["leaving"]),
        "exempt": ("yes-no", people["exempt"]),
        "last_active_day": ("date", _days(people, f"{now:%Y-%m-%d}")),
        "used_in_metrics": ("yes-no", people.get("used_undated", nobody)),
        "idle_since": ("time", people["idle_since"]),
        "idle_reports": ("count", people["idle_reports"]),
        "not_read": ("yes-no", nobody),
    }


def _days(people: pd.DataFrame, today: str) -> "pd.Series[str]":
    """Return the last active days, none of them later than today; empty without usage metrics."""
    if "last_active_day" not in people:
        return pd.Series("", people.index, dtype="str")
    # ISO dates sort as text, and an empty one is before all.
    days = [min(day, today) for day in people["last_active_day"].tolist()]
    return pd.Series(days, people.index, dtype="str")
