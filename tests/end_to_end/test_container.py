"""The image, started by hand as GitHub's runner starts it.

Environment and mounts are those of actions/runner's ContainerActionHandler.cs; the artifact service
is the strict one, with Azurite behind it, and GitHub's own client reads what was uploaded.
"""

import json
import os
import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from copilot_seat_report.destination import MANIFEST
from copilot_seat_report.files.names import CHANGES, GROUPS, NAMES
from tests import made_up
from tests.action import declared_defaults, parse_outputs
from tests.artifact_client import download, listed
from tests.engine import ROOT, engine
from tests.expected import Expected, in_organization
from tests.github_server import TOKEN, GitHubServer, Organization
from tests.histories import encoded, history, person
from tests.loopback import silence
from tests.made_up import NOW
from tests.proxy import Authority, Proxy
from tests.results_server import ResultsServer
from tests.usage_metrics import ReportFiles, record, user_report

SEATS = made_up.seats(230)


@dataclass
class Job:
    """A job's folders as the container sees them, and the command that starts the container."""

    image: str
    folder: Path
    github: GitHubServer
    results: ResultsServer
    inputs: dict[str, str] = field(default_factory=dict)
    step_environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("workspace", "home", "workflow", "file_commands", "runner_temp"):
            (self.folder / name).mkdir()
        (self.folder / "workflow" / "event.json").write_text("{}")
        for name in ("set_output_1", "step_summary_1"):
            (self.folder / "file_commands" / name).touch()

    @property
    def environment(self) -> dict[str, str]:
        commands = "/github/file_commands"
        return {
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
            **self.step_environment,
        }

    @property
    def command(self) -> list[str]:
        mounts = ("workspace", "home", "workflow", "file_commands", "runner_temp")
        return [
            *("run", "--network", "host", "--workdir", "/github/workspace"),
            *(
                part
                for name, value in self.environment.items()
                for part in ("--env", f"{name}={value}")
            ),
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
    if os.geteuid() == 0:  # whose the workspace is not, on a runner
        os.chown(job.folder / "workspace", 12345, 54321)

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
    assert downloaded.keys() == {*NAMES} - {CHANGES, GROUPS}

    # The container's root leaves nothing of root's in a workspace of another user.
    workspace = job.folder / "workspace"
    made = {(path.stat().st_uid, path.stat().st_gid) for path in workspace.rglob("*")}
    assert made == {(workspace.stat().st_uid, workspace.stat().st_gid)}


def test_every_source_beside_the_seats(job: Job) -> None:
    workspace = job.folder / "workspace"
    earlier = person(1), person(2), person(900)
    (workspace / "before.json").write_bytes(encoded(history(*earlier)))
    (workspace / "people.csv").write_text("login,department\nperson-0001,R&D\nPerson-0002,Ops\n")
    job.inputs = {
        "usage-metrics": "on",
        "history": "before.json",
        "people-file": "people.csv",
        "group-by": "department",
    }
    with ReportFiles() as host:
        used = [record(1, 3), record(2, 4)]
        job.github.organizations["acme"].usage_report = user_report(host, used)

        done = engine(*job.command, "--rm", job.image, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    folder = f"{job.outputs['report-directory']}/"
    assert {name.removeprefix(folder) for name in job.files if name.startswith(folder)} == {*NAMES}
    report = json.loads(job.files[f"{folder}report.json"])
    assert {each["source"]: each["state"] for each in report["sources"]} == dict.fromkeys(
        ("usage-metrics", "history", "people-file"), "read"
    )


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


# --- Runners as companies have them

API = "https://api.github.test"
SOMEBODY = 1234


def test_a_workspace_of_another_user(job: Job) -> None:
    whole = ("--rm", "--volume", f"{job.folder}:/mnt", "--entrypoint", "chown", job.image)
    engine("run", *whole, "--recursive", f"{SOMEBODY}:{SOMEBODY}", "/mnt/workspace")

    done = engine(*job.command, "--rm", job.image, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    workspace = job.folder / "workspace"
    made = list(workspace.rglob("*"))
    assert made
    assert {(path.stat().st_uid, path.stat().st_gid) for path in made} == {(SOMEBODY, SOMEBODY)}


@pytest.fixture
def behind_a_proxy(job: Job, tmp_path: Path) -> Iterator[Job]:
    """The proxy demands a password and re-signs; its certificate is in the workspace."""
    authority = Authority(tmp_path)
    (job.folder / "workspace" / "company.pem").write_bytes(authority.pem.read_bytes())
    job.github.known_as = API
    job.inputs = {"api-url": API, "ca-file": "company.pem", "formats": "json"}
    with Proxy(job.github.port, authority, password="s3cret") as proxy:
        job.step_environment = {
            "HTTPS_PROXY": f"http://worker:s3cret@{proxy.address}",
            "NO_PROXY": "localhost,127.0.0.1,[::1],fe80::/10,<local>",
        }
        yield job


def test_a_proxy_that_demands_a_password_and_re_signs(behind_a_proxy: Job) -> None:
    done = engine(*behind_a_proxy.command, "--rm", behind_a_proxy.image, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert behind_a_proxy.outputs["seats"] == str(len(SEATS))
    assert behind_a_proxy.outputs["artifact-id"]
    assert "s3cret" not in done.stdout + done.stderr


def failure(job: Job, status: int = 1) -> str:
    """The error of a run that fails."""
    name = f"copilot-seat-report-failed-{os.getpid()}"
    engine(*job.command, "--detach", "--name", name, job.image)
    try:
        ended_with = engine("wait", name).stdout.strip()
        done = engine("logs", name)
    finally:
        engine("rm", "--force", name)

    log = done.stdout + done.stderr
    assert ended_with == str(status), log
    assert "s3cret" not in log
    assert job.outputs == {}
    return log.partition("::error title=Copilot Seat Report::")[2]


def test_a_proxy_without_its_certificate(behind_a_proxy: Job) -> None:
    behind_a_proxy.inputs["ca-file"] = ""

    error = failure(behind_a_proxy)

    assert error.startswith("The certificate of api.github.test could not be verified")


def test_a_proxy_without_its_password(behind_a_proxy: Job) -> None:
    address = behind_a_proxy.step_environment["HTTPS_PROXY"].rpartition("@")[2]
    behind_a_proxy.step_environment["HTTPS_PROXY"] = address

    error = failure(behind_a_proxy)

    assert f"the proxy http://{address} (HTTPS_PROXY) requires a name and a password" in error


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_DIR"])
def test_a_certificate_at_a_path_of_the_host(job: Job, variable: str) -> None:
    job.step_environment = {variable: str(job.folder)}

    error = failure(job, 2)

    assert error.startswith(f"{variable}: {job.folder} cannot be read")
    assert "does not exist in the action's container" in error


def test_the_images_own_certificates_are_trusted(behind_a_proxy: Job, tmp_path: Path) -> None:
    """Those that a company puts into an image of its own."""
    (tmp_path / "Dockerfile").write_text(
        f"FROM {behind_a_proxy.image}\n"
        "COPY authority.pem /usr/local/share/ca-certificates/company.crt\n"
        "RUN update-ca-certificates\n"
    )
    name = f"{behind_a_proxy.image}-company"
    engine("build", "--tag", name, tmp_path)
    behind_a_proxy.inputs["ca-file"] = ""
    try:
        done = engine(*behind_a_proxy.command, "--rm", name, check=False)
    finally:
        engine("image", "rm", "--force", name)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_way_in_which_container_hooks_start_it_on_kubernetes(job: Job) -> None:
    """A container that does nothing, and a script in it that starts what action.yml names.

    https://github.com/actions/runner-container-hooks: packages/k8s, writeContainerStepScript
    """
    entrypoint = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["runs"]["entrypoint"]
    given = " ".join(shlex.quote(f"{name}={text}") for name, text in job.environment.items())
    (job.folder / "runner_temp" / "step.sh").write_text(
        f"#!/bin/sh -l\ncd /github/workspace && \\\nexec env {given} {entrypoint} \n"
    )
    name = f"copilot-seat-report-hooks-{os.getpid()}"
    volume = ("--volume", f"{job.folder}:/github")
    idle = ("--entrypoint", "tail", job.image, "-f", "/dev/null")
    engine("run", "--detach", "--network", "host", "--name", name, *volume, *idle)
    try:
        step = ("sh", "-e", "/github/runner_temp/step.sh")
        done = engine("exec", name, *step, check=False)
    finally:
        engine("rm", "--force", name)

    assert done.returncode == 0, done.stdout + done.stderr
    assert job.outputs["seats"] == str(len(SEATS))
    assert job.outputs["artifact-id"]
