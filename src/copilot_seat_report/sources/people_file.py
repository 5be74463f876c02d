"""The people file: a CSV with facts about people that billing does not have.

It comes from HR, the identity provider, or GitHub itself: an enterprise's People page exports
`GitHub com login,GitHub com name,…` (`GitHub login` with data residency).
https://docs.github.com/en/billing/reference/license-reports
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from copilot_seat_report.errors import InputError
from copilot_seat_report.sources.csv_file import (
    CsvSource,
    CsvTable,
    column_name,
    content_of,
    parse_csv,
)

# A column named for GitHub takes precedence over one that may belong to another system.
_GITHUB_KEYS = ("github_com_login", "github_login", "github_handle", "github_username")
_KEYS = ("login", "username")

# GitHub's names for columns with a meaning; used if the file has no column with the plain name.
_ALIASES = {
    "cost_center_name": "cost_center",
    "github_com_cost_center": "cost_center",
    "github_cost_center": "cost_center",
    "github_com_name": "name",
    "github_name": "name",
}

# Names that the report uses itself: columns of people.csv and of the page, and the page's filters.
_TAKEN = frozenset(
    "login user_id organizations status flags idle last_activity_at days_since_activity "
    "activity_source editor editor_version last_authenticated_at created_at teams plan plan_source "
    "pending_cancellation_date seats monthly_price idle_since idle_reports active_days "
    "last_active_day ai_credits_used ai_adoption_phase "
    "flag age organization team search ask_first leaving barely_used leavers change sort what_if "
    "last_activity created".split()
)

# A file that exceeds these is of another kind, or has unbalanced quotes.
_MOST_COLUMNS = 500
_LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class PeopleFile:
    """The content of the file; logins are in lower case.

    `key` is the column with the logins. `columns` are the cells of the others, which may be empty,
    under the names that the report uses everywhere; `rows` has each login's place in them.
    `exempt_until` has each exempt person's last exempt day (UTC), and `left` each leaver's first
    day away, or `date.min` if the file says yes without a date. `nameless_rows` counts the rows
    without a login. With `name_nobody`, errors quote nothing from the file.
    """

    key: str
    columns: Mapping[str, Sequence[str]]
    rows: Mapping[str, int]
    exempt_until: Mapping[str, date]
    left: Mapping[str, date]
    nameless_rows: int
    name_nobody: bool = False


def read_people_file(path: Path, *, name_nobody: bool) -> PeopleFile:
    """Return the content of the file; raises InputError if it is ambiguous.

    With `name_nobody`, errors quote nothing from it.
    """
    source = source_of(path.name, name_nobody=name_nobody)
    return parse_people_file(content_of(path, source), source)


# The columns to group people by if none is asked for.
DEFAULT_GROUPS = ("department", "cost_center", "manager")


def groups_of(file: PeopleFile, asked: Sequence[str]) -> tuple[str, ...]:
    """Return the columns to group people by: those asked for, or those default ones that exist.

    The spelling of a column's name does not matter (`column_name`). Raises InputError if one is
    not in the file.
    """
    if not asked:
        return tuple(name for name in DEFAULT_GROUPS if name in file.columns)
    names = [_known_as(column_name(text), file.columns) for text in asked]
    lacking = [name for name in names if name not in file.columns]
    if lacking:
        raise InputError(
            f"group-by: must name columns of the people file; {len(lacking)} of {len(asked)} are "
            "not in it."
            if file.name_nobody
            else f"group-by: must name columns of the people file, which has "
            f"{', '.join(file.columns)}; got {lacking[0]!a}."
        )
    return tuple(dict.fromkeys(names))


def _known_as(name: str, columns: Collection[str]) -> str:
    """Return the name by which the report knows a column of the header."""
    return name if name in columns else _ALIASES.get(name, name)


def source_of(file: str, *, name_nobody: bool) -> CsvSource:
    """Return the source for errors about a people file of this name."""
    return CsvSource(
        input="people-file",
        file=file,
        hint="It must be a CSV with one row per person and a column with GitHub logins.",
        name_nobody=name_nobody,
    )


def parse_people_file(content: bytes, source: CsvSource) -> PeopleFile:
    """Return the content of these bytes; raises InputError if it is ambiguous."""
    table = parse_csv(content, source)
    key = _key(table.columns, source)
    key_at = table.columns.index(key)
    names = _names(table, key_at, source)
    exempt_at, left_at = (
        table.columns.index(name) if name in table.columns else None
        for name in ("exempt_until", "left")
    )
    rows: dict[str, int] = {}
    named: list[tuple[int, list[str]]] = []
    exempt_until: dict[str, date] = {}
    left: dict[str, date] = {}
    for line, cells in table.rows:
        login = cells[key_at].lower()
        if not login:
            continue
        if login in rows:
            first, _ = named[rows[login]]
            raise source.error(
                f"must not repeat the login on line {first:,}",
                line=line,
                column=key,
                got=login,
            )
        rows[login] = len(named)
        named.append((line, cells))
        if exempt_at is not None and cells[exempt_at]:
            exempt_until[login] = _exempt_until(cells[exempt_at], source, line)
        if left_at is not None and (gone := _left(cells[left_at], source, line)):
            left[login] = gone
    cells_of = list(zip(*(cells for _, cells in named), strict=True)) or [()] * len(names)
    return PeopleFile(
        key=key,
        columns={
            name: cells
            for place, (name, cells) in enumerate(zip(names, cells_of, strict=True))
            if place != key_at
        },
        rows=rows,
        exempt_until=exempt_until,
        left=left,
        nameless_rows=len(table.rows) - len(named),
        name_nobody=source.name_nobody,
    )


def _key(columns: tuple[str, ...], source: CsvSource) -> str:
    for names in (_GITHUB_KEYS, _KEYS):
        found = [name for name in names if name in columns]
        if len(found) > 1:
            raise source.error(
                f"must have one column with GitHub logins, not {' and '.join(found)}: rename or "
                "remove the other"
            )
        if found:
            return found[0]
    raise source.error(
        "must have a column with GitHub logins, named login, GitHub login, github_handle, username "
        "or GitHub com login"
    )


def _names(table: CsvTable, key_at: int, source: CsvSource) -> tuple[str, ...]:
    """Return the names of the columns; the key keeps its own."""
    names = list(table.columns)
    if len(names) > _MOST_COLUMNS:
        raise source.error(
            f"must have at most {_MOST_COLUMNS} columns, not {len(names):,}",
            line=table.header_line,
        )
    for place, name in enumerate(table.columns):
        if len(name) > _LONGEST_NAME:
            raise source.error(
                f"must have a name of at most {_LONGEST_NAME} characters",
                line=table.header_line,
                column=str(place + 1),
                got=name,
            )
        if place != key_at and name in _TAKEN:
            raise source.error(
                f"must not be named {name}, which the report uses itself: rename or remove it",
                line=table.header_line,
                column=str(place + 1),
            )
        if _ALIASES.get(name, name) not in names:  # true for aliases only
            names[place] = _ALIASES[name]
    return tuple(names)


def _exempt_until(text: str, source: CsvSource, line: int) -> date:
    day = _day(text)
    if day is None:
        raise source.error(
            "must be a date such as 2026-12-31 or empty", line=line, column="exempt_until", got=text
        )
    return day


def _left(text: str, source: CsvSource, line: int) -> date | None:
    if text.lower() in ("", "no", "false"):
        return None
    day = date.min if text.lower() in ("yes", "true") else _day(text)
    if day is None:
        raise source.error(
            "must be a date such as 2026-12-31, yes or no", line=line, column="left", got=text
        )
    return day


def _day(text: str) -> date | None:
    """Return the date; only ISO 8601 is accepted, because it is unambiguous."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
