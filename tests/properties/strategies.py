"""Arbitrary seats in GitHub's JSON: mixed offsets, `null` or nothing wherever that is allowed."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
from hypothesis import settings
from hypothesis import strategies as st

from copilot_seat_report.github.copilot import SEAT_PAGE, Scope, Seat, SeatSettings
from copilot_seat_report.sources.seat_list import selected_seats
from copilot_seat_report.sources.seats import Reading
from tests.made_up import EDITORS, NOW, Json

# A report takes its tenth of a second however few its seats are.
reports = settings(max_examples=settings().max_examples // 2)

ORGANIZATIONS = ("acme", "labs", "shop")

offsets = st.integers(-12 * 4, 14 * 4).map(
    lambda quarters: timezone(quarters * timedelta(hours=0.25))
)
# As long ago as the rules have their edges, and an instant beside.
edges = st.builds(
    lambda days, beside: NOW - timedelta(days=days) + timedelta(microseconds=beside),
    st.sampled_from([0, 1, 7, 13, 14, 15, 29, 30, 31, 60, 90, 91]),
    st.integers(-1, 1),
)
anytime = st.datetimes(datetime(2020, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
moments = st.builds(
    lambda moment, zone: moment.astimezone(zone).isoformat(), edges | anytime, offsets
)
# One instant, written in three ways: many seats are granted together.
together = st.sampled_from(
    ["2026-06-01T10:00:00Z", "2026-06-01T12:00:00+02:00", "2026-06-01T06:00:00-04:00"]
)
# Any text, and what is special in one of the files.
names = st.text(max_size=8) | st.sampled_from(
    ["Web", "web", 'Sales, "EMEA"', "=1+1", "@x", "-x", "a\nb", "a\x00", "a\x01", "##[error]", "|"]
)
numbers = st.integers(1, 7)


def people(*, renamed: bool) -> st.SearchStrategy[Json]:
    """Few of them, so that many hold several seats; with `renamed`, a login may change."""
    logins = st.sampled_from(["mona", "Hubot", "svc-x"]) | names if renamed else st.none()
    return st.builds(
        lambda number, login: {"id": number, "login": login or f"person-{number}"}, numbers, logins
    )


@st.composite
def seats(draw: st.DrawFn, *, renamed: bool = False) -> Json:
    """One seat; every field but `created_at` may be null or absent."""
    record: Json = {"created_at": draw(together | moments)}
    optional: dict[str, st.SearchStrategy[object]] = {
        "assignee": people(renamed=renamed),
        "organization": st.sampled_from(ORGANIZATIONS).map(lambda login: {"login": login}),
        "assigning_team": (st.just("Web") | names).map(lambda name: {"name": name}),
        "pending_cancellation_date": st.sampled_from(["2026-12-01", "2027-01-01"]),
        "last_activity_at": moments,
        "last_activity_editor": st.sampled_from(EDITORS) | names,
        "last_authenticated_at": moments,
        "plan_type": st.sampled_from(["business", "enterprise", "unknown"]) | names,
    }
    for key, values in optional.items():
        # Mostly there, as in real lists.
        match draw(st.sampled_from(["there", "there", "there", "null", "absent"])):
            case "there":
                record[key] = draw(values)
            case "null":
                record[key] = None
    return record


def lists(*, renamed: bool = False) -> st.SearchStrategy[dict[str, list[Json]]]:
    """The seats of some organizations, or of an enterprise (whose name is no organization's)."""
    some = st.lists(seats(renamed=renamed), max_size=12)
    organizations = st.dictionaries(st.sampled_from(ORGANIZATIONS), some, min_size=1)
    return organizations | some.map(lambda records: {"megacorp": records})


# An enterprise's are not known.
plans = st.fixed_dictionaries(
    {name: st.sampled_from(["business", "enterprise", None]) for name in ORGANIZATIONS}
)


def decoded(records: list[Json]) -> list[Seat]:
    """Read seats as the client does."""
    return SEAT_PAGE.decode(msgspec.json.encode({"seats": records})).seats or []


def readings_of(
    given: dict[str, list[Json]], plans: dict[str, str | None] | None = None
) -> list[Reading]:
    """What is read where GitHub has these seats."""
    readings = []
    for name, records in given.items():
        enterprise = name == "megacorp"
        settings = None if enterprise else SeatSettings(plan_type=(plans or {}).get(name))
        scope = Scope(name, is_enterprise=enterprise)
        readings.append(Reading(selected_seats(scope, [decoded(records)]), settings))
    return readings


def by_organization(readings: list[Reading]) -> list[tuple[str, Json]]:
    """Each seat in JSON with the organization that it is of."""
    found = []
    for reading in readings:
        scope = reading.seats.scope
        for seat in reading.seats.seats:
            stated = (seat.organization.login or "") if seat.organization else ""
            found.append((stated if scope.is_enterprise else scope.name, msgspec.to_builtins(seat)))
    return found
