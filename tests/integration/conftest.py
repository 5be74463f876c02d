"""Fixtures for tests of the whole action."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.action import Action
from tests.artifact_service import blob_store, results
from tests.github_server import Account, GitHubServer

__all__ = ["blob_store", "results"]

Step = Callable[..., Action]


@pytest.fixture
def step(tmp_path: Path) -> Iterator[Step]:
    """Make a step of a workflow, `step(Organization("acme", seats))`, and GitHub around it."""
    with ExitStack() as servers:

        def make(*accounts: Account, name: str = "step", **environment: str) -> Action:
            server = servers.enter_context(GitHubServer(*accounts))
            folder = tmp_path / name
            folder.mkdir()
            return Action(folder, server, environment)

        yield make
