"""The job summary's chart, drawn by mermaid itself as GitHub draws them."""

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


@pytest.mark.parametrize(("theme", "times"), [("default", 1), ("dark", 12_345)])
def test_the_chart_is_drawn(page: Page, theme: str, times: int) -> None:
    """On either ground, of however many people."""
    made = report(60)
    breakdowns = tuple(
        replace(each, table=each.table.assign(people=each.table["people"] * times))
        for each in made.breakdowns
    )
    [bars] = draw(page, replace(made, breakdowns=breakdowns), theme)
    for label in ("24 hours", "60 days", "longer", "none"):
        assert label in bars


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
