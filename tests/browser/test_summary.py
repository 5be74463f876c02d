"""The job summary's chart, drawn by mermaid itself as GitHub draws them."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Dialog, Page

from copilot_seat_report.files.summary import render_summary
from copilot_seat_report.report.model import Report
from scripts.pictures import summary_page
from tests import made_up, node
from tests.made_up import days, seat, team
from tests.reports import TRICKS, report


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    node.install()
    page = chromium.new_page()
    yield page
    page.close()


def draw(page: Page, made: Report, theme: str = "default") -> list[str]:
    """Return the texts of each chart, once all are drawn."""
    page.set_content(summary_page(render_summary(made, detail="full"), theme))
    page.evaluate("window.drawn")
    return page.locator("pre.mermaid > svg").all_text_contents()


CUT_LABELS = """svg => [...svg.querySelectorAll("text")].map(text => [
    text.textContent, text.getBoundingClientRect().left - svg.getBoundingClientRect().left
]).filter(([, left]) => left < 0)"""
WIDTHS = """svg => [...svg.querySelectorAll(".plot rect")].map(bar => bar.width.baseVal.value)"""
# The first is the ground.
PAINTS = """svg => [...svg.querySelectorAll("text, rect, path")].map(each => {
    const {fill, stroke} = getComputedStyle(each);
    return each.matches("path") ? stroke : fill;
})"""


@pytest.mark.parametrize(("theme", "times"), [("default", 1), ("dark", 12_345)])
def test_the_chart_is_drawn(page: Page, theme: str, times: int) -> None:
    """On either ground, of however many people."""
    made = report(60)
    breakdowns = tuple(
        replace(each, table=each.table.assign(people=each.table["people"] * times))
        for each in made.breakdowns
    )
    [bars] = draw(page, replace(made, breakdowns=breakdowns), theme)
    counts = made.ages["people"] * times
    for label, number in {"24 hours": 0, "1-7 days": 1, "longer": -2, "none": -1}.items():
        assert f"{label}: {counts.iloc[number]:,}" in bars
    svg = page.locator("pre.mermaid > svg")
    assert svg.evaluate(CUT_LABELS) == []
    # Nobody has no bar, and the most people have the whole width.
    widths = svg.evaluate(WIDTHS)
    assert widths == pytest.approx([max(widths) * count / max(counts) for count in counts])


def luminance(paint: str) -> float:
    """As WCAG reckons it: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", paint)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", ["default", "dark"])
def test_all_of_the_chart_stands_out_from_its_ground(page: Page, theme: str) -> None:
    draw(page, report(60), theme)

    ground, *paints = page.locator("pre.mermaid > svg").evaluate(PAINTS)
    assert ground == "rgb(255, 255, 255)"
    assert len(set(paints)) > 1
    for paint in set(paints):
        assert (luminance(ground) + 0.05) / (luminance(paint) + 0.05) >= 4.5


def test_no_name_runs_as_a_script(page: Page) -> None:
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    records = [
        seat(
            number,
            idle=days(45),
            signed_in=days(1),
            assignee=made_up.user(number, login=text),
            assigning_team=team(text),
            last_activity_editor=text,
        )
        for number, text in enumerate(TRICKS, 1)
    ]
    assert len(draw(page, report(records))) == 1
    assert dialogs == []
    assert page.locator("main :is(img, script, iframe, form, input)").count() == 0
