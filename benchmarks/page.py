"""The page with a hundred thousand people, in Chromium."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from benchmarks.action import PROGRAMS, run_action
from benchmarks.results import Result
from benchmarks.servers import large_github

# Some seats have no assignee: this many make a hundred thousand people.
SEATS = 104_600
RUNS = 5
# Without these, Chromium itself looks for updates and the like.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WORDS = ("person-04", "vscode", "platform idle", "nobody")
SEARCH = """async (word) => {
  const form = document.getElementById("filters");
  const start = performance.now();
  form.elements.search.value = word;
  form.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
  return [(performance.now() - start) / 1000, document.querySelector(".dt-info").textContent];
}"""


def measure() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder, large_github(SEATS) as url:
        run_action(url, PROGRAMS / "unpaced.py", keep=Path(folder), more={"INPUT_FORMATS": "html"})
        report = Path(folder, "copilot-seat-report", "report.html")
        size = report.stat().st_size
        with sync_playwright() as playwright:
            program = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
            opened = [_open(browser, report) for _ in range(RUNS + 1)][1:]
            browser.close()
    slowest = max(WORDS, key=lambda word: median(searches[word] for _, _, searches in opened))
    yield Result(
        "5a",
        "The page answers a search, until it is painted",
        median(searches[slowest] for _, _, searches in opened),
        1,
        "s",
        f"the slowest of {len(WORDS)} searches, `{slowest}`, among {opened[0][1]}",
    )
    yield Result(
        "5b",
        "The page opens, until the first people are painted",
        median(seconds for seconds, _, _ in opened),
        1,
        "s",
        f"{size / 1e6:.1f} MB of HTML",
    )


def _open(browser: Browser, report: Path) -> tuple[float, str, dict[str, float]]:
    """Return the seconds to open it, how many it shows, and the seconds of each search."""
    with browser.new_context(offline=True) as context:
        page = context.new_page()
        start = time.monotonic()
        page.goto(report.as_uri())
        page.locator("#people-table tbody tr").nth(20).wait_for()
        seconds = time.monotonic() - start
        everyone = page.locator(".dt-info").inner_text().partition(" of ")[2]
        searches = {}
        for word in WORDS:
            searches[word], shown = page.evaluate(SEARCH, word)
            assert shown.partition(" of ")[2] != everyone
    return seconds, everyone, searches
