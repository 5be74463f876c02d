"""The seats: of organizations, of an enterprise, or of single users, each with its settings."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.copilot import (
    Scope,
    Seat,
    SeatSettings,
    read_seat_settings,
    read_user,
)
from copilot_seat_report.github.pages import Page, SeatList, begin, read_seats, unique_seats
from copilot_seat_report.github.rejections import Rejection
from copilot_seat_report.runner.log import Log
from copilot_seat_report.settings import Settings
from copilot_seat_report.sources import sample

NO_SEAT = (404, 422)


@dataclass(frozen=True)
class Reading:
    """What was read of one organization or enterprise; an enterprise has no settings."""

    seats: SeatList
    settings: SeatSettings | None


@dataclass(frozen=True)
class Asked:
    """What GitHub was asked for: settings, and the first page of each list or every user's seat.

    `users` are the logins, in the order of the input.
    """

    settings: Mapping[Scope, Future[SeatSettings | None]]
    first_pages: Mapping[Scope, Future[Page]]
    seats_of_users: Mapping[tuple[Scope, str], Future[list[Seat]]]
    users: tuple[str, ...]


def scopes_of(settings: Settings, pseudonym: Callable[[str, str], str] | None) -> list[Scope]:
    """Return the organizations or the enterprise to read.

    `pseudonym` gives the name to show for a kind and a name; None: they are shown by their names.
    """
    kind, names = "organization", settings.organizations
    if settings.sample:
        names = (sample.ORGANIZATION,)
    elif settings.enterprise:
        kind, names = "enterprise", (settings.enterprise,)
    return [
        Scope(
            name,
            is_enterprise=kind == "enterprise",
            shown=pseudonym(kind, name) if pseudonym else "",
        )
        for name in names
    ]


def ask_for_seats(
    settings: Settings, scopes: Sequence[Scope], *, github: GitHub, executor: Executor, log: Log
) -> Asked:
    """Send the first requests."""
    users = settings.users
    whose = f"the seats of {len(users):,} users" if users else "all seats"
    log.info(f"Reading {whose} in {', '.join(map(str, scopes))}")
    # A user is shown by their place in the input where the log must not name them.
    shown = {
        login: login if settings.names_people else f"user {place} of {len(users)}"
        for place, login in enumerate(users, start=1)
    }
    return Asked(
        settings={scope: executor.submit(read_seat_settings, github, scope) for scope in scopes},
        first_pages={} if users else {scope: begin(github, scope, executor) for scope in scopes},
        seats_of_users={
            (scope, login): executor.submit(read_user, github, scope, login, shown[login])
            for scope in scopes
            for login in users
        },
        users=users,
    )


def read_all(
    asked: Asked, *, github: GitHub, executor: Executor, log: Log
) -> tuple[list[Reading], list[str]]:
    """Return what was read of each scope, and the logins asked for that hold no seat.

    Raises RunError where one cannot be read: a report of the others would pass for one of all.
    """
    unknown_users: list[str] = []
    if asked.users:
        lists, unknown_users = _read_users(asked, log)
    else:
        lists = [
            _read_list(scope, first, github=github, executor=executor, log=log)
            for scope, first in asked.first_pages.items()
        ]
    return [Reading(each, asked.settings[each.scope].result()) for each in lists], unknown_users


def _read_list(
    scope: Scope, first: Future[Page], *, github: GitHub, executor: Executor, log: Log
) -> SeatList:
    with log.progress(f"Seats of {scope} read") as progress:
        seats = read_seats(github, scope, executor, first=first, progress=progress, say=log.info)
    log.info(_outcome(seats))
    return seats


def _read_users(asked: Asked, log: Log) -> tuple[list[SeatList], list[str]]:
    """Return the seats of single users, and who of them has a seat nowhere."""
    seats: dict[Scope, list[Seat]] = {scope: [] for scope in asked.settings}
    found: set[str] = set()
    rejections: list[Rejection] = []
    for (scope, login), answer in asked.seats_of_users.items():
        try:
            granted = answer.result()
        except Rejection as rejection:
            if rejection.status not in NO_SEAT:
                raise
            rejections.append(rejection)
            continue
        if granted:
            found.add(login)
        seats[scope] += granted
    is_enterprise = any(scope.is_enterprise for scope in seats)
    if is_enterprise and len(rejections) == len(asked.seats_of_users):
        # An enterprise has no settings that would tell a token without permission from this.
        raise rejections[0]
    unknown = [login for login in asked.users if login not in found]
    if unknown:
        log.warning(f"{len(unknown)} of the {len(asked.users)} users asked for hold no seat.")
    lists = [
        SeatList(scope, unique_seats(of_scope), stated=None, complete=True, readings=1)
        for scope, of_scope in seats.items()
    ]
    return lists, unknown


def _outcome(seats: SeatList) -> str:
    read = f"{len(seats.seats):,} seats of {seats.scope} read"
    if seats.stated is None:
        return f"{read}; GitHub states no total"
    if seats.complete:
        return f"{read}; that agrees with the total that GitHub states ({seats.stated:,})"
    return f"{read}; GitHub states {seats.stated:,}, still after {seats.readings} readings"
