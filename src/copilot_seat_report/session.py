"""What all steps of one run share."""

from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from copilot_seat_report.http.pacing import IN_FLIGHT, Pacing
from copilot_seat_report.http.retry import Clock, RetryPolicy
from copilot_seat_report.report.anonymize import Pseudonyms
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.runner.log import Log
from copilot_seat_report.settings import Settings


@dataclass(frozen=True)
class Session:
    """The settings of a run, the runner it is on, and the means that its steps use together.

    `report_time` (UTC) is the one instant that everything in the report refers to; `executor`
    bounds the requests in flight.
    """

    settings: Settings
    runner: Runner
    environment: Mapping[str, str]
    report_time: datetime
    clock: Clock
    log: Log
    retry_policy: RetryPolicy
    pacing: Pacing
    pseudonyms: Pseudonyms | None
    executor: Executor


def open_session(
    settings: Settings, runner: Runner, environment: Mapping[str, str], clock: Clock, log: Log
) -> Session:
    """Mask the secrets, hide the names that must not be seen, and set the time of the report."""
    for secret in settings.secrets:
        log.mask(secret)
    pseudonyms = Pseudonyms(settings.anonymize_key) if settings.anonymize else None
    if pseudonyms:
        log.pseudonyms = {
            **{name: pseudonyms.of("person", name) for name in settings.users},
            **{name: pseudonyms.of("organization", name) for name in settings.organizations},
            **{name: pseudonyms.of("enterprise", name) for name in (settings.enterprise,) if name},
        }
    return Session(
        settings=settings,
        runner=runner,
        environment=environment,
        report_time=settings.report_time or clock.now().replace(microsecond=0),
        clock=clock,
        log=log,
        retry_policy=RetryPolicy(clock, log.info),
        pacing=Pacing(clock, log.info),
        pseudonyms=pseudonyms,
        executor=ThreadPoolExecutor(IN_FLIGHT),
    )
