"""The earlier report to compare with, according to the input `history`."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from copilot_seat_report.github.client import TIMEOUT, GitHub
from copilot_seat_report.github.download import Hosts
from copilot_seat_report.http.client import Network
from copilot_seat_report.http.loopback import is_loopback
from copilot_seat_report.http.pacing import Pacing
from copilot_seat_report.http.retry import RetryPolicy
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.runner.log import Log
from copilot_seat_report.settings import Settings
from copilot_seat_report.sources import sample
from copilot_seat_report.sources.history.earlier import PUBLIC_HOST, Earlier, ThisReport
from copilot_seat_report.sources.history.file import NAME, ReportRules, Scope
from copilot_seat_report.sources.history.find import HOSTS, EarlierRuns, find_earlier
from copilot_seat_report.sources.history.path import read_earlier
from copilot_seat_report.sources.history.sample import made_up_report

ATTEMPTS = 3
WAIT_SECONDS = 20.0


def this_report_of(
    settings: Settings, report_time: datetime, pseudonyms: Pseudonyms | None
) -> ThisReport:
    """Return what an earlier report must match to be compared with this one."""

    def scope(shown: Callable[[str, str], str]) -> Scope:
        names = (sample.ORGANIZATION,) if settings.sample else settings.organizations
        host = httpx.URL(settings.api_url).host
        return Scope(
            api=host if host == PUBLIC_HOST else shown("api", host),
            enterprise=shown("enterprise", settings.enterprise.lower()) or None,
            organizations=tuple(sorted(shown("organization", name.lower()) for name in names)),
        )

    plain = scope(lambda _, name: name)
    return ThisReport(
        scope=plain,
        shown_scope=scope(pseudonyms.of) if pseudonyms else plain,
        key_check=pseudonyms.of("key-check", NAME) if pseudonyms else "",
        rules=ReportRules(
            inactive_days=settings.inactive_days,
            new_seat_days=settings.new_seat_days,
            price_business=settings.price_business / 100,
            price_enterprise=settings.price_enterprise / 100,
            currency=settings.currency,
            exempt_users=_list_mark(settings.exempt_users, hide=pseudonyms is not None),
            usage_metrics=settings.usage_metrics,
            people_file=settings.people_file is not None,
        ),
        report_time=report_time,
    )


def _list_mark(names: tuple[str, ...], *, hide: bool) -> str:
    """Return a digest of a list of names or, with pseudonyms, only their number."""
    if hide or not names:
        return str(len(names)) if names else ""
    text = "\n".join(sorted(name.lower() for name in names))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def ask_earlier(
    settings: Settings,
    this: ThisReport,
    *,
    connect: Callable[..., GitHub],
    network: Network,
    runner: Runner,
    pseudonyms: Pseudonyms | None,
    retry_policy: RetryPolicy,
    executor: Executor,
) -> Future[Earlier] | None:
    """Return a future for the earlier report; None with `history: off`.

    A report on a selection is not compared, and the sample is compared with a made-up one.
    `connect` opens a client for GitHub; only the clock and the log of `retry_policy` are used.
    """

    def look() -> Earlier:
        if settings.users:
            return this.after_nothing("off")
        if settings.sample:
            return made_up_report(this, pseudonyms)
        if isinstance(settings.history, Path):
            where = "at the path in “history”"
            return read_earlier(settings.history, where, this, this.report_time)
        if not runner.in_workflow:
            path = settings.output_directory / NAME
            return read_earlier(path, "in the output directory", this, this.report_time)
        if not settings.artifact_name:
            reason = "with an empty “artifact-name”, no run keeps its report for the next one."
            return this.after_nothing("not-found", reason)
        if not settings.workflow_token:
            reason = "“workflow-token” is empty. Give the job “permissions: actions: read” instead."
            return this.after_nothing("not-permitted", reason)
        runs = _earlier_runs(
            settings, connect=connect, network=network, runner=runner, retry_policy=retry_policy
        )
        with runs as found:
            return find_earlier(found, this)

    return None if settings.history == "off" else executor.submit(look)


@contextmanager
def _earlier_runs(
    settings: Settings,
    *,
    connect: Callable[..., GitHub],
    network: Network,
    runner: Runner,
    retry_policy: RetryPolicy,
) -> Iterator[EarlierRuns]:
    """Yield access to this repository's earlier runs.

    It has its own limits, so that a report does not wait long for its history, and a rate limit on
    these requests does not slow down others.
    """
    clock, say = retry_policy.clock, retry_policy.say
    api_url = runner.api_url or settings.api_url
    own_policy = RetryPolicy(clock, say, total_seconds=WAIT_SECONDS, attempts=ATTEMPTS)
    github = connect(
        api_url=api_url,
        token=settings.workflow_token,
        network=network,
        retry_policy=own_policy,
        pacing=Pacing(clock, say),
    )
    with closing(github), network.client(timeout=TIMEOUT) as client:
        yield EarlierRuns(
            github=github,
            client=client,
            hosts=Hosts(HOSTS, loopback=is_loopback(httpx.URL(api_url).host)),
            runner=runner,
            artifact_name=settings.artifact_name,
            retry_policy=own_policy,
            clock=clock,
        )


def warn_of_retention(
    earlier: Earlier | None, settings: Settings, *, runner: Runner, log: Log
) -> None:
    """Warn if this report may have expired by the time of the next one.

    The next one is expected after as long as has passed since the last one.
    """
    kept = settings.retention_days or runner.max_retention_days
    if earlier is None or not earlier.reports or not settings.artifact_name or kept is None:
        return
    since = earlier.this.report_time - earlier.reports[-1].report_time
    if since <= timedelta(days=kept):
        return
    log.warning(
        f"The artifact of this report is kept for {kept} days, and the last report was made "
        f"{since.days} days ago: the next one may find nothing to compare with. Set "
        "`retention-days` to more days than there are between two reports."
    )
