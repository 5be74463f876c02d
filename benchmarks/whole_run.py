"""The whole action, from process start to exit, beside the ideal."""

from collections.abc import Iterator

from benchmarks.action import run_action
from benchmarks.measuring import PYTHON, alternately, run, typical
from benchmarks.results import Result
from benchmarks.servers import github

SEATS = 5_000
LATENCY = 0.2
PER_PAGE = 100
IN_FLIGHT = 10
# The first page says how many there are; the others come side by side.
ROUNDS = 1 + -(-(SEATS // PER_PAGE - 1) // IN_FLIGHT)
RUNS = 7


def measure() -> Iterator[Result]:
    with github(SEATS, latency=LATENCY) as url:
        action, bare = map(
            typical,
            alternately(lambda: run_action(url), lambda: run([PYTHON, "-c", ""]), runs=RUNS),
        )
    ideal = ROUNDS * LATENCY + bare.wall
    yield Result(
        "1a",
        f"The whole action, {SEATS:,} seats at {LATENCY} s a page, beside the ideal: {ROUNDS} "
        "rounds and a bare interpreter's start",
        action.wall / ideal,
        1.25,
        "x",
        f"{action.wall:.2f} s / {ideal:.2f} s (processor {action.cpu:.2f} s, "
        f"{action.peak / 1e6:.0f} MB)",
    )
