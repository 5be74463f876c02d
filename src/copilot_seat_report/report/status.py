"""The rules that judge a person: status, flags, idle. One function each.

docs/reading-the-report.md defines the terms. Each rule takes the table of `people_of`, and returns
one value per person (`bool`, apart from `status_of`).
"""

import re
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from copilot_seat_report.report.model import FLAGS, UNASSIGNED
from copilot_seat_report.rules import Rules

# GitHub may take this long to process activity:
# https://docs.github.com/en/copilot/reference/metrics-data
PROCESSING = pd.Timedelta(hours=24)

_MARK_OF_FLAG = {
    "exempt": "exempt",
    "pending-cancellation": "pending",
    "settling": "settling",
    "check-telemetry": "check_telemetry",
    "remembered": "remembered",
    "active-in-metrics": "active_in_metrics",
}


def judged(people: pd.DataFrame, rules: Rules, report_time: datetime) -> pd.DataFrame:
    """Return the people with `status`, `flags`, `idle`, `days_since_activity` and the marks.

    The marks (`bool`) are the flags one by one (`exempt`, `pending`, `settling`, `check_telemetry`,
    `remembered` and `active_in_metrics`), `leaving` (pending in all seats), `unused` (inactive or
    no recorded activity) and `ask_first`.
    """
    now = pd.Timestamp(report_time)
    people = people.assign(
        status=status_of(people, rules, now),
        days_since_activity=days_since(people["last_activity_at"], now),
        exempt=is_exempt(people, rules),
        pending=people["pending_seats"] > 0,
        leaving=people["pending_seats"] == people["seats"],
        remembered=people["activity_source"] == "earlier-report",
    )
    people["unused"] = people["status"].isin(["inactive", "no-activity"])
    people["settling"] = is_settling(people, rules, now)
    people["check_telemetry"] = signs_in_unrecorded(people, rules, now)
    people["active_in_metrics"] = people["unused"] & people["used_in_metrics"]
    people["idle"] = is_idle(people)
    people["ask_first"] = people["idle"] & (people["settling"] | people["check_telemetry"])
    people["flags"] = flags({flag: people[mark] for flag, mark in _MARK_OF_FLAG.items()})
    return people


def status_of(people: pd.DataFrame, rules: Rules, now: pd.Timestamp) -> "pd.Series[str]":
    """Return each person's status: the first that applies."""
    age = now - people["last_activity_at"]
    recorded = people["last_activity_at"].notna()
    stated = people["activity_source"] == "seat"
    statuses = np.select(
        [
            recorded & (age <= pd.Timedelta(days=rules.inactive_days)),
            stated,
            now - people["created_at"] <= pd.Timedelta(days=rules.new_seat_days),
            recorded,
        ],
        ["active", "inactive", "new", "inactive"],
        "no-activity",
    )
    return pd.Series(statuses, index=people.index, dtype="str")


def is_exempt(people: pd.DataFrame, rules: Rules) -> "pd.Series[bool]":
    """Return who is never idle: by the people file, or because a pattern matches a login."""
    if not rules.exempt_users:
        return people["exempt_by_file"]
    matches = _pattern(rules.exempt_users).search
    matched = [matches(logins) is not None for logins in people["logins"].tolist()]
    return people["exempt_by_file"] | pd.Series(matched, index=people.index, dtype="bool")


def _pattern(wildcards: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern that matches a whole line, ignoring case."""
    alternatives = "|".join(
        re.escape(wildcard).replace(r"\*", ".*").replace(r"\?", ".") for wildcard in wildcards
    )
    return re.compile(f"^(?:{alternatives})$", re.IGNORECASE | re.MULTILINE)


def is_settling(people: pd.DataFrame, rules: Rules, now: pd.Timestamp) -> "pd.Series[bool]":
    """Return who is inactive by less than 24 hours: GitHub may still be processing activity."""
    limit = pd.Timedelta(days=rules.inactive_days) + PROCESSING
    return (people["status"] == "inactive") & (now - people["last_activity_at"] < limit)


def signs_in_unrecorded(people: pd.DataFrame, rules: Rules, now: pd.Timestamp) -> "pd.Series[bool]":
    """Return who signs in without recorded activity: telemetry may be off."""
    signed_in, active = people["last_authenticated_at"], people["last_activity_at"]
    lately = now - signed_in <= pd.Timedelta(days=rules.inactive_days)
    return people["unused"] & lately & (active.isna() | (signed_in - active > PROCESSING))


def is_idle(people: pd.DataFrame) -> "pd.Series[bool]":
    """Return who is idle: unused, but not exempt, leaving, or seen in the usage metrics."""
    return people["unused"] & ~people["exempt"] & ~people["leaving"] & ~people["active_in_metrics"]


def flags(marks: "dict[str, pd.Series[bool]]") -> "pd.Series[str]":
    """Return the flags of each row as text, separated by spaces, in the order of `FLAGS`."""
    code = sum(marks[flag].to_numpy(dtype=np.int64) << bit for bit, flag in enumerate(FLAGS))
    texts = [
        " ".join(flag for bit, flag in enumerate(FLAGS) if combination >> bit & 1)
        for combination in range(2 ** len(FLAGS))
    ]
    index = marks[FLAGS[0]].index
    return pd.Series(np.array(texts, dtype=object)[code], index=index, dtype="str")


def days_since(times: "pd.Series[pd.Timestamp]", now: pd.Timestamp) -> "pd.Series[int]":
    """Return whole days, rounded down (`Int64`); 0 for a time after the report's."""
    days: pd.Series[int] = (now - times).dt.days.clip(lower=0)
    return days.astype("Int64")


def seats_of(people: pd.DataFrame, seats: pd.DataFrame, report_time: datetime) -> pd.DataFrame:
    """Return the seats with the facts that follow from their people.

    These are `status`, `flags`, `days_since_activity`, `idle`, `ask_first` and `monthly_price`. The
    first of a person's seats with their priced plan has the person's price, and the others have 0;
    the flag `pending-cancellation` is the seat's own.
    """
    person = seats["person"].to_numpy()
    assigned = person >= 0

    def of_person(column: str, otherwise: str | int | bool) -> pd.Series:
        return people[column].reindex(person, fill_value=otherwise).set_axis(seats.index)

    marks = {
        flag: seats["pending"] if flag == "pending-cancellation" else of_person(mark, False)
        for flag, mark in _MARK_OF_FLAG.items()
    }
    carries = assigned & (seats["plan"] == of_person("plan", "")).to_numpy()
    first = ~seats["person"].where(carries).duplicated() & carries
    return seats.assign(
        status=of_person("status", UNASSIGNED).astype("str"),
        flags=flags(marks),
        days_since_activity=days_since(seats["last_activity_at"], pd.Timestamp(report_time)),
        idle=of_person("idle", False).astype("bool"),
        ask_first=of_person("ask_first", False).astype("bool"),
        monthly_price=of_person("monthly_price", 0).where(first, 0).astype("int64"),
    )


def ordered(people: pd.DataFrame, sort: str) -> pd.DataFrame:
    """Return the people in the order of the input `sort`; equal ones by login.

    The index stays that of `people_of`, the number of the person.
    """
    keys = {
        "last-activity": ["last_activity_at"],
        "login": [],
        "team": ["teams"],
        "created": ["created_at"],
    }[sort.removeprefix("-")]
    lowered = people.assign(_login=people["login"].str.lower())
    inorder = lowered.sort_values([*keys, "_login", "user_id"], na_position="first")
    return (inorder.iloc[::-1] if sort.startswith("-") else inorder).drop(columns="_login")
