"""Whatever text reaches the log: it is one line and no command to the runner."""

import io
from contextlib import redirect_stdout

from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.runner.log import Log

# What commands are made of, more often than chance would have it.
texts = st.lists(
    st.text() | st.sampled_from(["::", "##[", "##", "[", "\n", "\r", " ", "acme"])
).map("".join)


def said(text: str) -> str:
    with redirect_stdout(io.StringIO()) as stdout:
        Log(in_workflow=True).info(text)
    return stdout.getvalue()


@given(texts)
def test_a_line_is_no_command(text: str) -> None:
    line = said(text)

    assert len(line.splitlines()) == 1
    assert not line.lstrip().startswith("::")
    assert "##[" not in line
