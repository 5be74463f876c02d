"""The same program from a shell, without a workflow around it."""

import os
import pty
import re
import select
import shlex
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import certifi
import pytest

from copilot_seat_report.destination import MANIFEST
from copilot_seat_report.settings import INPUTS
from tests.action import INHERITED, ROOT, Action
from tests.expected import Expected, in_organization
from tests.github_server import TOKEN, Organization
from tests.made_up import NOW, seats

Step = Callable[..., Action]


@pytest.fixture
def shell(step: Step) -> Action:
    """A folder in a shell, with GH_TOKEN set."""
    action = step(
        Organization("acme", seats(230)),
        GH_TOKEN=TOKEN,
        SOURCE_DATE_EPOCH=str(int(NOW.timestamp())),
    )
    action.environment["GITHUB_API_URL"] = action.server.url
    action.in_workflow = False
    return action


def test_it_ends_with_the_figures_and_where_to_look(shell: Action) -> None:
    outcome = shell.start("--organization", "acme", "--inactive-days", "60")

    assert outcome.status == 0, outcome.stderr
    headline, table, where = outcome.stdout.rstrip().split("\n\n")
    assert "in the last 60 days" in headline
    assert headline in outcome.text("summary.md").replace("**", "")
    assert len(table.splitlines()) == 9
    assert "person-" not in outcome.stdout
    assert where.startswith("Open copilot-seat-report/report.html. Also there: people.csv, ")
    assert where.endswith("report.json and summary.md.")
    expected = Expected(in_organization("acme", seats(230)), {"acme": "business"}, inactive_days=60)
    totals = outcome.report["totals"]
    assert {name: str(totals[name]) for name in ("people", "idle", "unassigned")} == (
        {name: expected.figures[name] for name in ("people", "idle", "unassigned")}
    )
    shown = dict(re.split("  +", line.strip()) for line in table.splitlines())
    assert {name: shown[name] for name in ("people", "active", "inactive", "idle")} == (
        {name: expected.figures[name] for name in ("people", "active", "inactive", "idle")}
    )
    assert shown["USD a month, idle"] == f"{totals['idle-monthly-cost']:,.2f}"


@pytest.mark.parametrize(
    ("flags", "where"),
    [
        (["--formats=html", "--summary=off"], "Open out/report.html.\n"),
        (["--formats=json"], "Open out/summary.md. Also there: report.json.\n"),
        (
            ["--formats=xlsx", "--summary=off"],
            "The report is in out: report.xlsx.\n",
        ),
    ],
)
def test_where_to_look_is_what_there_is(shell: Action, flags: list[str], where: str) -> None:
    outcome = shell("--organization", "acme", "--output-directory", "out", *flags)

    assert outcome.stdout.rpartition("\n\n")[2] == where


def test_what_it_says_beside_is_on_standard_error(shell: Action) -> None:
    outcome = shell.start("--organization", "acme", "--formats", "csv")

    assert "230 seats of organization acme read" in outcome.stderr
    assert "notice: No artifact was uploaded, because this is not a workflow run" in outcome.stderr
    assert "The files are in copilot-seat-report" in outcome.stderr
    assert "::" not in outcome.log  # nothing here is for a runner
    assert TOKEN not in outcome.log
    # Nobody watches: a bar would fill a file with itself.
    assert "%|" not in outcome.stderr
    assert "\r" not in outcome.stderr


def test_people_may_be_named_whoever_can_read_the_repository(shell: Action) -> None:
    """Nothing leaves the machine; there is no repository to ask about."""
    outcome = shell.start("--organization", "acme", "--formats", "csv")

    assert "person-" in outcome.text("summary.md")
    assert not any(request.path.startswith("/repos/") for request in shell.server.requests)


@pytest.mark.parametrize(
    ("variables", "token"),
    [
        ({"GH_TOKEN": "first", "GITHUB_TOKEN": "second"}, "first"),
        ({"GH_TOKEN": "", "GITHUB_TOKEN": "second"}, "second"),
    ],
)
def test_where_the_token_comes_from(shell: Action, variables: dict[str, str], token: str) -> None:
    shell.environment |= variables
    shell.server.tokens |= {"first": None, "second": None}

    outcome = shell("--organization", "acme", "--formats", "json")

    assert outcome.status == 0, outcome.stderr
    assert {request.token for request in shell.server.requests} == {token}


def test_without_a_token_it_says_which_variable_to_set(shell: Action) -> None:
    del shell.environment["GH_TOKEN"]

    outcome = shell.start("--organization", "acme")

    assert outcome.status == 2
    assert outcome.stderr.startswith("error: token: must not be empty")
    assert "in a shell, set GH_TOKEN" in outcome.stderr
    assert outcome.stdout == ""
    assert outcome.files == {}


def test_without_an_organization_it_asks_for_one(shell: Action) -> None:
    outcome = shell.start()

    assert outcome.status == 2
    assert outcome.stderr == "error: --organization: must be set, or else `--enterprise`.\n"


def test_a_failure_is_one_line_without_a_traceback(shell: Action) -> None:
    outcome = shell.start("--organization", "acmee")

    assert outcome.status == 1
    assert "Traceback" not in outcome.stderr
    assert [line[:6] for line in outcome.stderr.splitlines()].count("error:") == 1
    assert outcome.stdout == ""
    assert outcome.files == {}


def test_help_lists_every_flag(shell: Action) -> None:
    outcome = shell.start("--help")

    assert outcome.status == 0
    listed = re.findall("--[a-z-]+", outcome.stdout)
    assert {f"--{each.name}" for each in INPUTS if not each.secret} <= set(listed)
    # A token on a command line is seen by everyone on the machine.
    assert not {"--token", "--workflow-token", "--anonymize-key"} & set(listed)
    assert "GH_TOKEN" in outcome.stdout
    assert "https://api.github.com" in outcome.stdout
    assert "${{" not in outcome.stdout


def test_the_examples_of_help_hold(shell: Action) -> None:
    text = shell.start("--help").stdout.partition("\nexamples:\n")[2].replace("\\\n", "")
    commands = re.findall(r"entrypoint\.py (.*)", text)

    assert len(commands) == text.count("# ") == 4
    for command in commands:
        outcome = shell(*shlex.split(command))
        assert outcome.status == 0, outcome.stderr


def test_every_input_but_a_secret_is_a_flag(shell: Action) -> None:
    (shell.workspace / "activity.csv").write_text(
        "report_time,login,last_authenticated_at,last_activity_at,last_surface_used\n"
    )
    (shell.workspace / "company.pem").write_bytes(Path(certifi.where()).read_bytes())
    (shell.workspace / "people.csv").write_text("login,office\nperson-0002,Berlin\n")
    flags = {
        "users": "person-0002,person-0004,person-0006",
        "api-url": shell.server.url,
        "organization": "acme",
        "inactive-days": "7",
        "new-seat-days": "3",
        "exempt-users": "person-0002",
        "price-business": "10",
        "price-enterprise": "20",
        "currency": "EUR",
        "sort": "-login",
        "formats": "json,csv",
        "summary": "totals",
        "artifact-name": "x",
        "retention-days": "1",
        "output-directory": "out",
        "activity-report": "activity.csv",
        "max-idle-percent": "100",
        "anonymize": "false",
        "public-repository": "allow",
        "sample": "false",
        "ca-file": "company.pem",
        "people-file": "people.csv",
        "group-by": "office",
        "history": "off",
        "usage-metrics": "on",
        "credits-business": "1000",
        "credits-enterprise": "2000",
        "credit-price": "0.02",
    }
    assert {each.name for each in INPUTS if not each.secret} - {"enterprise"} == flags.keys()

    outcome = shell(*(f"--{name}={text}" for name, text in flags.items()), output_directory="out")

    assert outcome.status == 0, outcome.stderr
    report = outcome.report
    assert report["rules"] == {
        "inactive_days": 7,
        "new_seat_days": 3,
        "exempt_users": ["person-0002"],
        "price_business": 10,
        "price_enterprise": 20,
        "currency": "EUR",
        "sort": "-login",
        "credits_business": 1000,
        "credits_enterprise": 2000,
        "credit_price": 0.02,
    }
    assert [person["login"] for person in report["people"]] == [
        "person-0006",
        "person-0004",
        "person-0002",
    ]
    assert report["comparison"]["rows"] == 0
    assert "person-" not in outcome.text("summary.md")


@pytest.mark.parametrize("flag", ["--anonymize", "--anonymize=true"])
def test_a_switch_needs_no_value(shell: Action, flag: str) -> None:
    outcome = shell("--organization", "acme", "--formats", "json", flag)

    assert outcome.status == 0, outcome.stderr
    assert outcome.report["anonymized"] is True
    assert "person-0001" not in outcome.stdout


def test_where_it_is_started_is_where_it_writes(shell: Action, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shell.workspace = elsewhere

    shell.start("--organization", "acme", "--formats", "json", "--summary", "off")

    assert [path.name for path in elsewhere.iterdir()] == ["copilot-seat-report"]
    made = {path.name for path in (elsewhere / "copilot-seat-report").iterdir()}
    assert made == {"report.json", "history.json", MANIFEST}


def test_a_module_of_the_users_own_is_not_taken_for_pythons(shell: Action) -> None:
    """In a checkout may lie a json.py."""
    (shell.workspace / "json.py").write_text("raise SystemExit('not this one')")

    assert shell.start("--organization", "acme", "--formats", "json").status == 0


def test_a_terminal_shows_how_far_it_is(shell: Action) -> None:
    shell.server.latency = 0.15
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, 100))
    with subprocess.Popen(
        [
            *(sys.executable, ROOT / "entrypoint.py"),
            *("--organization", "acme", "--formats", "json", "--summary", "off"),
        ],
        cwd=shell.workspace,
        env={**INHERITED, "TERM": "xterm", **shell.environment},
        stdout=subprocess.PIPE,
        stderr=slave,
    ) as process:
        os.close(slave)
        shown = read_all(master)
        process.wait(60)
    os.close(master)

    assert process.returncode == 0, shown
    assert re.search(r"Seats of organization acme read: +\d+%\|.*/230 \[.* seats/s\]", shown)
    # The bar goes when it has done its duty; what was said stays.
    assert "230 seats of organization acme read" in shown


def read_all(terminal: int) -> str:
    content = b""
    until = time.monotonic() + 60
    while select.select([terminal], [], [], max(0.0, until - time.monotonic()))[0]:
        try:
            content += os.read(terminal, 65536)
        except OSError:  # its other side is closed
            break
    return content.decode()
