"""The usage metrics' 28-day report on users: its files, and the records in them.

https://docs.github.com/en/rest/copilot/copilot-usage-metrics. A record is about one person on one
day. Any field may be missing, and a missing one is neither false nor 0.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Annotated, NamedTuple, TypeVar

from msgspec import Meta, MsgspecError, Raw, Struct, json

from copilot_seat_report.cleaning import clean
from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.copilot import Id, Scope
from copilot_seat_report.github.endpoints import ENTERPRISE_METRICS, ORGANIZATION_METRICS
from copilot_seat_report.github.rejections import Rejection

T = TypeVar("T")

NO_CONTENT = 204
MILLIONTHS = 1_000_000


class UserReport(Struct, frozen=True):
    """The days that the report covers, and the signed URLs of its files, valid for an hour."""

    download_links: list[str]
    report_start_day: date
    report_end_day: date


_REPORT = json.Decoder(UserReport)


def read_user_report(github: GitHub, scope: Scope) -> UserReport | None:
    """Return where the newest report is, or None if there is none yet (204)."""
    url = github.url(f"{scope.path}/copilot/metrics/reports/users-28-day/latest")
    what = f"The usage metrics report of {scope}"
    endpoint = ENTERPRISE_METRICS if scope.is_enterprise else ORGANIZATION_METRICS
    try:
        return github.get(url, _REPORT, what=what, endpoint=endpoint).value
    except Rejection as rejection:
        if rejection.status == NO_CONTENT:
            return None
        raise


class Record(NamedTuple):
    """The needed fields of one record, each None if it is missing, apart from `user_id`.

    `credits` are millionths of an AI credit. `used` says whether the person used Copilot on that
    day (a day of use). `phase` is GitHub's name for the person's adoption phase. `day` is UTC.
    """

    user_id: int
    day: date | None
    credits: int | None
    used: bool | None
    phase: str | None


class _Phase(Struct):
    phase: Annotated[str, Meta(max_length=100)] | None = None


_Count = Annotated[int, Meta(ge=0)]
_Credits = Annotated[float, Meta(ge=0, le=1e9)]

_fields = json.Decoder(dict[str, Raw]).decode
_id = json.Decoder(Id).decode
_day = json.Decoder(date | None).decode
_count = json.Decoder(_Count | None).decode
_credits = json.Decoder(_Credits | None).decode
_flag = json.Decoder(bool | None).decode
_phase = json.Decoder(_Phase | None).decode

# What msgspec raises for a text that is not JSON, not UTF-8, or nested too deeply.
NOT_A_RECORD = (MsgspecError, UnicodeDecodeError, RecursionError)

_COUNTS = ("user_initiated_interaction_count", "code_generation_activity_count")


def decoded_record(text: bytes) -> Record:
    """Return the needed fields of a record, from its JSON.

    A day of use has an interaction, a generation, AI credits, or any `used_*` flag except that of a
    passive code review (which others request). Raises one of `NOT_A_RECORD` if the record has no
    `user_id`, or if a needed field has another type.
    """
    fields = _fields(text)
    amount = _value(fields, "ai_credits_used", _credits)
    phase = _value(fields, "ai_adoption_phase", _phase)
    signs: list[int | None] = [_value(fields, name, _count) for name in _COUNTS]
    signs += [_flag(fields[name]) for name in _flags(tuple(fields))]
    stated = [sign for sign in signs if sign is not None]
    return Record(
        user_id=_id(fields.get("user_id", b"null")),
        day=_value(fields, "day", _day),
        credits=None if amount is None else round(amount * MILLIONTHS),
        used=True if amount else any(stated) if stated else None,
        phase=clean(phase.phase) if phase and phase.phase else None,
    )


@lru_cache(maxsize=100)  # nearly all records have the same few sets of fields
def _flags(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name.startswith("used_") and not name.endswith("_passive")]


def _value(fields: dict[str, Raw], name: str, decode: Callable[[Raw], T | None]) -> T | None:
    return decode(fields[name]) if name in fields else None
