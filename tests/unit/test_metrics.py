"""The second witness: whom it clears, and of whom it says nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.metrics import barely_used, with_metrics
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.others import Sources
from copilot_seat_report.sources.status import SourceStatus, State
from copilot_seat_report.sources.usage_metrics import UsageMetrics
from copilot_seat_report.sources.use_by_day import PersonUse
from tests.made_up import NOW, seat
from tests.reports import reading


def use(
    number: int,
    *,
    active: int | None = 3,
    last: date | None = date(2026, 10, 30),
    silent: int = 0,
    undated: bool = False,
    hundredths: int | None = 250,
) -> PersonUse:
    return PersonUse(
        1000 + number,
        active_days=active,
        last_active_day=last,
        silent_days=silent,
        used_undated=undated,
        credits=hundredths,
        adoption_phase="Phase 2",
    )


def status_of(state: State) -> SourceStatus:
    return SourceStatus(source="usage-metrics", state=state)


def metrics_of(*uses: PersonUse) -> UsageMetrics:
    return UsageMetrics(status=status_of("read"), people=uses)


def people_of(*numbers: int, status: str = "active") -> pd.DataFrame:
    ids = pd.array([1000 + number for number in numbers], dtype="Int64")
    return pd.DataFrame({"user_id": ids, "status": status})


def joined(
    *uses: PersonUse, inactive_days: int = 30, of: pd.DataFrame | None = None
) -> pd.DataFrame:
    people = people_of(1, 2) if of is None else of
    return with_metrics(people, metrics_of(*uses), Rules(inactive_days=inactive_days), NOW)


class TestJoin:
    def test_by_user_id(self) -> None:
        people = joined(use(2), use(3), of=people_of(1, 2).set_axis([7, 5]))
        assert people.index.tolist() == [7, 5]
        second = people.loc[5]
        assert second["active_days"] == 3
        assert second["last_active_day"] == "2026-10-30"
        assert second["ai_credits_used"] == 250
        assert second["ai_adoption_phase"] == "Phase 2"

    def test_of_whom_there_is_no_record_everything_is_empty(self) -> None:
        person = joined(use(2)).iloc[0]
        assert person[["active_days", "silent_days", "ai_credits_used"]].isna().all()
        assert person[["last_active_day", "ai_adoption_phase"]].tolist() == ["", ""]
        assert not person["used_in_metrics"]

    def test_what_no_record_says_is_empty_too(self) -> None:
        person = joined(use(1, active=None, last=None, silent=4, hundredths=None)).iloc[0]
        assert person[["active_days", "ai_credits_used"]].isna().all()
        assert person["silent_days"] == 4
        assert person["last_active_day"] == ""

    @pytest.mark.parametrize("uses", [[], [use(1), use(2)]])
    def test_the_columns_have_their_types(self, uses: list[PersonUse]) -> None:
        types = joined(*uses).dtypes
        for name in ("active_days", "silent_days", "ai_credits_used"):
            assert types[name] == "Int64"
        for name in ("last_active_day", "ai_adoption_phase"):
            assert types[name] == "str"
        assert types["used_in_metrics"] == "bool"


class TestRecent:
    @pytest.mark.parametrize(("ago", "recent"), [(0, True), (-2, True), (30, True), (31, False)])
    def test_a_day_of_use_ends_at_24_00_utc(self, ago: int, recent: bool) -> None:
        """30 days before 6:00: the day that ended six hours less than 30 days ago still counts."""
        last = NOW.date() - timedelta(days=ago)
        assert joined(use(1, last=last))["used_in_metrics"].tolist() == [recent, False]

    def test_exactly_at_the_limit(self) -> None:
        midnight = NOW.replace(hour=0)
        day = midnight.date() - timedelta(days=31)  # ended 30 days before
        for now, recent in ((midnight, True), (midnight + timedelta(seconds=1), False)):
            people = with_metrics(people_of(1), metrics_of(use(1, last=day)), Rules(), now)
            assert people["used_in_metrics"].tolist() == [recent]

    def test_a_use_without_a_day_counts(self) -> None:
        old = date(2026, 10, 4)
        for last in (None, old):
            people = joined(use(1, last=last, undated=True), inactive_days=7)
            assert people["used_in_metrics"].tolist() == [True, False]
        assert not joined(use(1, last=old), inactive_days=7)["used_in_metrics"].any()

    def test_a_record_without_use_clears_nobody(self) -> None:
        assert not joined(use(1, active=0, last=None))["used_in_metrics"].any()


class TestBarelyUsed:
    @pytest.mark.parametrize(
        ("active", "silent", "barely"),
        [
            (0, 0, True),
            (2, 0, True),
            (3, 0, False),
            (1, 1, True),
            (1, 2, False),  # the records of two days do not say
            (None, 1, False),
        ],
    )
    def test_at_most_two_active_days(self, active: int | None, silent: int, barely: bool) -> None:
        people = joined(use(1, active=active, silent=silent))
        assert barely_used(people).tolist() == [barely, False]

    @pytest.mark.parametrize("status", ["inactive", "new", "no-activity"])
    def test_only_who_is_active_by_their_seat(self, status: str) -> None:
        people = joined(use(1, active=1), of=people_of(1, status=status))
        assert barely_used(people).tolist() == [False]

    @pytest.mark.parametrize(("state", "barely"), [("read", True), ("partial", False)])
    def test_nobody_where_a_part_of_the_metrics_is_missing(
        self, state: State, barely: bool
    ) -> None:
        metrics = replace(metrics_of(use(1, active=1)), status=status_of(state))

        made = build_report(
            [reading([seat(1)])], Rules(), NOW, sources=Sources(usage_metrics=metrics)
        )

        assert made.people["barely_used"].tolist() == [barely]
