"""Usage metrics of any size, read with the memory of a small one."""

from collections.abc import Iterator

from benchmarks.action import run_action
from benchmarks.measuring import Usage, alternately, typical
from benchmarks.results import Result
from benchmarks.servers import github

# Their records of 28 days make a file of 5 MB.
PEOPLE, DAYS, MEGABYTES = 56, 28, 5
MANY = 90
RUNS = 3


def measure() -> Iterator[Result]:
    with (
        github(PEOPLE, days=DAYS) as small,
        github(PEOPLE, days=DAYS, copies=MANY) as large,
    ):
        few, many = map(typical, alternately(lambda: _read(small), lambda: _read(large), runs=RUNS))
    yield Result(
        "5a",
        f"Usage metrics in {MANY} files of {MEGABYTES} MB beside one, the same people and days: "
        "memory at most",
        many.peak / few.peak,
        1.1,
        "x",
        f"{many.peak / 1e6:.0f} MB / {few.peak / 1e6:.0f} MB",
    )
    yield Result(
        "5b",
        f"Their {MANY * MEGABYTES} MB: processor time that they add",
        many.cpu - few.cpu,
        None,
        "s",
        f"time {many.wall - few.wall:.1f} s",
    )


def _read(url: str) -> Usage:
    return run_action(url, inputs={"usage-metrics": "on"})
