"""The container engine that the tests use: whichever Docker-compatible one the machine has."""

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tests.node import missing

ROOT = Path(__file__).resolve().parents[1]
# Brings one up on a machine that has none and can pull no image; prints `export DOCKER_HOST=…`.
PROVIDER = ROOT.parent / "shared" / "engine" / "up"
# It copies an image for each container: in memory that takes a tenth of the time.
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 8 * 1024**3


def lacking() -> str:
    """Return what this machine lacks to run containers; empty where it can."""
    if not _answers(_address()) and not PROVIDER.exists():
        return "a Docker-compatible container engine, at DOCKER_HOST or /var/run/docker.sock"
    return "" if _client() else "the command docker or podman"


@cache
def host() -> str:
    """Return the address of an engine that answers, as DOCKER_HOST has it."""
    if lacking():
        missing(lacking())
    if _answers(_address()):
        return _address()
    with (Path(tempfile.gettempdir()) / "copilot-seat-report-engine.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # tests may run side by side
        # It goes on when the tests end, and when this folder is gone.
        done = subprocess.run(
            [PROVIDER],
            cwd="/",
            env={**_home(), **os.environ},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return done.stdout.strip().removeprefix("export DOCKER_HOST=")


def _address() -> str:
    return os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")


def _client() -> str:
    return next(filter(shutil.which, ("docker", "podman")), "")


def _home() -> dict[str, str]:
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < MEMORY_NEEDED:
        return {}
    return {"ENGINE_HOME": str(MEMORY / "engine")}


def _answers(address: str) -> bool:
    if not address.startswith("unix://"):
        return True  # somebody set it on purpose
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(address.removeprefix("unix://")) == 0


def command() -> list[str]:
    """Return how to call the engine: by its own client or Podman's."""
    address = host()
    return (
        ["docker", "--host", address]
        if _client() == "docker"
        else ["podman", "--remote", "--url", address]
    )


def engine(*arguments: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command of the engine: `engine("run", …)`."""
    return subprocess.run(
        [*command(), *arguments], check=check, capture_output=True, text=True, timeout=600
    )
