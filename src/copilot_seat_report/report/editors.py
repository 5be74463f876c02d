"""What GitHub's `last_activity_editor` means.

The text is `NAME/VERSION/PLUGIN/PLUGIN-VERSION` with one to four parts; the example of
https://docs.github.com/en/rest/copilot/copilot-user-management is `vscode/1.77.3/copilot/1.86.82`.
Names that nobody has met yet are shown as they are.
"""

from typing import NamedTuple

_NAMES = {
    "vscode": "VS Code",
    "visualstudio": "Visual Studio",
    "vs": "Visual Studio",
    "xcode": "Xcode",
    "eclipse": "Eclipse",
    "vim": "Vim",
    "neovim": "Neovim",
    "emacs": "Emacs",
    "zed": "Zed",
    "azuredatastudio": "Azure Data Studio",
    "copilot-chat-platform": "GitHub.com",
    "copilot-mobile-ios": "GitHub Mobile (iOS)",
    "copilot-mobile-android": "GitHub Mobile (Android)",
    "copilot-cli": "Copilot CLI",
    "copilot-chat-cli": "Copilot CLI",
    "knowledge-bases": "GitHub.com (knowledge bases)",
    "githubghostpilot": "GitHub.com (GhostPilot)",
    "unknown-editor": "Unknown editor",
}

_JETBRAINS = {
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
    "ai": "Android Studio",
}


class Editor(NamedTuple):
    """A name people know and the version as GitHub gives it; both may be empty."""

    name: str
    version: str


def editor_of(last_activity_editor: str) -> Editor:
    """Tell the editor and its version; of an empty text, both are empty.

    >>> editor_of("vscode/1.100.2/copilot-chat/0.27.2")
    Editor(name='VS Code', version='1.100.2')
    >>> editor_of("JetBrains-IC/243.26053.27/copilot-intellij/1.5.40-243")
    Editor(name='IntelliJ IDEA Community', version='243.26053.27')
    >>> editor_of("something new")
    Editor(name='something new', version='')
    """
    name, _, rest = last_activity_editor.partition("/")
    version = rest.partition("/")[0]
    known = name.lower()
    if known.startswith("jetbrains-"):
        return Editor(
            _JETBRAINS.get(known.removeprefix("jetbrains-"), f"JetBrains ({name[10:]})"), version
        )
    if known == "vscode" and version.endswith("-insider"):
        return Editor("VS Code Insiders", version.removesuffix("-insider"))
    if known not in _NAMES:
        return Editor(name or last_activity_editor, version)
    # These have no version of their own; what follows the name is another thing or a filler.
    if known in ("knowledge-bases", "unknown-editor", "githubghostpilot"):
        version = ""
    return Editor(_NAMES[known], version)
