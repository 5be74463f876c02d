"""The lock files are what pyproject.toml asks for, and the tests run what the image runs."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import copilot_seat_report

ROOT = Path(__file__).parents[2]
# What is called otherwise than the module that it brings.
DISTRIBUTIONS = {
    "actions_toolkit": "actions-toolkit",
    "azure": "azure-storage-blob",
    "jsonschema_rs": "jsonschema-rs",
    "markdown_it": "markdown-it-py",
    "yaml": "pyyaml",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def locked(file: str) -> set[str]:
    """The requirements of a lock file, each with its version and marker."""
    lines = (ROOT / file).read_text("utf-8").splitlines()
    return {line.removesuffix(" \\") for line in lines if re.match(r"\w", line)}


def names(requirements: set[str] | list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", requirement)[0] for requirement in requirements}


def test_every_dependency_is_locked() -> None:
    assert names(PROJECT["project"]["dependencies"]) <= names(locked("requirements.txt"))
    assert names(PROJECT["dependency-groups"]["dev"]) <= names(locked("requirements-dev.txt"))


def imported(*folders: str) -> set[str]:
    """The distributions whose modules are imported there."""
    modules = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules.add(node.module or "")
    foreign = {
        top
        for top in (module.partition(".")[0] for module in modules)
        if top not in sys.stdlib_module_names and not (ROOT / top).is_dir()
    } - {"copilot_seat_report"}
    return {DISTRIBUTIONS.get(top, top) for top in foreign}


def test_what_is_imported_is_declared() -> None:
    """A module that only another dependency happens to bring may go with its next version."""
    at_run_time = names(PROJECT["project"]["dependencies"])
    for_development = names(PROJECT["dependency-groups"]["dev"])

    assert imported("src") <= at_run_time
    assert imported("tests", "benchmarks", "scripts") <= at_run_time | for_development


def test_development_runs_on_the_versions_of_the_image() -> None:
    def versions(file: str) -> set[str]:
        return {requirement.split(" ;")[0] for requirement in locked(file)}

    assert versions("requirements.txt") <= versions("requirements-dev.txt")


def test_what_actions_toolkit_asks_for_and_never_imports_is_left_out() -> None:
    assert not {"pygithub", "requests", "cryptography"} & names(locked("requirements.txt"))


def test_the_package_and_the_project_have_one_version() -> None:
    assert copilot_seat_report.__version__ == PROJECT["project"]["version"]
