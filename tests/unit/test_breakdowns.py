"""The same people counted by team, organization, editor, version, plan and age."""

from datetime import timedelta

import pandas as pd
import pytest

from copilot_seat_report.github.copilot import Assignee, Organization, Seat, Team
from copilot_seat_report.report.breakdowns import AGES, NONE_RECORDED
from copilot_seat_report.rules import Rules
from tests.made_up import NOW
from tests.reports import report_of

DAY = timedelta(hours=24)
INSTANT = timedelta(microseconds=1)


def seat(
    number: int,
    *,
    idle: timedelta | None = DAY,
    team: str = "",
    organization: str = "",
    editor: str | None = None,
    plan: str = "business",
) -> Seat:
    return Seat(
        created_at=NOW - 200 * DAY,
        assignee=Assignee(number, f"person-{number}"),
        organization=Organization(organization) if organization else None,
        assigning_team=Team(team) if team else None,
        last_activity_at=None if idle is None else NOW - idle,
        last_activity_editor=editor,
        plan_type=plan,
    )


def rows(table: pd.DataFrame, *figures: str) -> list[tuple[object, ...]]:
    """Each group's names and figures: people, active, idle and costs, or those asked for."""
    names = [name for name in ("organization", "team", "editor", "plan", "age") if name in table]
    wanted = figures or ("people", "active", "idle", "monthly_cost", "idle_monthly_cost")
    return list(table[[*names, *wanted]].itertuples(index=False, name=None))


def test_a_person_of_two_teams_counts_in_both_and_costs_in_one() -> None:
    report = report_of(
        [
            seat(1, team="Apps", idle=50 * DAY),
            seat(1, team="Web", idle=60 * DAY, plan="enterprise"),
            seat(2, team="Web"),
        ]
    )

    # organization, team, people, active, idle, cost, idle cost
    assert rows(report.teams) == [
        ("acme", "Web", 2, 1, 1, 5800, 3900),
        ("acme", "Apps", 1, 0, 1, 0, 0),
    ]
    assert report.teams["monthly_cost"].sum() == report.people["monthly_price"].sum()


def test_a_person_with_two_seats_in_one_team_counts_once_there() -> None:
    earlier, later = seat(1, team="Web"), seat(1, team="Web", idle=2 * DAY)

    report = report_of([earlier, later], enterprise=True)

    assert rows(report.teams) == [("", "Web", 1, 1, 0, 1900, 0)]


def test_a_team_is_one_organizations() -> None:
    report = report_of(
        [seat(1, team="Web", organization="north"), seat(2, team="Web", organization="south")],
        enterprise=True,
    )

    assert [row[:3] for row in rows(report.teams)] == [("north", "Web", 1), ("south", "Web", 1)]


def test_by_organization() -> None:
    report = report_of(
        [
            seat(1, organization="north", idle=None),
            seat(1, organization="south", team="Web"),
            seat(2, organization="south", idle=None),
            seat(3),
        ],
        enterprise=True,
    )

    assert rows(report.organizations) == [
        ("south", 2, 1, 1, 1900, 1900),
        ("north", 1, 1, 0, 1900, 0),
        ("", 1, 1, 0, 1900, 0),
    ]


def test_by_editor_the_most_used_first() -> None:
    report = report_of(
        [
            seat(1, editor="vscode/1.1/"),
            seat(2, editor="vscode/1.2/", idle=40 * DAY),
            seat(3, editor="Xcode/26/"),
            seat(4, idle=None),
        ]
    )

    assert rows(report.editors) == [
        ("VS Code", 2, 1, 1, 3800, 1900),
        ("Xcode", 1, 1, 0, 1900, 0),
        ("", 1, 0, 1, 1900, 1900),
    ]


def test_by_version_of_an_editor() -> None:
    report = report_of(
        [
            seat(1, editor="vscode/1.2/"),
            seat(2, editor="vscode/1.1/"),
            seat(3, editor="vscode/1.2/"),
            seat(4, editor="Xcode/26/"),
            seat(5, editor=""),
            seat(6, idle=None),
        ]
    )

    assert rows(report.editor_versions, "version", "people") == [
        ("VS Code", "1.2", 2),
        ("VS Code", "1.1", 1),
        ("Xcode", "26", 1),
        ("not stated", "", 1),
    ]


def test_by_plan() -> None:
    seats = [
        seat(1),
        seat(2, plan="enterprise"),
        seat(3, plan="unknown"),
        seat(3, plan="enterprise", team="Web"),
        seat(4, plan="unknown"),
    ]

    report = report_of(seats, rules=Rules(price_business=1000, price_enterprise=2050))

    assert rows(report.plans, "people", "assumed", "price", "monthly_cost") == [
        ("business", 2, 1, 1000, 2000),
        ("enterprise", 2, 0, 2050, 4100),
    ]


@pytest.mark.parametrize(
    ("idle", "age"),
    [
        (-DAY, "in the last 24 hours"),
        (DAY, "in the last 24 hours"),
        (DAY + INSTANT, "1 to 7 days ago"),
        (7 * DAY, "1 to 7 days ago"),
        (7 * DAY + INSTANT, "7 to 14 days ago"),
        (14 * DAY, "7 to 14 days ago"),
        (14 * DAY + INSTANT, "14 to 30 days ago"),
        (30 * DAY, "14 to 30 days ago"),
        (30 * DAY + INSTANT, "30 to 60 days ago"),
        (60 * DAY, "30 to 60 days ago"),
        (60 * DAY + INSTANT, "60 to 90 days ago"),
        (90 * DAY, "60 to 90 days ago"),
        (90 * DAY + INSTANT, "more than 90 days ago"),
        (None, "none recorded"),
    ],
)
def test_by_age(idle: timedelta | None, age: str) -> None:
    ages = report_of([seat(1, idle=idle)]).ages

    assert list(ages["age"]) == [*(name for name, _ in AGES), NONE_RECORDED]
    assert list(ages.loc[ages["people"] > 0, "age"]) == [age]


def test_an_age_tells_statuses_and_idle_people() -> None:
    ages = report_of([seat(1), seat(2), seat(3, idle=50 * DAY), seat(4, idle=None)]).ages

    figures = rows(ages, "people", "active", "inactive", "new", "no_activity", "idle")
    assert [row for row in figures if row[1]] == [
        ("in the last 24 hours", 2, 2, 0, 0, 0, 0),
        ("30 to 60 days ago", 1, 0, 1, 0, 0, 1),
        ("none recorded", 1, 0, 0, 0, 1, 1),
    ]


def test_of_nobody_every_table_is_there() -> None:
    report, full = report_of([]), report_of([seat(1, editor="vscode/1/")])

    for name in ("teams", "organizations", "editors", "editor_versions", "plans"):
        assert list(getattr(report, name).columns) == list(getattr(full, name).columns)
        assert len(getattr(report, name)) == 0
    assert report.ages["people"].sum() == 0
    assert len(report.ages) == len(AGES) + 1
