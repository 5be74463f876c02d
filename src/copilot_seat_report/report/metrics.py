"""GitHub's usage metrics beside the people: a second witness, who can clear and never accuse.

They do not see everyone (https://docs.github.com/en/copilot/reference/copilot-usage-metrics), so
that somebody is not in them says nothing.
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
"""Who has at most so many active days in the 28 barely uses their seat."""


def with_metrics(
    people: pd.DataFrame, metrics: UsageMetrics, rules: Rules, report_time: datetime
) -> pd.DataFrame:
    """Return the people with what the usage metrics have of each, joined by `user_id`.

    The columns are `active_days` and `silent_days` (`Int64`), `last_active_day` (`YYYY-MM-DD`),
    `ai_credits_used` (`Int64`, hundredths of a credit), `ai_adoption_phase`, and (`bool`)
    `used_undated`: whether there is a use without a day, and `used_in_metrics`: whether there is
    that, or one that ended at most `inactive_days` ago.
    Of whom there is no record, all of them are empty, or false.
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
    """Say who is active by their seat, and has at most `BARELY` active days in the 28.

    Nobody of whom there is no record, and nobody whose records may hide more days than that.
    """
    days = people["active_days"] + people["silent_days"]
    few: pd.Series[bool] = (days <= BARELY).fillna(value=False).astype("bool")
    return few & (people["status"] == "active")


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """What the usage metrics say of the people of a report.

    `first_day` and `last_day` are those of the 28 (UTC); None if no metrics could be read.
    `people` counts those of whom there is a record, `cleared` those flagged `active-in-metrics`,
    `barely_used` those who barely use their seat, and `granted_since` those of them whose seat was
    granted since the first day; these two are None if a part of the metrics is missing. So is
    `saving`, and also where a part of the people is, or no record states credits.
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
    """Return what the usage metrics say of the people, who are judged, and of their seats.

    `is_everyone` says that nobody who holds a seat is missing from `people`; `in_hundreds`, that
    credits are only told in whole hundreds.
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
    """Yield the pools of AI credits: one for each of those who pay for people's seats."""
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
            # Of a small pool, the exact sum would be somebody's own.
            used=(used + 50_00) // 100_00 * 100_00 if in_hundreds else used,
            idle_cost=int(idle["monthly_price"].sum()),
        )


def _payer(people: pd.DataFrame, seats: pd.DataFrame) -> "pd.Series[str]":
    """Return the organization of the seat that each person is priced by."""
    held = seats[seats["person"] >= 0]
    priced = held[held["plan"].to_numpy() == people["plan"].reindex(held["person"]).to_numpy()]
    payer: pd.Series[str] = priced.drop_duplicates("person").set_index("person")["organization"]
    return payer
