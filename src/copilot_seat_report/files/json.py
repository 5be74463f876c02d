"""The report as JSON for programs, with the types of `document.py`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pandas as pd

from copilot_seat_report.files import document
from copilot_seat_report.files.saving import saving_in_words
from copilot_seat_report.files.text import iso, numbers, parts, published
from copilot_seat_report.report.columns import CHANGES, Column, Kind
from copilot_seat_report.report.model import Report, Totals
from copilot_seat_report.report.saving import Saving

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def totals(figures: Totals) -> dict[str, Any]:
    """Return the figures under the names of the action's outputs."""
    return {name.replace("_", "-"): value for name, value in vars(figures).items()}


def write_json(report: Report, path: Path) -> None:
    """Write the whole report; money is in the currency, not in hundredths."""
    head = document.Head(
        schema_version=document.SCHEMA_VERSION,
        report_time=report.report_time,
        sample=report.is_sample,
        anonymized=report.is_anonymized,
        enterprise=report.is_enterprise,
        names=report.names,
        selection=report.selection,
        rules=document.Rules(
            inactive_days=report.rules.inactive_days,
            new_seat_days=report.rules.new_seat_days,
            # These are names too; the totals have their number.
            exempt_users=() if report.is_anonymized else report.rules.exempt_users,
            price_business=report.rules.price_business / 100,
            price_enterprise=report.rules.price_enterprise / 100,
            currency=report.rules.currency,
            sort=report.rules.sort,
            credits_business=report.rules.credits_business,
            credits_enterprise=report.rules.credits_enterprise,
            credit_price=float(report.rules.credit_price),
        ),
        totals=document.Totals(**vars(report.totals)),
        idle_path=document.IdlePath(**asdict(report.idle_path)),
        newest_activity=report.newest_activity,
        priced_by_organization=report.priced_by_organization,
        priced_as_business=report.priced_as_business,
        unknown_users=report.unknown_users,
        overviews=msgspec.convert(
            report.overviews, tuple[document.Overview, ...], from_attributes=True
        ),
        telemetry=msgspec.convert(
            report.telemetry, tuple[document.TelemetryCase, ...], from_attributes=True
        ),
        comparison=msgspec.convert(
            report.comparison, document.Comparison | None, from_attributes=True
        ),
        sources=msgspec.convert(
            report.sources, tuple[document.SourceStatus, ...], from_attributes=True
        ),
        metrics=_metrics(report),
        people_file=msgspec.convert(
            report.matching, document.PeopleFile | None, from_attributes=True
        ),
        history=report.history.reports if report.history else (),
    )
    changes = report.history.changes if report.history else None
    tables: dict[str, tuple[pd.DataFrame | None, Mapping[str, Kind]]] = {
        **{
            breakdown.dimension.list_name: (
                breakdown.table,
                document.kinds_of(breakdown.dimension),
            )
            for breakdown in report.breakdowns
            if not breakdown.dimension.of_people_file
        },
        "editor_versions": (report.editor_versions, document.EDITOR_VERSION_KINDS),
        "people": (
            published(report.people, report.people_columns),
            _kinds(report.people_columns),
        ),
        "seats": (report.seats, _kinds(report.seat_columns)),
        "changes": (changes, _kinds(CHANGES)),
        "groups": (report.groups if report.matching else None, document.GROUP_KINDS),
    }
    with path.open("wb") as file:
        file.write(_ENCODER.encode(head)[:-1])
        for name, (table, kinds) in tables.items():
            file.write(b",\n" + _ENCODER.encode(name) + b":")
            if table is None:
                file.write(b"null")
            else:
                file.write(b"[")
                _write_rows(table, kinds, file)
                file.write(b"]")
        file.write(b"}\n")


def _metrics(report: Report) -> document.Metrics | None:
    metrics = report.metrics
    if metrics is None:
        return None
    return document.Metrics(
        first_day=metrics.first_day,
        last_day=metrics.last_day,
        people=metrics.people,
        cleared=metrics.cleared,
        barely_used=metrics.barely_used,
        granted_since=metrics.granted_since,
        saving=_saving(report, metrics.saving) if metrics.saving else None,
    )


def _saving(report: Report, saving: Saving) -> document.Saving:
    return document.Saving(
        case=saving.case,
        words=tuple(saving_in_words(report)),
        monthly=saving.monthly / 100,
        idle_cost=saving.idle_cost / 100,
        included=saving.included / 100,
        idle_included=saving.idle_included / 100,
        used=saving.used / 100,
        pools=len(saving.pools),
    )


def _kinds(columns: Sequence[Column]) -> dict[str, Kind]:
    return {column.name: column.kind for column in columns}


def _write_rows(table: pd.DataFrame, kinds: Mapping[str, Kind], file: BinaryIO) -> None:
    # A column of the people file may have a name that no field can have.
    fields = [f"field_{place}" for place in range(len(kinds))]
    names = dict(zip(fields, kinds, strict=True))
    record = msgspec.defstruct("Record", fields, rename=names, gc=False)
    separator = b"\n"
    for part in parts(table):
        values = [VALUES[kind](part[name]) for name, kind in kinds.items()]
        # A list, because msgspec 0.22 never frees the values of any other iterable.
        lines = _ENCODER.encode_lines(list(map(record, *values)))
        file.write(separator)
        # Line feeds in texts are escaped, so each line feed ends a row. The view leaves out the
        # last one without another copy of all.
        file.write(memoryview(lines.replace(b"\n", b",\n"))[:-2])
        separator = b",\n"


def _split(column: "pd.Series[str]", separator: str) -> list[list[str]]:
    """Return the split texts; each distinct text is split once, because most are the same few."""
    texts: list[str] = column.tolist()
    lists = {text: text.split(separator) if text else [] for text in set(texts)}
    return [lists[text] for text in texts]


def _or_null(texts: Sequence[str]) -> list[str | None]:
    return [text or None for text in texts]


def _hundredths(column: "pd.Series[Any]") -> list[float | None]:
    return [None if value is pd.NA else value / 100 for value in column.tolist()]


def _as_they_are(column: "pd.Series[Any]") -> list[Any]:
    return column.tolist()


# What stands in JSON for the cells of a column, by its kind.
VALUES: Mapping[Kind, Callable[["pd.Series[Any]"], Sequence[object]]] = {
    "text": _as_they_are,
    "list": lambda column: _split(column, "\n"),
    "flags": lambda column: _split(column, " "),
    "yes-no": _as_they_are,
    "time": lambda column: _or_null(iso(column)),
    "date": lambda column: _or_null(column.tolist()),
    "days": numbers,
    "count": numbers,
    "money": _hundredths,
    "past-money": _hundredths,
    "credits": _hundredths,
    "id": numbers,
}
