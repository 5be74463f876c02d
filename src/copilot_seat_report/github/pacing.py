"""Staying under GitHub's secondary rate limits by construction.

The documented limits (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
#about-secondary-rate-limits): 100 requests at once, 900 points a minute for an endpoint (a GET is
one point), and 90 seconds of processor time in 60 seconds, which GitHub says may be estimated by
the time that the answers take.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from copilot_seat_report.retrying import Clock

IN_FLIGHT = 10
WINDOW_SECONDS = 60.0
REQUESTS_PER_WINDOW = 850
ANSWER_SECONDS_PER_WINDOW = 80.0


class Pace:
    """Gives every request its turn.

    Requests run side by side (the caller's pool bounds them to `IN_FLIGHT`) until GitHub shows
    the first sign of a limit; from then on they run one at a time, for the rest of the run.
    """

    def __init__(self, clock: Clock, say: Callable[[str], None]) -> None:
        self._clock = clock
        self._say = say
        self._lock = threading.Lock()
        self._one_at_a_time = threading.Lock()
        self._limited = False
        self._not_before = 0.0
        self._starts: deque[float] = deque()
        self._answers: deque[tuple[float, float]] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until a request may be sent, and account for it while it lasts."""
        if self._limited:
            with self._one_at_a_time, self._accounted():
                yield
        else:
            with self._accounted():
                yield

    def limited(self, wait: float) -> None:
        """Note the first sign of a limit: no request for `wait` seconds, then one at a time."""
        with self._lock:
            self._not_before = max(self._not_before, self._clock.monotonic() + wait)
            first_sign, self._limited = not self._limited, True
        if first_sign:
            self._say("GitHub limits the requests: from here on they are sent one at a time")

    @contextmanager
    def _accounted(self) -> Iterator[None]:
        said = False
        while (delay := self._take_or_delay()) > 0:
            if delay > 1 and not said:
                said = True
                self._say(f"Waiting {delay:.0f} s to stay under GitHub's limits on requests")
            self._clock.sleep(delay)
        start = self._clock.monotonic()
        try:
            yield
        finally:
            end = self._clock.monotonic()
            with self._lock:
                self._answers.append((end, end - start))

    def _take_or_delay(self) -> float:
        """Take a place in the window (0), or say in how many seconds to ask again."""
        with self._lock:
            now = self._clock.monotonic()
            while self._starts and self._starts[0] <= now - WINDOW_SECONDS:
                self._starts.popleft()
            while self._answers and self._answers[0][0] <= now - WINDOW_SECONDS:
                self._answers.popleft()
            if now < self._not_before:
                return self._not_before - now
            if len(self._starts) >= REQUESTS_PER_WINDOW:
                return self._starts[0] + WINDOW_SECONDS - now
            if sum(seconds for _, seconds in self._answers) >= ANSWER_SECONDS_PER_WINDOW:
                return self._answers[0][0] + WINDOW_SECONDS - now
            self._starts.append(now)
            return 0.0
