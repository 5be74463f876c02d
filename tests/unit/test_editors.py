"""What GitHub's `last_activity_editor` means, by every shape that has been met."""

import doctest

import pytest

from copilot_seat_report.report import editors
from copilot_seat_report.report.editors import Editor, editor_of


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        ("", "", ""),
        ("vscode/1.77.3/copilot/1.86.82", "VS Code", "1.77.3"),
        ("vscode/1.100.2/", "VS Code", "1.100.2"),
        ("vscode", "VS Code", ""),
        ("VSCode/1.1", "VS Code", "1.1"),
        ("vscode/1.101.0-insider/", "VS Code Insiders", "1.101.0"),
        ("JetBrains-IC/243.26053.27/copilot-intellij/1", "IntelliJ IDEA Community", "243.26053.27"),
        ("JetBrains-PY/252.2/x/1", "PyCharm", "252.2"),
        ("JetBrains-XY/252.2/x/1", "JetBrains (XY)", "252.2"),
        ("JetBrains-/252.2", "JetBrains ()", "252.2"),
        ("VisualStudio/17.14.9/copilot-vs/1", "Visual Studio", "17.14.9"),
        ("Xcode/26.0/copilot-xcode/0.42.0", "Xcode", "26.0"),
        ("Neovim/0.11.4/copilot.vim/1.55.0", "Neovim", "0.11.4"),
        ("copilot-chat-platform", "GitHub.com", ""),
        ("copilot-mobile-ios", "GitHub Mobile (iOS)", ""),
        ("copilot-mobile-android", "GitHub Mobile (Android)", ""),
        ("knowledge-bases/create", "GitHub.com (knowledge bases)", ""),
        ("GitHubGhostPilot/1.0.0/unknown", "GitHub.com (GhostPilot)", ""),
        ("unknown-editor/0/unknown-editor-plugin/0", "Unknown editor", ""),
        (
            "simulation-tests-editor/1.85/simulation-tests-plugin/2",
            "simulation-tests-editor",
            "1.85",
        ),
        ("Brand-New 3000", "Brand-New 3000", ""),
        ("Brand-New/7/plug/2/more", "Brand-New", "7"),
        ("/1.0/x", "/1.0/x", "1.0"),
        ("/", "/", ""),
    ],
)
def test_editor_of(text: str, name: str, version: str) -> None:
    assert editor_of(text) == Editor(name, version)


def test_the_examples_in_its_words_are_right() -> None:
    assert doctest.testmod(editors).failed == 0
    assert doctest.testmod(editors).attempted == 3
