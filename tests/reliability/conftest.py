"""Fixtures for runs of the whole action among servers that go wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.artifact_service import blob_store
from tests.blob_store import BlobStore
from tests.github_server import GitHubServer, Organization
from tests.made_up import seats
from tests.reliability.world import World
from tests.results_server import ResultsServer

__all__ = ["blob_store"]


@pytest.fixture(scope="module")
def servers(blob_store: BlobStore) -> Iterator[tuple[GitHubServer, ResultsServer]]:
    """A GitHub, and an artifact service."""
    with GitHubServer() as github, ResultsServer(blob_store) as results:
        yield github, results


@pytest.fixture(scope="module")
def acme() -> Organization:
    return Organization("acme", seats(230))


@pytest.fixture
def world(
    servers: tuple[GitHubServer, ResultsServer],
    acme: Organization,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    """A step of a workflow and the servers around it, of which nothing is known yet."""
    github, _ = servers
    github.add(acme)
    return World(*servers, folder=tmp_path, monkeypatch=monkeypatch)
