"""GitHub on a loopback socket, in a process of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.action import ROOT
from benchmarks.measuring import PYTHON


@contextmanager
def github(seats: int, **options: float) -> Iterator[str]:
    """Serve that many seats, every page made beforehand; give the address.

    The `options` are those of `large_github`.
    """
    command = [PYTHON, "-m", "benchmarks.large_github", "--seats", str(seats)]
    command += [f"--{name}={value}" for name, value in options.items()]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()
