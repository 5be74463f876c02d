"""What GitHub's `last_activity_editor` means, by every shape that has been met."""

import doctest
from datetime import timedelta

import pytest

from copilot_seat_report.report import editors
from copilot_seat_report.report.editors import NOT_STATED, Editor, editor_of
from tests.made_up import seat
from tests.reports import report


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        ("vscode/1.77.3/copilot/1.86.82", "VS Code", "1.77.3"),
        ("vscode/1.100.2/", "VS Code", "1.100.2"),
        ("vscode", "VS Code", ""),
        ("VSCode/1.1", "VS Code", "1.1"),
        ("vscode/1.101.0-insider/", "VS Code Insiders", "1.101.0"),
        ("VSCODE/1.101.0-INSIDER/", "VS Code Insiders", "1.101.0"),
        ("vscode-chat/1.101.0", "VS Code", "1.101.0"),
        ("JetBrains-IC/243.26053.27/copilot-intellij/1", "IntelliJ IDEA Community", "243.26053.27"),
        ("JetBrains-PY/252.2/x/1", "PyCharm", "252.2"),
        ("jetbrains-iu/261.22158.277/copilot-intellij/1.6.2", "IntelliJ IDEA", "261.22158.277"),
        ("JetBrains-XY/252.2/x/1", "JetBrains (XY)", "252.2"),
        ("jetbrains-xy/252.2/x/1", "JetBrains (XY)", "252.2"),
        ("JetBrains-/252.2", "JetBrains IDE", "252.2"),
        ("VisualStudio/17.14.9/copilot-vs/1", "Visual Studio", "17.14.9"),
        ("VisualStudio/18.6.0-insiders/copilot-vs/18.6", "Visual Studio", "18.6.0-insiders"),
        ("Xcode/26.0/copilot-xcode/0.42.0", "Xcode", "26.0"),
        ("Eclipse IDE/4.34.0.20241128-0756/copilot-intellij/1", "Eclipse", "4.34.0.20241128-0756"),
        ("Neovim/0.11.4/copilot.vim/1.55.0", "Neovim", "0.11.4"),
        ("simulation-tests-editor/1.85/simulation-plugin/2", "simulation-tests-editor", "1.85"),
        ("Brand-New 3000", "Brand-New 3000", ""),
        ("Brand-New/7/plug/2/more", "Brand-New", "7"),
    ],
)
def test_an_editor_and_its_version(text: str, name: str, version: str) -> None:
    assert editor_of(text) == Editor(name, version)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("Copilot Chat on GitHub.com", "copilot-chat copilot-chat-platform Copilot-Chat"),
        (
            "Copilot code review",
            "copilot-pr-reviews copilot_pr_review copilot_pull_request_review COPILOT_PR_REVIEW",
        ),
        ("Copilot cloud agent", "copilot-developer Copilot-Developer"),
        ("Copilot CLI", "copilot-cli copilot-chat-cli copilot-developer-cli"),
        ("Copilot app", "copilot-developer-app"),
        ("GitHub Spark", "github_spark github-spark"),
        ("GitHub Mobile (iOS)", "copilot-mobile-ios"),
        ("GitHub Mobile (Android)", "copilot-mobile-android"),
        ("GitHub.com (knowledge bases)", "knowledge-bases/create"),
        ("GitHub.com (GhostPilot)", "GitHubGhostPilot/1.0.0/unknown"),
        ("Unknown editor", "unknown-editor/0/unknown-editor-plugin/0"),
    ],
)
def test_a_feature_has_one_name_however_it_is_spelled(name: str, texts: str) -> None:
    assert {editor_of(text) for text in texts.split()} == {Editor(name, "")}


@pytest.mark.parametrize(
    "text",
    [
        "unknown/GitHubCopilotChat/0.26.7",
        "unknown/GithubCopilot/1.399.0",
        "Unknown/copilot-chat/0.36.2",
    ],
)
def test_a_plugin_of_vs_code_does_not_pass_for_its_version(text: str) -> None:
    assert editor_of(text) == Editor("VS Code", "")


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "None", "none", "null", "Unspecified surface", "unspecified"),
        *("/unknown", "unknown", "unknown/", "unknown/something/2.0", "/", "/1.0/x"),
    ],
)
def test_a_text_that_states_no_editor(text: str) -> None:
    assert editor_of(text) == Editor(NOT_STATED, "")


@pytest.mark.parametrize(
    ("text", "idle", "editor", "version"),
    [
        ("vscode/1.77.3/", timedelta(1), "VS Code", "1.77.3"),
        ("", timedelta(1), NOT_STATED, ""),
        (None, timedelta(40), NOT_STATED, ""),
        (None, None, "", ""),
        # GitHub drops the date after 90 days; a text that it kept says nothing of a use.
        ("vscode/1.77.3/", None, "", ""),
    ],
)
def test_under_which_editor_a_person_stands(
    text: str | None, idle: timedelta | None, editor: str, version: str
) -> None:
    record = {**seat(1, idle=idle, granted=timedelta(200)), "last_activity_editor": text}

    made = report([record])

    for table in (made.people, made.seats):
        assert table[["editor", "editor_version"]].to_numpy().tolist() == [[editor, version]]
    assert made.editors["editor"].tolist() == [editor]


def test_the_examples_in_its_words_are_right() -> None:
    assert doctest.testmod(editors).failed == 0
    assert doctest.testmod(editors).attempted == 6
