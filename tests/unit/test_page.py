import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from copilot_seat_report import __version__
from copilot_seat_report.files import changes
from copilot_seat_report.files.headline import headline
from copilot_seat_report.files.page import write_page
from copilot_seat_report.files.wording import FLAG_LABELS, FLAG_MEANINGS
from copilot_seat_report.files.wording import STATUSES as STATUS_LABELS
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.anonymize import SMALL_GROUPS
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.model import FLAGS, STATUSES, UNASSIGNED, Report
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.others import Sources
from copilot_seat_report.sources.status import SourceStatus
from copilot_seat_report.sources.usage_metrics import UsageMetrics
from tests import made_up, node
from tests.browser.reports import hostile, several_organizations
from tests.reports import completeness, csv_of, reading, report, with_lists

ASSETS = resources.files("copilot_seat_report.files") / "assets"


class Page(HTMLParser):
    """What a page consists of: its HTML, text, scripts, styles and data, and what it loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
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


def test_who_is_neither_active_nor_idle_may_be_seen_in_the_metrics(page_of: PageOf) -> None:
    made = report(people(3))
    seen = replace(made, totals=replace(made.totals, active_in_metrics=0))

    assert page_of(made).text.count(" new, exempt or leaving ") > 1
    with_metrics = page_of(seen).text
    assert with_metrics.count(" new, exempt, leaving or seen in the usage metrics ") > 1
    assert "exempt or leaving" not in with_metrics


def test_without_scripts_a_hundred_idle_people_are_there_and_it_says_of_how_many(
    page_of: PageOf,
) -> None:
    page = page_of(report(people(151, idle=150)))
    assert "The first 100 of 150 idle people. Scripts do not run here" in page.text
    preview = page.html.partition('id="idle-preview"')[2].partition("</table>")[0]
    assert preview.count('<th scope="row">') == 100
    assert "The first" not in page_of(report(people(3, idle=2))).text


def test_a_part_of_nobody_leads_nowhere(page_of: PageOf) -> None:
    page = page_of(report(people(3, idle=1)))
    assert "Ask first: 0 people, USD 0 a month" in page.text.replace("\u00a0", " ")
    assert 'href="#ask-first=yes"' not in page.html
    assert '<a href="#ask-first=no">No sign of use: 1 person</a>' in page.html


def test_what_is_saved_stands_beside_what_is_paid(page_of: PageOf) -> None:
    made = report(people(3, idle=1))
    page = page_of(made)
    assert 'That is not <a href="#limits">what taking them back would save</a>' in page.html
    known = replace(made, totals=replace(made.totals, idle_monthly_saving=Decimal("9.50")))
    page = page_of(known)
    assert "would save an estimated USD 9.50 in the next billing cycle" in page.text
    assert 'href="#data-quality"' in page.html
    assert 'id="data-quality"' in page.html


def test_changes_are_said_as_of_one_and_as_of_several() -> None:
    for kind, one, several in (
        ("went-idle", "1 person went idle", "2 people went idle"),
        ("granted", "1 person was granted a seat", "2 people were granted a seat"),
        ("gone", "1 person is gone", "2 people are gone"),
    ):
        assert [changes.in_words(kind, number) for number in (1, 2)] == [one, several]


def test_of_one_person_it_speaks_as_of_one(page_of: PageOf) -> None:
    assert "1 holds 1 seat" in page_of(report(people(1))).text


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
    )
    some = build_report(
        [read],
        Rules(),
        made_up.NOW,
        selection=["nobody", "<b>", "person-0001"],
        unknown_users=["nobody", "<b>"],
    )
    text = page_of(unsure).text
    assert "acme : Incomplete: 5 of 7 seats were read." in text
    assert "Incomplete: 5 of 7 seats were read. The figures and the list below" in text
    assert (
        "No Copilot seat was found for 2 of the 3 selected people. Without one: nobody , <b> ."
        in (page_of(some).text)
    )


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
    assert "100 more are left out here." in text
    assert "296 more" in text
    assert "and 240 others" in text
    assert "GitHub lists 60 seats without an assignee" in text
    assert "10 more are left out here." in text
    assert "nobody-49 and 10 more." in text


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
    assert "70 people sign in to Copilot, and the seat list has no activity after that." in text
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
    compared = build_report(
        [reading(records)], Rules(), made_up.NOW, sources=Sources(activity_report=theirs)
    )
    assert compared.comparison is not None
    page = page_of(compared)
    text = page.text
    assert '<a class="view" href="#active-there=yes">Show who is active there</a>' in page.html
    marks = {
        login: page.data["states"]["values"][code][4]
        for login, code in zip(page.data["logins"], page.data["states"]["codes"], strict=True)
    }
    assert [login for login in marks if "active-there" in marks[login]] == ["person-0001"]
    assert "own report The CSV has 4 rows" in text.partition("About this report")[2]
    assert compared.comparison.verdict in text
    assert "The CSV has 4 rows; it does not say when it was made." in text
    # What changes an idle person's lot comes first.
    assert "Likely reason person-0001 idle here only 3 September 2026, 06:00 UTC" in text
    assert "more differences are left out here." in text

    made = replace(theirs, report_time=made_up.NOW)
    compared = build_report(
        [reading(records)], Rules(), made_up.NOW, sources=Sources(activity_report=made)
    )
    assert "The CSV (made 2026-11-02 06:00 UTC) has 4 rows." in page_of(compared).text

    same = csv_of({f"person-000{n}": made_up.NOW - timedelta(days=1) for n in (1, 2)})
    compared = build_report(
        [reading(people(2))], Rules(), made_up.NOW, sources=Sources(activity_report=same)
    )
    assert "Likely reason" not in page_of(compared).text


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


def test_the_small_teams_of_several_organizations_lead_to_their_people(page_of: PageOf) -> None:
    readings = [
        reading([made_up.seat(n, assigning_team=made_up.team(f"{login} {n}")) for n in some], login)
        for login, some in (("acme", range(6)), ("beta", range(6, 12)))
    ]
    made = build_report(readings, Rules(), made_up.NOW, pseudonyms=Pseudonyms("key"))
    (row,) = made.teams.to_dict("records")

    assert (row["organization"], row["team"], row["people"]) == (SMALL_GROUPS, SMALL_GROUPS, 12)
    page = page_of(made)
    assert '<a href="#team=small+groups" ' in page.html
    assert "no organization stated" not in page.text


def test_limits_beyond_what_github_keeps_are_warned_of(page_of: PageOf) -> None:
    text = page_of(report(people(2), Rules(inactive_days=120))).text
    assert "GitHub does not keep dates for 120 days." in text


def test_a_selection_never_passes_for_everyone(page_of: PageOf) -> None:
    some = build_report(
        [reading(people(2, idle=1))], Rules(), made_up.NOW, selection=["person-0001", "person-0002"]
    )
    page = page_of(some)
    assert page.text.startswith("Copilot seats of 2 selected people in acme, 2 November 2026")
    assert "Selection. This report covers only 2 selected people." in page.text
    assert "GitHub Copilot seats of 2 selected people in acme As of" in page.text
    assert "All 2 selected people hold a Copilot seat. 1 of these 2 people (50.0%)" in page.text
    assert "Selected people with a seat" in page.text
    assert "People with a seat" not in page.text
    assert "Seats and settings" not in page.text
    assert page.data["report"]["words"]["nobody"].startswith("All 2 selected people")


def test_of_an_incomplete_list_the_people_are_those_who_were_read(page_of: PageOf) -> None:
    page = page_of(with_lists(report(people(2)), completeness(2, 3)))
    assert "People whose seats were read" in page.text
    assert "People whose seats were read" in page.text


def test_what_an_enterprise_counts_is_said_without_a_cycle(page_of: PageOf) -> None:
    records = [made_up.seat(1, organization=made_up.organization(name)) for name in ("a", "b")]
    mega = build_report([reading(records, "mega", enterprise=True)], Rules(), made_up.NOW)
    counted = completeness(2, 1, unit="people", counted=1)
    page = page_of(replace(mega, overviews=(replace(mega.overviews[0], completeness=counted),)))
    assert "GitHub Copilot seats of the enterprise mega" in page.text
    assert "People 1 1 GitHub counts each person once, however many seats they hold." in page.text
    assert "cycle" not in page.text


def test_groups_come_by_idle_cost_and_add_up_to_everyone(page_of: PageOf) -> None:
    page = page_of(several_organizations())
    made = several_organizations().totals
    total = f"All people, each once {made.people} {made.active} {made.idle} USD"
    assert page.text.count(total) == 2
    for groups in ("organizations", "teams"):
        assert f"A person in several {groups} counts in each; the cost counts once" in page.text
    apart = page_of(report(people(3, idle=1))).text
    assert "A person in several" not in apart
    assert "granted without a team 3 2 1 USD 19" in apart


def test_each_flag_and_status_has_words() -> None:
    assert set(FLAGS) <= FLAG_LABELS.keys()
    assert FLAG_LABELS.keys() == FLAG_MEANINGS.keys()
    assert {*STATUSES, UNASSIGNED} == STATUS_LABELS.keys()


def test_under_pseudonyms_times_of_people_are_days(page_of: PageOf) -> None:
    records = [made_up.seat(1, idle=timedelta(days=45), signed_in=timedelta(days=1))]
    hidden = build_report([reading(records)], Rules(), made_up.NOW, pseudonyms=Pseudonyms("key"))
    assert "1 November 2026 18 September 2026" in page_of(hidden).text
    assert "1 November 2026, 06:00 UTC 18" in page_of(report(records)).text


def test_it_says_what_it_was_made_from_and_by_which_rules(page_of: PageOf) -> None:
    rules = Rules(exempt_users=("svc-*", "<b>"), inactive_days=45, new_seat_days=1)
    made = build_report([reading(people(2))], rules, made_up.NOW, selection=["a", "b"])
    run = "https://github.com/acme/reports/actions/runs/7/attempts/2"
    history = SourceStatus(source="history", state="read", up_to=made_up.NOW)
    metrics = SourceStatus(source="usage-metrics", state="not-permitted", words="Allow it.")
    whole = replace(made, run=run, sources=(history, metrics))
    about = page_of(whole).text.partition("About this report")[2]
    for part in (
        f"Made by Copilot Seat Report {__version__} As of 2 November 2026, 06:00 UTC Run {run}",
        "Organization acme Covers 2 logins Seats read 2",
        "History read, up to 2 November 2026, 06:00 UTC Usage metrics Allow it.",
        "Inactive after 45 days New for 1 day after the grant",
        "Exempt in the settings svc-* , <b> Monthly list prices Business USD 19, Enterprise USD 39",
    ):
        assert part in about
    in_a_shell = page_of(report(people(2))).text.partition("About this report")[2]
    assert "Run" not in in_a_shell
    assert "Covers everyone with a seat" in in_a_shell
    assert "Exempt in the settings nobody" in in_a_shell
    assert "AI credits" not in in_a_shell
    witness = UsageMetrics(status=SourceStatus(source="usage-metrics", state="read"))
    sources = Sources(usage_metrics=witness)
    counted = build_report([reading(people(2))], Rules(), made_up.NOW, sources=sources)
    assert (
        "AI credits per seat and month Business 1,900, Enterprise 3,900; each further one costs "
        "USD 0.01"
    ) in page_of(counted).text
