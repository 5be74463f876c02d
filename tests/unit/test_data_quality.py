"""How far the figures can be trusted, in words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.data_quality import Finding, data_quality
from copilot_seat_report.report.model import Report
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.seats import Reading
from tests.made_up import NOW, days, seat
from tests.reports import reading, report


def told(made: Report) -> str:
    return "\n".join(point.text for point in data_quality(made))


def changed(one: Reading, **fields: Any) -> Reading:  # noqa: ANN401
    return replace(one, seats=replace(one.seats, **fields))


def test_a_list_that_agrees_is_complete() -> None:
    assert "Complete: 9 seats were read, where GitHub states 9." in told(report(9))


def test_a_list_that_was_read_again_is_told() -> None:
    made = build_report([changed(reading([seat(1)]), readings=2)], Rules(), NOW)
    assert "a list changed while it was read, and was read again." in told(made)


def test_where_github_states_no_total_that_is_told() -> None:
    made = build_report([changed(reading([seat(1)]), stated=None)], Rules(), NOW)
    assert "Complete: 1 seat was read, and GitHub states no total." in told(made)


def test_a_list_that_does_not_agree_is_a_warning_with_its_name() -> None:
    records = [seat(n) for n in range(1, 5)]
    differing = changed(reading(records, "beta"), stated=6, complete=False, readings=3)
    points = data_quality(build_report([reading([seat(9)]), differing], Rules(), NOW))
    assert points[0].text.startswith("Complete: 1 seat was read")
    assert points[1].scope == "beta"
    assert points[1].is_warning
    assert "4 seats were read where GitHub states 6, also after 3 readings" in points[1].text


def test_of_many_that_do_not_agree_a_few_are_named() -> None:
    differing = [
        changed(reading([seat(n)], f"organization-{n}"), stated=2, complete=False)
        for n in range(40)
    ]
    points = data_quality(build_report(differing, Rules(), NOW))
    assert len([point for point in points if point.scope]) == 25
    assert Finding("15 more are not complete.", is_warning=True) in points


def test_fresh_data() -> None:
    made = report([seat(1, idle=timedelta(minutes=59)), seat(2)])
    assert (
        "The newest activity that GitHub has recorded is of 2026-11-02 05:01 UTC, 0 hours before "
        "this report."
    ) in told(made)
    assert not any(point.is_warning for point in data_quality(made))


def test_old_data_are_a_warning() -> None:
    [point] = [
        p for p in data_quality(report([seat(1, idle=timedelta(hours=24.5))])) if p.is_warning
    ]
    assert "24 hours before this report. That is old" in point.text
    [point] = [p for p in data_quality(report([seat(1, idle=days(5))])) if p.is_warning]
    assert "5 days before this report. That is old" in point.text


def test_activity_ahead_of_the_report_is_not_old() -> None:
    assert "0 hours before this report" in told(report([seat(1, idle=timedelta(minutes=-5))]))


def test_no_activity_of_anyone_is_a_warning() -> None:
    [point] = [p for p in data_quality(report([seat(1, idle=None)])) if p.is_warning]
    assert point.text.startswith("GitHub records no activity of anyone.")


def test_people_at_the_edge_and_people_who_sign_in_unseen() -> None:
    records = [
        seat(1, idle=days(30.5)),
        seat(2, idle=days(50), signed_in=days(1)),
        seat(3, idle=timedelta(hours=1)),
    ]
    text = told(report(records))
    assert "1 of the idle passed the limit less than 24 hours ago (settling)" in text
    assert "1 person signed in lately while nothing was recorded (check telemetry)" in text


def test_how_people_were_priced() -> None:
    stated = [seat(1), seat(2, plan_type="enterprise")]
    assert "by the plan that GitHub states of each seat." in told(report(stated))
    unknown = [*stated, seat(3, plan_type="unknown"), seat(4, without=["plan_type"])]
    assert "assumption: 2 by the plan of their organization." in told(report(unknown))
    no_plan = build_report([reading(unknown, plan_type=None)], Rules(), NOW)
    assert "assumption: 2 as Business." in told(no_plan)
