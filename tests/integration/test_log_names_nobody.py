"""Where nobody may be named, the log, the warnings and the errors name nobody either."""

from collections.abc import Callable

import pytest

from tests.action import Action, Outcome
from tests.github_server import TOKEN, Enterprise, Organization
from tests.loopback import Answer, Request, giving, json_answer
from tests.made_up import seat, user

Step = Callable[..., Action]

ANONYMIZED = {"anonymize": "true"}
# The recipe for a public repository.
TOTALS_ONLY = {"summary": "totals", "artifact_name": ""}
WAYS = pytest.mark.parametrize("way", [ANONYMIZED, TOTALS_ONLY], ids=["anonymized", "totals only"])


@pytest.fixture
def action(step: Step) -> Action:
    """Quux-Corp, in which Tim and Ann Quux have a seat."""
    people = [seat(n, assignee=user(n, login=name)) for n, name in enumerate(["tim", "ann-quux"])]
    return step(Organization("Quux-Corp", people))


def run(action: Action, **inputs: str) -> Outcome:
    return action(organization="Quux-Corp", users="tim,ann-quux", **inputs)


def refusing_members(action: Action, answer: Answer) -> None:
    respond = action.server.respond

    def refusing(request: Request) -> Answer:
        return answer if "/members/" in request.path else respond(request)

    action.server.respond = refusing  # type: ignore[method-assign]


def test_a_word_of_the_log_that_has_a_login_in_it_gives_nobody_away(action: Action) -> None:
    outcome = run(action, **ANONYMIZED)

    assert outcome.status == 0, outcome.log
    assert "The time of this report is 2026-11-02 06:00:00 UTC\n" in outcome.stdout
    assert "quux" not in outcome.log.lower()


@WAYS
def test_who_is_asked_for_again_is_named_by_their_place(
    action: Action, way: dict[str, str]
) -> None:
    respond, asked = action.server.respond, set[str]()

    def failing_once(request: Request) -> Answer:
        first = "/members/" in request.path and request.path not in asked
        asked.add(request.path)
        return Answer(502) if first else respond(request)

    action.server.respond = failing_once  # type: ignore[method-assign]

    outcome = run(action, **way)

    assert outcome.status == 0, outcome.log
    assert "The seat of user 2 of 2 in organization" in outcome.stdout
    assert "status 502; trying again" in outcome.stdout
    assert "ann" not in outcome.log
    assert ("Quux-Corp" in outcome.log) is (way == TOTALS_ONLY)


@WAYS
def test_what_github_says_of_a_person_is_left_out_of_an_error(
    action: Action, way: dict[str, str]
) -> None:
    sso = "required; url=https://github.com/orgs/Quux-Corp/sso?authorization_request=made-up"
    message = {"message": "ann-quux must authorize this token."}
    refusing_members(action, json_answer(403, message, X_GitHub_SSO=sso))

    outcome = run(action, **way)

    assert "The seat of user 1 of 2 in organization" in outcome.error
    assert "Configure SSO" in outcome.error
    assert "ann" not in outcome.log
    assert "/sso" not in outcome.log
    outcome.assert_nothing_published()


def test_where_people_are_named_github_is_quoted(action: Action) -> None:
    refusing_members(action, json_answer(403, {"message": "ann-quux must authorize this token."}))

    outcome = run(action)

    assert "The seat of tim in organization Quux-Corp was refused" in outcome.error
    assert "GitHub says: ann-quux must authorize this token." in outcome.error


@pytest.mark.parametrize(
    "location", ["https://quux-corp.example/x", "https://api.quux-corp.example:port/x"]
)
def test_where_an_answer_leads_is_left_out(action: Action, location: str) -> None:
    link = {"Link": f'<{location}>; rel="next"'}
    action.server.faults = dict.fromkeys(range(1, 9), giving(Answer(200, b'{"seats":[]}', link)))

    outcome = action(organization="Quux-Corp", **ANONYMIZED)

    assert outcome.status == 1
    assert "GitHub's response leads to" in outcome.error
    assert "quux" not in outcome.log.lower()


def test_an_enterprise_is_not_named_in_an_error(step: Step) -> None:
    action = step(Enterprise("quux-holding", [seat(1)]))
    action.server.tokens[TOKEN] = "not there"

    outcome = action(organization="", enterprise="quux-holding", **ANONYMIZED)

    assert "Page 1 of the seats of enterprise-" in outcome.error
    assert "quux" not in outcome.log


@pytest.mark.parametrize("debug", ["0", "1"])
def test_a_bug_names_nobody_but_where_it_is(
    action: Action, monkeypatch: pytest.MonkeyPatch, debug: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError(*action.server.organizations)

    monkeypatch.setattr("copilot_seat_report.run.read_all", broken)
    action.environment["RUNNER_DEBUG"] = debug

    outcome = run(action, **ANONYMIZED)

    assert outcome.error.startswith("This is a bug in the action: KeyError. Nothing was published")
    assert ("in broken" in outcome.stdout) is (debug == "1")
    assert "quux" not in outcome.log.lower()
