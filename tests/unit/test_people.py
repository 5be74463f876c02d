"""The terms: each status, flag and price, one small case each, at its exact edge."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pandas as pd
import pytest

from copilot_seat_report.github.copilot import Assignee, Organization, Seat, Team
from copilot_seat_report.rules import Rules
from tests.made_up import NOW
from tests.reports import report_of

DAY = timedelta(hours=24)
INSTANT = timedelta(microseconds=1)
RULES = Rules(inactive_days=30, new_seat_days=14)
GRANTED = NOW - 200 * DAY


def seat(
    *,
    idle: timedelta | None = None,
    signed_in: timedelta | None = None,
    granted: timedelta = 200 * DAY,
    number: int = 1,
    login: str = "mona",
    **fields: object,
) -> Seat:
    """A seat that was last used, signed in with and granted so long ago."""
    return Seat(
        created_at=NOW - granted,
        assignee=Assignee(number, login),
        last_activity_at=None if idle is None else NOW - idle,
        last_authenticated_at=None if signed_in is None else NOW - signed_in,
        **fields,  # type: ignore[arg-type]
    )


def person(*seats: Seat, rules: Rules = RULES) -> Any:  # noqa: ANN401
    people = report_of(seats, rules=rules).people
    assert len(people) == 1
    return people.iloc[0]


# --- Status


@pytest.mark.parametrize(
    ("idle", "granted", "status"),
    [
        pytest.param(timedelta(0), 200 * DAY, "active", id="this instant"),
        pytest.param(-DAY, 200 * DAY, "active", id="ahead of our clock"),
        pytest.param(30 * DAY - INSTANT, 200 * DAY, "active", id="just within the limit"),
        pytest.param(30 * DAY, 200 * DAY, "active", id="exactly the limit"),
        pytest.param(30 * DAY + INSTANT, 200 * DAY, "inactive", id="an instant beyond it"),
        pytest.param(31 * DAY, 5 * DAY, "inactive", id="inactive although granted lately"),
        pytest.param(400 * DAY, 500 * DAY, "inactive", id="longer ago than GitHub says it keeps"),
        pytest.param(None, timedelta(0), "new", id="granted this instant"),
        pytest.param(None, 14 * DAY, "new", id="granted exactly so long ago"),
        pytest.param(None, 14 * DAY + INSTANT, "no-activity", id="granted an instant longer ago"),
        pytest.param(None, -DAY, "new", id="granted ahead of our clock"),
    ],
)
def test_status(idle: timedelta | None, granted: timedelta, status: str) -> None:
    assert person(seat(idle=idle, granted=granted))["status"] == status


def test_a_limit_is_of_hours_not_of_calendar_days() -> None:
    """Over a night in which the clocks change, 24 hours stay 24 hours."""
    berlin_winter = timezone(timedelta(hours=1))
    used = (NOW - 30 * DAY).astimezone(berlin_winter)

    record = Seat(created_at=GRANTED, assignee=Assignee(1, "mona"), last_activity_at=used)

    assert person(record)["status"] == "active"


@pytest.mark.parametrize(
    ("newer_grant", "status"),
    [(14 * DAY, "new"), (14 * DAY + INSTANT, "no-activity")],
)
def test_the_newest_grant_of_several_counts(newer_grant: timedelta, status: str) -> None:
    team = Team("Web")
    assert (
        person(seat(granted=90 * DAY), seat(granted=newer_grant, assigning_team=team))["status"]
        == status
    )


def test_the_newest_activity_of_several_counts_and_its_editor() -> None:
    mona = person(
        seat(idle=40 * DAY, last_activity_editor="vscode/1.1/"),
        seat(idle=29 * DAY, last_activity_editor="Xcode/26/x/1", assigning_team=Team("A")),
        seat(idle=None, assigning_team=Team("B")),
    )

    assert mona["status"] == "active"
    assert mona["editor"] == "Xcode"
    assert mona["days_since_activity"] == 29


@pytest.mark.parametrize(
    ("idle", "days"),
    [
        (timedelta(0), 0),
        (DAY - INSTANT, 0),
        (DAY, 1),
        (45.99 * DAY, 45),
        (-3 * DAY, 0),
        (None, None),
    ],
)
def test_days_since_activity_are_whole_and_rounded_down(
    idle: timedelta | None, days: int | None
) -> None:
    value = person(seat(idle=idle))["days_since_activity"]
    assert (None if value is pd.NA else value) == days


# --- Flags


@pytest.mark.parametrize(
    ("idle", "settling"),
    [
        pytest.param(30 * DAY, False, id="not yet inactive"),
        pytest.param(30 * DAY + INSTANT, True, id="inactive by an instant"),
        pytest.param(31 * DAY - INSTANT, True, id="inactive by just under 24 hours"),
        pytest.param(31 * DAY, False, id="inactive by 24 hours"),
        pytest.param(None, False, id="nothing recorded"),
    ],
)
def test_settling(idle: timedelta | None, settling: bool) -> None:
    assert ("settling" in str(person(seat(idle=idle))["flags"]).split()) is settling


@pytest.mark.parametrize(
    ("idle", "signed_in", "flagged"),
    [
        pytest.param(50 * DAY, 2 * DAY, True, id="inactive, signs in"),
        pytest.param(None, 2 * DAY, True, id="nothing recorded, signs in"),
        pytest.param(5 * DAY, 2 * DAY, False, id="active"),
        pytest.param(50 * DAY, None, False, id="no sign-in recorded"),
        pytest.param(50 * DAY, 30 * DAY, True, id="signed in exactly at the limit"),
        pytest.param(50 * DAY, 30 * DAY + INSTANT, False, id="signed in an instant before it"),
        pytest.param(31 * DAY, 30 * DAY, False, id="signed in exactly 24 hours after activity"),
        pytest.param(31 * DAY, 30 * DAY - INSTANT, True, id="an instant more than 24 hours after"),
        pytest.param(None, 30 * DAY, True, id="nothing recorded, signed in exactly at the limit"),
        pytest.param(None, 31 * DAY, False, id="nothing recorded, signed in before it"),
    ],
)
def test_check_telemetry(
    idle: timedelta | None, signed_in: timedelta | None, flagged: bool
) -> None:
    flags = str(person(seat(idle=idle, signed_in=signed_in))["flags"]).split()
    assert ("check-telemetry" in flags) is flagged


def test_a_new_person_who_signs_in_is_no_telemetry_case() -> None:
    assert person(seat(granted=3 * DAY, signed_in=DAY))["flags"] == ""


def test_the_newest_sign_in_of_several_seats_counts() -> None:
    mona = person(
        seat(idle=50 * DAY, signed_in=60 * DAY),
        seat(idle=55 * DAY, signed_in=2 * DAY, assigning_team=Team("A")),
    )
    assert mona["flags"] == "check-telemetry"


def test_the_flags_have_one_order() -> None:
    mona = person(
        seat(
            idle=30.5 * DAY,
            signed_in=DAY,
            pending_cancellation_date=date(2026, 12, 1),
            login="MONA",
        ),
        rules=Rules(exempt_users=("mon?",)),
    )
    assert mona["flags"] == "exempt pending-cancellation settling check-telemetry"


# --- Idle


def cancelled(*dates: date | None, **fields: object) -> list[Seat]:
    return [
        seat(
            pending_cancellation_date=each,
            assigning_team=Team(f"Team {number}"),
            **fields,  # type: ignore[arg-type]
        )
        for number, each in enumerate(dates)
    ]


SOON, LATER = date(2026, 12, 1), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("seats", "idle"),
    [
        pytest.param([seat(idle=DAY)], False, id="active"),
        pytest.param([seat(idle=31 * DAY)], True, id="inactive"),
        pytest.param([seat()], True, id="no recorded activity"),
        pytest.param([seat(granted=DAY)], False, id="new"),
        pytest.param(cancelled(SOON, idle=31 * DAY), False, id="pending in the only seat"),
        pytest.param(cancelled(SOON, LATER), False, id="pending in all seats"),
        pytest.param(cancelled(SOON, None), True, id="pending in one of two"),
        pytest.param(cancelled(SOON, None, idle=DAY), False, id="active, pending in one"),
    ],
)
def test_idle(seats: Sequence[Seat], idle: bool) -> None:
    mona = person(*seats)

    assert mona["idle"] == idle


@pytest.mark.parametrize("record", [seat(idle=31 * DAY), seat(), seat(idle=30.5 * DAY)])
def test_who_is_exempt_is_not_idle_and_keeps_the_status(record: Seat) -> None:
    before, mona = person(record), person(record, rules=Rules(exempt_users=("mona",)))

    assert before["idle"]
    assert not mona["idle"]
    assert mona["status"] == before["status"]


def test_who_settles_is_idle_already() -> None:
    assert person(seat(idle=30.5 * DAY))["idle"]


def test_the_earliest_cancellation_is_the_persons() -> None:
    mona = person(*cancelled(LATER, SOON, None))

    assert mona["pending_cancellation_date"] == "2026-12-01"
    assert mona["flags"] == "pending-cancellation"


@pytest.mark.parametrize(
    ("pattern", "login", "matches"),
    [
        ("svc-*", "svc-", True),
        ("svc-*", "SVC-build", True),
        ("svc-*", "my-svc-build", False),
        ("s?c", "sc", False),
        ("s.c", "sxc", False),
        ("a+b", "aab", False),
        ("[ab]", "a", False),
        ("[ab]", "[ab]", True),
    ],
)
def test_a_wildcard_matches_the_whole_login(pattern: str, login: str, matches: bool) -> None:
    mona = person(seat(login=login), rules=Rules(exempt_users=(pattern,)))

    assert mona["exempt"] == matches


@pytest.mark.parametrize("pattern", ["mona", "LISA", "li*"])
def test_of_two_logins_of_a_person_any_makes_exempt(pattern: str) -> None:
    """Renamed while the lists were read: the id is one."""
    renamed = [seat(login="mona", idle=40 * DAY), seat(login="lisa", idle=50 * DAY)]

    assert person(*renamed, rules=Rules(exempt_users=(pattern,)))["exempt"]


# --- Cost


@pytest.mark.parametrize(
    ("plans", "priced", "source"),
    [
        (["business"], "business", "seat"),
        (["enterprise"], "enterprise", "seat"),
        (["business", "enterprise"], "enterprise", "seat"),
        (["business", "business"], "business", "seat"),
        ([None], "business", "assumption"),
        (["unknown"], "business", "assumption"),
        (["a plan of tomorrow"], "business", "assumption"),
        (["enterprise", "unknown"], "enterprise", "seat"),
        (["business", None], "business", "seat"),
        ([None, "business"], "business", "seat"),
    ],
)
def test_each_person_is_priced_once_at_the_dearest_plan(
    plans: list[str | None], priced: str, source: str
) -> None:
    seats = [
        seat(plan_type=plan, assigning_team=Team(str(number))) for number, plan in enumerate(plans)
    ]
    report = report_of(seats)
    mona = report.people.iloc[0]

    price = {"business": 1900, "enterprise": 3900}[priced]
    assert (mona["plan"], mona["plan_source"]) == (priced, source)
    assert mona["monthly_price"] == price
    assert sorted(report.seats["monthly_price"]) == [*[0] * (len(plans) - 1), price]


@pytest.mark.parametrize(
    ("plan_type", "organization", "priced", "source"),
    [
        ("business", "enterprise", "business", "seat"),
        (None, "enterprise", "enterprise", "organization"),
        ("unknown", "enterprise", "enterprise", "organization"),
        ("unknown", "business", "business", "organization"),
        ("unknown", None, "business", "assumption"),
        ("unknown", "a plan of tomorrow", "business", "assumption"),
    ],
)
def test_a_seat_without_a_plan_takes_its_organizations(
    plan_type: str | None, organization: str | None, priced: str, source: str
) -> None:
    report = report_of([seat(plan_type=plan_type)], plan=organization)

    assert report.people.iloc[0]["plan"] == priced
    assert report.people.iloc[0]["plan_source"] == source
    assert report.priced_by_organization == (source == "organization")
    assert report.priced_as_business == (source == "assumption")


def test_a_seat_of_nobody_costs_nothing_and_counts_apart() -> None:
    nobody = Seat(created_at=GRANTED, plan_type="enterprise", last_activity_at=NOW)

    report = report_of([nobody, seat(idle=DAY), nobody])

    totals = report.totals
    assert (totals.seats, totals.people, totals.unassigned) == (3, 1, 2)
    assert str(totals.monthly_cost) == "19.00"
    rows = report.seats[report.seats["login"] == ""]
    assert list(rows["status"]) == ["unassigned", "unassigned"]
    assert list(rows["monthly_price"]) == [0, 0]
    assert list(rows["flags"]) == ["", ""]
    assert report.teams["people"].sum() == report.organizations["people"].sum() == 1


def test_seats_of_nobody_alone_are_a_report_too() -> None:
    report = report_of([Seat(created_at=GRANTED), Seat(created_at=NOW)])

    assert (report.totals.seats, report.totals.people, report.totals.unassigned) == (2, 0, 2)
    assert list(report.seats["status"]) == ["unassigned", "unassigned"]


def test_people_of_one_login_and_two_numbers_are_two() -> None:
    """A login that was given up can be another person's."""
    report = report_of([seat(number=1), seat(number=2)])

    assert report.totals.people == 2


def test_of_two_names_a_person_has_the_same_one_whatever_the_order() -> None:
    """Renamed while the list was read, in two teams whose names look the same when cleaned."""
    before = seat(login="mona", assigning_team=Team("Web\x00"))
    after = seat(login="lisa", assigning_team=Team("Web\x01"))

    assert person(before, after)["login"] == person(after, before)["login"]


def test_a_person_of_several_teams_and_organizations_has_them_all() -> None:
    seats = [
        seat(organization=Organization("north"), assigning_team=Team("Web")),
        seat(organization=Organization("south"), assigning_team=Team("Apps")),
        seat(organization=Organization("south")),
        seat(assigning_team=Team("Web")),
    ]
    mona = report_of(seats, enterprise=True).people.iloc[0]

    assert mona["organizations"] == "north\nsouth"
    assert mona["teams"] == "Apps\nWeb"
    assert mona["seats"] == 4


@pytest.mark.parametrize(
    "zone", [timezone(timedelta(hours=14)), timezone(timedelta(hours=-12)), UTC]
)
def test_an_offset_changes_nothing(zone: timezone) -> None:
    record = Seat(
        created_at=GRANTED.astimezone(zone),
        assignee=Assignee(1, "mona"),
        last_activity_at=(NOW - 30 * DAY).astimezone(zone),
    )
    mona = person(record)

    assert mona["status"] == "active"
    assert mona["last_activity_at"] == pd.Timestamp(NOW - 30 * DAY)
    assert mona["created_at"] == pd.Timestamp(GRANTED)


def test_a_report_of_nobody_has_all_columns() -> None:
    full, empty = report_of([seat()]), report_of([])

    assert list(empty.people.columns) == list(full.people.columns)
    assert list(empty.seats.columns) == list(full.seats.columns)
    assert {**empty.people.dtypes} == {**full.people.dtypes}
    assert {**empty.seats.dtypes} == {**full.seats.dtypes}
    assert isinstance(empty.report_time, datetime)
