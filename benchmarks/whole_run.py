"""The whole action, from process start to exit, beside GitHub's own client and beside the ideal."""

from collections.abc import Iterator

from benchmarks.action import PROGRAMS, run_action
from benchmarks.measuring import PYTHON, alternately, run, typical
from benchmarks.results import Result
from benchmarks.servers import github

SEATS = 5_000
PER_PAGE = 100
IN_FLIGHT = 10
LATENCY = 0.2
RUNS = 7


def measure() -> Iterator[Result]:
    octokit = ["node", str(PROGRAMS / "octokit_paging.mjs")]
    with github(SEATS, LATENCY) as url:
        action, paging, bare = map(
            typical,
            alternately(
                lambda: run_action(url),
                lambda: run([*octokit, url, str(SEATS)]),
                lambda: run([PYTHON, "-c", ""]),
                runs=RUNS,
            ),
        )
    ideal = SEATS / PER_PAGE / IN_FLIGHT * LATENCY + bare.wall
    yield Result(
        "1a",
        f"The whole action, {SEATS:,} seats at {LATENCY} s a page: faster than Octokit's bare loop",
        paging.wall / action.wall,
        4,
        "x",
        f"{paging.wall:.2f} s / {action.wall:.2f} s (processor {action.cpu:.2f} s, "
        f"{action.peak / 1e6:.0f} MB)",
        at_least=True,
    )
    yield Result(
        "1b",
        f"The same beside the ideal: {SEATS // PER_PAGE} pages, {IN_FLIGHT} at once, and a bare "
        "interpreter's start",
        action.wall / ideal,
        1.5,
        "x",
        f"{action.wall:.2f} s / {ideal:.2f} s",
    )
