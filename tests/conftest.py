"""Fixtures for all tests."""

from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

from copilot_seat_report.runner.environment import Runner
from tests.clock import FakeClock


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--full",
        action="store_true",
        help="every fault at every request, not a choice that covers them; many more examples",
    )


def pytest_configure(config: pytest.Config) -> None:
    # How long an example takes says more of the machine than of the code.
    hypothesis.settings.register_profile("change", deadline=None, max_examples=50)
    hypothesis.settings.register_profile("full", deadline=None, max_examples=500)
    hypothesis.settings.load_profile("full" if config.getoption("full") else "change")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def runner_of(tmp_path: Path) -> Callable[..., Runner]:
    """Make a runner with that environment, in a workspace of its own."""

    def make(**environment: str) -> Runner:
        return Runner.of({"GITHUB_WORKSPACE": str(tmp_path), **environment})

    return make
