"""Pseudonyms for people, teams, organizations and groups: the last step over the tables.

What is left of a column follows from what its declaration says it reveals; a column that does not
say it cannot be published. The result is pseudonymous, not anonymous.
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
    """A column does not say what it reveals: it cannot be published under pseudonyms."""


def left_of(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns of people without those of a people file of which nothing would be left.

    Those of GitHub's stand empty instead, so that a program finds what it expects.
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
    """Return both tables with nothing in them that names anybody, in no order that does.

    Only declared columns, and the `marks` (by which people are counted, and which are written
    nowhere), are in what is returned. Groups of fewer than five people are one. Raises
    UndeclaredError.
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
    # What no person's row shows, no seat's row gives away.
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
    """Return the seats with those of each person in an order that says nothing of names.

    A person's price stands on the first of them, and counts with its organization and team.
    """
    keys = {
        f"_{kind}": seats[column].map(lambda name, kind=kind: pseudonyms.of(kind, name))
        for kind, column in (("organization", "organization"), ("team", "assigning_team"))
    }
    inorder = seats.assign(**keys).sort_values(["person", *keys], kind="stable", ignore_index=True)
    return inorder.drop(columns=list(keys))


def merged_over_organizations(seats: pd.DataFrame) -> pd.DataFrame:
    """Return the seats as teams are counted: the small ones of all organizations are one group."""
    is_merged = seats["assigning_team"] == SMALL_GROUPS
    return seats.assign(organization=seats["organization"].where(~is_merged, SMALL_GROUPS))


def with_small_groups_merged(groups: Breakdown) -> Breakdown:
    """Return a breakdown of which each person is in one group, small ones merged as elsewhere."""
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
    """Return the groups that are merged into one.

    `groups` and `people` say, row by row, which person is in which group. Merged are the groups of
    fewer than five people, and then, while those are fewer than five themselves, the next smallest;
    of equally small ones by their pseudonym. Where there is but one group, it hides nobody.
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
    """Return the seats with organizations and teams under pseudonyms, small ones merged."""
    assigned = seats[seats["person"] >= 0]
    organizations = {
        name: pseudonyms.of("organization", name) for name in seats["organization"].unique()
    }
    small = small_groups(assigned["organization"], assigned["person"], organizations)
    organization = seats["organization"].map(organizations)
    organization = organization.where(~seats["organization"].isin(small), SMALL_GROUPS)
    teams = {name: pseudonyms.of("team", name) for name in seats["assigning_team"].unique()}
    # A team is one of its organization: the same name elsewhere is another team.
    pairs = organization + "\n" + seats["assigning_team"].map(teams)
    of_people = pairs[seats["person"] >= 0]
    small = small_groups(of_people, assigned["person"], {pair: pair for pair in of_people.unique()})
    team = seats["assigning_team"].map(teams).where(~pairs.isin(small), SMALL_GROUPS)
    return seats.assign(organization=organization.astype("str"), assigning_team=team.astype("str"))


def _groups_of(
    people: pd.DataFrame, columns: Sequence[Column], pseudonyms: Pseudonyms
) -> "dict[str, pd.Series[str]]":
    """Return the columns of people that group them, small groups merged.

    An editor is no name, and stays readable; a version stands only where five people have it.
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
    """Return the columns and marks alone; what is `given` stands in its column's place.

    Raises UndeclaredError.
    """
    shown = {}
    for column in columns:
        values = given.get(column.key, table[column.key])
        if column.reveals is None:
            raise UndeclaredError(
                f"The column {column.name!r} does not declare what it reveals: it cannot be "
                "published under pseudonyms."
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
