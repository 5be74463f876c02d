"""Any text may be the last activity's editor."""

from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.report import editors
from copilot_seat_report.report.editors import NOT_STATED, editor_of
from copilot_seat_report.report.telemetry import GUIDES, guides_for

KNOWN = [*editors._NAMES, *(f"JetBrains-{code}" for code in editors._JETBRAINS)]
texts = st.lists(
    st.text()
    | st.sampled_from([*KNOWN, *editors._NOTHING, *editors._VSCODE_PLUGINS])
    | st.sampled_from(["JetBrains-", "VSCODE", "unknown", "-insider", "/", "//", "1.2"]),
    max_size=5,
).map("/".join)


@given(texts)
def test_a_name_that_nobody_has_met_is_not_lost(text: str) -> None:
    name = text.partition("/")[0].strip()
    editor = editor_of(text)

    assert editor.name
    assert editor.version in text
    if editor.name == NOT_STATED:
        assert not editor.version
        assert name.lower().replace("_", "-").replace(" ", "-") in {"unknown", *editors._NOTHING}
    elif name.lower().startswith("jetbrains-"):
        assert "J" in editor.name or editor.name in editors._JETBRAINS.values()
    elif editor.name not in {*editors._NAMES.values(), "VS Code Insiders"}:
        assert editor.name == name


@given(texts)
def test_the_case_of_letters_makes_no_other_editor_of_a_known_one(text: str) -> None:
    known = {*editors._NAMES.values(), *editors._JETBRAINS.values(), "VS Code Insiders"}
    name = editor_of(text).name

    if name in known and text.isascii():
        assert editor_of(text.upper()).name == name


@given(texts)
def test_every_editor_has_a_page_on_telemetry(text: str) -> None:
    assert set(guides_for(text)) <= set(GUIDES)
    assert guides_for(text)
