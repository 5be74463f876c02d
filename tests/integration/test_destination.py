"""The output directory: of what is there, only an earlier report's own files are replaced."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copilot_seat_report import destination, publish
from copilot_seat_report.destination import MANIFEST
from copilot_seat_report.files.names import CHANGES, FILES_OF_FORMAT, GROUPS, NAMES
from copilot_seat_report.files.summary import render_summary
from tests.action import Action, Outcome
from tests.github_server import Organization
from tests.made_up import seats
from tests.results_server import ResultsServer

ALL = "html,csv,xlsx,json"
LATER = str(1_800_000_000)


@pytest.fixture
def action(step: Callable[..., Action]) -> Action:
    return step(Organization("acme", seats(20)), GITHUB_JOB="report", GITHUB_ACTION="seats")


@pytest.fixture
def out(action: Action) -> Path:
    directory = action.workspace / "out"
    directory.mkdir()
    return directory


def assert_refused(action: Action, outcome: Outcome, *words: str) -> None:
    assert outcome.status == 2
    assert all(word in outcome.error for word in words), outcome.error
    assert outcome.outputs == {}
    assert not outcome.summary
    assert action.server.requests == []


def listing(*names: str, text: str = "mine", **fields: Any) -> str:  # noqa: ANN401
    """A list of files with that text, as an earlier report leaves it."""
    digest = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    files = dict.fromkeys(names, digest)
    return json.dumps({"files": files, "written_by": {"run_id": "1"}, **fields})


# --- What is somebody else's


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_the_users_own_is_not_overwritten(action: Action, out: Path, name: str) -> None:
    (out / name).write_text("mine")

    outcome = action(output_directory="out", formats=ALL, history="auto")

    assert_refused(action, outcome, f"output-directory: has {name} already")
    assert outcome.files == {f"out/{name}": b"mine"}


def test_a_file_that_this_report_does_not_have_may_stay(action: Action, out: Path) -> None:
    (out / "seats.csv").write_text("mine")
    (out / "summary.md").write_text("mine")

    outcome = action(output_directory="out", formats="json", summary="off")

    assert outcome.status == 0, outcome.log
    assert outcome.text("seats.csv") == outcome.text("summary.md") == "mine"


@pytest.mark.parametrize("name", ["summary.md", "report.json", MANIFEST])
def test_a_folder_in_the_way(action: Action, out: Path, name: str) -> None:
    (out / name).mkdir()

    assert_refused(action, action(output_directory="out"), name)
    assert (out / name).is_dir()


@pytest.mark.parametrize("name", ["seats.csv", MANIFEST])
@pytest.mark.parametrize("dangling", [True, False])
def test_a_link_in_the_place_of_a_file_is_neither_followed_nor_replaced(
    action: Action, out: Path, tmp_path: Path, name: str, dangling: bool
) -> None:
    precious = tmp_path / "precious"
    if not dangling:
        precious.write_text(listing() if name == MANIFEST else "mine")
    before = precious.exists() and precious.read_text()
    (out / name).symlink_to(precious)
    if name != MANIFEST:
        (out / MANIFEST).write_text(listing(name))

    outcome = action(output_directory="out")

    assert_refused(action, outcome, name)
    assert (out / name).is_symlink()
    assert (precious.exists() and precious.read_text()) == before


def test_a_pipe_in_the_place_of_a_file_is_not_read(action: Action, out: Path) -> None:
    os.mkfifo(out / "seats.csv")
    (out / MANIFEST).write_text(listing("seats.csv"))

    assert_refused(action, action(output_directory="out"), "seats.csv")


def test_a_file_that_was_edited_is_not_overwritten(action: Action, out: Path) -> None:
    action(output_directory="out")
    action.server.forget()
    (out / "seats.csv").write_text("mine now")

    outcome = action(output_directory="out")

    assert_refused(action, outcome, "has seats.csv already, and not as an earlier report left it")
    assert (out / "seats.csv").read_text() == "mine now"


def test_a_file_that_was_edited_stays_where_the_report_does_without(
    action: Action, out: Path
) -> None:
    action(output_directory="out", formats="csv")
    (out / "seats.csv").write_text("mine now")

    outcome = action(output_directory="out", formats="json")

    assert outcome.status == 0, outcome.log
    names = {path.name for path in out.iterdir()}
    assert names == {"seats.csv", "report.json", "summary.md", MANIFEST}
    assert (out / "seats.csv").read_text() == "mine now"


# --- What is an input of this run

GITHUBS_OWN = (
    "Report Time,Login,Last Authenticated At,Last Activity At,Last Surface Used\n"
    "2026-11-02T05:00:00Z,person-0001,None,None,None\n"
)


def test_an_input_is_not_overwritten(action: Action) -> None:
    (action.workspace / "activity-report.csv").write_text(GITHUBS_OWN)

    outcome = action(output_directory=".", activity_report="activity-report.csv")

    assert_refused(action, outcome, "activity-report: must not be a file that the report replaces")
    assert outcome.files == {"activity-report.csv": GITHUBS_OWN.encode()}


@pytest.mark.parametrize("formats", ["csv", "json"])
@pytest.mark.parametrize("link", [True, False])
def test_nor_is_it_where_an_earlier_report_wrote_it(
    action: Action, out: Path, formats: str, link: bool
) -> None:
    """Else a report would be compared with itself; in another format, it would be removed."""
    action(output_directory="out", formats="csv")
    action.server.forget()
    before = (out / "activity-report.csv").read_bytes()
    (action.workspace / "link.csv").symlink_to("out/activity-report.csv")

    path = "link.csv" if link else "out/activity-report.csv"
    outcome = action(output_directory="out", activity_report=path, formats=formats)

    assert_refused(action, outcome, "it is activity-report.csv in `output-directory`")
    assert (out / "activity-report.csv").read_bytes() == before


def test_an_input_beside_the_reports_files_is_read(action: Action) -> None:
    (action.workspace / "activity-report.csv").write_text(GITHUBS_OWN)

    outcome = action(output_directory=".", activity_report="activity-report.csv", formats="json")

    assert outcome.status == 0, outcome.log
    assert (action.workspace / "activity-report.csv").read_text() == GITHUBS_OWN


# --- A list that means harm


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "my own settings",
        '{"files": 7, "written_by": {}}',
        '{"files": {"seats.csv": 7}, "written_by": {}}',
        '{"files":' * 100_000,
        '{"files": {"\ud800": ""}}',
        '{"files": {}, "written_by": {}, "x": "' + "x" * 1024 * 1024 + '"}',
    ],
    ids=lambda text: text[:20],
)
def test_a_list_that_is_something_else_is_not_overwritten(
    action: Action, out: Path, text: str
) -> None:
    content = text.encode("utf-8", "surrogatepass")
    (out / MANIFEST).write_bytes(content)

    outcome = action(output_directory="out")

    assert_refused(action, outcome, f"output-directory: {MANIFEST} in it was not written by this")
    assert (out / MANIFEST).read_bytes() == content


def test_a_list_names_nothing_but_a_reports_files(action: Action, out: Path) -> None:
    outside = action.workspace / "precious"
    for path in (outside, out / "notes.txt", out / ".git"):
        path.write_text("mine")
    names = ("../precious", "notes.txt", ".git", str(outside), "", ".", "..", "/", "\0")
    (out / MANIFEST).write_text(listing(*names, replaced={"../precious": "", "notes.txt": ""}))

    outcome = action(output_directory="out", formats="json")

    assert outcome.status == 0, outcome.log
    for path in (outside, out / "notes.txt", out / ".git"):
        assert path.read_text() == "mine"


def test_fields_of_a_later_version_do_not_matter(action: Action, out: Path) -> None:
    (out / "seats.csv").write_text("mine")
    (out / MANIFEST).write_text(listing("seats.csv", version=9, more={}))

    assert action(output_directory="out").status == 0
    assert (out / "seats.csv").read_text() != "mine"


# --- An earlier report


def test_last_weeks_report_is_replaced_and_what_this_one_lacks_goes(action: Action) -> None:
    first = action(formats="csv,json")
    action.environment |= {"GITHUB_RUN_ID": "1235", "SOURCE_DATE_EPOCH": LATER}

    outcome = action(formats="json,html", summary="off")

    assert outcome.status == 0, outcome.log
    assert outcome.outputs["report-directory"] == first.outputs["report-directory"]
    assert {Path(name).name for name in outcome.files} == {"report.json", "report.html"}
    assert outcome.report["report_time"].startswith("2027-")


def test_the_list_is_in_no_artifact_and_in_no_output(
    action: Action, results: ResultsServer
) -> None:
    action.environment |= {
        "ACTIONS_RUNTIME_TOKEN": results.token(),
        "ACTIONS_RESULTS_URL": results.url,
    }

    outcome = action()

    manifest = (outcome.workspace / outcome.directory / MANIFEST).read_text()
    assert json.loads(manifest)["files"].keys() == {Path(name).name for name in outcome.files}
    assert MANIFEST not in outcome.log + str(outcome.outputs) + str(outcome.summary)
    assert MANIFEST.encode() not in results.store.read(results.artifacts[0].blob)


@pytest.mark.parametrize("left", [1, 3, 5])
def test_what_a_killed_run_left_half_replaced_is_replaced(action: Action, left: int) -> None:
    """The list is there first, and knows the files of both reports."""
    earlier = action(formats="csv,json").files
    action.environment |= {"GITHUB_RUN_ID": "1235", "SOURCE_DATE_EPOCH": LATER}
    action(formats="csv", summary="off")
    for name in list(earlier)[:left]:
        (action.workspace / name).write_bytes(earlier[name])
    action.environment |= {"GITHUB_RUN_ID": "1236"}

    outcome = action(formats="csv", summary="off")

    assert outcome.status == 0, outcome.log
    names = {*FILES_OF_FORMAT["csv"]} - {CHANGES, GROUPS}
    assert {Path(name).name for name in outcome.files} == names


# --- Several steps of one job


def test_a_second_step_gets_the_next_directory(action: Action) -> None:
    first = action()
    others = []
    for number in (2, 3):
        action.environment["GITHUB_ACTION"] = f"seats_{number}"
        others.append(action(formats="json", inactive_days="90"))

    directories = [each.outputs["report-directory"] for each in (first, *others)]
    assert directories == [f"copilot-seat-report{end}" for end in ("", "-2", "-3")]
    assert first.files.items() <= others[-1].files.items()
    inactive_days = [
        json.loads((action.workspace / name / "report.json").read_bytes())["rules"]["inactive_days"]
        for name in directories
    ]
    assert inactive_days == [30, 90, 90]


def test_steps_of_two_composite_actions_with_one_name_are_two(
    action: Action, tmp_path: Path
) -> None:
    action()
    action.environment["GITHUB_OUTPUT"] = str(tmp_path / "set_output_2")

    action()

    assert (action.workspace / "copilot-seat-report-2").is_dir()


@pytest.mark.parametrize(
    "variables",
    [
        {"GITHUB_RUN_ID": "1235"},
        {"GITHUB_RUN_ATTEMPT": "2"},
        {"GITHUB_JOB": "other"},
        {"GITHUB_RUN_ID": ""},  # a shell
    ],
    ids=str,
)
def test_another_job_replaces_in_place(action: Action, variables: dict[str, str]) -> None:
    if "GITHUB_RUN_ID" in variables:
        action.environment |= {"GITHUB_RUN_ID": variables["GITHUB_RUN_ID"] and "1234"}
    action()
    action.environment |= {"GITHUB_ACTION": "other", **variables}

    outcome = action()

    assert outcome.status == 0, outcome.log
    assert [path.name for path in action.workspace.iterdir()] == ["copilot-seat-report"]


def test_jobs_of_a_matrix_on_one_machine_replace_in_place(
    action: Action, results: ResultsServer
) -> None:
    """They have one name, and a step of one name; the runner's token tells them apart."""
    action.environment |= {"ACTIONS_RESULTS_URL": results.url}
    for number in (1, 2):
        action.environment |= {
            "ACTIONS_RUNTIME_TOKEN": results.token(job_id=f"{number}"),
            "GITHUB_ACTION": f"seats-{number}",
        }
        assert action().outputs["report-directory"] == "copilot-seat-report"


def test_a_numbered_directory_that_is_not_free_is_passed_over(
    action: Action, tmp_path: Path
) -> None:
    action()
    (action.workspace / "copilot-seat-report-2").mkdir()
    (action.workspace / "copilot-seat-report-2" / "seats.csv").write_text("mine")
    (action.workspace / "copilot-seat-report-3").symlink_to(tmp_path)
    (action.workspace / "copilot-seat-report-4").write_text("mine")
    action.environment["GITHUB_ACTION"] = "other"

    outcome = action()

    assert outcome.outputs["report-directory"] == "copilot-seat-report-5"
    assert outcome.files["copilot-seat-report-2/seats.csv"] == b"mine"
    assert outcome.files["copilot-seat-report-4"] == b"mine"


def test_in_the_workspace_itself_the_next_directory_is_inside(action: Action) -> None:
    first = action(output_directory=".")
    action.environment["GITHUB_ACTION"] = "other"

    second = action(output_directory=".")

    directories = [each.outputs["report-directory"] for each in (first, second)]
    assert directories == [".", "copilot-seat-report-2"]


def test_when_all_directories_are_taken_the_run_fails(
    action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(destination, "DIRECTORIES_TRIED", 2)
    for number in (1, 2):
        action.environment["GITHUB_ACTION"] = f"step {number}"
        assert action().status == 0
    action.server.forget()
    action.environment["GITHUB_ACTION"] = "step 3"

    assert_refused(action, action(), "output-directory: must be a different one for each")


# --- What cannot be written


def test_a_directory_that_cannot_be_written_to(
    action: Action, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != out and access(path, mode))

    for directory in ("out", "out/deeper"):
        outcome = action(output_directory=directory)

        assert_refused(action, outcome, "output-directory: must be a directory in which")
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("name", ["seats.csv", MANIFEST])
def test_a_file_that_cannot_be_replaced_is_found_out_before_the_artifact_is_out(
    action: Action, results: ResultsServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    action.environment |= {
        "ACTIONS_RUNTIME_TOKEN": results.token(),
        "ACTIONS_RESULTS_URL": results.url,
    }
    before = action(artifact_name="").files
    replace = Path.replace

    def busy(path: Path, target: Path) -> Path:
        if path.name == name and path.parent.name == "copilot-seat-report":
            raise OSError(16, "Device or resource busy")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", busy)
    action.environment["GITHUB_RUN_ID"] = "1235"

    outcome = action(formats="csv,json,html")

    assert outcome.status == 1
    assert outcome.error.startswith(f"{name} of an earlier report in `output-directory` cannot be")
    assert outcome.outputs == {}
    assert outcome.files == before
    assert results.requests == []


def test_a_directory_on_another_disk(
    action: Action, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two disks nothing can be moved: all is made where it is to be."""
    replace = Path.replace

    def on_one_disk(path: Path, target: Path) -> Path:
        if (out in path.parents) != (out in target.parents):
            raise OSError(18, "Invalid cross-device link")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", on_one_disk)

    for run in ("1235", "1236"):
        action.environment["GITHUB_RUN_ID"] = run
        assert action(output_directory="out").status == 0


def test_what_comes_while_files_are_written_is_not_overwritten(
    action: Action, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disturbed(*arguments: Any, **more: Any) -> str:  # noqa: ANN401
        (out / "seats.csv").write_text("mine")
        return render_summary(*arguments, **more)

    monkeypatch.setattr(publish, "render_summary", disturbed)

    outcome = action(output_directory="out")

    assert outcome.status == 2
    assert outcome.files == {"out/seats.csv": b"mine"}


def test_what_comes_while_the_seats_are_read_is_not_overwritten(action: Action, out: Path) -> None:
    def write() -> None:
        (out / "seats.csv").write_text("mine")

    action.server.changes[1] = write

    outcome = action(output_directory="out")

    assert outcome.status == 2
    assert outcome.files == {"out/seats.csv": b"mine"}
