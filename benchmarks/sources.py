"""What an earlier report, a people file and usage metrics cost beside a large seat list."""

import csv
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.action import ENTRYPOINT, NO_INPUTS, UNPACED, run_action
from benchmarks.measuring import Usage, alternately, typical
from benchmarks.results import Result
from benchmarks.scale import LARGE
from benchmarks.servers import github

RUNS, LONGER_RUNS = 11, 3
WEEK_SECONDS = 7 * 24 * 3600
OFF = {"history": "off"}
HISTORY = {"history": "last-week.json"}
PEOPLE_FILE = {"people-file": "people.csv"}
METRICS = {"usage-metrics": "on"}
ALL_THREE = HISTORY | PEOPLE_FILE | METRICS
COLUMNS = (
    "name email department manager cost_center office company job_title exempt_until exempt_reason"
).split()


def measure() -> Iterator[Result]:
    with github(LARGE, days=1) as url, tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        _write_people_file(workspace / PEOPLE_FILE["people-file"])
        week_ago = str(int(time.time()) - WEEK_SECONDS)
        _run(url, workspace, more={"SOURCE_DATE_EPOCH": week_ago})
        (workspace / "copilot-seat-report" / "history.json").rename(workspace / HISTORY["history"])
        kept = (workspace / HISTORY["history"]).stat().st_size
        alone, history, people_file = map(
            typical,
            alternately(
                lambda: _run(url, workspace, OFF),
                lambda: _run(url, workspace, HISTORY),
                lambda: _run(url, workspace, OFF | PEOPLE_FILE),
                runs=RUNS,
            ),
        )
        none_of_them, all_three = map(
            typical,
            alternately(
                lambda: _run(url, workspace, OFF),
                lambda: _run(url, workspace, ALL_THREE),
                runs=LONGER_RUNS,
            ),
        )
        # The waits leave nothing else to vary.
        for_users, with_file, with_all_three = (
            _run(url, workspace, inputs, program=ENTRYPOINT)
            for inputs in (OFF, OFF | PEOPLE_FILE, ALL_THREE)
        )
    yield _time(
        "4a",
        f"{LARGE:,} seats compared with an earlier report ({kept / 1e6:.1f} MB)",
        history,
        alone,
        1.1,
    )
    file_of = f"{LARGE:,} seats with a people file of {len(COLUMNS)} columns beside the login"
    yield Result(
        "4b",
        f"{file_of}, as users run it: time, beside the same without",
        with_file.wall / for_users.wall,
        1.2,
        "x",
        f"{with_file.wall:.1f} s / {for_users.wall:.1f} s",
    )
    yield _time("4c", file_of, people_file, alone, None)
    yield Result(
        "4d",
        f"{LARGE:,} seats with both, and a usage record of 3 KB for each person: processor time, "
        "beside the same without",
        all_three.cpu / none_of_them.cpu,
        1.4,
        "x",
        f"{all_three.cpu:.2f} s / {none_of_them.cpu:.2f} s (time {all_three.wall:.2f} s)",
    )
    yield Result(
        "4e",
        "The same as users run it: time, beside the same without",
        with_all_three.wall / for_users.wall,
        None,
        "x",
        f"{with_all_three.wall:.1f} s / {for_users.wall:.1f} s",
    )


def _time(key: str, what: str, used: Usage, alone: Usage, goal: float | None) -> Result:
    return Result(
        key,
        f"{what}, without the waits between requests: time, beside the same without",
        used.wall / alone.wall,
        goal,
        "x",
        f"{used.wall:.2f} s / {alone.wall:.2f} s (processor {used.cpu:.2f} s / {alone.cpu:.2f} s)",
    )


def _run(
    url: str,
    workspace: Path,
    inputs: Mapping[str, str] = NO_INPUTS,
    more: Mapping[str, str] = NO_INPUTS,
    program: Path = UNPACED,
) -> Usage:
    shutil.rmtree(workspace / "copilot-seat-report", ignore_errors=True)
    return run_action(url, program, workspace=workspace, inputs=inputs, more=more)


def _write_people_file(path: Path) -> None:
    """Write a row a person: names of their own, a few hundred departments, some exemptions."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["login", *COLUMNS])
        for n in range(1, LARGE + 1):
            exempt = ["2027-12-31", "parental leave"] if n % 100 == 0 else ["", ""]
            rows.writerow(
                [
                    f"person-{n:04}",
                    f"Person {n}",
                    f"person-{n}@example.com",
                    f"Department {n % 300}",
                    f"Manager {n % 5_000}",
                    f"{n % 200:06}",
                    f"Office {n % 40}",
                    f"Company {n % 5}",
                    f"Title {n % 500}",
                    *exempt,
                ]
            )
