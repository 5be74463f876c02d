"""The people file beside the people: columns, ways to group them, exemptions, and who left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pandas as pd

from copilot_seat_report.report import columns
from copilot_seat_report.report.columns import Column
from copilot_seat_report.report.dimensions import Dimension
from copilot_seat_report.sources.people_file import PeopleFile

NOT_IN_FILE = "(not in the file)"


@dataclass(frozen=True, kw_only=True)
class Matching:
    """How the people of the report and those of the file match.

    `key` is the column of the file that has the logins. `missing` are the logins of people who are
    not in the file, and `ended` are those whose exemption has ended, with its last day; both are
    empty when anonymized, as they are few and known to whoever has the file. `leavers` are the
    logins of those who left and still hold a seat, pseudonyms when anonymized. `without_seat` is
    how many of the file hold none: None for a report on a selection, of which the rest of the file
    is not spoken. `nameless_rows` have no login.
    """

    key: str
    people: int
    missing: tuple[str, ...]
    ended: tuple[tuple[str, date], ...]
    leavers: tuple[str, ...]
    without_seat: int | None
    nameless_rows: int


def group_column(name: str) -> str:
    """Return the column by which people are grouped: the file's own, or who is not in the file."""
    return f"group: {name}"


def columns_of(file: PeopleFile, group_by: Sequence[str]) -> tuple[Column, ...]:
    """Declare the columns of the file: of those that group people, a pseudonym remains."""
    taken = {each.label.lower() for each in (*columns.PEOPLE, *columns.HISTORY, *columns.METRICS)}
    declared = []
    for name in file.columns:
        label = label_of(name)
        while label.lower() in taken:
            label += " (people file)"
        taken.add(label.lower())
        reveals: columns.Reveals = "group" if name in group_by else "identity"
        meaning = "as the people file has it"
        declared.append(Column(name, "text", label, meaning, reveals, of_people_file=True))
    return tuple(declared)


def dimensions_of(declared: Sequence[Column], group_by: Sequence[str]) -> tuple[Dimension, ...]:
    """Declare a way to group people for each of the columns grouped by."""
    labels = {column.name: column.label for column in declared}
    return tuple(
        Dimension(
            name=name,
            label=labels[name],
            plural=labels[name],
            rows="people",
            columns=(group_column(name),),
            fields=("value",),
            nameless="nothing stated",
            by=("idle_monthly_cost", "idle", "people"),
            of_people_file=True,
        )
        for name in group_by
    )


def label_of(name: str) -> str:
    """Return the name of a column for people.

    >>> label_of("cost_center")
    'Cost center'
    """
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def with_people_file(
    people: pd.DataFrame,
    file: PeopleFile,
    declared: Sequence[Column],
    group_by: Sequence[str],
    report_time: datetime,
) -> pd.DataFrame:
    """Return the people with the `declared` columns of the file, joined by any of their logins.

    Where several of them are in the file, the row of the login shown counts, but for exemptions,
    of which any does. Also `in_file`, `has_left`, `exempt_by_file` (`bool`), `exemption_ended`
    (`YYYY-MM-DD`, empty if none has), and a `group_column` for each of `group_by`. A day begins
    and ends in UTC.
    """
    today = report_time.astimezone(UTC).date()
    found = [
        [login for login in (shown, *logins.split("\n")) if login in file.rows]
        for shown, logins in zip(
            people["login"].str.lower().tolist(),
            people["logins"].str.lower().tolist(),
            strict=True,
        )
    ]
    keys = [logins[0] if logins else "" for logins in found]
    nothing = ("",) * len(file.columns)
    cells = [file.rows.get(key, nothing) for key in keys]
    last_days = [
        max((file.exempt_until[each] for each in logins if each in file.exempt_until), default=None)
        for logins in found
    ]

    def column(values: Iterable[object], dtype: str) -> pd.Series:
        return pd.Series(list(values), index=people.index, dtype=dtype)

    added = {
        "in_file": column(map(bool, keys), "bool"),
        "has_left": column((key in file.left and file.left[key] <= today for key in keys), "bool"),
        "exempt_by_file": column((day is not None and today <= day for day in last_days), "bool"),
        "exemption_ended": column(
            (f"{day}" if day is not None and day < today else "" for day in last_days), "str"
        ),
    }
    for place, each in enumerate(declared):
        added[each.key] = column((row[place] for row in cells), "str")
        if each.name in group_by:
            added[group_column(each.name)] = added[each.key].where(added["in_file"], NOT_IN_FILE)
    return people.assign(**added)


def matching_of(
    people: pd.DataFrame, file: PeopleFile, *, is_selection: bool, is_anonymized: bool
) -> Matching:
    """Return how the people of the report match those of the file.

    `people` have the logins to show, and the `logins` by which they were joined.
    """
    held = {login for logins in people["logins"].tolist() for login in logins.lower().split("\n")}
    ended = people[(people["exemption_ended"] != "") & (not is_anonymized)]
    missing = people[~people["in_file"] & (not is_anonymized)]
    return Matching(
        key=file.key,
        people=int(people["in_file"].sum()),
        missing=tuple(missing["login"].tolist()),
        ended=tuple(
            (login, date.fromisoformat(day))
            for login, day in zip(
                ended["login"].tolist(), ended["exemption_ended"].tolist(), strict=True
            )
        ),
        leavers=tuple(people.loc[people["has_left"], "login"].tolist()),
        without_seat=None if is_selection else len(file.rows.keys() - held),
        nameless_rows=file.nameless_rows,
    )
