"""The meaning of GitHub's `last_activity_editor`: an editor, or a feature outside editors.

The text is `NAME/VERSION/PLUGIN/PLUGIN-VERSION` with one to four parts; the example in
https://docs.github.com/en/rest/copilot/copilot-user-management is `vscode/1.77.3/copilot/1.86.82`.
GitHub's own activity report states the same text as "Last Surface Used". Each feature has one
name, that of GitHub's current documentation, even if the data has several spellings. An unknown
name is shown unchanged.
"""

from typing import NamedTuple

NOT_STATED = "not stated"

# Keys are in lower case, with hyphens for underscores and spaces.
_NAMES = {
    "vscode": "VS Code",
    "vscode-chat": "VS Code",
    "visualstudio": "Visual Studio",
    "visualstudio-chat": "Visual Studio",
    "vs": "Visual Studio",
    "xcode": "Xcode",
    "xcode-chat": "Xcode",
    "eclipse": "Eclipse",
    "eclipse-ide": "Eclipse",
    "eclipse-chat": "Eclipse",
    "vim": "Vim",
    "neovim": "Neovim",
    "emacs": "Emacs",
    "zed": "Zed",
    "azuredatastudio": "Azure Data Studio",
    "intellij": "JetBrains IDE",
    "jetbrains": "JetBrains IDE",
    "copilot-chat": "Copilot Chat on GitHub.com",
    "copilot-chat-platform": "Copilot Chat on GitHub.com",
    "copilot-pr-review": "Copilot code review",
    "copilot-pr-reviews": "Copilot code review",
    "copilot-pull-request-review": "Copilot code review",
    "copilot-developer": "Copilot cloud agent",
    "copilot-cli": "Copilot CLI",
    "copilot-chat-cli": "Copilot CLI",
    "copilot-developer-cli": "Copilot CLI",
    "copilot-developer-app": "Copilot app",
    "copilot-mobile-ios": "GitHub Mobile (iOS)",
    "copilot-mobile-android": "GitHub Mobile (Android)",
    "github-spark": "GitHub Spark",
    "github.com": "GitHub.com",
    "knowledge-bases": "GitHub.com (knowledge bases)",
    "githubghostpilot": "GitHub.com (GhostPilot)",
    "unknown-editor": "Unknown editor",
}

# JetBrains' product codes, after "JetBrains-".
_JETBRAINS = {
    "": "JetBrains IDE",
    "chat": "JetBrains IDE",
    "ic": "IntelliJ IDEA Community",
    "iu": "IntelliJ IDEA",
    "ie": "IntelliJ IDEA Educational",
    "pc": "PyCharm Community",
    "py": "PyCharm",
    "ws": "WebStorm",
    "ps": "PhpStorm",
    "rm": "RubyMine",
    "go": "GoLand",
    "cl": "CLion",
    "rd": "Rider",
    "rr": "RustRover",
    "db": "DataGrip",
    "ds": "DataSpell",
    "jbc": "JetBrains Client",
    "ai": "Android Studio",
}

_NOTHING = frozenset({"", "none", "null", "nil", "unspecified", "unspecified-surface"})
# After "unknown/" comes a plugin: these are VS Code's, whose own version is not stated.
_VSCODE_PLUGINS = frozenset({"githubcopilotchat", "githubcopilot", "copilot-chat", "copilot"})
# The number after these has no meaning.
_WITHOUT_VERSION = frozenset({"unknown-editor", "githubghostpilot"})


class Editor(NamedTuple):
    """An editor's name for people, and its version as GitHub states it, or the empty text."""

    name: str
    version: str


def editor_of(last_activity_editor: str) -> Editor:
    """Return the editor or feature and its version; `NOT_STATED` if the text names none.

    >>> editor_of("vscode/1.100.2/copilot-chat/0.27.2")
    Editor(name='VS Code', version='1.100.2')
    >>> editor_of("JetBrains-IC/243.26053.27/copilot-intellij/1.5.40-243")
    Editor(name='IntelliJ IDEA Community', version='243.26053.27')
    >>> editor_of("unknown/GitHubCopilotChat/0.26.7")
    Editor(name='VS Code', version='')
    >>> editor_of("copilot_pr_review")
    Editor(name='Copilot code review', version='')
    >>> editor_of("something new")
    Editor(name='something new', version='')
    >>> editor_of("/unknown")
    Editor(name='not stated', version='')
    """
    stated, _, rest = last_activity_editor.strip().partition("/")
    second = rest.partition("/")[0]
    # The version's place may have a plugin's name, "create" or "unknown".
    version = second if second[:1].isdecimal() else ""
    name = stated.strip()
    known = name.lower().replace("_", "-").replace(" ", "-")
    if known == "unknown":
        return Editor("VS Code" if second.lower() in _VSCODE_PLUGINS else NOT_STATED, "")
    if known in _NOTHING:
        return Editor(NOT_STATED, "")
    if known.startswith("jetbrains-"):
        code = known.removeprefix("jetbrains-")
        return Editor(_JETBRAINS.get(code, f"JetBrains ({code.upper()})"), version)
    if known == "vscode" and version.lower().endswith("-insider"):
        return Editor("VS Code Insiders", version[: -len("-insider")])
    return Editor(_NAMES.get(known, name), "" if known in _WITHOUT_VERSION else version)
