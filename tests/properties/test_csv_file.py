"""Whatever a CSV that people bring holds is read as it was written, or is one clear error."""

import csv
import io
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from copilot_seat_report.errors import InputError
from copilot_seat_report.sources.csv_file import CsvSource, CsvTable, column_name, parse_csv
from copilot_seat_report.sources.people_file import parse_people_file, source_of

SOURCE = CsvSource(input="people-file", file="people.csv", hint="Give another.", name_nobody=False)

texts = st.text(st.characters(codec="utf-8"), max_size=12)
# A separator in a name may make the header look as if another one had parted it.
names = st.text(st.characters(codec="utf-8", exclude_characters=",;"), min_size=1).filter(
    str.isprintable
)
headers = st.lists(names, min_size=1, max_size=6, unique_by=column_name).filter(
    lambda header: all(map(column_name, header))
)


def written(
    rows: list[list[str]], *, separator: str = ",", line_end: str = "\n", mark: str = ""
) -> bytes:
    file = io.StringIO(newline="")
    file.write(mark)
    # Python before 3.13 leaves a lone carriage return unquoted otherwise.
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, delimiter=separator, lineterminator=line_end)
    writer.writerows(rows)
    return file.getvalue().encode()


@given(
    st.data(),
    headers,
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\ufeff"]),
)
def test_a_table_is_read_as_it_was_written(
    data: st.DataObject, header: list[str], separator: str, line_end: str, mark: str
) -> None:
    # With one column, nothing says which separator it is.
    assume(len(header) > 1 or separator == ",")
    row = st.lists(texts, min_size=len(header), max_size=len(header))
    rows = data.draw(st.lists(row, max_size=6))

    table = parse_csv(
        written([header, *rows], separator=separator, line_end=line_end, mark=mark), SOURCE
    )

    assert table.columns == tuple(map(column_name, header))
    assert table.separator == separator
    filled = [cells for cells in rows if any(cells)]
    assert len(table.rows) == len(filled)
    lines = [line for line, _ in table.rows]
    assert lines == sorted(set(lines))
    for (_, read), cells in zip(table.rows, filled, strict=True):
        for cell, text in zip(read, cells, strict=True):
            assert cell == cell.strip()
            assert not set(cell) & set("\t\r\n\x00\u202e")
            if text.isprintable():
                assert cell == text.strip()


@given(headers, st.integers(0, 5), st.booleans())
def test_a_row_of_more_or_fewer_cells_is_an_error_with_its_line(
    header: list[str], before: int, more: bool
) -> None:
    whole = ["x"] * len(header)
    shifted = [*whole, "x"] if more else whole[1:]
    assume(shifted)

    with pytest.raises(InputError, match=rf"people\.csv, line {before + 2}: must have"):
        parse_csv(written([header, *[whole] * before, shifted]), SOURCE)


@given(texts)
def test_a_column_has_the_same_name_however_it_is_written(text: str) -> None:
    name = column_name(text)

    assert column_name(name) == name
    assert column_name(f" {text.replace(' ', '_')}-") == name


logins = st.text("aAbBzZ09-_", max_size=3)
days = st.dates().map(date.isoformat) | st.sampled_from(["", "yes", "no", "soon", "31.12.2026"])


@given(st.lists(st.tuples(logins, days, days, texts), max_size=8), st.booleans())
def test_everyone_in_a_people_file_is_found_or_it_is_an_error(
    rows: list[tuple[str, str, str, str]], name_nobody: bool
) -> None:
    source = source_of("people.csv", name_nobody=name_nobody)
    content = written([["login", "left", "exempt_until", "note"], *map(list, rows)])
    named = [row for row in rows if row[0]]
    wrong = len({row[0].lower() for row in named}) < len(named) or any(
        left in ("soon", "31.12.2026") or until in ("yes", "no", "soon", "31.12.2026")
        for _, left, until, _ in named
    )

    if wrong:
        with pytest.raises(InputError) as found:
            parse_people_file(content, source)
        assert ("people.csv" in str(found.value)) is not name_nobody
        return
    people = parse_people_file(content, source)

    assert set(people.rows) == {login.lower() for login, *_ in named}
    assert people.nameless_rows == sum(any(row) for row in rows) - len(named)
    for login, left, until, _ in named:
        assert people.exempt_until.get(login.lower()) == (
            date.fromisoformat(until) if until else None
        )
        expected = {"": None, "no": None, "yes": date.min}
        assert people.left.get(login.lower()) == (
            expected[left] if left in expected else date.fromisoformat(left)
        )


def test_the_separator_is_that_of_the_header() -> None:
    table: CsvTable = parse_csv(b"a;b;c\n1,5;2;3\n", SOURCE)

    assert table.rows == [(2, ["1,5", "2", "3"])]
