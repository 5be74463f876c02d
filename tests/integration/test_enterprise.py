"""A whole enterprise: a seat for each grant, a person counted once, and no settings to ask for."""

import json
import re
from collections.abc import Callable

import pytest

from tests.action import Action
from tests.expected import Expected, in_enterprise
from tests.github_server import Enterprise, Organization
from tests.made_up import Json, days, enterprise_team, organization, seat, seats, team

Step = Callable[..., Action]

ORGANIZATIONS = ("north", "south", "west")


def grants(people: int) -> list[Json]:
    """One grant to each person, a second to every third one, a third to every seventh of all."""
    records = []
    for number, record in enumerate(seats(people), start=1):
        place = number % 4
        if place == 3:  # through an enterprise's team, which belongs to no organization
            record |= {"organization": None, "assigning_team": enterprise_team("Contractors")}
        else:
            record["organization"] = organization(ORGANIZATIONS[place])
        records.append(record)
        if not record.get("assignee"):
            continue
        if number % 3 == 0:
            second = seat(number, idle=days(number % 90), granted=days(number % 400))
            second["organization"] = organization(ORGANIZATIONS[(number + 1) % 3])
            second["assigning_team"] = team("Second home")
            second["plan_type"] = "enterprise" if number % 2 else "unknown"
            records.append(second)
        if number % 7 == 0:
            third = seat(number, idle=None, granted=days(5), cancelled=number % 2 == 0)
            del third["organization"]
            records.append(third)
    return records


def test_2000_people_of_whom_some_hold_two_or_three_grants(step: Step) -> None:
    records = grants(2000)
    action = step(Enterprise("megacorp", records))

    outcome = action.start(organization="", enterprise="megacorp")

    assert outcome.status == 0, outcome.log
    expected = Expected(in_enterprise(records))
    assert outcome.figures(*expected.figures) == expected.figures
    assert int(outcome.outputs["seats"]) == len(records) > int(outcome.outputs["people"]) > 1800
    assert set(json.loads(outcome.outputs["idle-users"])) == expected.idle_logins
    grants_of = [len(person.seats) for person in expected.people.values()]
    assert {1, 2, 3} <= set(grants_of)
    # The total that GitHub states counts people: that is no sign of a list that changed.
    assert outcome.outputs["complete"] == "true"
    assert len(outcome.rows("seats.csv")) == len(records)
    assert sum(float(row["monthly_price"]) for row in outcome.rows("seats.csv")) == float(
        expected.figures["monthly-cost"]
    )
    rows = [(row["Login"], row["Organization"]) for row in outcome.rows("activity-report.csv")]
    assert len(rows) == len(set(rows))
    assert set(rows) == {
        (person.login, organization or "None")
        for person in expected.people.values()
        for organization, _ in person.seats
    }


def test_an_enterprise_is_not_asked_for_what_it_has_not(step: Step) -> None:
    action = step(Enterprise("megacorp", grants(120)))

    outcome = action(organization="", enterprise="megacorp")

    assert {r.path for r in action.server.requests} == {
        "/enterprises/megacorp/copilot/billing/seats",
        "/repos/acme/reports",
    }
    (overview,) = outcome.report["overviews"]
    assert overview["kind"] == "enterprise"
    assert overview["breakdown"] == overview["settings"] == []
    assert outcome.report["enterprise"] is True
    assert outcome.report["names"] == ["megacorp"]


def test_a_seat_without_an_organization_stays(step: Step) -> None:
    records = [
        seat(1, organization=None, assigning_team=enterprise_team("Contractors")),
        seat(2, without=["organization"]),
        seat(3, organization=organization("north")),
    ]

    outcome = step(Enterprise("megacorp", records))(organization="", enterprise="megacorp")

    rows = {row["login"]: row for row in outcome.rows("seats.csv")}
    assert {login: row["organization"] for login, row in rows.items()} == {
        "person-0001": "",
        "person-0002": "",
        "person-0003": "north",
    }
    assert rows["person-0001"]["assigning_team"] == "Contractors"
    assert [(row["organization"], row["team"]) for row in outcome.rows("teams.csv")] == [
        ("", "Contractors"),
        ("", ""),
        ("north", ""),
    ]


def test_a_plan_that_is_not_stated_is_priced_as_business_and_said(step: Step) -> None:
    records = [seat(1, plan_type="unknown"), seat(2, without=["plan_type"]), seat(3)]

    outcome = step(Enterprise("megacorp", records))(organization="", enterprise="megacorp")

    assert outcome.outputs["monthly-cost"] == "57.00"
    assert outcome.report["priced_as_business"] == 2
    assert outcome.summary
    assert re.search(r"estimates.* 2 people: their price assumes Business", outcome.summary)


def test_a_team_and_an_organization_without_a_name_do_no_harm(step: Step) -> None:
    records = [
        seat(1, organization={"id": 7, "login": None}, assigning_team={"id": 8}),
        seat(2, organization={}, assigning_team={"id": 8, "name": None}),
    ]

    outcome = step(Enterprise("megacorp", records, off_schema=True))(
        organization="", enterprise="megacorp"
    )

    assert outcome.status == 0, outcome.log
    assert [(row["organization"], row["team"]) for row in outcome.rows("teams.csv")] == [("", "")]


def test_two_teams_of_one_name_are_two_seats(step: Step) -> None:
    granted = days(100)
    records = [
        seat(1, idle=days(60), granted=granted, cancelled=leaving, assigning_team=web)
        for web, leaving in ((team("Web"), True), ({**team("Web"), "id": 999}, False))
    ]

    outcome = step(Enterprise("megacorp", records))(organization="", enterprise="megacorp")

    assert outcome.figures("seats", "people", "idle") == {"seats": "2", "people": "1", "idle": "1"}
    assert outcome.outputs["complete"] == "true"


def test_two_equal_grants_on_one_page_are_two_seats(step: Step) -> None:
    records = [seat(1, idle=days(60), cancelled=leaving) for leaving in (True, False)]

    outcome = step(Enterprise("megacorp", records))(organization="", enterprise="megacorp")

    assert outcome.figures("seats", "people", "idle") == {"seats": "2", "people": "1", "idle": "1"}


def test_a_full_page_without_a_total_or_a_next_one_is_not_called_complete(step: Step) -> None:
    account = Enterprise("megacorp", seats(350), totals=False, links=lambda _: "")

    outcome = step(account)(organization="", enterprise="megacorp")

    assert outcome.status == 0, outcome.log
    assert outcome.figures("seats", "complete") == {"seats": "100", "complete": "false"}
    assert "GitHub states no total, and the last page is full" in outcome.stdout


def test_a_last_page_that_is_not_full_needs_no_total(step: Step) -> None:
    account = Enterprise("megacorp", seats(350), totals=False)

    outcome = step(account)(organization="", enterprise="megacorp")

    assert outcome.figures("seats", "complete") == {"seats": "350", "complete": "true"}


def test_a_total_that_counts_neither_seats_nor_people_is_told(step: Step) -> None:
    action = step(Enterprise("megacorp", grants(120), stated=110))

    outcome = action(organization="", enterprise="megacorp")

    assert outcome.outputs["complete"] == "false"


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("github_pat_made_up", "This token is a fine-grained personal access token."),
        ("ghs_made_up", "lacks the enterprise permission 'Enterprise Copilot license management'"),
        ("ghu_made_up", "lacks the enterprise permission 'Enterprise Copilot license management'"),
    ],
)
def test_a_token_that_an_enterprise_refuses_is_told_by_its_kind(
    step: Step, token: str, words: str
) -> None:
    action = step(Enterprise("megacorp", grants(3)))
    action.server.tokens[token] = "not there"

    outcome = action(organization="", enterprise="megacorp", token=token)

    assert outcome.status == 1
    assert "enterprise megacorp was refused with status 404" in outcome.error
    assert words in outcome.error
    assert "classic personal access token of an enterprise owner" in outcome.error
    outcome.assert_nothing_published()


def test_an_enterprise_that_is_not_there(step: Step) -> None:
    outcome = step(Organization("acme", seats(3)))(organization="", enterprise="nowhere")

    assert outcome.status == 1
    assert "The enterprise does not exist" in outcome.error
    assert "classic personal access token of an enterprise owner" in outcome.error
    outcome.assert_nothing_published()
