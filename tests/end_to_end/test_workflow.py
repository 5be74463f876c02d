"""A whole workflow, run by act: checkout, the action built from its Dockerfile, a later step."""

import json
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from copilot_seat_report.files.names import CHANGES, GROUPS, NAMES
from tests import made_up
from tests.act import Act
from tests.engine import ROOT
from tests.expected import Expected, in_organization
from tests.github_server import TOKEN, WORKFLOW_TOKEN, GitHubServer, Organization
from tests.made_up import NOW

WORKFLOW = Path(__file__).with_name("workflow.yml")
SEATS = made_up.seats(230)
FILES = {*NAMES} - {CHANGES, GROUPS}


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    with GitHubServer(Organization("acme", SEATS)) as server:
        yield server


@pytest.mark.usefixtures("image")  # built once: act then takes what the engine has cached
@pytest.mark.parametrize("event", ["workflow_dispatch", "schedule"])
def test_the_action_in_a_workflow(event: str, tmp_path: Path, github: GitHubServer) -> None:
    act = Act(
        tmp_path,
        environment={
            "GITHUB_API_URL": github.url,
            "GITHUB_REPOSITORY": "acme/reports",
            "GITHUB_REPOSITORY_OWNER": "acme",
            "SOURCE_DATE_EPOCH": str(int(NOW.timestamp())),
        },
        secrets={"COPILOT_TOKEN": TOKEN, "GITHUB_TOKEN": WORKFLOW_TOKEN},
    )

    run = act(event, WORKFLOW, checkout=ROOT)

    assert run.status == 0
    (told,) = run.told("outputs")
    outputs = json.loads(told)
    expected = Expected(in_organization("acme", SEATS))
    assert {name: outputs[name] for name in expected.figures} == expected.figures
    assert set(json.loads(outputs["idle-users"])) == expected.idle_logins
    assert outputs["complete"] == "true"
    declared = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["outputs"]
    assert outputs.keys() == declared.keys()

    (files,) = run.told("files")
    assert set(files.split()) == FILES
    assert outputs["artifact-name"] == "copilot-seat-report"
    (path,) = run.artifacts.rglob("copilot-seat-report.zip")
    assert outputs["artifact-digest"] == "sha256:" + sha256(path.read_bytes()).hexdigest()
    with zipfile.ZipFile(path) as archive:
        assert set(archive.namelist()) == FILES
        html = archive.read("report.html")
    (page,) = run.artifacts.rglob("copilot-seat-report.html.zip")  # whatever is in it, for act
    assert page.read_bytes() == html
    assert outputs["page-url"].startswith(
        "https://github.com/acme/reports/actions/runs/1/artifacts/"
    )

    # The token reads the seats, the workflow's own reads the repository's visibility, and no more.
    asked = {(request.token, request.path.split("/")[1]) for request in github.requests}
    assert asked == {(TOKEN, "orgs"), (TOKEN, "organizations"), (WORKFLOW_TOKEN, "repos")}
    assert {request.method for request in github.requests} == {"GET"}
