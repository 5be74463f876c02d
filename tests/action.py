"""The action, started as the runner starts it, and all that it left behind.

`Action.start` is the front door: the process that the container starts. `Action.run` is the same
run in this process, on a clock of its own, for the many cases that a process each would make slow.
"""

import csv
import gc
import io
import json
import os
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from copilot_seat_report.destination import MANIFEST
from copilot_seat_report.run import run
from tests.clock import FakeClock
from tests.github_server import TOKEN, WORKFLOW_TOKEN, GitHubServer
from tests.made_up import NOW, number_of

ROOT = Path(__file__).resolve().parents[1]
DIRECTORY = "copilot-seat-report"
# In an annotation, the runner's own escapes.
_ESCAPES = {"%0D": "\r", "%0A": "\n", "%25": "%"}


@dataclass(frozen=True)
class Outcome:
    """What one run left behind: exit status, log, outputs, job summary (None: none), files."""

    status: int
    stdout: str
    stderr: str
    outputs: dict[str, str]
    summary: str | None
    workspace: Path
    directory: str = DIRECTORY

    @property
    def log(self) -> str:
        return self.stdout + self.stderr

    def annotations(self, level: str) -> list[str]:
        """The texts of the annotations of a level: error, warning or notice."""
        pattern = re.compile(f"^::{level} title=Copilot Seat Report::(.*)$", re.MULTILINE)
        found = pattern.findall(self.stdout)
        return [re.sub("%0D|%0A|%25", lambda match: _ESCAPES[match[0]], text) for text in found]

    @property
    def error(self) -> str:
        """The one error that a failed run tells."""
        (error,) = self.annotations("error")
        return error

    @property
    def files(self) -> dict[str, bytes]:
        """All files in the workspace, but for the list of what a report wrote there."""
        return {
            path.relative_to(self.workspace).as_posix(): path.read_bytes()
            for path in sorted(self.workspace.rglob("*"))
            if path.is_file() and path.name != MANIFEST
        }

    def text(self, name: str) -> str:
        return (self.workspace / self.directory / name).read_bytes().decode()

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a CSV file, as a strict reader of RFC 4180 reads them."""
        return list(csv.DictReader(io.StringIO(self.text(name), newline=""), strict=True))

    @property
    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.text("report.json"))
        return report

    def figures(self, *names: str) -> dict[str, str]:
        return {name: self.outputs[name] for name in names}

    def assert_nothing_published(self) -> None:
        assert self.outputs == {}
        assert not self.summary
        assert self.files == {}
        assert [path.name for path in self.workspace.iterdir()] == []


@dataclass
class Action:
    """A step that uses the action: its workspace, and the environment that the runner gives it.

    Inputs are given by their names with `_` for `-`; one that is None is not set at all.
    """

    folder: Path
    server: GitHubServer
    environment: dict[str, str] = field(default_factory=dict)
    in_workflow: bool = True
    clock: Callable[[], FakeClock] = FakeClock

    def __post_init__(self) -> None:
        self.workspace = self.folder / "workspace"
        self.workspace.mkdir(exist_ok=True)

    def __call__(self, *arguments: str, **inputs: str | None) -> Outcome:
        """Run in this process; if not asked for, only the quick formats and no history."""
        quick: dict[str, str | None] = (
            {"formats": "csv,json", "history": "off"} if self.in_workflow else {}
        )
        environment = self._environment({**quick, **inputs})
        stdout, stderr = io.StringIO(), io.StringIO()
        clock = self.clock()
        with (
            chdir(self.workspace),
            patch.dict(os.environ, environment, clear=True),
            redirect_stdout(stdout),
            redirect_stderr(stderr),
        ):
            status = run(arguments, environment, clock)
        _end_what_is_under_way(status)
        return self._outcome(status, stdout.getvalue(), stderr.getvalue(), inputs)

    def start(self, *arguments: str, **inputs: str | None) -> Outcome:
        """Run in a process of its own."""
        done = subprocess.run(
            [sys.executable, ROOT / "entrypoint.py", *arguments],
            cwd=self.workspace,
            env=self.process_environment(**inputs),
            capture_output=True,
            timeout=120,
            check=False,
        )
        return self._outcome(done.returncode, done.stdout.decode(), done.stderr.decode(), inputs)

    def outcome(self, status: int, log: str) -> Outcome:
        """What a process left behind that was started by other means."""
        return self._outcome(status, log, "", {})

    def process_environment(self, **inputs: str | None) -> dict[str, str]:
        """The environment of a process of its own."""
        return {**INHERITED, **self._environment(inputs)}

    def _environment(self, inputs: dict[str, str | None]) -> dict[str, str]:
        if not self.in_workflow:
            return {**self.environment}
        for name in ("output", "summary"):
            (self.folder / name).write_bytes(b"")
        given = {
            **declared_defaults(self.server.url),
            "token": TOKEN,
            **{name.replace("_", "-"): value for name, value in inputs.items()},
        }
        return {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_API_URL": self.server.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": "acme/reports",
            "GITHUB_REPOSITORY_OWNER": "acme",
            "GITHUB_REPOSITORY_ID": str(number_of("acme/reports")),
            "GITHUB_WORKFLOW_REF": "acme/reports/.github/workflows/seats.yml@refs/heads/main",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_RUN_ID": "1234",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RETENTION_DAYS": "90",
            "SOURCE_DATE_EPOCH": str(int(NOW.timestamp())),
            **{f"INPUT_{name.upper()}": text for name, text in given.items() if text is not None},
            **self.environment,
        }

    def _outcome(
        self, status: int, stdout: str, stderr: str, inputs: dict[str, str | None]
    ) -> Outcome:
        output, summary = self.folder / "output", self.folder / "summary"
        return Outcome(
            status=status,
            stdout=stdout,
            stderr=stderr,
            outputs=parse_outputs(output.read_bytes().decode()) if output.exists() else {},
            summary=summary.read_bytes().decode() if summary.exists() else None,
            workspace=self.workspace,
            directory=(inputs.get("output_directory") or "").strip() or DIRECTORY,
        )


def _end_what_is_under_way(status: int) -> None:
    """Do what the end of the process would do: a failed run leaves requests behind."""
    for thread in threading.enumerate():
        if thread.name.startswith("ThreadPoolExecutor"):
            thread.join(10)
    if status:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
        gc.freeze()  # what is left need not be looked at after the next run


# What Python itself and its coverage need; nothing of the machine that runs the tests beside.
INHERITED = {
    name: text
    for name, text in os.environ.items()
    if name == "PATH" or name.startswith(("COV", "PYTHON", "LANG", "LC_"))
}


@cache
def _action_yml() -> dict[str, Any]:
    action: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    return action


def declared_defaults(api_url: str) -> dict[str, str]:
    """The inputs as the runner fills them in from action.yml."""
    contexts = {"${{ github.token }}": WORKFLOW_TOKEN, "${{ github.api_url }}": api_url}
    defaults = {name: given["default"] for name, given in _action_yml()["inputs"].items()}
    return {name: contexts.get(default, default) for name, default in defaults.items()}


def parse_outputs(text: str) -> dict[str, str]:
    """Read GITHUB_OUTPUT as the runner does (actions/runner: EnvFileKeyValuePairs)."""
    outputs = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, heredoc, delimiter = line.partition("<<")
        assert heredoc, line
        assert "=" not in name, line
        values = []
        while (value := next(lines)) != delimiter:
            values.append(value)
        outputs[name] = "\n".join(values)
    return outputs
