"""How long it takes until the action asks GitHub for the first time."""

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.action import ENTRYPOINT, START, environment
from benchmarks.measuring import alternately, run
from benchmarks.results import Result

RUNS = 15


def measure() -> Iterator[Result]:
    to_request, imports = alternately(
        _first_request, lambda: run([*START, "-c", "import httpx"]).wall, runs=RUNS
    )
    seconds, yardstick = median(to_request), median(imports)
    yield Result(
        "2",
        "From process start to the first request, beside `python -c 'import httpx'`",
        seconds / yardstick,
        2.5,
        "x",
        f"{seconds:.3f} s / {yardstick:.3f} s",
    )


def _first_request() -> float:
    """Return the seconds until a server on a loopback socket has the start of a request."""
    with socket.create_server(("127.0.0.1", 0)) as server, tempfile.TemporaryDirectory() as folder:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        start = time.monotonic()
        process = subprocess.Popen(
            [*START, str(ENTRYPOINT)],
            env=environment(url, Path(folder)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            connection, _ = server.accept()
            with connection:
                assert connection.recv(1)
                return time.monotonic() - start
        finally:
            process.kill()
            process.wait()
