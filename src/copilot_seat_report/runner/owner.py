"""To whom the files in the workspace belong.

The container runs as root, and the workspace belongs to the runner's user, whose next checkout
could not clean up what is root's.
"""

import os
from pathlib import Path

from copilot_seat_report.runner.log import Log


class Owner:
    """The workspace's owner and group, to whom root gives what it makes there."""

    def __init__(self, workspace: Path, log: Log) -> None:
        """Look whose the workspace is; anybody but root owns what they make, and gives nothing."""
        found = workspace.stat()
        self._ids = (found.st_uid, found.st_gid)
        self._gives = os.geteuid() == 0 and self._ids != (0, os.getegid())
        self._log = log

    def give(self, path: Path) -> None:
        """Give a file or folder to the owner, where that is permitted; a link is not followed."""
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
