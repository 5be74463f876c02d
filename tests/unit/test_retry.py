"""How long a run waits for others."""

import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.errors import RunError
from copilot_seat_report.http.retry import (
    ATTEMPTS,
    RetryPolicy,
    SystemClock,
    TransientError,
    retry_after,
    whole_number,
)
from tests.clock import FakeClock
from tests.made_up import NOW


def silent(_: str) -> None:
    """Say nothing."""


def failing(*faults: Exception) -> Callable[[], str]:
    """A request that fails with each of these, one after the other, and then succeeds."""
    left = list(faults)

    def send() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    return send


def whole_seconds(clock: FakeClock) -> list[int]:
    """The waits less their jitter, which is below a second."""
    return [int(seconds) for seconds in clock.slept]


def test_waits_double_and_are_bounded_in_number(clock: FakeClock) -> None:
    with pytest.raises(RunError, match=r"Page 2 failed 6 times; the last time: cut\. Nothing was"):
        RetryPolicy(clock, silent).attempt("Page 2", failing(*[TransientError("cut")] * ATTEMPTS))

    assert whole_seconds(clock) == [1, 2, 4, 8, 16]


def test_what_comes_in_the_end_is_returned(clock: FakeClock) -> None:
    send = failing(*[TransientError("cut")] * (ATTEMPTS - 1))

    assert RetryPolicy(clock, silent).attempt("Page 2", send) == "answer"


def test_waits_differ_by_chance(clock: FakeClock) -> None:
    for _ in range(20):
        RetryPolicy(clock, silent).attempt("Page 2", failing(TransientError("cut")))

    assert len(set(clock.slept)) == 20
    assert set(whole_seconds(clock)) == {1}


def test_a_wait_is_as_long_as_the_server_asks_and_never_shorter_than_the_one_before(
    clock: FakeClock,
) -> None:
    send = failing(TransientError("limit", wait=40), *[TransientError("limit", wait=0)] * 3)

    RetryPolicy(clock, silent).attempt("Page 2", send)

    assert whole_seconds(clock) == [40, 2, 4, 8]


def test_a_first_wait_of_a_minute_doubles_too_and_then_the_run_gives_up(clock: FakeClock) -> None:
    with pytest.raises(
        RunError, match=r"This requires a wait of 48[01] s, but .* 15 minutes in all"
    ):
        RetryPolicy(clock, silent).attempt(
            "Page 2", failing(*[TransientError("limit", first_wait=60)] * 9)
        )

    assert whole_seconds(clock) == [60, 120, 240]


def test_a_wait_beyond_the_total_fails_at_once_and_says_when_to_try_again(clock: FakeClock) -> None:
    with pytest.raises(RunError) as failure:
        RetryPolicy(clock, silent).attempt("Page 2", failing(TransientError("limit", wait=3600)))

    assert clock.slept == []
    (again,) = re.findall(r"Run it again after (.*) UTC\.", str(failure.value))
    after = datetime.fromisoformat(again).replace(tzinfo=UTC) - NOW
    assert timedelta(hours=1) <= after <= timedelta(hours=1, seconds=2)


def test_the_total_is_that_of_all_requests(clock: FakeClock) -> None:
    retry_policy = RetryPolicy(clock, silent)
    retry_policy.attempt("Page 2", failing(TransientError("limit", wait=500)))

    with pytest.raises(RunError, match="may take 15 minutes in all"):
        retry_policy.attempt("Page 3", failing(TransientError("limit", wait=500)))
    retry_policy.attempt("Page 4", failing(TransientError("cut")))


def test_requests_that_wait_side_by_side_use_the_total_up_once() -> None:
    class SideBySide(FakeClock):
        """Sleeps end together."""

        def __init__(self) -> None:
            super().__init__()
            self._all = threading.Barrier(10, action=lambda: self.slept.append(501))

        def sleep(self, seconds: float) -> None:
            assert 500 <= seconds <= 501
            self._all.wait(10)

    retry_policy = RetryPolicy(SideBySide(), silent)
    answers: list[str] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(
                retry_policy.attempt("A page", failing(TransientError("limit", wait=500)))
            )
        )
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == ["answer"] * 10
    with pytest.raises(RunError, match="may take 15 minutes in all"):
        retry_policy.attempt("A page", failing(TransientError("limit", wait=500)))


def test_each_wait_is_said_before_it_begins() -> None:
    told: list[str] = []

    class Listening(FakeClock):
        def sleep(self, seconds: float) -> None:
            told.append(f"slept {int(seconds)}")

    def before_wait(fault: TransientError, seconds: float) -> None:
        told.append(f"{fault.reason}, {int(seconds)}")

    RetryPolicy(Listening(), told.append).attempt(
        "Page 2", failing(TransientError("cut", wait=7)), before_wait=before_wait
    )

    said, *rest = told
    assert re.fullmatch(r"Page 2: cut; trying again in [78] s", said)
    assert rest == ["cut, 7", "slept 7"]


def test_other_errors_pass_at_once(clock: FakeClock) -> None:
    with pytest.raises(RunError, match="refused"):
        RetryPolicy(clock, silent).attempt("Page 2", failing(RunError("refused")))

    assert clock.slept == []


def test_the_system_clock_ends_every_wait_when_it_is_stopped() -> None:
    clock = SystemClock()
    begun = clock.monotonic()
    clock.sleep(0.01)
    assert clock.monotonic() - begun >= 0.009
    assert abs(clock.now().timestamp() - time.time()) < 5

    threading.Timer(0.05, clock.stop).start()
    with pytest.raises(RunError, match="stopped"):
        clock.sleep(3600)
    with pytest.raises(RunError, match="stopped"):
        clock.sleep(3600)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("60", 60),
        ("9999999999", 9_999_999_999),
        ("10000000000", None),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_a_number_in_a_header(text: str | None, number: int | None) -> None:
    assert whole_number(text) == number
    assert retry_after({} if text is None else {"retry-after": text}) == number


@given(st.text())
def test_any_header_is_a_number_that_a_time_can_have_or_none(text: str) -> None:
    number = whole_number(text)

    if number is not None:
        assert NOW + timedelta(seconds=number) > NOW - timedelta(seconds=1)
        assert datetime.fromtimestamp(number, UTC).year < 2300


# --- What is more likely to last than to pass

LASTING = TransientError("no such name", is_lasting=True, advice="Check the name.")


def test_what_lasts_is_tried_for_seconds_and_told_with_its_own_advice(clock: FakeClock) -> None:
    with pytest.raises(RunError) as error:
        RetryPolicy(clock, silent).attempt("Page 2", failing(*[LASTING] * 9))

    assert whole_seconds(clock) == [1, 2]
    assert str(error.value) == (
        "Page 2 failed 3 times; the last time: no such name. Nothing was published. Check the name."
    )


def test_what_lasts_and_takes_long_is_tried_once(clock: FakeClock) -> None:
    def slow() -> str:
        clock.sleep(10)
        raise LASTING

    with pytest.raises(RunError, match=r"^Page 2 failed at the first attempt: no such name\."):
        RetryPolicy(clock, silent).attempt("Page 2", slow)

    assert whole_seconds(clock) == [10]


def test_what_may_pass_is_tried_on_where_something_that_lasts_came_before(
    clock: FakeClock,
) -> None:
    faults = [LASTING, TransientError("cut"), TransientError("cut"), TransientError("cut")]

    assert RetryPolicy(clock, silent).attempt("Page 2", failing(*faults)) == "answer"
