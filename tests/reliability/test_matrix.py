"""Every fault at every request of a run, alone and in pairs.

Each run ends in one of two ways: everything is published, and is what an undisturbed run publishes;
or there is one error and nothing is published. Only the page may be missing as an artifact of its
own, where a request for it failed: then there is one warning.
"""

import random
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from copilot_seat_report.sources.seats import WITHOUT_SETTINGS
from tests.action import Outcome
from tests.github_server import (
    LIMIT_FAULTS,
    REFUSALS,
    GitHubServer,
    Organization,
    primary_limit_answer,
)
from tests.loopback import (
    TRANSPORT_FAULTS,
    TransientError,
    answering,
    bomb,
    giving,
    silence,
    stall,
)
from tests.made_up import NOW
from tests.reliability.world import (
    ARTIFACT_REQUESTS,
    GITHUB_REQUESTS,
    HTML_REQUESTS,
    PAGE_ALONE,
    World,
    refused,
)
from tests.results_server import ResultsServer

EPOCH = int(NOW.timestamp())
LASTING = 100

# What passes: the run goes on as if nothing had happened.
PASSING: Mapping[str, TransientError] = {
    **TRANSPORT_FAULTS,
    "connections refused": refused,
    "no answer in time": silence,
    "half an answer in time": stall,
    "408": answering(408),
    "503, wait said": answering(503, Retry_After="30"),
    "429, wait said": answering(429, Retry_After="30"),
}
PASSING_AT_GITHUB: Mapping[str, TransientError] = {
    **PASSING,
    **LIMIT_FAULTS,
    "primary limit": giving(primary_limit_answer(EPOCH + 300)),
    "429 without a word": answering(429),
    "gzip bomb of a megabyte": bomb(1),
}
PASSING_AT_ARTIFACTS: Mapping[str, TransientError] = {
    **PASSING,
    "403 from between": answering(403, "Error from intermediary with HTTP status code 403"),
}
# What stays: the run fails, whatever it waits.
STAYING_AT_GITHUB: Mapping[str, TransientError] = {
    **{f"refused: {name}": giving(answer) for name, answer in REFUSALS.items()},
    "limit of an hour": giving(primary_limit_answer(EPOCH + 3600)),
    "redirect to another host": answering(307, Location="http://localhost:1/"),
    "page of a hundred megabytes": bomb(100),
    "another shape": answering(200, '{"seats": 7, "visibility": 7, "seat_breakdown": 7}'),
}
STAYING_AT_ARTIFACTS: Mapping[str, TransientError] = {
    "400": answering(400),
    "401": answering(401, '{"code": "unauthenticated"}'),
    "403": answering(403, "<Error><Code>AuthenticationFailed</Code></Error>"),
    "404": answering(404),
    "storage used up": answering(403, '{"msg": "insufficient usage to create artifact"}'),
    "wait of an hour": answering(429, Retry_After="3600"),
}
PLACES = (
    (GITHUB_REQUESTS, PASSING_AT_GITHUB, STAYING_AT_GITHUB),
    (ARTIFACT_REQUESTS, PASSING_AT_ARTIFACTS, STAYING_AT_ARTIFACTS),
    (HTML_REQUESTS, PASSING_AT_ARTIFACTS, STAYING_AT_ARTIFACTS),
)

SINGLE = [(where, name) for places, faults, _ in PLACES for where in places for name in faults]
FINAL = [(where, name) for places, _, faults in PLACES for where in places for name in faults]
FAULTS = {where: {**passing, **staying} for places, passing, staying in PLACES for where in places}
chance = random.Random(5)
ANYWHERE = [(where, name) for where, faults in FAULTS.items() for name in faults]
PAIRS = [chance.sample(ANYWHERE, 2) for _ in range(160)]
# What the service lists is asked for only when it is not known whether it finalized the artifact.
LISTINGS = {**PASSING_AT_ARTIFACTS, **STAYING_AT_ARTIFACTS}


def assert_whole_or_nothing(world: World, undisturbed: dict[str, object], outcome: Outcome) -> None:
    if outcome.status == 0:
        published = world.published(outcome)
        given_up = PAGE_ALONE not in published
        assert {**published, PAGE_ALONE: undisturbed[PAGE_ALONE]} == undisturbed
        assert outcome.annotations("error") == []
        assert len(outcome.annotations("warning")) == given_up
    else:
        world.assert_nothing_published(outcome)


def is_done_without(where: str, name: str) -> bool:
    """Tell whether a report is made all the same: that of the settings has the seats."""
    refusal = REFUSALS.get(name.removeprefix("refused: "))
    return where == "settings" and refusal is not None and refusal.status in WITHOUT_SETTINGS


def assert_made_without_settings(world: World, outcome: Outcome) -> None:
    assert world.published(outcome)
    assert outcome.annotations("error") == []
    assert "The report is made without them" in outcome.log
    assert outcome.outputs["complete"] == "true"
    assert outcome.report["overviews"][0]["settings"] == []


def label(value: object) -> str:
    return str(value).replace("/", " ")


@pytest.fixture(scope="module")
def undisturbed(
    servers: tuple[GitHubServer, ResultsServer],
    acme: Organization,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, object]]:
    """What a run publishes when all goes well."""
    folder: Path = tmp_path_factory.mktemp("undisturbed")
    github, _ = servers
    github.add(acme)
    with pytest.MonkeyPatch.context() as monkeypatch:
        world = World(*servers, folder=folder, monkeypatch=monkeypatch)
        outcome = world.run()
        assert outcome.status == 0, outcome.log
        named = {*GITHUB_REQUESTS, *ARTIFACT_REQUESTS, *HTML_REQUESTS}
        asked = [name for name in world.requests if not re.fullmatch("html block [3-9]", name)]
        assert sorted(asked) == sorted(named)
        yield world.published(outcome)


def test_the_matrix_is_of_this_size(capsys: pytest.CaptureFixture[str]) -> None:
    requests = len(GITHUB_REQUESTS) + len(ARTIFACT_REQUESTS) + len(HTML_REQUESTS)
    runs = len(SINGLE) * 2 + len(FINAL) + len(PAIRS) + len(LISTINGS)
    with capsys.disabled():
        print(
            f"\nFault matrix: {requests} requests; {len(SINGLE)} faults once and {len(SINGLE)} "
            f"lasting, {len(FINAL)} final refusals, {len(PAIRS) + len(LISTINGS)} pairs: {runs} "
            "runs",
            file=sys.stderr,
        )
    assert len(SINGLE) == len({*SINGLE})
    assert runs > 600


@pytest.mark.parametrize(("where", "name"), SINGLE, ids=label)
def test_a_fault_that_passes_leaves_no_trace(
    world: World, undisturbed: dict[str, object], where: str, name: str
) -> None:
    outcome = world.run({where: [FAULTS[where][name]]})

    assert outcome.status == 0, outcome.log
    assert world.published(outcome) == undisturbed
    assert outcome.annotations("error") == []


@pytest.mark.parametrize(("where", "name"), SINGLE, ids=label)
def test_a_fault_that_lasts_publishes_nothing_or_all(
    world: World, undisturbed: dict[str, object], where: str, name: str
) -> None:
    outcome = world.run({where: [FAULTS[where][name]] * LASTING})

    assert_whole_or_nothing(world, undisturbed, outcome)


@pytest.mark.parametrize(("where", "name"), FINAL, ids=label)
def test_a_refusal_publishes_nothing_and_one_of_page_or_settings_all_the_rest(
    world: World, undisturbed: dict[str, object], where: str, name: str
) -> None:
    outcome = world.run({where: [FAULTS[where][name]]})

    without_settings = is_done_without(where, name)
    assert (outcome.status == 0) == (where in HTML_REQUESTS or without_settings)
    if without_settings:
        assert_made_without_settings(world, outcome)
        return
    assert_whole_or_nothing(world, undisturbed, outcome)
    if outcome.status == 0:
        assert PAGE_ALONE not in world.published(outcome)


@pytest.mark.parametrize("pair", PAIRS, ids=label)
def test_two_faults_publish_nothing_or_all(
    world: World, undisturbed: dict[str, object], pair: list[tuple[str, str]]
) -> None:
    faults: dict[str, list[TransientError]] = {}
    for where, name in pair:
        faults.setdefault(where, []).append(FAULTS[where][name])

    outcome = world.run(faults)

    if all(name in {**PASSING_AT_GITHUB, **PASSING_AT_ARTIFACTS} for _, name in pair):
        assert outcome.status == 0, outcome.log
    if outcome.status == 0 and any(is_done_without(*each) for each in pair):
        assert_made_without_settings(world, outcome)
    else:
        assert_whole_or_nothing(world, undisturbed, outcome)


@pytest.mark.parametrize("name", LISTINGS, ids=label)
def test_an_artifact_that_may_be_out_is_looked_for(
    world: World, undisturbed: dict[str, object], name: str
) -> None:
    """The one case in which a failed run may leave something: an artifact that nobody can see."""
    outcome = world.run(
        {"FinalizeArtifact": [TRANSPORT_FAULTS["answer lost"]], "ListArtifacts": [LISTINGS[name]]}
    )

    if name in PASSING_AT_ARTIFACTS:
        assert outcome.status == 0, outcome.log
        assert world.published(outcome) == undisturbed
    else:
        assert outcome.status == 1
        assert "bug" not in outcome.error
        outcome.assert_nothing_published()
        assert len([each for each in world.results.artifacts if each.database_id]) == 1
