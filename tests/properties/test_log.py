"""Whatever text reaches the log: it is one line, no command to the runner, and names nobody."""

import io
import string
from contextlib import redirect_stdout

from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.runner.log import Log

# What commands are made of, more often than chance would have it.
texts = st.lists(
    st.text() | st.sampled_from(["::", "##[", "##", "[", "\n", "\r", " ", "acme"])
).map("".join)
names = st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=12)


def said(text: str, **pseudonyms: str) -> str:
    with redirect_stdout(io.StringIO()) as stdout:
        Log(in_workflow=True, pseudonyms=pseudonyms).info(text)
    return stdout.getvalue()


@given(texts)
def test_a_line_is_no_command(text: str) -> None:
    line = said(text)

    assert len(line.splitlines()) == 1
    assert not line.lstrip().startswith("::")
    assert "##[" not in line


@given(texts, names, texts)
def test_a_name_is_not_seen_in_any_case(before: str, name: str, after: str) -> None:
    text = f"{before}{name.swapcase()}{after}"

    # A pseudonym of another script, so that it cannot hold the name.
    line = said(text, **{name: "\u4eba"})

    assert name.lower() not in line.lower().replace("\ufffd", "")
    assert "\u4eba" in line
