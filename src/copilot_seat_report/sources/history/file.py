"""`history.json`: the file that one report leaves for the next one to compare with.

It holds facts, not statuses: the status is computed from the facts by today's rules, so that other
rules do not show up as changes. Anyone who can write to the repository can forge the file, so it is
read like any text from outside: with size limits, and completely or not at all.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import chain, pairwise
from operator import attrgetter
from typing import IO, Annotated, Any

import msgspec
from msgspec import Meta, Struct

from copilot_seat_report.github.copilot import Id, Time

NAME = "history.json"
SCHEMA_VERSION = 1
# Ten years of a weekly report.
MAX_REPORTS = 520
# Enough for a million people.
MAX_BYTES = 256 << 20
# A million people have 14 facts each. A value may take 20 times as much memory as its text.
MAX_VALUES = 15_000_000
# Enough for a thousand files; a report has some twenty.
MAX_DIRECTORY_BYTES = 1 << 16

_LOGIN = r"[A-Za-z0-9_.\[\]-]{1,100}"
Login = Annotated[str, Meta(pattern=rf"\A{_LOGIN}\Z")]
Count = Annotated[int, Meta(ge=0, le=10**9)]
Money = Annotated[float, Meta(ge=0, le=1e12)]
Days = Annotated[int, Meta(ge=0, le=3650)]
Currency = Annotated[str, Meta(pattern=r"\A[A-Z]{3}\Z")]
Digest = Annotated[str, Meta(pattern=r"\A[a-z0-9:-]{0,100}\Z")]
Host = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9.:\[\]-]{1,255}\Z")]


class HistoryError(Exception):
    """A `history.json` cannot be used; the message says why, in words that follow "it"."""


class Scope(Struct, frozen=True):
    """The scope of a report: the API's host and the enterprise, or the organizations.

    Names are in lower case and sorted; in an anonymized report they are pseudonyms.
    """

    api: Host
    enterprise: Login | None = None
    organizations: tuple[Login, ...] = ()


class ReportRules(Struct, frozen=True):
    """The rules of a report, which decide who is idle and at what cost.

    Prices are amounts of `currency` per month. `exempt_users` is a digest of that input's list
    (empty: none). The last two say which sources were used.
    """

    inactive_days: Days
    new_seat_days: Days
    price_business: Money
    price_enterprise: Money
    currency: Currency
    exempt_users: Digest = ""
    usage_metrics: bool = False
    people_file: bool = False

    def same_days(self, other: "ReportRules") -> bool:
        """Return whether the same numbers of days decide a person's status."""
        return (self.inactive_days, self.new_seat_days) == (
            other.inactive_days,
            other.new_seat_days,
        )


class ReportTotals(Struct, frozen=True, rename="kebab"):
    """The figures of a report, by the names of the outputs; costs are per month."""

    seats: Count
    people: Count
    active: Count
    inactive: Count
    new: Count
    no_activity: Count
    unassigned: Count
    pending_cancellation: Count
    exempt: Count
    idle: Count
    monthly_cost: Money
    idle_monthly_cost: Money
    complete: bool
    ask_first: Count | None = None
    active_in_metrics: Count | None = None

    @property
    def add_up(self) -> bool:
        """Return whether the figures are consistent."""
        return (
            self.people == self.active + self.inactive + self.new + self.no_activity
            and self.idle <= self.inactive + self.no_activity
            and self.idle_monthly_cost <= self.monthly_cost
            and self.unassigned <= self.seats
        )


class PastReport(Struct, frozen=True):
    """One report of the series: its time (UTC), its figures and its rules."""

    report_time: Time
    totals: ReportTotals
    rules: ReportRules


class People(Struct, frozen=True):
    """The facts of the people who held a seat: a list per fact, each in the same order of people.

    A list is empty if nobody has the fact (`of`). Times are in UTC. In an anonymized report, there
    are no IDs, `login` is a pseudonym made from the ID, and times are days. `last_activity_at` is
    the one that the report showed; `remembered`: an earlier report had it, and GitHub did not.
    `newest_activity_at` is set if an earlier report had a newer one. `leaving`: all seats were
    pending cancellation. `last_active_day` is the newest day of use in the usage metrics;
    `used_in_metrics`: they also have use without a day. `not_read`: the report's list was
    incomplete, and these are the facts of the report before.
    """

    login: list[str]  # checked by `_are_logins`
    created_at: list[Time]
    monthly_price: list[Money]
    id: list[Id] = []
    last_activity_at: list[Time | None] = []
    remembered: list[bool] = []
    newest_activity_at: list[Time | None] = []
    leaving: list[bool] = []
    exempt: list[bool] = []
    last_active_day: list[date | None] = []
    used_in_metrics: list[bool] = []
    idle_since: list[Time | None] = []
    idle_reports: list[Count] = []
    not_read: list[bool] = []

    def of(self, fact: str) -> list[Any]:
        """Return each person's value of a fact: None, False or 0 if nobody has it."""
        values: list[Any] = getattr(self, fact)
        return values or [NOTHING.get(fact)] * len(self.login)


# The value of a fact that somebody does not have, where it is not None.
NOTHING = {
    **dict.fromkeys(("remembered", "leaving", "exempt", "used_in_metrics", "not_read"), False),
    "idle_reports": 0,
}
FACTS = People.__struct_fields__
NOBODY = People([], [], [])


class History(Struct, frozen=True):
    """A whole `history.json`: the series of reports, oldest first, and the last one's people.

    `key_check` is made from the pseudonyms' key; it is empty if people have their names.
    """

    schema_version: Annotated[int, Meta(ge=1)]
    scope: Scope
    key_check: Digest
    reports: tuple[PastReport, ...]
    people: People

    @property
    def last(self) -> PastReport:
        """Return the report that the file belongs to."""
        return self.reports[-1]


class _Version(Struct):
    schema_version: int


_HISTORY = msgspec.json.Decoder(History)
_VERSION = msgspec.json.Decoder(_Version)


def read_history(content: bytes) -> History:
    """Return the content of a `history.json` from this release or an older one.

    Raises HistoryError for one of a newer release, and for one that is damaged, impossible, or too
    large.
    """
    if content.count(b",") > MAX_VALUES:
        raise HistoryError(f"has more than {MAX_VALUES:,} values, which is more than a report has")
    try:
        history = _HISTORY.decode(content)
        version = history.schema_version
    except msgspec.ValidationError as error:
        version = _version_of(content)
        if version <= SCHEMA_VERSION:
            _, _, place = str(error).partition(" - at ")
            where = f" (at {place.strip('`')})" if place else ""
            raise HistoryError(f"is not a {NAME} that this action wrote{where}") from error
    except _NOT_JSON as error:
        raise HistoryError(f"is not valid JSON ({error})") from error
    if version > SCHEMA_VERSION:
        raise HistoryError(
            f"was made by a newer release of this action (schema {version:,}; this one reads "
            f"{SCHEMA_VERSION})"
        )
    if not _are_logins(history.people.login):
        raise HistoryError(f"is not a {NAME} that this action wrote (at $.people.login[...])")
    problem = _problem(history)
    if problem:
        raise HistoryError(f"contradicts itself: {problem}")
    return history


def _version_of(content: bytes) -> int:
    """Return the version of a file with another structure; 0 if it states none."""
    try:
        return _VERSION.decode(content).schema_version
    except _NOT_JSON:
        return 0


# What msgspec raises for a text that is not JSON, has another structure, is not UTF-8, or is nested
# too deeply.
_NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def _problem(history: History) -> str:
    """Return a problem that no report can have written; empty if there is none."""
    scope, reports, people = history.scope, history.reports, history.people
    names = list(scope.organizations)
    if (scope.enterprise is None) == (not names) or names != sorted({n.lower() for n in names}):
        return "its scope is neither one enterprise nor a list of organizations"
    if any(len(getattr(people, fact)) not in (0, len(people.login)) for fact in FACTS) or not (
        len(people.login) == len(people.created_at) == len(people.monthly_price)
    ):
        return "it has a fact of some of its people only"
    times, facts = [report.report_time for report in reports], _times(people)
    if set(map(attrgetter("tzinfo"), (*times, *facts))) - {UTC}:
        return "it has a time that is not in UTC"
    if (
        not 0 < len(times) <= MAX_REPORTS
        or times[0] < _EPOCH
        or any(a >= b for a, b in pairwise(times))
    ):
        return f"its reports are not 1 to {MAX_REPORTS}, each later than the one before"
    if not all(report.totals.add_up for report in reports):
        return "its totals do not add up"
    if len(people.id) != (0 if history.key_check else len(people.login)):
        return "it has a person without an ID, or a pseudonym with one"
    if len(set(people.login if history.key_check else people.id)) < len(people.login):
        return "it has a person twice"
    idle = zip(people.of("idle_since"), people.of("idle_reports"), strict=True)
    if any(reports and not since for since, reports in idle):
        return "it has a person who was idle in reports, but without a start"
    newest_day = max(filter(None, people.last_active_day), default=date.min)
    if max(facts, default=_EPOCH) > times[-1] or newest_day > times[-1].date():
        return "it has a date later than its own report"
    return ""


_are_lines_of_logins = re.compile(rf"(?:{_LOGIN}\n)*+").fullmatch


def _are_logins(texts: Sequence[str]) -> bool:
    """Return whether `Login` would accept each text; one look at all takes a tenth of the time."""
    lines = "\n".join((*texts, ""))
    return _are_lines_of_logins(lines) is not None and lines.count("\n") == len(texts)


def _times(people: People) -> list[datetime]:
    some = chain(people.last_activity_at, people.newest_activity_at, people.idle_since)
    return [*people.created_at, *filter(None, some)]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def history_in(archive: IO[bytes]) -> bytes | None:
    """Return the `history.json` in a report's zip; None if it has none, as for a selection.

    Other files in the zip are ignored, and nothing is extracted to disk. Raises HistoryError for a
    zip that is damaged or too large.
    """
    try:
        _check_directory(archive)
        with zipfile.ZipFile(archive) as zip_:
            members = [member for member in zip_.infolist() if member.filename == NAME]
            if not members:
                return None
            if len(members) > 1 or members[0].compress_type not in _COMPRESSIONS:
                raise HistoryError(
                    f"is in a zip with another {NAME}, or has an unusual compression"
                )
            if members[0].file_size > MAX_BYTES:
                raise HistoryError(f"is larger than {MAX_BYTES >> 20} MiB")
            return zip_.read(members[0])
    except _BAD_ZIP as error:
        raise HistoryError("is in a damaged zip") from error


# For these, zipfile decompresses no more than a member's stated size.
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What zipfile raises for a file that is not a zip, is cut short or is encrypted.
_BAD_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
_END = struct.Struct("<4s4H2LH")


def _check_directory(archive: IO[bytes]) -> None:
    """Raise HistoryError for a zip with a large directory, because zipfile reads it at once.

    A report's zip is smaller than 4 GiB and has no comment; a zip with any other end is refused.
    https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.16.
    """
    size = archive.seek(0, io.SEEK_END)
    archive.seek(max(0, size - _END.size - _LOCATOR_BYTES))
    tail = archive.read().rjust(_LOCATOR_BYTES + _END.size)
    mark, *_, directory, _, comment = _END.unpack(tail[_LOCATOR_BYTES:])
    if mark != b"PK\5\6" or comment or tail.startswith(b"PK\6\7"):
        raise HistoryError("is in something that is not a report's zip")
    if directory > MAX_DIRECTORY_BYTES:
        raise HistoryError("is in a zip with more files than a report has")


# The record before the end of an archive that locates 64-bit sizes.
_LOCATOR_BYTES = 20
