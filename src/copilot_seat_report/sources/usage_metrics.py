"""GitHub's usage metrics: who used Copilot on which day, and how many AI credits.

https://docs.github.com/en/copilot/concepts/copilot-metrics. GitHub may provide all of them, a part
or none: the status says which, and the run continues.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from zlib import crc32

import httpx

from copilot_seat_report.errors import RunError
from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.copilot import Scope
from copilot_seat_report.github.download import DownloadError, Hosts, download
from copilot_seat_report.github.rejections import Rejection
from copilot_seat_report.github.usage_metrics import (
    Records,
    UserReport,
    read_user_report,
)
from copilot_seat_report.http.loopback import is_loopback
from copilot_seat_report.http.retry import RetryPolicy
from copilot_seat_report.sources.json_objects import NotObjects, objects
from copilot_seat_report.sources.status import SourceStatus, State
from copilot_seat_report.sources.use_by_day import PersonUse, UseByDay

# https://github.blog/changelog/2026-05-20-copilot-usage-metrics-report-download-urls
HOSTS = ("copilot-reports.github.com", "copilot-reports.*.ghe.com", "*.blob.core.windows.net")
# The 28 days of a thousand people have 91 MB, in several files.
MAX_FILE_BYTES = 4 * 1024 * 1024 * 1024
# Twice what GitHub documents. Memory per person grows with the days.
MAX_DAYS = 56
# Azure's status for an expired URL.
EXPIRED = 403
# More would take each other's turns: what they download has to be decoded, one at a time.
FILES_AT_ONCE = 3
_PROBLEMS_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class UsageMetrics:
    """The usage metrics that were read.

    `people` is everyone with a seat and a record, by `user_id`. The days are UTC; None if nothing
    was read.
    """

    status: SourceStatus
    people: tuple[PersonUse, ...] = ()
    first_day: date | None = None
    last_day: date | None = None

    @property
    def is_whole(self) -> bool:
        """Return whether all records of all organizations were read."""
        return self.status.state == "read"


@dataclass(frozen=True, kw_only=True)
class UserReports:
    """The means to read the reports: `github` for the endpoint, and `client` for their files.

    `client` sends no credentials, only to `hosts`, and has at most `FILES_AT_ONCE` connections.
    `executor` runs the requests.
    """

    github: GitHub
    client: httpx.Client
    hosts: Hosts
    retry_policy: RetryPolicy
    executor: Executor


def hosts_of(api_url: str, *, may_be_named: bool) -> Hosts:
    """Return the hosts of the files; this machine too, if GitHub's API is on it."""
    loopback = is_loopback(httpx.URL(api_url).host)
    return Hosts(HOSTS, loopback=loopback, may_be_named=may_be_named)


def read_usage_metrics(
    reports_of: UserReports, scopes: Sequence[Scope], people: frozenset[int], read_at: datetime
) -> UsageMetrics:
    """Return the usage metrics of all scopes that GitHub provides.

    Only the records of `people` (by `user_id`) are kept. `read_at` (UTC) is for the status.
    """
    reader = _Reader(reports_of)
    reports, problems = [], []
    for scope, answer in reader.ask(scopes):
        if isinstance(answer, _Problem):
            problems.append(answer)
        else:
            reports.append(_Report(scope, answer, people))
    reader.read(reports)
    expired = {report.scope: report for report in reports if report.has_expired}
    for scope, answer in reader.ask(list(expired)):
        if isinstance(answer, UserReport):
            expired[scope].renew(answer)
    reader.read(reports)
    for report in reports:
        problems += report.problems()
    usable = [report.use for report in reports if report.is_usable]
    if not usable:
        return UsageMetrics(status=_status(problems[0].state, problems))
    first, last = min(use.first for use in usable), max(use.last for use in usable)
    together = UseByDay(people, first, last)
    for use in usable:
        together.merge(use)
    end_of_last = datetime.combine(last + timedelta(days=1), time(), UTC)
    return UsageMetrics(
        status=_status("partial" if problems else "read", problems, read_at, end_of_last),
        people=tuple(together.people()),
        first_day=first,
        last_day=last,
    )


@dataclass(frozen=True)
class _Problem:
    state: State
    words: str


def _status(
    state: State,
    problems: Sequence[_Problem],
    read_at: datetime | None = None,
    up_to: datetime | None = None,
) -> SourceStatus:
    sentences = [problem.words for problem in problems[:_PROBLEMS_SHOWN]]
    if len(problems) > _PROBLEMS_SHOWN:
        sentences.append(f"There are {len(problems) - _PROBLEMS_SHOWN:,} more such problems.")
    if state == "partial":
        sentences.append(
            "The part that was read can still show that people use Copilot; the included AI "
            "credits and the saving are left out."
        )
    elif problems:
        sentences.append("The report is made without usage metrics.")
    return SourceStatus(
        source="usage-metrics",
        state=state,
        words=" ".join(sentences),
        read_at=read_at,
        up_to=up_to,
    )


def _reason(error: RunError) -> str:
    """Return an error's text without its effect on a run that needs the request."""
    return str(error).partition(" Nothing was published.")[0]


@dataclass(frozen=True)
class _File:
    """The result of reading one file.

    `unusable` counts its records without a user, for another day, or with a value of another type.
    `undated` are the credits (millionths, by `user_id`) of records without a day. `mark` is that of
    its content.
    """

    records: int = 0
    unusable: int = 0
    undated: Counter[int] = field(default_factory=Counter)
    mark: tuple[int, int] = (0, 0)
    problem: _Problem | None = None
    is_expired: bool = False


class _Report:
    """One scope's report while its files are read."""

    def __init__(self, scope: Scope, answer: UserReport, people: frozenset[int]) -> None:
        self.scope = scope
        self._people = people
        self._lock = Lock()
        self._records = Records()
        self._begin(answer)

    def _begin(self, answer: UserReport) -> None:
        # A file that is listed twice, even with different signatures, is one file.
        self.links = {link.partition("?")[0]: link for link in answer.download_links}
        self.files: dict[str, _File] = {}
        self.use = UseByDay(self._people, answer.report_start_day, answer.report_end_day)

    @property
    def has_expired(self) -> bool:
        return any(file.is_expired for file in self.files.values())

    @property
    def is_usable(self) -> bool:
        return any(file.records > file.unusable for file in self.files.values())

    def renew(self, answer: UserReport) -> None:
        """Replace expired URLs by new ones; if these are for other files, start again."""
        names, use, files = set(self.links), self.use, self.files
        self._begin(answer)
        if (names, use.first, use.last) == (set(self.links), self.use.first, self.use.last):
            self.use = use
            self.files = {name: file for name, file in files.items() if not file.is_expired}

    def read(self, chunks: Iterator[bytes]) -> _File:
        """Return one file, read; may run in parallel, and again for the same file."""
        records = unusable = 0
        undated: Counter[int] = Counter()
        content = _Content(chunks)
        problem = None
        try:
            for record in objects(content, self._records.of, self._records.of_lines):
                records += 1
                if record is None:
                    unusable += 1
                    continue
                with self._lock:
                    is_of_the_days = self.use.add(record)
                if not is_of_the_days:
                    unusable += 1
                elif (
                    record.day is None
                    and record.credits is not None
                    and record.user_id in self._people
                ):
                    undated[record.user_id] += record.credits
        except NotObjects as error:
            problem = _Problem("unusable", f"It cannot be read as JSON: {error}.")
        return _File(records, unusable, undated, content.mark, problem)

    def note(self, name: str, file: _File) -> None:
        """Record a file's result; of two files with the same content, only one counts."""
        if file.mark not in {known.mark for known in self.files.values()}:
            self.use.add_undated(file.undated)
        self.files[name] = file

    def problems(self) -> Iterator[_Problem]:
        """Yield the reasons why it was not read completely."""
        whose = f"the usage metrics of {self.scope}"
        unread = [file.problem for file in self.files.values() if file.problem]
        if unread:
            yield _Problem(
                unread[0].state,
                f"{len(unread):,} of {len(self.files):,} files of {whose} could not be read: run "
                f"the report again. {unread[0].words}",
            )
        records = sum(file.records for file in self.files.values())
        unusable = sum(file.unusable for file in self.files.values())
        if unusable:
            yield _Problem(
                "unusable",
                f"{unusable:,} of {records:,} records of {whose} name no user, are for another "
                "day, or have a value of an undocumented type.",
            )
        if not records and not unread:
            yield _Problem("not-found", f"The files of {whose} have no records.")


class _Content:
    """A file's chunks. Once they have been read, `mark` tells this content from any other.

    Nobody forges these files, so size and checksum are enough.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.mark = (0, 0)

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            size, checksum = self.mark
            self.mark = (size + len(chunk), crc32(chunk, checksum))
            yield chunk


@dataclass(frozen=True)
class _Reader:
    """Reads in parallel, with the executor."""

    by: UserReports

    def ask(self, scopes: Sequence[Scope]) -> Iterator[tuple[Scope, UserReport | _Problem]]:
        """Yield each scope with its report's location, or the reason why there is none."""
        return zip(scopes, self.by.executor.map(self._ask, scopes), strict=True)

    def read(self, reports: Sequence[_Report]) -> None:
        """Read those files of the reports that have not been read yet."""
        unread = [(each, name) for each in reports for name in each.links if name not in each.files]
        files = self.by.executor.map(lambda each: self._read(*each), unread)
        for (report, name), file in zip(unread, files, strict=True):
            report.note(name, file)

    def _ask(self, scope: Scope) -> UserReport | _Problem:
        try:
            report = read_user_report(self.by.github, scope)
        except Rejection as rejection:
            return _Problem("not-permitted", _reason(rejection))
        except RunError as error:
            return _Problem("unreachable", _reason(error))
        if report is None or not report.download_links:
            return _Problem(
                "not-found",
                f"GitHub has no usage metrics for {scope}. The first ones are available some days "
                "after the policy 'Copilot usage metrics' is enabled.",
            )
        if not 0 <= (report.report_end_day - report.report_start_day).days < MAX_DAYS:
            return _Problem(
                "unusable",
                f"GitHub dates the usage metrics of {scope} from {report.report_start_day} to "
                f"{report.report_end_day}, which are not 28 days.",
            )
        return report

    def _read(self, report: _Report, name: str) -> _File:
        place = list(report.links).index(name) + 1
        try:
            return download(
                report.links[name],
                report.read,
                client=self.by.client,
                hosts=self.by.hosts,
                what=f"File {place} of the usage metrics of {report.scope}",
                retry_policy=self.by.retry_policy,
                max_bytes=MAX_FILE_BYTES,
            )
        except DownloadError as error:
            state: State = "unusable" if error.status is None else "unreachable"
            return _File(problem=_Problem(state, str(error)), is_expired=error.status == EXPIRED)
        except RunError as error:
            return _File(problem=_Problem("unreachable", _reason(error)))
