"""What the end-to-end tests share: the image, built from the Dockerfile."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine import ROOT, engine

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.end_to_end)
            # The first one waits for the image to be built.
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def image() -> Iterator[str]:
    """The image's name."""
    name = "copilot-seat-report-test"
    engine("build", "--tag", name, ROOT)
    yield name
    engine("image", "rm", "--force", name)
