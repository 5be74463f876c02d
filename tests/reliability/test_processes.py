"""A few faults as processes of their own, with the real clock and real waits."""

import re
import time

import pytest

from tests.action import Outcome
from tests.github_server import GitHubServer, Organization, secondary_limit_answer
from tests.loopback import TransientError, answering, cut, giving, lost, refusing, reset
from tests.reliability.world import World
from tests.results_server import ResultsServer


@pytest.fixture(scope="module")
def undisturbed(
    servers: tuple[GitHubServer, ResultsServer],
    acme: Organization,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, object]:
    """What a run publishes that nothing befalls."""
    github, _ = servers
    github.add(acme)
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = tmp_path_factory.mktemp("undisturbed")
        world = World(*servers, folder=folder, monkeypatch=monkeypatch)
        world.plan({})
        return world.published(world.action.start())


@pytest.mark.parametrize(
    ("where", "fault", "least"),
    [
        ("page 2", refusing(1.5), 1),  # another connection may still be open
        ("page 3", cut, 1),
        ("settings", reset, 1),
        ("page 1", giving(secondary_limit_answer(retry_after=2)), 2),
        ("visibility", answering(503, Retry_After="2"), 2),
        ("CreateArtifact", answering(502), 1),
        ("block 1", refusing(1.5), 1.5),
        ("FinalizeArtifact", lost, 1),
    ],
)
def test_a_fault_is_waited_out_in_real_time(
    world: World, undisturbed: dict[str, object], where: str, fault: TransientError, least: float
) -> None:
    world.plan({where: [fault]})
    begun = time.monotonic()

    outcome = world.action.start()

    assert outcome.status == 0, outcome.log
    assert time.monotonic() - begun >= least
    assert world.published(outcome) == undisturbed
    assert "trying again in" in outcome.log


def test_a_limit_of_an_hour_ends_the_run_at_once_and_says_when_to_try_again(world: World) -> None:
    reset_in = int(time.time()) + 3600
    limit = answering(
        403,
        '{"message": "API rate limit exceeded"}',
        X_RateLimit_Remaining="0",
        X_RateLimit_Reset=str(reset_in),
    )
    world.plan({name: [limit] for name in ("settings", "page 1", "page 2", "page 3")})

    outcome = world.action.start()

    world.assert_nothing_published(outcome)
    again = time.strftime("%Y-%m-%d %H:%M", time.gmtime(reset_in + 1))
    assert f"Run it again after {again}" in outcome.error


def test_what_it_waits_for_is_in_the_log_while_it_waits(world: World) -> None:
    world.plan({"page 1": [giving(secondary_limit_answer(retry_after=2))]})

    outcome: Outcome = world.action.start()

    assert re.search(
        r"Page 1 of the seats of organization acme: GitHub's secondary rate limit; trying again in "
        r"[23] s",
        outcome.stdout,
    )
    assert "from now on, they are sent one at a time" in outcome.stdout
