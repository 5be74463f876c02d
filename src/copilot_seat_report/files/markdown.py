"""GitHub-flavoured Markdown in which text from outside stays text."""

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup

# No name on GitHub is longer; what is, would push the figures out of the summary.
_LONGEST = 300

# All of ASCII's but `(),./`, which mean nothing alone, and the dot that makes an address of `www.`.
_PUNCTUATION = re.compile(r"[!-'*+\-:-@\[-`{-~]|(?<=www)\.", re.IGNORECASE)
# A code span has no escapes: what could end it, or the table's cell around it, is not in one.
_PLAIN_CODE = re.compile(r"[^`|\\]+")


def escape(text: str) -> str:
    """Return text from outside so that GitHub shows it as it is, within a line and in HTML.

    Punctuation is written as numbers, which Markdown never takes for its own signs. A `<wbr>`,
    which shows nothing, behind each keeps GitHub from making links of addresses, `@mentions` and
    `#references`, and pictures of `:emoji:`, which it looks for when Markdown is done.
    """
    return _PUNCTUATION.sub(lambda mark: f"&#{ord(mark[0])};<wbr>", _line(text))


def code(text: str) -> str:
    """Return a name from outside as code, for Markdown; empty text stays empty."""
    text = _line(text)
    return f"`{text}`" if _PLAIN_CODE.fullmatch(text) else html_code(text)


def html_code(text: str) -> str:
    """Return a name from outside as code, for where HTML is written; empty text stays empty."""
    return f"<code>{escape(text)}</code>" if text else ""


def marked(text: str) -> Markup:
    """Return text that is Markdown already, so that a template takes it as it is."""
    return Markup(text)  # noqa: S704 not HTML, and of what comes from outside all is escaped


def row(cells: Iterable[str]) -> str:
    """Return a table's row of cells that are Markdown already."""
    return f"| {' | '.join(cells)} |"


def table(head: Sequence[str], rows: Iterable[str]) -> str:
    """Return a table; a head that ends in `:` stands over figures, which are put to the right."""
    rule = ("---:" if name.endswith(":") else "---" for name in head)
    return "\n".join([row(name.removesuffix(":") for name in head), row(rule), *rows])


def _line(text: str) -> str:
    """Return the text on one line, cut where it is longer than any name."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
