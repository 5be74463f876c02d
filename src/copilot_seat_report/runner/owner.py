"""The owner of the files in the workspace.

The container runs as root, but the workspace belongs to the runner's user, whose next checkout
could not remove files that belong to root.
"""

import os
from pathlib import Path

from copilot_seat_report.runner.log import Log


class Owner:
    """The workspace's owner and group, to whom root gives the files that it makes there."""

    def __init__(self, workspace: Path, log: Log) -> None:
        """Find the workspace's owner; only root has to give files away."""
        found = workspace.stat()
        self._ids = (found.st_uid, found.st_gid)
        self._gives = os.geteuid() == 0 and self._ids != (0, os.getegid())
        self._log = log

    def give(self, path: Path) -> None:
        """Give a file or folder to the owner, if that is permitted; links are not followed."""
        if not self._gives:
            return
        try:
            os.chown(path, *self._ids, follow_symlinks=False)
        except OSError as error:
            self._gives = False
            self._log.info(
                "The files in the workspace still belong to root: they cannot be given to its "
                f"owner ({error.strerror})"
            )
