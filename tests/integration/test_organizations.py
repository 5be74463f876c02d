"""Several organizations in one report: each person once, every seat; all of them, or none."""

import json
import re
from collections.abc import Callable

import pytest

from tests.action import Action
from tests.expected import Expected, in_organization
from tests.github_server import REFUSALS, Organization
from tests.loopback import Exchange, TransientError
from tests.made_up import days, seat, seats, team

Step = Callable[..., Action]


def refusing_one(path: str, refusal: str) -> TransientError:
    """Refuse what is asked below a path; answer the rest."""

    def fault(exchange: Exchange) -> None:
        answer = exchange.right_answer()
        refused = exchange.request.path.startswith(path)
        exchange.handler.write(REFUSALS[refusal] if refused else answer)

    return fault


@pytest.mark.parametrize("separator", [",", "\n", " , \n\n"])
def test_people_are_counted_classified_and_priced_once_over_all_organizations(
    step: Step, separator: str
) -> None:
    acme, labs = seats(150), seats(150, login="acme-labs", first=101)
    for record in labs[:25]:
        record["last_activity_at"] = None
        record["plan_type"] = "enterprise"
    action = step(Organization("acme", acme), Organization("acme-labs", labs, plan="enterprise"))

    outcome = action(organization=separator.join(["acme", "acme-labs"]))

    assert outcome.status == 0, outcome.log
    both = in_organization("acme", acme) + in_organization("acme-labs", labs)
    expected = Expected(both, plans={"acme": "business", "acme-labs": "enterprise"})
    assert outcome.figures(*expected.figures) == expected.figures
    assert int(outcome.outputs["people"]) < int(outcome.outputs["seats"]) == 300
    assert set(json.loads(outcome.outputs["idle-users"])) == expected.idle_logins
    rows = outcome.rows("seats.csv")
    assert [row["organization"] for row in rows].count("acme") == 150
    assert [row["organization"] for row in rows].count("acme-labs") == 150
    assert outcome.report["names"] == ["acme", "acme-labs"]


def test_a_person_of_three_organizations_is_one_person(step: Step) -> None:
    """Newest activity and its editor, newest grant, dearest plan; every seat with its own dates."""
    records = {
        "acme": seat(
            1, idle=days(40), granted=days(300), last_activity_editor="Xcode/26.0/copilot-xcode/1"
        ),
        "labs": seat(1, idle=days(35), granted=days(90), last_activity_editor="vscode/1.105.1/"),
        "shop": seat(1, idle=None, signed_in=None, granted=days(50), plan_type="enterprise"),
    }
    action = step(*(Organization(login, [record]) for login, record in records.items()))

    outcome = action(organization="acme,labs,shop")

    (person,) = outcome.report["people"]
    assert person["status"] == "inactive"
    assert person["days_since_activity"] == 35
    assert person["editor"] == "VS Code"
    assert person["created_at"] == "2026-09-13T06:00:00Z"
    assert person["organizations"] == ["acme", "labs", "shop"]
    assert person["seats"] == 3
    assert person["plan"] == "enterprise"
    assert person["monthly_price"] == 39.0
    rows = {row["organization"]: row for row in outcome.rows("seats.csv")}
    assert {name: row["status"] for name, row in rows.items()} == dict.fromkeys(records, "inactive")
    assert {name: row["days_since_activity"] for name, row in rows.items()} == {
        "acme": "40",
        "labs": "35",
        "shop": "",
    }
    assert {name: row["monthly_price"] for name, row in rows.items()} == {
        "acme": "0.00",
        "labs": "0.00",
        "shop": "39.00",
    }
    by_organization = outcome.rows("activity-report.csv")
    assert {row["Organization"]: row["Last Activity At"][:10] for row in by_organization} == {
        "acme": "2026-09-23",
        "labs": "2026-09-28",
        "shop": "None",
    }
    assert {row["Login"] for row in by_organization} == {"person-0001"}


def test_pending_in_one_of_two_organizations_is_still_idle(step: Step) -> None:
    leaving, staying = seat(1, idle=days(40), cancelled=True), seat(1, idle=days(40))
    action = step(Organization("acme", [leaving]), Organization("labs", [staying]))

    outcome = action(organization="acme,labs")

    assert outcome.figures("pending-cancellation", "idle") == {
        "pending-cancellation": "1",
        "idle": "1",
    }
    flags = {row["organization"]: row["flags"] for row in outcome.rows("seats.csv")}
    assert flags == {"acme": "pending-cancellation", "labs": ""}


def test_a_plan_that_is_not_stated_is_the_organizations_own(step: Step) -> None:
    action = step(
        Organization("acme", [seat(1, plan_type="unknown"), seat(2, without=["plan_type"])]),
        Organization("labs", [seat(3, plan_type="unknown")], plan="enterprise"),
    )

    outcome = action(organization="acme,labs")

    assert outcome.outputs["monthly-cost"] == "77.00"
    prices = {person["login"]: person["monthly_price"] for person in outcome.report["people"]}
    assert prices == {"person-0001": 19, "person-0002": 19, "person-0003": 39}
    assert outcome.report["priced_by_organization"] == 3
    assert outcome.summary
    assert re.search(
        r"estimates.*their price assumes the plan of their organization", outcome.summary
    )


def test_teams_of_the_same_name_in_two_organizations_are_two(step: Step) -> None:
    action = step(
        Organization("acme", [seat(1, assigning_team=team("Web")), seat(2)]),
        Organization("labs", [seat(1, assigning_team=team("Web")), seat(3)]),
    )

    outcome = action(organization="acme,labs")

    rows = outcome.rows("teams.csv")
    assert [(row["organization"], row["team"], row["people"]) for row in rows] == [
        ("acme", "Web", "1"),
        ("labs", "Web", "1"),
        ("acme", "", "1"),
        ("labs", "", "1"),
    ]
    assert sum(float(row["monthly_cost"]) for row in rows) == 57


def test_an_organization_given_twice_is_read_once(step: Step) -> None:
    action = step(Organization("acme", seats(3)))

    outcome = action(organization="acme, ACME\nAcme")

    assert outcome.outputs["seats"] == "3"
    assert len([r for r in action.server.requests if r.path.endswith("/seats")]) == 1


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ("not there", "The organization does not exist, or it has no Copilot subscription"),
        ("single sign-on", "not authorized for the organization's single sign-on"),
        ("not an owner", "You must be an organization owner."),
        ("no subscription", "Copilot Business or Enterprise is not enabled there"),
    ],
)
def test_one_that_cannot_be_read_fails_the_run_and_is_named(
    step: Step, refusal: str, words: str
) -> None:
    action = step(*(Organization(login, seats(5)) for login in ("acme", "labs", "shop")))
    action.server.faults = dict.fromkeys(range(1, 20), refusing_one("/orgs/labs/", refusal))

    outcome = action(organization="acme,labs,shop")

    assert outcome.status == 1
    assert "organization labs was refused" in outcome.error
    assert words in outcome.error
    outcome.assert_nothing_published()


def test_one_that_is_not_there_fails_the_run_and_is_named(step: Step) -> None:
    outcome = step(Organization("acme", seats(5))).start(organization="acme,acmme")

    assert outcome.status == 1
    assert "organization acmme was refused with status 404" in outcome.error
    outcome.assert_nothing_published()


def test_the_list_of_one_that_does_not_agree_is_told_by_its_name(step: Step) -> None:
    action = step(Organization("acme", seats(5)), Organization("labs", seats(7), stated=9))

    outcome = action(organization="acme,labs")

    assert outcome.status == 0
    assert outcome.outputs["complete"] == "false"
    assert outcome.summary
    assert re.search(r"labs.* 7 of 9 seats were read", outcome.summary)
    complete = {
        each["name"]: each["completeness"]["complete"] for each in outcome.report["overviews"]
    }
    assert complete == {"acme": True, "labs": False}
