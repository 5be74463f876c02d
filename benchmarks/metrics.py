"""Usage metrics of any size, read with the memory of a small one."""

from collections.abc import Iterator

from benchmarks.action import run_action
from benchmarks.measuring import Usage, alternately, typical
from benchmarks.results import Result
from benchmarks.servers import github_with_metrics

FEW, MANY = 1, 90
MEGABYTES = 5
RUNS = 3


def measure() -> Iterator[Result]:
    with github_with_metrics(FEW) as small, github_with_metrics(MANY) as large:
        few, many = map(typical, alternately(lambda: _read(small), lambda: _read(large), runs=RUNS))
    yield Result(
        "7a",
        f"Usage metrics in {MANY} files of {MEGABYTES} MB beside one, the same people and days: "
        "memory at most",
        many.peak / few.peak,
        1.1,
        "x",
        f"{many.peak / 1e6:.0f} MB / {few.peak / 1e6:.0f} MB",
    )
    yield Result(
        "7b",
        f"Their {MANY * MEGABYTES} MB: time that they add",
        many.wall - few.wall,
        None,
        "s",
        f"processor {many.cpu - few.cpu:.1f} s",
    )


def _read(url: str) -> Usage:
    return run_action(url, more={"INPUT_USAGE-METRICS": "on"})
