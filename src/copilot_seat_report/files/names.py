"""The names of the report's files by format; bundle.py has their writers."""

from collections.abc import Collection

PAGE = "report.html"
SUMMARY = "summary.md"
CHANGES = "changes.csv"
GROUPS = "groups.csv"
HISTORY = "history.json"
FILES_OF_FORMAT = {
    "html": (PAGE,),
    "csv": (
        "people.csv",
        "seats.csv",
        "activity-report.csv",
        "teams.csv",
        "editors.csv",
        GROUPS,
        CHANGES,
    ),
    "xlsx": ("report.xlsx",),
    "json": ("report.json",),
}
NAMES = (SUMMARY, HISTORY, *(name for names in FILES_OF_FORMAT.values() for name in names))
# Files with every idle person, whatever `summary` is; the most useful for a program first.
NAMING_PEOPLE = ("people.csv", "seats.csv", "report.json", "report.xlsx", PAGE)


def file_names(formats: Collection[str], *, summary: bool, history: bool) -> tuple[str, ...]:
    """Return the names of all files that a report in these formats may have."""
    asked = (files for format_, files in FILES_OF_FORMAT.items() if format_ in formats)
    return (
        *(name for files in asked for name in files),
        *((HISTORY,) if history else ()),
        *((SUMMARY,) if summary else ()),
    )
