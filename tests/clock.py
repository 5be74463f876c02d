"""A clock that stands still until somebody waits on it: tests of long waits take no time."""

import threading
from datetime import datetime, timedelta

from copilot_seat_report.errors import RunError
from tests.made_up import NOW


class FakeClock:
    """`slept` has every wait in seconds, in the order they were begun."""

    def __init__(self, start: datetime = NOW) -> None:
        self.start = start
        self.slept: list[float] = []
        self.stopped = False
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        if self.stopped:
            raise RunError("The run was stopped.")
        with self._lock:
            self.slept.append(seconds)

    def stop(self) -> None:
        self.stopped = True
