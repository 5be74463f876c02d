"""Handling of a cancelled job: the runner sends SIGINT, and SIGTERM some seconds later.

The signal handler ends the process itself instead of raising an exception, which could occur
anywhere: where Python swallows it, or during an import, whose lock would then stay locked forever.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

SIGNALS = (signal.SIGINT, signal.SIGTERM)

# Signals affect the process, so this list is global too: the functions that undo what was begun.
_begun: list[Callable[[], None]] = []
# What an interruption means for what is published; the last text applies.
_effect = ["Nothing was published."]
# The signals received while the run was finishing.
_noted: list[int] = []


class StoppedWaiting(Exception):
    """The run no longer waits for something; the text says why, in a sentence."""


@contextmanager
def interruptible(say: Callable[[str], None]) -> Iterator[None]:
    """At a signal, undo what was begun, say why, and end the process with status 1.

    Without this, Python would ignore SIGTERM as a container's first process.
    """

    def interrupt(number: int, _: FrameType | None) -> None:
        finish_uninterrupted()  # a second signal must not interrupt the undoing
        try:
            for undo in reversed(_begun):
                undo()
            name = signal.Signals(number).name
            say(f"The run was interrupted by {name}. {_effect[-1]}")
        finally:
            os._exit(1)

    _noted.clear()
    before = {each: signal.signal(each, interrupt) for each in SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def undone_by(undo: Callable[[], None]) -> Iterator[None]:
    """Call `undo` if the block fails, or if the job is cancelled inside it."""
    _begun.append(undo)
    try:
        yield
    except BaseException:
        undo()
        raise
    finally:
        _begun.remove(undo)


@contextmanager
def interrupted_with(effect: str) -> Iterator[None]:
    """Make an interruption say `effect` instead of "Nothing was published."."""
    _effect.append(effect)
    try:
        yield
    finally:
        _effect.pop()


def finish_uninterrupted() -> None:
    """From now on, only note signals: the rest of the run is quick, and must not be interrupted.

    Use `until_interrupted` for work that takes time.
    """
    for each in SIGNALS:
        signal.signal(each, _note)


def until_interrupted(work: Callable[[], T], *, seconds: float) -> T:
    """Return what `work` returns, or raise what it raises; for use when the run is finishing.

    Raises StoppedWaiting if it takes longer than `seconds`, or if a signal has been received;
    `work` then continues unattended.
    """
    executor = ThreadPoolExecutor(1)
    try:
        under_way = executor.submit(work)
        end = time.monotonic() + seconds
        while not under_way.done():
            if _noted:
                raise StoppedWaiting("The job was cancelled meanwhile.")
            if time.monotonic() >= end:
                raise StoppedWaiting(f"It took longer than {seconds:.0f} seconds.")
            wait([under_way], timeout=0.05)
        return under_way.result()
    finally:
        executor.shutdown(wait=False)


def _note(number: int, _: FrameType | None) -> None:
    _noted.append(number)
