"""The page as people see it: in Chromium, from a file, with the network cut off."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from copilot_seat_report.files.page import write_page
from copilot_seat_report.report.model import Report
from tests.chromium import launch

Show = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Report], Path]:
    """Return where a report's page is, written when first asked for."""
    folder = tmp_path_factory.mktemp("pages")
    written: dict[int, Report] = {}

    def write(report: Report) -> Path:
        path = folder / f"{id(report)}.html"
        # Who is kept here is of no other's id.
        if id(report) not in written:
            written[id(report)] = report
            write_page(report, path)
        return path

    return write


@pytest.fixture
def show(chromium: Browser, page_file: Callable[[Report], Path]) -> Iterator[Show]:
    """Open a report's page; in the end nothing was asked of the network, and no error was told."""
    complaints: list[str] = []

    def note_request(request: Request) -> None:
        if not request.url.startswith(("file://", "blob:")):
            complaints.append(f"request of {request.url}")

    def open_page(
        report: Report,
        address: str = "",
        **options: Any,  # noqa: ANN401 - those of Playwright's new_context
    ) -> Page:
        page = chromium.new_context(offline=True, **options).new_page()
        page.on("request", note_request)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
        page.goto(page_file(report).as_uri() + address)
        return page

    yield open_page
    for context in chromium.contexts:
        context.close()
    assert complaints == []
