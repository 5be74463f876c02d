"""GitHub's own artifact client (npm @actions/artifact), as a job has it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests import node
from tests.results_server import ResultsServer


def listed(results: ResultsServer) -> list[dict[str, Any]]:
    """The artifacts of the run: id, name, size, digest."""
    artifacts: list[dict[str, Any]] = _client(results, "list")
    return artifacts


def download(results: ResultsServer, artifact: dict[str, Any], folder: Path) -> dict[str, bytes]:
    """What is in an artifact; the client itself compares its digest with the one that is listed."""
    answer = _client(results, "download", str(artifact["id"]), str(folder))
    assert answer == {"digestMismatch": False}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def upload(results: ResultsServer, name: str, file: Path, *, zipped: bool = True) -> None:
    """Upload a file as a zip of that name, or as it is, under its own name."""
    command = "upload" if zipped else "upload-unzipped"
    _client(results, command, name, str(file.parent), str(file))


def _client(results: ResultsServer, *arguments: str) -> Any:  # noqa: ANN401
    node.install()
    environment = {
        **os.environ,
        "ACTIONS_RUNTIME_TOKEN": results.token(),
        "ACTIONS_RESULTS_URL": results.url,
        "GITHUB_SERVER_URL": "https://github.com",
    }
    done = subprocess.run(
        ["node", str(node.TESTS / "artifact_client.mjs"), *arguments],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return json.loads(done.stdout.splitlines()[-1])
