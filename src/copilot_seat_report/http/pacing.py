"""Pacing of requests, which keeps a run under GitHub's secondary rate limits.

The documented limits are 100 concurrent requests, 900 points a minute (a GET is one point), and 90
seconds of CPU time per 60 seconds, which the total response time roughly estimates
(https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits).
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from copilot_seat_report.http.retry import Clock

IN_FLIGHT = 10
WINDOW_SECONDS = 60.0
REQUESTS_PER_WINDOW = 850
RESPONSE_SECONDS_PER_WINDOW = 80.0
# GitHub itself ends a request after ten seconds.
LONGEST_RESPONSE_SECONDS = 10.0
# A wait that rounding made zero would loop forever.
LEAST_DELAY = 0.001


class Pacing:
    """Decides when each request may be sent, for all threads of a run.

    At most `IN_FLIGHT` requests run in parallel, and none starts that might exceed a minute's
    limits. After GitHub's first sign of a limit, they run one at a time for the rest of the run.
    """

    def __init__(self, clock: Clock, say: Callable[[str], None]) -> None:
        self._clock = clock
        self._say = say
        self._changed = threading.Condition()
        self._at_once = IN_FLIGHT
        self._not_before = 0.0
        self._said_until = 0.0
        self._running: list[float] = []  # start times
        self._begun: deque[float] = deque()  # start times in the last minute
        self._longest = 0.0
        self._answers: deque[tuple[float, float]] = deque()  # in the last minute: end and seconds
        self._answered = 0.0  # their seconds together

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until a request may be sent, and count it while it lasts."""
        begun = self._begin()
        try:
            yield
        finally:
            with self._changed:
                now = self._clock.monotonic()
                self._running.remove(begun)
                self._answers.append((now, now - begun))
                self._answered += now - begun
                self._longest = max(self._longest, min(now - begun, LONGEST_RESPONSE_SECONDS))
                self._changed.notify_all()

    def limited(self, seconds: float) -> None:
        """Send no request for so many seconds, then one at a time: GitHub showed a limit."""
        with self._changed:
            self._not_before = max(self._not_before, self._clock.monotonic() + seconds)
            first_sign, self._at_once = self._at_once > 1, 1
        if first_sign:
            self._say("GitHub limits requests: from now on, they are sent one at a time")

    def _begin(self) -> float:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: len(self._running) < self._at_once)
                now = self._clock.monotonic()
                free = self._free_at(now)
                if free is None:
                    self._begun.append(now)
                    self._running.append(now)
                    return now
                delay = max(free - now, LEAST_DELAY)
                is_news = delay > 1 and now >= self._said_until
                self._said_until = max(self._said_until, free)
            if is_news:
                self._say(f"Waiting {delay:.0f} s to stay under GitHub's limits on requests")
            self._clock.sleep(delay)

    def _free_at(self, now: float) -> float | None:
        """Return when to check again, or None if a request may be sent now."""
        while self._begun and self._begun[0] <= now - WINDOW_SECONDS:
            self._begun.popleft()
        while self._answers and self._answers[0][0] <= now - WINDOW_SECONDS:
            self._answered -= self._answers.popleft()[1]
        if now < self._not_before:
            return self._not_before
        if len(self._begun) >= REQUESTS_PER_WINDOW:
            return self._begun[0] + WINDOW_SECONDS
        # Each request under way, and the next one, may take as long as the longest so far.
        under_way = sum(max(now - begun, self._longest) for begun in self._running)
        taken = self._answered + under_way + self._longest
        if taken > RESPONSE_SECONDS_PER_WINDOW:
            return self._answers[0][0] + WINDOW_SECONDS if self._answers else now + 1
        return None
