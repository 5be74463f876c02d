"""The whole run, from top to bottom: settings, seats, report, publication."""

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from copilot_seat_report.destination import check_destination
from copilot_seat_report.errors import InputError, RunError
from copilot_seat_report.github.client import TIMEOUT, GitHub
from copilot_seat_report.http.client import Network
from copilot_seat_report.http.pacing import IN_FLIGHT, Pacing
from copilot_seat_report.http.retry import Clock, RetryPolicy, SystemClock
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.clock import off_by
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.runner.files import require_file_commands
from copilot_seat_report.runner.log import Log
from copilot_seat_report.runner.signals import interruptible
from copilot_seat_report.settings import Settings, in_shell_terms, read_settings
from copilot_seat_report.sources import sample
from copilot_seat_report.sources.seats import (
    Reading,
    ask_for_seats,
    people_in,
    read_all,
    scopes_of,
)
from copilot_seat_report.visibility import ask_visibility, refuse_public

if TYPE_CHECKING:
    from copilot_seat_report.sources.activity_report import ActivityReport
    from copilot_seat_report.sources.others import Sources
    from copilot_seat_report.sources.people_file import PeopleFile


def main() -> NoReturn:
    """Run the action with the process's arguments and environment; exit with its status."""
    status = run(sys.argv[1:], os.environ, SystemClock())
    sys.stdout.flush()
    sys.stderr.flush()
    # Exit at once: do not wait for threads with pending requests, nor for the interpreter to free
    # everything, which takes as long as writing the report.
    os._exit(status)


def run(arguments: Sequence[str], environment: Mapping[str, str], clock: Clock) -> int:
    """Return the exit status: 0 if the report is published, 1 for an error, 2 for a wrong input."""
    runner = Runner.of(environment)
    log = Log(runner.in_workflow, shell_terms=in_shell_terms)
    names_people = False  # unknown until the settings are read
    try:
        with interruptible(log.error_before_exit):
            settings = read_settings(arguments, environment, runner.workspace)
            names_people = settings.names_people
            for secret in settings.secrets:
                log.mask(secret)
            return _run(settings, runner=runner, environment=environment, clock=clock, log=log)
    except InputError as error:
        log.error(str(error))
        return 2
    except RunError as error:
        log.error(str(error))
    except OSError as error:
        log.error(f"A file could not be read or written: {error}.")
    except Exception as error:  # noqa: BLE001 any error must be reported in one line
        # An exception's text may contain a name.
        what = f"{type(error).__name__}: {error}" if names_people else type(error).__name__
        if environment.get("RUNNER_DEBUG") == "1":
            frames = "".join(traceback.format_tb(error.__traceback__))
            log.info(f"Traceback (most recent call last):\n{frames}{what}")
        log.error(
            f"This is a bug in the action: {what}. Nothing was published. Please report it, with "
            "the log of a run with debug logging enabled."
        )
    clock.stop()
    return 1


def _run(
    settings: Settings, *, runner: Runner, environment: Mapping[str, str], clock: Clock, log: Log
) -> int:
    check_destination(settings, runner)
    require_file_commands(environment)
    report_time = settings.report_time or clock.now().replace(microsecond=0)
    pseudonyms = Pseudonyms(settings.anonymize_key) if settings.anonymize else None
    retry_policy = RetryPolicy(clock, log.info)
    network = Network.of(environment, settings.ca_file, names_hosts=settings.names_people)
    executor = ThreadPoolExecutor(IN_FLIGHT)  # bounds the requests in flight
    try:
        read = _read(
            settings,
            report_time,
            pseudonyms,
            runner=runner,
            network=network,
            retry_policy=retry_policy,
            executor=executor,
            log=log,
        )
    finally:
        executor.shutdown(wait=False, cancel_futures=True)

    # These import pandas, which was loaded while requests were under way.
    from copilot_seat_report.files.headline import explanation, too_many_idle
    from copilot_seat_report.publish import publish
    from copilot_seat_report.report.build import build_report
    from copilot_seat_report.sources.history.read import warn_of_retention

    report = build_report(
        read.readings,
        settings.rules,
        report_time,
        selection=settings.users or None,
        is_sample=settings.sample,
        pseudonyms=pseudonyms,
        sources=read.sources,
        unknown_users=read.unknown_users,
    )
    history, offset = read.sources.history, read.clock_offset
    del read  # the report has all of it, and a large organization's records take as much memory
    report = replace(
        report,
        profiles=settings.profiles,
        run="" if settings.anonymize else runner.attempt_url,
        github_time=None if offset is None else clock.now() + offset,
        clock_offset=None if settings.report_time else offset,
    )
    with log.group("Counting the people"):
        for sentence in explanation(report):
            log.info(sentence)
    publish(
        report,
        settings=settings,
        runner=runner,
        environment=environment,
        log=log,
        network=network,
        retry_policy=retry_policy,
    )
    warn_of_retention(history, settings, runner=runner, log=log)

    limit, figures = settings.max_idle_percent, report.totals
    if limit is not None and 100 * figures.idle > limit * figures.people:
        log.error(too_many_idle(report, limit))
        return 1
    return 0


class _Read(NamedTuple):
    """The data that were read, and how far GitHub's clock is ahead of this machine's, if known."""

    readings: list[Reading]
    unknown_users: list[str]
    sources: "Sources"
    clock_offset: timedelta | None


def _read(
    settings: Settings,
    report_time: datetime,
    pseudonyms: Pseudonyms | None,
    *,
    runner: Runner,
    network: Network,
    retry_policy: RetryPolicy,
    executor: Executor,
    log: Log,
) -> _Read:
    """Return the data of all sources: first the user's files, then GitHub's, in parallel."""
    activity_report = _activity_report(settings)
    people_file, group_by = _people_file(settings, report_time)
    connect = partial(
        GitHub,
        workflow_token=settings.workflow_token,
        retry_policy=retry_policy,
        pacing=Pacing(retry_policy.clock, log.info),
        clock=retry_policy.clock,
        quotes_github=settings.names_people,
    )
    of_seats = network
    if settings.sample:
        of_seats = replace(network, transport=sample.transport(report_time))
    with log.group("Reading the seats"), ExitStack() as stack:
        log.info(f"The time of this report is {report_time:%Y-%m-%d %H:%M:%S} UTC")
        github = connect(api_url=settings.api_url, token=settings.token, network=of_seats)
        stack.enter_context(closing(github))
        scopes = scopes_of(settings, pseudonyms.of if pseudonyms else None)
        asked = ask_for_seats(settings, scopes, github=github, executor=executor, log=log)
        of_workflow = None
        if settings.workflow_token:
            of_workflow = connect(
                api_url=runner.api_url or settings.api_url,
                token=settings.workflow_token,
                network=network,
            )
            stack.enter_context(closing(of_workflow))
        visibility = ask_visibility(
            settings, runner=runner, github=of_workflow, executor=executor, log=log
        )
        # What the first requests do not need is loaded while they are under way.
        from copilot_seat_report.sources.history.read import ask_earlier, this_report_of
        from copilot_seat_report.sources.others import Sources
        from copilot_seat_report.sources.usage_metrics import (
            FILES_AT_ONCE,
            UserReports,
            hosts_of,
            read_usage_metrics,
        )

        earlier = ask_earlier(
            settings,
            this_report_of(settings, report_time, pseudonyms),
            connect=connect,
            network=network,
            runner=runner,
            pseudonyms=pseudonyms,
            retry_policy=retry_policy,
            executor=executor,
        )
        # pandas takes longer to load than a page of seats.
        Thread(target=_load_what_follows).start()
        readings, unknown_users = read_all(asked, github=github, executor=executor, log=log)
        refuse_public(visibility, log=log)
        usage_metrics = None
        if settings.usage_metrics or settings.sample:
            log.info("Reading the usage metrics")
            # A client without the token, because the files are on other hosts.
            client = stack.enter_context(
                of_seats.client(timeout=TIMEOUT, max_connections=FILES_AT_ONCE)
            )
            reports = UserReports(
                github=github,
                client=client,
                hosts=hosts_of(settings.api_url, may_be_named=settings.names_people),
                retry_policy=retry_policy,
                executor=executor,
            )
            usage_metrics = read_usage_metrics(reports, scopes, people_in(readings), report_time)
            if usage_metrics.status.words:
                log.warning(usage_metrics.status.words)
        _warn_of_clock(github.clock_offset, log)
        sources = Sources(
            activity_report=activity_report,
            usage_metrics=usage_metrics,
            history=earlier.result() if earlier else None,
            people_file=people_file,
            group_by=group_by,
        )
        return _Read(readings, unknown_users, sources, github.clock_offset)


def _activity_report(settings: Settings) -> "ActivityReport | None":
    if not settings.activity_report:
        return None
    from copilot_seat_report.sources.activity_report import read_activity_report

    return read_activity_report(settings.activity_report, name_nobody=not settings.names_people)


def _people_file(
    settings: Settings, report_time: datetime
) -> "tuple[PeopleFile | None, tuple[str, ...]]":
    """Return the people file, if there is one, and its columns to group people by."""
    if settings.sample:
        from copilot_seat_report.sources.sample_people import people_file

        file = people_file(sample.seats(report_time), report_time)
    elif settings.people_file:
        from copilot_seat_report.sources.people_file import read_people_file

        file = read_people_file(settings.people_file, name_nobody=not settings.names_people)
    else:
        return None, ()
    from copilot_seat_report.sources.people_file import groups_of

    return file, groups_of(file, settings.group_by)


def _warn_of_clock(offset: timedelta | None, log: Log) -> None:
    off = off_by(offset)
    if off:
        log.warning(
            f"The clock of this machine is {off}. Synchronize it, for example with NTP: waits are "
            "wrong by as much, and so are ages if the report takes its time from this clock."
        )


def _load_what_follows() -> None:
    # Threads with requests under way get their turn five times as often as usual.
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 5)
    for module in ("report.build", "publish"):
        import_module(f"copilot_seat_report.{module}")
    for writer in ("page", "summary"):
        import_module(f"copilot_seat_report.files.{writer}").templates()
    sys.setswitchinterval(usual)
