import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

from copilot_seat_report.files.csv import write_seats
from copilot_seat_report.report.model import Report
from copilot_seat_report.rules import Rules
from tests import node
from tests.browser.conftest import Show
from tests.browser.reports import RULES, hostile, several_organizations
from tests.reports import report

# As a reader looks for them: the idle first.
STATUSES = ("no-activity", "inactive", "new", "active")
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
SCREENS = [
    pytest.param({"viewport": size, "color_scheme": scheme}, id=f"{name}-{scheme}")
    for name, size in (("desktop", DESKTOP), ("phone", PHONE))
    for scheme in ("light", "dark")
]


@pytest.fixture(scope="module")
def one_person() -> Report:
    return report(1, RULES)


@pytest.fixture(scope="module")
def sixty_people() -> Report:
    return report(60, RULES)


@pytest.fixture(scope="module")
def ten_thousand_people() -> Report:
    return report(10_000, RULES)


def rows(page: Page) -> Locator:
    return page.locator("#people-table tbody tr")


def logins(page: Page) -> list[str]:
    return page.locator("#people-table tbody td.login").all_inner_texts()


def people_shown(page: Page) -> int:
    """How many people the filters leave, as the line above the table says."""
    words = page.locator(".dt-info").inner_text().replace(",", "").split()
    return 0 if words[0] == "No" else int(words[4])


def nothing_sticks_out(page: Page) -> bool:
    """Whether the page is as wide as the screen; the table may be wider within its own frame."""
    wide, visible = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    return bool(wide == visible)


def show_a_hundred(page: Page) -> None:
    page.get_by_label("people a page").select_option("100")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("people", ["one_person", "ten_thousand_people"])
def test_the_page_is_usable_two_seconds_after_opening(
    show: Show, people: str, screen: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    figures: Report = request.getfixturevalue(people)
    page = show(figures, **screen)
    expect(rows(page).first).to_be_visible(timeout=2_000)
    expect(page.locator(".answer")).to_contain_text(
        "people" if figures.totals.people > 1 else "1 person"
    )
    login = figures.people["login"].iloc[-1]
    page.get_by_role("searchbox").fill(login)
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text(login)
    assert nothing_sticks_out(page)
    red, green, blue = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
    )
    assert (red + green + blue > 3 * 128) == (screen["color_scheme"] == "light")


@pytest.mark.parametrize("font", ["serif", "DejaVu Sans", "monospace"])
def test_the_largest_figures_fit_on_a_phone_in_any_font(show: Show, font: str) -> None:
    dear = Rules(price_business=999_999_99, price_enterprise=999_999_99, inactive_days=1)
    page = show(report(10_000, dear), viewport=PHONE)
    page.evaluate("font => document.body.style.setProperty('font-family', font)", font)
    assert nothing_sticks_out(page)


def test_a_page_of_nobody_says_so(show: Show) -> None:
    page = show(report([]))
    expect(rows(page)).to_have_text("Nobody holds a seat.")
    assert people_shown(page) == 0


@pytest.mark.parametrize(
    "sort",
    ["last-activity", "-last-activity", "login", "-login", "team", "-team", "created", "-created"],
)
def test_people_come_in_the_order_of_the_report(show: Show, sort: str) -> None:
    ordered = report(60, Rules(sort=sort))
    page = show(ordered)
    assert logins(page) == ordered.people["login"].tolist()[:25]


def last_used(person: Any) -> float:  # noqa: ANN401 - a row of a table
    return 0 if pd.isna(person.last_activity_at) else person.last_activity_at.timestamp()


@pytest.mark.parametrize(
    ("column", "key"),
    [
        ("login", lambda person: person.login),
        ("status", lambda person: STATUSES.index(person.status)),
        ("last-activity", last_used),
        ("flags", lambda person: person.flags),
        ("editor", lambda person: (person.editor or "none recorded").lower()),
        ("created", lambda person: person.created_at),
        ("teams", lambda person: person.teams.lower()),
        ("plan", lambda person: person.plan),
        ("price", lambda person: person.monthly_price),
    ],
)
def test_a_click_on_a_head_sorts_by_its_column(
    show: Show, sixty_people: Report, column: str, key: Callable[[Any], Any]
) -> None:
    page = show(sixty_people, viewport=DESKTOP)
    show_a_hundred(page)
    known = {person.login: key(person) for person in sixty_people.people.itertuples()}
    head = page.locator(f"th.{column}")
    if column == "last-activity":  # sorted by it already
        expect(head).to_have_attribute("aria-sort", "ascending")
    else:
        head.click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    keys = [known[login] for login in logins(page)]
    assert len(set(keys)) > 1
    assert keys == sorted(keys)
    head.click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert [known[login] for login in logins(page)] == sorted(keys, reverse=True)


def test_a_search_finds_words_in_any_column_and_order(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people)
    people = sixty_people.people
    search = page.get_by_role("searchbox")
    search.fill("PLATFORM inactive")
    expected = people[(people["status"] == "inactive") & people["teams"].str.contains("Platform")]
    assert people_shown(page) == len(expected) > 0
    search.fill("inactive plat")
    assert people_shown(page) == len(expected)
    search.fill("nobody-of-this-name")
    expect(rows(page)).to_have_text("Nobody matches these filters.")
    expect(page.get_by_role("button", name="Download as CSV")).to_be_disabled()
    page.get_by_role("button", name="Clear filters").click()
    assert people_shown(page) == len(people)


PLATFORM = r"Platform(?:\n.*)?"


def with_status(status: str) -> Callable[[pd.DataFrame], int]:
    return lambda people: (people["status"] == status).sum()


@pytest.mark.parametrize(
    ("label", "choice", "count"),
    [
        ("Status", "idle", lambda people: people["idle"].sum()),
        ("Status", "active", with_status("active")),
        ("Status", "inactive", with_status("inactive")),
        ("Status", "no recorded activity", with_status("no-activity")),
        ("Status", "new", with_status("new")),
        ("Flag", "exempt", lambda people: people["exempt"].sum()),
        ("Flag", "pending cancellation", lambda people: people["pending"].sum()),
        ("Flag", "settling", lambda people: people["settling"].sum()),
        ("Flag", "check telemetry", lambda people: people["check_telemetry"].sum()),
        ("Last activity", "none recorded", lambda people: people["last_activity_at"].isna().sum()),
        ("Team", "Platform", lambda people: people["teams"].str.fullmatch(PLATFORM).sum()),
        ("Editor", "VS Code", lambda people: (people["editor"] == "VS Code").sum()),
        ("Plan", "enterprise", lambda people: (people["plan"] == "enterprise").sum()),
        ("Organization", "beta", lambda people: people["organizations"].str.contains("beta").sum()),
    ],
)
def test_filters_leave_their_people(
    show: Show, label: str, choice: str, count: Callable[[pd.DataFrame], int]
) -> None:
    figures = several_organizations()
    page = show(figures)
    page.get_by_role("combobox", name=label, exact=True).select_option(label=choice)
    assert people_shown(page) == count(figures.people) > 0
    # The address says so, and shows the same to whom it is passed on.
    again = show(figures, "#" + page.evaluate("location.hash.slice(1)"))
    assert people_shown(again) == count(figures.people)


def test_filters_work_together(show: Show) -> None:
    figures = several_organizations()
    page = show(figures)
    page.get_by_role("combobox", name="Organization", exact=True).select_option("gamma")
    page.get_by_role("combobox", name="Team", exact=True).select_option("Research")
    page.get_by_role("combobox", name="Status", exact=True).select_option("idle")
    seats = figures.seats
    there = seats[(seats["organization"] == "gamma") & (seats["assigning_team"] == "Research")]
    idle = figures.people[figures.people["idle"]]["login"]
    assert people_shown(page) == there["login"].isin(idle).sum() > 0


@pytest.mark.parametrize("build", [several_organizations, hostile])
def test_each_figure_leads_to_the_people_behind_it(show: Show, build: Callable[[], Report]) -> None:
    page = show(build())
    links = page.locator('main a[href*="="][href^="#"]')
    figures = links.evaluate_all("links => links.map(link => [link.hash, link.textContent.trim()])")
    numbers = [(address, text) for address, text in figures if text.replace(",", "").isdigit()]
    assert len(numbers) > 20
    for address, text in numbers:
        page.evaluate("address => { location.hash = address }", address)
        assert people_shown(page) == int(text.replace(",", "")), address


def test_a_figure_is_followed_by_keyboard(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people, viewport=DESKTOP)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the figures")).to_be_focused()
    figure = page.locator("a.tile", has_text="No recorded activity")
    figure.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Everyone with a seat")).to_be_focused()
    expect(page.get_by_role("heading", name="Everyone with a seat")).to_be_in_viewport()
    assert people_shown(page) == sixty_people.totals.no_activity
    # Once more, from the top of the page, though the address stays the same.
    page.get_by_role("searchbox").fill("")
    page.evaluate("scrollTo(0, 0)")
    figure.click()
    expect(page.get_by_role("heading", name="Everyone with a seat")).to_be_in_viewport()


def test_a_flag_is_explained_where_it_stands(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people)
    flag = rows(page).get_by_role("button", name="check telemetry").first
    flag.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("check telemetry: signs in")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("check telemetry: signs in")).to_be_hidden()


def download(page: Page) -> tuple[str, list[dict[str, str]]]:
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download as CSV").click()
    content = Path(downloading.value.path()).read_text(encoding="utf-8")
    assert downloading.value.suggested_filename == "people.csv"
    return content, list(csv.DictReader(content.splitlines(keepends=True), strict=True))


SAME_AS_IN_SEATS = frozenset(
    "status flags last_activity_at days_since_activity editor editor_version last_authenticated_at "
    "created_at pending_cancellation_date monthly_price".split()
)


def test_what_is_shown_is_exported_as_shown(
    show: Show, ten_thousand_people: Report, tmp_path: Path
) -> None:
    page = show(ten_thousand_people)
    page.get_by_role("combobox", name="Status", exact=True).select_option("idle")
    page.locator("th.login").click()
    _, exported = download(page)
    people = ten_thousand_people.people
    idle = people[people["idle"]].sort_values("login")
    assert [person["login"] for person in exported] == idle["login"].tolist()
    write_seats(ten_thousand_people, tmp_path / "seats.csv")
    with (tmp_path / "seats.csv").open(encoding="utf-8", newline="") as file:
        seats = {seat["login"]: seat for seat in csv.DictReader(file)}
    assert len(SAME_AS_IN_SEATS) == len(SAME_AS_IN_SEATS & exported[0].keys())
    for person in exported:
        seat = seats[person["login"]]
        assert {name: person[name] for name in SAME_AS_IN_SEATS} == {
            name: seat[name] for name in SAME_AS_IN_SEATS
        }
        assert person["teams"] == seat["assigning_team"]
    assert {person["idle"] for person in exported} == {"true"}


def test_hostile_names_are_text(show: Show) -> None:
    figures = hostile()
    page = show(figures)
    names = set(figures.people["login"])
    assert {cell.strip() for cell in logins(page)} == names
    assert set(page.locator("td.teams").all_inner_texts()) == names
    assert "hacked" not in page.title()
    content, exported = download(page)
    assert {person["login"].removeprefix("'") for person in exported} == names
    for person in exported:
        assert not person["login"].startswith(("=", "@", "-", "+", "\t", "\r"))
    assert "\r" not in content


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("build", [several_organizations, hostile])
def test_an_accessibility_checker_finds_nothing(
    show: Show, build: Callable[[], Report], screen: dict[str, Any]
) -> None:
    node.install()
    page = show(build(), **screen)
    for details in page.locator("details").all():
        details.evaluate("details => { details.open = true }")
    axe = (node.MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(axe)
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    violations = [
        f"{violation['help']}: {place['html']}"
        for violation in found["violations"]
        for place in violation["nodes"]
    ]
    assert violations == []


def test_without_scripts_the_figures_are_there(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people, java_script_enabled=False)
    expect(page.locator(".answer")).to_be_visible()
    expect(page.locator(".bar").first).to_be_visible()
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator("#filters")).to_be_hidden()


def test_paper_gets_figures_pictures_and_the_rows_shown(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people, color_scheme="dark")
    page.emulate_media(media="print")
    for there in (".answer", ".tile", ".bar", "#people-table tbody tr", "#limits"):
        expect(page.locator(there).first).to_be_visible()
    for away in ("nav[aria-label='Parts of the page']", "#filters", ".dt-paging"):
        expect(page.locator(away)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
