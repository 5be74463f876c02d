"""The steps of examples/reminders.yml and examples/idle-people.yml, with no container around them.

tests/end_to_end/test_examples.py runs the workflows as they are; these are the cases in which they
stop.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.action import ROOT
from tests.github_server import WORKFLOW_TOKEN, GitHubServer, Organization
from tests.integration.conftest import Step
from tests.made_up import NOW, Json, days, seat, time
from tests.reminders import Weekly, reminder

GH = ROOT / "tests" / "end_to_end" / "stand_ins" / "gh"
IDLE = [seat(1), seat(6, idle=days(70))]


@dataclass(frozen=True)
class Done:
    status: int
    log: str
    outputs: str

    @property
    def written(self) -> list[Json]:
        """The calls of the CLI that write."""
        lines = (line.removeprefix("gh: ") for line in self.log.splitlines() if "gh: " in line)
        return [call for call in map(json.loads, lines) if "--method" in call["arguments"]]


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


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("public", "acme/reminders is public: everyone could read who does not use Copilot."),
        ("no name", "The variable REMINDERS_REPOSITORY has to name a repository, as OWNER/NAME."),
        ("by hand", "There is no scheduled run of weekly-report.yml yet."),
        ("old", "The newest weekly report is older than a week: who is idle may have changed."),
        ("no history", "The weekly report has to be on everyone, by their names, and with its"),
        ("selection", "The weekly report has to be on everyone, by their names, and with its"),
        ("anonymized", "The weekly report has to be on everyone, by their names, and with its"),
    ],
)
def test_no_reminder_is_opened(steps: Steps, weekly: Weekly, case: str, error: str) -> None:
    inputs: dict[str, dict[str, str]] = {
        "no history": {"history": "off"},
        "selection": {"users": "person-0006"},
        "anonymized": {"anonymize": "true"},
    }
    now = datetime.now(UTC).replace(microsecond=0)
    ago = days(8) if case == "old" else days(0)
    weekly(901, now - ago - days(7), IDLE)
    weekly(902, now - ago, IDLE, **inputs.get(case, {}))
    if case == "by hand":
        weekly.start_by("workflow_dispatch")
    changed = {"public": {"VISIBILITY": "public"}, "no name": {"REPOSITORY": ""}}

    done = steps("reminders.yml", "remind", **changed.get(case, {}))

    assert done.status == 1
    assert f"::error::{error}" in done.log
    assert done.written == []
    assert "person-0006" not in done.log


def test_an_internal_repository_will_do(steps: Steps, weekly: Weekly) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    weekly(901, now - days(7), IDLE)
    weekly(902, now, IDLE)

    done = steps("reminders.yml", "remind", VISIBILITY="internal")

    assert done.status == 0, done.log
    assert [call["body"]["title"] for call in done.written] == ["Copilot seat of person-0006"]


def test_of_an_incomplete_report_nobody_is_taken_for_gone(
    steps: Steps, weekly: Weekly, github: GitHubServer
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    github.organizations["acme"].stated = 3
    weekly(901, now, IDLE)

    issues = json.dumps([reminder(2, now - days(20))])
    done = steps("reminders.yml", "remind", ISSUES=issues)

    assert done.status == 0, done.log
    assert done.written == []


@pytest.mark.parametrize("incomplete", ["", "weekly", "now"])
def test_of_an_incomplete_report_no_seat_is_taken_back(
    steps: Steps, weekly: Weekly, github: GitHubServer, incomplete: str
) -> None:
    acme = github.organizations["acme"]
    acme.stated = 3 if incomplete == "weekly" else None
    weekly(901, NOW - days(7), IDLE)
    acme.stated = 3 if incomplete == "now" else None
    report = weekly.report(NOW, [*IDLE])
    issues = json.dumps([reminder(6, NOW - days(14))])
    folder = str(report.workspace / report.directory)

    done = steps("idle-people.yml", "report", ISSUES=issues, REPORT=folder)

    if incomplete:
        at = time(NOW - days(7) if incomplete == "weekly" else NOW)
        assert f"::error::The report of {at} is not complete: no seat is taken back." in done.log
    assert done.status == (1 if incomplete else 0)
    assert done.outputs == ("" if incomplete else "users=person-0006\n")
