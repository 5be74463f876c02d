"""Guides for people who sign in without recorded activity.

GitHub's advice: wait 24 hours, then ask the person to check that telemetry is on in their editor
(https://docs.github.com/en/copilot/how-tos/administer-copilot/manage-for-organization/review-activity/review-user-activity-data).
"""

import pandas as pd

from copilot_seat_report.report.editors import editor_of
from copilot_seat_report.report.model import TelemetryCase
from copilot_seat_report.report.seats import datetimes

GITHUB_PAGE = "https://docs.github.com/en/copilot/reference/metrics-data"

_VSCODE = ("VS Code", "https://code.visualstudio.com/docs/configure/telemetry")
_JETBRAINS = (
    "JetBrains IDEs",
    "https://www.jetbrains.com/help/idea/settings-usage-statistics.html",
)
_VISUAL_STUDIO = (
    "Visual Studio",
    "https://learn.microsoft.com/visualstudio/ide/visual-studio-experience-improvement-program",
)
_AZURE_DATA_STUDIO = (
    "Azure Data Studio",
    "https://learn.microsoft.com/azure-data-studio/usage-data-collection",
)
_OTHERS = (
    "Xcode, Eclipse, Vim/Neovim",
    "https://docs.github.com/en/copilot/how-tos/configure-personal-settings/configure-in-ide",
)
GUIDES = (_VSCODE, _JETBRAINS, _VISUAL_STUDIO, _AZURE_DATA_STUDIO, _OTHERS)

# By the editor's name; all JetBrains IDEs have one page.
_BY_EDITOR = {
    "VS Code": _VSCODE,
    "VS Code Insiders": _VSCODE,
    "Visual Studio": _VISUAL_STUDIO,
    "Azure Data Studio": _AZURE_DATA_STUDIO,
    "Xcode": _OTHERS,
    "Eclipse": _OTHERS,
    "Vim": _OTHERS,
    "Neovim": _OTHERS,
}


def guides_for(last_activity_editor: str) -> tuple[tuple[str, str], ...]:
    """Return the telemetry guide of a known editor, or all guides for an unknown one."""
    if last_activity_editor.strip().lower().startswith(("jetbrains", "intellij")):
        return (_JETBRAINS,)
    name = editor_of(last_activity_editor).name
    return (_BY_EDITOR[name],) if name in _BY_EDITOR else GUIDES


def telemetry_cases(people: pd.DataFrame) -> tuple[TelemetryCase, ...]:
    """Return the people flagged `check-telemetry`, in the order of the table."""
    columns = [
        "login",
        "editor",
        "last_activity_editor",
        "last_authenticated_at",
        "last_activity_at",
    ]
    flagged = people.loc[people["check_telemetry"], columns]
    return tuple(
        TelemetryCase(
            login=login,
            editor=editor,
            last_authenticated_at=signed_in,
            last_activity_at=active,
            guides=guides_for(text),
        )
        for login, editor, text, signed_in, active in zip(
            flagged["login"].tolist(),
            flagged["editor"].tolist(),
            flagged["last_activity_editor"].tolist(),
            datetimes(flagged["last_authenticated_at"]),
            datetimes(flagged["last_activity_at"]),
            strict=True,
        )
        if signed_in is not None  # the flag says so already
    )
