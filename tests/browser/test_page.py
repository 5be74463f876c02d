import csv
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

from copilot_seat_report.files.csv import write_seats
from copilot_seat_report.report.model import Report
from copilot_seat_report.rules import Rules
from tests import made_up, node
from tests.browser.conftest import Show
from tests.browser.reports import (
    RULES,
    STATES,
    hostile,
    long_names,
    people_file,
    sample,
    several_organizations,
)
from tests.reports import report

# As a reader looks for them: the idle first.
STATUSES = ("no-activity", "inactive", "new", "active")
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
BRIGHT: dict[str, Any] = {"viewport": DESKTOP, "color_scheme": "light"}
DARK: dict[str, Any] = {"viewport": PHONE, "color_scheme": "dark"}
BRIGHT_AND_DARK = [
    pytest.param(BRIGHT, id="desktop-light"),
    pytest.param(DARK, id="phone-dark"),
]


@pytest.fixture(scope="session")
def one_person() -> Report:
    return report(1, RULES)


@pytest.fixture(scope="session")
def sixty_people() -> Report:
    return report(60, RULES)


@pytest.fixture(scope="session")
def ten_thousand_people() -> Report:
    return report(10_000, RULES)


def rows(page: Page) -> Locator:
    return page.locator("#people-table tbody tr")


def logins(page: Page) -> list[str]:
    return page.locator("#people-table tbody th.login").all_inner_texts()


EVERYONE = "#status="


def people_shown(page: Page) -> int:
    """How many people pass the filters, as the table says."""
    return int(page.locator("#people-table").get_attribute("data-shown") or "")


def nothing_sticks_out(page: Page) -> bool:
    """Whether the page is as wide as the screen; the table may be wider within its own frame."""
    wide, visible = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    return bool(wide == visible)


def show_a_hundred(page: Page) -> None:
    page.get_by_label("people a page").select_option("100")


def follow(page: Page, address: str) -> None:
    """Change what stands behind the page's address, and wait until the page has followed."""
    page.evaluate(
        """address => new Promise((followed) => {
          if (new URL(address, location.href).hash === location.hash) followed();
          addEventListener("hashchange", followed, { once: true });
          location.hash = address;
        })""",
        address,
    )


def switch(page: Page, screen: dict[str, Any]) -> None:
    """Show an open page on another screen."""
    page.set_viewport_size(screen["viewport"])
    page.emulate_media(color_scheme=screen["color_scheme"])


@pytest.mark.parametrize("screen", BRIGHT_AND_DARK)
@pytest.mark.parametrize("people", ["one_person", "ten_thousand_people"])
def test_the_page_is_usable_two_seconds_after_opening(
    show: Show, people: str, screen: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    figures: Report = request.getfixturevalue(people)
    page = show(figures, EVERYONE, **screen)
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


WIDTHS = (320, 390, 1280, 1600)
# Amounts that are in two lines or may be, and texts of tiles and of the cost that stick out.
BADLY_SET = r"""() => {
  const found = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (const { 0: amount, index } of node.data.matchAll(/\b[A-Z]{3}[\u00a0 ]\d[\d,.]*/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + amount.length);
      const tops = new Set([...range.getClientRects()].map(({ top }) => top));
      const isCut = range.getBoundingClientRect().right > innerWidth;
      const scrolls = node.parentElement.closest(".list");
      if (tops.size > 1 || amount.includes(" ") || (isCut && !scrolls))
        found.push(amount);
    }
  }
  const whole = ".tile, .costs, .answer, .actions, .shown, .scroll:not(.list)";
  for (const box of document.querySelectorAll(whole))
    if (box.scrollWidth > box.clientWidth) found.push(box.textContent.trim());
  return found;
}"""


def fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert nothing_sticks_out(page), width
    assert page.evaluate(BADLY_SET) == [], width


@pytest.mark.parametrize("state", STATES)
def test_each_state_fits_screen_and_paper_and_is_accessible(show: Show, state: str) -> None:
    """Nothing is cut and no amount breaks, with all folds open; axe-core finds nothing."""
    page = show(STATES[state](), **BRIGHT)
    open_all(page)
    for width in WIDTHS:
        fits(page, width)
    for screen in (BRIGHT, DARK):
        switch(page, screen)
        assert violations(page) == [], screen
    follow(page, EVERYONE)
    print_it(page)
    a4_without_margins = 703
    fits(page, a4_without_margins)


def test_the_largest_figures_fit_on_a_phone_in_any_font(show: Show) -> None:
    dear = Rules(price_business=999_999_99, price_enterprise=999_999_99)
    page = show(report(10_000, dear))
    for font in ("serif", "DejaVu Sans", "monospace"):
        page.evaluate("font => document.body.style.setProperty('font-family', font)", font)
        for width in WIDTHS:
            fits(page, width)


def test_several_organizations_fit_a_laptop(show: Show) -> None:
    page = show(several_organizations(), viewport=DESKTOP)
    wide, visible = page.locator(".list").evaluate("list => [list.scrollWidth, list.clientWidth]")
    assert wide == visible


def test_the_heads_of_columns_and_rows_stay_in_sight(show: Show) -> None:
    page = show(people_file(), EVERYONE)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.locator(".list").evaluate(
            """list => {
              list.scrollIntoView();
              list.scrollTop = list.scrollHeight;
              list.scrollLeft = list.scrollWidth;
            }"""
        )
        expect(page.locator("#people-table thead th.more").last).to_be_in_viewport()
        expect(page.locator("#people-table thead th.login")).to_be_in_viewport()
        expect(page.locator("#people-table tbody th").last).to_be_in_viewport()
        expect(page.locator("#people-table thead th.choice")).not_to_be_in_viewport()


def test_a_long_name_takes_more_lines_and_not_more_room(show: Show) -> None:
    page = show(long_names(), viewport=DESKTOP)
    boxes = page.locator("#charts .named bdi").all()
    assert any(box.bounding_box()["height"] > 30 for box in boxes)  # type: ignore[index]
    for box in boxes:
        wide, visible = box.evaluate("box => [box.scrollWidth, box.parentElement.clientWidth]")
        assert wide <= visible


def test_a_page_of_nobody_says_so(show: Show) -> None:
    page = show(report([]))
    expect(rows(page)).to_have_text("Nobody holds a Copilot seat.")
    assert people_shown(page) == 0


@pytest.mark.parametrize(
    "sort",
    ["last-activity", "-login", "team", "-created"],
)
def test_people_come_in_the_order_of_the_report(show: Show, sort: str) -> None:
    ordered = report(60, Rules(sort=sort))
    page = show(ordered, EVERYONE)
    assert logins(page) == ordered.people["login"].tolist()[:25]


def last_used(person: Any) -> float:  # noqa: ANN401 - a row of a table
    return 0 if pd.isna(person.last_activity_at) else person.last_activity_at.timestamp()


SORTED_BY: dict[str, Callable[[Any], Any]] = {
    "login": lambda person: person.login,
    "status": lambda person: STATUSES.index(person.status),
    "last-activity": last_used,
    "editor": lambda person: (person.editor or "none recorded").lower(),
    "created": lambda person: person.created_at,
    "team": lambda person: person.teams.lower(),
    "plan": lambda person: person.plan,
    "list-price": lambda person: person.monthly_price,
}


def test_a_click_on_a_head_sorts_by_its_column(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people, EVERYONE, viewport=DESKTOP)
    show_a_hundred(page)
    for column, key in SORTED_BY.items():
        known = {person.login: key(person) for person in sixty_people.people.itertuples()}
        head = page.locator(f"thead th.{column}")
        head.click()
        expect(head).to_have_attribute("aria-sort", "ascending")
        keys = [known[login] for login in logins(page)]
        assert len(set(keys)) > 1, column
        assert keys == sorted(keys), column
        head.click()
        expect(head).to_have_attribute("aria-sort", "descending")
        assert [known[login] for login in logins(page)] == sorted(keys, reverse=True), column


def test_a_search_finds_words_in_any_column_and_order(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people, EVERYONE)
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


def test_a_column_of_logins_that_is_pasted_finds_each(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people, EVERYONE)
    asked = sixty_people.people["login"].tolist()[3:6]
    page.get_by_role("searchbox").focus()
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text", text);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        "\n".join(asked).upper(),
    )
    assert sorted(logins(page)) == sorted(asked)
    expect(page.locator("#unknown")).to_be_empty()
    page.get_by_role("searchbox").fill(f"{asked[0]}, nobody-1; @nobody-2")
    assert logins(page) == asked[:1]
    expect(page.locator("#unknown")).to_have_text("Not in this report: nobody-1, nobody-2.")


PLATFORM = r"Platform(?:\n.*)?"


def with_status(status: str) -> Callable[[pd.DataFrame], int]:
    return lambda people: (people["status"] == status).sum()


FILTERS: tuple[tuple[str, str, Callable[[pd.DataFrame], float]], ...] = (
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
)


def test_filters_leave_their_people(show: Show) -> None:
    figures = several_organizations()
    page = show(figures, EVERYONE)
    addresses = []
    for label, choice, count in FILTERS:
        follow(page, EVERYONE)
        choose(page, label, choice)
        assert people_shown(page) == count(figures.people) > 0, choice
        addresses.append(page.evaluate("location.hash"))
    # The address says so, and shows the same to whom it is passed on.
    again = show(figures, addresses[0])
    for address, (_, choice, count) in zip(addresses, FILTERS, strict=True):
        follow(again, address)
        assert people_shown(again) == count(figures.people), choice


def choose(page: Page, label: str, choice: str) -> None:
    page.locator(".more-filters").evaluate("details => { details.open = true }")
    page.get_by_role("combobox", name=label, exact=True).select_option(label=choice)


def test_several_values_of_a_filter_are_any_of_them(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people, EVERYONE)
    choose(page, "Status", "active")
    choose(page, "Status", "new")
    statuses = sixty_people.people["status"]
    assert people_shown(page) == statuses.isin(["active", "new"]).sum()
    page.get_by_role("button", name="Remove the filter Status: active").click()
    assert people_shown(page) == (statuses == "new").sum()
    assert page.evaluate("location.hash") == "#status=new"


def test_filters_work_together(show: Show) -> None:
    figures = several_organizations()
    page = show(figures, EVERYONE)
    choose(page, "Organization", "gamma")
    choose(page, "Team", "Research")
    choose(page, "Status", "idle")
    seats = figures.seats
    there = seats[(seats["organization"] == "gamma") & (seats["assigning_team"] == "Research")]
    idle = figures.people[figures.people["idle"]]["login"]
    assert people_shown(page) == there["login"].isin(idle).sum() > 0


# The address and text of each link to people, and how many the list then shows.
FOLLOWED = """async () => {
  const links = [...document.querySelectorAll('main a[href*="="][href^="#"]')];
  const table = document.getElementById("people-table");
  document.body.hidden = true; // nothing is to be laid out each time
  const shown = new Map();
  for (const { hash } of links)
    if (!shown.has(hash)) {
      const done = new Promise((done) => addEventListener("hashchange", done, { once: true }));
      location.hash = hash;
      await done;
      shown.set(hash, Number(table.dataset.shown));
    }
  return links.map(({ hash, textContent }) => [hash, textContent.trim(), shown.get(hash)]);
}"""


@pytest.mark.parametrize("build", [several_organizations, hostile, sample])
def test_each_figure_leads_to_the_people_behind_it(show: Show, build: Callable[[], Report]) -> None:
    followed = show(build()).evaluate(FOLLOWED)
    assert all(shown for _, _, shown in followed)
    figures = [
        (address, int(text.replace(",", "")), shown)
        for address, text, shown in followed
        if text.replace(",", "").isdigit()
    ]
    assert len(figures) > 20
    assert [each for each in figures if each[1] != each[2]] == []


def test_a_figure_is_followed_by_keyboard(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people, viewport=DESKTOP)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the people")).to_be_focused()
    figure = page.get_by_role("link", name=re.compile("^No recorded activity"))
    figure.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="People with a seat")).to_be_focused()
    expect(page.get_by_role("heading", name="People with a seat")).to_be_in_viewport()
    assert people_shown(page) == sixty_people.totals.no_activity
    # Once more, from the top of the page, though the address stays the same.
    page.evaluate("scrollTo(0, 0)")
    figure.click()
    expect(page.get_by_role("heading", name="People with a seat")).to_be_in_viewport()


def test_a_flag_is_explained_where_it_stands(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people, "#flag=check-telemetry")
    flag = rows(page).get_by_role("button", name="check telemetry").first
    flag.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("check telemetry: signs in")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("check telemetry: signs in")).to_be_hidden()


def download(page: Page, name: str = "people-idle.csv") -> tuple[str, list[dict[str, str]]]:
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download as CSV").click()
    content = Path(downloading.value.path()).read_text(encoding="utf-8")
    assert downloading.value.suggested_filename == name
    return content, list(csv.DictReader(content.splitlines(keepends=True), strict=True))


SAME_AS_IN_SEATS = frozenset(
    "status flags last_activity_at days_since_activity editor editor_version last_authenticated_at "
    "created_at pending_cancellation_date monthly_price".split()
)


def test_what_is_shown_is_exported_as_shown(
    show: Show, ten_thousand_people: Report, tmp_path: Path
) -> None:
    page = show(ten_thousand_people)
    page.locator("thead th.login").click()
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
    page = show(figures, EVERYONE)
    names = set(figures.people["login"])
    assert {cell.strip() for cell in logins(page)} == names
    assert set(page.locator("td.team").all_inner_texts()) == names
    assert "hacked" not in page.title()
    content, exported = download(page, "people.csv")
    assert {person["login"].removeprefix("'") for person in exported} == names
    for person in exported:
        assert not person["login"].startswith(("=", "@", "-", "+", "\t", "\r"))
    assert "\r" not in content


def open_all(page: Page) -> None:
    for details in page.locator("details").all():
        details.evaluate("details => { details.open = true }")


def choose_some(page: Page) -> None:
    rows(page).get_by_role("checkbox").nth(0).check()
    rows(page).get_by_role("checkbox").nth(1).check()


def filter_by_several(page: Page) -> None:
    choose(page, "Status", "active")
    choose(page, "Team", "Platform")
    page.get_by_role("searchbox").fill("person")


def copy_by_hand(page: Page) -> None:
    catch_copies(page, is_allowed=False)
    page.get_by_role("button", name="Copy logins").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def explain_a_flag(page: Page) -> None:
    page.get_by_role("button", name="All", exact=True).click()
    rows(page).get_by_role("button", name="exempt").first.click()


def ask_what_if(page: Page) -> None:
    page.get_by_label("What if the limit were").fill("7")


def show_unknown(page: Page) -> None:
    page.evaluate("location.hash = '#team=No+such+team'")


def search_missing(page: Page) -> None:
    page.get_by_role("searchbox").fill("person-0001, nobody")


def print_it(page: Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")


MOMENTS: dict[str, Callable[[Page], None]] = {
    "folds open": open_all,
    "filters": filter_by_several,
    "people chosen": choose_some,
    "copied by hand": copy_by_hand,
    "a flag explained": explain_a_flag,
    "what if": ask_what_if,
    "a value not known": show_unknown,
    "logins not found": search_missing,
    "printed": print_it,
}


def violations(page: Page) -> list[str]:
    """What axe-core finds."""
    if not page.evaluate("window.axe"):
        node.install()
        page.evaluate((node.MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [
        f"{violation['help']}: {place['html']}"
        for violation in found["violations"]
        for place in violation["nodes"]
    ]


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_accessibility_checker_finds_nothing_at_any_moment(
    show: Show, sixty_people: Report, moment: str
) -> None:
    page = show(sixty_people, **BRIGHT)
    MOMENTS[moment](page)
    for screen in (BRIGHT, DARK):
        switch(page, screen)
        assert violations(page) == [], screen


def test_without_scripts_the_figures_are_there(show: Show) -> None:
    page = show(sample(), java_script_enabled=False)
    assert_idle_people_can_be_read(page, sample())


def html_of(page: Page) -> str:
    return Path(urlsplit(page.url).path).read_text(encoding="utf-8")


def test_with_scripts_forbidden_the_figures_are_there(show: Show, tmp_path: Path) -> None:
    """As in a viewer that shows the artifact under a policy of its own."""
    page = show(sample())
    stricter = """<meta http-equiv="Content-Security-Policy" content="script-src 'none'">"""
    path = tmp_path / "report.html"
    path.write_text(html_of(page).replace("<head>", f"<head>{stricter}"), "utf-8")
    browser = page.context.browser
    assert browser
    with browser.new_context(offline=True) as context:
        viewed = context.new_page()
        viewed.goto(path.as_uri())
        assert_idle_people_can_be_read(viewed, sample())
        for screen in (BRIGHT, DARK):
            switch(viewed, screen)
            assert violations(viewed) == [], screen
        for width in WIDTHS:
            fits(viewed, width)


def test_in_a_frame_that_allows_nothing_but_scripts_the_list_answers(
    show: Show, sixty_people: Report
) -> None:
    """Such a frame has no address of its own to write to, and keeps nothing."""
    page = show(sixty_people)
    html = html_of(page)
    page.goto("about:blank")
    page.evaluate(
        """html => {
          const frame = document.createElement("iframe");
          frame.sandbox = "allow-scripts";
          frame.srcdoc = html;
          document.body.append(frame);
        }""",
        html,
    )
    frame = page.frame_locator("iframe")
    table = frame.locator("#people-table")
    expect(table).to_have_attribute("data-shown", str(sixty_people.totals.idle))
    frame.get_by_role("button", name="All", exact=True).click()
    expect(table).to_have_attribute("data-shown", str(sixty_people.totals.people))
    frame.get_by_role("link", name=re.compile("^New")).click()
    expect(table).to_have_attribute("data-shown", str(sixty_people.totals.new))
    frame.get_by_label("Theme").select_option("dark")
    frame.get_by_role("link", name="Limits of the data").first.click()
    expect(frame.get_by_role("region", name="Limits of the data")).to_be_focused()


def assert_idle_people_can_be_read(page: Page, figures: Report) -> None:
    for there in (".answer", ".costs", ".steps", ".bar"):
        expect(page.locator(there).first).to_be_visible()
    for away in ("#filters", ".theme", ".view"):
        for each in page.locator(away).all():
            expect(each).to_be_hidden()
    idle = figures.people[figures.people["idle"]]["login"].tolist()
    expect(page.locator("#idle-preview tbody tr")).to_have_count(len(idle))
    assert page.locator("#idle-preview tbody th").all_inner_texts() == idle


def test_paper_gets_figures_pictures_and_everyone_shown(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people, EVERYONE, color_scheme="dark")
    page.get_by_label("Theme").select_option("dark")
    print_it(page)
    expect(rows(page)).to_have_count(sixty_people.totals.people)
    for there in (".answer", ".tile", ".bar", "#people-table tbody tr", "#limits", "#printed"):
        expect(page.locator(there).first).to_be_visible()
    for away in (
        "nav[aria-label='Parts of the page']",
        "#filters",
        ".dt-paging",
        ".views",
        ".view",
    ):
        expect(page.locator(away).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator("#printed")).to_have_text("everyone.")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(rows(page)).to_have_count(25)


def test_paper_says_which_people_by_which_rule(show: Show) -> None:
    page = show(people_file(), "#status=idle&team=Platform&search=person&what-if=60")
    print_it(page)
    printed = page.locator("#printed")
    expect(printed).to_contain_text("Status: idle; Team: Platform; search: person. If the limit")
    expect(printed).to_contain_text("were 60 days, ")
    expect(printed).to_contain_text("The rule of this report is 30 days.")
    expect(printed).to_contain_text("Columns that do not fit here are in the download.")
    expect(page.locator("#shown")).to_be_visible()


# --- The first view, links, and what they keep


def test_it_opens_on_the_idle_people(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people)
    table = page.locator("#people-table")
    assert people_shown(page) == sixty_people.totals.idle
    assert table.get_attribute("data-total") == str(sixty_people.totals.people)
    expect(rows(page).first.locator("th")).to_have_attribute("scope", "row")
    expect(page.get_by_role("button", name="Idle", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


def test_where_nobody_is_idle_it_opens_on_everyone(show: Show) -> None:
    busy = report([made_up.seat(number) for number in range(3)])
    assert people_shown(show(busy)) == 3


CHIPS: dict[str, Callable[[pd.DataFrame], Any]] = {
    "Idle": lambda people: people["idle"],
    "Ask first": lambda people: people["ask_first"],
    "Leaving": lambda people: people["leaving"],
    "New": lambda people: people["status"] == "new",
    "All": lambda people: people["idle"] | True,
}


def test_a_chip_shows_its_people(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people)
    for chip, mark in CHIPS.items():
        button = page.get_by_role("button", name=chip, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        assert people_shown(page) == mark(sixty_people.people).sum() > 0, chip


@pytest.mark.parametrize("opens", [True, False])
def test_a_value_that_the_report_does_not_know_shows_nobody_and_says_so(
    show: Show, sixty_people: Report, *, opens: bool
) -> None:
    """Whether the page opens with that address, or follows it."""
    addresses = {
        "#status=gone": "Status: gone",
        "#status=idle&status=gone": "Status: gone",
        "#team=No+such+team": "Team: No such team",
        "#unheard-of=1": "unheard-of: 1",
        "#status=idle&what-if=soon": "What if: soon",
        "#status=idle&sort=unheard-of": "Order: unheard-of",
        "#sort=-unheard-of": "Order: -unheard-of",
    }
    page = show(sixty_people, next(iter(addresses)) if opens else "")
    for address, unknown in list(addresses.items())[: 1 if opens else None]:
        follow(page, address)
        assert people_shown(page) == 0, address
        says = f"This report does not know “{unknown}”, so nobody is shown."
        expect(page.locator("#unknown")).to_have_text(says)
        for button in ("Copy logins", "Choose all shown"):
            expect(page.get_by_role("button", name=button)).to_be_disabled()
        expect(page.locator("#chosen")).to_be_empty()
        assert page.evaluate("location.hash") == address
        page.get_by_role("button", name=re.compile("^Remove the filter")).last.click()
        assert people_shown(page) > 0


def test_several_searches_are_any_of_them(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people, "#search=person-0001&search=person-0002")
    assert logins(page) == ["person-0001", "person-0002"]
    expect(page.get_by_role("searchbox")).to_have_value("")
    page.get_by_role("button", name="Remove the filter Search: person-0001").click()
    assert logins(page) == ["person-0002"]


def test_links_keep_order_and_what_if_and_an_empty_address_resets(
    show: Show, sixty_people: Report
) -> None:
    page = show(sixty_people, "#status=active&sort=-login&what-if=60")
    assert logins(page) == sorted(logins(page), reverse=True)
    page.get_by_role("link", name=re.compile("^Inactive")).click()
    assert page.evaluate("location.hash") == "#status=inactive&sort=-login&what-if=60"
    page.get_by_role("link", name="Limits of the data").first.click()
    expect(page.get_by_role("region", name="Limits of the data")).to_be_focused()
    assert page.evaluate("location.hash") == "#status=inactive&sort=-login&what-if=60"
    page.go_back()
    page.go_back()
    assert page.evaluate("location.hash") == "#status=active&sort=-login&what-if=60"
    expect(page.get_by_role("button", name="Remove the filter Status: active")).to_be_visible()
    page.evaluate("location.hash = ''")
    page.wait_for_function("document.getElementById('people-table').dataset.shown !== ''")
    assert people_shown(page) == sixty_people.totals.idle


def test_what_if_redraws_people_and_costs_and_names_the_rule(
    show: Show, sixty_people: Report
) -> None:
    page = show(sixty_people)
    page.get_by_label("What if the limit were").fill("7")
    people = sixty_people.people
    old = people["days_since_activity"].fillna(0) >= 7
    assert people_shown(page) >= max(sixty_people.totals.idle, 1)
    assert people_shown(page) <= (old | people["idle"]).sum()
    expect(page.locator("#what-if-said")).to_contain_text("If the limit were 7 days, ")
    expect(page.locator("#what-if-said")).to_contain_text("The rule of this report is 30 days.")
    assert page.evaluate("location.hash") == "#status=idle&what-if=7"
    page.get_by_role("button", name="Back to the rule").click()
    assert people_shown(page) == sixty_people.totals.idle


@pytest.mark.parametrize(
    ("days", "least", "most"), [(3, "3", "90"), (30, "7", "90"), (120, "7", "120")]
)
def test_the_rule_is_on_the_slider_and_in_sight(
    show: Show, days: int, least: str, most: str
) -> None:
    page = show(report(60, Rules(inactive_days=days)))
    expect(page.locator("#what-if-said")).to_have_text(f"{days} days: the rule of this report.")
    slider = page.get_by_label("What if the limit were")
    expect(slider).to_have_value(str(days))
    assert [slider.get_attribute(name) for name in ("min", "max")] == [least, most]
    assert page.locator("#what-if-rule option").get_attribute("value") == str(days)
    slider.fill("60")
    expect(page.locator("#what-if-said")).to_contain_text(f"The rule of this report is {days} days")


def test_what_if_shows_what_a_report_of_that_rule_would(show: Show) -> None:
    page = show(report(400, RULES))
    for days in (1, 7, 29, 31, 45, 49, 90, 200):
        other = report(400, replace(RULES, inactive_days=days))
        follow(page, f"#what-if={days}&sort=login")
        _, exported = download(page, f"people-what-if-{days}-days.csv")
        rows = other.people.sort_values("login").itertuples()
        assert [
            (each["login"], each["status"], each["idle"], each["flags"]) for each in exported
        ] == [(row.login, row.status, str(row.idle).lower(), row.flags) for row in rows]
        idle = f"{other.totals.idle} {'person' if other.totals.idle == 1 else 'people'}"
        expect(page.locator("#what-if-said")).to_contain_text(f"{idle} would be idle")
        follow(page, f"#what-if={days}&ask-first=yes")
        assert people_shown(page) == other.totals.ask_first, days


def test_the_view_has_its_total(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people)
    totals = sixty_people.totals
    cost = int(totals.idle_monthly_cost)
    expect(page.locator("#shown")).to_have_text(
        f"{totals.idle} people, USD\u00a0{cost:,} a month, USD\u00a0{12 * cost:,} a year with "
        "today\u2019s seats."
    )
    page.get_by_role("button", name="All", exact=True).click()
    whole = int(totals.monthly_cost)
    expect(page.locator("#shown")).to_have_text(
        f"{totals.people} people, USD\u00a0{whole:,} a month, USD\u00a0{12 * whole:,} a year with "
        f"today\u2019s seats. Idle: {totals.idle} people, USD\u00a0{cost:,} a month."
    )


# --- Acting on the list


def test_chosen_people_have_a_total_and_are_what_is_saved(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people)
    boxes = rows(page).get_by_role("checkbox")
    boxes.nth(0).check()
    boxes.nth(1).check()
    expect(page.locator("#chosen")).to_contain_text("Chosen: 2 people, USD")
    _, exported = download(page)
    assert [person["login"] for person in exported] == logins(page)[:2]
    page.get_by_role("button", name="Choose nobody").click()
    _, exported = download(page)
    assert len(exported) == sixty_people.totals.idle
    expect(page.locator("#chosen")).to_contain_text("Nobody is chosen")
    page.get_by_role("button", name="Choose all shown").click()
    expect(page.locator("#chosen")).to_contain_text(f"Chosen: {sixty_people.totals.idle} people")


WHAT_IF = "What if the limit were 40 days (the rule of this report: 30 days):\n"


COPIED = {
    "Copy logins": f"{WHAT_IF}person-",
    "Copy a link to this view": "file://",
    "Copy a reminder": f"{WHAT_IF}GitHub has recorded no recent use",
}


@pytest.mark.parametrize("is_allowed", [True, False])
def test_what_is_copied(show: Show, sixty_people: Report, *, is_allowed: bool) -> None:
    page = show(sixty_people, "#status=idle&what-if=40")
    catch_copies(page, is_allowed=is_allowed)
    for button, begins in COPIED.items():
        page.get_by_role("button", name=button).click()
        if is_allowed:
            expect(page.locator("#copied")).to_contain_text("copied.")
            text = page.evaluate("window.copied")
        else:
            text = page.locator("#by-hand textarea").input_value()
            page.get_by_role("button", name="Close", exact=True).click()
        assert text.startswith(begins)
        if button == "Copy a link to this view":
            assert text.endswith("#status=idle&what-if=40")
        else:
            assert text.count("person-") == people_shown(page)


def catch_copies(page: Page, *, is_allowed: bool = True) -> None:
    page.evaluate(
        """allowed => Object.defineProperty(navigator, "clipboard", { value: {
          writeText: async text => { if (!allowed) throw new Error("no"); window.copied = text; }
        } })""",
        is_allowed,
    )


def test_who_is_not_idle_is_not_reminded(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people, EVERYONE)
    catch_copies(page)
    idle = sixty_people.totals.idle
    page.get_by_role("button", name="Copy a reminder").click()
    expect(page.locator("#copied")).to_have_text(f"Reminder to {idle} idle people copied.")
    assert page.evaluate("window.copied").count("@person-") == idle
    page.get_by_role("button", name="New", exact=True).click()
    expect(page.get_by_role("button", name="Copy a reminder")).to_be_disabled()
    expect(page.get_by_role("button", name="Copy logins")).to_be_enabled()
    expect(page.locator("#copied")).to_be_empty()


def test_the_download_is_named_for_its_filter(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people)
    for address, name in (
        (EVERYONE, "people.csv"),
        ("", "people-idle.csv"),
        ("#ask-first=yes", "people-ask-first.csv"),
        ("#ask-first=no", "people-no-sign-of-use.csv"),
        ("#leaving=yes", "people-leaving.csv"),
        ("#team=Platform&team=", "people-Platform-granted-without-a-team.csv"),
        ("#status=active&search=vs+code", "people-active-vs-code.csv"),
    ):
        follow(page, address)
        download(page, name)


def test_logins_lead_to_github_where_they_are_real(show: Show, sixty_people: Report) -> None:
    page = show(replace(sixty_people, profiles="https://github.com/"))
    link = rows(page).first.get_by_role("link")
    assert link.get_attribute("href") == f"https://github.com/{logins(page)[0]}"
    assert show(sixty_people).locator("#people-table a").count() == 0


def test_the_colours_can_be_chosen(show: Show, sixty_people: Report) -> None:
    page = show(sixty_people, color_scheme="light")
    page.get_by_label("Theme").select_option("dark")
    red = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g)[0]")
    assert int(red) < 128
