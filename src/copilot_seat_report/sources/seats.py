"""The seats of organizations, of an enterprise, or of individual users, with the settings."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from copilot_seat_report.formatting import plural
from copilot_seat_report.github.client import GitHub, Response
from copilot_seat_report.github.copilot import (
    Scope,
    Seat,
    SeatPage,
    SeatSettings,
    read_seat_settings,
    read_user,
    seats_of,
)
from copilot_seat_report.github.rejections import Rejection
from copilot_seat_report.runner.log import Log
from copilot_seat_report.settings import Settings
from copilot_seat_report.sources import sample
from copilot_seat_report.sources.seat_list import SeatList, read_seat_list, selected_seats

NO_SEAT = (404, 422)
# If the seat settings are refused with one of these, the report is still made.
WITHOUT_SETTINGS = (403, 404, 422)


@dataclass(frozen=True)
class Reading:
    """The seats and settings of one organization or enterprise; an enterprise has no settings.

    `settings_refused` says how GitHub refused the settings (empty: it did not).
    """

    seats: SeatList
    settings: SeatSettings | None
    settings_refused: str = ""


@dataclass(frozen=True)
class Asked:
    """The pending requests: the first page of each list or every user's seat, and settings.

    `users` are the logins, in the order of the input.
    """

    first_pages: Mapping[Scope, Future[Response[SeatPage]]]
    seats_of_users: Mapping[tuple[Scope, str], Future[list[Seat]]]
    settings: Mapping[Scope, Future[SeatSettings | None]]
    users: tuple[str, ...]


def scopes_of(settings: Settings, pseudonym: Callable[[str, str], str] | None) -> list[Scope]:
    """Return the organizations or the enterprise to read.

    `pseudonym` returns the name to show for a kind and a name; the scopes are then sorted by it. If
    it is None, they are shown by their names, in the order of the input.
    """
    kind, names = "organization", settings.organizations
    if settings.sample:
        names = (sample.ORGANIZATION,)
    elif settings.enterprise:
        kind, names = "enterprise", (settings.enterprise,)
    scopes = [
        Scope(
            name,
            is_enterprise=kind == "enterprise",
            shown=pseudonym(kind, name) if pseudonym else "",
        )
        for name in names
    ]
    return sorted(scopes, key=lambda scope: scope.shown)


def ask_for_seats(
    settings: Settings, scopes: Sequence[Scope], *, github: GitHub, executor: Executor, log: Log
) -> Asked:
    """Return the first requests, sent: those for the seats first, which others follow."""
    users = settings.users
    whose = f"the seats of {plural(len(users), 'user', 'users')}" if users else "all seats"
    log.info(f"Reading {whose} in {', '.join(map(str, scopes))}")
    # If the log must name nobody, it shows users by their place in the input.
    shown = {
        login: login if settings.names_people else f"user {place} of {len(users)}"
        for place, login in enumerate(users, start=1)
    }
    return Asked(
        first_pages={}
        if users
        else {scope: seats_of(github, scope).begin(executor) for scope in scopes},
        seats_of_users={
            (scope, login): executor.submit(read_user, github, scope, login, shown[login])
            for scope in scopes
            for login in users
        },
        settings={scope: executor.submit(read_seat_settings, github, scope) for scope in scopes},
        users=users,
    )


def read_all(
    asked: Asked, *, github: GitHub, executor: Executor, log: Log
) -> tuple[list[Reading], list[str]]:
    """Return the data of each scope, and the requested logins that hold no seat.

    Raises RunError if one scope cannot be read: a report on the others would look complete.
    """
    unknown_users: list[str] = []
    if asked.users:
        readings, unknown_users = _read_users(asked, log)
    else:
        readings = [
            _read_list(scope, first, asked.settings[scope], github, executor, log)
            for scope, first in asked.first_pages.items()
        ]
    for reading in readings:
        if reading.settings_refused:
            log.warning(
                f"The seat settings of {reading.seats.scope} were refused with "
                f"{reading.settings_refused}. The report is made without them."
            )
    no_person = sum(reading.seats.no_person for reading in readings)
    if no_person:
        log.warning(
            f"The assignee of {no_person:,} of the seats is not a person, or GitHub does not say "
            f"who it is: {'this seat is' if no_person == 1 else 'these seats are'} listed as "
            "unassigned."
        )
    return readings, unknown_users


def people_in(readings: Sequence[Reading]) -> frozenset[int]:
    """Return the IDs of everyone who holds one of the seats."""
    holders = (seat.assignee for reading in readings for seat in reading.seats.seats)
    return frozenset(each.id for each in holders if each and each.id is not None)


def _read_list(
    scope: Scope,
    first: Future[Response[SeatPage]],
    settings: Future[SeatSettings | None],
    github: GitHub,
    executor: Executor,
    log: Log,
) -> Reading:
    def total_of_settings(times_read: int) -> int | None:
        nonlocal settings
        if times_read > 1:  # they may have changed like the list
            settings = executor.submit(read_seat_settings, github, scope)
        answer, _ = _settings_of(settings)
        return answer.seat_breakdown.total if answer and answer.seat_breakdown else None

    with log.progress(f"Seats of {scope} read") as progress:
        seats = read_seat_list(
            scope,
            seats_of(github, scope),
            executor,
            first=first,
            total_of_settings=total_of_settings,
            progress=progress,
            say=log.info,
        )
    log.info(_outcome(seats))
    return Reading(seats, *_settings_of(settings))


def _settings_of(answer: Future[SeatSettings | None]) -> tuple[SeatSettings | None, str]:
    """Return the settings, or how GitHub refused them."""
    try:
        return answer.result(), ""
    except Rejection as rejection:
        if rejection.status not in WITHOUT_SETTINGS:
            raise
        message = f" ({rejection.github_message})" if rejection.github_message else ""
        return None, f"status {rejection.status}{message}"


def _read_users(asked: Asked, log: Log) -> tuple[list[Reading], list[str]]:
    """Return the seats of individual users, and those users who have no seat anywhere."""
    answers: dict[Scope, list[list[Seat]]] = {scope: [] for scope in asked.settings}
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
        answers[scope].append(granted)
    readings = []
    for scope, of_scope in answers.items():
        if scope.is_enterprise and not of_scope:
            # The token may lack permission, and an enterprise has no settings to check that with.
            raise rejections[0]
        # If the settings are refused too, the token lacks permission.
        of_settings = asked.settings[scope]
        settings = _settings_of(of_settings) if of_scope else (of_settings.result(), "")
        readings.append(Reading(selected_seats(scope, of_scope), *settings))
    unknown = [login for login in asked.users if login not in found]
    if unknown:
        log.warning(f"No seat was found for {_of_users(len(unknown), len(asked.users))} asked for.")
    return readings, unknown


def _of_users(number: int, asked: int) -> str:
    return "the 1 user" if asked == 1 else f"{number:,} of the {asked:,} users"


def _outcome(list_: SeatList) -> str:
    found = list_.completeness
    read = f"{plural(found.read, 'seat', 'seats')} of {list_.scope} read"
    if found.stated is None:
        end = "" if found.complete else ", and the last page is full: more may follow"
        return f"{read}; GitHub states no total{end}"
    if found.complete:
        return f"{read}; this matches GitHub's total ({found.stated:,})"
    return f"{read}; GitHub still states {found.stated:,} after reading the list again"
