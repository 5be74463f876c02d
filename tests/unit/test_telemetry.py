"""Who signs in while nothing is recorded: what was seen, and the pages that tell how to mend it."""

from datetime import timedelta

import pytest

from copilot_seat_report.github.copilot import Assignee, Seat
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.telemetry import GUIDES, guides_for
from tests.made_up import NOW
from tests.reports import report_of

DAY = timedelta(days=1)


def seat(number: int, *, idle: int | None, signed_in: int, editor: str | None = None) -> Seat:
    return Seat(
        created_at=NOW - 200 * DAY,
        assignee=Assignee(number, f"person-{number}"),
        last_activity_at=None if idle is None else NOW - idle * DAY,
        last_authenticated_at=NOW - signed_in * DAY,
        last_activity_editor=editor,
    )


def test_each_case_tells_what_was_seen() -> None:
    report = report_of(
        [
            seat(1, idle=50, signed_in=2, editor="vscode/1.105.1/"),
            seat(2, idle=None, signed_in=3),
            seat(3, idle=5, signed_in=1),
        ]
    )

    unseen, inactive = report.telemetry  # in the order of the report's people
    assert (unseen.login, unseen.editor) == ("person-2", "")
    assert unseen.last_activity_at is None
    assert unseen.last_authenticated_at == NOW - 3 * DAY
    assert unseen.guides == GUIDES
    assert (inactive.login, inactive.editor) == ("person-1", "VS Code")
    assert inactive.last_activity_at == NOW - 50 * DAY
    assert inactive.last_authenticated_at == NOW - 2 * DAY
    assert inactive.guides == (
        ("VS Code", "https://code.visualstudio.com/docs/configure/telemetry"),
    )


def test_a_case_is_anonymous_where_the_report_is() -> None:
    pseudonyms = Pseudonyms("key")
    report = report_of([seat(1, idle=None, signed_in=3)], pseudonyms=pseudonyms)

    assert report.telemetry[0].login == pseudonyms.of("person", "1")


@pytest.mark.parametrize(
    ("text", "editors"),
    [
        ("vscode/1.1/copilot/1", ["VS Code"]),
        ("VSCode/1.1", ["VS Code"]),
        ("vscode/1.101.0-insider/", ["VS Code"]),
        ("JetBrains-IC/243/x/1", ["JetBrains IDEs"]),
        ("JetBrains-XY/243/x/1", ["JetBrains IDEs"]),
        ("VisualStudio/17/x/1", ["Visual Studio"]),
        ("Xcode/26/x/1", ["Xcode, Eclipse, Vim/Neovim"]),
        ("Neovim/0.11/x/1", ["Xcode, Eclipse, Vim/Neovim"]),
        ("azuredatastudio/1/x/1", ["Azure Data Studio"]),
        ("Eclipse IDE/4.34/copilot-intellij/1", ["Xcode, Eclipse, Vim/Neovim"]),
        ("unknown/GitHubCopilotChat/0.26.7", ["VS Code"]),
        ("None", [name for name, _ in GUIDES]),
        ("copilot-developer", [name for name, _ in GUIDES]),
        ("", [name for name, _ in GUIDES]),
        ("unknown-editor/0/x/0", [name for name, _ in GUIDES]),
        ("copilot-chat-platform", [name for name, _ in GUIDES]),
    ],
)
def test_the_editors_own_page_or_all_where_it_is_not_known(text: str, editors: list[str]) -> None:
    assert [name for name, _ in guides_for(text)] == editors


def test_every_page_is_one_of_the_editors_makers_or_of_github() -> None:
    for _, address in GUIDES:
        assert address.split("/")[2] in (
            "code.visualstudio.com",
            "www.jetbrains.com",
            "learn.microsoft.com",
            "docs.github.com",
        )
