"""One run, from top to bottom: settings, seats, report, publication."""

import gc
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from typing import NoReturn

from copilot_seat_report.errors import InputError, RunError
from copilot_seat_report.http.retry import Clock, SystemClock
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.runner.log import Log
from copilot_seat_report.runner.signals import interruptible
from copilot_seat_report.session import Session, open_session
from copilot_seat_report.settings import in_shell_terms, read_settings
from copilot_seat_report.sources.seats import (
    ask_visibility,
    github_of,
    read_activity_report,
    read_all,
    refuse_public,
)


def main() -> NoReturn:
    """Run the action with the process's arguments and environment; exit with its status."""
    # A run ends soon and leaves no circles of objects behind; to look for them would take a
    # twentieth of its time.
    gc.disable()
    status = run(sys.argv[1:], os.environ, SystemClock())
    sys.stdout.flush()
    sys.stderr.flush()
    # Nothing is left to do: neither threads that still wait for an answer may hold up the end, nor
    # the taking apart of all that was loaded, which takes as long as writing the report.
    os._exit(status)


def run(arguments: Sequence[str], environment: Mapping[str, str], clock: Clock) -> int:
    """Run the action: 0 when the report is published, 1 when it failed, 2 for a wrong input."""
    runner = Runner.of(environment)
    log = Log(runner.in_workflow, shell_terms=in_shell_terms)
    try:
        with interruptible(log.last_words):
            settings = read_settings(arguments, environment, runner.workspace)
            return _run(open_session(settings, runner, environment, clock, log))
    except InputError as error:
        log.error(str(error))
        return 2
    except RunError as error:
        log.error(str(error))
    except OSError as error:
        log.error(f"A file could not be read or written: {error}.")
    except Exception as error:  # noqa: BLE001 whatever it is, a person must be told in one line
        if environment.get("RUNNER_DEBUG") == "1":
            log.info(traceback.format_exc())
        log.error(
            f"This is a bug of the action: {type(error).__name__}: {error}. Nothing was published. "
            "Please report it, with the log of a run with debug logging enabled."
        )
    clock.stop()
    return 1


def _run(session: Session) -> int:
    settings, log = session.settings, session.log
    try:
        activity_report = read_activity_report(settings)
        with log.group("Reading the seats"), github_of(session) as github:
            log.info(f"The time of this report is {session.report_time:%Y-%m-%d %H:%M:%S} UTC")
            visibility = ask_visibility(session)
            readings, unknown_users = read_all(session, github)
            refuse_public(session, visibility)
    finally:
        session.executor.shutdown(wait=False, cancel_futures=True)

    # From here on pandas is needed; it was loaded while the network answered.
    from copilot_seat_report.publish import publish
    from copilot_seat_report.report.build import build_report
    from copilot_seat_report.report.headline import explanation
    from copilot_seat_report.report.model import Rules

    report = build_report(
        readings,
        Rules(
            inactive_days=settings.inactive_days,
            new_seat_days=settings.new_seat_days,
            exempt_users=settings.exempt_users,
            price_business=settings.price_business,
            price_enterprise=settings.price_enterprise,
            currency=settings.currency,
            sort=settings.sort,
        ),
        session.report_time,
        selection=settings.users or None,
        is_sample=settings.sample,
        pseudonyms=session.pseudonyms,
        activity_report=activity_report,
        unknown_users=unknown_users,
    )
    with log.group("Counting the people"):
        for sentence in explanation(report):
            log.info(sentence)
    publish(session, report)

    limit, figures = settings.max_idle_percent, report.totals
    if limit is not None and 100 * figures.idle > limit * figures.people:
        log.error(
            f"{figures.idle_percent}% of the people are idle, more than the {limit}% that "
            "`max-idle-percent` allows. The report is published."
        )
        return 1
    return 0
