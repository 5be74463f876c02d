"""An earlier report that lies in the workspace."""

from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_seat_report.sources.history.earlier import Earlier, ThisReport
from copilot_seat_report.sources.history.file import ReportRules, Scope
from copilot_seat_report.sources.history.path import read_earlier
from tests.histories import RULES, WEEK, encoded, history, zipped
from tests.made_up import NOW

SCOPE = Scope(api="127.0.0.1", organizations=("acme",))
THIS = ThisReport(
    scope=SCOPE, shown_scope=SCOPE, key_check="", rules=ReportRules(**RULES), report_time=NOW
)


def read(path: Path) -> Earlier:
    return read_earlier(path, "in the folder", THIS, NOW)


def in_folder(path: Path) -> Path:
    path.mkdir()
    (path / "history.json").write_bytes(encoded(history()))
    return path


def as_zip(path: Path) -> Path:
    path.write_bytes(zipped({"report.json": b"{}", "history.json": encoded(history())}))
    return path


def as_file(path: Path) -> Path:
    path.write_bytes(encoded(history()))
    return path


@pytest.mark.parametrize("kind", [in_folder, as_zip, as_file])
def test_a_reports_folder_zip_or_file_is_read(kind: Callable[[Path], Path], tmp_path: Path) -> None:
    earlier = read(kind(tmp_path / "earlier"))
    assert earlier.status.state == "read"
    assert (earlier.status.read_at, earlier.status.up_to) == (NOW, NOW - WEEK)
    assert earlier.people is not None
    assert earlier.people.login == ["person-0001", "person-0002"]


def test_where_there_is_nothing_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty.zip").write_bytes(zipped({"report.json": b"{}"}))
    for path in (tmp_path, tmp_path / "missing", tmp_path / "empty.zip"):
        assert read(path).status.words == (
            "Nothing is compared with an earlier report: there is no history.json in the folder."
        )
        assert read(path).status.state == "not-found"


def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_bytes(b"PK anything")
    assert read(path).status.words.endswith(
        ": the one in the folder is in something that is not a report's zip."
    )
    path.write_bytes(encoded(history(schema_version=9)))
    assert read(path).status.words.endswith(
        ": the one in the folder was made by a newer release of this action (schema 9; this one "
        "reads 1)."
    )
    assert read(path).status.state == "unusable"


def test_a_file_beyond_measure_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    with path.open("wb") as file:
        file.truncate((256 << 20) + 1)
    assert read(path).status.words.endswith(": the one in the folder is larger than 256 MiB.")


def test_a_path_that_cannot_be_followed_is_said(tmp_path: Path) -> None:
    (tmp_path / "history.json").symlink_to("history.json")
    assert read(tmp_path / "history.json").status.state in ("unusable", "not-found")
    path = tmp_path / ("a" * 300)
    assert read(path).status.words.endswith("could not be read: File name too long.")
