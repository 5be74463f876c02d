import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from copilot_seat_report.files.headline import headline
from copilot_seat_report.files.page import write_page
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.model import Report
from copilot_seat_report.rules import Rules
from tests import made_up, node
from tests.browser.reports import hostile, several_organizations
from tests.reports import completeness, csv_of, reading, report, with_lists

ASSETS = resources.files("copilot_seat_report.files") / "assets"


class Page(HTMLParser):
    """What a page consists of: its text, scripts, styles and data, and what it loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.data: Any = None
        self.loads: list[str] = []
        self.policy = ""
        self._words: list[str] = []
        self._keep: Callable[[str], object] = self._words.append
        self.feed(html)
        self.text = " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "script":
            self._keep = self._keep_data if "type" in attributes else self.scripts.append
        if tag == "style":
            self._keep = self.styles.append
        if tag != "a":
            addresses = [attributes.get("src"), attributes.get("href")]
            self.loads += [address for address in addresses if address and address[0] != "#"]
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"] or ""

    def handle_endtag(self, _tag: str) -> None:
        self._keep = self._words.append

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def _keep_data(self, data: str) -> None:
        self.data = json.loads(data)


PageOf = Callable[[Report], Page]


@pytest.fixture
def page_of(tmp_path: Path) -> PageOf:
    def write(written: Report) -> Page:
        write_page(written, tmp_path / "report.html")
        return Page((tmp_path / "report.html").read_text(encoding="utf-8"))

    return write


def source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_page_loads_nothing_and_its_policy_allows_its_own_parts_alone(page_of: PageOf) -> None:
    page = page_of(hostile())
    assert page.loads == []
    (style,) = page.styles
    assert page.policy.split("; ") == [
        "default-src 'none'",
        f"style-src {source(style)}",
        f"script-src {' '.join(map(source, page.scripts))}",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_the_library_is_that_of_the_package_byte_for_byte() -> None:
    node.install()
    package = node.MODULES / "datatables.net"
    for vendored, original in (
        ("dataTables.min.js", "js/dataTables.min.js"),
        ("License.txt", "License.txt"),
    ):
        copy = ASSETS.joinpath("datatables", vendored).read_bytes()
        assert copy == (package / original).read_bytes()


@pytest.mark.parametrize("script", ["datatables/dataTables.min.js", "people.js", "report.js"])
def test_no_script_ends_its_own_element(script: str) -> None:
    text = ASSETS.joinpath(script).read_text(encoding="utf-8").lower()
    assert "</script" not in text
    assert "<!--" not in text


def test_hostile_names_end_no_element(page_of: PageOf) -> None:
    figures = hostile()
    page = page_of(figures)
    assert page.data["logins"] == figures.people["login"].tolist()
    assert len(page.scripts) == 3


def test_each_seat_of_a_person_is_in_their_grants_once(page_of: PageOf) -> None:
    several = several_organizations()
    data = page_of(several).data
    grants = {
        login: data["grants"]["values"][code]
        for login, code in zip(data["logins"], data["grants"]["codes"], strict=True)
    }
    assert grants["person-0049"] == [
        ["acme", ""],
        ["beta", ""],
        ["gamma", "Platform"],
        ["gamma", "Research"],
    ]
    assert list(grants) == several.people["login"].tolist()


def people(count: int, *, idle: int = 0) -> list[made_up.Json]:
    return [
        made_up.seat(number, idle=timedelta(days=60 if number <= idle else 1))
        for number in range(1, count + 1)
    ]


def test_it_begins_with_the_headline(page_of: PageOf) -> None:
    made = report(people(60, idle=55))
    assert headline(made) in page_of(made).text
    lacking = with_lists(made, completeness(60, 70))
    assert headline(lacking).startswith("Incomplete: 60 of 70 seats were read.")
    assert headline(lacking) in page_of(lacking).text


def test_cents_are_shown_where_there_are_any(page_of: PageOf) -> None:
    rules = Rules(price_business=12_34, currency="EUR")
    text = page_of(report(people(3, idle=1), rules)).text
    assert "EUR 37.02" in text
    assert "EUR 12.34 of 37.02 a month" in text


def test_sample_data_and_pseudonyms_are_named_as_such(page_of: PageOf) -> None:
    records = made_up.seats(30)
    plain = page_of(report(records)).text
    assert "Sample data." not in plain
    assert "Anonymized." not in plain
    disguised = build_report(
        [reading(records)],
        Rules(),
        made_up.NOW,
        is_sample=True,
        pseudonyms=Pseudonyms("key"),
    )
    page = page_of(disguised)
    assert "Sample data. This organization is made up" in page.text
    assert "Anonymized. People, teams and organizations are shown under pseudonyms." in page.text
    named = {record["assignee"]["login"] for record in records if record.get("assignee")}
    assert not named & set(page.data["logins"])
    assert "acme" not in page.text


def test_the_worth_of_the_figures_is_told(page_of: PageOf) -> None:
    read = reading(people(5))
    unsure = build_report(
        [replace(read, seats=replace(read.seats, completeness=completeness(5, 7)))],
        Rules(),
        made_up.NOW,
        unknown_users=["nobody", "<b>"],
    )
    text = page_of(unsure).text
    assert "acme : Incomplete: 5 of 7 seats were read." in text
    assert "Of those asked for, 2 people hold no seat: nobody , <b>" in text


def test_more_than_is_listed_is_told(page_of: PageOf) -> None:
    records = [
        made_up.seat(
            number,
            idle=timedelta(days=50),
            assigning_team=made_up.team(f"team {number}"),
            last_activity_editor=f"vscode/1.{number}.0",
        )
        for number in range(1, 301)
    ]
    records += [made_up.seat(1, assignee=None) for _ in range(60)]
    shown = replace(report(records), unknown_users=tuple(f"nobody-{n}" for n in range(60)))
    text = page_of(shown).text
    assert "190 more teams" in text
    assert "100 more are in teams.csv" in text
    assert "296 more" in text
    assert "and 240 others" in text
    assert "GitHub lists 60 seats without an assignee" in text
    assert "The others are in seats.csv" in text
    assert "nobody-49 …" in text


def test_who_signs_in_unseen_is_listed_with_what_to_do(page_of: PageOf) -> None:
    records = [
        made_up.seat(
            number,
            idle=None if number % 2 else timedelta(days=60),
            last_authenticated_at=made_up.time(made_up.NOW - timedelta(days=1)),
        )
        for number in range(1, 71)
    ]
    text = page_of(report(records, Rules())).text
    assert "70 people sign in to Copilot while GitHub records no activity of theirs" in text
    assert "Show all 70 in the list of people" in text
    assert "JetBrains IDEs" in text
    assert "sign in to Copilot" not in page_of(report(people(1))).text


def test_githubs_own_report_stands_beside_this_one(page_of: PageOf) -> None:
    records = people(80, idle=80)
    theirs = csv_of(
        {
            "person-0001": made_up.NOW - timedelta(days=2),
            "person-0002": None,
            "gone": made_up.NOW,
            "gone-too": None,
        },
        made=None,
    )
    compared = build_report([reading(records)], Rules(), made_up.NOW, activity_report=theirs)
    assert compared.comparison is not None
    text = page_of(compared).text
    assert compared.comparison.verdict in text
    assert "The CSV has 4 rows; it does not say when it was made." in text
    # What changes an idle person's lot comes first.
    assert "Why that may be person-0001 idle here only 3 September 2026, 06:00 UTC" in text
    assert "more differences are in report.json" in text

    made = replace(theirs, report_time=made_up.NOW)
    compared = build_report([reading(records)], Rules(), made_up.NOW, activity_report=made)
    assert "The CSV (made 2026-11-02 06:00 UTC) has 4 rows." in page_of(compared).text

    same = csv_of({f"person-000{n}": made_up.NOW - timedelta(days=1) for n in (1, 2)})
    compared = build_report([reading(people(2))], Rules(), made_up.NOW, activity_report=same)
    assert "Why that may be" not in page_of(compared).text


def test_several_organizations_stand_side_by_side(page_of: PageOf) -> None:
    page = page_of(several_organizations())
    assert "acme , beta , gamma As of 2 November 2026, 06:00 UTC" in page.text
    assert "Status by organization" in page.text
    assert "gamma / Platform" in page.text
    assert "beta : 20 seats" in page.text
    one = page_of(report(people(2)))
    assert "Status by organization" not in one.text
    names = replace(report(people(2)), names=tuple("abcdefg"))
    assert "a , b , c , d and 3 others" in page_of(names).text


def test_limits_beyond_what_github_keeps_are_warned_of(page_of: PageOf) -> None:
    text = page_of(report(people(2), Rules(inactive_days=120))).text
    assert "120 days are more than GitHub keeps." in text
