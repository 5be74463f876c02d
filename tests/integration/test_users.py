"""Only some people, each asked for by GitHub's one-user endpoint."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.action import Action
from tests.github_server import REFUSALS, Enterprise, Organization
from tests.loopback import json_answer
from tests.made_up import days, organization, seat, seats, team

Step = Callable[..., Action]


def test_only_they_are_asked_for_and_reported(step: Step) -> None:
    action = step(Organization("acme", seats(500)))

    outcome = action.start(users="person-0002, Person-0004\nperson-0008,person-0002")

    assert outcome.status == 0, outcome.log
    assert {row["login"] for row in outcome.rows("seats.csv")} == {
        "person-0002",
        "person-0004",
        "person-0008",
    }
    asked = sorted(r.path.lower() for r in action.server.requests if r.path.startswith("/orgs/"))
    assert asked == [
        "/orgs/acme/copilot/billing",
        "/orgs/acme/members/person-0002/copilot",
        "/orgs/acme/members/person-0004/copilot",
        "/orgs/acme/members/person-0008/copilot",
    ]
    assert outcome.figures("complete", "selection") == {"complete": "", "selection": "users"}
    assert outcome.report["totals"]["complete"] is None
    assert outcome.report["selection"] == ["person-0002", "Person-0004", "person-0008"]


def test_many_answers_at_once_are_all_read(step: Step, tmp_path: Path) -> None:
    """Threads that were the first to decode into a type of msgspec ended the process at times."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.setswitchinterval(1e-6)\n")
    action = step(Organization("acme", seats(20)), PYTHONPATH=str(tmp_path))

    outcome = action.start(users=",".join(f"person-{n:04}" for n in range(1, 21)), formats="")

    assert outcome.status == 0, outcome.log
    assert outcome.outputs["people"] == "20"


def test_one_without_a_seat_is_told_and_fails_nothing(step: Step) -> None:
    action = step(Organization("acme", seats(10)))

    outcome = action(users="person-0002,person-7777")

    assert outcome.status == 0, outcome.log
    assert outcome.outputs["people"] == "1"
    assert outcome.report["unknown_users"] == ["person-7777"]
    assert outcome.annotations("warning") == ["No seat was found for 1 of the 2 users asked for."]
    assert outcome.summary
    assert "`person-7777`" in outcome.summary


def test_one_who_has_not_yet_accepted_the_invitation_has_no_seat(step: Step) -> None:
    """GitHub answers 422 for "a pending organization invitation"."""
    action = step(Organization("acme", []))
    respond = action.server.respond
    pending = REFUSALS["no subscription"]
    action.server.respond = (  # type: ignore[method-assign]
        lambda request: pending if "/members/" in request.path else respond(request)
    )

    outcome = action(users="person-0001")

    assert outcome.status == 0, outcome.log
    assert outcome.report["unknown_users"] == ["person-0001"]
    assert "Reading the seats of 1 user in organization acme" in outcome.log
    assert outcome.annotations("warning") == ["No seat was found for the 1 user asked for."]
    assert outcome.summary
    assert "No Copilot seat was found for the selected person.\n" in outcome.summary


def test_nobody_of_them_has_a_seat(step: Step) -> None:
    outcome = step(Organization("acme", seats(10)))(users="person-7777,person-8888")

    assert outcome.status == 0, outcome.log
    assert outcome.figures("people", "seats") == {"people": "0", "seats": "0"}
    assert outcome.report["unknown_users"] == ["person-7777", "person-8888"]


def test_the_enterprise_form_gives_every_grant_of_a_person(step: Step) -> None:
    records = [
        seat(1, idle=days(40), organization=organization("north")),
        seat(1, idle=days(20), organization=organization("south"), assigning_team=team("Web")),
        seat(2),
    ]
    action = step(Enterprise("megacorp", records))

    outcome = action(organization="", enterprise="megacorp", users="person-0001,person-7777")

    assert outcome.status == 0, outcome.log
    assert outcome.figures("people", "seats", "active") == {
        "people": "1",
        "seats": "2",
        "active": "1",
    }
    assert {row["organization"] for row in outcome.rows("seats.csv")} == {"north", "south"}
    assert outcome.report["unknown_users"] == ["person-7777"]
    asked = {r.path for r in action.server.requests if r.path.startswith("/enterprises/")}
    assert asked == {
        "/enterprises/megacorp/members/person-0001/copilot",
        "/enterprises/megacorp/members/person-7777/copilot",
    }


def test_an_enterprise_may_answer_with_no_grant_at_all(step: Step) -> None:
    action = step(Enterprise("megacorp", [seat(1)]))
    respond = action.server.respond
    nothing = json_answer(200, {"total_seats": 0, "seats": []})
    action.server.respond = (  # type: ignore[method-assign]
        lambda request: nothing if "0002" in request.path else respond(request)
    )

    outcome = action(organization="", enterprise="megacorp", users="person-0001,person-0002")

    assert outcome.status == 0, outcome.log
    assert outcome.report["unknown_users"] == ["person-0002"]


def test_over_several_organizations_a_seat_in_one_is_enough(step: Step) -> None:
    action = step(Organization("acme", [seat(1)]), Organization("labs", [seat(2), seat(1)]))

    outcome = action(organization="acme,labs", users="person-0001,person-0002,person-0003")

    assert outcome.figures("people", "seats") == {"people": "2", "seats": "3"}
    assert outcome.report["unknown_users"] == ["person-0003"]


def test_an_organization_is_not_measured_by_some_of_its_people(step: Step) -> None:
    """GitHub's own count is of all seats: beside a recount of two it would say nothing."""
    outcome = step(Organization("acme", seats(500)))(users="person-0002,person-0004")

    (overview,) = outcome.report["overviews"]
    assert overview["breakdown"] == []
    assert outcome.summary
    assert "granted or removed" not in outcome.summary


def test_the_plan_of_the_organization_counts_here_too(step: Step) -> None:
    action = step(Organization("acme", [seat(1, plan_type="unknown")], plan="enterprise"))

    outcome = action(users="person-0001")

    assert outcome.outputs["monthly-cost"] == "39.00"


def test_a_token_that_may_not_read_is_no_user_without_a_seat(step: Step) -> None:
    action = step(Organization("acme", seats(3)), Enterprise("megacorp", seats(3)))
    action.server.tokens["ghp_made_up"] = "classic token without scope"

    of_organization = action(users="person-0001", token="ghp_made_up")
    of_enterprise = action(
        organization="", enterprise="megacorp", users="person-0001", token="ghp_made_up"
    )

    for outcome in (of_organization, of_enterprise):
        assert outcome.status == 1
        assert "The classic token has the scopes `repo, workflow`" in outcome.error
        outcome.assert_nothing_published()


def test_refused_settings_do_no_harm_where_somebodys_seat_was_read(step: Step) -> None:
    account = Organization("acme", seats(3))
    account.settings = REFUSALS["not there"]

    outcome = step(account)(users="person-0001,person-0009")

    assert outcome.status == 0, outcome.log
    assert outcome.outputs["people"] == "1"
    assert "The seat settings of organization acme were refused" in outcome.stdout


def test_another_refusal_fails_the_run(step: Step) -> None:
    action = step(Organization("acme", seats(3)))
    respond = action.server.respond
    action.server.respond = (  # type: ignore[method-assign]
        lambda request: REFUSALS["single sign-on"] if "0002" in request.path else respond(request)
    )

    outcome = action(users="person-0001,person-0002")

    assert outcome.status == 1
    assert "The seat of person-0002 in organization acme was refused" in outcome.error
    outcome.assert_nothing_published()


@pytest.mark.parametrize("login", ["person-0001_corp", "dependabot.x"])
def test_a_login_of_an_enterprise_with_managed_users(step: Step, login: str) -> None:
    record = seat(1)
    record["assignee"]["login"] = login

    outcome = step(Organization("acme", [record]))(users=login)

    assert json.loads(outcome.outputs["people"]) == 1
