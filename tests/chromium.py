"""The browser that the page is opened in."""

import shutil

from playwright.sync_api import Browser, Playwright

from tests import node

# Without these, Chromium itself looks for updates and the like.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def lacking() -> str:
    """Return what this machine lacks to open pages; empty where it can."""
    return "" if _program() else "Chromium (Debian: apt-get install chromium)"


def launch(playwright: Playwright) -> Browser:
    if lacking():
        node.missing(lacking())
    return playwright.chromium.launch(executable_path=_program(), args=list(_FLAGS))


def _program() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)
