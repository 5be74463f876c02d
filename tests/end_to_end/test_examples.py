"""Every workflow under examples/, run as it is: the file that users copy is the file that runs.

Nothing is fetched: the action comes as a release has it, with an action.yml that names an image,
and `stand_ins/` has what a job would take from github.com or find on GitHub's runners. A use of
anything else fails here.
"""

import json
import re
from collections.abc import Iterator, Sequence
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
)
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
        open_issue: str = "",
        issues: Sequence[Json] = (),
        visibility: str = "private",
        **inputs: str,
    ) -> Run:
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
                "ISSUES": json.dumps(issues),
                "VISIBILITY": visibility,
                "SOURCE_DATE_EPOCH": str(int(NOW.timestamp())),
            },
            secrets={
                "GITHUB_TOKEN": WORKFLOW_TOKEN,
                "COPILOT_SEATS_PRIVATE_KEY": TOKEN,
                "COPILOT_SEATS_TOKEN": TOKEN,
                "COPILOT_SEATS_CLASSIC_TOKEN": TOKEN,
                "COPILOT_SEATS_WRITE_TOKEN": "the-write-token",
                "COPILOT_SEATS_PSEUDONYMS": "the-key",
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


# --- Reminders, and seats that are taken back after them


@pytest.fixture
def weekly(tmp_path: Path, github: GitHubServer) -> Weekly:
    (tmp_path / "weekly").mkdir()
    return Weekly(tmp_path / "weekly", github)


def written(run: Run) -> list[tuple[str, str, Json]]:
    """The calls of the CLI that write: method, path, body."""
    return [
        (call["arguments"][2], call["arguments"][3], call.get("body", {}))
        for call in gh_calls(run)
        if "--method" in call["arguments"]
    ]


def test_reminders_are_opened_and_closed(example: Examples, weekly: Weekly) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    week_ago = now - days(7)

    def seats_at(at: datetime) -> list[Json]:
        return [
            seat(1, now=at),
            seat(2, now=now, idle=days(60)),
            seat(3, now=now, idle=days(60)),
            seat(4, now=now, idle=days(60)),
            seat(5, now=now, idle=days(60), signed_in=days(2)),  # check telemetry
            seat(6, now=now, idle=days(60), assignee=made_up.user(6, login="svc-build")),  # exempt
            seat(7, now=now, idle=days(60), cancelled=True),  # leaving
            seat(8, now=now, idle=days(32)),  # not idle a week ago
            seat(9, now=at, idle=days(30.5)),  # settling
            seat(11, now=now, idle=days(40)),
            seat(12, now=now, idle=days(60)),  # left, by the people file
            seat(13, now=now, idle=None, signed_in=None),
        ]

    inputs = {"exempt_users": "svc-*", "people_file": "people.csv"}
    weekly(901, week_ago, [*seats_at(week_ago), seat(10, now=now, idle=days(60))], **inputs)
    report = weekly(902, now, seats_at(now), **inputs).report
    flags = {person["login"]: person["flags"] for person in report["people"]}
    assert flags["person-0005"] == ["check-telemetry"]
    assert flags["person-0009"] == ["settling"]
    issues = [
        reminder(1, now - days(20)),
        reminder(3, now - days(20), state="closed"),  # by the person
        reminder(4, now - days(20), comments=1),
        reminder(6, now - days(20)),
        reminder(10, now - days(20)),
        reminder(11, now - days(50)),  # of an earlier time of being idle
        reminder(99, now - days(20), body=None),
        reminder(2, now - days(20), user={"login": "somebody"}),
    ]

    run = example("reminders.yml", "schedule", issues=issues)

    assert run.jobs == [("remind", "success")]
    closed = {"state": "closed", "body": "Made up."}
    path = "repos/acme/reminders/issues"
    assert [call for call in written(run) if call[0] == "PATCH"] == [
        ("PATCH", f"{path}/{number}", closed) for number in (1, 6, 10, 11)
    ]
    opened = [call for call in written(run) if call[0] == "POST"]
    titles = sorted(body["title"] for _, _, body in opened)
    assert titles == [f"Copilot seat of person-00{number}" for number in ("02", "11", "13")]
    assert {path for _, path, _ in opened} == {path}
    bodies = {body["title"][-2:]: body["body"] for _, _, body in opened}
    last_use = f"{now - days(60):%Y-%m-%d}"
    assert bodies["02"].startswith(
        f"@person-0002: GitHub has recorded no use of your Copilot seat after {last_use}. If you "
    )
    assert bodies["02"].endswith("\n\n<!-- seat of 1002 -->")
    assert "no use of your Copilot seat. If you need" in bodies["13"]
    assert "4 closed, 3 opened, 0 left for the next run." in run.printed


class UsedMeanwhile(Organization):
    """One of whose people has used the seat by the time that they are asked for alone."""

    def seats_of(self, login: str) -> list[Json]:
        return [seat(28)] if login == "person-0028" else super().seats_of(login)


# Of the idle people, these did not answer; the reminders of the others protect their seats.
SILENT = [reminder(number, NOW - days(14)) for number in (6, 7, 28)]
PROTECTING = [
    reminder(20, NOW - days(13.9)),
    reminder(21, NOW - days(15), state="closed"),
    reminder(22, NOW - days(15), comments=1),
    reminder(23, NOW - days(15), user={"login": "somebody"}),
    reminder(24, NOW - days(15), state="closed", body="Made up."),  # by reminders.yml
    reminder(25, NOW - days(71)),  # before the last use
    reminder(26, NOW - days(15)),
    reminder(26, NOW - days(20), comments=1),
    reminder(27, NOW - days(15)),  # check telemetry
    reminder(1, NOW - days(15)),  # active
]
IDLE = [
    *SEATS,
    *(seat(number, idle=days(70)) for number in range(20, 27)),
    seat(27, idle=days(70), signed_in=days(2)),
    seat(28, idle=days(70)),
]


@pytest.mark.parametrize("take_back", [True, False])
def test_idle_people_who_did_not_answer_are_handed_on_one_by_one(
    example: Examples, weekly: Weekly, github: GitHubServer, take_back: bool
) -> None:
    github.add(UsedMeanwhile("acme", IDLE))
    weekly(901, NOW - days(7), IDLE)

    run = example(
        "idle-people.yml",
        "workflow_dispatch",
        issues=[*SILENT, *PROTECTING],
        take_back=str(take_back).lower(),
    )

    assert run.jobs == [("report", "success"), ("seat", "success"), ("seat", "success")]
    assert run.outputs("report")["previous-report-time"] == made_up.time(NOW - days(7))
    assert "Idle: 12; without an answer to their reminder: 3" in run.printed
    if take_back:
        assert taken_back(run) == ["person-0006", "person-0007"]
    else:
        assert taken_back(run) == []
        for login in ("person-0006", "person-0007"):
            assert f"Would take back the seat of {login}." in run.printed


def taken_back(run: Run) -> list[str]:
    method = ["api", "--method", "DELETE", "/orgs/acme/copilot/billing/selected_users"]
    field = "selected_usernames[]="
    calls = [call["arguments"] for call in gh_calls(run) if "--method" in call["arguments"]]
    assert all(call[:5] == [*method, "--raw-field"] for call in calls)
    return sorted(call[5].removeprefix(field) for call in calls)


def test_where_everyone_answered_no_job_follows(example: Examples, weekly: Weekly) -> None:
    weekly(901, NOW - days(7), IDLE)

    run = example("idle-people.yml", "workflow_dispatch", issues=PROTECTING, take_back="true")

    assert run.status == 0
    assert run.jobs == [("report", "success")]
    assert run.outputs("again") == {}


def test_of_an_incomplete_report_no_seat_is_taken_back(
    example: Examples, weekly: Weekly, github: GitHubServer
) -> None:
    github.organizations["acme"].stated = len(SEATS) + 1
    weekly(901, NOW - days(7), SEATS)
    github.organizations["acme"].stated = None

    run = example("idle-people.yml", "workflow_dispatch", issues=SILENT, take_back="true")

    assert run.jobs == [("report", "failure")]
    error = "The report of 2026-10-26T06:00:00Z is not complete: no seat is taken back."
    assert error in run.annotations("error")


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
