"""The lock files are what pyproject.toml asks for, and the tests run what the image runs."""

import re
import tomllib
from pathlib import Path

import copilot_seat_report

ROOT = Path(__file__).parents[2]
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


def test_development_runs_on_the_versions_of_the_image() -> None:
    def versions(file: str) -> set[str]:
        return {requirement.split(" ;")[0] for requirement in locked(file)}

    assert versions("requirements.txt") <= versions("requirements-dev.txt")


def test_what_actions_toolkit_asks_for_and_never_imports_is_left_out() -> None:
    assert not {"pygithub", "requests", "cryptography"} & names(locked("requirements.txt"))


def test_the_package_and_the_project_have_one_version() -> None:
    assert copilot_seat_report.__version__ == PROJECT["project"]["version"]
