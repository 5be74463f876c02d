"""Teams, organizations and editors as every file shows them: in what order, and what adds up."""

import pandas as pd

from copilot_seat_report.report.model import Report


def by_idle_cost(groups: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the groups by what their idle seats cost, those without a `name` last."""
    return _ordered(groups, name, "idle_monthly_cost", "idle", "people")


def by_people(groups: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the groups by the number of their people, those without a `name` last."""
    return _ordered(groups, name, "people")


def _ordered(groups: pd.DataFrame, name: str, *figures: str) -> pd.DataFrame:
    order = [-groups[figure] for figure in figures]
    keys = pd.concat([groups[name] == "", *order], axis=1, keys=range(len(order) + 1))
    places = keys.sort_values(list(keys.columns), kind="stable").index
    return groups.loc[places].reset_index(drop=True)


def overlap(groups: pd.DataFrame, report: Report) -> bool:
    """Return whether somebody is in several of the groups, so that their people do not add up."""
    return int(groups["people"].sum()) > report.totals.people


def ask_first(people: pd.DataFrame) -> "pd.Series[bool]":
    """Return which people are idle and yet may be using Copilot."""
    return people["idle"] & (people["settling"] | people["check_telemetry"])
