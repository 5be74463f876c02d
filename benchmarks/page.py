"""The page with a hundred thousand people, in Chromium."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

from playwright.sync_api import Browser, sync_playwright

from benchmarks.action import UNPACED, run_action
from benchmarks.results import Result
from benchmarks.servers import github
from tests import chromium

T = TypeVar("T")

# Some seats have no assignee: this many make a hundred thousand people.
SEATS = 104_600
RUNS = 5
SEARCHES = ("person-04", "vscode", "platform idle", "nobody")
DAYS = (7, 45, 90)
# The page opens on those who are idle; the inputs are to answer among everyone.
SHOW_ALL = """document.querySelector('[data-view="#status="]').click()"""
# From an input until the browser has painted the answer.
ANSWER = """async ([input, value]) => {
  const start = performance.now();
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
  return (performance.now() - start) / 1000;
}"""


@dataclass(frozen=True)
class Visit:
    """Seconds: until the page had opened, of each search, and of each step of the slider."""

    people: int
    opened: float
    searches: Sequence[float]
    steps: Sequence[float]


def measure() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder, github(SEATS) as url:
        run_action(url, UNPACED, workspace=Path(folder), inputs={"formats": "html"})
        report = Path(folder, "copilot-seat-report", "report.html")
        size = report.stat().st_size
        with sync_playwright() as playwright:
            browser = chromium.launch(playwright)
            visits = [_visit(browser, report) for _ in range(RUNS + 1)][1:]
            browser.close()
    yield Result(
        "7a",
        "The page opens, until the first people are painted",
        median(visit.opened for visit in visits),
        1,
        "s",
        f"{visits[0].people:,} people, {size / 1e6:.1f} MB of HTML",
    )
    seconds, search = _slowest([visit.searches for visit in visits], SEARCHES)
    yield Result(
        "7b",
        "It answers a search, until that is painted",
        seconds,
        0.1,
        "s",
        f"the slowest of {len(SEARCHES)}, `{search}`, among everyone",
    )
    seconds, days = _slowest([visit.steps for visit in visits], DAYS)
    yield Result(
        "7c",
        "It answers a step of the slider, until that is painted",
        seconds,
        0.1,
        "s",
        f"the slowest of {len(DAYS)}, to {days} days, among everyone",
    )


def _slowest(visits: Sequence[Sequence[float]], inputs: Sequence[T]) -> tuple[float, T]:
    """Return the input with the longest median time, and that time."""
    medians = map(median, zip(*visits, strict=True))
    return max(zip(medians, inputs, strict=True), key=lambda each: each[0])


def _visit(browser: Browser, report: Path) -> Visit:
    with browser.new_context(offline=True) as context:
        page = context.new_page()
        start = time.monotonic()
        page.goto(report.as_uri())
        page.locator("#people-table tbody tr").nth(20).wait_for()
        opened = time.monotonic() - start
        page.evaluate(SHOW_ALL)
        people = int(page.locator("#people-table").get_attribute("data-shown") or 0)

        def answers(selector: str, values: Sequence[object]) -> list[float]:
            entry = page.locator(selector).element_handle()
            return [page.evaluate(ANSWER, [entry, value]) for value in values]

        steps = answers("#what-if", DAYS)
        page.evaluate(SHOW_ALL)
        return Visit(people, opened, answers("#filters [name=search]", SEARCHES), steps)
