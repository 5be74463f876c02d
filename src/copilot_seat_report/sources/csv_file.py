"""A strict reader for CSV files that users provide.

Spreadsheets change the files that they save. The reader accepts what is unambiguous; anything that
could put a cell under the wrong column is one error that says where, and what to do.
https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from copilot_seat_report.cleaning import clean
from copilot_seat_report.errors import InputError

MAX_BYTES = 64 * 1024 * 1024

_SAVE_AS = 'In a spreadsheet, save it as "CSV UTF-8"'


@dataclass(frozen=True)
class CsvSource:
    """The input and name of a file, for errors about it.

    With `name_nobody`, errors quote nothing from the file and leave out its name: GitHub names its
    files after the organization. `hint` says where to get a valid one.
    """

    input: str
    file: str
    hint: str
    name_nobody: bool

    def error(
        self, rule: str, *, line: int | None = None, column: str | None = None, got: str = ""
    ) -> InputError:
        """Return an error with the rule that the file breaks and the place; it quotes `got`."""
        places = [
            *([] if self.name_nobody else [self.file]),
            *([] if line is None else [f"line {line:,}"]),
            *([] if column is None else [f"column {column}"]),
        ]
        place = ", ".join(places) or "the file"
        quoted = f"; got {clean(got)[:60]!a}" if got and not self.name_nobody else ""
        return InputError(f"{self.input}: {place}: {rule}{quoted}. {self.hint}")


@dataclass(frozen=True)
class CsvTable:
    """The content of a CSV file.

    `columns` are the header's names, unique and normalized by `column_name`; the header is on
    `header_line`. `rows` holds the first line and the cells of each row: one cell per column,
    cleaned and stripped. Empty rows are left out. `separator` is a comma, a semicolon or a tab.
    """

    header_line: int
    columns: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    separator: str


def content_of(path: Path, source: CsvSource) -> bytes:
    """Return the file's bytes; raises InputError if it is too large to be a list of people."""
    if path.stat().st_size >= MAX_BYTES:
        raise source.error(f"must be smaller than {MAX_BYTES >> 20} MiB")
    return path.read_bytes()


def parse_csv(content: bytes, source: CsvSource) -> CsvTable:
    """Return the content of these bytes; raises InputError if it is ambiguous."""
    separator = _separator(_decoded(content, source))
    rows: list[tuple[int, list[str]]] = []
    tidy = _Tidied().__getitem__
    line = 1
    # Decoded again, because a StringIO takes four bytes of memory for each character.
    lines = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for cells in reader:
            if any(cells):
                rows.append((line, list(map(tidy, cells))))
            line = reader.line_num + 1
    except csv.Error as error:
        raise source.error(f"must be a row of CSV ({error})", line=line) from error
    if not rows:
        raise source.error("must have a header that names its columns")
    header_line, header = rows.pop(0)
    columns = tuple(map(column_name, header))
    _check_header(columns, header_line, source)
    for line, cells in rows:
        if len(cells) != len(columns):
            raise source.error(
                f"must have {len(columns)} cells, like the header, not {len(cells)}: cells may "
                "have shifted into other columns",
                line=line,
            )
    return CsvTable(header_line, columns, rows, separator)


def column_name(text: str) -> str:
    """Return the column's name in lower case, with single underscores for spaces and hyphens.

    >>> column_name("Last Activity-At ")
    'last_activity_at'
    """
    return re.sub(r"[\s_-]+", "_", text.lower()).strip("_")


class _Tidied(dict[str, str]):
    """Each cell on one line, stripped and cleaned; equal cells are one text from here on."""

    def __missing__(self, cell: str) -> str:
        tidy = cell.strip()
        if not tidy.isprintable():
            tidy = clean(re.sub(r"[\t\r\n]+", " ", tidy))
        self[cell] = tidy
        return tidy


def _decoded(content: bytes, source: CsvSource) -> str:
    if content.startswith(b"PK\x03\x04"):
        raise source.error(f"must be a CSV file, not a workbook. {_SAVE_AS}")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise source.error(f"must be text in UTF-8, not in UTF-16. {_SAVE_AS}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise source.error(f"must be text in UTF-8. {_SAVE_AS}", line=line) from error


def _separator(text: str) -> str:
    """Return the comma, semicolon or tab, whichever splits the header into the most cells."""
    header = re.search(r"[^\r\n]+", text)
    line = header[0][:100_000] if header else ""
    return max(",;\t", key=lambda mark: len(next(csv.reader([line], delimiter=mark), [])))


def _check_header(columns: tuple[str, ...], line: int, source: CsvSource) -> None:
    places: dict[str, int] = {}
    for place, name in enumerate(columns, 1):
        if not name:
            raise source.error("must have a name", line=line, column=str(place))
        if name in places:
            raise source.error(
                f"must have a different name from column {places[name]}",
                line=line,
                column=str(place),
                got=name,
            )
        places[name] = place
