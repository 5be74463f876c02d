"""A run with an artifact: published whole, or not at all."""

import re
from collections.abc import Callable

import pytest

from tests.action import Action
from tests.artifact_client import download, listed
from tests.github_server import Organization
from tests.loopback import TRANSPORT_FAULTS, TransientError, answering
from tests.made_up import seats
from tests.results_server import ResultsServer

ANOTHER_JOB = "11111111-2222-5333-8444-555555555555"
QUOTA = '{"code": "resource_exhausted", "msg": "insufficient usage to create artifact"}'


@pytest.fixture
def action(step: Callable[..., Action], results: ResultsServer) -> Action:
    """A step in a job that has an artifact service."""
    return step(
        Organization("acme", seats(101)),
        ACTIONS_RUNTIME_TOKEN=results.token(),
        ACTIONS_RESULTS_URL=results.url,
    )


def test_the_artifact_has_the_reports_files(
    action: Action, results: ResultsServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outcome = action(formats="html,csv,xlsx,json")

    assert outcome.status == 0, outcome.log
    (artifact,) = listed(results)
    content = download(results, artifact, tmp_path_factory.mktemp("artifact"))
    assert outcome.files == {f"{outcome.directory}/{name}": body for name, body in content.items()}
    assert outcome.outputs["artifact-digest"] == artifact["digest"]
    assert outcome.summary is not None
    assert f"./1234/artifacts/{artifact['id']}" in outcome.summary


@pytest.mark.parametrize(
    ("number", "fault", "reason"),
    [
        pytest.param(1, answering(403, QUOTA), "used up.*retention-days", id="storage used up"),
        pytest.param(1, answering(401, "{}"), "refused to create", id="token refused"),
        pytest.param(2, answering(403), "refused to take", id="block refused"),
        pytest.param(4, answering(400, "{}"), "refused to finalize", id="finalization refused"),
    ],
)
def test_without_its_artifact_no_report_is_published(
    action: Action, results: ResultsServer, number: int, fault: TransientError, reason: str
) -> None:
    results.faults[number] = fault

    outcome = action()

    assert outcome.status == 1
    assert re.search(reason, outcome.error)
    outcome.assert_nothing_published()


def test_a_service_that_stays_away_ends_the_run(action: Action, results: ResultsServer) -> None:
    results.refuse()

    outcome = action()

    assert outcome.status == 1
    assert re.search(r"The artifact service .* failed 6 times", outcome.error)
    outcome.assert_nothing_published()


@pytest.mark.parametrize("kept", [[], ["reports"], ["reports", "reports/weekly"]])
def test_a_failed_run_takes_back_the_folders_that_it_made_and_no_others(
    action: Action, results: ResultsServer, kept: list[str]
) -> None:
    results.refuse()
    for name in kept:
        (action.workspace / name).mkdir()

    outcome = action(output_directory="reports/weekly/copilot")

    assert outcome.status == 1
    folders = [
        path.relative_to(action.workspace).as_posix() for path in action.workspace.rglob("*")
    ]
    assert sorted(folders) == kept


def test_the_artifact_of_another_job_or_attempt_stays(
    action: Action, results: ResultsServer
) -> None:
    theirs = results.take("copilot-seat-report", job_id=ANOTHER_JOB)
    action.environment["GITHUB_RUN_ATTEMPT"] = "2"

    outcome = action()

    assert outcome.status == 0
    assert theirs in results.artifacts
    assert outcome.outputs["artifact-name"] == "copilot-seat-report-2"
    assert any("'copilot-seat-report-2'" in text for text in outcome.annotations("notice"))
    assert not any("Delete" in request.path for request in results.requests)


@pytest.mark.parametrize("fault", TRANSPORT_FAULTS)
def test_no_signed_address_is_ever_in_the_log(
    action: Action, results: ResultsServer, fault: str
) -> None:
    results.faults.update({2: TRANSPORT_FAULTS[fault], 4: TRANSPORT_FAULTS[fault]})

    outcome = action()

    assert outcome.status == 0
    said = [line for line in outcome.log.splitlines() if not line.startswith("::add-mask::")]
    signatures = {request.query["sig"] for request in results.requests if "sig" in request.query}
    assert signatures
    assert not any("sig=" in line or signature in line for line in said for signature in signatures)
