"""The usage metrics' 28-day report on users: its files, and the records in them.

https://docs.github.com/en/rest/copilot/copilot-usage-metrics. A record is about one person on one
day. Any field may be missing, and a missing one is neither false nor 0.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Annotated, Any, NamedTuple

from msgspec import Meta, MsgspecError, Raw, Struct, defstruct, json

from copilot_seat_report.cleaning import clean
from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.copilot import Id, Scope
from copilot_seat_report.github.endpoints import ENTERPRISE_METRICS, ORGANIZATION_METRICS
from copilot_seat_report.github.rejections import Rejection

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


class _Needed(Struct):
    """The needed fields of a record with known names; the signs of use are among the others."""

    user_id: Id
    day: date | None = None
    ai_credits_used: _Credits | None = None
    ai_adoption_phase: _Phase | None = None


_COUNTS = ("user_initiated_interaction_count", "code_generation_activity_count")

_fields = json.Decoder(dict[str, Raw]).decode
_needed = json.Decoder(_Needed).decode
_count = json.Decoder(_Count | None).decode
_flag = json.Decoder(bool | None).decode

# What msgspec raises for a text that is not JSON, not UTF-8, or nested too deeply.
_NOT_DECODED = (MsgspecError, UnicodeDecodeError, RecursionError)

# More names, and longer ones, than GitHub's records will ever have.
_MOST_NAMES = 200
_LONGEST_NAME = 100


class _Known(NamedTuple):
    """How to read lines of records without other fields than `names`.

    `decode` returns the needed fields of each, and `signs_of` gets the signs of use from them.
    """

    names: frozenset[str]
    decode: Callable[[bytes], Sequence[Any]]
    signs_of: Callable[[Any], Sequence[int | None]]


class Records:
    """Decodes records, many at once if all their fields have been seen before; for any thread.

    A day of use has an interaction, a generation, AI credits, or any `used_*` flag except that of a
    passive code review (which others request).
    """

    def __init__(self) -> None:
        self._known = _known(frozenset())

    def of(self, text: bytes) -> Record | None:
        """Return the needed fields of a record, from its JSON.

        None if it has no `user_id`, or if a needed field has another type.
        """
        try:
            fields = _fields(text)
            signs = [_count(fields[name]) for name in _COUNTS if name in fields]
            signs += [_flag(fields[name]) for name in fields if _is_flag(name)]
            record = _record(_needed(text), signs)
        except _NOT_DECODED:
            return None
        names = self._known.names.union(filter(_is_plain, fields))
        if len(self._known.names) < len(names) <= _MOST_NAMES:
            self._known = _known(names)
        return record

    def of_lines(self, block: bytes) -> list[Record] | None:
        """Return the records of a block with one per line; None if it has anything unknown."""
        _, decode, signs_of = self._known
        try:
            return [_record(each, signs_of(each)) for each in decode(block)]
        except _NOT_DECODED:
            return None


@lru_cache(maxsize=100)
def _known(names: frozenset[str]) -> _Known:
    # Unneeded fields are in the type so that a new sign of use is noticed.
    types: dict[str, Any] = {
        name: bool | None if _is_flag(name) else Raw
        for name in names.difference(_Needed.__struct_fields__)
    }
    types |= dict.fromkeys(_COUNTS, _Count | None)
    fields = {f"field_{place}": name for place, name in enumerate(types)}
    signs = [field for field, name in fields.items() if name in _COUNTS or _is_flag(name)]
    known = defstruct(
        "Known",
        [(field, types[name], None) for field, name in fields.items()],
        bases=(_Needed,),
        rename=fields,
        forbid_unknown_fields=True,
        gc=False,
    )
    # msgspec 0.22 crashes where several threads are the first to use a type: making the decoder is
    # the first use of this one, and no other thread has it yet.
    return _Known(names, json.Decoder(known).decode_lines, attrgetter(*signs))


def _is_plain(name: str) -> bool:
    """Return whether a struct of msgspec may have the name: it must need no escapes in JSON."""
    return len(name) <= _LONGEST_NAME and name.isprintable() and not set(name) & {'"', "\\"}


def _is_flag(name: str) -> bool:
    return name.startswith("used_") and not name.endswith("_passive")


def _record(needed: _Needed, signs: Sequence[int | None]) -> Record:
    amount, phase = needed.ai_credits_used, needed.ai_adoption_phase
    is_stated = signs.count(None) < len(signs)
    return Record(
        user_id=needed.user_id,
        day=needed.day,
        credits=None if amount is None else round(amount * MILLIONTHS),
        used=True if amount or any(signs) else False if is_stated else None,
        phase=clean(phase.phase) if phase and phase.phase else None,
    )
