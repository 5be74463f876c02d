"""GitHub's usage metrics joined to the people: a second source that can only clear people.

The metrics do not include everyone (https://docs.github.com/en/copilot/reference/copilot-usage-metrics),
so a person's absence from them means nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pandas as pd

from copilot_seat_report.report.saving import Pool, Saving
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.status import SourceStatus
from copilot_seat_report.sources.usage_metrics import UsageMetrics

BARELY = 2
"""People with at most this many active days in the 28 barely use their seat."""


def with_metrics(
    people: pd.DataFrame, metrics: UsageMetrics, rules: Rules, report_time: datetime
) -> pd.DataFrame:
    """Return the people joined with the usage metrics by `user_id`.

    The columns are `active_days` and `silent_days` (`Int64`), `last_active_day` (`YYYY-MM-DD`),
    `ai_credits_used` (`Int64`, hundredths of a credit), `ai_adoption_phase`, and (`bool`)
    `used_undated`: whether there is use without a day, and `used_in_metrics`: whether there is
    that, or a day of use that ended at most `inactive_days` ago. For people without a record, all
    of them are empty or false.
    """
    known = {use.user_id: use for use in metrics.people}
    uses = [known.get(user_id) for user_id in people["user_id"].tolist()]
    days = {use.last_active_day for use in metrics.people if use.last_active_day}
    texts: dict[date | None, str] = {None: ""} | {day: day.isoformat() for day in days}
    recent = {day for day in days if _is_recent(day, rules, report_time)}
    columns: dict[str, tuple[list[object], str]] = {
        "active_days": ([use and use.active_days for use in uses], "Int64"),
        "silent_days": ([use and use.silent_days for use in uses], "Int64"),
        "last_active_day": ([texts[use.last_active_day] if use else "" for use in uses], "str"),
        "ai_credits_used": ([use and use.credits for use in uses], "Int64"),
        "ai_adoption_phase": ([use.adoption_phase if use else "" for use in uses], "str"),
        "used_undated": ([use is not None and use.used_undated for use in uses], "bool"),
        "used_in_metrics": (
            [
                use is not None and (use.used_undated or use.last_active_day in recent)
                for use in uses
            ],
            "bool",
        ),
    }
    return people.assign(
        **{
            name: pd.Series(values, index=people.index, dtype=dtype)
            for name, (values, dtype) in columns.items()
        }
    )


def _is_recent(day: date, rules: Rules, report_time: datetime) -> bool:
    """Return whether a day of use ended (24:00 UTC) at most `inactive_days` ago."""
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    return report_time - end <= timedelta(days=rules.inactive_days)


def barely_used(people: pd.DataFrame) -> "pd.Series[bool]":
    """Return whether each person is active in the seat list with at most `BARELY` active days.

    The result is false for people without a record, and for those whose records may lack days.
    """
    days = people["active_days"] + people["silent_days"]
    few: pd.Series[bool] = (days <= BARELY).fillna(value=False).astype("bool")
    return few & (people["status"] == "active")


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """The usage metrics' results for the people of a report.

    `first_day` and `last_day` are those of the 28 (UTC); None if no metrics could be read.
    `people` counts those with a record, `cleared` those flagged `active-in-metrics`, `barely_used`
    those who barely use their seat, and `granted_since` those of the latter whose seat was granted
    since the first day; these two are None if a part of the metrics is missing. So is `saving`,
    and also if people are missing or no record states credits.
    """

    status: SourceStatus
    first_day: date | None
    last_day: date | None
    people: int
    cleared: int
    barely_used: int | None
    granted_since: int | None
    saving: Saving | None


def metrics_of(
    people: pd.DataFrame,
    seats: pd.DataFrame,
    metrics: UsageMetrics,
    rules: Rules,
    *,
    is_enterprise: bool,
    is_everyone: bool,
    in_hundreds: bool,
) -> Metrics:
    """Return the usage metrics' results for the people, who are judged, and their seats.

    `is_everyone` says that `people` is everyone who holds a seat; `in_hundreds` rounds credits to
    hundreds.
    """
    barely = people[people["barely_used"]] if metrics.is_whole else None
    first = pd.Timestamp(metrics.first_day or date.min, tz="UTC")
    saving = None
    if metrics.is_whole and is_everyone and people["ai_credits_used"].notna().any():
        payer = pd.Series("", people.index) if is_enterprise else _payer(people, seats)
        pools = tuple(_pools(people, payer, rules, in_hundreds=in_hundreds))
        saving = Saving(pools=pools, credit_price=rules.credit_price)
    return Metrics(
        status=metrics.status,
        first_day=metrics.first_day,
        last_day=metrics.last_day,
        people=int(people["silent_days"].notna().sum()),
        cleared=int(people["active_in_metrics"].sum()),
        barely_used=None if barely is None else len(barely),
        granted_since=None if barely is None else int((barely["created_at"] >= first).sum()),
        saving=saving,
    )


def _pools(
    people: pd.DataFrame, payer: "pd.Series[str]", rules: Rules, *, in_hundreds: bool
) -> Iterator[Pool]:
    """Yield the pools of AI credits: one for each payer of seats."""
    brought = {
        "business": rules.credits_business * 100,
        "enterprise": rules.credits_enterprise * 100,
    }
    with_credits = people.assign(brought=people["plan"].map(brought))
    for _, members in with_credits.groupby(payer, sort=True):
        idle = members[members["idle"]]
        used = int(members["ai_credits_used"].sum())
        yield Pool(
            included=int(members["brought"].sum()),
            idle_included=int(idle["brought"].sum()),
            # In a small pool, the exact sum could be one person's.
            used=(used + 50_00) // 100_00 * 100_00 if in_hundreds else used,
            idle_cost=int(idle["monthly_price"].sum()),
        )


def _payer(people: pd.DataFrame, seats: pd.DataFrame) -> "pd.Series[str]":
    """Return the organization of the seat whose price each person has."""
    held = seats[seats["person"] >= 0]
    priced = held[held["plan"].to_numpy() == people["plan"].reindex(held["person"]).to_numpy()]
    payer: pd.Series[str] = priced.drop_duplicates("person").set_index("person")["organization"]
    return payer
