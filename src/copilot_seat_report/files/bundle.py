"""All files of a report, in one folder."""

from collections.abc import Collection
from pathlib import Path

from copilot_seat_report.files.csv import (
    write_activity_report,
    write_editors,
    write_people,
    write_seats,
    write_teams,
)
from copilot_seat_report.files.json import write_json
from copilot_seat_report.files.page import write_page
from copilot_seat_report.files.workbook import write_workbook
from copilot_seat_report.report.model import Report

# Every file that a report may have, by the format that it belongs to.
PAGE = "report.html"
WRITERS = {
    "html": ((PAGE, write_page),),
    "csv": (
        ("people.csv", write_people),
        ("seats.csv", write_seats),
        ("activity-report.csv", write_activity_report),
        ("teams.csv", write_teams),
        ("editors.csv", write_editors),
    ),
    "xlsx": (("report.xlsx", write_workbook),),
    "json": (("report.json", write_json),),
}
SUMMARY = "summary.md"
# Those with every idle person, whatever `summary`: the handiest for a program first.
NAMING_PEOPLE = ("people.csv", "seats.csv", "report.json", "report.xlsx", PAGE)
NAMES = (SUMMARY, *(name for writers in WRITERS.values() for name, _ in writers))


def write_files(report: Report, formats: Collection[str], folder: Path) -> dict[str, Path]:
    """Write the files of the formats; return their names and paths."""
    paths = {}
    for format_, writers in WRITERS.items():
        if format_ in formats:
            for name, write in writers:
                paths[name] = folder / name
                write(report, paths[name])
    return paths
