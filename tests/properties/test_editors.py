"""Any text may be the last activity's editor."""

from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.report import editors
from copilot_seat_report.report.editors import editor_of
from copilot_seat_report.report.telemetry import GUIDES, guides_for

KNOWN = [*editors._NAMES, *(f"jetbrains-{code}" for code in editors._JETBRAINS)]
texts = st.lists(
    st.text() | st.sampled_from([*KNOWN, "JetBrains-", "VSCODE", "-insider", "/", "//", "1.2"]),
    max_size=5,
).map("/".join)


@given(texts)
def test_a_name_that_nobody_has_met_is_not_lost(text: str) -> None:
    name = text.partition("/")[0]
    editor = editor_of(text)

    if name.lower() in KNOWN:
        assert editor.name
    elif name.lower().startswith("jetbrains-"):
        assert name.removeprefix(name[:10]) in editor.name
    else:
        assert editor.name == (name or text)
    assert bool(editor.name) is bool(text)
    assert editor.version in text


@given(texts)
def test_every_editor_has_a_page_on_telemetry(text: str) -> None:
    assert set(guides_for(text)) <= set(GUIDES)
    assert guides_for(text)
