"""All files of a report, in one folder."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from copilot_seat_report.files.csv import (
    write_activity_report,
    write_changes,
    write_editors,
    write_groups,
    write_people,
    write_seats,
    write_teams,
)
from copilot_seat_report.files.history import write_history
from copilot_seat_report.files.json import write_json
from copilot_seat_report.files.names import CHANGES, GROUPS, HISTORY, PAGE, file_names
from copilot_seat_report.files.page import write_page
from copilot_seat_report.files.workbook import write_workbook
from copilot_seat_report.report.model import Report

WRITERS: Mapping[str, Callable[[Report, Path], None]] = {
    PAGE: write_page,
    "people.csv": write_people,
    "seats.csv": write_seats,
    "activity-report.csv": write_activity_report,
    "teams.csv": write_teams,
    "editors.csv": write_editors,
    GROUPS: write_groups,
    CHANGES: write_changes,
    "report.xlsx": write_workbook,
    "report.json": write_json,
    HISTORY: write_history,
}


def write_files(
    report: Report, formats: Collection[str], create: Callable[[str], Path]
) -> dict[str, Path]:
    """Return the names and paths of the files of these formats, written.

    `create` makes an empty file of a given name.
    """
    paths = {}
    for name in file_names(formats, summary=False, history=True):
        if _has(report, name):
            paths[name] = create(name)
            WRITERS[name](report, paths[name])
    return paths


def _has(report: Report, name: str) -> bool:
    if name == CHANGES:
        return report.history is not None and report.history.changes is not None
    if name == GROUPS:
        return report.matching is not None
    if name == HISTORY:
        return report.history is not None and not report.is_sample
    return True
