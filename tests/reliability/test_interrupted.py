"""A job that is cancelled: by SIGINT, and SIGTERM 7.5 seconds later, as the runner does it."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from copilot_seat_report.destination import MANIFEST, Destination
from copilot_seat_report.errors import RunError
from copilot_seat_report.files.names import CHANGES, GROUPS, NAMES
from copilot_seat_report.runner.signals import (
    SIGNALS,
    finish_uninterrupted,
    interruptible,
    undone_by,
)
from tests.action import ROOT
from tests.github_server import Organization, secondary_limit_answer
from tests.loopback import TransientError, answering, giving, silence
from tests.made_up import seats
from tests.reliability.world import World

SECONDS_TO_END = 2.0
STEP = 0.01
DIRECTORY = "copilot-seat-report"
OLD = "last week's"


class Job:
    """The action in a process of its own, in a workspace that has a report of last week."""

    def __init__(self, world: World, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.world = world
        self.process = process
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    def wait_until(self, happened: Callable[[], object]) -> None:
        end = time.monotonic() + 60
        while not happened():
            assert self.process.poll() is None, self.log
            assert time.monotonic() < end, self.log
            time.sleep(0.01)

    def interrupt(self, *signals: signal.Signals) -> None:
        """Send the signals, and see the process end in time.

        It is counted in short sleeps: while the whole machine stands still, none goes by.
        """
        for each in signals:
            self.process.send_signal(each)
        for _ in range(int(SECONDS_TO_END / STEP)):
            if self.process.poll() is not None:
                return
            time.sleep(STEP)
        pytest.fail(f"It goes on after {SECONDS_TO_END} s:\n{self.log}")

    def assert_nothing_left(self) -> None:
        """Nothing was published, and what was there before is as it was."""
        workspace = self.world.action.workspace
        found = {
            path.relative_to(workspace).as_posix()
            for path in workspace.rglob("*")
            if path.is_file()
        }
        assert found == {f"{DIRECTORY}/report.html", f"{DIRECTORY}/{MANIFEST}"}
        assert [path.name for path in workspace.iterdir()] == [DIRECTORY]
        assert (workspace / DIRECTORY / "report.html").read_text() == OLD
        assert (self.world.action.folder / "output").read_bytes() == b""
        assert (self.world.action.folder / "summary").read_bytes() == b""
        assert [each for each in self.world.results.artifacts if each.database_id] == []

    def assert_interrupted_by(self, which: signal.Signals) -> None:
        assert self.process.returncode == 1, self.log
        (error,) = [line for line in self.log.splitlines() if line.startswith("::error")]
        assert f"The run was interrupted by {which.name}. Nothing was published." in error
        self.assert_nothing_left()


def leave_report(directory: Path) -> None:
    """Leave a report of one file, as a run of last week does."""
    directory.mkdir()
    (directory / "report.html").write_text(OLD)
    files = {"report.html": f"sha256:{hashlib.sha256(OLD.encode()).hexdigest()}"}
    manifest = {"files": files, "written_by": {"run_id": "1000", "run_attempt": 1}}
    (directory / MANIFEST).write_text(json.dumps(manifest))


@contextmanager
def started(world: World, **faults: TransientError) -> Iterator[Job]:
    world.plan({name.replace("_", " "): [fault] for name, fault in faults.items()})
    leave_report(world.action.workspace / DIRECTORY)
    log = world.action.folder / "log"
    with (
        log.open("wb") as file,
        subprocess.Popen(
            [sys.executable, ROOT / "entrypoint.py"],
            cwd=world.action.workspace,
            env=world.action.process_environment(),
            stdout=file,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield Job(world, process, log)
        finally:
            process.kill()


@pytest.mark.parametrize("which", SIGNALS)
@pytest.mark.parametrize(
    "request_", ["settings", "page_1", "page_3", "visibility", "CreateArtifact", "block_1"]
)
def test_while_it_waits_for_an_answer(world: World, which: signal.Signals, request_: str) -> None:
    with started(world, **{request_: silence}) as job:
        job.wait_until(lambda: request_.replace("_", " ") in world.requests)
        time.sleep(0.2)

        job.interrupt(which)

        job.assert_interrupted_by(which)


@pytest.mark.parametrize("which", SIGNALS)
@pytest.mark.parametrize("request_", ["settings", "page_1", "page_2", "visibility"])
def test_while_it_waits_out_a_limit(world: World, which: signal.Signals, request_: str) -> None:
    with started(world, **{request_: giving(secondary_limit_answer())}) as job:
        job.wait_until(lambda: "trying again in 6" in job.log)
        time.sleep(0.2)

        job.interrupt(which)

        job.assert_interrupted_by(which)


@pytest.mark.parametrize("which", SIGNALS)
def test_while_it_waits_to_send_a_block_again(world: World, which: signal.Signals) -> None:
    with started(world, block_1=answering(503, Retry_After="60")) as job:
        job.wait_until(lambda: "trying again in 6" in job.log)

        job.interrupt(which)

        job.assert_interrupted_by(which)


@pytest.mark.parametrize("which", SIGNALS)
@pytest.mark.parametrize("request_", ["html_CreateArtifact", "html_block_1"])
def test_while_the_page_is_uploaded(world: World, which: signal.Signals, request_: str) -> None:
    with started(world, **{request_: silence}) as job:
        job.wait_until(lambda: request_.replace("_", " ") in world.requests)

        job.interrupt(which)

        job.assert_interrupted_by(which)


@pytest.mark.parametrize("which", SIGNALS)
def test_while_the_zip_is_finalized_nobody_knows_whether_it_is_out(
    world: World, which: signal.Signals
) -> None:
    with started(world, FinalizeArtifact=silence) as job:
        job.wait_until(lambda: "FinalizeArtifact" in world.requests)

        job.interrupt(which)

        assert job.process.returncode == 1
        assert f"interrupted by {which.name}. It is not known whether GitHub accepted" in job.log
        assert "Nothing was published" not in job.log
        job.assert_nothing_left()


@pytest.mark.parametrize("which", SIGNALS)
def test_while_the_page_is_finalized_all_the_rest_is_published(
    world: World, which: signal.Signals
) -> None:
    with started(world, html_FinalizeArtifact=silence) as job:
        job.wait_until(lambda: "html FinalizeArtifact" in world.requests)

        job.interrupt(which)

        assert job.process.returncode == 0, job.log
        outcome = world.action.outcome(0, job.log)
        # Nothing was compared, and there is no people file.
        assert len(outcome.files) == len({*NAMES} - {CHANGES, GROUPS})
        assert outcome.outputs["artifact-id"]
        assert outcome.outputs["page-url"] == ""
        assert (outcome.summary or "").startswith("**[Download the report](")
        (warning,) = outcome.annotations("warning")
        assert "The job was cancelled meanwhile." in warning


@pytest.mark.parametrize("which", SIGNALS)
def test_while_files_are_written(world: World, which: signal.Signals) -> None:
    world.github.add(Organization("acme", seats(10_000), off_schema=True))
    workspace = world.action.workspace
    with started(world) as job:
        job.wait_until(lambda: list(workspace.glob(f"{DIRECTORY}/.copilot-seat-report-*/*")))

        job.interrupt(which)

        job.assert_interrupted_by(which)


def test_a_second_signal_does_not_break_off_the_cleaning_up(world: World) -> None:
    world.github.add(Organization("acme", seats(10_000), off_schema=True))
    workspace = world.action.workspace
    with started(world) as job:
        job.wait_until(lambda: list(workspace.glob(f"{DIRECTORY}/.copilot-seat-report-*/*")))

        job.interrupt(signal.SIGINT, signal.SIGTERM, signal.SIGINT, signal.SIGTERM)

        assert job.process.returncode == 1
        job.assert_nothing_left()


@pytest.mark.parametrize("tenths", range(0, 15, 2))
def test_at_any_moment(world: World, tenths: int) -> None:
    """Also while Python and the libraries start: there the signal itself ends the process."""
    with started(world, FinalizeArtifact=silence) as job:
        time.sleep(tenths / 10)

        job.interrupt(signal.SIGTERM)

        assert job.process.returncode in (1, -signal.SIGTERM)
        job.assert_nothing_left()


def test_what_is_published_is_published_whole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signal that comes when the artifact is out, between one file and the next."""
    place = Destination.place

    def interrupted(destination: Destination, files: dict[str, Path], manifest: Path) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        place(destination, files, manifest)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Destination, "place", interrupted)

    outcome = world.run()

    assert outcome.status == 0, outcome.log
    names = {name.rpartition("/")[2] for name in outcome.files}
    assert names == {"report.html", "report.json", "summary.md"}
    assert outcome.outputs["people"]
    assert outcome.summary


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: it looks into /proc")
@pytest.mark.parametrize("which", SIGNALS)
def test_as_the_first_process_of_a_container_it_has_handlers(
    world: World, which: signal.Signals
) -> None:
    """The kernel does not deliver to a container's first process what it has no handler for."""
    with started(world, page_1=silence) as job:
        job.wait_until(lambda: "page 1" in world.requests)
        status = Path(f"/proc/{job.process.pid}/status").read_text()
        (caught,) = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")]

        assert int(caught, 16) >> (which - 1) & 1


def ending_in(ended: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Note the status with which the process would end, and go on."""
    monkeypatch.setattr(os, "_exit", ended.append)


@pytest.mark.parametrize("which", SIGNALS)
def test_what_was_begun_is_taken_back_the_last_first(
    which: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [signal.getsignal(each) for each in SIGNALS]
    ended: list[int] = []
    done: list[str] = []
    ending_in(ended, monkeypatch)

    with (
        interruptible(done.append),
        undone_by(lambda: done.append("first")),
        undone_by(lambda: done.append("second")),
    ):
        with undone_by(lambda: done.append("third")):
            pass
        os.kill(os.getpid(), which)

    said = f"The run was interrupted by {which.name}. Nothing was published."
    assert done == ["second", "first", said]
    assert ended == [1]
    assert [signal.getsignal(each) for each in SIGNALS] == before


def test_what_fails_is_taken_back_too() -> None:
    done: list[str] = []

    with (
        pytest.raises(RunError, match="failed"),
        undone_by(lambda: done.append("taken back")),
    ):
        raise RunError("failed")

    assert done == ["taken back"]


def test_what_is_finished_is_not_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    ending_in(ended, monkeypatch)

    with interruptible(pytest.fail):
        finish_uninterrupted()
        for each in SIGNALS:
            os.kill(os.getpid(), each)

    assert ended == []


def test_the_first_signal_counts_and_lets_what_must_be_done_be_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[int] = []
    done: list[str] = []
    ending_in(ended, monkeypatch)

    def undo() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        done.append("taken back")

    with interruptible(done.append), undone_by(undo):
        os.kill(os.getpid(), signal.SIGINT)

    assert done[0] == "taken back"
    assert "interrupted by SIGINT" in done[1]
    assert ended == [1]


def test_the_process_ends_though_the_taking_back_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    ending_in(ended, monkeypatch)

    with pytest.raises(OSError, match="no disk"), interruptible(print), undone_by(no_disk):
        os.kill(os.getpid(), signal.SIGTERM)

    assert ended == [1]


def no_disk() -> None:
    raise OSError("no disk")


# Where an exception would be lost: Python tells of it, and goes on.
LOSING = """
import os, signal, sys, time
from copilot_seat_report.runner.signals import interruptible
from copilot_seat_report.runner.log import Log

class Dying:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)

with interruptible(Log(in_workflow=True).error_before_exit):
    Dying()
    print("went on")
"""


def test_a_signal_is_not_lost_where_an_exception_would_be() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOSING],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout == (
        "\n::endgroup::\n::error title=Copilot Seat Report::The run was interrupted by SIGTERM. "
        "Nothing was published.\n"
    )
