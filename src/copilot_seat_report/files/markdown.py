"""GitHub-flavoured Markdown in which text from outside stays text."""

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup

# No name on GitHub is longer; a longer text would push the figures out of the summary.
_LONGEST = 300

# All ASCII punctuation except `(),./`, which has no meaning alone, and the dot in `www.`.
_PUNCTUATION = re.compile(r"[!-'*+\-:-@\[-`{-~]|(?<=www)\.", re.IGNORECASE)
# A code span has no escapes, so it must not contain what could end it or the table cell.
_PLAIN_CODE = re.compile(r"[^`|\\]+")


def escape(text: str) -> str:
    """Return text from outside so that GitHub shows it unchanged, within a line and in HTML.

    Punctuation becomes numeric entities, which Markdown never treats as syntax. An invisible
    `<wbr>` after each keeps GitHub from turning URLs, `@mentions` and `#references` into links, and
    `:emoji:` into pictures, which it does after rendering Markdown.
    """
    return _PUNCTUATION.sub(lambda mark: f"&#{ord(mark[0])};<wbr>", _line(text))


def code(text: str) -> str:
    """Return a name from outside as code, for Markdown; empty text stays empty."""
    text = _line(text)
    return f"`{text}`" if _PLAIN_CODE.fullmatch(text) else html_code(text)


def html_code(text: str) -> str:
    """Return a name from outside as code, for HTML; empty text stays empty."""
    return f"<code>{escape(text)}</code>" if text else ""


def marked(text: str) -> Markup:
    """Return text that is already Markdown, so that a template does not escape it."""
    return Markup(text)  # noqa: S704 not HTML, and text from outside is escaped


def row(cells: Iterable[str]) -> str:
    """Return a table row of cells that are already Markdown."""
    return f"| {' | '.join(cells)} |"


def table(head: Sequence[str], rows: Iterable[str]) -> str:
    """Return a table; a header that ends in `:` is for figures, which are right-aligned."""
    rule = ("---:" if name.endswith(":") else "---" for name in head)
    return "\n".join([row(name.removesuffix(":") for name in head), row(rule), *rows])


def _line(text: str) -> str:
    """Return the text on one line, cut if it is longer than any name."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
