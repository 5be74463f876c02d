"""What an earlier report adds, a small case for each rule."""

from collections.abc import Hashable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pandas as pd
import pytest

from copilot_seat_report.github.copilot import Seat
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.changes import (
    changes_of,
    idle_since,
    keys_of,
    previous_of,
    series,
    unread_of,
    with_remembered,
)
from copilot_seat_report.report.editors import NOT_STATED
from copilot_seat_report.report.model import Totals
from copilot_seat_report.report.people import people_of
from copilot_seat_report.report.seats import seat_table
from copilot_seat_report.report.status import judged
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.history.earlier import Earlier, ThisReport
from copilot_seat_report.sources.history.file import (
    MAX_REPORTS,
    ReportRules,
    Scope,
    read_history,
)
from tests.histories import RULES, WEEK, encoded, history, person, report, together, totals
from tests.made_up import NOW, Json, days, seat, time, user
from tests.reports import reading_of

THEN = NOW - WEEK
SCOPE = Scope(api="127.0.0.1", organizations=("acme",))
NOBODY: list[Json] = []


class Reports:
    """An earlier report and this one, by their facts."""

    def __init__(
        self,
        then: Sequence[Json],
        now: Sequence[Json],
        *,
        earlier: Json | None = None,
        exempt: tuple[str, ...] = (),
        complete: bool = True,
        pseudonyms: Pseudonyms | None = None,
        **rules: object,
    ) -> None:
        self.rules = Rules(
            inactive_days=int(str(rules.get("inactive_days", 30))),
            new_seat_days=int(str(rules.get("new_seat_days", 14))),
            exempt_users=exempt,
        )
        self.complete = complete
        self.pseudonyms = pseudonyms
        key = "key-1" if pseudonyms else ""
        self.this = ThisReport(
            scope=SCOPE,
            shown_scope=SCOPE,
            key_check=key,
            rules=ReportRules(**{**RULES, **rules}),
            report_time=NOW,
        )
        made = {
            **history(reports=[earlier or report()]),
            "people": together(*then),
            "key_check": key,
        }
        self.earlier: Earlier = self.this.after(read_history(encoded(made)), NOW)
        records = msgspec.convert(now, tuple[Seat, ...])
        seats = seat_table([reading_of(records).seats], {})
        seats["price"] = 1900
        people = people_of(seats)
        self.keys = keys_of(people, pseudonyms)
        self.previous = previous_of(
            self.earlier, self.keys, self.rules, metrics_read=self.this.rules.usage_metrics
        )
        people = judged(with_remembered(people, self.previous), self.rules, NOW)
        since = idle_since(people, self.previous, self.earlier)
        self.people = pd.concat([people, since], axis=1)

    @property
    def rows(self) -> list[dict[Hashable, Any]]:
        assert self.previous is not None
        changes = changes_of(
            self.people,
            self.keys,
            self.previous,
            complete=self.complete,
            pseudonyms=self.pseudonyms,
        )
        return changes.to_dict("records")

    @property
    def changes(self) -> dict[str, list[str]]:
        """The logins of each kind of change that there is."""
        found: dict[str, list[str]] = {}
        for row in self.rows:
            found.setdefault(row["change"], []).append(row["login"])
        return found

    @property
    def only(self) -> "pd.Series[Any]":
        (row,) = (row for _, row in self.people.iterrows())
        return row


ACTIVE, IDLE = days(1), days(45)


# --- Granted and gone


def test_whoever_holds_a_seat_now_and_held_none_then_was_granted_one() -> None:
    reports = Reports([person(1)], [seat(1), seat(2, granted=days(3))])
    (row,) = reports.rows
    assert (row["change"], row["login"], row["user_id"]) == (
        "granted",
        "person-0002",
        user(2)["id"],
    )
    assert (row["previous_status"], row["status"], row["monthly_price"]) == ("", "active", 1900)


def test_whoever_held_a_seat_then_and_holds_none_now_is_gone() -> None:
    lost = person(2, idle=IDLE, idle_since=time(THEN - WEEK), idle_reports=2, monthly_price=39.0)
    (row,) = Reports([person(1), lost], [seat(1)]).rows
    assert (row["change"], row["login"], row["user_id"]) == ("gone", "person-0002", user(2)["id"])
    assert (row["previous_status"], row["status"], row["monthly_price"]) == ("inactive", "", 3900)
    assert row["last_activity_at"] == THEN - IDLE
    assert row["idle_since"] == THEN - WEEK


def test_a_new_grant_to_somebody_who_held_one_is_neither() -> None:
    assert Reports([person(1)], [seat(1, granted=days(2))]).changes == {}


def test_a_renamed_person_is_one_person() -> None:
    renamed = {**user(1), "login": "another-name"}
    assert Reports([person(1)], [seat(1, assignee=renamed)]).changes == {}


def test_a_price_in_another_currency_is_left_out() -> None:
    made = Reports([person(1), person(2)], [seat(1)], currency="EUR")

    (gone,) = made.rows

    assert pd.isna(gone["monthly_price"])


def test_of_an_incomplete_list_nobody_is_gone() -> None:
    assert Reports([person(1), person(2)], [seat(1), seat(3)], complete=False).changes == {}


def test_beside_an_incomplete_list_nobody_was_granted_a_seat() -> None:
    incomplete = report(figures=totals(complete=False))
    assert Reports([person(1), person(2)], [seat(1), seat(3)], earlier=incomplete).changes == {}


def test_where_nobody_holds_a_seat_now_everybody_is_gone() -> None:
    assert Reports([person(1)], NOBODY).changes == {"gone": ["person-0001"]}


def test_where_nobody_held_a_seat_then_everybody_was_granted_one() -> None:
    assert Reports(NOBODY, [seat(1)]).changes == {"granted": ["person-0001"]}
    assert Reports(NOBODY, NOBODY).changes == {}


def test_changes_are_in_order_of_their_kind_and_of_logins() -> None:
    then = [person(3, idle=IDLE), person(5), person(2, idle=IDLE), person(4)]
    now = [seat(3), seat(2), seat(1), seat(4, idle=days(32))]
    assert [(row["change"], row["login"]) for row in Reports(then, now).rows] == [
        ("went-idle", "person-0004"),
        ("came-back", "person-0002"),
        ("came-back", "person-0003"),
        ("granted", "person-0001"),
        ("gone", "person-0005"),
    ]


# --- Idle and back


def test_whoever_is_idle_now_and_was_not_then_went_idle() -> None:
    then = person(1, idle=days(25))
    (row,) = Reports([then], [seat(1, idle=days(32))]).rows
    assert (row["change"], row["login"]) == ("went-idle", "person-0001")
    assert (row["previous_status"], row["status"]) == ("active", "inactive")
    assert row["idle_since"] == NOW


def test_whoever_was_new_then_and_has_not_begun_went_idle() -> None:
    then = person(1, idle=None, granted=days(10))
    now = seat(1, idle=None, granted=days(17), signed_in=None)
    (row,) = Reports([then], [now]).rows
    assert (row["change"], row["previous_status"], row["status"]) == (
        "went-idle",
        "new",
        "no-activity",
    )


def test_whoever_was_idle_then_and_is_active_now_came_back() -> None:
    then = person(1, idle=IDLE, idle_since=time(THEN), idle_reports=1)
    (row,) = Reports([then], [seat(1, idle=ACTIVE)]).rows
    assert (row["change"], row["previous_status"], row["status"]) == (
        "came-back",
        "inactive",
        "active",
    )
    assert row["idle_since"] is pd.NaT


def test_whoever_stays_idle_or_active_is_no_change() -> None:
    then = [person(1, idle=IDLE), person(2, idle=None), person(3)]
    now = [seat(1, idle=IDLE + WEEK), seat(2, idle=None, signed_in=None), seat(3)]
    assert Reports(then, now).changes == {}


def test_other_rules_move_nobody() -> None:
    by_60_days = report(inactive_days=60)
    then, now = person(1, idle=IDLE), seat(1, idle=IDLE + WEEK)
    assert Reports([then], [now], earlier=by_60_days).changes == {}
    assert Reports([then], [now], inactive_days=60).changes == {}
    assert Reports([then], [now], inactive_days=50).changes == {"went-idle": ["person-0001"]}


def test_an_exemption_is_no_coming_back_and_its_end_no_going_idle() -> None:
    then, now = person(1, idle=IDLE), seat(1, idle=IDLE + WEEK)
    assert Reports([then], [now], exempt=("person-*",)).changes == {}
    assert Reports([{**then, "exempt": True}], [now]).changes == {}


def test_a_cancellation_is_no_coming_back_and_its_end_no_going_idle() -> None:
    then, now = person(1, idle=IDLE), seat(1, idle=IDLE + WEEK)
    assert Reports([then], [{**now, "pending_cancellation_date": "2026-12-01"}]).changes == {}
    assert Reports([{**then, "leaving": True}], [now]).changes == {}


def test_somebody_exempt_who_was_active_then_and_is_idle_now_went_idle() -> None:
    then = person(1, idle=days(25), exempt=True)
    assert Reports([then], [seat(1, idle=days(32))]).changes == {"went-idle": ["person-0001"]}


def test_somebody_of_whom_the_earlier_list_said_nothing_neither_went_nor_came_back() -> None:
    incomplete = report(figures=totals(complete=False))
    then = [person(1, idle=days(25), not_read=True), person(2, idle=IDLE, not_read=True)]
    assert Reports(then, [seat(1, idle=days(32)), seat(2)], earlier=incomplete).changes == {}


# --- Usage metrics


def day(ago: timedelta) -> str:
    return f"{THEN - ago:%Y-%m-%d}"


def test_whose_days_of_use_have_grown_old_went_idle() -> None:
    then = person(1, idle=IDLE, last_active_day=day(days(25)))
    now = seat(1, idle=IDLE + WEEK)
    assert Reports([then], [now], usage_metrics=True).changes == {"went-idle": ["person-0001"]}


def test_metrics_that_are_no_longer_asked_for_let_nobody_go_idle() -> None:
    then = person(1, idle=IDLE, last_active_day=day(days(25)))
    assert Reports([then], [seat(1, idle=IDLE + WEEK)]).changes == {}


def test_use_without_a_day_counts_as_the_earlier_report_counted_it() -> None:
    then = person(1, idle=IDLE, used_in_metrics=True)
    now = seat(1, idle=IDLE + WEEK)
    assert Reports([then], [now], usage_metrics=True).changes == {"went-idle": ["person-0001"]}


def test_a_day_of_use_counts_until_its_end_is_as_old_as_inactive_days() -> None:
    # The report was made at 6 o'clock; the day ended at midnight.
    now = seat(1, idle=IDLE + WEEK)
    seen = Reports([person(1, idle=IDLE, last_active_day=day(days(30)))], [now], usage_metrics=True)
    assert seen.changes == {"went-idle": ["person-0001"]}
    idle = Reports([person(1, idle=IDLE, last_active_day=day(days(31)))], [now], usage_metrics=True)
    assert idle.changes == {}


def test_whoever_the_metrics_clear_now_has_not_come_back() -> None:
    reports = Reports([person(1, idle=IDLE)], [seat(1, idle=IDLE + WEEK)], usage_metrics=True)
    reports.people = reports.people.assign(idle=False, active_in_metrics=True)
    assert reports.changes == {}


# --- Idle since


def test_the_first_report_in_which_somebody_is_idle_is_where_it_begins() -> None:
    reports = Reports([person(1, idle=days(25))], [seat(1, idle=days(32))])
    assert (reports.only["idle_since"], reports.only["idle_reports"]) == (NOW, 1)


def test_it_goes_on_from_report_to_report() -> None:
    then = person(1, idle=IDLE, idle_since=time(THEN - WEEK), idle_reports=2)
    reports = Reports([then], [seat(1, idle=IDLE + WEEK)])
    assert (reports.only["idle_since"], reports.only["idle_reports"]) == (THEN - WEEK, 3)


def test_a_second_report_on_one_day_counts_no_further_day() -> None:
    earlier = report(NOW - timedelta(hours=3))
    then = person(1, idle=IDLE, idle_since=time(THEN), idle_reports=2)
    reports = Reports([then], [seat(1, idle=IDLE + WEEK)], earlier=earlier)
    assert (reports.only["idle_since"], reports.only["idle_reports"]) == (THEN, 2)


def test_of_whoever_is_not_idle_there_is_none() -> None:
    then = person(1, idle=IDLE, idle_since=time(THEN), idle_reports=1)
    reports = Reports([then], [seat(1)])
    assert reports.only["idle_since"] is pd.NaT
    assert reports.only["idle_reports"] == 0


@pytest.mark.parametrize("rules", [{"inactive_days": 40}, {"new_seat_days": 15}])
def test_other_days_begin_both_again(rules: Json) -> None:
    then = person(1, idle=IDLE, idle_since=time(THEN), idle_reports=1)
    reports = Reports([then], [seat(1, idle=IDLE + WEEK)], **rules)
    assert (reports.only["idle_since"], reports.only["idle_reports"]) == (NOW, 1)


def test_other_prices_begin_nothing_again() -> None:
    then = person(1, idle=IDLE, idle_since=time(THEN), idle_reports=1)
    reports = Reports([then], [seat(1, idle=IDLE + WEEK)], price_business=17.0)
    assert (reports.only["idle_since"], reports.only["idle_reports"]) == (THEN, 2)


def test_a_report_that_did_not_read_somebody_is_no_end_of_it() -> None:
    incomplete = report(figures=totals(complete=False))
    then = person(1, idle=IDLE, idle_since=time(THEN - WEEK), idle_reports=1, not_read=True)
    reports = Reports([then], [seat(1, idle=IDLE + WEEK)], earlier=incomplete)
    assert (reports.only["idle_since"], reports.only["idle_reports"]) == (THEN - WEEK, 2)


def test_without_an_earlier_report_it_begins_with_this_one() -> None:
    reports = Reports(NOBODY, [seat(1, idle=IDLE)])
    nothing = reports.this.after_nothing("not-found", "there is none.")
    since = idle_since(reports.people, None, nothing)
    assert since["idle_since"].tolist() == [NOW]
    assert since["idle_reports"].tolist() == [1]


def test_of_people_of_a_selection_nothing_is_known() -> None:
    reports = Reports(NOBODY, [seat(1, idle=IDLE)])
    since = idle_since(reports.people, None, reports.this.after_nothing("off"))
    assert since["idle_since"].isna().tolist() == [True]
    assert since["idle_reports"].isna().tolist() == [True]


# --- Remembered activity


def forgotten(number: int = 1, **changes: Any) -> Json:  # noqa: ANN401
    """A seat of which GitHub states no activity."""
    return seat(number, idle=None, signed_in=None, **changes)


def shown(reports: Reports) -> tuple[object, ...]:
    row = reports.only
    return row["last_activity_at"], row["activity_source"], row["status"], row["flags"]


def test_a_date_that_github_has_forgotten_is_remembered() -> None:
    reports = Reports([person(1, idle=days(95))], [forgotten()])
    assert shown(reports) == (THEN - days(95), "earlier-report", "inactive", "remembered")


def test_one_within_inactive_days_makes_active() -> None:
    reports = Reports([person(1, idle=days(5))], [forgotten(granted=days(2))])
    assert shown(reports) == (THEN - days(5), "earlier-report", "active", "remembered")


def test_where_it_was_is_not_stated() -> None:
    assert Reports([person(1, idle=days(5))], [forgotten()]).only["editor"] == NOT_STATED
    assert Reports([person(1, idle=None)], [forgotten()]).only["editor"] == ""


def test_an_older_one_leaves_a_young_grant_new() -> None:
    reports = Reports([person(1, idle=days(40))], [forgotten(granted=days(2))])
    assert shown(reports) == (THEN - days(40), "earlier-report", "new", "remembered")


def test_what_github_states_goes_before() -> None:
    reports = Reports([person(1, idle=days(5))], [seat(1, idle=days(45), signed_in=None)])
    assert shown(reports) == (NOW - days(45), "seat", "inactive", "")
    assert reports.only["known_activity_at"] == THEN - days(5)


def test_it_is_the_newest_that_any_report_had() -> None:
    then = person(1, idle=days(60), newest_activity_at=time(THEN - days(5)))
    assert shown(Reports([then], [forgotten()]))[0] == THEN - days(5)


def test_where_no_report_had_one_there_is_none() -> None:
    reports = Reports([person(1, idle=None)], [forgotten()])
    assert shown(reports) == (pd.NaT, "", "no-activity", "")


def test_a_report_that_remembered_is_judged_as_it_was() -> None:
    # Then: granted ten days before, a date of a report before that. New, not inactive.
    then = person(1, idle=days(40), granted=days(10), remembered=True)
    (row,) = Reports([then], [forgotten(granted=days(17))]).rows
    assert (row["change"], row["previous_status"]) == ("went-idle", "new")


def test_without_an_earlier_report_nothing_is_remembered() -> None:
    reports = Reports(NOBODY, [seat(1)])
    people = with_remembered(reports.people, None)
    assert people["known_activity_at"].tolist() == [NOW - ACTIVE]


# --- The series


def figures(people: int) -> Totals:
    return Totals(
        seats=people,
        people=people,
        active=people,
        inactive=0,
        new=0,
        no_activity=0,
        unassigned=0,
        pending_cancellation=0,
        exempt=0,
        idle=0,
        ask_first=0,
        idle_percent=Decimal(0),
        monthly_cost=Decimal("38.00"),
        idle_monthly_cost=Decimal("0.00"),
        currency="USD",
        idle_users=(),
        complete=True,
    )


def test_this_report_is_the_last_of_the_series() -> None:
    reports = Reports([person(1)], [seat(1), seat(2)])
    first, last = series(reports.earlier, figures(2))
    assert first.report_time == THEN
    assert (last.report_time, last.totals.people, last.totals.monthly_cost) == (NOW, 2, 38.0)
    assert last.rules == reports.this.rules


def test_the_oldest_reports_go() -> None:
    reports = Reports(NOBODY, NOBODY)
    long = [report(NOW - (MAX_REPORTS - n) * WEEK) for n in range(MAX_REPORTS)]
    made = {**history(reports=long), "people": together()}
    earlier = reports.this.after(read_history(encoded(made)), NOW)
    found = series(earlier, figures(2))
    assert len(found) == MAX_REPORTS
    assert found[0].report_time == NOW - (MAX_REPORTS - 1) * WEEK
    assert found[-1].report_time == NOW


# --- People of whom an incomplete list says nothing


def test_their_facts_are_kept_and_marked() -> None:
    reports = Reports([person(1), person(2)], [seat(1)], complete=False)
    kept = unread_of(reports.earlier, reports.keys, complete=False)
    assert (kept.login, kept.id, kept.not_read) == (["person-0002"], [user(2)["id"]], [True])


def test_of_a_whole_list_there_are_none() -> None:
    reports = Reports([person(1), person(2)], [seat(1)])
    assert unread_of(reports.earlier, reports.keys, complete=True).login == []


def test_without_an_earlier_report_there_are_none() -> None:
    nothing = Reports(NOBODY, NOBODY).this.after_nothing("not-found", "")
    keys = pd.Series([1])
    assert unread_of(nothing, keys, complete=False).login == []
    assert previous_of(nothing, keys, Rules(), metrics_read=False) is None


# --- Under pseudonyms


PSEUDONYMS = Pseudonyms("a key for these tests")


def hidden(number: int, **facts: Any) -> Json:  # noqa: ANN401
    """The facts of `person(number)` as an anonymized report has them: times are days."""
    plain = person(number, **facts)
    return {
        **{
            name: f"{value[:10]}T00:00:00Z" if name.endswith("_at") else value
            for name, value in plain.items()
        },
        "id": None,
        "login": PSEUDONYMS.of("person", str(plain["id"])),
    }


def test_people_are_known_by_the_pseudonym_of_their_id() -> None:
    renamed = {**user(1), "login": "another-name"}
    reports = Reports(
        [hidden(1, idle=days(25)), hidden(2)],
        [seat(1, idle=days(32), assignee=renamed), seat(3)],
        pseudonyms=PSEUDONYMS,
    )
    found = {row["login"]: row["change"] for row in reports.rows}
    assert found == {
        PSEUDONYMS.of("person", str(user(1)["id"])): "went-idle",
        PSEUDONYMS.of("person", str(user(3)["id"])): "granted",
        PSEUDONYMS.of("person", str(user(2)["id"])): "gone",
    }


def test_changes_have_no_id_no_name_and_no_time_of_day() -> None:
    then = [hidden(1, idle=days(25)), hidden(2, idle=days(25))]
    went, gone = Reports(then, [seat(1, idle=days(32))], pseudonyms=PSEUDONYMS).rows
    assert (went["change"], gone["change"]) == ("went-idle", "gone")
    assert pd.isna(went["user_id"])
    assert pd.isna(gone["user_id"])
    assert went["last_activity_at"] == (NOW - days(32)).replace(hour=0)
    assert gone["last_activity_at"] == (THEN - days(25)).replace(hour=0)
    assert went["idle_since"] == NOW


def test_people_of_whom_an_incomplete_list_says_nothing_are_kept() -> None:
    reports = Reports([hidden(1), hidden(2)], [seat(1)], complete=False, pseudonyms=PSEUDONYMS)
    kept = unread_of(reports.earlier, reports.keys, complete=False)
    assert kept.login == [PSEUDONYMS.of("person", str(user(2)["id"]))]


def test_a_day_stands_for_its_end_so_that_nobody_is_idle_by_it() -> None:
    # Last active at noon, 30 days before today's 6 o'clock report but for 6 hours.
    idle = days(30) - timedelta(hours=6) - WEEK
    reports = Reports([hidden(1, idle=idle)], [forgotten()], pseudonyms=PSEUDONYMS)
    assert reports.only["status"] == "active"
    assert shown(Reports([person(1, idle=idle)], [forgotten()]))[2] == "active"


def test_a_day_is_never_later_than_its_own_report() -> None:
    reports = Reports([hidden(1, idle=timedelta(hours=1))], [forgotten()], pseudonyms=PSEUDONYMS)
    assert reports.only["last_activity_at"] == THEN


def test_who_was_idle_the_earlier_report_itself_knew() -> None:
    # By the day alone, they may have been active when that report was made.
    idle = days(30) + timedelta(hours=3)
    then = hidden(1, idle=idle, idle_since=time(THEN), idle_reports=1)
    reports = Reports([then], [seat(1, idle=idle + WEEK)], pseudonyms=PSEUDONYMS)
    assert reports.changes == {}
    assert reports.only["idle_reports"] == 2
    back = Reports([then], [seat(1)], pseudonyms=PSEUDONYMS)
    (row,) = back.rows
    assert (row["change"], row["previous_status"]) == ("came-back", "inactive")
