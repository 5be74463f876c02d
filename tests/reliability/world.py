"""A whole run among servers that go wrong at a named request."""

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from copilot_seat_report.artifact import artifacts, upload
from copilot_seat_report.errors import RunError
from copilot_seat_report.github import client
from tests.action import Action, Outcome
from tests.clock import FakeClock
from tests.github_server import GitHubServer, PrimaryLimit
from tests.loopback import Exchange, LoopbackServer, Request, TransientError
from tests.results_server import SERVICE, ResultsServer

OF_ARTIFACTS = ("artifact-id", "artifact-url", "artifact-name", "page-url")
PAGE_ALONE = "the page alone"
# The zip of a report with a page is more than one block, and less than two.
BLOCK_BYTES = 48 * 1024
# An answer that takes longer on a busy machine is only asked for again.
TIMEOUT_SECONDS = 0.3


def name_of(request: Request) -> str:
    """Say what a request is; those for the page's own artifact begin with `html`."""
    if request.path.startswith(SERVICE):
        of_page = b'.html"' in request.body  # which may be cut short
        return f"{'html ' if of_page else ''}{request.path.removeprefix(SERVICE)}"
    if "/actions/" in request.path:
        return "earlier reports"
    if request.path.startswith("/repos/"):
        return "visibility"
    if request.path.endswith("/seats"):
        return f"page {request.query.get('page', '1')}"
    if request.path.endswith("/billing"):
        return "settings"
    prefix = "" if request.path.endswith(".zip") else "html "
    if block := request.query.get("blockid"):
        return f"{prefix}block {int(base64.b64decode(block).removeprefix(b'block-')) + 1}"
    return f"{prefix}block list"


class _ByName(dict[int, Any]):
    """What is to happen at requests by their names; a server asks for it by their numbers."""

    def __init__(self, server: LoopbackServer, plans: Mapping[str, Sequence[object]]) -> None:
        super().__init__()
        self._server = server
        self._plans = {name: list(plan) for name, plan in plans.items()}

    def get(self, number: int, default: Any = None) -> Any:  # noqa: ANN401
        plan = self._plans.get(name_of(self._server.requests[number - 1]))
        return plan.pop(0) if plan else default


def refused(exchange: Exchange) -> None:
    """The connection is dropped, and further ones are refused until the client has waited."""
    exchange.handler.drop(reset=True)
    exchange.server.refuse()


class World:
    """A step of a workflow, a GitHub with three pages of seats, and an artifact service."""

    def __init__(
        self,
        github: GitHubServer,
        results: ResultsServer,
        *,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.github, self.results = github, results
        self._folder = folder
        monkeypatch.setattr(upload, "BLOCK_BYTES", BLOCK_BYTES)
        monkeypatch.setattr(artifacts, "TIMEOUT", httpx.Timeout(TIMEOUT_SECONDS))
        monkeypatch.setattr(client, "TIMEOUT", httpx.Timeout(TIMEOUT_SECONDS))
        self._steps = count(1)
        self.forget()

    def forget(self) -> None:
        """Go on with another step in an empty workspace, and an artifact service that has none."""
        for server in (self.github, self.results):
            server.accept()
            server.forget()
        self.github.secondary_limits = False
        self.github.primary = PrimaryLimit()
        self.results.artifacts.clear()
        self.clock = _Clock((self.github, self.results))
        folder = self._folder / f"step-{next(self._steps)}"
        folder.mkdir()
        self.action = Action(
            folder,
            self.github,
            {
                "ACTIONS_RUNTIME_TOKEN": self.results.token(),
                "ACTIONS_RESULTS_URL": self.results.url,
            },
            clock=lambda: self.clock,
        )

    def plan(
        self,
        faults: Mapping[str, Sequence[TransientError]],
        changes: Mapping[str, Sequence[Callable[[], None]]] | None = None,
    ) -> None:
        """Have faults and changes come at requests of these names, one each time."""
        for server in (self.github, self.results):
            server.faults = _ByName(server, faults)
            server.changes = _ByName(server, changes or {})

    def run(
        self,
        faults: Mapping[str, Sequence[TransientError]] | None = None,
        *,
        changes: Mapping[str, Sequence[Callable[[], None]]] | None = None,
        **inputs: str,
    ) -> Outcome:
        """Run the action in this process, on a clock of its own; page and JSON by default."""
        self.plan(faults or {}, changes)
        return self.action(**{"formats": "html,json", **inputs})

    @property
    def requests(self) -> list[str]:
        return [name_of(r) for r in (*self.github.requests, *self.results.requests)]

    def published(self, outcome: Outcome) -> dict[str, object]:
        """Return all that a run published, but for the artifacts' names and numbers.

        What is under `PAGE_ALONE` is missing where the page was not taken as an artifact.
        """
        stored = {str(each.database_id): each for each in self.results.artifacts}
        artifact = stored[outcome.outputs["artifact-id"]]
        assert outcome.outputs["artifact-name"] == artifact.name
        assert outcome.outputs["artifact-digest"] == artifact.digest
        assert outcome.summary is not None
        links, _, summary = outcome.summary.partition("\n\n")
        published: dict[str, object] = {
            **outcome.files,
            **{name: text for name, text in outcome.outputs.items() if name not in OF_ARTIFACTS},
            "summary": summary,
        }
        if outcome.outputs["page-url"]:
            page = stored[outcome.outputs["page-url"].rpartition("/")[2]]
            assert f"]({outcome.outputs['page-url']})" in links
            published[PAGE_ALONE] = (page.mime_type, page.digest)
        assert f"]({outcome.outputs['artifact-url']})" in links
        return published

    def assert_nothing_published(self, outcome: Outcome) -> None:
        assert outcome.status == 1
        assert outcome.error
        outcome.assert_nothing_published()
        assert [each for each in self.results.artifacts if each.database_id is not None] == []


class _Clock(FakeClock):
    """The servers listen again when the client has waited."""

    def __init__(self, servers: Iterable[LoopbackServer]) -> None:
        super().__init__()
        self._servers = tuple(servers)

    def sleep(self, seconds: float) -> None:
        if self.stopped:
            raise RunError("The run was stopped.")
        super().sleep(seconds)
        for server in self._servers:
            server.accept()
