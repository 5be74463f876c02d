"""Breakdowns of the people by each dimension: team, organization, editor, plan, age and others."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from copilot_seat_report.report.dimensions import Dimension
from copilot_seat_report.report.pricing import prices_of
from copilot_seat_report.rules import Rules

FIGURES = (
    "people",
    "active",
    "inactive",
    "new",
    "no_activity",
    "idle",
    "ask_first",
    "monthly_cost",
    "idle_monthly_cost",
)
AGES: tuple[tuple[str, int | None], ...] = (
    ("in the last 24 hours", 1),
    ("1 to 7 days ago", 7),
    ("7 to 14 days ago", 14),
    ("14 to 30 days ago", 30),
    ("30 to 60 days ago", 60),
    ("60 to 90 days ago", 90),
    ("more than 90 days ago", None),
)
NONE_RECORDED = "none recorded"
AGE_LABELS = (*(label for label, _ in AGES), NONE_RECORDED)


@dataclass(frozen=True)
class Breakdown:
    """The people of each group of a dimension.

    `table` has the dimension's `fields` (`str`) and `FIGURES` (`int64`; costs in hundredths per
    month). A person counts once in each of their groups. The cost counts with the seat that has the
    person's price, so that it adds up over all groups.
    """

    dimension: Dimension
    table: pd.DataFrame


def figures_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what each row adds to the figures: `FIGURES` (`int64`), by its index.

    `rows` are the people or the seats; unassigned seats do not count.
    """
    rows = rows.loc[rows["person"] >= 0, ["status", "idle", "ask_first", "monthly_price"]]
    status = rows["status"].astype("category")
    figures = {
        "people": 1,
        **{
            each.replace("-", "_"): status == each
            for each in ("active", "inactive", "new", "no-activity")
        },
        "idle": rows["idle"],
        "ask_first": rows["ask_first"],
        "monthly_cost": rows["monthly_price"],
        "idle_monthly_cost": rows["monthly_price"].where(rows["idle"], 0),
    }
    return pd.DataFrame(figures).astype("int64")


def breakdown(rows: pd.DataFrame, figures: pd.DataFrame, dimension: Dimension) -> Breakdown:
    """Return the figures of each group; `rows` are the people or seats that the dimension needs.

    `figures` are the result of `figures_of` for these rows.
    """
    columns = list(dimension.columns)
    rows = rows.loc[rows["person"] >= 0, [*columns, "person"]]
    if not rows["person"].is_unique:
        # A person with two seats in one group counts there once; only one seat has the price.
        again = rows.duplicated()
        counts = [name for name in FIGURES if not name.endswith("cost")]
        figures = figures.assign(**{name: figures[name].mask(again, 0) for name in counts})
    groups = [
        rows[column].rename(field) for column, field in zip(columns, dimension.fields, strict=True)
    ]
    table = figures.groupby(groups).sum().reset_index()
    is_nameless = table[dimension.fields[-1]] == ""
    keys = [is_nameless, *(-table[figure] for figure in dimension.by)]
    order = np.lexsort(keys[::-1])  # equal groups stay in the order of their names
    return Breakdown(dimension, table.iloc[order].reset_index(drop=True))


def age_of(people: pd.DataFrame, now: pd.Timestamp) -> "pd.Series[str]":
    """Return the label of the age of each person's last activity, one of `AGE_LABELS`."""
    age = now - people["last_activity_at"]
    limits = np.array([pd.Timedelta(days=days) for _, days in AGES if days], "timedelta64[us]")
    places = np.searchsorted(limits, age.to_numpy("timedelta64[us]"))
    places = np.where(age.isna(), len(AGES), places)
    return pd.Series(np.array(AGE_LABELS, dtype=object)[places], index=people.index, dtype="str")


def in_order(by_age: Breakdown) -> Breakdown:
    """Return the ages, shortest first, including those without people."""
    table = by_age.table.set_index("age").reindex(AGE_LABELS, fill_value=0).rename_axis("age")
    return Breakdown(by_age.dimension, table.reset_index())


def by_editor_version(people: pd.DataFrame) -> pd.DataFrame:
    """Return `editor`, `version`, `people` for people with recorded activity, most first."""
    used = people.loc[people["last_activity_at"].notna(), ["editor", "editor_version"]]
    counts = used.groupby(["editor", "editor_version"], as_index=False).size()
    counts.columns = pd.Index(["editor", "version", "people"])
    return counts.sort_values(
        ["people", "editor", "version"], ascending=[False, True, True], ignore_index=True
    )


def with_prices(by_plan: Breakdown, people: pd.DataFrame, rules: Rules) -> Breakdown:
    """Return the plans with `price`, and `assumed`: the people priced by assumption (`int64`)."""
    table = by_plan.table
    assumed = people["plan_assumed"].groupby(people["plan"]).sum()
    return Breakdown(
        by_plan.dimension,
        table.assign(
            assumed=assumed.reindex(table["plan"], fill_value=0).to_numpy(dtype=np.int64),
            price=prices_of(table["plan"], rules),
        ),
    )
