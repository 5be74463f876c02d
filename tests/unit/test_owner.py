"""What root makes in the workspace belongs to the workspace's owner."""

import os
from pathlib import Path

import pytest

from copilot_seat_report.destination import MANIFEST
from copilot_seat_report.runner.log import Log
from copilot_seat_report.runner.owner import Owner
from tests.action import Action
from tests.github_server import GitHubServer

OWNER = (12345, 54321)


class Given:
    """Who was given what, and how large it was then."""

    def __init__(self) -> None:
        self.ids: dict[str, tuple[int, int]] = {}
        self.sizes: list[int] = []

    def __call__(self, path: Path, uid: int, gid: int, *, follow_symlinks: bool) -> None:
        assert not follow_symlinks
        assert str(path) not in self.ids
        self.ids[str(path)] = (uid, gid)
        if path.is_file():
            self.sizes.append(path.stat().st_size)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    """Be root, in a workspace that belongs to `OWNER`."""
    given = Given()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", given)
    stat = Path.stat

    def owned(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = stat(path, follow_symlinks=follow_symlinks)
        return (
            os.stat_result((*found[:4], *OWNER, *found[6:])) if path.name == "workspace" else found
        )

    monkeypatch.setattr(Path, "stat", owned)
    return given


@pytest.fixture
def action(tmp_path: Path) -> Action:
    with GitHubServer() as server:
        return Action(tmp_path, server)


def test_files_and_folders_are_the_owners_as_soon_as_they_are_there(
    action: Action, given: Given
) -> None:
    """While they are empty: so a run that is killed midway leaves nothing of root's."""
    outcome = action(sample="true", output_directory="out/deeper", formats="html,csv,xlsx,json")

    assert outcome.status == 0, outcome.log
    assert set(given.ids.values()) == {OWNER}
    assert set(given.sizes) == {0}
    names = {Path(path).name for path in given.ids}
    folders = {name for name in names if name.startswith(".copilot-seat-report-")}
    assert len(folders) == 1
    assert names == {
        *("out", "deeper", MANIFEST, *folders),
        *(Path(name).name for name in outcome.files),
    }


def test_a_directory_that_was_there_stays_whose_it_is(action: Action, given: Given) -> None:
    (action.workspace / "out").mkdir()

    action(sample="true", output_directory="out")

    assert str(action.workspace.resolve() / "out") not in given.ids


def test_what_may_not_be_given_is_said_once_and_left(
    action: Action, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chown", forbidden)

    outcome = action(sample="true")

    assert given.ids == {}
    assert outcome.status == 0
    said = "The files in the workspace still belong to root"
    assert [line.startswith(said) for line in outcome.log.splitlines()].count(True) == 1
    assert "(Operation not permitted)" in outcome.log


@pytest.mark.parametrize("user", [0, 1000])
def test_nothing_is_given_in_a_workspace_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: int
) -> None:
    own = os.stat_result((*tmp_path.stat()[:4], 0, os.getegid(), *tmp_path.stat()[6:]))
    monkeypatch.setattr(Path, "stat", lambda _: own)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(os, "chown", pytest.fail)

    Owner(tmp_path, Log(in_workflow=True)).give(tmp_path)
