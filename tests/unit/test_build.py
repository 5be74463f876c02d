"""The figures of the report as a whole."""

from datetime import date
from decimal import Decimal

from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.model import IdlePath
from copilot_seat_report.rules import Rules
from tests.made_up import NOW, days
from tests.reports import reading_of, report_of
from tests.unit.test_people import seat


def test_money_is_exact() -> None:
    """A sum of cents in binary would not be."""
    report = report_of(
        [seat(number=number) for number in range(1000)], rules=Rules(price_business=1)
    )

    assert report.totals.monthly_cost == Decimal("10.00")


def test_how_fresh_the_data_is() -> None:
    report = report_of([seat(), seat(number=2, idle=days(3)), seat(number=3, idle=days(9))])

    assert report.newest_activity == NOW - days(3)
    assert report_of([seat()]).newest_activity is None
    assert report_of([]).newest_activity is None


def test_the_way_to_the_number_of_idle_people() -> None:
    """Each person counts once: exempt goes before leaving."""
    end = date(2026, 12, 1)
    people = [
        seat(number=1, idle=days(40)),
        seat(number=2, idle=days(40), login="bot"),
        seat(number=3, idle=days(40), login="bot-too", pending_cancellation_date=end),
        seat(number=4, pending_cancellation_date=end),
        seat(number=5),
        seat(number=6, idle=days(1), login="bot-at-work", pending_cancellation_date=end),
        # One seat of two goes, the other stays.
        seat(number=7, idle=days(50), pending_cancellation_date=end),
        seat(number=7, idle=days(60)),
    ]
    report = report_of(people, rules=Rules(exempt_users=("bot*",)))

    assert report.idle_path == IdlePath(inactive=4, no_activity=2, exempt=2, leaving=1)
    assert report.totals.idle == 3


def test_a_report_on_a_selection_has_no_say_on_completeness() -> None:
    everyone = [reading_of([seat()])]
    pseudonyms = Pseudonyms("key")

    whole = build_report(everyone, Rules(), NOW)
    some = build_report(everyone, Rules(), NOW, selection=["ann"])
    anonymous = build_report(everyone, Rules(), NOW, selection=["ann"], pseudonyms=pseudonyms)

    assert (whole.selection, whole.totals.complete) == (None, True)
    assert (some.selection, some.totals.complete) == (("ann",), None)
    assert some.overviews[0].settings == ()
    assert anonymous.selection == (pseudonyms.of("login", "ann"),)
