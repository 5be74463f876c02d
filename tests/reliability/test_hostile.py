"""Input that means harm: names through every file, and files, times and addresses that are none."""

import csv
import io
import json
import os
import random
import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.action import Outcome
from tests.github_markdown import ELEMENTS, Seen
from tests.github_server import Enterprise, Organization
from tests.made_up import Json, days, organization, seat, seats, team
from tests.reliability.world import World

NAMES = (
    "##[error]x",
    "::set-output name=people::0",
    "%0A::error::x",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)</script>",
    "<!--",
    '=HYPERLINK("https://evil.example";"x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1",
    "-1",
    "\t=1",
    "line\nbreak",
    "line\r\n::error::break",
    "nul\0nul",
    "escape\x1b[31m",
    "\u202egnp.exe",
    "\u2066abc\u2069",
    "\u2028::error::x",
    "\ufeff",
    "\U0001f600" * 50,
    "x" * 200,
    "`|`",
    "| a | b |",
    "[x](javascript:alert(1))",
    "{{7*7}}{% raw %}",
    "${{ github.token }}",
    "../../etc/passwd",
    " ",
)
PLAIN = tuple(f"plain-{number}" for number in range(len(NAMES)))


def named(names: Sequence[str]) -> list[Json]:
    """Seats in which every text that GitHub gives is hostile, some people idle and some not."""
    records = []
    for number, name in enumerate(names):
        record = seat(
            number,
            idle=days(number * 5),
            assigning_team=team(name),
            last_activity_editor=f"{name}/{name}/{name}",
            plan_type=name,
        )
        record["assignee"]["login"] = name
        record["organization"] = {**organization("acme"), "login": name}
        records.append(record)
    return records


@pytest.fixture
def run_with(world: World) -> Callable[[Sequence[str]], Outcome]:
    """Run over an enterprise with these names."""

    def run(names: Sequence[str]) -> Outcome:
        world.forget()
        world.github.add(Enterprise("megacorp", named(names), off_schema=True))
        outcome = world.run(
            organization="", enterprise="megacorp", formats="html,csv,xlsx,json", history="off"
        )
        assert outcome.status == 0, outcome.log
        return outcome

    return run


class Page(HTMLParser):
    """The elements of a page, with the names of their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(" ".join([tag, *(name for name, _ in attrs)]))


def beginnings(outcome: Outcome) -> list[str]:
    """How the log's lines begin, but for the masks: a signature has as many as it has spellings."""
    lines = (line[:9] for line in outcome.stdout.splitlines())
    # Each once: an upload that a slow machine makes wait is told of again.
    return [*dict.fromkeys(line for line in lines if line != "::add-mas")]


def test_names_are_text_in_every_file(run_with: Callable[[Sequence[str]], Outcome]) -> None:
    hostile = run_with(NAMES)
    plain = run_with(PLAIN)

    # What decides is the same as with plain names.
    figures = ("seats", "people", "active", "inactive", "idle", "monthly-cost", "idle-monthly-cost")
    assert hostile.figures(*figures) == plain.figures(*figures)
    assert hostile.outputs.keys() == plain.outputs.keys()
    assert len(json.loads(hostile.outputs["idle-users"])) == int(hostile.outputs["idle"])

    # The log has no line that only the hostile names have put there.
    assert beginnings(hostile) == beginnings(plain)
    assert "##[" not in hostile.stdout

    # The page has the same elements, and none of theirs.
    pages = [Page(outcome.text("report.html")) for outcome in (hostile, plain)]
    scripts = [[e for e in page.elements if e.startswith(("script", "img"))] for page in pages]
    assert scripts[0] == scripts[1]
    assert not any(re.search(r" on\w+", element) for element in pages[0].elements)

    # A row a seat, a line a row, no control character, no formula.
    for name in ("seats.csv", "teams.csv", "editors.csv", "activity-report.csv"):
        text = hostile.text(name)
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert len(rows) == text.count("\n")
        cells = [cell for row in rows for cell in row]
        assert not any(re.match(r"[=+\-@\t\r]", cell) for cell in cells), name
        assert not any(re.search(r"[\x00-\x1f\x7f\u2028\u202e\u2066\ufeff]", c) for c in cells)
    assert len(hostile.rows("seats.csv")) == len(NAMES)

    book = openpyxl.load_workbook(hostile.workspace / "copilot-seat-report" / "report.xlsx")
    formulas = {
        str(cell.value) for sheet in book for row in sheet for cell in row if cell.data_type == "f"
    }
    # The totals of our own tables are the only ones.
    assert all(re.fullmatch(r"=SUBTOTAL\(109,\w+\[[\w ]+\]\)", formula) for formula in formulas)
    assert not any(cell.hyperlink for cell in book["Seats"]["B"])

    assert len(hostile.report["seats"]) == len(NAMES)
    seen = Seen(hostile.summary or "")
    assert seen.elements <= ELEMENTS
    assert not any("javascript" in target for _, target in seen.links)


@pytest.mark.parametrize(
    ("time", "days_ago"),
    [
        ("0001-01-01T00:00:00Z", "739921"),
        ("1899-12-31T00:00:00Z", "46327"),
        ("1969-12-31T23:59:59Z", "20759"),
        ("2262-04-11T23:47:17Z", "0"),
        ("9999-12-31T23:59:59Z", "0"),
    ],
)
def test_a_time_of_another_age_is_reckoned_with(world: World, time: str, days_ago: str) -> None:
    """They are beyond what pandas' nanoseconds, or a workbook's dates, can say."""
    record = seat(1, last_activity_at=time, created_at=time, last_authenticated_at=time)
    world.github.add(Organization("acme", [record, seat(2)]))

    outcome = world.run(formats="csv,json")

    assert outcome.status == 0, outcome.log
    rows = {row["login"]: row for row in outcome.rows("seats.csv")}
    row = rows["person-0001"]
    assert row["last_activity_at"] == row["created_at"] == row["last_authenticated_at"] == time
    assert row["days_since_activity"] == days_ago
    assert row["status"] == ("active" if days_ago == "0" else "inactive")
    assert outcome.outputs["people"] == "2"


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
@pytest.mark.parametrize("field", ["created_at", "last_activity_at", "last_authenticated_at"])
def test_a_time_that_an_offset_puts_out_of_all_years_is_an_error(
    world: World, time: str, field: str
) -> None:
    world.github.add(Organization("acme", [{**seat(1), field: time}], off_schema=True))

    outcome = world.run()

    world.assert_nothing_published(outcome)
    assert "a time outside the years 1 to 9999" in outcome.error


# --- Files


def assert_no_report(world: World, outcome: Outcome, words: str) -> None:
    assert outcome.status == 2
    assert words in outcome.error
    assert outcome.outputs == {}
    assert not outcome.summary
    assert world.requests == []
    assert not (world.action.workspace / "copilot-seat-report").exists()


def test_an_activity_report_of_a_gigabyte(world: World) -> None:
    with (world.action.workspace / "report.csv").open("wb") as file:
        file.truncate(1 << 30)

    assert_no_report(world, world.run(activity_report="report.csv"), "must be smaller than 64 MiB")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("size", [1, 1_000, 1_000_000])
def test_an_activity_report_of_random_bytes(world: World, seed: int, size: int) -> None:
    content = random.Random(seed).randbytes(size)
    (world.action.workspace / "report.csv").write_bytes(content)

    assert_no_report(world, world.run(activity_report="report.csv"), "activity-report: report.csv")


def test_an_activity_report_that_is_no_file(world: World) -> None:
    """Reading a pipe that nobody writes to, or a device, would never end."""
    workspace = world.action.workspace
    os.mkfifo(workspace / "pipe")
    (workspace / "zero").symlink_to("/dev/zero")
    (workspace / "terminal").symlink_to("/proc/self/fd/0")

    assert_no_report(
        world, world.run(activity_report="pipe"), "must be the path of an existing file"
    )
    for name in ("zero", "terminal", "/dev/zero", "/proc/self/environ"):
        assert_no_report(
            world, world.run(activity_report=name), "must be a path inside the workspace"
        )


@pytest.mark.parametrize("given", ["activity_report", "output_directory"])
def test_a_path_that_leads_out_of_the_workspace(world: World, tmp_path: Path, given: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "report.csv").write_text("login\n")
    (world.action.workspace / "link").symlink_to(outside)
    (world.action.workspace / "file").symlink_to(outside / "report.csv")

    for path in ("link/report.csv", "file", "link/../link/report.csv", "../outside", str(outside)):
        inputs: dict[str, Any] = {given: path}
        outcome = world.run(**inputs)
        assert_no_report(world, outcome, "must be a path inside the workspace")
    assert [path.name for path in outside.iterdir()] == ["report.csv"]


# --- Addresses


@pytest.mark.parametrize("host", ["192.0.2.1", "api.example.com", "127.0.0.1.example.com", "[::2]"])
def test_plain_http_to_another_machine_is_refused(world: World, host: str) -> None:
    outcome = world.run(api_url=f"http://{host}:8080")

    assert_no_report(world, outcome, "http would send the token unencrypted")


def test_the_token_goes_nowhere_but_to_the_api(world: World) -> None:
    """Neither to the artifact service nor to the store behind its signed addresses."""
    world.github.add(Organization("acme", seats(230)))

    outcome = world.run()

    assert outcome.status == 0
    assert {request.token for request in world.github.requests} == {
        "the-token",
        "the-workflow-token",
    }
    sent = [f"{request.headers} {request.body!r}" for request in world.results.requests]
    assert not any("the-token" in text or "the-workflow-token" in text for text in sent)
