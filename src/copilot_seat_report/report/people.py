"""The people who hold the seats: their facts, before any rule judges them.

docs/reading-the-report.md defines the terms. In an enterprise, or across several organizations, a
person may hold several seats, but counts once.
"""

import numpy as np
import pandas as pd


def people_of(seats: pd.DataFrame) -> pd.DataFrame:
    """Return one row per person, in the order of `seats["person"]`: row n is person n.

    `seats` is the table of `seat_table`, with `price` (`int64`, hundredths per month). The columns
    are those of `columns.PEOPLE` that the rules of `status.py` do not add, and the facts that these
    rules need: `logins` (all of the person's, one per line), `last_activity_editor` (GitHub's
    text), `pending_seats` (`int64`), and false values for what other sources may set:
    `exempt_by_file`, `used_in_metrics` (`bool`).
    """
    assigned = seats[seats["person"] >= 0]
    by_person = assigned.groupby("person", sort=True)
    newest, priced = _newest(assigned), _priced(assigned)
    recorded = newest["last_activity_at"].notna()
    people = pd.DataFrame(
        {
            "login": newest["login"],
            "user_id": newest["user_id"],
            "organizations": lists(assigned, "organization"),
            "last_activity_at": newest["last_activity_at"],
            "activity_source": pd.Series("seat", newest.index).where(recorded, "").astype("str"),
            "editor": newest["editor"],
            "editor_version": newest["editor_version"],
            "last_authenticated_at": by_person["last_authenticated_at"].max(),
            "created_at": by_person["created_at"].max(),
            "teams": lists(assigned, "assigning_team"),
            "plan": priced["plan"],
            "plan_source": priced["plan_source"],
            "pending_cancellation_date": _earliest_cancellation(assigned).reindex(
                newest.index, fill_value=""
            ),
            "seats": by_person.size(),
            "monthly_price": priced["price"].astype("int64"),
            "logins": lists(assigned, "login"),
            "last_activity_editor": newest["last_activity_editor"].where(recorded, ""),
            "pending_seats": by_person["pending"].sum().astype("int64"),
        }
    )
    people["exempt_by_file"] = False
    people["used_in_metrics"] = False
    return people.rename_axis(None)


def lists(assigned: pd.DataFrame, column: str) -> "pd.Series[str]":
    """Return each person's distinct values of a column, sorted, one per line; by `person`."""
    values = assigned[["person", column]]
    if values["person"].is_unique:
        return values.set_index("person")[column].sort_index()
    alone = ~values["person"].duplicated(keep=False)
    # A person with one value in several seats is like a person with one seat.
    others = values[~alone & (values[column] != "")].drop_duplicates()
    several = others["person"].duplicated(keep=False)
    joined = others[several].sort_values(column).groupby("person")[column].agg("\n".join)
    single = pd.concat([values[alone], others[~several]]).set_index("person")[column]
    people = np.sort(values["person"].unique())
    lines: pd.Series[str] = pd.concat([single, joined]).reindex(people).fillna("").astype("str")
    return lines


def _newest(assigned: pd.DataFrame) -> pd.DataFrame:
    """Return the seat with each person's newest activity, by `person`."""
    ordered = assigned.sort_values(
        ["person", "last_activity_at"], na_position="first", kind="stable"
    )
    return ordered.drop_duplicates("person", keep="last").set_index("person")


_SOURCES = ("assumption", "organization", "seat")


def _priced(assigned: pd.DataFrame) -> pd.DataFrame:
    """Return the seat that sets each person's price, by `person`.

    It is the one with the most expensive plan and, among several with that plan, the one with the
    best source for it: the seat, else its organization, else the assumption.
    """
    ranks = {source: place for place, source in enumerate(_SOURCES)}
    rank = [ranks[source] for source in assigned["plan_source"].tolist()]
    prices = assigned[["person", "price", "plan", "plan_source"]]
    ordered = prices.assign(rank=rank).sort_values(
        ["person", "price", "plan", "rank"], ascending=[True, False, False, False], kind="stable"
    )
    return ordered.drop_duplicates("person").set_index("person")


def _earliest_cancellation(assigned: pd.DataFrame) -> "pd.Series[str]":
    pending = assigned[assigned["pending"]].sort_values(["person", "pending_cancellation_date"])
    return pending.drop_duplicates("person").set_index("person")["pending_cancellation_date"]
