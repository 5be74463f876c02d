"""The built-in organization: the same run on made-up seats, without a token and without GitHub."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest

from copilot_seat_report.files.document import schema
from tests.action import INHERITED, ROOT, Action
from tests.expected import Expected, in_organization
from tests.github_server import Organization
from tests.made_up import NOW

Step = Callable[..., Action]


def test_it_asks_nobody_and_needs_no_token(step: Step) -> None:
    action = step(Organization("acme", []))
    # A repository that everyone can read: made-up people may be named in it.
    action.server.repositories["acme/reports"] = "public"

    outcome = action.start(sample="true", token="", workflow_token="")

    assert outcome.status == 0, outcome.log
    assert action.server.requests == []
    assert int(outcome.outputs["people"]) > 200
    assert outcome.outputs["complete"] == "true"


def test_everything_that_it_writes_says_so(step: Step) -> None:
    outcome = step(Organization("acme", [])).start(sample="true")

    assert outcome.summary
    assert "Sample data" in outcome.summary
    assert "Sample data" in outcome.text("summary.md")
    assert "sample data" in outcome.text("report.html").lower()
    assert outcome.report["sample"] is True
    assert outcome.annotations("notice")[-1].startswith("Sample data.")
    with zipfile.ZipFile(outcome.workspace / "copilot-seat-report" / "report.xlsx") as workbook:
        texts = b"".join(workbook.read(name) for name in workbook.namelist())
    assert b"sample data" in texts.lower()
    for name, column in (("seats.csv", "login"), ("activity-report.csv", "Login")):
        assert all(row[column].endswith("_sample") for row in outcome.rows(name) if row[column])
    for name in ("seats.csv", "teams.csv"):
        assert {row["organization"] for row in outcome.rows(name)} == {"sample-organization"}


@pytest.mark.parametrize("given", ["acme", "enterprise", "server"])
def test_it_is_the_sample_whatever_else_is_asked_for(step: Step, given: str) -> None:
    """Whoever adds `sample: true` to the workflow they are writing sees the sample."""
    inputs = {
        "acme": {"organization": "acme,labs"},
        "enterprise": {"organization": "", "enterprise": "megacorp"},
        "server": {"api_url": "https://ghe.example.com/api/v3"},
    }[given]

    outcome = step()(sample="true", **inputs)

    assert outcome.status == 0, outcome.log
    assert outcome.report["names"] == ["sample-organization"]


def test_the_same_moment_gives_the_same_report(step: Step) -> None:
    first = step(name="first")(sample="true")
    second = step(name="second")(sample="true")

    assert first.status == 0
    assert first.files == second.files


@pytest.mark.parametrize("moment", ["2024-02-29T23:59:59Z", "2026-03-01T00:00:00Z", "2031-12-31"])
def test_its_dates_move_with_the_report(step: Step, moment: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    outcome = step(SOURCE_DATE_EPOCH=str(int(now.timestamp())))(sample="true")

    assert outcome.status == 0, outcome.log
    assert all(int(outcome.outputs[name]) for name in ("active", "inactive", "new", "no-activity"))
    assert all(
        int(outcome.outputs[name]) for name in ("idle", "unassigned", "pending-cancellation")
    )
    flags = {flag for person in outcome.report["people"] for flag in person["flags"]}
    assert flags >= {"pending-cancellation", "settling", "check-telemetry", "active-in-metrics"}


def test_it_has_every_shape_of_seat(step: Step) -> None:
    outcome = step()(sample="true")

    rows = outcome.rows("seats.csv")
    assert {row["plan_type"] for row in rows} == {"business", "enterprise", ""}
    assert "" in {row["assigning_team"] for row in rows} > {"Platform"}
    assert len({row["editor"] for row in rows}) > 10
    assert any(row["last_activity_at"] and not row["last_activity_editor"] for row in rows)
    assert any(int(row["days_since_activity"] or 0) > 90 for row in rows)
    assert outcome.report["overviews"][0]["completeness"]["stated"] == len(rows) > 300


def test_it_has_a_people_file_of_every_kind(step: Step) -> None:
    outcome = step()(sample="true")

    file = outcome.report["people_file"]
    assert file["missing"]
    assert file["ended"]
    assert len(file["leavers"]) == int(outcome.outputs["leavers"]) > 0
    assert file["without_seat"] == 2
    assert {row["column"] for row in outcome.rows("groups.csv")} == {
        "department",
        "cost_center",
        "manager",
    }


def test_its_report_json_has_all_that_the_schema_has(step: Step) -> None:
    report = step()(sample="true", history="auto").report

    assert report["metrics"]["saving"]
    assert report["changes"]
    jsonschema_rs.Draft202012Validator(schema()).validate(report)


def test_single_people_of_it_can_be_asked_for(step: Step) -> None:
    people = [row["login"] for row in step(name="all")(sample="true").rows("seats.csv")][:3]

    outcome = step(name="some")(sample="true", users=",".join([*people, "nobody_sample"]))

    assert outcome.status == 0, outcome.log
    assert sorted(row["login"] for row in outcome.rows("seats.csv")) == sorted(people)
    assert outcome.report["unknown_users"] == ["nobody_sample"]


def test_it_can_be_anonymized(step: Step) -> None:
    outcome = step()(sample="true", anonymize="true")

    assert outcome.status == 0, outcome.log
    assert not any(b"_sample" in content for content in outcome.files.values())


def test_from_a_shell_it_writes_where_it_is_told(tmp_path: Path) -> None:
    """What `make demo` does."""
    done = subprocess.run(
        [sys.executable, ROOT / "entrypoint.py", "--sample", "--output-directory", "out/demo"],
        cwd=tmp_path,
        env=INHERITED,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith("Sample data. ")
    assert "\nOpen out/demo/report.html. Also there: " in done.stdout
    report = json.loads((tmp_path / "out/demo/report.json").read_text("utf-8"))
    assert abs(datetime.fromisoformat(report["report_time"]) - datetime.now(UTC)).seconds < 600


def test_its_figures_are_right_too(step: Step) -> None:
    outcome = step()(sample="true")

    text = outcome.text("seats.csv")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    records = [
        {
            "created_at": row["created_at"],
            "last_activity_at": row["last_activity_at"] or None,
            "last_authenticated_at": row["last_authenticated_at"] or None,
            "assignee": row["login"] and {"login": row["login"], "id": row["user_id"]},
            "plan_type": row["plan_type"],
            "pending_cancellation_date": row["pending_cancellation_date"],
        }
        for row in rows
    ]
    seats = in_organization("sample-organization", records)
    in_metrics = {row["user_id"] for row in rows if "active-in-metrics" in row["flags"].split()}
    assert in_metrics
    # As the sample's people file has it.
    exempt = {row["login"] for row in rows if "exempt" in row["flags"].split()}
    assert exempt
    expected = Expected(seats, now=NOW, in_metrics=in_metrics, exempt_users=[*exempt]).figures
    assert outcome.figures(*expected) == expected
