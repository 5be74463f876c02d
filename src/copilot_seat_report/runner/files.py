"""The files that the runner reads: outputs and the job summary.

They are written with actions-toolkit's `file_command`.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
"""

import os
import stat
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from actions_toolkit.file_command import issue_file_command, prepare_key_value_message

from copilot_seat_report.errors import RunError
from copilot_seat_report.runner.signals import undone_by


def require_file_commands(
    environment: Mapping[str, str], *, outputs: int = 1, summary: int = 1
) -> None:
    """Raise RunError, before anything is published, if the runner's files cannot be written.

    There must be room for `outputs` and `summary` bytes.
    """
    for name, size in (("GITHUB_OUTPUT", outputs), ("GITHUB_STEP_SUMMARY", summary)):
        path = environment.get(name)
        try:
            if path:
                _require_room(Path(path), size)
        except OSError as error:
            raise RunError(
                f"{name} cannot be written: {error}. Nothing was published. A self-hosted runner's "
                "temporary folder must be writable from its containers."
            ) from error


def _require_room(path: Path, size: int) -> None:
    """Write that many line breaks, which mean nothing in either file, and remove them."""
    with path.open("ab") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # a device cannot be truncated
            file.write(b"\n")
            return
        undo = partial(os.truncate, path, file.tell())
        with undone_by(undo):
            file.write(b"\n" * size)
            file.flush()
        undo()


def set_outputs(outputs: Mapping[str, str], environment: Mapping[str, str]) -> None:
    """Set all outputs together; outside a workflow, do nothing."""
    if not environment.get("GITHUB_OUTPUT"):
        return
    lines = [prepare_key_value_message(name, value) for name, value in outputs.items()]
    try:
        issue_file_command("OUTPUT", "\n".join(lines))
    except OSError as error:
        raise RunError(f"The outputs could not be written to GITHUB_OUTPUT: {error}.") from error


def append_summary(text: str, environment: Mapping[str, str]) -> None:
    """Append to the job summary; outside a workflow, do nothing."""
    path = environment.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise RunError(f"The job summary could not be written: {error}.") from error
