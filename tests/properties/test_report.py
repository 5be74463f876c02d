"""The terms of the report hold over arbitrary seats."""

import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.files.csv import write_activity_report, write_seats
from copilot_seat_report.files.json import totals, write_json
from copilot_seat_report.github.copilot import Seat
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.comparison import compare
from copilot_seat_report.report.model import STATUSES, Report
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.activity_report import read_activity_report
from copilot_seat_report.sources.seat_list import unique_seats
from copilot_seat_report.sources.seats import Reading
from tests.expected import Expected
from tests.made_up import NOW, Json
from tests.properties.strategies import (
    by_organization,
    decoded,
    lists,
    plans,
    readings_of,
    reports,
    seats,
)

Lists = dict[str, list[Json]]
Plans = dict[str, str | None]

rules = st.builds(
    Rules,
    inactive_days=st.sampled_from([1, 30, 90, 3650]),
    new_seat_days=st.sampled_from([0, 14, 3650]),
    exempt_users=st.sampled_from([(), ("person-1",), ("*-2", "PERSON-3"), ("*",)]),
    price_business=st.integers(0, 10_000),
    price_enterprise=st.integers(0, 10_000),
    sort=st.sampled_from(["last-activity", "-last-activity", "login", "-team", "created"]),
)


def report_of(readings: list[Reading], rules: Rules) -> Report:
    return build_report(readings, rules, NOW)


def written(report: Report) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        seats_csv, report_json = Path(folder, "seats.csv"), Path(folder, "report.json")
        write_seats(report, seats_csv)
        write_json(report, report_json)
        return {path.name: path.read_bytes() for path in (seats_csv, report_json)}


@reports
@given(lists(), plans, rules)
def test_the_figures_are_those_of_the_terms(given: Lists, plans: Plans, rules: Rules) -> None:
    readings = readings_of(given, plans)
    report = report_of(readings, rules)

    expected = Expected(
        by_organization(readings),
        plans={name: plan or "" for name, plan in plans.items() if name in given},
        inactive_days=rules.inactive_days,
        new_seat_days=rules.new_seat_days,
        exempt_users=rules.exempt_users,
        business=rules.price_business,
        enterprise=rules.price_enterprise,
    )
    figures = {name: str(value) for name, value in totals(report.totals).items()}
    assert {name: figures[name] for name in expected.figures} == expected.figures
    assert set(report.totals.idle_users) == expected.idle_logins
    statuses = dict(zip(report.people["user_id"], report.people["status"], strict=True))
    assert statuses == {
        number: expected.status(person) for number, person in expected.people.items()
    }


@reports
@given(lists(renamed=True), rules)
def test_every_person_has_one_status_and_the_figures_add_up(given: Lists, rules: Rules) -> None:
    report = report_of(readings_of(given), rules)
    totals, people, seats = report.totals, report.people, report.seats

    assert people["user_id"].is_unique
    assert people["status"].isin(STATUSES).all()
    assert (
        totals.people
        == len(people)
        == (totals.active + totals.inactive + totals.new + totals.no_activity)
    )
    assert totals.seats == len(seats) == people["seats"].sum() + totals.unassigned
    assert (seats["status"] == "unassigned").sum() == totals.unassigned
    assert totals.idle == people["idle"].sum() == len(totals.idle_users)
    assert totals.idle <= totals.inactive + totals.no_activity
    # Each person's seats have the person's status.
    status = people.set_index("user_id")["status"]
    assigned = seats[seats["user_id"].notna()]
    assert (assigned["user_id"].map(status) == assigned["status"]).all()

    cost, idle_cost = (
        int(amount * 100) for amount in (totals.monthly_cost, totals.idle_monthly_cost)
    )
    assert cost == people["monthly_price"].sum() == seats["monthly_price"].sum()
    assert idle_cost == people.loc[people["idle"], "monthly_price"].sum()
    for groups in (report.teams, report.organizations, report.editors):
        assert groups["monthly_cost"].sum() == cost
        assert groups["idle_monthly_cost"].sum() == idle_cost
        assert (groups["people"] >= groups["active"] + groups["idle"]).all()
        assert (groups["monthly_cost"] >= groups["idle_monthly_cost"]).all()
    assert report.plans["monthly_cost"].sum() == cost
    # Who is in two teams counts in both; an editor, a plan, an age is one a person.
    for groups in (report.teams, report.organizations):
        assert groups["people"].sum() >= totals.people
    for groups in (report.editors, report.plans, report.ages):
        assert groups["people"].sum() == totals.people
    ages = report.ages
    for name in ("active", "inactive", "new", "no_activity", "idle"):
        assert ages[name].sum() == getattr(totals, name)
    unused = ages["age"] == "none recorded"
    assert ages.loc[unused, "people"].sum() == totals.new + totals.no_activity
    assert report.editor_versions["people"].sum() == totals.active + totals.inactive
    assert report.priced_by_organization + report.priced_as_business == (
        report.plans["assumed"].sum()
    )


@reports
@given(lists(renamed=True), plans, rules, st.randoms(use_true_random=False))
def test_the_order_of_pages_and_seats_changes_nothing(
    given: Lists, plans: Plans, rules: Rules, chance: Random
) -> None:
    shuffled = {name: chance.sample(records, len(records)) for name, records in given.items()}

    before, after = (
        written(report_of(readings_of(each, plans), rules)) for each in (given, shuffled)
    )

    assert before == after


def grants(seats: Iterable[Seat]) -> list[tuple[object, ...]]:
    return [
        (seat.assignee.id, seat.organization, seat.assigning_team, seat.created_at)
        for seat in seats
        if seat.assignee
    ]


@given(st.lists(seats(renamed=True), max_size=20), st.randoms(use_true_random=False))
def test_a_seat_that_was_shown_twice_is_one(records: list[Json], chance: Random) -> None:
    shown = decoded(records)
    assigned = [seat for seat in shown if seat.assignee]
    again = chance.sample(assigned, len(assigned) // 2)

    # What stands twice on one page is two seats.
    assert Counter(unique_seats([shown])) == Counter(shown)
    assert Counter(unique_seats([shown, again])) == Counter(shown)
    # Nobody's grant is lost, and none is there twice.
    once = unique_seats([seat] for seat in shown)
    assert set(once) <= set(shown)
    assert len(grants(once)) == len(set(grants(once)))
    assert set(grants(once)) == set(grants(shown))
    assert sum(seat.assignee is None for seat in once) == len(shown) - len(assigned)


@reports
@given(lists(), rules)
def test_our_activity_report_reads_back_as_ours(given: Lists, rules: Rules) -> None:
    report = report_of(readings_of(given), rules)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "activity-report.csv")
        write_activity_report(report, path)
        theirs = read_activity_report(path, name_nobody=False)

    organizations = None if report.is_enterprise else report.names
    comparison = compare(
        report.people, report.seats, theirs, rules, NOW, organizations=organizations
    )
    assert comparison.differences == ()
    assert comparison.agree == report.totals.people
    assert report.totals.people <= comparison.rows <= report.totals.seats
    assert theirs.report_time == (NOW if report.totals.people else None)


@reports
@given(lists(renamed=True), plans, rules)
def test_pseudonyms_change_no_figure(given: Lists, plans: Plans, rules: Rules) -> None:
    readings = readings_of(given, plans)
    named = build_report(readings, rules, NOW)
    hidden = build_report(readings, rules, NOW, pseudonyms=Pseudonyms("key"))

    figures = [
        {name: value for name, value in totals(report.totals).items() if name != "idle-users"}
        for report in (named, hidden)
    ]
    assert figures[0] == figures[1]
    assert hidden.people["user_id"].isna().all()
    assert hidden.seats["user_id"].isna().all()
    for table in ("ages", "plans"):
        assert getattr(hidden, table).equals(getattr(named, table))
    for groups in (hidden.teams, hidden.organizations, hidden.editors):
        assert len(groups) <= 1 or (groups["people"] >= 5).all()
        assert groups["idle_monthly_cost"].sum() == named.teams["idle_monthly_cost"].sum()
    # On which of a person's seats the price stands follows from the pseudonyms.
    for table, more in (("people", ["monthly_price"]), ("seats", [])):
        columns = ["status", "flags", "days_since_activity", *more]
        moments = getattr(hidden, table)["last_activity_at"].dropna()
        assert (moments == moments.dt.normalize()).all()
        rows = [
            sorted(map(str, getattr(report, table)[columns].itertuples(index=False)))
            for report in (named, hidden)
        ]
        assert rows[0] == rows[1]
    assert hidden.seats["monthly_price"].sum() == named.seats["monthly_price"].sum()
