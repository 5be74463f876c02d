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
    assert re.search(r"estimates.*assumption.*\b2\b.*as Business", outcome.summary)


def test_a_total_that_counts_neither_seats_nor_people_is_told(step: Step) -> None:
    action = step(Enterprise("megacorp", grants(120), stated=110))

    outcome = action(organization="", enterprise="megacorp")

    assert outcome.outputs["complete"] == "false"


@pytest.mark.parametrize("token", ["github_pat_made_up", "ghs_made_up", "ghu_made_up"])
def test_a_token_that_no_enterprise_accepts_is_told_by_its_kind(step: Step, token: str) -> None:
    action = step(Enterprise("megacorp", grants(3)))
    action.server.tokens[token] = "not there"

    outcome = action(organization="", enterprise="megacorp", token=token)

    assert outcome.status == 1
    assert "enterprise megacorp was refused with status 404" in outcome.error
    assert "neither a GitHub App nor a fine-grained token" in outcome.error
    outcome.assert_nothing_published()


def test_an_enterprise_that_is_not_there(step: Step) -> None:
    outcome = step(Organization("acme", seats(3)))(organization="", enterprise="nowhere")

    assert outcome.status == 1
    assert "there is no such enterprise" in outcome.error
    assert "classic personal access token of an enterprise owner" in outcome.error
    outcome.assert_nothing_published()
