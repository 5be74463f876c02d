"""Every workflow under examples/, run as it is: the file that users copy is the file that runs.

Nothing is fetched: the action comes as a release has it, with an action.yml that names an image,
and `stand_ins/` has what a job would take from github.com or find on GitHub's runners. A use of
anything else fails here.
"""

import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scripts import release
from tests import made_up
from tests.act import Act, Run
from tests.engine import ROOT
from tests.expected import Expected, in_organization
from tests.github_server import (
    TOKEN,
    WORKFLOW_TOKEN,
    Enterprise,
    GitHubServer,
    Organization,
    StoredArtifact,
)
from tests.github_server import Run as RunOfWorkflow
from tests.made_up import NOW, Json, days, seat
from tests.reminders import Weekly, reminder
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

    def __call__(
        self,
        name: str,
        event: str,
        *,
        issues: Sequence[Json] = (),
        visibility: str = "private",
        environment: Mapping[str, str] | None = None,
        **inputs: str,
    ) -> Run:
        workflow = EXAMPLES / name
        used = set(re.findall(r"uses: (\S+)", workflow.read_text("utf-8"))) - {ACTION}
        checkout = self.folder / "checkout"  # of a repository that has nothing but the workflow
        checkout.mkdir(exist_ok=True)
        act = Act(
            folder=self.folder,
            environment={
                "GITHUB_API_URL": self.github.url,
                "GITHUB_REPOSITORY": "acme/reports",
                "GITHUB_REPOSITORY_OWNER": "acme",
                "ISSUES": json.dumps(issues),
                "VISIBILITY": visibility,
                "SOURCE_DATE_EPOCH": str(int(NOW.timestamp())),
                **(environment or {}),
            },
            secrets={
                "GITHUB_TOKEN": WORKFLOW_TOKEN,
                "COPILOT_SEATS_PRIVATE_KEY": TOKEN,
                "COPILOT_SEATS_TOKEN": TOKEN,
                "COPILOT_SEATS_CLASSIC_TOKEN": TOKEN,
                "COPILOT_SEATS_WRITE_TOKEN": "the-write-token",
                "COPILOT_SEATS_PSEUDONYMS": "a-key-of-pseudonyms",
                "REMINDERS_TOKEN": "the-reminders-token",
            },
            variables={
                "COPILOT_SEATS_CLIENT_ID": "Iv23made0up",
                "REMINDERS_REPOSITORY": "acme/reminders",
            },
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
        folder.mkdir(exist_ok=True)
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


def test_the_weekly_report_by_hand(example: Examples) -> None:
    run = example(
        "weekly-report.yml", "workflow_dispatch", inactive_days="75", exempt_users="svc-*"
    )

    assert json.loads(run.outputs("report")["idle-users"]) == ["person-0007"]


# Three Mondays: 1 goes idle, 2 comes back, 3 is gone, 5 is granted a seat, and of 4, GitHub forgets
# the date.
MONDAYS = [NOW - days(14), NOW - days(7), NOW]
LAST_USE = NOW - days(14) - days(88)


def seats_on(week: int) -> list[Json]:
    monday = MONDAYS[week]
    forgotten = None if week else monday - LAST_USE
    return [
        seat(1, now=monday, idle=monday - (NOW - days(34))),
        seat(2, now=monday, idle=days(1) if week == 2 else days(50)),
        *([seat(3, now=monday)] if week < 2 else []),
        seat(4, now=monday, idle=forgotten, signed_in=None),
        *([seat(5, now=monday, granted=days(2))] if week else []),
    ]


def test_what_changed_from_week_to_week(example: Examples, github: GitHubServer) -> None:
    workflow = ".github/workflows/weekly-report.yml"
    reports: list[dict[str, bytes]] = []
    outputs: list[dict[str, str]] = []
    for week, monday in enumerate(MONDAYS):
        github.organizations["acme"].seats = seats_on(week)
        number = 901 + week
        run = example(
            "weekly-report.yml",
            "schedule",
            environment={
                "GITHUB_REF": "refs/heads/main",
                "GITHUB_REPOSITORY_ID": str(made_up.number_of("acme/reports")),
                "GITHUB_RUN_ID": str(number),
                "GITHUB_WORKFLOW_REF": f"acme/reports/{workflow}@refs/heads/main",
                "SOURCE_DATE_EPOCH": str(int(monday.timestamp())),
            },
        )
        assert run.jobs == [("report", "success")]
        outputs.append(run.outputs("report"))
        (path,) = (run.artifacts / str(number)).rglob("copilot-seat-report.zip")
        content = path.read_bytes()
        with zipfile.ZipFile(path) as archive:
            reports.append({name: archive.read(name) for name in archive.namelist()})
        # From now on, GitHub serves it.
        github.leave(
            StoredArtifact(number, RunOfWorkflow(number, path=workflow), content, created_at=monday)
        )

    first = Expected(in_organization("acme", seats_on(0)), now=MONDAYS[0]).figures
    assert {name: outputs[0][name] for name in first} == first
    changes = ("previous-report-time", "went-idle", "came-back", "granted", "gone")
    assert [[each[name] for name in changes] for each in outputs] == [
        ["", "", "", "", ""],
        ["2026-10-19T06:00:00Z", "0", "0", "1", "0"],
        ["2026-10-26T06:00:00Z", "1", "1", "0", "1"],
    ]
    last = json.loads(reports[-1]["report.json"])
    assert {row["change"]: row["login"] for row in last["changes"]} == {
        "went-idle": "person-0001",
        "came-back": "person-0002",
        "gone": "person-0003",
    }
    series = [(each["totals"]["people"], each["totals"]["idle"]) for each in last["history"]]
    assert series == [(4, 2), (5, 2), (4, 2)]
    (forgotten,) = (each for each in last["people"] if each["login"] == "person-0004")
    assert forgotten["last_activity_at"] == made_up.time(LAST_USE)
    assert (forgotten["activity_source"], forgotten["flags"]) == ("earlier-report", ["remembered"])
    assert (forgotten["idle_since"], forgotten["idle_reports"]) == ("2026-10-19T06:00:00Z", 3)
    (stated,) = (each for each in last["seats"] if each["login"] == "person-0004")
    assert stated["last_activity_at"] is None
    said = "Since 26 October 2026: 1 went idle, 1 came back, 0 granted, 1 gone."
    page = reports[-1]["report.html"].decode()
    assert said in page
    assert "19 October 2026 to 2 November 2026. Lines connect comparable reports" in page
    assert page.count("<polyline points=") == 3
    assert said in reports[-1]["summary.md"].decode()


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
    assert "3 of the 8 people" in created["body"]
    assert "person-0" not in created["body"]


# --- Reminders, and seats that are taken back after them


@pytest.fixture
def weekly(tmp_path: Path, github: GitHubServer) -> Weekly:
    (tmp_path / "weekly").mkdir()
    return Weekly(tmp_path / "weekly", github)


def test_reminders_are_opened_and_closed(example: Examples, weekly: Weekly) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for number, at in ((901, now - days(7)), (902, now)):
        weekly(number, at, [seat(1, now=at), seat(6, now=now, idle=days(60))])

    run = example("reminders.yml", "schedule", issues=[reminder(1, now - days(20))])

    assert run.jobs == [("remind", "success")]
    closed, opened = (call for call in gh_calls(run) if "--method" in call["arguments"])
    issues = "repos/acme/reminders/issues"
    assert closed["arguments"][:4] == ["api", "--method", "PATCH", f"{issues}/1"]
    assert opened["arguments"][:4] == ["api", "--method", "POST", issues]
    assert opened["body"]["title"] == "Copilot seat of person-0006"
    assert "1 closed, 1 opened, 0 left for the next run." in run.printed


class UsedMeanwhile(Organization):
    """One of whose people has used the seat by the time that they are asked for alone."""

    def seats_of(self, login: str) -> list[Json]:
        return [seat(28)] if login == "person-0028" else super().seats_of(login)


IDLE = [*SEATS, seat(9, idle=days(70)), seat(28, idle=days(70))]
ANSWERED = reminder(9, NOW - days(15), comments=1)
REMINDERS = [*(reminder(number, NOW - days(14)) for number in (6, 7, 28)), ANSWERED]


def test_the_seats_of_idle_people_who_did_not_answer_are_taken_back_one_by_one(
    example: Examples, weekly: Weekly, github: GitHubServer
) -> None:
    github.add(UsedMeanwhile("acme", IDLE))
    weekly(901, NOW - days(7), IDLE)

    run = example(
        "idle-people.yml",
        "workflow_dispatch",
        issues=REMINDERS,
        take_back="true",
    )

    assert run.jobs == [("report", "success"), ("seat", "success"), ("seat", "success")]
    assert run.outputs("report")["previous-report-time"] == made_up.time(NOW - days(7))
    assert "Idle: 5; without an answer to their reminder: 3" in run.printed
    assert taken_back(run) == ["person-0006", "person-0007"]


def taken_back(run: Run) -> list[str]:
    method = ["api", "--method", "DELETE", "/orgs/acme/copilot/billing/selected_users"]
    field = "selected_usernames[]="
    calls = [call["arguments"] for call in gh_calls(run) if "--method" in call["arguments"]]
    assert all(call[:5] == [*method, "--raw-field"] for call in calls)
    return sorted(call[5].removeprefix(field) for call in calls)


def test_where_everyone_answered_no_job_follows(example: Examples, weekly: Weekly) -> None:
    weekly(901, NOW - days(7), IDLE)

    run = example("idle-people.yml", "workflow_dispatch", issues=[ANSWERED], take_back="true")

    assert run.status == 0
    assert run.jobs == [("report", "success")]
    assert run.outputs("again") == {}


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
    assert "acme,Platform,1,0,1,0,19.00,19.00" in run.printed
    assert any(line.startswith("VS Code,") for line in run.printed)
