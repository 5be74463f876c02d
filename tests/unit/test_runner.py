"""The runner's side: what of a text is let through to the log, the outputs and the summary."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from copilot_seat_report.errors import RunError
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.runner.files import append_summary, set_outputs
from copilot_seat_report.runner.log import Log


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain text, 100 % of it: ümläut", "plain text, 100 % of it: ümläut"),
        ("::error::x", ": :error::x"),
        ("  ::error::x", ": :error::x"),
        (":::error::x", ": ::error::x"),
        ("a ::error::x", "a ::error::x"),
        ("##[error]x", "# # [error]x"),
        ("a ##[error]x", "a # # [error]x"),
        ("###[[error]x", "## # [[error]x"),
        ("#[error]x", "#[error]x"),
        ("a\n::error::x\r\nb", "a\ufffd::error::x\ufffd\ufffdb"),
        ("\n::error::x", "\ufffd::error::x"),
        ("\x1b[2Jgone", "\ufffd[2Jgone"),
    ],
)
@pytest.mark.parametrize("in_workflow", [True, False])
def test_a_line_of_the_log_is_one_line_and_no_command(
    capsys: pytest.CaptureFixture[str], in_workflow: bool, text: str, line: str
) -> None:
    Log(in_workflow).info(text)

    seen = capsys.readouterr()
    assert seen.out + seen.err == f"{line}\n"
    assert bool(seen.out) is in_workflow


def test_an_annotation_keeps_its_text_together(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log(in_workflow=True)

    log.error("50 % of it\nfailed ##[x]")
    log.warning("careful")
    log.notice("look")

    assert capsys.readouterr().out == (
        "::error title=Copilot Seat Report::50 %25 of it\ufffdfailed # # [x]\n"
        "::warning title=Copilot Seat Report::careful\n"
        "::notice title=Copilot Seat Report::look\n"
    )


def test_outside_a_workflow_it_says_so_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log(in_workflow=False)

    log.error("it failed")
    log.mask("secret")
    with log.group("Reading"):
        log.notice("look")

    seen = capsys.readouterr()
    assert seen.err == "error: it failed\nReading\nnotice: look\n"
    assert seen.out == ""


def test_a_group_ends_however_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    with suppress(ZeroDivisionError), Log(in_workflow=True).group("Reading ##[x]"):
        print(1 / 0)

    assert capsys.readouterr().out == "::group::Reading # # [x]\n::endgroup::\n"


def test_a_secret_of_several_lines_is_masked_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    Log(in_workflow=True).mask("first\nsecond%")

    assert capsys.readouterr().out == "::add-mask::first%0Asecond%25\n"


# --- Progress


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let the time pass."""
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def wait(seconds: float) -> None:
        now[0] += seconds

    return wait


def test_progress_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], passing: Callable[[float], None]
) -> None:
    with Log(in_workflow=True).progress("Seats read") as progress:
        for page in range(1, 5):
            passing(0.9)
            progress(page * 1000, 4000)
        passing(5)
        progress(4321, None)

    assert capsys.readouterr().out == "Seats read: 3,000 of 4,000\nSeats read: 4,321\n"


# --- The runner's variables


def test_what_the_runner_says() -> None:
    runner = Runner.of(
        {
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": "/github/workspace",
            "GITHUB_REPOSITORY": "acme/reports",
            "GITHUB_RUN_ID": "12",
            "GITHUB_RUN_ATTEMPT": "3",
            "GITHUB_RETENTION_DAYS": "90",
            "GITHUB_SERVER_URL": "https://octocorp.ghe.com",
            "ACTIONS_RUNTIME_TOKEN": "secret",
        }
    )

    assert runner.in_workflow
    assert runner.workspace == Path("/github/workspace")
    assert (runner.run_attempt, runner.max_retention_days) == (3, 90)
    assert runner.artifact_url("7") == (
        "https://octocorp.ghe.com/acme/reports/actions/runs/12/artifacts/7"
    )
    assert runner.attempt_url == "https://octocorp.ghe.com/acme/reports/actions/runs/12/attempts/3"
    assert "secret" not in repr(runner)


@pytest.mark.parametrize("nothing", ["", "0", "many", "\u0663"])
def test_what_the_runner_does_not_say(nothing: str) -> None:
    runner = Runner.of({"GITHUB_RETENTION_DAYS": nothing, "GITHUB_RUN_ATTEMPT": nothing})

    assert not runner.in_workflow
    assert runner.workspace == Path()
    assert runner.server_url == "https://github.com"
    assert runner.attempt_url == ""
    assert (runner.run_attempt, runner.max_retention_days) == (1, None)


def test_no_runner_takes_no_outputs_and_no_summary() -> None:
    set_outputs({"seats": "1"}, {})

    append_summary("text", {})


def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path))

    with pytest.raises(RunError, match="The outputs could not be written to GITHUB_OUTPUT"):
        set_outputs({"seats": "1"}, {"GITHUB_OUTPUT": str(tmp_path)})
    with pytest.raises(RunError, match="The job summary could not be written"):
        append_summary("text", {"GITHUB_STEP_SUMMARY": str(tmp_path)})
