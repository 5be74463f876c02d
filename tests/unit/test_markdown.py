"""Text from outside, in Markdown."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.files.markdown import code, escape, html_code, row, table
from tests.github_markdown import ELEMENTS, Seen
from tests.reports import TRICKS

WHITESPACE = ("a  b", "two\nlines\r\n\r\nthree", " at the ends ")
# What GitHub looks for in rendered text to make links and pictures of.
AUTOLINKS = re.compile(r"@\w|#\d|GH-\d|:\w+:|\$\w|www\.\w|://", re.IGNORECASE)
WITHIN = ("Seen: {} end", "- Seen: {}", "**Text {} text**")
FIRST = ("{}", "- {}", "{} text")

Write = Callable[[str], str]

texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=80) | st.text(
    "`|\\<>&@#*_~[]()!:.-w$1 \n", max_size=30
)


def shown(text: str) -> str:
    return " ".join(text.split())


def assert_is_text(markdown: str, text: str) -> None:
    seen = Seen(markdown)
    assert seen.elements <= ELEMENTS
    assert not seen.links
    assert shown(text) in shown(seen.text)
    assert not any(map(AUTOLINKS.search, seen.prose))


@pytest.mark.parametrize("context", WITHIN)
@pytest.mark.parametrize("write", [code, html_code, escape])
@pytest.mark.parametrize("text", TRICKS + WHITESPACE)
def test_a_name_is_shown_as_it_is(text: str, write: Write, context: str) -> None:
    assert_is_text(context.format(write(text)), text)


@pytest.mark.parametrize("context", FIRST)
@pytest.mark.parametrize("write", [code, html_code])
@pytest.mark.parametrize("text", TRICKS + WHITESPACE)
def test_code_may_begin_a_line(text: str, write: Write, context: str) -> None:
    assert_is_text(context.format(write(text)), text)


@pytest.mark.parametrize("write", [code, html_code, escape])
@pytest.mark.parametrize("text", TRICKS + WHITESPACE)
def test_a_name_stays_in_its_cell(text: str, write: Write) -> None:
    seen = Seen(table(("A", "B:"), [row((write(text), "1"))]))
    assert seen.rows("A", "B") == [[shown(text), "1"]]
    assert_is_text(table(("A",), [row((write(text),))]), text)


@pytest.mark.parametrize("write", [html_code, escape])
@pytest.mark.parametrize("text", TRICKS + WHITESPACE)
def test_a_name_is_shown_as_it_is_in_html(text: str, write: Write) -> None:
    assert_is_text(f"<details>\n<summary>{write(text)}</summary>\n\ntext\n\n</details>", text)


@given(texts)
def test_any_text_is_shown_as_it_is(text: str) -> None:
    for write in (code, html_code, escape):
        seen = Seen(table(("A", "B"), [row((write(text), "1"))]))
        assert [shown(cell) for cell in seen.rows("A", "B")[0]] == [shown(text), "1"]
        assert_is_text(f"Seen: {write(text)} end", text)


def test_no_name_fills_the_summary() -> None:
    assert len(Seen(code("x" * 10_000)).text) < 310


def test_an_ordinary_name_is_left_as_it_is() -> None:
    assert code("octo-cat_acme") == "`octo-cat_acme`"
    assert escape("GitHub Mobile (iOS)") == "GitHub Mobile (iOS)"
    assert code("") == ""
