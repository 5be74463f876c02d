"""The whole action beside the bare paging loop of GitHub's own client."""

from collections.abc import Iterator

from benchmarks.action import PROGRAMS, run_action
from benchmarks.measuring import alternately, run, typical
from benchmarks.results import Result
from benchmarks.servers import github
from benchmarks.whole_run import LATENCY, SEATS
from tests import node

RUNS = 3


def measure() -> Iterator[Result]:
    node.install()
    octokit = ["node", str(PROGRAMS / "octokit_paging.mjs")]
    with github(SEATS, latency=LATENCY) as url:
        paging, action = map(
            typical,
            alternately(
                lambda: run([*octokit, url, str(SEATS)]), lambda: run_action(url), runs=RUNS
            ),
        )
    yield Result(
        "1b",
        "The same: faster than Octokit's bare loop",
        paging.wall / action.wall,
        6,
        "x",
        f"{paging.wall:.2f} s / {action.wall:.2f} s",
        at_least=True,
    )
