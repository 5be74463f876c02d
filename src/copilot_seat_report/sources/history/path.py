"""An earlier report in the workspace: its folder, its zip or its `history.json`."""

from datetime import datetime
from pathlib import Path

from copilot_seat_report.sources.history.earlier import Earlier, ThisReport
from copilot_seat_report.sources.history.file import (
    MAX_BYTES,
    NAME,
    HistoryError,
    history_in,
    read_history,
)


def read_earlier(path: Path, where: str, this: ThisReport, read_at: datetime) -> Earlier:
    """Return the earlier report at a path; `where` describes the path in words.

    If there is none, or none that can be used, the status says so: this report is still made.
    """
    try:
        content = _content(path / NAME if path.is_dir() else path)
        if content is None:
            return this.after_nothing("not-found", f"there is no {NAME} {where}.")
        history = this.checked(read_history(content))
    except HistoryError as error:
        return this.after_nothing("unusable", f"the one {where} {error}.")
    except OSError as error:
        return this.after_nothing(
            "unusable", f"the one {where} could not be read: {error.strerror}."
        )
    return this.after(history, read_at)


def _content(path: Path) -> bytes | None:
    """Return the `history.json` at a path, or in the zip there, or None."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        start = file.read(2)
        if start == b"PK":
            return history_in(file)
        content = start + file.read(MAX_BYTES)
    if len(content) > MAX_BYTES:
        raise HistoryError(f"is larger than {MAX_BYTES >> 20} MiB")
    return content
