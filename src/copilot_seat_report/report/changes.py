"""What an earlier report adds: changes, since when people are idle, dates that GitHub forgot.

docs/reading-the-report.md defines the terms. Both reports are judged by today's rules, the earlier
one at its own time and from its recorded facts, so that other rules do not show up as changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from itertools import compress
from typing import Any

import numpy as np
import pandas as pd

from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.anonymize import disguised
from copilot_seat_report.report.columns import CHANGES
from copilot_seat_report.report.editors import NOT_STATED
from copilot_seat_report.report.model import Totals
from copilot_seat_report.report.status import is_idle, status_of
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.history.earlier import Earlier
from copilot_seat_report.sources.history.file import (
    FACTS,
    MAX_REPORTS,
    NOBODY,
    PastReport,
    People,
    ReportTotals,
)

Keys = pd.Series

_DAY = pd.Timedelta(days=1)
_SECOND = pd.Timedelta(seconds=1)
_UNUSED = ("inactive", "no-activity")
KINDS = ("went-idle", "came-back", "granted", "gone")


@dataclass(frozen=True)
class Previous:
    """The earlier report, and its people, judged by today's rules at its time.

    The columns of `people` are `key` (`keys_of`), `login`, `user_id`, `status`, `idle`, `used`
    (active, new, or seen in the usage metrics), `last_activity_at`, `known_activity_at` (the
    newest that any report had), `monthly_price`, `idle_since`, `idle_reports` and `was_read`.
    `places` is the row in `people` of each person of this report; -1: they were not there.
    """

    report: PastReport
    people: pd.DataFrame
    places: "pd.Series[int]"

    def of_people(self, column: str) -> "pd.Series[Any]":
        """Return a column for this report's people; empty for people who were not there."""
        values = self.people[column].reindex(self.places.array, fill_value=_NOTHING[column])
        return values.set_axis(self.places.index)


_NOTHING: dict[str, Any] = {
    "status": "",
    "idle": False,
    "used": False,
    "was_read": False,
    "idle_reports": 0,
    "idle_since": pd.NaT,
    "known_activity_at": pd.NaT,
}


def keys_of(people: pd.DataFrame, pseudonyms: Pseudonyms | None) -> Keys:
    """Return the key of each person from report to report: their ID, or its pseudonym.

    The ID stays the same when the login changes.
    """
    if pseudonyms is None:
        return people["user_id"].astype("int64")
    return people["user_id"].astype("str").map(lambda number: pseudonyms.of("person", number))


def previous_of(
    earlier: Earlier, keys: Keys, rules: Rules, *, metrics_read: bool
) -> Previous | None:
    """Return the earlier report, judged by today's rules; None if it cannot be compared.

    `keys` are those of this report's people. `metrics_read` says whether all its usage metrics were
    read: if not, a person's absence from them means nothing.
    """
    if earlier.people is None:
        return None
    report = earlier.reports[-1]
    then = pd.Timestamp(report.report_time).tz_convert(UTC)
    anonymized = bool(earlier.this.key_check)
    people = _facts(earlier.people, then, anonymized=anonymized)
    if report.rules.currency != earlier.this.rules.currency:
        people["monthly_price"] = pd.array([pd.NA] * len(people), dtype="Int64")
    people["status"] = status_of(people, rules, then)
    unused = people["status"].isin(_UNUSED)
    if report.rules.same_days(earlier.this.rules):
        # The report knew exact times; from days alone, someone may seem not to be idle yet.
        late = people["idle_since"].notna() & ~unused
        idle = people.loc[late, "status"].map({"active": "inactive", "new": "no-activity"})
        people.loc[late, "status"] = idle
        unused |= late
    last_day = people["last_day_of_use"]
    lately = last_day + _DAY >= then - pd.Timedelta(days=rules.inactive_days)
    people["active_in_metrics"] = unused & (lately | people["used_in_metrics"])
    people["unused"] = unused
    people["idle"] = is_idle(people)
    by_metrics = people["active_in_metrics"] & metrics_read
    people["used"] = ~unused | (by_metrics & ~people["exempt"] & ~people["leaving"])
    places = pd.Index(people["key"]).get_indexer(keys)
    return Previous(report, people, pd.Series(places, keys.index))


def _facts(people: People, then: pd.Timestamp, *, anonymized: bool) -> pd.DataFrame:
    def times(fact: str) -> "pd.Series[pd.Timestamp]":
        given = people.of(fact)
        if not any(given):
            return pd.Series(pd.NaT, range(len(given)), dtype="datetime64[us, UTC]")
        return pd.Series(pd.DatetimeIndex(given))

    def times_of_person(fact: str) -> "pd.Series[pd.Timestamp]":
        if not anonymized:
            return times(fact)
        # With pseudonyms, a time is a day; use its last second, so that this makes nobody idle.
        last = times(fact) + _DAY - _SECOND
        return last.mask(last > then, then)

    def marks(fact: str) -> "np.typing.NDArray[np.bool_]":
        return np.array(people.of(fact), dtype=bool)

    shown = times_of_person("last_activity_at")
    table = pd.DataFrame(
        {
            "login": pd.Series(people.login, dtype="str"),
            "user_id": pd.array(people.of("id"), dtype="Int64"),
            "last_activity_at": shown,
            "known_activity_at": times_of_person("newest_activity_at").fillna(shown),
            "activity_source": np.select(
                [shown.isna(), marks("remembered")], ["", "earlier-report"], "seat"
            ),
            "created_at": times_of_person("created_at"),
            "exempt": marks("exempt"),
            "leaving": marks("leaving"),
            "last_day_of_use": _days(people.of("last_active_day")),
            "used_in_metrics": marks("used_in_metrics"),
            "monthly_price": np.rint(np.array(people.monthly_price) * 100).astype(np.int64),
            "idle_since": times("idle_since"),
            "idle_reports": np.array(people.of("idle_reports"), dtype=np.int64),
            "was_read": ~marks("not_read"),
        }
    )
    return table.assign(key=table["login"] if anonymized else table["user_id"].astype("int64"))


_EPOCH = date(1970, 1, 1).toordinal()
_NOT_A_TIME = np.iinfo(np.int64).min


def _days(days: Sequence[date | None]) -> "pd.Series[pd.Timestamp]":
    """Return the start of each day, in UTC."""
    numbers = np.fromiter(
        (_NOT_A_TIME if day is None else day.toordinal() - _EPOCH for day in days),
        dtype=np.int64,
        count=len(days),
    )
    return pd.Series(numbers.view("datetime64[D]").astype("datetime64[us]")).dt.tz_localize(UTC)


def with_remembered(people: pd.DataFrame, previous: Previous | None) -> pd.DataFrame:
    """Return the people with activity from an earlier report if GitHub has none.

    Sets `last_activity_at`, `activity_source` and `editor` for those, and `known_activity_at` for
    all: the newest activity that GitHub or any report had.
    """
    if previous is None:
        return people.assign(known_activity_at=people["last_activity_at"])
    known, stated = previous.of_people("known_activity_at"), people["last_activity_at"]
    forgotten = stated.isna() & known.notna()
    return people.assign(
        last_activity_at=stated.where(~forgotten, known),
        activity_source=people["activity_source"].mask(forgotten, "earlier-report"),
        editor=people["editor"].mask(forgotten, NOT_STATED),
        known_activity_at=stated.where(~(known > stated) & ~forgotten, known),
    )


def idle_since(people: pd.DataFrame, previous: Previous | None, earlier: Earlier) -> pd.DataFrame:
    """Return `idle_since` (NaT: not idle) and `idle_reports` (`Int64`) for each person.

    They are the time of the first of the consecutive reports in which the person was idle, and the
    number of UTC days with one. Another `inactive_days` or `new_seat_days` restarts both. For a
    selection, both are empty.
    """
    if earlier.status.state == "off":
        nothing = {
            "idle_since": pd.Series(pd.NaT, people.index, dtype="datetime64[us, UTC]"),
            "idle_reports": pd.Series(pd.NA, people.index, dtype="Int64"),
        }
        return pd.DataFrame(nothing)
    rules, report_time = earlier.this.rules, earlier.this.report_time
    now = pd.Timestamp(report_time)
    idle = people["idle"]
    since = pd.Series(pd.NaT, index=people.index, dtype="datetime64[us, UTC]")
    reports = pd.Series(0, index=people.index, dtype="int64")
    if previous is not None and previous.report.rules.same_days(rules):
        since, reports = previous.of_people("idle_since"), previous.of_people("idle_reports")
        then = previous.report.report_time.astimezone(UTC)
        if then.date() == report_time.astimezone(UTC).date():
            reports = reports - since.notna()
    return pd.DataFrame(
        {
            "idle_since": since.fillna(now).where(idle),
            "idle_reports": (reports + 1).where(idle, 0).astype("Int64"),
        }
    )


def changes_of(
    people: pd.DataFrame,
    keys: Keys,
    previous: Previous,
    *,
    complete: bool,
    pseudonyms: Pseudonyms | None = None,
) -> pd.DataFrame:
    """Return one row per change, ordered by kind and login, with the columns of `CHANGES`.

    `people` are judged and have `idle_since`; `complete` is about their list. If this list or the
    earlier one is incomplete, nobody is `granted` or `gone`.
    """
    in_both, was_idle = previous.of_people("was_read"), previous.of_people("idle")
    used = previous.of_people("used")
    names = ["key", *(column.name for column in CHANGES)]
    known = people.assign(key=keys, previous_status=previous.of_people("status"), change="")[names]
    both_whole = complete and previous.report.totals.complete
    then, places = previous.people, previous.places
    gone = then[~then.index.isin(places) & both_whole]
    gone = gone.assign(previous_status=gone["status"], status="", change="gone")
    kinds = {
        "went-idle": in_both & people["idle"] & ~was_idle & used,
        "came-back": in_both & was_idle & (people["status"] == "active"),
        "granted": (places < 0) & both_whole,
    }
    tables = [known[where].assign(change=kind) for kind, where in kinds.items()]
    changes = pd.concat([*tables, gone[names]], ignore_index=True)
    if pseudonyms:
        changes = disguised(changes, CHANGES, (), {"login": changes["key"]}, pseudonyms)
    rank = changes["change"].map({kind: place for place, kind in enumerate(KINDS)})
    inorder = changes.assign(rank=rank, lower=changes["login"].str.lower())
    return inorder.sort_values(["rank", "lower"], ignore_index=True)[names[1:]]


def unread_of(earlier: Earlier, keys: Keys, *, complete: bool) -> People:
    """Return the facts of people who are not in an incomplete list, to be kept."""
    people = earlier.people
    if complete or people is None:
        return NOBODY
    read = set(keys.tolist())
    unread = [key not in read for key in people.id or people.login]  # pseudonyms have no ID
    facts = {fact: list(compress(getattr(people, fact), unread)) for fact in FACTS}
    return People(**{**facts, "not_read": [True] * sum(unread)})


def series(earlier: Earlier, totals: Totals) -> tuple[PastReport, ...]:
    """Return the series of at most `MAX_REPORTS` reports, oldest first, ending with this one."""
    figures: dict[str, Any] = {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in vars(totals).items()
        if name in ReportTotals.__struct_fields__
    }
    this = earlier.this
    report = PastReport(this.report_time, ReportTotals(**figures), this.rules)
    return (*earlier.reports, report)[-MAX_REPORTS:]
