"""A cancelled job: the runner sends SIGINT, and SIGTERM some seconds later.

The handler of the signal ends the process itself, and raises nothing: an exception could come up
anywhere, also where Python swallows it, and in the midst of an import, whose lock would then stay
locked for ever.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)

# Signals are the process's, and so is what they make it take back.
_begun: list[Callable[[], None]] = []


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
            say(f"The run was interrupted by {name}. Nothing was published.")
        finally:
            os._exit(1)

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


def finish_uninterrupted() -> None:
    """Ignore the signals until the run ends: what is left takes no time, and a half is no use."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
