"""Reports that are compared: weekly runs, each with the artifacts of those before it."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.action import Action, Outcome
from tests.github_server import TOKEN, Organization, Run, StoredArtifact
from tests.histories import (
    WEEK,
    artifact,
    encoded,
    history,
    people_in,
    person,
    report,
    totals,
    zipped,
)
from tests.integration.conftest import Step
from tests.loopback import answering
from tests.made_up import NOW, Json, number_of, seat, seats, user

DAY = timedelta(days=1)
KEY = "a key of these tests"


@dataclass
class Weeks:
    """A workflow that runs every week, and GitHub that keeps its artifacts.

    The last run is at `NOW`; `ago` is in weeks.
    """

    action: Action
    organization: Organization
    outcomes: list[Outcome] = field(default_factory=list)

    def run(self, ago: int, records: list[Json], **inputs: str | None) -> Outcome:
        self.organization.seats = records
        at = NOW - ago * WEEK
        self.action.environment["SOURCE_DATE_EPOCH"] = str(int(at.timestamp()))
        self.action.environment["GITHUB_RUN_ID"] = str(1000 - ago)
        outcome = self.action(**{"history": "auto", **inputs})
        assert outcome.status == 0, outcome.log
        self.outcomes.append(outcome)
        self.keep(ago, outcome)
        return outcome

    def keep(self, ago: int, outcome: Outcome, name: str = "copilot-seat-report") -> None:
        folder = outcome.workspace / outcome.directory
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        number = len(self.action.server.artifacts) + 1
        self.action.server.leave(
            artifact(number, zipped(files), age=ago * WEEK, run=Run(1000 - ago), name=name)
        )


@pytest.fixture
def weeks(step: Step) -> Weeks:
    organization = Organization("acme", [])
    return Weeks(step(organization), organization)


def at(ago: int) -> datetime:
    return NOW - ago * WEEK


def changes(outcome: Outcome) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in outcome.rows("changes.csv"):
        found.setdefault(row["change"], []).append(row["login"])
    return found


def of(outcome: Outcome, number: int) -> dict[str, str]:
    login = user(number)["login"]
    (row,) = (row for row in outcome.rows("people.csv") if row["login"] == login)
    return row


def source_of(outcome: Outcome) -> Json:
    """What became of history."""
    (source,) = (each for each in outcome.report["sources"] if each["source"] == "history")
    found: Json = source
    return found


CHANGES = ("went-idle", "came-back", "granted", "gone")


def test_three_weekly_reports_show_every_change(weeks: Weeks) -> None:
    first = weeks.run(
        2,
        [
            seat(1, now=at(2), idle=20 * DAY),
            seat(2, now=at(2), idle=50 * DAY),
            seat(3, now=at(2), idle=DAY),
            seat(4, now=at(2), idle=88 * DAY),
        ],
    )
    assert first.figures("previous-report-time", *CHANGES) == dict.fromkeys(
        ("previous-report-time", *CHANGES), ""
    )
    assert "changes.csv" not in first.files
    assert first.report["changes"] is None
    assert of(first, 2)["idle_since"] == "2026-10-19T06:00:00Z"
    assert "The next report can be compared with this one." in first.log

    second = weeks.run(
        1,
        [
            seat(1, now=at(1), idle=27 * DAY),
            seat(2, now=at(1), idle=57 * DAY),
            seat(3, now=at(1), idle=DAY),
            seat(4, now=at(1), idle=None, signed_in=None),
            seat(5, now=at(1), idle=DAY, granted=2 * DAY),
        ],
    )
    assert second.outputs["previous-report-time"] == "2026-10-19T06:00:00Z"
    assert changes(second) == {"granted": ["person-0005"]}
    assert of(second, 4)["activity_source"] == "earlier-report"
    assert of(second, 4)["last_activity_at"] == "2026-07-23T06:00:00Z"
    assert (of(second, 4)["status"], of(second, 4)["flags"]) == ("inactive", "remembered")
    assert second.summary
    assert (
        "For 1 person, GitHub states no activity, but an earlier report does (remembered): their "
        in (second.summary)
    )

    third = weeks.run(
        0,
        [
            seat(1, idle=34 * DAY),
            seat(2, idle=DAY),
            seat(4, idle=None, signed_in=None),
            seat(5, idle=DAY),
        ],
    )
    assert changes(third) == {
        "went-idle": ["person-0001"],
        "came-back": ["person-0002"],
        "gone": ["person-0003"],
    }
    assert third.figures("previous-report-time", *CHANGES) == {
        "previous-report-time": "2026-10-26T06:00:00Z",
        "went-idle": "1",
        "came-back": "1",
        "granted": "0",
        "gone": "1",
    }
    assert of(third, 4)["last_activity_at"] == "2026-07-23T06:00:00Z"
    assert (of(third, 4)["idle_since"], of(third, 4)["idle_reports"]) == (
        "2026-10-19T06:00:00Z",
        "3",
    )
    assert (of(third, 1)["idle_since"], of(third, 1)["idle_reports"]) == (
        "2026-11-02T06:00:00Z",
        "1",
    )
    assert (of(third, 2)["idle_since"], of(third, 2)["idle_reports"]) == ("", "0")

    said = third.report
    assert [point["report_time"] for point in said["history"]] == [
        "2026-10-19T06:00:00Z",
        "2026-10-26T06:00:00Z",
        "2026-11-02T06:00:00Z",
    ]
    assert [point["totals"]["people"] for point in said["history"]] == [4, 5, 4]
    assert {point["rules"]["inactive_days"] for point in said["history"]} == {30}
    assert said["totals"]["went-idle"] == 1
    assert [row["change"] for row in said["changes"]] == ["went-idle", "came-back", "gone"]
    source = source_of(third)
    assert (source["state"], source["words"]) == ("read", "")
    assert source["up_to"] == "2026-10-26T06:00:00Z"


def test_a_row_of_changes_says_what_was_and_what_is(weeks: Weeks) -> None:
    weeks.run(1, [seat(1, now=at(1), idle=27 * DAY), seat(2, now=at(1), plan_type="enterprise")])
    outcome = weeks.run(0, [seat(1, idle=34 * DAY)])
    assert outcome.text("changes.csv").splitlines()[0] == (
        "login,user_id,change,previous_status,status,last_activity_at,idle_since,monthly_price"
    )
    went, gone = outcome.rows("changes.csv")
    assert went == {
        "login": "person-0001",
        "user_id": str(user(1)["id"]),
        "change": "went-idle",
        "previous_status": "active",
        "status": "inactive",
        "last_activity_at": "2026-09-29T06:00:00Z",
        "idle_since": "2026-11-02T06:00:00Z",
        "monthly_price": "19.00",
    }
    assert (gone["login"], gone["previous_status"], gone["status"]) == ("person-0002", "active", "")
    assert gone["monthly_price"] == "39.00"


def test_the_page_filters_by_how_long_people_have_been_idle(weeks: Weeks) -> None:
    filters = [f'data-filter="{name}"' for name in ("idle_since", "idle_reports")]
    records = [seat(1, idle=60 * DAY), seat(2)]
    page = weeks.run(1, records, formats="html").text("report.html")
    assert all(each in page for each in filters)
    some = weeks.run(0, records, formats="html", users="person-0001").text("report.html")
    assert not any(each in some for each in filters)


def test_history_json_has_the_facts_of_each_person(weeks: Weeks) -> None:
    weeks.run(1, [seat(1, now=at(1), idle=3 * DAY)])
    records = [
        seat(1, idle=40 * DAY, granted=50 * DAY),
        seat(2, idle=None, signed_in=None, cancelled=True, plan_type="enterprise"),
        seat(3, idle=60 * DAY),
    ]
    written = json.loads(weeks.run(0, records, exempt_users="*-0003").text("history.json"))
    assert written["scope"] == {"api": "127.0.0.1", "enterprise": None, "organizations": ["acme"]}
    assert people_in(written) == [
        {
            "login": "person-0002",
            "created_at": "2026-04-16T06:00:00Z",
            "monthly_price": 39.0,
            "id": user(2)["id"],
            "leaving": True,
        },
        {
            "login": "person-0003",
            "created_at": "2026-04-16T06:00:00Z",
            "monthly_price": 19.0,
            "id": user(3)["id"],
            "last_activity_at": "2026-09-03T06:00:00Z",
            "exempt": True,
        },
        {
            "login": "person-0001",
            "created_at": "2026-09-13T06:00:00Z",
            "monthly_price": 19.0,
            "id": user(1)["id"],
            "last_activity_at": "2026-09-23T06:00:00Z",
            "newest_activity_at": "2026-10-23T06:00:00Z",
            "idle_since": "2026-11-02T06:00:00Z",
            "idle_reports": 1,
        },
    ]


def test_history_json_goes_with_whatever_formats(weeks: Weeks) -> None:
    outcome = weeks.run(0, [seat(1)], formats="html")
    assert sorted(path.rpartition("/")[2] for path in outcome.files) == [
        "history.json",
        "report.html",
        "summary.md",
    ]


def test_a_date_later_than_the_report_is_written_as_the_reports(weeks: Weeks) -> None:
    weeks.run(1, [seat(1, now=at(1), idle=-DAY, granted=-DAY)])
    written = json.loads(weeks.outcomes[0].text("history.json"))
    assert written["people"]["last_activity_at"] == ["2026-10-26T06:00:00Z"]
    assert written["people"]["created_at"] == ["2026-10-26T06:00:00Z"]
    assert changes(weeks.run(0, [seat(1)])) == {}


def test_a_report_of_nobody_is_compared_with_and_one_of_seats_that_cost_nothing(
    weeks: Weeks,
) -> None:
    weeks.run(2, [], price_business="0")
    free = weeks.run(1, [seat(1, now=at(1))], price_business="0")
    assert changes(free) == {"granted": ["person-0001"]}
    outcome = weeks.run(0, [seat(2)], price_business="0")
    assert changes(outcome) == {"granted": ["person-0002"], "gone": ["person-0001"]}


def test_a_lone_person_whose_id_is_0_is_known_again(weeks: Weeks) -> None:
    somebody = {**user(1), "id": 0}
    weeks.run(1, [seat(1, now=at(1), assignee=somebody)])
    outcome = weeks.run(0, [seat(1, assignee=somebody)])
    assert outcome.outputs["previous-report-time"]
    assert changes(outcome) == {}


def test_made_up_seats_of_every_shape_are_compared(weeks: Weeks) -> None:
    before = weeks.run(1, seats(200, now=at(1)))
    logins = {row["login"] for row in before.rows("people.csv")}
    figures = before.report["totals"]
    outcome = weeks.run(0, seats(200, first=20))
    now = {row["login"] for row in outcome.rows("people.csv")}
    assert set(changes(outcome)["granted"]) == now - logins
    assert set(changes(outcome)["gone"]) == logins - now
    written = json.loads(outcome.text("history.json"))
    assert len(people_in(written)) == int(outcome.outputs["people"])
    previous = outcome.report["history"][0]["totals"]
    assert previous == {name: figures[name] for name in previous}


def test_the_rules_of_a_report_go_on_with_it_and_name_nobody(weeks: Weeks) -> None:
    weeks.run(2, [seat(1), seat(2)], exempt_users="person-0001,svc-*")
    weeks.run(1, [seat(1), seat(2)], exempt_users="SVC-*\nperson-0001", usage_metrics="on")
    in_workspace(weeks.action, "people.csv", b"login,department\nperson-0001,Sales\n")
    outcome = weeks.run(
        0,
        [seat(1), seat(2)],
        price_business="21.50",
        currency="EUR",
        people_file="people.csv",
    )
    first, second, third = (point["rules"] for point in outcome.report["history"])
    assert first["exempt_users"] == second["exempt_users"]
    assert first["exempt_users"].startswith("sha256:")
    assert [each["exempt_users"] == "" for each in (second, third)] == [False, True]
    assert [each["usage_metrics"] for each in (first, second, third)] == [False, True, False]
    assert [each["people_file"] for each in (first, second, third)] == [False, False, True]
    assert (third["price_business"], third["currency"]) == (21.5, "EUR")
    assert "person-0001" not in json.dumps(outcome.report["history"])


def test_an_exemption_of_the_people_file_is_no_coming_back_and_its_end_no_going_idle(
    weeks: Weeks,
) -> None:
    records = [seat(1, idle=60 * DAY), seat(2)]
    file = b"login,exempt_until\nperson-0001,2026-10-30\n"
    weeks.run(2, records)
    in_workspace(weeks.action, "people.csv", file)
    exempt = weeks.run(1, records, people_file="people.csv")
    assert (exempt.outputs["exempt"], exempt.outputs["came-back"]) == ("1", "0")
    ended = weeks.run(0, records, people_file="people.csv")
    assert (ended.outputs["idle"], ended.outputs["went-idle"]) == ("1", "0")
    assert of(ended, 1)["idle_reports"] == "1"


def test_seats_and_activity_report_keep_what_github_states(weeks: Weeks) -> None:
    theirs = (
        "Report Time,Login,Last Authenticated At,Last Activity At,Last Surface Used\n"
        "2026-11-02T06:00:00Z,person-0001,None,None,None\n"
    )
    in_workspace(weeks.action, "activity.csv", theirs.encode())
    weeks.run(1, [seat(1, now=at(1), idle=85 * DAY)])
    forgotten = seat(1, idle=None, signed_in=None)
    outcome = weeks.run(0, [forgotten], activity_report="activity.csv")
    assert of(outcome, 1)["activity_source"] == "earlier-report"
    assert outcome.rows("seats.csv")[0]["last_activity_at"] == ""
    assert outcome.rows("activity-report.csv")[0]["Last Activity At"] == "None"
    assert outcome.report["comparison"]["agree"] == 1
    assert outcome.report["newest_activity"] is None


def test_a_remembered_date_counts_in_the_order_of_people(weeks: Weeks) -> None:
    weeks.run(1, [seat(1, now=at(1), idle=20 * DAY), seat(2, now=at(1), idle=60 * DAY)])
    forgotten = seat(1, idle=None, signed_in=None)
    outcome = weeks.run(0, [forgotten, seat(2, idle=67 * DAY), seat(3, idle=None)])
    logins = [row["login"] for row in outcome.rows("people.csv")]
    assert logins == ["person-0003", "person-0002", "person-0001"]


# --- What is not compared


def test_with_history_off_nothing_is_read_or_written(weeks: Weeks) -> None:
    weeks.run(1, [seat(1)])
    weeks.action.server.forget()
    outcome = weeks.run(0, [seat(1)], history="off")
    assert not [each for each in weeks.action.server.requests if "/actions/" in each.path]
    assert "history.json" not in {name.rpartition("/")[2] for name in outcome.files}
    assert "idle_since" not in outcome.rows("people.csv")[0]
    assert (outcome.report["history"], outcome.report["changes"]) == ([], None)
    assert source_of(outcome)["state"] == "off"


def test_a_report_on_a_selection_says_nothing_of_changes(weeks: Weeks) -> None:
    weeks.run(1, [seat(1, idle=50 * DAY), seat(2)])
    weeks.action.server.forget()
    outcome = weeks.run(0, [seat(1, idle=50 * DAY), seat(2)], users="person-0001")
    assert not [each for each in weeks.action.server.requests if "/actions/" in each.path]
    assert "history.json" not in {name.rpartition("/")[2] for name in outcome.files}
    (row,) = outcome.rows("people.csv")
    assert (row["idle"], row["idle_since"], row["idle_reports"]) == ("true", "", "")
    assert (outcome.report["history"], outcome.report["changes"]) == ([], None)
    assert outcome.outputs["previous-report-time"] == ""


def test_a_report_on_a_selection_is_passed_over_by_the_next_one(weeks: Weeks) -> None:
    weeks.run(2, [seat(1), seat(2)])
    weeks.run(1, [seat(1)], users="person-0001")
    outcome = weeks.run(0, [seat(1), seat(2)])
    assert outcome.outputs["previous-report-time"] == "2026-10-19T06:00:00Z"
    assert changes(outcome) == {}


def test_another_scope_begins_a_series_of_its_own(weeks: Weeks) -> None:
    weeks.action.server.add(Organization("globex", [seat(9)]))
    weeks.run(1, [seat(1)], organization="globex")
    outcome = weeks.run(0, [seat(1)])
    assert outcome.outputs["previous-report-time"] == ""
    assert len(outcome.report["history"]) == 1
    assert source_of(outcome)["state"] == "unusable"


def test_the_same_organizations_in_another_order_and_case_are_one_scope(weeks: Weeks) -> None:
    weeks.action.server.add(Organization("globex", [seat(9)]))
    weeks.run(1, [seat(1)], organization="acme,globex")
    outcome = weeks.run(0, [seat(1)], organization="Globex,ACME")
    assert outcome.outputs["previous-report-time"] == "2026-10-26T06:00:00Z"
    assert changes(outcome) == {}


def test_an_incomplete_list_takes_nobodys_seat(weeks: Weeks) -> None:
    weeks.run(2, [seat(1, now=at(2)), seat(2, now=at(2), idle=60 * DAY)])
    weeks.organization.stated = 2
    second = weeks.run(1, [seat(1, now=at(1))])
    assert second.outputs["complete"] == "false"
    figures = {"went-idle": "0", "came-back": "0", "granted": "", "gone": ""}
    assert second.figures(*CHANGES) == figures
    assert second.report["totals"]["gone"] is None
    (kept,) = (
        each
        for each in people_in(json.loads(second.text("history.json")))
        if each["login"] == "person-0002"
    )
    assert (kept["not_read"], kept["idle_since"]) == (True, "2026-10-19T06:00:00Z")
    weeks.organization.stated = None
    third = weeks.run(0, [seat(1), seat(2, idle=None, signed_in=None), seat(3)])
    assert changes(third) == {}
    assert third.figures(*CHANGES) == figures
    assert of(third, 2)["last_activity_at"] == "2026-08-20T06:00:00Z"
    assert (of(third, 2)["idle_since"], of(third, 2)["idle_reports"]) == (
        "2026-10-19T06:00:00Z",
        "2",
    )


def test_the_second_report_without_somebody_has_their_name_nowhere(weeks: Weeks) -> None:
    formats = "html,csv,xlsx,json"
    weeks.run(2, [seat(1), seat(2, idle=60 * DAY)], formats=formats)
    second = weeks.run(1, [seat(1)], formats=formats)
    assert changes(second) == {"gone": ["person-0002"]}
    assert "person-0002" not in second.text("history.json")
    third = weeks.run(0, [seat(1)], formats=formats)
    assert [point["totals"]["people"] for point in third.report["history"]] == [2, 1, 1]
    written = [*third.files.values(), third.summary.encode() if third.summary else b""]
    assert not any(b"person-0002" in content for content in written)
    with zipfile.ZipFile(third.workspace / third.directory / "report.xlsx") as workbook:
        assert not any(b"person-0002" in workbook.read(name) for name in workbook.namelist())


def test_a_renamed_person_is_one_person(weeks: Weeks) -> None:
    weeks.run(1, [seat(1, now=at(1), idle=60 * DAY)])
    renamed = {**user(1), "login": "another-name"}
    outcome = weeks.run(0, [seat(1, idle=60 * DAY, assignee=renamed)])
    assert changes(outcome) == {}
    assert outcome.rows("people.csv")[0]["idle_reports"] == "2"


def test_without_the_permission_the_report_is_made_and_says_which(weeks: Weeks) -> None:
    weeks.run(1, [seat(1)])
    weeks.action.server.actions_read = False
    outcome = weeks.run(0, [seat(1)])
    source = source_of(outcome)
    assert source["state"] == "not-permitted"
    assert source["words"] in outcome.log
    assert outcome.summary
    assert source["words"].partition("(")[0] in outcome.summary
    assert "permissions: actions: read" in source["words"]
    assert len(outcome.report["history"]) == 1


def test_a_limit_on_the_workflows_token_does_not_slow_down_the_report(weeks: Weeks) -> None:
    limited = answering(
        403,
        '{"message": "API rate limit exceeded"}',
        X_RateLimit_Remaining="0",
        X_RateLimit_Reset=str(int(NOW.timestamp()) + 3600),
    )
    weeks.run(1, [seat(1)])
    server = weeks.action.server
    server.forget()

    def of_history(exchange: Any) -> None:  # noqa: ANN401
        if "/actions/" in exchange.request.path:
            limited(exchange)
        else:
            exchange.handler.write(exchange.right_answer())

    server.faults = dict.fromkeys(range(1, 30), of_history)
    outcome = weeks.run(0, [seat(1)])
    assert source_of(outcome)["state"] == "unreachable"
    assert "sent one at a time" not in outcome.log


@pytest.mark.parametrize(
    ("inputs", "state", "words"),
    [
        ({"artifact_name": ""}, "not-found", "with an empty “artifact-name”, no run keeps"),
        (
            {"workflow_token": "", "public_repository": "allow"},
            "not-permitted",
            "“workflow-token” is empty.",
        ),
    ],
)
def test_where_nothing_can_be_looked_for_that_is_said(
    weeks: Weeks, inputs: dict[str, str], state: str, words: str
) -> None:
    weeks.action.environment["INPUT_WORKFLOW-TOKEN"] = inputs.get("workflow_token", "the-token")
    outcome = weeks.run(0, [seat(1)], **inputs)
    source = source_of(outcome)
    assert source["state"] == state
    assert words in source["words"]


# --- Kept for too short a time


@pytest.mark.parametrize(
    ("retention", "environment", "warned"),
    [("6", "90", True), ("7", "90", False), (None, "6", True), (None, "", False)],
)
def test_an_artifact_that_is_kept_for_less_than_the_interval_is_warned_of(
    weeks: Weeks, retention: str | None, environment: str, warned: bool
) -> None:
    weeks.run(1, [seat(1)])
    weeks.action.environment["GITHUB_RETENTION_DAYS"] = environment
    outcome = weeks.run(0, [seat(1)], retention_days=retention)
    found = [text for text in outcome.annotations("warning") if "kept for" in text]
    assert bool(found) == warned
    if warned:
        assert found[0].startswith(
            "The artifact of this report is kept for 6 days, and the last report was made 7 days "
            "ago: the next one may find nothing to compare with. Set `retention-days`"
        )


# --- A path


def in_workspace(action: Action, path: str, content: bytes) -> None:
    (action.workspace / path).parent.mkdir(parents=True, exist_ok=True)
    (action.workspace / path).write_bytes(content)


@pytest.mark.parametrize("kind", ["folder", "zip", "file"])
def test_a_report_in_the_workspace_is_compared_with(step: Step, kind: str) -> None:
    action = step(Organization("acme", [seat(1), seat(3)]))
    earlier = encoded(history(person(1), person(2)))
    path = {"folder": "before", "zip": "before.zip", "file": "before/history.json"}[kind]
    if kind == "zip":
        in_workspace(action, path, zipped({"history.json": earlier}))
    else:
        in_workspace(action, "before/history.json", earlier)
    outcome = action(history=path)
    assert changes(outcome) == {"granted": ["person-0003"], "gone": ["person-0002"]}
    assert not [each for each in action.server.requests if "/actions/" in each.path]


def test_where_nothing_is_at_the_path_the_report_is_made(step: Step) -> None:
    outcome = step(Organization("acme", [seat(1)]))(history="before")
    assert outcome.status == 0
    source = source_of(outcome)
    assert source["words"].endswith(": there is no history.json at the path in “history”.")


def test_the_earlier_report_may_lie_where_this_one_goes(weeks: Weeks) -> None:
    weeks.run(1, [seat(1)])
    outcome = weeks.run(0, [seat(1), seat(3)], history="copilot-seat-report")
    assert changes(outcome) == {"granted": ["person-0003"]}
    assert len(people_in(json.loads(outcome.text("history.json")))) == 2


Shell = Callable[..., Outcome]


@pytest.fixture
def acme() -> Organization:
    return Organization("acme", [seat(1)])


@pytest.fixture
def shell(step: Step, acme: Organization, tmp_path: Path) -> Shell:
    """Run the action in a shell, so many weeks ago, with further arguments."""
    (tmp_path / "shell").mkdir()
    server = step(acme).server
    environment = {"GH_TOKEN": TOKEN, "GITHUB_API_URL": server.url}
    action = Action(tmp_path / "shell", server, environment, in_workflow=False)

    def run(ago: int, *arguments: str) -> Outcome:
        action.environment["SOURCE_DATE_EPOCH"] = str(int(at(ago).timestamp()))
        outcome = action("--organization", "acme", "--formats", "csv,json", *arguments)
        assert outcome.status == 0, outcome.log
        assert not [each for each in server.requests if "/actions/" in each.path]
        return outcome

    return run


def test_in_a_shell_it_is_the_report_that_lies_where_this_one_goes(
    shell: Shell, acme: Organization
) -> None:
    assert "there is no history.json in the output directory" in source_of(shell(1))["words"]
    acme.seats = [seat(1), seat(3)]
    assert changes(shell(0)) == {"granted": ["person-0003"]}


@pytest.mark.parametrize(
    "arguments", [("--users", "person-0001"), ("--sample",), ("--history=off",)]
)
def test_in_a_shell_a_report_that_is_no_part_of_the_series_leaves_it(
    shell: Shell, arguments: tuple[str, ...]
) -> None:
    shell(3)
    for ago in (2, 1):
        shell(ago, *arguments)
    assert len(shell(0).report["history"]) == 2


def test_in_a_shell_no_names_are_left_beside_pseudonyms(shell: Shell) -> None:
    shell(1)
    outcome = shell(0, "--users", "person-0001", "--anonymize")
    assert "copilot-seat-report/history.json" not in outcome.files


def test_a_path_out_of_the_workspace_is_an_input_error(step: Step) -> None:
    outcome = step(Organization("acme", [seat(1)]))(history="../before")
    assert outcome.status == 2
    assert outcome.error.startswith("history: must be a path inside the workspace")


# --- The sample


def test_the_sample_is_compared_with_a_made_up_report(step: Step) -> None:
    action = step()
    outcome = action(sample="true", history="auto")
    assert set(changes(outcome)) == set(CHANGES)
    assert outcome.outputs["previous-report-time"] == "2026-10-26T06:00:00Z"
    assert len(outcome.report["history"]) == 13
    assert action.server.requests == []
    assert "history.json" not in {name.rpartition("/")[2] for name in outcome.files}
    remembered = [row for row in outcome.rows("people.csv") if "remembered" in row["flags"]]
    assert remembered
    assert {row["activity_source"] for row in remembered} == {"earlier-report"}
    assert (
        f"For {len(remembered)} people, GitHub states no activity, but an earlier report does"
        in outcome.log
    )
    people = int(outcome.report["history"][-2]["totals"]["people"])
    then = people + int(outcome.outputs["granted"]) - int(outcome.outputs["gone"])
    assert outcome.outputs["people"] == str(then)


def test_the_anonymized_sample_is_compared_too(step: Step) -> None:
    outcome = step()(sample="true", history="auto", anonymize="true")
    assert set(changes(outcome)) == set(CHANGES)
    assert not any(b"_sample" in content for content in outcome.files.values())


def test_the_sample_brings_its_own_history(step: Step) -> None:
    outcome = step()(sample="true", history="before")
    assert outcome.status == 2
    assert outcome.error.startswith("history: must be auto or off with `sample`")


# --- Anonymized


def hidden(weeks: Weeks, ago: int, records: list[Json], key: str = KEY) -> Outcome:
    return weeks.run(ago, records, anonymize="true", anonymize_key=key)


def test_anonymized_reports_are_compared_under_one_key(weeks: Weeks) -> None:
    hidden(weeks, 1, [seat(1, now=at(1), idle=27 * DAY), seat(2, now=at(1)), seat(4, now=at(1))])
    renamed = {**user(4), "login": "another-name"}
    outcome = hidden(weeks, 0, [seat(1, idle=34 * DAY), seat(3), seat(4, assignee=renamed)])
    rows = {row["change"]: row for row in outcome.rows("changes.csv")}
    assert set(rows) == {"went-idle", "granted", "gone"}
    people = {row["login"]: row for row in outcome.rows("people.csv")}
    assert rows["went-idle"]["login"] in people
    assert people[rows["went-idle"]["login"]]["idle"] == "true"
    assert rows["gone"]["login"] not in people
    assert {row["user_id"] for row in rows.values()} == {""}
    assert rows["went-idle"]["last_activity_at"] == "2026-09-29T00:00:00Z"
    everything = b"".join(outcome.files.values()).decode(errors="replace") + outcome.log
    for name in ("person-000", "another-name", "acme", str(user(1)["id"])):
        assert name not in everything


def test_what_goes_on_of_an_anonymized_report_has_no_name_and_no_time_of_day(weeks: Weeks) -> None:
    records = [seat(1, idle=27 * DAY + timedelta(hours=3))]
    outcome = weeks.run(0, records, anonymize="true", anonymize_key=KEY, exempt_users="mona,hubot")
    written = json.loads(outcome.text("history.json"))
    (somebody,) = people_in(written)
    assert "id" not in somebody
    assert somebody["last_activity_at"] == "2026-10-06T00:00:00Z"
    assert somebody["created_at"].endswith("T00:00:00Z")
    assert written["scope"]["organizations"][0].startswith("organization-")
    assert written["scope"]["api"].startswith("api-")  # api.SUBDOMAIN.ghe.com would be a name
    assert written["key_check"].startswith("key-check-")
    assert written["reports"][0]["report_time"] == "2026-11-02T06:00:00Z"
    assert written["reports"][0]["rules"]["exempt_users"] == "2"


@pytest.mark.parametrize("key", ["another key of these tests", ""])
def test_another_key_is_told_from_everyone_being_gone(weeks: Weeks, key: str) -> None:
    hidden(weeks, 1, [seat(1), seat(2)])
    outcome = hidden(weeks, 0, [seat(1), seat(2)], key)
    assert outcome.figures(*CHANGES) == dict.fromkeys(CHANGES, "")
    assert outcome.report["changes"] is None
    assert [point["totals"]["people"] for point in outcome.report["history"]] == [2, 2]
    assert "pseudonyms from another key" in source_of(outcome)["words"]


def test_from_names_to_pseudonyms_only_figures_go_on(weeks: Weeks) -> None:
    weeks.run(1, [seat(1), seat(2)])
    outcome = hidden(weeks, 0, [seat(1), seat(2)])
    assert outcome.report["changes"] is None
    assert len(outcome.report["history"]) == 2
    assert "person-0001" not in outcome.text("history.json")


# --- Never in the way


@pytest.mark.parametrize("ago", [1, 2])
def test_an_earlier_run_that_failed_is_no_fault(weeks: Weeks, ago: int) -> None:
    weeks.run(2, [seat(1)])
    weeks.organization.seats = [seat(1, idle=60 * DAY)]
    weeks.action.environment["GITHUB_RUN_ID"] = "999"
    weeks.action.environment["SOURCE_DATE_EPOCH"] = str(int(at(1).timestamp()))
    failed = weeks.action(history="auto", max_idle_percent="0")
    assert failed.status == 1
    if ago == 1:  # it failed after publishing: its report is whole
        weeks.keep(1, failed)
    outcome = weeks.run(0, [seat(1, idle=60 * DAY)])
    assert outcome.outputs["previous-report-time"] == f"{at(ago):%Y-%m-%dT%H:%M:%SZ}"


GENUINE = history(person(1), person(2, idle=45 * DAY))
FORK = number_of("mallory/reports")
PLANTED = {
    "fork": artifact(77, GENUINE, run=Run(900, head_repository_id=FORK)),
    "pull request": artifact(77, GENUINE, run=Run(900, event="pull_request")),
    "other workflow": artifact(77, GENUINE, run=Run(900, path=".github/workflows/mine.yml")),
    "other branch": artifact(77, GENUINE, run=Run(900, head_branch="mine")),
    "forged digest": artifact(77, GENUINE, run=Run(900), digest=f"sha256:{0:064}"),
    "bomb": artifact(77, zipped({"history.json": b"\0" * 10_000_000}), run=Run(900)),
    "path": artifact(77, zipped({"../history.json": encoded(GENUINE)}), run=Run(900)),
    "no zip": artifact(77, b"PK\x05\x06" + b"\xff" * 18, run=Run(900)),
    **{
        name: artifact(77, content, run=Run(900))
        for name, content in {
            "a billion people": history(
                person(1), reports=[report(figures=totals(10**9, exempt=10**10))]
            ),
            "markup": history({**person(1), "login": "<script>alert(1)</script>"}),
            "twice": history(person(1), person(1)),
            "tomorrow": history(person(1), reports=[report(NOW + WEEK)]),
        }.items()
    },
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_planted_artifact_changes_nothing_and_leaks_nothing(
    weeks: Weeks, planted: StoredArtifact
) -> None:
    alone = weeks.run(0, [seat(1), seat(2)])
    expected = (alone.figures(*CHANGES), alone.rows("people.csv"), alone.report["history"])
    weeks.action.server.artifacts.clear()
    weeks.action.server.leave(planted)
    beside = weeks.run(0, [seat(1), seat(2)])
    found = (beside.figures(*CHANGES), beside.rows("people.csv"), beside.report["history"])
    assert found == expected
    assert "script" not in beside.log
    assert "alert" not in beside.text("report.json")


def test_an_artifact_that_nobody_planted_is_compared_with(weeks: Weeks) -> None:
    """Those above differ from it in one thing each."""
    weeks.action.server.leave(artifact(77, GENUINE, run=Run(900)))
    outcome = weeks.run(0, [seat(1), seat(2)])
    assert changes(outcome) == {"came-back": ["person-0002"]}
