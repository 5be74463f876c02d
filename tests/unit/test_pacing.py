"""Staying under GitHub's secondary limits, in a simulation of requests and their answers."""

import heapq
import re
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import cycle, islice

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from copilot_seat_report.http.pacing import IN_FLIGHT, Pacing
from tests.clock import FakeClock
from tests.made_up import NOW

# GitHub's limits: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
POINTS_A_MINUTE = 900
ANSWER_SECONDS_A_MINUTE = 90
MINUTE = 60.0


class World:
    """Requests under way, whose answers come while the clock moves; it is the pace's clock.

    `spans` has when each request began and ended.
    """

    def __init__(self) -> None:
        self.time = 0.0
        self.said: list[str] = []
        self.pacing = Pacing(self, self.said.append)
        self.spans: list[tuple[float, float]] = []
        self.most_at_once = 0
        self._under_way: list[tuple[float, int, ExitStack]] = []

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.time)

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        until = self.time + seconds
        while self._under_way and self._under_way[0][0] <= until:
            self.wait_for_an_answer()
        self.time = until

    def stop(self) -> None:
        raise AssertionError

    def send(self, seconds: float, *, at_once: int = IN_FLIGHT) -> None:
        """Send a request whose answer takes so long; `at_once` is how many a caller dares."""
        while len(self._under_way) >= at_once:
            self.wait_for_an_answer()
        turn = ExitStack()
        turn.enter_context(self.pacing.turn())
        self.spans.append((self.time, self.time + seconds))
        heapq.heappush(self._under_way, (self.time + seconds, len(self.spans), turn))
        self.most_at_once = max(self.most_at_once, len(self._under_way))

    def wait_for_an_answer(self) -> None:
        end, _, turn = heapq.heappop(self._under_way)
        self.time = max(self.time, end)
        turn.close()

    def finish(self) -> None:
        while self._under_way:
            self.wait_for_an_answer()

    def most_requests_in_a_minute(self) -> int:
        begun = np.sort([start for start, _ in self.spans])
        return int((np.searchsorted(begun, begun + MINUTE) - np.arange(len(begun))).max())

    def most_answer_seconds_in_a_minute(self) -> float:
        """Over all minutes that end with an answer: there the sum is greatest."""
        starts, ends = np.array(self.spans).T
        until = ends[:, None]
        within = np.minimum(ends, until) - np.maximum(starts, until - MINUTE)
        return float(within.clip(min=0).sum(axis=1).max())


def world_of(seconds: Sequence[float], count: int) -> World:
    """A run of so many requests, whose answers take these times in turn."""
    world = World()
    for each in islice(cycle(seconds), count):
        world.send(each)
    world.finish()
    return world


@given(st.lists(st.floats(0, 2), min_size=1, max_size=20), st.integers(1, 1_500))
@settings(max_examples=50)
@example([1.0, 0.7, 0.9, 0.9, 0.9, 0.1, 0.2, 1.0, 0.9, 0.0, 1.0], 1_036)
@example([0.0], 2_000)
@example([0.05], 2_000)
@example([0.2], 1_000)
@example([1.0], 500)
@example([0.0, 0.0, 0.9], 1_500)
def test_no_minute_has_more_than_github_allows(seconds: list[float], count: int) -> None:
    world = world_of(seconds, count)

    assert len(world.spans) == count
    assert world.most_requests_in_a_minute() < POINTS_A_MINUTE
    assert world.most_answer_seconds_in_a_minute() <= ANSWER_SECONDS_A_MINUTE


@pytest.mark.parametrize("seconds", [2, 5, 10])
def test_no_minute_has_more_than_github_allows_when_its_answers_are_slow(seconds: float) -> None:
    world = World()
    world.send(seconds)  # the first page comes before the others are asked for
    world.finish()
    for _ in range(100):
        world.send(seconds)
    world.finish()

    assert world.most_answer_seconds_in_a_minute() <= ANSWER_SECONDS_A_MINUTE


def test_an_organization_of_ordinary_size_is_not_held_up() -> None:
    world = world_of([0.2], 50)

    assert world.time == pytest.approx(50 / IN_FLIGHT * 0.2)
    assert world.most_at_once == IN_FLIGHT
    assert world.said == []


def test_what_is_waited_for_is_said_once_a_pause() -> None:
    world = world_of([0.0], 2_000)

    assert world.said == ["Waiting 60 s to stay under GitHub's limits on requests"] * 2
    assert world.time == pytest.approx(120)


def test_after_the_first_sign_of_a_limit_all_wait_and_then_go_one_at_a_time() -> None:
    world = World()
    world.send(1)
    world.finish()
    world.pacing.limited(60)
    world.pacing.limited(30)  # a shorter wait does not shorten a longer one
    for _ in range(5):
        world.send(1, at_once=1)
    world.finish()

    starts = [round(start) for start, _ in world.spans]
    assert starts == [0, 61, 62, 63, 64, 65]
    assert [re.sub(r"\d+", "…", text) for text in world.said] == [
        "GitHub limits requests: from now on, they are sent one at a time",
        "Waiting … s to stay under GitHub's limits on requests",
    ]


@pytest.mark.parametrize(("limited", "most"), [(False, IN_FLIGHT), (True, 1)])
def test_threads_are_let_in_as_many_at_once_as_may_be(limited: bool, most: int) -> None:
    pacing = Pacing(FakeClock(), lambda _: None)
    if limited:
        pacing.limited(0)
    lock = threading.Lock()
    inside: list[int] = [0]
    seen: list[int] = []
    full = threading.Event()

    def request() -> None:
        with pacing.turn():
            with lock:
                inside[0] += 1
                seen.append(inside[0])
                if inside[0] == most:
                    full.set()
            full.wait(10)
            with lock:
                inside[0] -= 1

    threads = [threading.Thread(target=request) for _ in range(3 * IN_FLIGHT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 3 * IN_FLIGHT
    assert max(seen) == most
