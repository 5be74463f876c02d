"""The signals by which the runner cancels a job."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class InterruptedRun(BaseException):
    """SIGTERM or SIGINT arrived: the job was cancelled."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn the signals into InterruptedRun, so that all is cleaned up.

    As a container's first process, Python would ignore SIGTERM.
    """
    before = {each: signal.signal(each, _interrupt) for each in SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def finish_uninterrupted() -> None:
    """Ignore the signals until the run ends: what is left takes no time, and a half is no use."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)


def _interrupt(number: int, _: FrameType | None) -> None:
    # The runner sends SIGINT, then SIGTERM: the second must not break off the cleaning up.
    finish_uninterrupted()
    raise InterruptedRun(signal.Signals(number).name)
