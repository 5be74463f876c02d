"""A cancelled job: the runner sends SIGINT, and SIGTERM some seconds later.

The handler of the signal ends the process itself, and raises nothing: an exception could come up
anywhere, also where Python swallows it, and in the midst of an import, whose lock would then stay
locked for ever.
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

# Signals are the process's, and so is what they make it take back.
_begun: list[Callable[[], None]] = []
# What an interruption means for what is published; the last one holds.
_effect = ["Nothing was published."]
# The signals that came while the run was finishing.
_noted: list[int] = []


class GivenUp(Exception):
    """Something is no longer waited for; the text says why, in a sentence."""


@contextmanager
def interruptible(say: Callable[[str], None]) -> Iterator[None]:
    """End the process with status 1 at a signal: take back what was begun, and say why.

    As a container's first process, Python would ignore SIGTERM.
    """

    def interrupt(number: int, _: FrameType | None) -> None:
        finish_uninterrupted()  # the second signal must not break off the taking back
        try:
            for take_back in reversed(_begun):
                take_back()
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
def taken_back_by(take_back: Callable[[], None]) -> Iterator[None]:
    """Call `take_back` where what is done inside fails, or the job is cancelled meanwhile."""
    _begun.append(take_back)
    try:
        yield
    except BaseException:
        take_back()
        raise
    finally:
        _begun.remove(take_back)


@contextmanager
def interrupted_with(effect: str) -> Iterator[None]:
    """Have an interruption say `effect` of what is published, in place of "nothing"."""
    _effect.append(effect)
    try:
        yield
    finally:
        _effect.pop()


def finish_uninterrupted() -> None:
    """Only note the signals until the run ends: what is left takes no time, and a half is no use.

    What does take time goes into `until_interrupted`.
    """
    for each in SIGNALS:
        signal.signal(each, _note)


def until_interrupted(work: Callable[[], T], *, seconds: float) -> T:
    """Return what `work` returns, or raise what it raises; to be used when the run is finishing.

    Raises GivenUp if it takes longer, or where a signal comes or has come meanwhile: then
    `work` is left to itself.
    """
    executor = ThreadPoolExecutor(1)
    try:
        under_way = executor.submit(work)
        end = time.monotonic() + seconds
        while not under_way.done():
            if _noted:
                raise GivenUp("The job was cancelled meanwhile.")
            if time.monotonic() >= end:
                raise GivenUp(f"It took longer than {seconds:.0f} seconds.")
            wait([under_way], timeout=0.05)
        return under_way.result()
    finally:
        executor.shutdown(wait=False)


def _note(number: int, _: FrameType | None) -> None:
    _noted.append(number)
