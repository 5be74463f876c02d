"""report.json as types: they are used to write and read it, and its schema follows from them.

Within a schema version, fields are only added. Money is in the currency, per month; times are UTC.
`totals` has the names of the action's outputs; all other names are in snake_case.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from copilot_seat_report.report import columns, model
from copilot_seat_report.report.breakdowns import FIGURES
from copilot_seat_report.report.columns import Column, Kind
from copilot_seat_report.report.dimensions import DIMENSIONS, Dimension
from copilot_seat_report.report.saving import PoolCase
from copilot_seat_report.sources.history.file import PastReport
from copilot_seat_report.sources.status import State

SCHEMA_VERSION = 1
SCHEMA_ID = "copilot-seat-report/report.schema.json"


class Struct(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the document."""


class Rules(Struct, frozen=True, kw_only=True):
    """The settings that decide status, flags, price and order."""

    inactive_days: int
    new_seat_days: int
    exempt_users: tuple[str, ...]
    price_business: float
    price_enterprise: float
    currency: str
    sort: str
    credits_business: int
    credits_enterprise: int
    credit_price: float


class IdlePath(Struct, frozen=True, kw_only=True):
    """How the number of idle people is counted; see docs/reading-the-report.md#idle."""

    inactive: int
    no_activity: int
    exempt: int
    leaving: int
    in_metrics: int


class Completeness(Struct, frozen=True, kw_only=True):
    """Whether a list agrees with GitHub's own total."""

    read: int
    stated: int | None
    stated_by: Literal["seat-list", "seat-settings"] | None
    counted: int
    unit: Literal["seats", "people"]
    complete: bool
    times_read: int
    changed: bool
    reason: Literal["", "differs", "no-total"]


class Count(Struct, frozen=True, kw_only=True):
    """One count of GitHub's seat breakdown, and a recount of the seats that were read."""

    name: str
    github: int | None
    recount: int | None
    explanation: str


class Overview(Struct, frozen=True, kw_only=True):
    """One organization's settings and counts, or an enterprise's list.

    `settings_refused` says how GitHub refused the settings (empty: it did not).
    """

    name: str
    kind: Literal["organization", "enterprise"]
    completeness: Completeness
    breakdown: tuple[Count, ...]
    settings: tuple[tuple[str, str], ...]
    plan_type: str
    settings_refused: str


class TelemetryCase(Struct, frozen=True, kw_only=True):
    """One person flagged `check-telemetry`; `guides` are (editor, URL) pairs."""

    login: str
    editor: str
    last_authenticated_at: datetime
    last_activity_at: datetime | None
    guides: tuple[tuple[str, str], ...]


class Difference(Struct, frozen=True, kw_only=True):
    """One login for which this report and GitHub's activity report differ."""

    login: str
    kind: Literal["dates", "only-here", "only-there"]
    here: datetime | None
    there: datetime | None
    days: float | None
    reason: str
    reason_code: model.DifferenceReason
    changes_idle: bool


class SourceStatus(Struct, frozen=True, kw_only=True):
    """Whether a source other than the seats was read, and up to when it has data."""

    source: str
    state: State
    words: str
    read_at: datetime | None
    up_to: datetime | None


class Comparison(Struct, frozen=True, kw_only=True):
    """This report compared with GitHub's own activity report."""

    report_time: datetime | None
    rows: int
    agree: int
    verdict: str
    basis: str
    differences: tuple[Difference, ...]


class Saving(Struct, frozen=True, kw_only=True):
    """What taking back idle seats would save; see docs/reading-the-report.md#usage-metrics.

    `included` are the credits of all seats per month, `idle_included` those of idle seats, and
    `used` those used in the 28 days. `pools` is the number of pools of credits.
    """

    case: PoolCase
    words: tuple[str, ...]
    monthly: float
    idle_cost: float
    included: float
    idle_included: float
    used: float
    pools: int


class Metrics(Struct, frozen=True, kw_only=True):
    """The results of GitHub's usage metrics for the people."""

    first_day: date | None
    last_day: date | None
    people: int
    cleared: int
    barely_used: int | None
    granted_since: int | None
    saving: Saving | None


_IN_JSON: dict[Any, Any] = {Decimal: float, Decimal | None: float | None}


class PeopleFile(Struct, frozen=True, kw_only=True):
    """How the report's people match those in the people file.

    `key` is the file's column with the logins. `missing` are not in the file, `ended` have an
    exemption that has ended, with its last day, and `leavers` left and still hold a seat; all are
    empty when anonymized. `without_seat` people in the file hold none (null for a selection).
    """

    key: str
    people: int
    missing: tuple[str, ...]
    ended: tuple[tuple[str, date], ...]
    leavers: tuple[str, ...]
    without_seat: int | None
    nameless_rows: int


Totals: Any = msgspec.defstruct(
    "Totals",
    [(field.name, _IN_JSON.get(field.type, field.type)) for field in fields(model.Totals)],
    rename=lambda name: name.replace("_", "-"),
    frozen=True,
    kw_only=True,
)
"""The figures, under the names of the action's outputs."""


class Head(Struct, frozen=True, kw_only=True):
    """Everything except the tables."""

    schema_version: int
    report_time: datetime
    sample: bool
    anonymized: bool
    enterprise: bool
    names: tuple[str, ...]
    selection: tuple[str, ...] | None
    rules: Rules
    totals: Totals
    idle_path: IdlePath
    newest_activity: datetime | None
    priced_by_organization: int
    priced_as_business: int
    unknown_users: tuple[str, ...]
    overviews: tuple[Overview, ...]
    telemetry: tuple[TelemetryCase, ...]
    comparison: Comparison | None
    sources: tuple[SourceStatus, ...]
    metrics: Metrics | None
    people_file: PeopleFile | None
    history: tuple[PastReport, ...]


_TYPES: dict[Kind, Any] = {
    "text": str,
    "list": list[str],
    "flags": list[str],
    "yes-no": bool,
    "time": datetime | None,
    "date": date | None,
    "days": int | None,
    "count": int | None,
    "money": float,
    "past-money": float | None,
    "credits": float | None,
    "id": int | None,
}

EDITOR_VERSION_KINDS: dict[str, Kind] = {"editor": "text", "version": "text", "people": "count"}


def kinds_of(dimension: Dimension) -> dict[str, Kind]:
    """Return the names and kinds of a breakdown's figures."""
    kinds: dict[str, Kind] = dict.fromkeys(dimension.fields, "text")
    kinds |= dict.fromkeys(FIGURES, "count")
    kinds |= {"monthly_cost": "money", "idle_monthly_cost": "money"}
    return kinds | ({"assumed": "count", "price": "money"} if dimension.name == "plan" else {})


GROUP_KINDS: dict[str, Kind] = {
    "column": "text",
    "value": "text",
    **dict.fromkeys(FIGURES, "count"),
    "monthly_cost": "money",
    "idle_monthly_cost": "money",
}


def document_type() -> type[Any]:
    """Return the type of the whole document, from the declared columns and dimensions."""
    return msgspec.defstruct(
        "Report",
        [
            *(
                (dimension.list_name, _records(dimension.name.title(), kinds_of(dimension)))
                for dimension in DIMENSIONS
            ),
            ("editor_versions", _records("EditorVersion", EDITOR_VERSION_KINDS)),
            (
                "people",
                _records(
                    "Person",
                    _kinds(columns.PEOPLE),
                    _kinds(columns.HISTORY + columns.METRICS),
                ),
            ),
            ("seats", _records("Seat", _kinds(columns.SEATS))),
            ("groups", _records("Group", GROUP_KINDS) | None),
            ("changes", _records("Change", _kinds(columns.CHANGES)) | None),
        ],
        bases=(Head,),
        frozen=True,
        kw_only=True,
    )


def _kinds(declared: tuple[Column, ...]) -> dict[str, Kind]:
    return {column.name: column.kind for column in declared}


def _records(
    name: str, kinds: dict[str, Kind], optional: Mapping[str, Kind] = MappingProxyType({})
) -> Any:  # noqa: ANN401 a type created here
    """Return the type of a list of records; the `optional` fields may be absent."""
    fields_: list[Any] = [(field, _TYPES[kind]) for field, kind in kinds.items()]
    fields_ += [
        (field, _TYPES[kind] | msgspec.UnsetType, msgspec.UNSET) for field, kind in optional.items()
    ]
    record = msgspec.defstruct(name, fields_, frozen=True, kw_only=True)
    return list[record]  # type: ignore[valid-type]


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the document."""
    made: dict[str, Any] = _with_patterns_of_ecma_262(msgspec.json.schema(document_type()))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": f"report.json of Copilot Seat Report, version {SCHEMA_VERSION}",
        **made,
    }


def _with_patterns_of_ecma_262(part: Any) -> Any:  # noqa: ANN401 any part of a schema
    r"""Return the schema with `^` and `$` for Python's `\A` and `\Z`, which validators do not know.

    https://json-schema.org/draft/2020-12/json-schema-core#section-6.4
    """
    if isinstance(part, list):
        return list(map(_with_patterns_of_ecma_262, part))
    if not isinstance(part, dict):
        return part
    whole = {name: _with_patterns_of_ecma_262(value) for name, value in part.items()}
    if isinstance(pattern := whole.get("pattern"), str):
        whole["pattern"] = pattern.replace(r"\A", "^").replace(r"\Z", "$")
    return whole
