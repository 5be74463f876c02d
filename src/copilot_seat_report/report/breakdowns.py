"""The same people counted by team, editor, plan, organization and age."""

import pandas as pd

from copilot_seat_report.report.model import STATUSES, UNASSIGNED
from copilot_seat_report.rules import Rules

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


def by_team(seats: pd.DataFrame) -> pd.DataFrame:
    """Return one row an organization and team (empty: without a team); see `Report.teams`."""
    return _by(seats, {"organization": "organization", "assigning_team": "team"})


def by_organization(seats: pd.DataFrame) -> pd.DataFrame:
    """Return one row an organization; a person with seats in two counts in both."""
    return _by(seats, {"organization": "organization"})


def by_editor(people: pd.DataFrame) -> pd.DataFrame:
    """Return one row an editor, most people first; each person counts once."""
    editors = _by(people, {"editor": "editor"})
    return editors.sort_values("people", ascending=False, kind="stable", ignore_index=True)


def by_editor_version(people: pd.DataFrame) -> pd.DataFrame:
    """Return `editor`, `version`, `people` of those with recorded activity, most people first."""
    used = people[people["last_activity_at"].notna()]
    counts = used.groupby(["editor", "editor_version"], as_index=False).size()
    counts.columns = pd.Index(["editor", "version", "people"])
    return counts.sort_values(
        ["people", "editor", "version"], ascending=[False, True, True], ignore_index=True
    )


def by_plan(people: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return one row a plan; see `Report.plans`."""
    groups = people.groupby("plan")
    plans = pd.DataFrame(
        {
            "people": groups.size(),
            "assumed": groups["plan_assumed"].sum(),
            "monthly_cost": groups["monthly_price"].sum(),
        }
    ).reset_index()
    prices = {"business": rules.price_business, "enterprise": rules.price_enterprise}
    plans.insert(3, "price", plans["plan"].map(prices).astype("int64"))
    return plans


def by_age(people: pd.DataFrame, report_time: pd.Timestamp) -> pd.DataFrame:
    """Return one row an age of the last activity, each person in one; see `Report.ages`."""
    age = report_time - people["last_activity_at"]
    label = pd.Series(NONE_RECORDED, index=people.index, dtype="str")
    label[people["last_activity_at"].notna()] = AGES[-1][0]
    for name, days in reversed(AGES[:-1]):
        label[age <= pd.Timedelta(days=days or 0)] = name
    labels = [*(name for name, _ in AGES), NONE_RECORDED]
    counts = pd.crosstab(label, people["status"]).reindex(index=labels, columns=list(STATUSES))
    counts = counts.fillna(0).astype("int64").rename(columns={"no-activity": "no_activity"})
    ages = pd.DataFrame({"age": labels, "people": counts.sum(axis=1).to_numpy()})
    for status in counts.columns:
        ages[status] = counts[status].to_numpy()
    idle = people["idle"].groupby(label).sum().reindex(labels).fillna(0)
    ages["idle"] = idle.astype("int64").to_numpy()
    return ages


def _by(rows: pd.DataFrame, keys: dict[str, str]) -> pd.DataFrame:
    """Count people and add up prices over the rows of each group.

    `rows` are seats or people; the unassigned among the seats count nowhere.
    """
    columns = list(keys)
    rows = rows.loc[
        rows["status"] != UNASSIGNED, [*columns, "user_id", "status", "idle", "monthly_price"]
    ]
    # A person with two seats in one group counts there once; the price stands on one seat alone.
    counts = ~rows.duplicated(["user_id", *columns])
    figures = {
        "people": counts,
        "active": counts & (rows["status"] == "active"),
        "idle": counts & rows["idle"],
        "monthly_cost": rows["monthly_price"],
        "idle_monthly_cost": rows["monthly_price"].where(rows["idle"], 0),
    }
    groups = [rows[column].rename(name) for column, name in keys.items()]
    return pd.DataFrame(figures).astype("int64").groupby(groups).sum().reset_index()
