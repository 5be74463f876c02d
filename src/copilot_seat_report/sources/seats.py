"""Reading all that the report is made of: seats, settings, and who could see the result."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import httpx

from copilot_seat_report.errors import InputError, RunError
from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.copilot import (
    Repository,
    Scope,
    Seat,
    read_repository,
    read_seat_settings,
    read_user,
)
from copilot_seat_report.github.pages import SeatList, begin, read_seats, unique_seats
from copilot_seat_report.github.rejections import Rejection
from copilot_seat_report.session import Session
from copilot_seat_report.settings import Settings
from copilot_seat_report.sources import sample
from copilot_seat_report.sources.activity_report import ActivityReport, parse_activity_report

if TYPE_CHECKING:
    from copilot_seat_report.report.build import Reading

MAX_ACTIVITY_REPORT_BYTES = 64 * 1024 * 1024
NO_SEAT = (404, 422)


@contextmanager
def github_of(session: Session) -> Iterator[GitHub]:
    """Open the session with GitHub that reads the seats; the sample has its own in its place."""
    settings = session.settings
    transport = sample.transport(session.report_time) if settings.sample else None
    with closing(_github(session, settings.api_url, settings.token, transport)) as github:
        yield github


def _github(
    session: Session, api_url: str, token: str, transport: httpx.BaseTransport | None = None
) -> GitHub:
    return GitHub(
        api_url=api_url,
        token=token,
        workflow_token=session.settings.workflow_token,
        retry_policy=session.retry_policy,
        pacing=session.pacing,
        clock=session.clock,
        transport=transport,
    )


def read_activity_report(settings: Settings) -> ActivityReport | None:
    """Read the CSV to compare, if one was given; raises InputError where it is none."""
    path = settings.activity_report
    if path is None:
        return None
    if path.stat().st_size > MAX_ACTIVITY_REPORT_BYTES:
        raise InputError(
            f"activity-report: {path.name} is larger than {MAX_ACTIVITY_REPORT_BYTES >> 20} MiB, "
            "which no activity report is."
        )
    report = parse_activity_report(path.read_bytes(), path.name)
    return report.only(settings.users) if settings.users else report


def read_all(session: Session, github: GitHub) -> tuple[list["Reading"], list[str]]:
    """Read all organizations or the enterprise; one that cannot be read fails the run."""
    settings, log, executor = session.settings, session.log, session.executor
    if settings.enterprise:
        scopes = [Scope(settings.enterprise, is_enterprise=True)]
    else:
        names = (sample.ORGANIZATION,) if settings.sample else settings.organizations
        scopes = [Scope(name) for name in names]
    whose = f"the seats of {len(settings.users):,} users" if settings.users else "all seats"
    log.info(f"Reading {whose} in {', '.join(map(str, scopes))}")
    seat_settings = {scope: executor.submit(read_seat_settings, github, scope) for scope in scopes}
    if settings.users:
        lists, unknown_users = _read_users(session, github, scopes)
    else:
        unknown_users = []
        first_pages = {scope: begin(github, scope, executor) for scope in scopes}
        # What can be prepared while the network answers: pandas takes longer to load than a page.
        Thread(target=_prepare).start()
        lists = []
        for scope, first in first_pages.items():
            with log.progress(f"Seats of {scope} read") as progress:
                seats = read_seats(
                    github, scope, executor, first=first, progress=progress, say=log.info
                )
            log.info(_story(seats))
            lists.append(seats)
    from copilot_seat_report.report.build import Reading

    readings = [Reading(each, seat_settings[each.scope].result()) for each in lists]
    return readings, unknown_users


def _prepare() -> None:
    import copilot_seat_report.publish  # noqa: F401
    from copilot_seat_report.files.page import templates

    templates()


def _read_users(
    session: Session, github: GitHub, scopes: Sequence[Scope]
) -> tuple[list[SeatList], list[str]]:
    """Read the seats of single users; one who has a seat nowhere is returned by login."""
    users = session.settings.users
    answers: dict[tuple[Scope, str], Future[list[Seat]]] = {
        (scope, login): session.executor.submit(read_user, github, scope, login)
        for scope in scopes
        for login in users
    }
    seats: dict[Scope, list[Seat]] = {scope: [] for scope in scopes}
    found: set[str] = set()
    refused: list[Rejection] = []
    for (scope, login), answer in answers.items():
        try:
            granted = answer.result()
        except Rejection as refusal:
            if refusal.status not in NO_SEAT:
                raise
            refused.append(refusal)
            continue
        if granted:
            found.add(login)
        seats[scope] += granted
    if session.settings.enterprise and len(refused) == len(answers):
        # An enterprise has no settings that would tell a token without permission from this.
        raise refused[0]
    unknown = [login for login in users if login not in found]
    if unknown:
        session.log.warning(f"{len(unknown)} of the {len(users)} users asked for hold no seat.")
    lists = [
        SeatList(scope, unique_seats(of_scope), stated=None, complete=True, readings=1)
        for scope, of_scope in seats.items()
    ]
    return lists, unknown


def _story(seats: SeatList) -> str:
    read = f"{len(seats.seats):,} seats of {seats.scope} read"
    if seats.stated is None:
        return f"{read}; GitHub states no total"
    if seats.complete:
        return f"{read}; that agrees with the total that GitHub states ({seats.stated:,})"
    return f"{read}; GitHub states {seats.stated:,}, still after {seats.readings} readings"


def ask_visibility(session: Session) -> Future[Repository] | None:
    """Ask who can read this repository; None where nobody would be named in it."""
    settings, runner = session.settings, session.runner
    matters = runner.in_workflow and settings.names_people and not settings.sample
    if not matters or settings.public_repository == "allow":
        return None

    def ask() -> Repository:
        if not settings.workflow_token or not runner.repository:
            return Repository()
        api_url = runner.api_url or settings.api_url
        try:
            with closing(_github(session, api_url, settings.workflow_token)) as github:
                return read_repository(github, runner.repository)
        except Rejection as refusal:
            session.log.info(
                f"GitHub did not tell this repository's visibility: status {refusal.status}"
            )
            return Repository()
        except RunError as error:
            session.log.info(f"This repository's visibility could not be found out: {error}")
            return Repository()

    return session.executor.submit(ask)


def refuse_public(session: Session, visibility: Future[Repository] | None) -> None:
    """Raise RunError where the answer is that everyone could read the report."""
    if visibility is None:
        return
    repository = visibility.result()
    if not repository.is_public:
        session.log.info("This repository is not public: people may be named in the report")
        return
    known = (
        "is public" if repository.known else "is treated as public, as it could not be found out"
    )
    raise RunError(
        f"This repository {known}: everyone could read who uses Copilot and who does not. "
        "Nothing was published. Run the action in a private repository; or set `anonymize: true`; "
        "or `summary: totals` with an empty `artifact-name`; or, where that is meant, "
        "`public-repository: allow`."
    )
