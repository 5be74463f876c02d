"""A large organization, compared with its report of the week before, beside one that is not."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.action import run_action
from benchmarks.measuring import Usage, alternately, typical
from benchmarks.results import Result
from benchmarks.scale import LARGE, UNPACED
from benchmarks.servers import large_github

RUNS = 5
WEEK_SECONDS = 7 * 24 * 3600


def measure() -> Iterator[Result]:
    with large_github(LARGE) as url, tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        week_ago = str(int(time.time()) - WEEK_SECONDS)
        run_action(url, UNPACED, workspace, {"SOURCE_DATE_EPOCH": week_ago})
        (workspace / "copilot-seat-report").rename(workspace / "before")
        kept = (workspace / "before" / "history.json").stat().st_size

        def compared(history: str) -> Usage:
            return run_action(url, UNPACED, workspace, {"INPUT_HISTORY": history})

        alone, with_history = map(
            typical,
            alternately(lambda: compared("off"), lambda: compared("before"), runs=RUNS),
        )
    yield Result(
        "8a",
        f"{LARGE:,} people compared with the report before: time, beside the same without",
        with_history.wall / alone.wall,
        1.1,
        "x",
        f"{with_history.wall:.2f} s / {alone.wall:.2f} s (processor {with_history.cpu:.2f} s / "
        f"{alone.cpu:.2f} s)",
    )
    yield Result(
        "8b",
        "The file that goes on from report to report",
        kept / 1e6,
        None,
        "MB",
        f"{LARGE:,} people",
    )
