"""Faults at every request of a run, alone and in pairs.

Each run ends in one of two ways: everything is published, and is what an undisturbed run publishes;
or there is one error and nothing is published. Only the page may be missing as an artifact of its
own, where a request for it failed: then there is one warning.

Which requests there are is seen in a run in which nothing goes wrong. Each of them meets each class
of faults, and each fault comes somewhere; with `--full`, each request meets each fault.
"""

import random
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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
from tests.reliability.world import PAGE_ALONE, World, refused
from tests.results_server import ResultsServer

EPOCH = int(NOW.timestamp())
LASTING = 100
PAIRS_A_TEST = 6

# Coverage shows nothing here, and takes a third of the time.
pytestmark = pytest.mark.no_cover

Faults = Mapping[str, TransientError]
Classes = Mapping[str, Faults]


def transport(*names: str) -> Faults:
    return {name: TRANSPORT_FAULTS[name] for name in names}


# What passes: the run goes on as if nothing had happened.
PASSING: Classes = {
    "connection": {
        **transport("connection reset", "answer lost", "body cut short"),
        "connections refused": refused,
    },
    "time": {"no answer in time": silence, "half an answer in time": stall},
    "body": transport("not JSON", "empty body", "HTML in its place"),
    "server": {**transport("500", "502 with HTML", "503", "504"), "408": answering(408)},
    "stated wait": {
        "503, wait said": answering(503, Retry_After="30"),
        "429, wait said": answering(429, Retry_After="30"),
    },
}
PASSING_AT_GITHUB: Classes = {
    **PASSING,
    "body": {**PASSING["body"], "gzip bomb of a megabyte": bomb(1)},
    "limit": {
        **LIMIT_FAULTS,
        "primary limit": giving(primary_limit_answer(EPOCH + 300)),
        "429 without a word": answering(429),
    },
}
PASSING_AT_ARTIFACTS: Classes = {
    **PASSING,
    "server": {
        **PASSING["server"],
        "403 from between": answering(403, "Error from intermediary with HTTP status code 403"),
    },
}
# What stays, however often it is asked: the run fails, whatever it waits.
STAYING_AT_GITHUB: Classes = {
    "refusal": {name: giving(answer) for name, answer in REFUSALS.items()},
    "limit": {"limit of an hour": giving(primary_limit_answer(EPOCH + 3600))},
    "answer": {
        "redirect to another host": answering(307, Location="http://localhost:1/"),
        "page of a hundred megabytes": bomb(100),
        "another shape": answering(200, '{"seats": 7, "visibility": 7, "seat_breakdown": 7}'),
    },
}
STAYING_AT_ARTIFACTS: Classes = {
    "refusal": {
        "400": answering(400),
        "401": answering(401, '{"code": "unauthenticated"}'),
        "403": answering(403, "<Error><Code>AuthenticationFailed</Code></Error>"),
        "404": answering(404),
        "storage used up": answering(403, '{"msg": "insufficient usage to create artifact"}'),
    },
    "limit": {"wait of an hour": answering(429, Retry_After="3600")},
}
# Whom a request is for, and what can go wrong there.
SIDES: Mapping[str, tuple[Classes, Classes]] = {
    "GitHub": (PASSING_AT_GITHUB, STAYING_AT_GITHUB),
    "the zip": (PASSING_AT_ARTIFACTS, STAYING_AT_ARTIFACTS),
    "the page": (PASSING_AT_ARTIFACTS, STAYING_AT_ARTIFACTS),
}


@dataclass(frozen=True)
class Clean:
    """A run in which all goes well: what it published, and its requests by whom they are for."""

    published: dict[str, object]
    requests: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Group:
    """Faults on one side that take turns: as many as cover the requests and the faults."""

    side: str
    name: str
    faults: Faults

    def cases(self, clean: Clean) -> Iterator[tuple[str, str]]:
        """Return request and fault of each run."""
        places, names = clean.requests[self.side], tuple(self.faults)
        for number in range(max(len(places), len(names))):
            yield places[number % len(places)], names[number % len(names)]


def grouped(which: int, *, every: bool) -> list[Group]:
    """Return the classes of passing (0) or staying (1) faults; or, of `every`, each by itself."""
    return [
        group
        for side, kinds in SIDES.items()
        for name, faults in kinds[which].items()
        for group in (
            (Group(side, each, {each: fault}) for each, fault in faults.items())
            if every
            else (Group(side, name, faults),)
        )
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    every = bool(metafunc.config.getoption("full"))
    listings = (*PASSING_AT_ARTIFACTS.values(), *STAYING_AT_ARTIFACTS.values())
    parameters: Mapping[str, list[object]] = {
        "passing": [*grouped(0, every=every)],
        "staying": [*grouped(1, every=every)],
        "seed": [*range(32 if every else 8)],
        # What the service lists is asked for only when it is not known whether it finalized the
        # artifact.
        "listing": [name for faults in listings for name in [*faults][: None if every else 1]],
    }
    for name in parameters.keys() & set(metafunc.fixturenames):
        metafunc.parametrize(name, parameters[name], ids=label)


def is_done_without(where: str, name: str) -> bool:
    """Return whether a report is made all the same: that of the settings has the seats."""
    refusal = REFUSALS.get(name)
    return where == "settings" and refusal is not None and refusal.status in WITHOUT_SETTINGS


def assert_made_without_settings(world: World, outcome: Outcome) -> None:
    assert world.published(outcome)
    assert outcome.annotations("error") == []
    assert "The report is made without them" in outcome.log
    assert outcome.outputs["complete"] == "true"
    assert outcome.report["overviews"][0]["settings"] == []


def label(value: object) -> str:
    text = f"{value.side} {value.name}" if isinstance(value, Group) else str(value)
    return text.replace("/", " ")


def assert_whole_or_nothing(world: World, clean: Clean, outcome: Outcome) -> None:
    if outcome.status == 0:
        published = world.published(outcome)
        given_up = PAGE_ALONE not in published
        assert {**published, PAGE_ALONE: clean.published[PAGE_ALONE]} == clean.published
        assert outcome.annotations("error") == []
        assert len(outcome.annotations("warning")) == given_up
    else:
        world.assert_nothing_published(outcome)


@pytest.fixture(scope="module")
def clean(
    servers: tuple[GitHubServer, ResultsServer],
    acme: Organization,
    tmp_path_factory: pytest.TempPathFactory,
) -> Clean:
    github, _ = servers
    github.add(acme)
    with pytest.MonkeyPatch.context() as monkeypatch:
        world = World(
            *servers, folder=tmp_path_factory.mktemp("undisturbed"), monkeypatch=monkeypatch
        )
        outcome = world.run()
        assert outcome.status == 0, outcome.log
        asked = [name for name in world.requests if not re.fullmatch("html block [3-9]", name)]
        assert len(asked) == len({*asked}), "each request has a name of its own"
        at_github = len(world.github.requests)
        sides = {
            "GitHub": asked[:at_github],
            "the zip": [name for name in asked[at_github:] if not name.startswith("html ")],
            "the page": [name for name in asked[at_github:] if name.startswith("html ")],
        }
        requests = {side: tuple(sorted(names)) for side, names in sides.items()}
        return Clean(world.published(outcome), requests)


def test_each_request_meets_each_class_and_each_fault_comes_somewhere(
    clean: Clean, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    every = bool(pytestconfig.getoption("full"))
    assert all(len(names) >= 5 for names in clean.requests.values())
    runs = []
    for which in (0, 1):
        met = [
            (group.side, where, group.name, fault)
            for group in grouped(which, every=every)
            for where, fault in group.cases(clean)
        ]
        assert {(side, where, name) for side, where, name, _ in met} == {
            (group.side, where, group.name)
            for group in grouped(which, every=every)
            for where in clean.requests[group.side]
        }
        assert {(side, fault) for side, _, _, fault in met} == {
            (group.side, group.name) for group in grouped(which, every=True)
        }
        runs.append(len(met))
    pairs = (32 if every else 8) * PAIRS_A_TEST
    requests = sum(map(len, clean.requests.values()))
    with capsys.disabled():
        print(
            f"\nFault matrix: {requests} requests; {runs[0]} faults once and {runs[0]} lasting, "
            f"{runs[1]} final refusals, {pairs} pairs",
            file=sys.stderr,
        )


def test_a_fault_that_passes_leaves_no_trace(
    world: World, clean: Clean, passing: Group, subtests: pytest.Subtests
) -> None:
    for where, name in passing.cases(clean):
        with subtests.test(where=where, fault=name):
            world.forget()

            outcome = world.run({where: [passing.faults[name]]})

            assert outcome.status == 0, outcome.log
            assert world.published(outcome) == clean.published
            assert outcome.annotations("error") == []


def test_a_fault_that_lasts_publishes_nothing_or_all(
    world: World, clean: Clean, passing: Group, subtests: pytest.Subtests
) -> None:
    for where, name in passing.cases(clean):
        with subtests.test(where=where, fault=name):
            world.forget()

            outcome = world.run({where: [passing.faults[name]] * LASTING})

            assert_whole_or_nothing(world, clean, outcome)


def test_a_refusal_publishes_nothing_and_one_of_page_or_settings_all_the_rest(
    world: World, clean: Clean, staying: Group, subtests: pytest.Subtests
) -> None:
    for where, name in staying.cases(clean):
        with subtests.test(where=where, fault=name):
            world.forget()

            outcome = world.run({where: [staying.faults[name]] * LASTING})

            without_settings = is_done_without(where, name)
            assert (outcome.status == 0) == (staying.side == "the page" or without_settings)
            if without_settings:
                assert_made_without_settings(world, outcome)
                continue
            assert_whole_or_nothing(world, clean, outcome)
            if outcome.status == 0:
                assert PAGE_ALONE not in world.published(outcome)


def test_two_faults_publish_nothing_or_all(
    world: World, clean: Clean, seed: int, subtests: pytest.Subtests
) -> None:
    anywhere = [
        (where, name, fault, which == 0)
        for side, kinds in SIDES.items()
        for which, classes in enumerate(kinds)
        for faults in classes.values()
        for name, fault in faults.items()
        for where in clean.requests[side]
    ]
    chance = random.Random(seed)
    for _ in range(PAIRS_A_TEST):
        pair = chance.sample(anywhere, 2)
        with subtests.test(pair=[(where, name) for where, name, _, _ in pair]):
            world.forget()
            faults: dict[str, list[TransientError]] = {}
            for where, _, fault, passes in pair:
                # A slow machine may miss the first answer and ask again.
                faults.setdefault(where, []).extend([fault] * (1 if passes else LASTING))

            outcome = world.run(faults)

            if all(passes for _, _, _, passes in pair):
                assert outcome.status == 0, outcome.log
            if outcome.status == 0 and any(is_done_without(*each[:2]) for each in pair):
                assert_made_without_settings(world, outcome)
            else:
                assert_whole_or_nothing(world, clean, outcome)


def test_an_artifact_that_may_be_out_is_looked_for(
    world: World, clean: Clean, listing: str
) -> None:
    """The one case in which a failed run may leave something: an artifact that nobody can see."""
    kinds = (PASSING_AT_ARTIFACTS, STAYING_AT_ARTIFACTS)
    passing, staying = ({k: v for each in kind.values() for k, v in each.items()} for kind in kinds)
    fault = {**passing, **staying}[listing]

    outcome = world.run(
        {"FinalizeArtifact": [TRANSPORT_FAULTS["answer lost"]], "ListArtifacts": [fault]}
    )

    if listing in passing:
        assert outcome.status == 0, outcome.log
        assert world.published(outcome) == clean.published
    else:
        assert outcome.status == 1
        assert "bug" not in outcome.error
        outcome.assert_nothing_published()
        assert len([each for each in world.results.artifacts if each.database_id]) == 1
