"""The image, started by hand as GitHub's runner starts it.

Environment and mounts are those of actions/runner's ContainerActionHandler.cs; the artifact service
is the strict one, with Azurite behind it, and GitHub's own client reads what was uploaded.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from copilot_seat_report.destination import MANIFEST
from copilot_seat_report.files.names import NAMES
from tests import made_up
from tests.action import declared_defaults, parse_outputs
from tests.artifact_client import download, listed
from tests.engine import engine
from tests.expected import Expected, in_organization
from tests.github_server import TOKEN, GitHubServer, Organization
from tests.loopback import silence
from tests.made_up import NOW
from tests.results_server import ResultsServer

SEATS = made_up.seats(230)


@dataclass
class Job:
    """A job's folders as the container sees them, and the command that starts the container."""

    image: str
    folder: Path
    github: GitHubServer
    results: ResultsServer
    inputs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("workspace", "home", "workflow", "file_commands", "runner_temp"):
            (self.folder / name).mkdir()
        (self.folder / "workflow" / "event.json").write_text("{}")
        for name in ("set_output_1", "step_summary_1"):
            (self.folder / "file_commands" / name).touch()

    @property
    def command(self) -> list[str]:
        commands = "/github/file_commands"
        environment = {
            "HOME": "/github/home",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": "/github/workspace",
            "GITHUB_OUTPUT": f"{commands}/set_output_1",
            "GITHUB_STEP_SUMMARY": f"{commands}/step_summary_1",
            "GITHUB_EVENT_PATH": "/github/workflow/event.json",
            "GITHUB_API_URL": self.github.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": "acme/reports",
            "GITHUB_REPOSITORY_OWNER": "acme",
            "GITHUB_RUN_ID": "1234",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RETENTION_DAYS": "90",
            "RUNNER_TEMP": "/github/runner_temp",
            "ACTIONS_RUNTIME_TOKEN": self.results.token(),
            "ACTIONS_RESULTS_URL": f"{self.results.url}/",
            "SOURCE_DATE_EPOCH": str(int(NOW.timestamp())),
            **{
                f"INPUT_{name.upper()}": text
                for name, text in {
                    **declared_defaults(self.github.url),
                    "token": TOKEN,
                    **self.inputs,
                }.items()
            },
        }
        mounts = ("workspace", "home", "workflow", "file_commands", "runner_temp")
        return [
            *("run", "--network", "host", "--workdir", "/github/workspace"),
            *(part for name, value in environment.items() for part in ("--env", f"{name}={value}")),
            *(
                part
                for name in mounts
                for part in ("--volume", f"{self.folder / name}:/github/{name}")
            ),
        ]

    @property
    def outputs(self) -> dict[str, str]:
        return parse_outputs((self.folder / "file_commands/set_output_1").read_text("utf-8"))

    @property
    def summary(self) -> str:
        return (self.folder / "file_commands/step_summary_1").read_text("utf-8")

    @property
    def files(self) -> dict[str, bytes]:
        workspace = self.folder / "workspace"
        return {
            path.relative_to(workspace).as_posix(): path.read_bytes()
            for path in workspace.rglob("*")
            if path.is_file() and path.name != MANIFEST
        }


@pytest.fixture
def job(image: str, tmp_path: Path, results: ResultsServer) -> Iterator[Job]:
    with GitHubServer(Organization("acme", SEATS)) as github:
        yield Job(image, tmp_path, github, results)
    # What root wrote in the container is the test's own again.
    whole = ("--rm", "--volume", f"{tmp_path}:/mnt", "--entrypoint", "chown", image)
    engine("run", *whole, "--recursive", f"{os.getuid()}:{os.getgid()}", "/mnt")


def test_a_report_of_several_pages_in_a_job(job: Job, tmp_path: Path) -> None:
    done = engine(*job.command, "--rm", job.image, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    expected = Expected(in_organization("acme", SEATS))
    outputs = job.outputs
    assert {name: outputs[name] for name in expected.figures} == expected.figures
    assert "Copilot" in job.summary
    assert job.summary.startswith(f"**[Open the report]({outputs['page-url']})**")

    artifact, page = listed(job.results)
    assert str(page["id"]) == outputs["page-url"].rpartition("/")[2]
    assert (str(artifact["id"]), artifact["name"], artifact["digest"]) == (
        outputs["artifact-id"],
        outputs["artifact-name"],
        outputs["artifact-digest"],
    )
    downloaded = download(job.results, artifact, tmp_path / "downloaded")
    assert job.files == {
        f"{outputs['report-directory']}/{name}": content for name, content in downloaded.items()
    }
    assert downloaded.keys() == set(NAMES)

    # The container's root leaves nothing of root's in a workspace of another user.
    workspace = job.folder / "workspace"
    made = {(path.stat().st_uid, path.stat().st_gid) for path in workspace.rglob("*")}
    assert made == {(workspace.stat().st_uid, workspace.stat().st_gid)}


def test_a_cancelled_job_ends_at_once_and_publishes_nothing(job: Job) -> None:
    """Python is the container's first process, for which SIGTERM means nothing unless asked."""
    job.github.faults.update(dict.fromkeys(range(1, 10), silence))
    name = f"copilot-seat-report-cancelled-{os.getpid()}"
    engine(*job.command, "--detach", "--name", name, job.image)
    try:
        deadline = time.monotonic() + 60
        while not job.github.requests:
            assert time.monotonic() < deadline, engine("logs", name)
            time.sleep(0.05)

        engine("kill", "--signal", "TERM", name)
        status = engine("wait", name).stdout.strip()
        log = engine("logs", name)
    finally:
        engine("rm", "--force", name)

    assert status == "1"
    assert "::error" in log.stdout + log.stderr
    assert job.files == {}
    assert job.outputs == {}
    assert job.summary == ""
