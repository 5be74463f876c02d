"""The scripts in the steps of examples/, with no container around them.

tests/end_to_end/test_examples.py runs the workflows as they are.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.action import ROOT
from tests.github_server import WORKFLOW_TOKEN, GitHubServer, Organization
from tests.integration.conftest import Step
from tests.made_up import NOW, Json, days, seat, time, user
from tests.reminders import Weekly, reminder

GH = ROOT / "tests" / "end_to_end" / "stand_ins" / "gh"
IDLE = [seat(1), seat(6, idle=days(70))]


@dataclass(frozen=True)
class Done:
    status: int
    log: str
    outputs: str

    @property
    def calls(self) -> list[Json]:
        """The calls of the CLI."""
        lines = (line.removeprefix("gh: ") for line in self.log.splitlines() if "gh: " in line)
        return [json.loads(line) for line in lines]

    @property
    def written(self) -> list[Json]:
        """The calls of the CLI's `api` that write."""
        return [call for call in self.calls if "--method" in call["arguments"]]


@dataclass(frozen=True)
class Steps:
    """Runs the steps of an example that are scripts, up to the first that fails."""

    folder: Path
    server: GitHubServer

    def __call__(self, example: str, job: str, **environment: str) -> Done:
        workflow: Any = yaml.safe_load((ROOT / "examples" / example).read_text("utf-8"))
        environment = {
            "PATH": f"{self._programs()}:{os.environ['PATH']}",
            "GITHUB_API_URL": self.server.url,
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_RUN_ID": "1",
            "GH_TOKEN": WORKFLOW_TOKEN,
            "GH_REPO": "acme/reports",
            "REPOSITORY": "acme/reminders",
            "VISIBILITY": "private",
            "ISSUES": "[]",
            "RUNNER_TEMP": str(self.folder),
            **environment,
        }
        log = ""
        for step in workflow["jobs"][job]["steps"]:
            if "run" not in step:
                continue
            shell = [sys.executable] if step.get("shell") == "python" else ["bash", "-e"]
            done = subprocess.run(
                [*shell, "-c", step["run"]],
                cwd=self.folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=120,
                check=False,
            )
            log += done.stdout
            if done.returncode:
                break
        output = self.folder / "output"
        return Done(done.returncode, log, output.read_text("utf-8") if output.exists() else "")

    def _programs(self) -> Path:
        """A folder with the CLI's stand-in, which this Python runs."""
        folder = self.folder / "programs"
        folder.mkdir()
        shutil.copy(GH, folder / "gh")
        (folder / "python3").symlink_to(sys.executable)
        return folder


@pytest.fixture
def github(step: Step) -> GitHubServer:
    return step(Organization("acme", [])).server


@pytest.fixture
def weekly(tmp_path: Path, github: GitHubServer) -> Weekly:
    (tmp_path / "weekly-report").mkdir()
    return Weekly(tmp_path / "weekly-report", github)


@pytest.fixture
def steps(tmp_path: Path, github: GitHubServer) -> Steps:
    (tmp_path / "steps").mkdir()
    return Steps(tmp_path / "steps", github)


ISSUES = "repos/acme/reminders/issues"


def remind(steps: Steps, *issues: Json, **environment: str) -> Done:
    return steps("reminders.yml", "remind", ISSUES=json.dumps(issues), **environment)


def opened(done: Done) -> dict[str, str]:
    """The texts of the reminders that were opened, by the login in their titles."""
    calls = [call for call in done.written if call["arguments"][2:4] == ["POST", ISSUES]]
    return {
        call["body"]["title"].removeprefix("Copilot seat of "): call["body"]["body"]
        for call in calls
    }


def closed(done: Done) -> list[int]:
    """The numbers of the reminders that were closed, and whose mark was taken off."""
    calls = [call for call in done.written if call["arguments"][2] == "PATCH"]
    assert all(call["body"] == {"state": "closed", "body": "Made up."} for call in calls)
    return [int(call["arguments"][3].removeprefix(f"{ISSUES}/")) for call in calls]


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def test_only_people_who_have_been_idle_for_a_week_get_a_reminder(
    steps: Steps, weekly: Weekly, now: datetime
) -> None:
    for number, at in ((901, now - days(7)), (902, now)):
        outcome = weekly(
            number,
            at,
            [
                seat(1, now=at),
                seat(2, now=now, idle=days(60)),
                seat(3, now=now, idle=None, signed_in=None),
                seat(4, now=now, idle=days(60), signed_in=days(2)),  # check telemetry
                seat(5, now=at, idle=days(30.5)),  # settling
                seat(6, now=now, idle=days(60), assignee=user(6, login="svc-build")),  # exempt
                seat(7, now=now, idle=days(60), cancelled=True),  # leaving
                seat(8, now=now, idle=days(32)),  # was not idle a week ago
                seat(12, now=now, idle=days(60)),  # left, by the people file
                seat(13, now=now, idle=None, signed_in=None, granted=days(20)),  # was new then
            ],
            exempt_users="svc-*",
            people_file="people.csv",
        )
    asked_first = {p["login"]: p["flags"] for p in outcome.report["people"] if p["idle"]}
    assert asked_first["person-0004"] == ["check-telemetry"]
    assert asked_first["person-0005"] == ["settling"]

    done = remind(steps)

    assert done.status == 0, done.log
    texts = opened(done)
    assert texts.keys() == {"person-0002", "person-0003"}
    last_use = f"{now - days(60):%Y-%m-%d}"
    assert texts["person-0002"].startswith(
        f"@person-0002: GitHub has recorded no use of your Copilot seat after {last_use}. To "
    )
    assert texts["person-0003"].startswith(
        "@person-0003: GitHub has recorded no use of your Copilot seat. To keep the seat, "
    )
    assert texts["person-0002"].endswith("\n\n<!-- seat of 1002 -->")
    assert "0 closed, 2 opened, 0 left for the next run." in done.log


@pytest.mark.parametrize(
    ("changes", "again"),
    [
        ({}, False),
        ({"comments": 1}, False),
        ({"state": "closed"}, False),  # by a person
        ({"state": "closed", "body": "Made up."}, True),  # by this workflow
        ({"body": None}, True),
        ({"user": {"login": "somebody"}}, True),
    ],
)
def test_one_reminder_is_opened_and_no_other(
    steps: Steps, weekly: Weekly, now: datetime, changes: Json, again: bool
) -> None:
    weekly(901, now - days(7), [seat(6, now=now, idle=days(60))])
    weekly(902, now, [seat(6, now=now, idle=days(60))])

    done = remind(steps, reminder(6, now - days(20), **changes))

    assert closed(done) == []
    assert list(opened(done)) == (["person-0006"] if again else [])


def test_a_renamed_person_gets_no_other(steps: Steps, weekly: Weekly, now: datetime) -> None:
    renamed = seat(6, now=now, idle=days(60), assignee=user(6, login="another-name"))
    weekly(901, now - days(7), [seat(6, now=now, idle=days(60))])
    weekly(902, now, [renamed])

    assert remind(steps, reminder(6, now - days(20))).written == []


def test_reminders_of_people_who_get_none_now_are_closed(
    steps: Steps, weekly: Weekly, now: datetime
) -> None:
    weekly(
        901,
        now,
        [
            seat(1, now=now),
            seat(4, now=now, idle=days(60), signed_in=days(2)),
            seat(6, now=now, idle=days(60), assignee=user(6, login="svc-build")),
            seat(7, now=now, idle=days(60), cancelled=True),
            seat(12, now=now, idle=days(60)),
        ],
        exempt_users="svc-*",
        people_file="people.csv",
    )
    of_someone_gone = reminder(10, now - days(20))

    done = remind(
        steps, *(reminder(number, now - days(20)) for number in (1, 4, 6, 7, 12)), of_someone_gone
    )

    assert closed(done) == [1, 4, 6, 7, 12, 10]
    assert opened(done) == {}


@pytest.mark.parametrize("state", ["open", "closed"])
def test_a_reminder_of_an_earlier_time_of_being_idle_does_not_count(
    steps: Steps, weekly: Weekly, now: datetime, state: str
) -> None:
    weekly(901, now - days(7), [seat(6, now=now, idle=days(60))])
    weekly(902, now, [seat(6, now=now, idle=days(60))])

    done = remind(steps, reminder(6, now - days(61), state=state))

    assert closed(done) == [6]
    assert list(opened(done)) == ["person-0006"]


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("public", "acme/reminders is public: everyone could read who does not use Copilot."),
        ("no name", "The variable REMINDERS_REPOSITORY must name a repository, as OWNER/NAME."),
        ("by hand", "There is no scheduled run of weekly-report.yml yet."),
        ("old", "The newest weekly report is older than a week: who is idle may have changed."),
        ("no history", "The weekly report must cover everyone, with names and with its"),
        ("selection", "The weekly report must cover everyone, with names and with its"),
        ("anonymized", "The weekly report must cover everyone, with names and with its"),
    ],
)
def test_no_reminder_is_opened(
    steps: Steps, weekly: Weekly, now: datetime, case: str, error: str
) -> None:
    inputs: dict[str, dict[str, str]] = {
        "no history": {"history": "off"},
        "selection": {"users": "person-0006"},
        "anonymized": {"anonymize": "true"},
    }
    ago = days(8) if case == "old" else days(0)
    weekly(901, now - ago - days(7), IDLE)
    weekly(902, now - ago, IDLE, **inputs.get(case, {}))
    if case == "by hand":
        weekly.start_by("workflow_dispatch")
    changed = {"public": {"VISIBILITY": "public"}, "no name": {"REPOSITORY": ""}}

    done = remind(steps, **changed.get(case, {}))

    assert done.status == 1
    assert f"::error::{error}" in done.log
    assert done.written == []
    assert "person-0006" not in done.log


def test_an_internal_repository_will_do(steps: Steps, weekly: Weekly, now: datetime) -> None:
    weekly(901, now - days(7), IDLE)
    weekly(902, now, IDLE)

    done = remind(steps, VISIBILITY="internal")

    assert done.status == 0, done.log
    assert list(opened(done)) == ["person-0006"]


def test_of_an_incomplete_report_nobody_is_taken_for_gone(
    steps: Steps, weekly: Weekly, github: GitHubServer, now: datetime
) -> None:
    github.organizations["acme"].stated = 3
    weekly(901, now, IDLE)

    done = remind(steps, reminder(2, now - days(20)))

    assert done.status == 0, done.log
    assert done.written == []


# --- Whose seats are taken back


@dataclass(frozen=True)
class TakeBack:
    """Runs the scripts of idle-people.yml beside a report made at `NOW`."""

    steps: Steps
    weekly: Weekly

    def __call__(self, seats: list[Json], *issues: Json) -> Done:
        report = self.weekly.report(NOW, seats)
        folder = str(report.workspace / report.directory)
        return self.steps("idle-people.yml", "report", ISSUES=json.dumps(issues), REPORT=folder)


@pytest.fixture
def take_back(steps: Steps, weekly: Weekly) -> TakeBack:
    return TakeBack(steps, weekly)


OLD_ENOUGH = NOW - days(14)
CASES: dict[str, tuple[list[Json], bool]] = {
    "silent": ([reminder(6, OLD_ENOUGH)], True),
    "no reminder": ([], False),
    "a young one": ([reminder(6, OLD_ENOUGH + timedelta(seconds=1))], False),
    "closed": ([reminder(6, OLD_ENOUGH, state="closed")], False),
    "closed by reminders.yml": ([reminder(6, OLD_ENOUGH, state="closed", body="Made up.")], False),
    "that and a new one": (
        [reminder(6, OLD_ENOUGH - days(9), state="closed", body=None), reminder(6, OLD_ENOUGH)],
        True,
    ),
    "answered": ([reminder(6, OLD_ENOUGH, comments=1)], False),
    "one of two answered": (
        [reminder(6, OLD_ENOUGH), reminder(6, OLD_ENOUGH - days(1), comments=1)],
        False,
    ),
    "somebody else's": ([reminder(6, OLD_ENOUGH, user={"login": "somebody"})], False),
    "before the last use": ([reminder(6, NOW - days(71))], False),
    "of another person": ([reminder(1, OLD_ENOUGH)], False),
}


@pytest.mark.parametrize(("issues", "taken"), CASES.values(), ids=CASES)
def test_only_who_did_not_answer_loses_the_seat(
    take_back: TakeBack, weekly: Weekly, issues: list[Json], taken: bool
) -> None:
    weekly(901, NOW - days(7), IDLE)

    done = take_back(IDLE, *issues)

    assert done.status == 0, done.log
    assert done.outputs == f"users={'person-0006' if taken else ''}\n"


@pytest.mark.parametrize(
    "now_seat",
    [
        seat(6),
        seat(6, idle=days(70), signed_in=days(2)),  # check telemetry
        seat(6, idle=days(30.5)),  # settling
        seat(6, idle=days(70), cancelled=True),
        seat(6, idle=None, granted=days(1)),  # taken back and granted again
    ],
)
def test_whoever_is_not_idle_or_is_to_be_asked_keeps_the_seat(
    take_back: TakeBack, weekly: Weekly, now_seat: Json
) -> None:
    weekly(901, NOW - days(7), IDLE)

    done = take_back([seat(1), now_seat], reminder(6, OLD_ENOUGH))

    assert (done.status, done.outputs) == (0, "users=\n")


@pytest.mark.parametrize("incomplete", ["weekly", "now"])
def test_of_an_incomplete_report_no_seat_is_taken_back(
    take_back: TakeBack, weekly: Weekly, github: GitHubServer, incomplete: str
) -> None:
    acme = github.organizations["acme"]
    acme.stated = 3 if incomplete == "weekly" else None
    weekly(901, NOW - days(7), IDLE)
    acme.stated = 3 if incomplete == "now" else None

    done = take_back([*IDLE], reminder(6, OLD_ENOUGH))

    at = time(NOW - days(7) if incomplete == "weekly" else NOW)
    assert f"::error::The report of {at} is not complete: no seat is taken back." in done.log
    assert (done.status, done.outputs) == (1, "")


@pytest.mark.parametrize("take_back", [True, False])
def test_a_seat_is_taken_back_only_where_that_is_asked_for(steps: Steps, take_back: bool) -> None:
    done = steps(
        "idle-people.yml",
        "seat",
        LOGIN="person-0006",
        ORGANIZATION="acme",
        TAKE_BACK=str(take_back).lower(),
    )

    assert done.status == 0
    assert len(done.written) == take_back
    assert ("Would take back the seat of person-0006." in done.log) == (not take_back)


# --- The report as an issue


@pytest.mark.parametrize(
    ("open_issue", "call"), [("", ["issue", "create"]), ("7", ["issue", "edit", "7"])]
)
def test_the_open_issue_is_updated_or_else_one_is_opened(
    steps: Steps, open_issue: str, call: list[str]
) -> None:
    (steps.folder / "summary.md").write_text(f"3 of the 8 people\n{'é' * 70_000}\n", "utf-8")

    done = steps(
        "issue.yml", "report", OPEN_ISSUE=open_issue, REPORT=str(steps.folder), RUN="the run"
    )

    assert done.status == 0, done.log
    *_, last = done.calls
    assert last["arguments"][: len(call)] == call
    assert last["body"] == "The whole report: the run\n\n3 of the 8 people\n"
