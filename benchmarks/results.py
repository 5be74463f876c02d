"""Goals beside what was measured: printed, and kept in docs/performance.md."""

import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count
from pathlib import Path

from benchmarks.action import ROOT

PAGE = ROOT / "docs" / "performance.md"
_HEAD = "| | What | Goal | Measured | Met |\n| --- | --- | --- | --- | --- |\n"
_TABLE = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- end of table -->)", re.DOTALL)
_ROW = re.compile(r"^\| (\w+) \|.*$", re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """One goal and what was measured: a ratio (`x`), or in another unit.

    `goal` None is a figure without a goal; `at_least` turns the goal round; `detail` says what the
    figure is made of.
    """

    key: str
    what: str
    measured: float
    goal: float | None
    unit: str
    detail: str
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.measured >= self.goal if self.at_least else self.measured <= self.goal

    @property
    def row(self) -> str:
        unit = "\N{MULTIPLICATION SIGN}" if self.unit == "x" else f" {self.unit}"
        goal = ""
        if self.goal is not None:
            goal = f"{'≥' if self.at_least else '≤'} {self.goal:g}{unit}"
        met = {None: "", True: "yes", False: "**missed**"}[self.met]
        return (
            f"| {self.key} | {self.what} | {goal} "
            f"| **{_figure(self.measured)}{unit}**: {self.detail} | {met} |"
        )


def _figure(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def table(results: Sequence[Result]) -> str:
    return _HEAD + "".join(f"{result.row}\n" for result in results)


def machine() -> str:
    """Name what was measured on."""
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    processor = f"{cpu_count()} cores ({model[1].strip() if model else platform.machine()})"
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {processor}, Python {platform.python_version()}, "
        f"pandas {version('pandas')}"
    )


def write(results: Sequence[Result]) -> None:
    """Put the results into the page's table, in the place of those that were there before."""
    text = PAGE.read_text(encoding="utf-8")
    before = _TABLE.search(text)
    assert before is not None, f"{PAGE} has no place for the table"
    rows = {row[1]: row[0] for row in _ROW.finditer(before[0])}
    rows |= {result.key: result.row for result in results}
    ordered = "".join(f"{rows[key]}\n" for key in sorted(rows))
    PAGE.write_text(
        _TABLE.sub(lambda _: f"\n{_HEAD}{ordered}\nLast run: {machine()}.\n\n", text),
        encoding="utf-8",
    )
