"""A disk that is full: here, no file can grow beyond a few kilobytes."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from copilot_seat_report.inputs import FORMATS
from tests.github_server import Organization
from tests.reliability.world import World


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_that_cannot_be_written_fails_the_run(world: World, format_: str) -> None:
    with no_file_larger_than(4_000):
        outcome = world.run(formats=format_)

    assert "A file could not be read or written" in outcome.error
    assert "File too large" in outcome.error
    world.assert_nothing_published(outcome)


def test_a_workbook_that_cannot_be_put_together_fails_the_run(world: World) -> None:
    """Of nobody, its rows still fit; for the rest xlsxwriter has an error of its own."""
    world.github.add(Organization("acme", []))

    with no_file_larger_than(9_000):
        outcome = world.run(formats="xlsx")

    assert "A file could not be read or written" in outcome.error
    world.assert_nothing_published(outcome)
