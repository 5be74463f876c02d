"""Every workflow under examples/, run as it is: the file that users copy is the file that runs.

Nothing is fetched: the action comes as a release has it, with an action.yml that names an image,
and `stand_ins/` has what a job would take from github.com or find on GitHub's runners. A use of
anything else fails here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts import release
from tests import made_up
from tests.act import Act, Run
from tests.engine import ROOT
from tests.expected import Expected, in_organization
from tests.github_server import TOKEN, WORKFLOW_TOKEN, Enterprise, GitHubServer, Organization
from tests.made_up import NOW, days, seat
from tests.usage_metrics import ReportFiles, record, user_report

EXAMPLES = ROOT / "examples"
STAND_INS = Path(__file__).with_name("stand_ins")
ACTION = f"{release.ACTION}@v{release.version()}"

# Three of eight are idle, of whom one is exempt in most examples.
SEATS = [
    *(seat(number) for number in range(1, 6)),
    seat(6, idle=days(70)),
    seat(7, idle=days(80), assigning_team=made_up.team("Platform")),
    seat(8, idle=days(90), assignee=made_up.user(8, login="svc-build")),
]
LABS = [seat(number, login="acme-labs") for number in (5, 9)]
BY_NOBODY = seat(10, organization=None, assigning_team=made_up.enterprise_team("Research"))


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    group = Enterprise("acme-group", [*SEATS, *LABS, BY_NOBODY])
    accounts = (Organization("acme", SEATS), Organization("acme-labs", LABS), group)
    with GitHubServer(*accounts) as server:
        yield server


@pytest.fixture
def host() -> Iterator[ReportFiles]:
    with ReportFiles() as host:
        yield host


@dataclass(frozen=True)
class Examples:
    """Runs an example by its name, with the inputs of `workflow_dispatch` if it is that event."""

    image: str
    folder: Path
    github: GitHubServer

    def __call__(self, name: str, event: str, *, open_issue: str = "", **inputs: str) -> Run:
        workflow = EXAMPLES / name
        used = set(re.findall(r"uses: (\S+)", workflow.read_text("utf-8"))) - {ACTION}
        checkout = self.folder / "checkout"  # of a repository that has nothing but the workflow
        checkout.mkdir()
        act = Act(
            folder=self.folder,
            environment={
                "GITHUB_API_URL": self.github.url,
                "GITHUB_REPOSITORY": "acme/reports",
                "GITHUB_REPOSITORY_OWNER": "acme",
                "OPEN_ISSUE": open_issue,
                "SOURCE_DATE_EPOCH": str(int(NOW.timestamp())),
            },
            secrets={
                "GITHUB_TOKEN": WORKFLOW_TOKEN,
                "COPILOT_SEATS_PRIVATE_KEY": TOKEN,
                "COPILOT_SEATS_TOKEN": TOKEN,
                "COPILOT_SEATS_CLASSIC_TOKEN": TOKEN,
                "COPILOT_SEATS_WRITE_TOKEN": "the-write-token",
                "COPILOT_SEATS_PSEUDONYMS": "the-key",
            },
            variables={"COPILOT_SEATS_CLIENT_ID": "Iv23made0up"},
            actions={ACTION: self._released(), **{use: _stand_in(use) for use in used}},
            mounts={"/stand-ins": STAND_INS, "/usr/local/bin/gh": STAND_INS / "gh"},
        )
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        return act(event, workflow, checkout=checkout, inputs=given)

    def _released(self) -> Path:
        """The action's folder, its action.yml as scripts/release.py writes it."""
        text = (ROOT / "action.yml").read_text("utf-8")
        built, pulled = "image: Dockerfile", f"image: docker://{self.image}"
        assert built in text
        folder = self.folder / "action"
        folder.mkdir()
        (folder / "action.yml").write_text(text.replace(built, pulled), "utf-8")
        return folder


def _stand_in(use: str) -> Path:
    path = STAND_INS / use.partition("@")[0].partition("/")[2]
    assert path.is_dir(), f"{use} has no stand-in"
    return path


@pytest.fixture
def example(image: str, tmp_path: Path, github: GitHubServer) -> Examples:
    return Examples(image, tmp_path, github)


def gh_calls(run: Run) -> list[dict[str, Any]]:
    """The calls of the CLI, each of them with a token."""
    calls = [json.loads(call) for call in run.told("gh")]
    assert all(call["signed_in"] for call in calls)
    return calls


def test_each_example_is_run_here() -> None:
    source = Path(__file__).read_text("utf-8")

    for path in EXAMPLES.iterdir():
        assert f'"{path.name}"' in source


def test_a_report_each_week(example: Examples) -> None:
    run = example("weekly-report.yml", "schedule")

    assert run.jobs == [("report", "success")]
    expected = Expected(in_organization("acme", SEATS))
    outputs = run.outputs("report")
    assert {name: outputs[name] for name in expected.figures} == expected.figures
    assert len(list(run.artifacts.rglob("copilot-seat-report.zip"))) == 1


def test_the_weekly_report_by_hand(example: Examples) -> None:
    run = example(
        "weekly-report.yml", "workflow_dispatch", inactive_days="75", exempt_users="svc-*"
    )

    assert json.loads(run.outputs("report")["idle-users"]) == ["person-0007"]


def test_a_report_by_hand(example: Examples, github: GitHubServer) -> None:
    run = example(
        "by-hand.yml",
        "workflow_dispatch",
        organization="acme-labs",
        users="person-0009",
        inactive_days="30",
        anonymize="true",
    )

    assert run.jobs == [("report", "success")]
    outputs = run.outputs("report")
    assert outputs["people"] == outputs["active"] == "1"
    assert "/orgs/acme-labs/members/person-0009/copilot" in {r.path for r in github.requests}


def test_several_organizations(example: Examples) -> None:
    outputs = example("several-organizations.yml", "schedule").outputs("report")

    assert (outputs["seats"], outputs["people"]) == ("10", "9")
    assert json.loads(outputs["idle-users"]) == ["person-0007", "person-0006"]


def test_an_enterprise(example: Examples) -> None:
    outputs = example("enterprise.yml", "schedule").outputs("report")

    assert (outputs["seats"], outputs["people"], outputs["complete"]) == ("11", "10", "true")


def test_usage_metrics_beside_the_seats(
    example: Examples, github: GitHubServer, host: ReportFiles
) -> None:
    records = [record(6, 3), *(record(number, 4) for number in range(1, 6))]
    github.organizations["acme"].usage_report = user_report(host, records[:3], records[3:])

    run = example("usage-metrics.yml", "schedule")

    assert run.jobs == [("report", "success")]
    outputs = run.outputs("report")
    assert (outputs["idle"], outputs["active-in-metrics"]) == ("2", "1")
    assert (outputs["ai-credits-used"], outputs["ai-credits-included"]) == ("15.00", "15200")
    assert (
        "Idle seats cost USD 38.00 a month; taking them back would save an estimated USD 38.00."
        in run.annotations("notice")
    )


def test_a_closer_look_at_idle_people(
    example: Examples, github: GitHubServer, host: ReportFiles
) -> None:
    github.organizations["acme"].usage_report = user_report(host, [record(6, 3), record(1, 3)])

    run = example("look-closer.yml", "workflow_dispatch", inactive_days="60")

    assert run.jobs == [("report", "success")]
    outputs = run.outputs("report")
    assert outputs["people"] == "3"
    assert json.loads(outputs["idle-users"]) == ["svc-build", "person-0007"]
    assert len(host.requests) == 1


def test_where_no_one_is_idle_there_is_no_closer_look(
    example: Examples, github: GitHubServer
) -> None:
    """It would be one at everyone."""
    run = example("look-closer.yml", "workflow_dispatch", inactive_days="365")

    assert run.jobs == [("report", "success")]
    assert not any("/metrics/" in request.path for request in github.requests)


def test_an_issue_is_opened(example: Examples) -> None:
    run = example("issue.yml", "schedule")

    assert run.jobs == [("report", "success")]
    label, listed, created = gh_calls(run)
    assert label["arguments"][:3] == ["label", "create", "copilot-seats"]
    assert listed["arguments"][:2] == ["issue", "list"]
    assert created["arguments"][:2] == ["issue", "create"]
    assert "https://github.com/acme/reports/actions/runs/1\n" in created["body"]
    assert "3 of 8 people" in created["body"]
    assert "person-0" not in created["body"]


def test_the_open_issue_is_updated(example: Examples) -> None:
    run = example("issue.yml", "workflow_dispatch", open_issue="7")

    *_, updated = gh_calls(run)

    assert updated["arguments"][:3] == ["issue", "edit", "7"]
    assert "3 of 8 people" in updated["body"]


@pytest.mark.parametrize("take_back", [True, False])
def test_idle_people_are_handed_on_one_by_one(example: Examples, take_back: bool) -> None:
    run = example(
        "idle-people.yml", "workflow_dispatch", inactive_days="60", take_back=str(take_back).lower()
    )

    assert run.jobs == [("report", "success"), ("seat", "success"), ("seat", "success")]
    idle = {"person-0006", "person-0007"}  # and not the exempt svc-build
    if take_back:
        endpoint = "/orgs/acme/copilot/billing/selected_users"
        assert sorted(call["arguments"] for call in gh_calls(run)) == [
            ["api", "--method", "DELETE", endpoint, "--raw-field", f"selected_usernames[]={login}"]
            for login in sorted(idle)
        ]
    else:
        assert gh_calls(run) == []
        for login in idle:
            assert f"Would take back the seat of {login}." in run.printed


def test_where_no_one_is_idle_no_job_follows(example: Examples) -> None:
    run = example("idle-people.yml", "workflow_dispatch", inactive_days="365")

    assert run.status == 0
    assert run.jobs == [("report", "success")]


def test_too_many_idle_fail_the_run(example: Examples) -> None:
    run = example("too-many-idle.yml", "schedule")

    assert run.jobs == [("report", "failure")]
    (error,) = run.annotations("error")
    assert error.startswith("37.5% of the people are idle, more than the 25%")
    assert "3 idle people cost an estimated USD 57.00 a month." in run.annotations("warning")
    assert len(list(run.artifacts.rglob("copilot-seat-report.zip"))) == 1


def test_another_failure_tells_no_cost(example: Examples, github: GitHubServer) -> None:
    github.tokens[TOKEN] = "expired"

    run = example("too-many-idle.yml", "schedule")

    assert run.jobs == [("report", "failure")]
    assert run.annotations("warning") == []


def test_the_page_is_published(example: Examples) -> None:
    run = example("publish-page.yml", "schedule")

    assert run.jobs == [("deploy", "success"), ("report", "success")]
    assert run.told("site") == ["index.html "]
    assert "Copilot" in run.told("title")[0]
    assert run.told("deployed") == ["true"]


def test_other_jobs_have_the_artifact(example: Examples) -> None:
    run = example("download-artifact.yml", "workflow_dispatch")

    jobs = [("by-action", "success"), ("by-shell", "success"), ("report", "success")]
    assert run.jobs == jobs
    assert "acme,Platform,1,0,1,19.00,19.00" in run.printed
    assert any(line.startswith("VS Code,") for line in run.printed)
