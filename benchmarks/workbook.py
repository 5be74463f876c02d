"""The workbook beside pandas' own way to write the same tables."""

import tempfile
from collections.abc import Iterator

from benchmarks.action import PROGRAMS
from benchmarks.measuring import PYTHON, Usage, alternately, run, typical
from benchmarks.results import Result

SEATS = 100_000
RUNS = 3


def measure() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        ours, pandas, loading = _beside_pandas(folder, SEATS)
        fewer, _, loading_fewer = _beside_pandas(folder, SEATS // 4)
    yield Result(
        "4a",
        f"The workbook of {SEATS:,} seats: processor time beside pandas' `to_excel` of its tables",
        (ours.cpu - loading.cpu) / (pandas.cpu - loading.cpu),
        1,
        "x",
        f"{ours.cpu - loading.cpu:.1f} s / {pandas.cpu - loading.cpu:.1f} s",
    )
    yield Result(
        "4b",
        "Memory for it beyond the report's own: bounded",
        (ours.peak - loading.peak) / 1e6,
        None,
        "MB",
        f"{(fewer.peak - loading_fewer.peak) / 1e6:.0f} MB for {SEATS // 4:,} seats; `to_excel` "
        f"takes {(pandas.peak - loading.peak) / 1e6:.0f} MB",
    )


def _beside_pandas(folder: str, seats: int) -> tuple[Usage, Usage, Usage]:
    report, target = f"{folder}/report.pickle", f"{folder}/report.xlsx"
    program = [PYTHON, str(PROGRAMS / "workbook.py")]
    run([*program, "make", str(seats), report])
    ours, pandas, loading = alternately(
        lambda: run([*program, "write_workbook", report, target]),
        lambda: run([*program, "to_excel", report, target]),
        lambda: run([*program, "load", report]),
        runs=RUNS,
    )
    return typical(ours), typical(pandas), typical(loading)
