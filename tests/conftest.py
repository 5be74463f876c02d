"""Fixtures for all tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from copilot_seat_report.runner.environment import Runner
from tests import blob_store as azurite
from tests.blob_store import BlobStore
from tests.clock import FakeClock
from tests.results_server import ResultsServer

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def blob_store() -> Iterator[BlobStore]:
    """Azurite, running."""
    with azurite.started() as store:
        yield store


@pytest.fixture
def results(blob_store: BlobStore) -> Iterator[ResultsServer]:
    """The artifact service of a workflow run that has no artifact yet."""
    with ResultsServer(blob_store) as server:
        yield server


@pytest.fixture
def runner_of(tmp_path: Path) -> Callable[..., Runner]:
    """Make a runner with that environment, in a workspace of its own."""

    def make(**environment: str) -> Runner:
        return Runner.of({"GITHUB_WORKSPACE": str(tmp_path), **environment})

    return make
