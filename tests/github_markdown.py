"""Markdown as GitHub reads it: cmark-gfm, which is GitHub's own parser, and what a reader sees."""

from functools import cached_property
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

# What the summary consists of. Anything else came in through a name.
ELEMENTS = frozenset(
    "h1 h2 p strong em a code pre blockquote ul ol li table thead tbody tr th td "
    "details summary wbr".split()
)


def to_html(markdown: str) -> str:
    html: str = cmarkgfm.github_flavored_markdown_to_html(
        markdown, options=Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_GITHUB_PRE_LANG
    )
    return html


class Seen(HTMLParser):
    """The rendered text: tables by cells, headings, titles of folds, links, text outside code."""

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[str] = set()
        self.headings: list[str] = []
        self.folds: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.tables: list[list[list[str]]] = []
        self.charts: list[str] = []
        self.prose: list[str] = []
        self._text: list[str] = []
        self._open: list[str] = []
        self._link = ""
        self.feed(to_html(markdown))
        self.close()

    @cached_property
    def text(self) -> str:
        """All text, charts included."""
        return "".join(self._text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        if tag == "wbr":
            return
        self._open.append(tag)
        if tag == "a":
            self._link = dict(attrs)["href"] or ""
        elif tag in ("h1", "h2"):
            self.headings.append("")
        elif tag == "summary":
            self.folds.append("")
        elif tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "pre":
            assert dict(attrs) == {"lang": "mermaid"}
            self.charts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self._text.append(data)
        if "pre" in self._open:
            self.charts[-1] += data
        elif "code" not in self._open:
            self.prose.append(data)
        if "a" in self._open:
            self.links.append((data, self._link))
        if {"td", "th"} & set(self._open):
            self.tables[-1][-1][-1] += data
        if {"h1", "h2"} & set(self._open):
            self.headings[-1] += data
        if "summary" in self._open:
            self.folds[-1] += data

    def rows(self, *head: str) -> list[list[str]]:
        """The rows of all tables whose head begins so."""
        return [
            row
            for table in self.tables
            if tuple(table[0][: len(head)]) == head
            for row in table[1:]
        ]
