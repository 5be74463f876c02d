"""Goals beside what was measured: printed, and kept in docs/performance.md."""

import platform
import re
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count
from pathlib import Path

from benchmarks.action import ROOT

PAGE = ROOT / "docs" / "performance.md"
_TABLE = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- end of table -->)", re.DOTALL)


@dataclass(frozen=True)
class Result:
    """One goal and what one run measured: a ratio (`x`), or in another unit.

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
    def is_met(self) -> bool:
        if self.goal is None:
            return True
        return self.measured >= self.goal if self.at_least else self.measured <= self.goal

    @property
    def aim(self) -> str:
        if self.goal is None:
            return ""
        return f"{'≥' if self.at_least else '≤'} {self.goal:g}{self._unit}"

    @property
    def figure(self) -> str:
        return f"**{_figure(self.measured)}{self._unit}**: {self.detail}"

    @property
    def line(self) -> str:
        return f"{self.key}  {self.what}: {self.figure}{'' if self.is_met else ' (missed)'}"

    @property
    def _unit(self) -> str:
        return "\N{MULTIPLICATION SIGN}" if self.unit == "x" else f" {self.unit}"


def _figure(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


@dataclass(frozen=True)
class Measured:
    """The results of each run by their keys, and why subjects have none, by their names.

    A subject was `left_out` for what the machine lacks, or it `failed`.
    """

    runs: Sequence[Mapping[str, Result]]
    left_out: Mapping[str, str]
    failed: Mapping[str, str]


def text(measured: Measured) -> str:
    """Write the table, what is not in it and why, and on which machine it was measured."""
    said = [_table(measured.runs)]
    for word, subjects in (("Left out", measured.left_out), ("Failed", measured.failed)):
        if subjects:
            reasons = "; ".join(f"`{name}` {why}" for name, why in subjects.items())
            said.append(f"{word}: {reasons}.\n")
    return "\n".join([*said, f"Measured on {machine()}.\n"])


def _table(runs: Sequence[Mapping[str, Result]]) -> str:
    names = ["Measured"] if len(runs) == 1 else [f"Run {n}" for n in range(1, len(runs) + 1)]
    lines = [["", "What", "Goal", *names, "Met"], ["---"] * (len(names) + 4)]
    for key, result in ChainMap(*map(dict, runs)).items():
        results = [run.get(key) for run in runs]
        figures = [each.figure if each else "failed" for each in results]
        lines.append([key, result.what, result.aim, *figures, _met(results)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _met(results: Sequence[Result | None]) -> str:
    """Tell whether every run met the goal; empty where there is none."""
    if any(result is not None and result.goal is None for result in results):
        return ""
    return "yes" if all(result and result.is_met for result in results) else "**missed**"


def machine() -> str:
    """Name what was measured on."""
    cpus = Path("/proc/cpuinfo")  # Linux alone has it
    model = re.search(r"model name\s*: (.+)", cpus.read_text("utf-8") if cpus.exists() else "")
    processor = f"{cpu_count()} cores ({model[1].strip() if model else platform.machine()})"
    return (
        f"{datetime.now(UTC):%Y-%m-%d}: {processor}, Python {platform.python_version()}, "
        f"pandas {version('pandas')}"
    )


def write(measured: Measured, page: Path = PAGE) -> None:
    """Put the table into the page in place of the one that was there."""
    before = page.read_text(encoding="utf-8")
    after, found = _TABLE.subn(lambda _: f"\n{text(measured)}\n", before)
    assert found, f"{page} has no place for the table"
    page.write_text(after, encoding="utf-8")
