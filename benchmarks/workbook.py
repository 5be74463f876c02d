"""The workbook beside pandas' own way to write the same tables."""

import tempfile
from collections.abc import Iterator

from benchmarks.action import PROGRAMS
from benchmarks.measuring import PYTHON, run
from benchmarks.results import Result

SEATS = 100_000


def measure() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        load, ours, pandas = _commands(folder, SEATS)
        loading, written, by_pandas = run(load), run(ours), run(pandas)  # half a minute each
        load, ours, _ = _commands(folder, SEATS // 10)
        of_fewer = run(ours).peak - run(load).peak
    yield Result(
        "6a",
        f"The workbook of {SEATS:,} seats: processor time beside pandas' `to_excel` of its tables",
        (written.cpu - loading.cpu) / (by_pandas.cpu - loading.cpu),
        1,
        "x",
        f"{written.cpu - loading.cpu:.1f} s / {by_pandas.cpu - loading.cpu:.1f} s",
    )
    yield Result(
        "6b",
        "Memory for it beyond the report's own",
        max(0, written.peak - loading.peak) / 1e6,
        50,
        "MB",
        f"{of_fewer / 1e6:.0f} MB for {SEATS // 10:,} seats; `to_excel` takes "
        f"{(by_pandas.peak - loading.peak) / 1e6:.0f} MB",
    )


def _commands(folder: str, seats: int) -> tuple[list[str], list[str], list[str]]:
    """Make a report; return the commands that load it, and write it in the two ways."""
    report, target = f"{folder}/report.pickle", f"{folder}/report.xlsx"
    program = [PYTHON, str(PROGRAMS / "workbook.py")]
    run([*program, "make", str(seats), report])
    return (
        [*program, "load", report],
        [*program, "write_workbook", report, target],
        [*program, "to_excel", report, target],
    )
