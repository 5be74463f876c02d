"""Ever more seats: beside the floor, and beside each other."""

import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import picture
from benchmarks.action import PROGRAMS, UNPACED, run_action
from benchmarks.measuring import PYTHON, Usage, alternately, run, typical
from benchmarks.results import Result
from benchmarks.servers import github

LARGE, HUGE = 100_000, 1_000_000
SIZES = (1_000, 10_000, LARGE, HUGE)
RUNS = 3


def measure() -> Iterator[Result]:
    used: dict[int, Usage] = {}
    for seats in SIZES:
        with github(seats) as url:
            if seats == LARGE:
                used[seats], floor = _beside_the_floor(url, seats)
            else:
                used[seats] = _alone(url, seats)
    yield from _results(used, floor)
    picture.draw(used)


def _alone(url: str, seats: int) -> Usage:
    if seats == HUGE:  # a minute; what one run of it differs from the next by is little
        return run_action(url, UNPACED)
    (runs,) = alternately(lambda: run_action(url, UNPACED), runs=RUNS)
    return typical(runs)


def _beside_the_floor(url: str, seats: int) -> tuple[Usage, Usage]:
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder, "pages")
        _download(url, seats, pages)
        floor = [PYTHON, str(PROGRAMS / "floor.py"), str(pages), f"{folder}/seats.csv"]
        action, least = alternately(lambda: run_action(url, UNPACED), lambda: run(floor), runs=RUNS)
    return typical(action), typical(least)


def _download(url: str, seats: int, folder: Path) -> None:
    """Keep each page as a file, gzipped as it comes."""
    folder.mkdir()
    for number in range(1, -(-seats // 100) + 1):
        request = urllib.request.Request(
            f"{url}/orgs/acme/copilot/billing/seats?per_page=100&page={number}",
            headers={"Authorization": "Bearer the-token", "Accept-Encoding": "gzip"},
        )
        with urllib.request.urlopen(request) as answer:
            (folder / f"{number:06}.json.gz").write_bytes(answer.read())


def _results(used: Mapping[int, Usage], floor: Usage) -> Iterator[Result]:
    large, huge = used[LARGE], used[HUGE]
    yield Result(
        "3a",
        f"{LARGE:,} seats: processor time beside the floor",
        large.cpu / floor.cpu,
        2.6,
        "x",
        f"{large.cpu:.2f} s / {floor.cpu:.2f} s",
    )
    yield Result(
        "3b",
        f"{LARGE:,} seats: memory at most",
        large.peak / 1e6,
        350,
        "MB",
        f"the floor {floor.peak / 1e6:.0f} MB",
    )
    yield Result(
        "3c",
        f"{HUGE:,} seats beside {LARGE:,}: processor time",
        huge.cpu / large.cpu,
        10.5,
        "x",
        f"{huge.cpu:.1f} s / {large.cpu:.2f} s",
    )
    yield Result(
        "3d",
        f"{HUGE:,} seats: memory at most",
        huge.peak / 1e9,
        2.4,
        "GB",
        f"time {huge.wall:.0f} s, without the waits between requests",
    )
