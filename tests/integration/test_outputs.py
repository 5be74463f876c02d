"""What later steps, the run's page and the log get to see."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from copilot_seat_report import publish
from tests.action import ROOT, Action
from tests.github_server import Organization
from tests.loopback import Answer, Request, json_answer
from tests.made_up import days, seat, seats, team
from tests.reliability.test_full_disk import no_file_larger_than
from tests.results_server import ResultsServer

Step = Callable[..., Action]

OUTPUTS = list(yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["outputs"])


def commands(stdout: str) -> list[str]:
    """What the runner takes for commands (actions/runner: ActionCommand.cs, both forms)."""
    lines = stdout.split("\n")
    newer = [line for line in lines if line.lstrip().startswith("::")]
    older = [line[line.index("##[") :] for line in lines if "##[" in line]
    return [re.split("[ :]", command[2:])[0] for command in newer] + older


def test_every_output_of_action_yml_is_set_and_no_other(step: Step) -> None:
    outcome = step(Organization("acme", seats(20))).start()

    assert list(outcome.outputs) == OUTPUTS


def test_the_outputs_to_the_letter(step: Step) -> None:
    records = [
        seat(1, idle=days(40), plan_type="enterprise"),
        seat(2, idle=None, granted=days(3)),
        seat(3, cancelled=True),
        seat(4, idle=None),
        seat(5),
        seat(6),
        {"created_at": "2026-01-05T09:00:00Z", "assignee": None},
    ]

    outcome = step(Organization("acme", records))(exempt_users="person-0004", artifact_name="")

    assert outcome.outputs == {
        "seats": "7",
        "people": "6",
        "active": "3",
        "inactive": "1",
        "new": "1",
        "no-activity": "1",
        "unassigned": "1",
        "pending-cancellation": "1",
        "exempt": "1",
        "idle": "1",
        "ask-first": "0",
        "idle-percent": "16.7",
        "monthly-cost": "134.00",
        "idle-monthly-cost": "39.00",
        "currency": "USD",
        "idle-users": '["person-0001"]',
        "active-in-metrics": "",
        "ai-credits-used": "",
        "ai-credits-included": "",
        "idle-monthly-saving": "",
        "complete": "true",
        "previous-report-time": "",
        "went-idle": "",
        "came-back": "",
        "granted": "",
        "gone": "",
        "leavers": "",
        "selection": "all",
        "report-directory": "copilot-seat-report",
        "artifact-name": "",
        "artifact-id": "",
        "artifact-url": "",
        "artifact-digest": "",
        "page-url": "",
    }


def test_the_answer_is_a_notice(step: Step) -> None:
    records = [seat(1, idle=days(40)), *(seat(number) for number in range(2, 1002))]

    outcome = step(Organization("acme", records))()

    assert outcome.annotations("notice")[-1] == (
        "1 of the 1,001 people with a Copilot seat (0.1%) is idle, with no activity recorded in "
        "the last 30 days: 1 inactive and 0 with no recorded activity. The seat of this person "
        "costs an estimated USD 19 of 19,019 a month."
    )


def test_without_an_artifact_service_the_files_stay_and_a_notice_says_why(step: Step) -> None:
    outcome = step(Organization("acme", seats(3))).start()

    assert outcome.status == 0
    assert outcome.outputs["artifact-id"] == outcome.outputs["artifact-name"] == ""
    notice = outcome.annotations("notice")[0]
    assert re.search("No artifact was uploaded, because .*; the files are only in", notice)
    assert outcome.text("seats.csv")


def test_without_an_artifact_name_there_is_none_to_miss(step: Step) -> None:
    outcome = step(Organization("acme", seats(3)))(artifact_name="")

    assert len(outcome.annotations("notice")) == 1
    assert "artifact" not in outcome.annotations("notice")[0]


def test_the_artifact_of_a_run(step: Step, results: ResultsServer) -> None:
    service = {"ACTIONS_RUNTIME_TOKEN": results.token(), "ACTIONS_RESULTS_URL": results.url}
    action = step(Organization("acme", seats(3)), **service)

    outcome = action.start(artifact_name="Seats of acme", retention_days="7")

    made, page = results.artifacts
    assert outcome.status == 0, outcome.log
    assert outcome.outputs["artifact-name"] == made.name == "Seats of acme"
    assert outcome.outputs["artifact-id"] == str(made.database_id)
    assert outcome.outputs["artifact-digest"] == made.digest
    assert outcome.outputs["artifact-url"] == (
        f"https://github.com/acme/reports/actions/runs/1234/artifacts/{made.database_id}"
    )
    assert made.expires_at is not None
    assert page.name == "Seats of acme.html"
    assert outcome.outputs["page-url"].endswith(f"/actions/runs/1234/artifacts/{page.database_id}")
    assert service["ACTIONS_RUNTIME_TOKEN"] not in outcome.log
    # What is in it is what lies in the workspace.
    assert len(outcome.files) == 10


def test_of_the_artifact_too_nothing_names_the_owner_when_anonymized(
    step: Step, results: ResultsServer
) -> None:
    service = {"ACTIONS_RUNTIME_TOKEN": results.token(), "ACTIONS_RESULTS_URL": results.url}

    outcome = step(Organization("acme", seats(3)), **service)(anonymize="true")

    assert outcome.outputs["artifact-id"] == "2"
    assert outcome.outputs["artifact-url"] == ""
    assert "acme" not in outcome.log + str(outcome.outputs) + str(outcome.summary)


@pytest.mark.parametrize(
    ("formats", "named"),
    [
        ("csv,json", {"people.csv", "seats.csv"}),
        ("html", {"report.html"}),
        ("xlsx,html", {"report.xlsx", "report.html"}),
    ],
)
def test_logins_beyond_what_an_output_holds_are_left_to_the_files(
    step: Step, monkeypatch: pytest.MonkeyPatch, formats: str, named: set[str]
) -> None:
    action = step(Organization("acme", [seat(number, idle=days(40)) for number in range(30)]))
    monkeypatch.setattr(publish, "MAX_OUTPUT_CHARACTERS", 100)

    outcome = action(formats=formats)

    assert outcome.status == 0
    assert outcome.outputs["idle"] == "30"
    assert outcome.outputs["idle-users"] == ""
    (warning,) = outcome.annotations("warning")
    assert warning.startswith("idle-users is left empty")
    # Only files that there are.
    assert set(re.findall(r"[\w-]+\.\w+", warning)) == named
    assert named <= {name.rpartition("/")[2] for name in outcome.files}


# --- What is in the data is no command


HOSTILE = [
    "##[error]x",
    "##[set-env name=PATH]x",
    "::set-output name=x::y",
    "  ::error::x",
    "a\n::error::x",
    "a\r\n##[error]x",
    "%0A::error::x",
    "\u2028::error::x",
    "::stop-commands::x",
]


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_what_github_says_is_no_command(step: Step, text: str) -> None:
    action = step(Organization("acme", seats(3)))
    respond = action.server.respond

    def hostile(request: Request) -> Answer:
        if request.path.startswith("/orgs/"):
            return json_answer(403, {"message": text})
        return respond(request)

    action.server.respond = hostile  # type: ignore[method-assign]

    outcome = action()

    assert outcome.status == 1
    assert set(commands(outcome.stdout)) == {"add-mask", "group", "endgroup", "error"}
    assert len(outcome.annotations("error")) == 1


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_names_of_people_and_teams_are_no_commands(step: Step, text: str) -> None:
    record = seat(1, idle=days(60), assigning_team=team(text), last_activity_editor=text)
    record["assignee"]["login"] = text

    outcome = step(Organization("acme", [record]))()

    assert outcome.status == 0
    assert set(commands(outcome.stdout)) <= {"add-mask", "group", "endgroup", "notice"}
    assert list(outcome.outputs) == OUTPUTS
    (login,) = json.loads(outcome.outputs["idle-users"])
    assert len(login.splitlines()) == 1


def test_nor_are_they_where_the_runner_takes_no_summary(step: Step) -> None:
    record = seat(1, idle=days(60), assigning_team=team("##[error]x"))

    outcome = step(Organization("acme", [record]), GITHUB_STEP_SUMMARY="")()

    assert outcome.status == 0
    assert set(commands(outcome.stdout)) == {"add-mask", "group", "endgroup", "notice"}
    assert "##[error]x" in outcome.report["teams"][0]["team"]


@pytest.mark.parametrize("name", ["##[error]x", "::error::x"])
def test_the_name_of_a_file_is_no_command(step: Step, name: str) -> None:
    action = step(Organization("acme", seats(3)))

    missing = action(activity_report=name)
    written = action(output_directory=name)

    assert (missing.status, written.status) == (2, 0)
    assert set(commands(missing.stdout)) == {"error"}
    assert set(commands(written.stdout)) == {"add-mask", "group", "endgroup", "notice"}
    assert written.outputs["report-directory"] == name


# --- Where the runner's files cannot be written


@pytest.mark.parametrize("variable", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_what_cannot_be_written_fails_the_run_before_it_publishes(
    step: Step, variable: str
) -> None:
    action = step(Organization("acme", seats(3)))
    action.environment[variable] = str(action.workspace)

    outcome = action()

    assert outcome.status == 1
    assert outcome.error.startswith(f"{variable} cannot be written:")
    outcome.assert_nothing_published()
    assert action.server.requests == []


@pytest.mark.parametrize("variable", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_a_full_disk_of_the_runner_is_found_out_before_anything_is_asked(
    step: Step, variable: str
) -> None:
    action = step(Organization("acme", seats(3)))
    action.environment[variable] = "/dev/full"

    outcome = action()

    assert outcome.status == 1
    assert outcome.error.startswith(f"{variable} cannot be written: [Errno 28]")
    assert action.server.requests == []


def test_a_device_takes_outputs_too(step: Step) -> None:
    action = step(Organization("acme", seats(3)))
    action.environment["GITHUB_OUTPUT"] = "/dev/null"

    assert action().status == 0


@pytest.mark.parametrize("variable", ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"])
def test_room_for_outputs_and_summary_is_found_out_before_the_artifact_is_out(
    step: Step, results: ResultsServer, tmp_path: Path, variable: str
) -> None:
    service = {"ACTIONS_RUNTIME_TOKEN": results.token(), "ACTIONS_RESULTS_URL": results.url}
    action = step(Organization("acme", seats(20)), **service)
    file = tmp_path / "of_the_runner"
    file.write_bytes(b"x" * 500_000)
    action.environment[variable] = str(file)

    with no_file_larger_than(502_000):
        outcome = action()

    assert outcome.status == 1
    assert outcome.error.startswith(f"{variable} cannot be written: [Errno 27]")
    assert outcome.files == {}
    assert results.requests == []
    assert file.read_bytes() == b"x" * 500_000  # as it was


def test_a_bug_is_told_in_one_line_with_the_way_to_report_it(
    step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("so it is")

    monkeypatch.setattr(publish, "write_files", broken)
    action = step(Organization("acme", seats(3)))

    outcome = action()
    action.environment["RUNNER_DEBUG"] = "1"
    debugged = action()

    assert outcome.status == debugged.status == 1
    assert outcome.error.startswith("This is a bug in the action: ZeroDivisionError: so it is.")
    assert "Traceback" not in outcome.log
    assert "Traceback" in debugged.log
    outcome.assert_nothing_published()
