"""What the end-to-end tests share: the image, built from the Dockerfile."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.artifact_service import blob_store, results
from tests.engine import ROOT, engine

__all__ = ["blob_store", "results"]

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.end_to_end)
            # The first one waits for the image to be built, and no other worker builds it again.
            item.add_marker(pytest.mark.timeout(900))
            item.add_marker(pytest.mark.xdist_group("image"))


@pytest.fixture(scope="session")
def image() -> Iterator[str]:
    """The image's name."""
    name = f"copilot-seat-report-test-{os.getpid()}"
    engine("build", "--tag", name, ROOT)
    yield name
    engine("image", "rm", "--force", name)
