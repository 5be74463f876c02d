"""The terms of the report in plain Python, a second time and in another way than in the package.

What the tests hold the action's figures against. Seats are in GitHub's JSON.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from tests.made_up import NOW, Json

DAY = timedelta(hours=24)


def moment(seat: Json, key: str) -> datetime | None:
    text = seat.get(key)
    return datetime.fromisoformat(text) if text else None


@dataclass
class Person:
    """One assignee with all of their seats, as (organization, seat)."""

    seats: list[tuple[str, Json]] = field(default_factory=list)

    def newest(self, key: str) -> datetime | None:
        return max(filter(None, (moment(seat, key) for _, seat in self.seats)), default=None)

    @property
    def login(self) -> str:
        login: str = max(
            self.seats, key=lambda each: (moment(each[1], "last_activity_at") or DAWN, each[0])
        )[1]["assignee"]["login"]
        return login

    @property
    def pending(self) -> list[bool]:
        return [bool(seat.get("pending_cancellation_date")) for _, seat in self.seats]


DAWN = datetime.fromisoformat("0001-01-02T00:00:00Z")


@dataclass
class Expected:
    """What a report of these seats must say; `plans` are those of the organizations' settings."""

    seats: Sequence[tuple[str, Json]]
    plans: Mapping[str, str] = field(default_factory=dict)
    now: datetime = NOW
    inactive_days: int = 30
    new_seat_days: int = 14
    exempt_users: Sequence[str] = ()
    business: int = 1900
    enterprise: int = 3900
    currency: str = "USD"
    in_metrics: Collection[object] = ()  # whose day of use is recent enough, by their id

    def __post_init__(self) -> None:
        self.people: dict[int, Person] = defaultdict(Person)
        for organization, seat in self.seats:
            if seat.get("assignee"):
                self.people[seat["assignee"]["id"]].seats.append((organization, seat))

    def status(self, person: Person) -> str:
        used, granted = person.newest("last_activity_at"), person.newest("created_at")
        if used:
            return "active" if self.now - used <= self.inactive_days * DAY else "inactive"
        assert granted
        return "new" if self.now - granted <= self.new_seat_days * DAY else "no-activity"

    def exempt(self, person: Person) -> bool:
        return any(
            fnmatchcase(person.login.lower(), pattern.lower()) for pattern in self.exempt_users
        )

    def idle(self, person: Person) -> bool:
        return (
            self.status(person) in ("inactive", "no-activity")
            and not self.exempt(person)
            and not all(person.pending)
            and person.seats[0][1]["assignee"]["id"] not in self.in_metrics
        )

    def ask_first(self, person: Person) -> bool:
        """Whether an idle person is inactive by less than a day, or signs in with no activity."""
        used, signed_in = (
            person.newest(key) for key in ("last_activity_at", "last_authenticated_at")
        )
        if not self.idle(person):
            return False
        if used and self.now - used < (self.inactive_days + 1) * DAY:
            return True
        lately = signed_in is not None and self.now - signed_in <= self.inactive_days * DAY
        return lately and (used is None or signed_in is None or signed_in - used > DAY)

    def price(self, person: Person) -> int:
        """Hundredths a month."""
        return max(self._prices(person))

    def _prices(self, person: Person) -> Iterator[int]:
        for organization, seat in person.seats:
            plan = seat.get("plan_type")
            if plan not in ("business", "enterprise"):
                plan = self.plans.get(organization)
            yield self.enterprise if plan == "enterprise" else self.business

    @property
    def figures(self) -> dict[str, str]:
        """The outputs that are figures, but for `idle-users`, which is a question of order."""
        people = self.people.values()
        statuses = Counter(map(self.status, people))
        idle = [person for person in people if self.idle(person)]
        # Half a tenth is rounded up: 0.25 -> 0.3.
        tenths = (2000 * len(idle) + len(people)) // (2 * len(people)) if people else 0
        return {
            "seats": str(len(self.seats)),
            "people": str(len(people)),
            **{
                status: str(statuses[status])
                for status in ("active", "inactive", "new", "no-activity")
            },
            "unassigned": str(sum(not seat.get("assignee") for _, seat in self.seats)),
            "pending-cancellation": str(sum(any(person.pending) for person in people)),
            "exempt": str(sum(map(self.exempt, people))),
            "idle": str(len(idle)),
            "ask-first": str(sum(map(self.ask_first, idle))),
            "idle-percent": f"{tenths // 10}.{tenths % 10}",
            "monthly-cost": amount(map(self.price, people)),
            "idle-monthly-cost": amount(map(self.price, idle)),
            "currency": self.currency,
        }

    @property
    def idle_logins(self) -> set[str]:
        return {person.login for person in self.people.values() if self.idle(person)}


def amount(hundredths: Iterable[int]) -> str:
    total = sum(hundredths)
    return f"{total // 100}.{total % 100:02}"


def in_organization(login: str, seats: Iterable[Json]) -> list[tuple[str, Json]]:
    return [(login, seat) for seat in seats]


def in_enterprise(seats: Iterable[Json]) -> list[tuple[str, Json]]:
    return [((seat.get("organization") or {}).get("login", ""), seat) for seat in seats]
