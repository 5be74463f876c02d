"""The Copilot endpoints, as typed records.

https://docs.github.com/en/rest/copilot/copilot-user-management. Decoding is as lenient as GitHub:
a seat must only have `created_at`, and unknown keys are ignored.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from urllib.parse import quote

from msgspec import Meta, Struct, json

from copilot_seat_report.github.client import GitHub
from copilot_seat_report.github.endpoints import (
    ENTERPRISE_SEATS,
    ORGANIZATION_SEATS,
    REPOSITORY,
    Endpoint,
)
from copilot_seat_report.github.pages import PER_PAGE, PagedList

# A time without an offset is ambiguous.
Time = Annotated[datetime, Meta(tz=True)]
# GitHub's IDs are 64-bit integers, as in the report's tables.
Id = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Total = Annotated[int, Meta(ge=0)]


class Assignee(Struct, frozen=True, gc=False):
    """The assignee of a seat: a person, or a team or organization by its `type`."""

    id: Id | None = None
    login: str | None = None
    type: str | None = None

    @property
    def is_person(self) -> bool:
        """Return whether the assignee is an identified person."""
        is_group = (self.type or "").lower() in ("team", "organization")
        return self.id is not None and bool(self.login) and not is_group


class Organization(Struct, frozen=True, gc=False):
    """The organization that granted a seat, as stated in an enterprise's list."""

    login: str | None = None
    id: Id | None = None


class Team(Struct, frozen=True, gc=False):
    """The organization's or enterprise's team through which a seat was granted."""

    name: str | None = None
    id: Id | None = None


class Seat(Struct, frozen=True, gc=False):
    """One grant of Copilot to one assignee. Times keep GitHub's offsets."""

    created_at: Time
    assignee: Assignee | None = None
    organization: Organization | None = None
    assigning_team: Team | None = None
    pending_cancellation_date: date | None = None
    last_activity_at: Time | None = None
    last_activity_editor: str | None = None
    last_authenticated_at: Time | None = None
    plan_type: str | None = None


class SeatPage(Struct, frozen=True):
    """One page of a seat list; `total_seats` counts seats or, in an enterprise, people.

    `seats` may be missing only if `total_seats` is 0.
    """

    seats: list[Seat] | None = None
    total_seats: Total | None = None

    def __post_init__(self) -> None:
        """Raise ValueError if seats are missing."""
        if self.seats is None and self.total_seats != 0:
            raise ValueError("Object missing required field `seats`")

    @property
    def items(self) -> Sequence[Seat]:
        """Return the seats."""
        return self.seats or ()

    @property
    def total(self) -> int | None:
        """Return the stated total."""
        return self.total_seats


class SeatBreakdown(Struct, frozen=True):
    """GitHub's own count of an organization's seats; `cycle` is the current billing cycle."""

    total: int | None = None
    added_this_cycle: int | None = None
    pending_invitation: int | None = None
    pending_cancellation: int | None = None
    active_this_cycle: int | None = None
    inactive_this_cycle: int | None = None


class SeatSettings(Struct, frozen=True):
    """An organization's Copilot settings, as its settings page shows them."""

    seat_breakdown: SeatBreakdown | None = None
    plan_type: str | None = None
    seat_management_setting: str | None = None
    ide_chat: str | None = None
    platform_chat: str | None = None
    cli: str | None = None
    public_code_suggestions: str | None = None


class Repository(Struct, frozen=True):
    """Who can read a repository."""

    visibility: str | None = None
    private: bool | None = None

    @property
    def known(self) -> bool:
        """Return whether GitHub states it."""
        return self.visibility is not None or self.private is not None

    @property
    def is_public(self) -> bool:
        """Return whether everyone can read it; true if GitHub does not state it."""
        if self.visibility is not None:
            return self.visibility not in ("private", "internal")
        return self.private is not True


SEAT_PAGE = json.Decoder(SeatPage)
_SEAT = json.Decoder(Seat)
_SEAT_SETTINGS = json.Decoder(SeatSettings)
_REPOSITORY = json.Decoder(Repository)


class Scope(Struct, frozen=True):
    """The organization (by its login) or enterprise (by its slug) to read.

    `shown` replaces its name in the log and in errors if the name must not be shown.
    """

    name: str
    is_enterprise: bool = False
    shown: str = ""

    def __str__(self) -> str:
        """Return the name for the log and for errors."""
        return self.shown or f"{'enterprise' if self.is_enterprise else 'organization'} {self.name}"

    @property
    def endpoint(self) -> Endpoint:
        """Return the endpoint of its seats."""
        return ENTERPRISE_SEATS if self.is_enterprise else ORGANIZATION_SEATS

    @property
    def path(self) -> str:
        """Return its part of the URL, escaped."""
        return f"{'enterprises' if self.is_enterprise else 'orgs'}/{quote(self.name, safe='')}"


def seats_of(github: GitHub, scope: Scope) -> PagedList[SeatPage]:
    """Return the list of all seat assignments, not read yet."""
    return PagedList(
        github=github,
        url=github.url(f"{scope.path}/copilot/billing/seats", per_page=PER_PAGE),
        decoder=SEAT_PAGE,
        name=f"the seats of {scope}",
        endpoint=scope.endpoint,
    )


def read_seat_settings(github: GitHub, scope: Scope) -> SeatSettings | None:
    """Return an organization's seat settings; an enterprise has no such endpoint (None)."""
    if scope.is_enterprise:
        return None
    url = github.url(f"{scope.path}/copilot/billing")
    return github.get(
        url,
        _SEAT_SETTINGS,
        what=f"The request for the seat settings of {scope}",
        endpoint=scope.endpoint,
    ).value


def read_user(github: GitHub, scope: Scope, login: str, shown: str) -> list[Seat]:
    """Return one user's seats: one in an organization, or a list in an enterprise.

    `shown` is the user's name in the log and in errors.
    """
    url = github.url(f"{scope.path}/members/{quote(login, safe='')}/copilot")
    what = f"The seat of {shown} in {scope}"
    if scope.is_enterprise:
        return [*github.get(url, SEAT_PAGE, what=what, endpoint=scope.endpoint).value.items]
    return [github.get(url, _SEAT, what=what, endpoint=scope.endpoint).value]


def read_repository(github: GitHub, full_name: str) -> Repository:
    """Return who can read the repository that the workflow runs in."""
    url = github.url(f"repos/{quote(full_name)}")
    what = "The visibility of this repository"
    return github.get(url, _REPOSITORY, what=what, endpoint=REPOSITORY).value
