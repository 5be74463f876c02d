"""The folder in which the report's files are made before they are moved; a failure removes it.

Files and folders belong to the workspace's owner from the start, even if the run is killed.
"""

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from copilot_seat_report.runner.owner import Owner
from copilot_seat_report.runner.signals import undone_by


@contextmanager
def made(directory: Path, owner: Owner) -> Iterator[None]:
    """Make the directory; if the block fails, remove whatever part of it was made."""
    missing = [each for each in (directory, *directory.parents) if not each.exists()]

    def remove() -> None:
        with suppress(OSError):
            for each in missing:
                each.rmdir()

    with undone_by(remove):
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            owner.give(each)
        yield


@contextmanager
def staging(directory: Path, owner: Owner) -> Iterator[Callable[[str], Path]]:
    """Yield a function that makes an empty file of a given name in a folder of the directory.

    Each file can later be moved to its place in one step, because it is on the same disk.
    """
    folder = directory / f".copilot-seat-report-{secrets.token_hex(4)}"

    def create(name: str) -> Path:
        path = folder / name
        path.touch(exist_ok=False)
        owner.give(path)
        return path

    def remove() -> None:
        shutil.rmtree(folder, ignore_errors=True)

    with undone_by(remove):
        folder.mkdir(mode=0o700)
        owner.give(folder)
        yield create
    remove()
