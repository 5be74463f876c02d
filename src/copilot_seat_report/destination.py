"""The output directory: where the report's files go, and which files there may be replaced.

A manifest in the directory lists what an earlier report wrote there. Only files on that list that
nobody has changed since are replaced or removed.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from copilot_seat_report.artifact.service import backend_ids
from copilot_seat_report.errors import InputError, RunError
from copilot_seat_report.files.names import HISTORY, NAMES, file_names
from copilot_seat_report.formatting import listed
from copilot_seat_report.runner.environment import Runner
from copilot_seat_report.runner.signals import undone_by
from copilot_seat_report.settings import Settings

MANIFEST = ".copilot-seat-report.json"
MAX_MANIFEST_BYTES = 1024 * 1024
# If another step used the directory, name-2, name-3, … are tried.
DIRECTORIES_TRIED = 100


class Step(msgspec.Struct, frozen=True):
    """The step that wrote a report; the texts are empty outside a workflow."""

    run_id: str = ""
    run_attempt: int = 1
    job: str = ""
    step: str = ""

    def is_of_same_job(self, other: "Step") -> bool:
        """Return whether the other is a different step of the same job."""
        ours, theirs = ((each.run_id, each.run_attempt, each.job) for each in (self, other))
        return self.run_id != "" and ours == theirs and self.step != other.step


class Manifest(msgspec.Struct, frozen=True):
    """The list of the files that a report wrote, stored next to them: digests by name.

    `replaced` are the earlier files that the report replaced or removed; if the run was killed
    while doing so, some still exist.
    """

    files: dict[str, str]
    written_by: Step
    replaced: dict[str, str] = msgspec.field(default_factory=dict)


_MANIFEST = msgspec.json.Decoder(Manifest)


@dataclass(frozen=True)
class Destination:
    """A directory that can hold the report's files.

    `earlier` are unchanged files of an earlier report in it: digests by name. Those that are also
    in `kept` stay if this report has no file of that name.
    """

    directory: Path
    written_by: Step
    earlier: Mapping[str, str]
    kept: frozenset[str] = frozenset()

    def rehearse(self, files: Iterable[str], folder: Path) -> None:
        """Move the earlier report's files into `folder` and back, to fail now rather than later.

        Raises RunError if one cannot be replaced, and InputError if one of `files` would now
        overwrite another file.
        """
        _require_free(self.directory, files, self.earlier)
        for name in (*self.earlier, MANIFEST):
            path, aside = self.directory / name, folder / f"earlier-{name}"
            move_back = partial(_move_if_there, aside, path)
            try:
                with undone_by(move_back):
                    _move_if_there(path, aside)
                    move_back()
            except OSError as error:
                raise RunError(
                    f"{name} of an earlier report in `output-directory` cannot be replaced "
                    f"({error.strerror}). Nothing was published. Remove it, or use another "
                    "directory."
                ) from error

    def manifest_of(self, files: Mapping[str, Path]) -> bytes:
        """Return the list to store next to the report's files."""
        manifest = Manifest(
            files={name: _digest(path) for name, path in files.items()},
            written_by=self.written_by,
            replaced=dict(self.earlier),
        )
        return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"

    def place(self, files: Mapping[str, Path], manifest: Path) -> None:
        """Move the files into the directory, each whole; remove the earlier report's other files.

        The list is moved first: if the run ends halfway, the next one knows the files of both.
        """
        manifest.replace(self.directory / MANIFEST)
        for name, path in files.items():
            path.replace(self.directory / name)
        for name in self.earlier.keys() - files.keys() - self.kept:
            (self.directory / name).unlink(missing_ok=True)


def check_destination(settings: Settings, runner: Runner) -> Destination:
    """Return the directory for the report's files.

    It is `output-directory`, or the next free one if another step of this job left its report
    there. Raises InputError if the report could not write to it, or would overwrite a file that is
    not an earlier report's, was changed, or is an input of this run.
    """
    written_by = _step(runner)
    names = file_names(
        settings.formats, summary=settings.summary != "off", history=settings.goes_on
    )
    inputs = {
        "activity-report": settings.activity_report,
        "ca-file": settings.ca_file,
        "people-file": settings.people_file,
    }
    for directory in _directories(settings.output_directory, runner.workspace.resolve()):
        asked_for = directory == settings.output_directory
        try:
            _require_writable(directory)
            manifest = _manifest(directory)
            if manifest and written_by.is_of_same_job(manifest.written_by):
                continue
            earlier = _earlier(directory, manifest)
            _require_no_input(directory, {*names, *earlier}, inputs)
            _require_free(directory, names, earlier)
        except InputError:
            if asked_for:
                raise
            continue
        return Destination(directory, written_by, earlier, _kept(settings, runner))
    raise InputError(
        "output-directory: must be a different one for each of this job's steps; this one and the "
        f"{DIRECTORIES_TRIED - 1} that are named after it are in use."
    )


def _kept(settings: Settings, runner: Runner) -> frozenset[str]:
    """Return the files that a report outside the series leaves in place.

    In a shell, `history.json` is the only copy of the series. A report with pseudonyms does not
    leave names in place.
    """
    keeps = not (runner.in_workflow or settings.goes_on or settings.anonymize)
    return frozenset({HISTORY}) if keeps else frozenset()


def _step(runner: Runner) -> Step:
    """Return this step; within a matrix, the job's ID from the token tells jobs apart."""
    ids = backend_ids(runner.runtime_token)
    job = " ".join(filter(None, (runner.job, ids[1] if ids else "")))
    return Step(runner.run_id, runner.run_attempt, job, runner.step)


def _directories(first: Path, workspace: Path) -> Iterator[Path]:
    yield first
    # A directory named after the workspace would be outside it.
    base = workspace / "copilot-seat-report" if first == workspace else first
    for number in range(2, DIRECTORIES_TRIED + 1):
        directory = base.with_name(f"{base.name}-{number}")
        if not directory.is_symlink():
            yield directory


def _manifest(directory: Path) -> Manifest | None:
    """Return the list that an earlier report left, or None."""
    path = directory / MANIFEST
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    try:
        if stat.S_ISREG(found.st_mode) and found.st_size <= MAX_MANIFEST_BYTES:
            return _MANIFEST.decode(path.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError):
        pass
    raise InputError(
        f"output-directory: {MANIFEST} in it was not written by this action; remove it, or use "
        "another directory."
    )


def _require_writable(directory: Path) -> None:
    existing = next(each for each in (directory, *directory.parents) if each.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise InputError(
            "output-directory: must be a directory in which this action can write files."
        )


def _earlier(directory: Path, manifest: Manifest | None) -> dict[str, str]:
    """Return the files of an earlier report that exist unchanged, with their digests."""
    earlier = {}
    if manifest:
        for name in NAMES:  # the list may name others
            known = {manifest.files.get(name), manifest.replaced.get(name)} - {None}
            digest = _digest_of_file(directory / name) if known else None
            if digest in known and digest:
                earlier[name] = digest
    return earlier


def _require_free(directory: Path, names: Iterable[str], earlier: Mapping[str, str]) -> None:
    taken = [name for name in names if name not in earlier and os.path.lexists(directory / name)]
    if taken:
        raise InputError(
            f"output-directory: has {listed(taken)} already, and not as an earlier report left it; "
            "the report would overwrite it. Move it, or use another directory."
        )


def _require_no_input(
    directory: Path, names: Iterable[str], inputs: Mapping[str, Path | None]
) -> None:
    for input_name, path in inputs.items():
        for name in names:
            if path and (directory / name).exists() and path.samefile(directory / name):
                raise InputError(
                    f"{input_name}: must not be a file that the report replaces; it is {name} in "
                    "`output-directory`. Move it, or use another directory."
                )


def _digest_of_file(path: Path) -> str | None:
    """Return the digest of a file, or None if it is not a file or cannot be read."""
    with suppress(OSError):
        if stat.S_ISREG(path.lstat().st_mode):
            return _digest(path)
    return None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def _move_if_there(path: Path, target: Path) -> None:
    with suppress(FileNotFoundError):
        path.replace(target)
