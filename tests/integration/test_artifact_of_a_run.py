"""A run with an artifact: published whole, or not at all."""

import re
from collections.abc import Callable

import pytest

from tests.action import Action
from tests.artifact_client import download, listed
from tests.github_markdown import Seen
from tests.github_server import Organization
from tests.loopback import TRANSPORT_FAULTS, Answer, Request, TransientError, answering
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
    artifacts = {artifact["name"]: artifact for artifact in listed(results)}
    assert artifacts.keys() == {"copilot-seat-report", "copilot-seat-report.html"}
    artifact = artifacts["copilot-seat-report"]
    content = download(results, artifact, tmp_path_factory.mktemp("artifact"))
    assert outcome.files == {f"{outcome.directory}/{name}": body for name, body in content.items()}
    assert outcome.outputs["artifact-digest"] == artifact["digest"]
    # The page says which run it is of.
    run = "https://github.com/acme/reports/actions/runs/1234/attempts/1"
    assert f'href="{run}"' in outcome.text("report.html")


def test_the_summary_begins_with_the_page_in_one_click_and_then_the_download(
    action: Action, results: ResultsServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outcome = action(formats="html")

    page, zipped = Seen(outcome.summary or "").links[:2]
    assert (outcome.summary or "").startswith("**[Open the report](https://")
    assert page == ("Open the report", outcome.outputs["page-url"])
    assert zipped == ("Download", outcome.outputs["artifact-url"])
    # The address holds on every page of the run, also on that of a later attempt.
    run = "https://github.com/acme/reports/actions/runs/1234/artifacts/"
    (artifact,) = [each for each in listed(results) if each["name"].endswith(".html")]
    assert outcome.outputs["page-url"] == f"{run}{artifact['id']}"
    content = download(results, artifact, tmp_path_factory.mktemp("page"))
    assert content == {"copilot-seat-report.html": outcome.text("report.html").encode()}


def test_without_html_there_is_no_page_alone(action: Action, results: ResultsServer) -> None:
    outcome = action(formats="csv")

    assert [each.name for each in results.artifacts] == ["copilot-seat-report"]
    assert outcome.outputs["page-url"] == ""
    assert (outcome.summary or "").startswith("**[Download the report](https://")


def test_a_service_that_knows_only_zips_gets_the_zip(
    action: Action, results: ResultsServer
) -> None:
    """As nektos/act 0.2 does: 500, with an empty body, for the field that it does not know."""
    respond = results.respond

    def zips_only(request: Request) -> Answer:
        return Answer(500) if b"mime_type" in request.body else respond(request)

    results.respond = zips_only  # type: ignore[method-assign]

    outcome = action(formats="html,json")

    assert outcome.status == 0, outcome.log
    assert outcome.outputs["artifact-id"]
    assert outcome.outputs["page-url"] == ""
    (warning,) = outcome.annotations("warning")
    assert "It is in the artifact 'copilot-seat-report', as report.html." in warning
    assert (outcome.summary or "").startswith("**[Download the report](https://")


@pytest.mark.parametrize("page", [True, False])
def test_anonymized_the_artifacts_are_named_and_not_linked(
    action: Action, results: ResultsServer, page: bool
) -> None:
    outcome = action(anonymize="true", formats="html,json" if page else "json")

    assert len(results.artifacts) == (2 if page else 1)
    assert outcome.outputs["page-url"] == outcome.outputs["artifact-url"] == ""
    summary = outcome.summary or ""
    assert "/artifacts/" not in summary
    assert "at the bottom of this run's page" in summary.partition("\n")[0].lower()
    assert ("`copilot-seat-report.html`" in summary) == page
    assert "`copilot-seat-report`" in summary


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
