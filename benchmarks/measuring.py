"""Running whole processes, one beside the other, and what each of them took."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeVar

T = TypeVar("T")

PYTHON = sys.executable


@dataclass(frozen=True)
class Usage:
    """What one process took from start to exit: seconds, and bytes of memory at the most.

    A process counts the memory of the one it was started from as its own until it is another
    program; so the benchmarks' own process must stay small, and holds no data.
    """

    wall: float
    user: float
    system: float
    peak: int

    @property
    def cpu(self) -> float:
        return self.user + self.system


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Usage:
    """Run a command to its end; it must succeed."""
    with tempfile.TemporaryFile() as said:
        start = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            words = said.read().decode(errors="replace")
            raise RuntimeError(f"{' '.join(command)} exited with {process.returncode}:\n{words}")
    return Usage(wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * 1024)


def alternately(*measurements: Callable[[], T], runs: int) -> tuple[list[T], ...]:
    """Run all once to warm up; then A B A B …, so that whatever else the machine does hits all."""
    for measure in measurements:
        measure()
    results: tuple[list[T], ...] = tuple([] for _ in measurements)
    for _ in range(runs):
        for result, measure in zip(results, measurements, strict=True):
            result.append(measure())
    return results


def typical(usages: Sequence[Usage]) -> Usage:
    """Return the median of each figure."""

    def middle(name: str) -> Any:  # noqa: ANN401
        return median(getattr(usage, name) for usage in usages)

    return Usage(middle("wall"), middle("user"), middle("system"), int(middle("peak")))
