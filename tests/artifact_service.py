"""Fixtures for tests that publish an artifact, for the conftest.py of a folder that has some.

Not every test shall wait for Azurite's client, which takes half a second to import.
"""

from collections.abc import Iterator

import pytest

from tests import blob_store as azurite
from tests.blob_store import BlobStore
from tests.results_server import ResultsServer


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
