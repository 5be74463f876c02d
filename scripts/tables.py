"""Writes the parts of docs/ that follow from declarations: tables and report.json's schema.

Run `make tables` after changing a declaration; a test fails otherwise.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from copilot_seat_report.files.document import schema
from copilot_seat_report.report.columns import CHANGES, HISTORY, METRICS, PEOPLE, SEATS, Column

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "reading-the-report.md"
SCHEMA = DOCS / "report.schema.json"


def of_columns(columns: Sequence[Column]) -> Iterator[str]:
    yield "| column | label | meaning |"
    yield "| --- | --- | --- |"
    for column in columns:
        yield f"| `{column.name}` | {column.label} | {column.meaning} |"


COLUMNS = {
    "people.csv": PEOPLE + HISTORY,
    "seats.csv": SEATS,
    "usage metrics": METRICS,
    "changes.csv": CHANGES,
}


def with_tables(page: str) -> str:
    """Return the page with current tables, each after its `<!-- table: NAME -->`."""
    for name, columns in COLUMNS.items():
        before, marker, rest = page.partition(f"<!-- table: {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        page = "".join((before, marker, *(f"{row}\n" for row in of_columns(columns)), end, after))
    return page


def schema_text() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
    SCHEMA.write_text(schema_text(), "utf-8")
