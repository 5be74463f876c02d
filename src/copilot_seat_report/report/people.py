"""From seats to people: status, flags and price, by the terms of docs/reading-the-report.md."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from copilot_seat_report.report.model import FLAGS, UNASSIGNED
from copilot_seat_report.rules import Rules

# GitHub may take this long to process activity:
# https://docs.github.com/en/copilot/reference/metrics-data
PROCESSING = pd.Timedelta(hours=24)


def people_table(seats: pd.DataFrame, rules: Rules, report_time: datetime) -> pd.DataFrame:
    """Return one row a person (one unique `user_id`), ordered by it.

    `seats` is the table of `seat_table`. The columns are those of `Report.people`, and `exempt`,
    `pending`, `settling`, `check_telemetry` (`bool`) behind them.
    """
    assigned = seats[seats["user_id"].notna()]
    # A person's last activity is the newest of their seats', their editor is that seat's.
    newest = assigned.sort_values(
        ["user_id", "last_activity_at"], na_position="first", kind="stable"
    ).drop_duplicates("user_id", keep="last")
    price = assigned["plan"].map(
        {"business": rules.price_business, "enterprise": rules.price_enterprise}
    )
    dearest = (
        assigned.assign(price=price)
        .sort_values(["user_id", "price", "plan"], ascending=[True, False, False], kind="stable")
        .drop_duplicates("user_id")
    )
    by_person = assigned.groupby("user_id", sort=True)
    pending = assigned.loc[
        assigned["pending_cancellation_date"] != "", ["user_id", "pending_cancellation_date"]
    ].sort_values(["user_id", "pending_cancellation_date"])
    ids = newest["user_id"]
    earliest = pending.drop_duplicates("user_id").set_index("user_id")["pending_cancellation_date"]
    pending_seats = pending["user_id"].value_counts().reindex(ids, fill_value=0).to_numpy()
    people = pd.DataFrame(
        {
            "login": newest["login"].array,
            "user_id": newest["user_id"].array,
            "last_activity_at": newest["last_activity_at"].array,
            "days_since_activity": days_since(newest["last_activity_at"], report_time).array,
            "last_activity_editor": newest["last_activity_editor"].array,
            "editor": newest["editor"].array,
            "editor_version": newest["editor_version"].array,
            "last_authenticated_at": by_person["last_authenticated_at"].max().array,
            "created_at": by_person["created_at"].max().array,
            "organizations": _lines(assigned, "organization").array,
            "teams": _lines(assigned, "assigning_team").array,
            "plan": dearest["plan"].array,
            "plan_source": dearest["plan_source"].array,
            "plan_assumed": (dearest["plan_source"] != "seat").array,
            "pending_cancellation_date": earliest.reindex(ids).fillna("").array,
            "seats": by_person.size().to_numpy(),
            "monthly_price": dearest["price"].to_numpy(dtype=np.int64),
        }
    )
    people["status"] = _statuses(people, rules, report_time)
    people["exempt"] = _exempt(people["login"].tolist(), rules.exempt_users)
    people["pending"] = pending_seats > 0
    unused = people["status"].isin(["inactive", "no-activity"])
    age = pd.Timestamp(report_time) - people["last_activity_at"]
    inactive = people["status"] == "inactive"
    people["settling"] = inactive & (age < _days(rules.inactive_days) + PROCESSING)
    signed_in = people["last_authenticated_at"]
    people["check_telemetry"] = (
        unused
        & (pd.Timestamp(report_time) - signed_in <= _days(rules.inactive_days))
        & (
            people["last_activity_at"].isna()
            | (signed_in - people["last_activity_at"] > PROCESSING)
        )
    )
    people["idle"] = unused & ~people["exempt"] & (pending_seats < people["seats"])
    people["flags"] = flags(people, people["pending"])
    return people


def with_people(seats: pd.DataFrame, people: pd.DataFrame, report_time: datetime) -> pd.DataFrame:
    """Return the seats with what follows from their people.

    That is `status`, `flags`, `days_since_activity`, `idle` and `monthly_price`.

    A person's price stands on the first of their seats that has their dearest plan and is 0 on the
    others; the flag `pending-cancellation` is the seat's own.
    """
    person = people.set_index("user_id")
    ids = seats["user_id"]
    marks = person[["exempt", "settling", "check_telemetry", "idle"]].reindex(ids, fill_value=False)
    marks.index = seats.index
    carries = (seats["plan"] == ids.map(person["plan"])) & ids.notna()
    carries &= ~ids.where(carries).duplicated()
    price = ids.map(person["monthly_price"])
    return seats.assign(
        status=ids.map(person["status"]).astype("str").fillna(UNASSIGNED),
        flags=flags(marks, seats["pending_cancellation_date"] != ""),
        days_since_activity=days_since(seats["last_activity_at"], report_time),
        idle=marks["idle"],
        monthly_price=price.where(carries, 0).astype("int64"),
    )


def flags(marks: pd.DataFrame, pending: "pd.Series[bool]") -> pd.Series:
    """Return the flags of each row as text, separated by spaces, in the order of `FLAGS`."""
    columns = [marks["exempt"], pending, marks["settling"], marks["check_telemetry"]]
    code = sum(column.to_numpy(dtype=np.int64) << bit for bit, column in enumerate(columns))
    texts = [
        " ".join(flag for bit, flag in enumerate(FLAGS) if combination >> bit & 1)
        for combination in range(2 ** len(FLAGS))
    ]
    return pd.Series(np.array(texts, dtype=object)[code], index=marks.index, dtype="str")


def days_since(times: pd.Series, report_time: datetime) -> pd.Series:
    """Return whole days, rounded down (`Int64`); a time ahead of the report's is 0 days ago."""
    days: pd.Series[int] = (pd.Timestamp(report_time) - times).dt.days.clip(lower=0)
    return days.astype("Int64")


def ordered(people: pd.DataFrame, sort: str) -> pd.DataFrame:
    """Return the people in the order of the input `sort`; equal ones by login."""
    keys = {
        "last-activity": ["last_activity_at"],
        "login": [],
        "team": ["teams"],
        "created": ["created_at"],
    }[sort.removeprefix("-")]
    lowered = people.assign(_login=people["login"].str.lower())
    inorder = lowered.sort_values(
        [*keys, "_login", "user_id"], na_position="first", ignore_index=True
    ).drop(columns="_login")
    return inorder.iloc[::-1].reset_index(drop=True) if sort.startswith("-") else inorder


def _statuses(people: pd.DataFrame, rules: Rules, report_time: datetime) -> pd.Series:
    now = pd.Timestamp(report_time)
    recorded = people["last_activity_at"].notna()
    statuses = np.select(
        [
            recorded & (now - people["last_activity_at"] <= _days(rules.inactive_days)),
            recorded,
            now - people["created_at"] <= _days(rules.new_seat_days),
        ],
        ["active", "inactive", "new"],
        "no-activity",
    )
    return pd.Series(statuses, dtype="str")


def _days(days: int) -> pd.Timedelta:
    return pd.Timedelta(timedelta(days=days))


def _exempt(logins: Sequence[str], patterns: Sequence[str]) -> NDArray[np.bool_]:
    """Tell for each login whether a pattern matches it whole, whatever the case."""
    if not patterns:
        return np.zeros(len(logins), dtype=bool)
    alternatives = "|".join(
        re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".") for pattern in patterns
    )
    matches = re.compile(alternatives, re.IGNORECASE).fullmatch
    return np.array([matches(login) is not None for login in logins], dtype=bool)


def _lines(assigned: pd.DataFrame, column: str) -> pd.Series:
    """Return each person's values of a column, sorted, one a line; in order of `user_id`."""
    values = assigned.loc[assigned[column] != "", ["user_id", column]].drop_duplicates()
    several = values["user_id"].duplicated(keep=False)
    joined = values[several].sort_values(column).groupby("user_id")[column].agg("\n".join)
    single = values[~several].set_index("user_id")[column]
    people = np.sort(assigned["user_id"].unique())
    lines: pd.Series[str] = pd.concat([single, joined]).reindex(people).fillna("").astype("str")
    return lines
