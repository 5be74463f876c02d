"""The people file joined to the people: columns, ways to group them, exemptions, leavers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd

from copilot_seat_report.report import columns
from copilot_seat_report.report.columns import Column
from copilot_seat_report.report.dimensions import Dimension
from copilot_seat_report.sources.people_file import PeopleFile

NOT_IN_FILE = "(not in the file)"


@dataclass(frozen=True, kw_only=True)
class Matching:
    """How the report's people match those in the file.

    `key` is the file's column with the logins. `missing` are the logins of people who are not in
    the file, `ended` those whose exemption has ended, with its last day, and `leavers` those of
    people who left and still hold a seat; all are empty when anonymized, because they are few, and
    anyone with the file would recognize them. `idle_leavers` and `ending_leavers` count those who
    are idle, and those whose seats are all pending cancellation. `without_seat` counts the people
    in the file who hold none; None for a selection. `nameless_rows` have no login.
    """

    key: str
    people: int
    missing: tuple[str, ...]
    ended: tuple[tuple[str, date], ...]
    leavers: tuple[str, ...]
    idle_leavers: int
    ending_leavers: int
    without_seat: int | None
    nameless_rows: int


def group_column(name: str) -> str:
    """Return the column to group people by: the file's values, or `NOT_IN_FILE`."""
    return f"group: {name}"


def columns_of(file: PeopleFile, group_by: Sequence[str]) -> tuple[Column, ...]:
    """Return declarations of the file's columns; anonymized, only those that group people stay."""
    taken = {each.label.lower() for each in (*columns.PEOPLE, *columns.HISTORY, *columns.METRICS)}
    declared = []
    for name in file.columns:
        label = label_of(name)
        while label.lower() in taken:
            label += " (people file)"
        taken.add(label.lower())
        reveals: columns.Reveals = "group" if name in group_by else "identity"
        meaning = "as in the people file"
        declared.append(Column(name, "text", label, meaning, reveals, of_people_file=True))
    return tuple(declared)


def dimensions_of(declared: Sequence[Column], group_by: Sequence[str]) -> tuple[Dimension, ...]:
    """Return a way to group people for each column in `group_by`."""
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
    """Return a column's label for people.

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

    If several of a person's logins are in the file, the row of the shown login counts; for
    exemptions, any row does. Also adds `in_file`, `has_left`, `exempt_by_file` (`bool`),
    `exemption_ended` (`YYYY-MM-DD`, or empty), and a `group_column` for each of `group_by`. Days
    are in UTC.
    """
    today = report_time.astimezone(UTC).date()
    logins = [text.lower() for text in people["logins"].tolist()]
    rows = [file.rows.get(login, -1) for login in logins]
    last_days = [file.exempt_until.get(login) for login in logins]
    # The few people with several logins, one per line.
    for person, (text, shown) in enumerate(zip(logins, people["login"].tolist(), strict=True)):
        if "\n" in text:
            found = [login for login in (shown.lower(), *text.split("\n")) if login in file.rows]
            rows[person] = file.rows[found[0]] if found else -1
            days = [file.exempt_until[login] for login in found if login in file.exempt_until]
            last_days[person] = max(days, default=None)
    places = np.array(rows, dtype=np.int64)

    def column(cells: Iterable[object], otherwise: object, dtype: str) -> pd.Series:
        in_file = np.array([*cells, otherwise], dtype=object)
        return pd.Series(in_file[places], people.index, dtype=dtype)  # -1 is the last

    left = {login for login, day in file.left.items() if day <= today}
    added = {
        "in_file": pd.Series(places >= 0, people.index),
        "has_left": column((login in left for login in file.rows), False, "bool"),
        "exempt_by_file": pd.Series(
            [day is not None and today <= day for day in last_days], people.index, dtype="bool"
        ),
        "exemption_ended": pd.Series(
            ["" if day is None or today <= day else f"{day}" for day in last_days],
            people.index,
            dtype="str",
        ),
    }
    for each in declared:
        cells = file.columns[each.name]
        added[each.key] = column(cells, "", "str")
        if each.name in group_by:
            added[group_column(each.name)] = column(cells, NOT_IN_FILE, "str")
    return people.assign(**added)


def matching_of(
    people: pd.DataFrame, file: PeopleFile, *, is_selection: bool, is_anonymized: bool
) -> Matching:
    """Return how the report's people match those in the file.

    `people` have the login to show, and the `logins` that were used for the join.
    """
    held = set("\n".join(people["logins"].tolist()).lower().split("\n"))
    known = people[["login", "exemption_ended"]]
    ended = known[(people["exemption_ended"] != "") & (not is_anonymized)]
    missing = known[~people["in_file"] & (not is_anonymized)]
    left = people["has_left"]
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
        leavers=() if is_anonymized else tuple(people.loc[left, "login"].tolist()),
        idle_leavers=int((left & people["idle"]).sum()),
        ending_leavers=int((left & people["leaving"]).sum()),
        without_seat=None if is_selection else len(file.rows.keys() - held),
        nameless_rows=file.nameless_rows,
    )
