"""Pseudonyms for people, teams, organizations and groups: the last step over the tables.

The declaration of a column says what it reveals, and so what is kept of it; a column without that
cannot be published. The result is pseudonymous, not anonymous.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.breakdowns import Breakdown
from copilot_seat_report.report.columns import Column
from copilot_seat_report.report.people import lists
from copilot_seat_report.report.people_file import NOT_IN_FILE, group_column

SMALL_GROUPS = "small groups"
LEAST_PEOPLE = 5
_HUNDREDS = 100_00  # hundredths of a credit


class UndeclaredError(Exception):
    """A column does not declare what it reveals, so it cannot be published with pseudonyms."""


def left_of(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns of people without those of a people file that would be empty.

    Empty columns of GitHub's data stay, so that programs find the columns that they expect.
    """
    return tuple(
        column for column in columns if not (column.of_people_file and column.reveals == "identity")
    )


def anonymized(
    people: pd.DataFrame,
    seats: pd.DataFrame,
    pseudonyms: Pseudonyms,
    *,
    people_columns: Sequence[Column],
    seat_columns: Sequence[Column],
    marks: Sequence[str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return both tables without names, and without an order that depends on names.

    They have only the declared columns and the `marks` (internal columns to count by, which no file
    has). Groups of fewer than five people are merged. Raises UndeclaredError.
    """
    logins = people["user_id"].astype("str").map(lambda number: pseudonyms.of("person", number))
    seats = _with_groups(seats, pseudonyms)
    assigned = seats[seats["person"] >= 0]
    groups = _groups_of(people, people_columns, pseudonyms)
    of_people = {
        **groups,
        "login": logins,
        "organizations": lists(assigned, "organization"),
        "teams": lists(assigned, "assigning_team"),
    }
    known = seats["editor"].isin(groups["editor"].unique()) | (seats["person"] < 0)
    versions = pd.MultiIndex.from_arrays([groups["editor"], groups["editor_version"]]).unique()
    version = _major(seats["editor_version"])
    # A seat's row must not show what no person's row shows.
    is_shown = pd.MultiIndex.from_arrays([seats["editor"], version]).isin(versions)
    of_seats = {
        "login": seats["person"].map(logins).astype("str").fillna(""),
        "organization": seats["organization"],
        "assigning_team": seats["assigning_team"],
        "editor": seats["editor"].where(known, SMALL_GROUPS),
        "editor_version": version.where(is_shown, ""),
    }
    return (
        disguised(people, people_columns, marks, of_people, pseudonyms),
        disguised(seats, seat_columns, marks, of_seats, pseudonyms),
    )


def in_order_of_pseudonyms(seats: pd.DataFrame, pseudonyms: Pseudonyms) -> pd.DataFrame:
    """Return the seats, with each person's seats in an order that does not depend on names.

    The first of them has the person's price, which counts for its organization and team.
    """
    keys = {
        f"_{kind}": seats[column].map(lambda name, kind=kind: pseudonyms.of(kind, name))
        for kind, column in (("organization", "organization"), ("team", "assigning_team"))
    }
    inorder = seats.assign(**keys).sort_values(["person", *keys], kind="stable", ignore_index=True)
    return inorder.drop(columns=list(keys))


def merged_over_organizations(seats: pd.DataFrame) -> pd.DataFrame:
    """Return the seats with the small teams of all organizations as one group."""
    is_merged = seats["assigning_team"] == SMALL_GROUPS
    return seats.assign(organization=seats["organization"].where(~is_merged, SMALL_GROUPS))


def with_small_groups_merged(groups: Breakdown) -> Breakdown:
    """Return a breakdown, in which each person is in one group, with small groups merged."""
    field = groups.dimension.fields[0]
    by_size = groups.table.sort_values("people", kind="stable", ignore_index=True)
    small = int((by_size["people"] < LEAST_PEOPLE).sum())
    if not small or len(by_size) == 1:
        return groups
    while small < len(by_size) and by_size["people"].iloc[:small].sum() < LEAST_PEOPLE:
        small += 1
    is_small = groups.table[field].isin(by_size[field].iloc[:small])
    total = groups.table[is_small].drop(columns=field).sum().to_frame().T
    merged = total.assign(**{field: SMALL_GROUPS})
    rows = pd.concat([groups.table[~is_small], merged], ignore_index=True)
    return Breakdown(groups.dimension, rows)


def small_groups(
    groups: "pd.Series[str]", people: "pd.Series[int]", pseudonyms: Mapping[str, str]
) -> set[str]:
    """Return the groups to merge into one.

    `groups` and `people` say, row by row, which person is in which group. Groups of fewer than five
    people are merged and, while the merged group has fewer than five itself, the next smallest, in
    the order of pseudonyms if equally small. A single group is not merged: that would hide nobody.
    """
    members = pd.DataFrame({"group": groups, "person": people}).drop_duplicates()
    sizes = members["group"].value_counts()
    small = set(sizes[sizes < LEAST_PEOPLE].index)
    if not small or len(sizes) == 1:
        return set()
    others = sorted(
        (size, pseudonyms[group], group)
        for group, size in zip(sizes.index.tolist(), sizes.tolist(), strict=True)
        if group not in small
    )
    for _, _, group in others:
        if members.loc[members["group"].isin(small), "person"].nunique() >= LEAST_PEOPLE:
            break
        small.add(group)
    return small


def _with_groups(seats: pd.DataFrame, pseudonyms: Pseudonyms) -> pd.DataFrame:
    """Return the seats with pseudonyms of organizations and teams, small ones merged."""
    assigned = seats[seats["person"] >= 0]
    organizations = {
        name: pseudonyms.of("organization", name) for name in seats["organization"].unique()
    }
    small = small_groups(assigned["organization"], assigned["person"], organizations)
    organization = seats["organization"].map(organizations)
    organization = organization.where(~seats["organization"].isin(small), SMALL_GROUPS)
    teams = {name: pseudonyms.of("team", name) for name in seats["assigning_team"].unique()}
    # A team belongs to its organization: the same name in another is a different team.
    pairs = organization + "\n" + seats["assigning_team"].map(teams)
    of_people = pairs[seats["person"] >= 0]
    small = small_groups(of_people, assigned["person"], {pair: pair for pair in of_people.unique()})
    team = seats["assigning_team"].map(teams).where(~pairs.isin(small), SMALL_GROUPS)
    return seats.assign(organization=organization.astype("str"), assigning_team=team.astype("str"))


def _groups_of(
    people: pd.DataFrame, columns: Sequence[Column], pseudonyms: Pseudonyms
) -> "dict[str, pd.Series[str]]":
    """Return the columns that group people, with small groups merged.

    An editor's name identifies nobody, so it stays; its version stays if five people have it.
    """
    groups: dict[str, pd.Series[str]] = {}
    for column in columns:
        if column.reveals == "group":
            by = group_column(column.name)
            values = people[by if by in people else column.key]
            shown: dict[str, str] = {
                value: value
                if column.name == "editor" or value == NOT_IN_FILE
                else pseudonyms.of(column.name, value)
                for value in values.unique()
            }
            small = small_groups(values, people.index.to_series(), shown)
            merged = values.map(shown).where(~values.isin(small), SMALL_GROUPS)
            groups[by] = merged.astype("str")
            groups[column.key] = groups[by].mask(groups[by] == NOT_IN_FILE, "")
    version = _major(people["editor_version"]).where(groups["editor"] != SMALL_GROUPS, "")
    size = version.groupby([groups["editor"], version]).transform("size")
    groups["editor_version"] = version.where(size >= LEAST_PEOPLE, "")
    return groups


def disguised(
    table: pd.DataFrame,
    columns: Sequence[Column],
    marks: Sequence[str],
    given: "Mapping[str, pd.Series[str]]",
    pseudonyms: Pseudonyms,
) -> pd.DataFrame:
    """Return only the columns and marks; values in `given` replace those of their column.

    Raises UndeclaredError.
    """
    shown = {}
    for column in columns:
        values = given.get(column.key, table[column.key])
        if column.reveals is None:
            raise UndeclaredError(
                f"The column {column.name!r} does not declare what it reveals: it cannot be "
                "published with pseudonyms."
            )
        if column.reveals == "moment":
            values = values.dt.floor("D")
        elif column.reveals == "use":
            values = (values + _HUNDREDS // 2) // _HUNDREDS * _HUNDREDS
        elif column.reveals == "identity":
            values = _emptied(values)
        elif column.reveals != "nothing" and column.key not in given:
            kind = column.reveals
            values = values.map(lambda name, kind=kind: pseudonyms.of(kind, name)).astype("str")
        shown[column.key] = values
    marked = {mark: given.get(mark, table[mark]) for mark in marks if mark in table}
    return pd.DataFrame(shown | marked)


def _major(versions: "pd.Series[str]") -> "pd.Series[str]":
    return versions.str.split(".", n=1).str[0].astype("str")


def _emptied(column: "pd.Series[str]") -> "pd.Series[str]":
    empty = pd.NA if column.dtype == "Int64" else ""
    return pd.Series(empty, index=column.index, dtype=column.dtype)
