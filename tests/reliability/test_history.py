"""Every kind of fault at every request for the earlier report: the report is made all the same.

It is compared, and then as an undisturbed run's; or it is not, and says why. Nothing else differs.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.action import Action, Outcome
from tests.github_server import GitHubServer, Organization, primary_limit_answer
from tests.histories import artifact, history, person
from tests.loopback import (
    HTML,
    LoopbackServer,
    TransientError,
    answering,
    bomb,
    giving,
    lost,
    reset,
)
from tests.made_up import NOW, days, seat

EPOCH = int(NOW.timestamp())
REPOSITORY = "/repos/acme/reports"
ACTIONS = f"{REPOSITORY}/actions"
# In the order in which they are sent; the visibility is another request to the same address.
REQUESTS = {
    "artifacts of the name": f"{ACTIONS}/artifacts",
    "default branch": REPOSITORY,
    "run": f"{ACTIONS}/runs/7",
    "artifacts of the run": f"{ACTIONS}/runs/7/artifacts",
    "address of the zip": f"{ACTIONS}/artifacts/7/zip",
    "zip": "/blobs/7",
}
FAULTS: Mapping[str, TransientError] = {
    "connection reset": reset,
    "answer lost": lost,
    "500": answering(500),
    "403": answering(403, '{"message": "Resource not accessible by integration"}'),
    "404": answering(404),
    "410": answering(410),
    "HTML in its place": answering(200, HTML, Content_Type="text/html"),
    "another shape": answering(200, '{"artifacts": 7, "id": "x", "default_branch": 7}'),
    "gzip bomb": bomb(64),
    "limit of an hour": giving(primary_limit_answer(EPOCH + 3600)),
    "wait of an hour": answering(503, Retry_After="3600"),
    "redirect to another host": answering(302, Location="http://localhost:1/"),
}


class _At(dict[int, Any]):
    """A fault at requests for one address: the first of them, or all."""

    def __init__(
        self, server: LoopbackServer, path: str, fault: TransientError, times: int
    ) -> None:
        super().__init__()
        self._server, self._path, self._fault, self._left = server, path, fault, times

    def get(self, number: int, default: Any = None) -> Any:  # noqa: ANN401
        if self._server.requests[number - 1].path != self._path or not self._left:
            return default
        self._left -= 1
        return self._fault


@pytest.fixture
def action(tmp_path: Path) -> Iterator[Action]:
    records = [seat(1, idle=days(32)), seat(2), seat(3)]
    with GitHubServer(Organization("acme", records)) as server:
        server.leave(artifact(7, history(person(1, idle=days(25)), person(2), person(4))))
        yield Action(tmp_path, server)


def run(action: Action, path: str = "", fault: TransientError = reset, times: int = 0) -> Outcome:
    action.server.forget()
    action.server.faults = _At(action.server, path, fault, times)
    return action(history="auto", public_repository="allow")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each request meets each fault, once and again and again; or as many as cover both."""
    places, names = list(REQUESTS), list(FAULTS)
    cases = [(place, name, times) for place in places for name in names for times in (1, 100)]
    if not metafunc.config.getoption("full"):
        cases = [
            (places[(number + shift) % len(places)], name, times)
            for number, name in enumerate(names)
            for shift, times in ((0, 100), (3, 1))
        ]
    metafunc.parametrize(("place", "name", "times"), cases)


def test_a_fault_is_never_in_the_way(action: Action, place: str, name: str, times: int) -> None:
    undisturbed = run(action).report
    assert undisturbed["totals"]["gone"] == 1

    outcome = run(action, REQUESTS[place], FAULTS[name], times)

    assert outcome.status == 0, outcome.log
    report = outcome.report
    if report["changes"] is None:
        (source,) = (each for each in report["sources"] if each["source"] == "history")
        assert source["words"].startswith("Nothing is compared with an earlier report: ")
        assert source["words"] in outcome.log
        assert outcome.outputs["went-idle"] == ""
        assert [point["totals"]["people"] for point in report["history"]] == [3]
    else:
        assert {**report, "sources": 0} == {**undisturbed, "sources": 0}
    assert [person["status"] for person in report["people"]] == [
        person["status"] for person in undisturbed["people"]
    ]
    assert "the-signature" not in outcome.log
