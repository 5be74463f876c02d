"""In a repository that everyone can read nobody is named, unless that is asked for."""

import json
import re
from collections.abc import Callable

import pytest

from tests.action import Action
from tests.github_server import TOKEN, Organization
from tests.loopback import Answer, Request, answering, json_answer
from tests.made_up import seats

Step = Callable[..., Action]

PUBLIC = "This repository is public: everyone could read who uses Copilot and who does not."
UNKNOWN = "This repository is treated as public, because its visibility could not be determined"


def asked(action: Action) -> bool:
    return any(request.path.startswith("/repos/") for request in action.server.requests)


@pytest.mark.parametrize("visibility", ["private", "internal"])
def test_where_only_some_can_read_people_are_named(step: Step, visibility: str) -> None:
    action = step(Organization("acme", seats(20)))
    action.server.repositories["acme/reports"] = visibility

    outcome = action.start()

    assert outcome.status == 0, outcome.log
    assert outcome.summary
    assert "person-" in outcome.summary
    assert asked(action)


def test_where_everyone_can_read_the_run_stops_and_names_the_ways_out(step: Step) -> None:
    action = step(Organization("acme", seats(20)))
    action.server.repositories["acme/reports"] = "public"

    outcome = action.start()

    assert outcome.status == 1
    assert outcome.error.startswith(PUBLIC)
    for way_out in (
        "in a private repository",
        "`anonymize: true`",
        "`summary: totals` and an empty `artifact-name`",
        "`public-repository: allow`",
    ):
        assert way_out in outcome.error
    assert "Nothing was published" in outcome.error
    outcome.assert_nothing_published()
    assert "person-" not in outcome.log


@pytest.mark.parametrize("visibility", ["public", "not to be found out"])
@pytest.mark.parametrize(
    "way_out",
    [
        {"summary": "totals", "artifact_name": ""},
        {"summary": "off", "artifact_name": ""},
        {"anonymize": "true"},
        {"public_repository": "allow"},
    ],
    ids=str,
)
def test_each_way_out_publishes_without_a_question(
    step: Step, visibility: str, way_out: dict[str, str]
) -> None:
    action = step(Organization("acme", seats(20)))
    action.server.repositories["acme/reports"] = visibility
    if visibility != "public":
        del action.server.repositories["acme/reports"]

    outcome = action(**way_out)

    assert outcome.status == 0, outcome.log
    assert not asked(action)
    named = re.search(r"person-\d{4}\b", outcome.summary or "") is not None
    assert named is ("public_repository" in way_out)


@pytest.mark.parametrize(
    "half_a_way_out", [{"summary": "totals"}, {"summary": "off"}, {"artifact_name": ""}], ids=str
)
def test_half_a_way_out_is_none(step: Step, half_a_way_out: dict[str, str]) -> None:
    action = step(Organization("acme", seats(20)))
    action.server.repositories["acme/reports"] = "public"

    outcome = action(**half_a_way_out)

    assert outcome.status == 1
    outcome.assert_nothing_published()


@pytest.mark.parametrize("token", ["", "an-expired-token"])
def test_what_cannot_be_found_out_is_public(step: Step, token: str) -> None:
    outcome = step(Organization("acme", seats(20)))(workflow_token=token)

    assert outcome.status == 1
    assert outcome.error.startswith(UNKNOWN)
    outcome.assert_nothing_published()


def test_a_repository_that_github_does_not_show_is_public(step: Step) -> None:
    action = step(Organization("acme", seats(20)), GITHUB_REPOSITORY="acme/elsewhere")

    outcome = action()

    assert outcome.status == 1
    assert outcome.error.startswith(UNKNOWN)
    assert "GitHub did not say who can read this repository: status 404" in outcome.stdout
    assert "docs/tokens.md" not in outcome.stdout  # the advice on tokens is for seats
    outcome.assert_nothing_published()


def test_a_job_without_a_repository_is_in_public(step: Step) -> None:
    outcome = step(Organization("acme", seats(20)), GITHUB_REPOSITORY="")()

    assert outcome.status == 1
    assert outcome.error.startswith(UNKNOWN)


def test_a_github_that_does_not_answer_that_question_is_no_private_repository(step: Step) -> None:
    action = step(Organization("acme", seats(20)))
    respond = action.server.respond

    def failing(request: Request) -> Answer:
        return Answer(502) if request.path.startswith("/repos/") else respond(request)

    action.server.respond = failing  # type: ignore[method-assign]

    outcome = action()

    assert outcome.status == 1
    assert outcome.error.startswith(UNKNOWN)
    assert "This repository's visibility could not be determined" in outcome.stdout


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"visibility": "private", "private": True}, 0),
        ({"visibility": "internal", "private": True}, 0),
        ({"visibility": "public", "private": False}, 1),
        ({"private": True}, 0),
        ({"private": False}, 1),
        ({"visibility": "something new", "private": True}, 1),
        ({}, 1),
    ],
    ids=json.dumps,
)
def test_what_github_may_answer(step: Step, answer: dict[str, object], status: int) -> None:
    action = step(Organization("acme", seats(3)))
    respond = action.server.respond

    def answering_so(request: Request) -> Answer:
        own = request.path.startswith("/repos/")
        return json_answer(200, answer) if own else respond(request)

    action.server.respond = answering_so  # type: ignore[method-assign]

    assert action().status == status


def test_the_question_goes_to_the_server_of_the_repository(step: Step) -> None:
    """On GitHub Enterprise Server the seats are GitHub.com's, and the repository is not there."""
    here = step(Organization("acme", seats(3)), name="here")
    there = step(Organization("acme", seats(3)), name="there")
    there.server.repositories["acme/reports"] = "public"

    outcome = here(api_url=there.server.url)

    assert outcome.status == 0, outcome.log
    assert {request.path for request in here.server.requests} == {"/repos/acme/reports"}
    assert not asked(there)


def test_seats_that_cannot_be_read_are_the_first_thing_to_tell(step: Step) -> None:
    action = step(Organization("acme", seats(3)))
    action.server.repositories["acme/reports"] = "public"
    action.server.faults = dict.fromkeys(range(1, 9), answering(422, "{}"))

    outcome = action()

    assert "is not enabled there" in outcome.error


@pytest.mark.parametrize(
    "left",
    [
        {"GITHUB_ACTIONS": "true"},
        {"GITHUB_RUN_ID": "1234"},
        {"ACTIONS_RUNTIME_TOKEN": "the-runtime-token"},
    ],
    ids=lambda left: next(iter(left)),
)
def test_a_workflow_is_one_by_any_of_its_variables(step: Step, left: dict[str, str]) -> None:
    """A container may be started with a part of the environment."""
    without = dict.fromkeys(("GITHUB_ACTIONS", "GITHUB_RUN_ID", "ACTIONS_RUNTIME_TOKEN"), "")
    action = step(Organization("acme", seats(20)), **{**without, **left})
    action.server.repositories["acme/reports"] = "public"

    outcome = action()

    assert outcome.status == 1
    assert outcome.error.startswith(PUBLIC)
    assert f"::add-mask::{TOKEN}\n" in outcome.stdout
    outcome.assert_nothing_published()
