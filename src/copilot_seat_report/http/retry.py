"""The retry policy for every request of a run, to GitHub's API and to the artifact service.

It follows GitHub's rules: wait at least as long as the server asks, longer each time, not forever
(https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit).
"""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

import tenacity

from copilot_seat_report.errors import RunError, ServiceError

T = TypeVar("T")

# Waits of 1, 2, 4, 8 and 16 seconds: an incident of half a minute is outlasted.
ATTEMPTS = 6
TOTAL_WAIT_SECONDS = 15 * 60
# Errors that are likely to last are retried for this long only.
LASTING_SECONDS = 3.0
STATUS_ADVICE = (
    "Run it again later; https://www.githubstatus.com shows whether GitHub has an incident."
)


class TransientError(Exception):
    """A request failed in a way that may be transient.

    `wait` is how many seconds the server asked to wait, or None. `first_wait` is the minimum wait
    after the first attempt; it doubles with each further one. `is_lasting`: the error, such as an
    unknown host name, is likely to last, so that two more attempts within seconds are enough.
    `advice` says what to do if no attempt succeeds.
    """

    def __init__(
        self,
        reason: str,
        *,
        wait: float | None = None,
        first_wait: float = 1.0,
        is_lasting: bool = False,
        advice: str = STATUS_ADVICE,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.first_wait = first_wait
        self.is_lasting = is_lasting
        self.advice = advice


class Clock(Protocol):
    """The time, for the run; tests replace it."""

    def now(self) -> datetime:
        """Return the time of day, in UTC."""

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start that never go back."""

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds; raises RunError once `stop` was called."""

    def stop(self) -> None:
        """End every wait, now and from now on: the run has failed."""


class SystemClock:
    """The machine's own clock."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def now(self) -> datetime:
        """Return the time of day, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds; raises RunError once `stop` was called."""
        if self._stopped.wait(seconds):
            raise RunError("The run was stopped.")

    def stop(self) -> None:
        """End every wait, now and from now on: the run has failed."""
        self._stopped.set()


@dataclass
class RetryPolicy:
    """Limits on retries: a number of attempts per request, and a total waiting time per run.

    Requests that wait at the same time count once: the total is the time that passes.
    """

    clock: Clock
    say: Callable[[str], None]
    total_seconds: float = TOTAL_WAIT_SECONDS
    attempts: int = ATTEMPTS
    _spent: float = 0.0
    _waiting_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def attempt(
        self,
        what: str,
        send: Callable[[], T],
        *,
        before_wait: Callable[[TransientError, float], None] | None = None,
    ) -> T:
        """Return what `send` returns; call it again after a wait if it raises TransientError.

        `before_wait` is called with the error and the seconds before each wait. Raises RunError
        when the attempts or the total time are used up. Any other exception of `send` passes
        through at once.
        """
        begun = self.clock.monotonic()
        attempts = 0

        def enough(state: tenacity.RetryCallState) -> bool:
            nonlocal attempts
            attempts = state.attempt_number
            waited = self.clock.monotonic() - begun
            lasts = _error_of(state).is_lasting and waited >= LASTING_SECONDS
            return attempts >= self.attempts or lasts

        def begin_wait(state: tenacity.RetryCallState) -> None:
            error, seconds = _error_of(state), state.upcoming_sleep
            self._spend(what, error, seconds)
            self.say(f"{what}: {error.reason}; trying again in {seconds:,.0f} s")
            if before_wait:
                before_wait(error, seconds)

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            stop=enough,
            wait=_wait,
            before_sleep=begin_wait,
            sleep=self.clock.sleep,
            reraise=True,
        )
        try:
            return retrying(send)
        except TransientError as error:
            times = f"{attempts} times; the last time" if attempts > 1 else "at the first attempt"
            raise ServiceError(f"{what} failed {times}: {error.reason}.", error.advice) from error

    def _spend(self, what: str, error: TransientError, seconds: float) -> None:
        """Count a wait against the total, apart from time in which another request waits."""
        with self._lock:
            now = self.clock.monotonic()
            until = now + seconds
            spent = self._spent + max(0.0, until - max(now, self._waiting_until))
            if spent > self.total_seconds:
                again = self.clock.now() + timedelta(seconds=seconds)
                raise ServiceError(
                    f"{what}: {error.reason}.",
                    f"This requires a wait of {seconds:,.0f} s, but the waits of a run may take "
                    f"{self.total_seconds / 60:.0f} minutes in all. Run it again after "
                    f"{again:%Y-%m-%d %H:%M:%S} UTC.",
                ) from error
            self._spent = spent
            self._waiting_until = max(self._waiting_until, until)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds in a `Retry-After` header, or None."""
    return whole_number(headers.get("retry-after"))


def whole_number(text: str | None) -> int | None:
    """Return the number in a header, or None if it is invalid or too large for a time."""
    return int(text) if text and re.fullmatch("[0-9]{1,10}", text) else None


def _wait(state: tenacity.RetryCallState) -> float:
    """Return the seconds to wait: as long as the server asks, and at least twice the last wait."""
    error = _error_of(state)
    least = error.first_wait * 2.0 ** (state.attempt_number - 1)
    return max(error.wait or 0.0, least) + _JITTER(state)


def _error_of(state: tenacity.RetryCallState) -> TransientError:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, TransientError)  # no other exception is retried
    return error


# Keeps requests that failed together from being retried together.
_JITTER = tenacity.wait_random(0, 1)
