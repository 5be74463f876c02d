"""GitHub on a loopback socket, in a process of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.action import ROOT
from benchmarks.measuring import PYTHON


@contextmanager
def github(
    seats: int, latency: float = 0.0, *, module: str = "tests.github_server"
) -> Iterator[str]:
    """Serve that many seats, every page made beforehand; give the address."""
    with _served(module, "--seats", str(seats), "--latency", str(latency), "--unlimited") as url:
        yield url


@contextmanager
def github_with_metrics(files: int) -> Iterator[str]:
    """Serve an organization whose usage metrics are in that many files of 5 MB."""
    with _served("benchmarks.metrics_github", "--files", str(files)) as url:
        yield url


@contextmanager
def _served(module: str, *arguments: str) -> Iterator[str]:
    command = [PYTHON, "-m", module, *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


@contextmanager
def large_github(seats: int) -> Iterator[str]:
    """Serve more seats than fit into memory as records; at once, without latency."""
    with github(seats, module="benchmarks.large_github") as url:
        yield url
