"""GitHub's own count of an organization's seats beside a recount, each difference named."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from copilot_seat_report.github.copilot import Assignee, Seat, SeatBreakdown, SeatSettings
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.model import Count, ScopeOverview
from copilot_seat_report.rules import Rules
from tests.reports import completeness, reading_of, report_of

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
CYCLE = datetime(2026, 11, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def seat(number: int, *, used: datetime | None = None, granted: datetime = LONG_AGO) -> Seat:
    return Seat(created_at=granted, assignee=Assignee(number, str(number)), last_activity_at=used)


SEATS = [
    seat(1, used=CYCLE),
    seat(2, used=CYCLE - INSTANT),
    seat(3, granted=CYCLE),
    seat(4, granted=CYCLE - INSTANT),
    Seat(created_at=LONG_AGO, pending_cancellation_date=date(2026, 12, 1)),
]
AGREEING = SeatBreakdown(
    total=5,
    added_this_cycle=1,
    pending_invitation=2,
    pending_cancellation=1,
    active_this_cycle=1,
    inactive_this_cycle=4,
)


def overview(settings: SeatSettings, *, now: datetime = NOW) -> ScopeOverview:
    (overview,) = report_of(SEATS, settings=settings, now=now).overviews
    return overview


def counts(breakdown: SeatBreakdown, *, now: datetime = NOW) -> dict[str, Count]:
    found = overview(SeatSettings(seat_breakdown=breakdown), now=now).breakdown
    return {count.name: count for count in found}


def test_both_counts_stand_side_by_side() -> None:
    """A cycle begins on the 1st, 00:00 UTC."""
    pairs = {name: (count.github, count.recount) for name, count in counts(AGREEING).items()}

    assert pairs == {
        "Seats": (5, 5),
        "Added this cycle": (1, 1),
        "Pending invitations": (2, None),
        "Pending cancellations": (1, 1),
        "Active this cycle": (1, 1),
        "Inactive this cycle": (4, 4),
    }


def test_what_agrees_needs_no_word_and_what_cannot_be_recounted_does() -> None:
    explained = {name for name, count in counts(AGREEING).items() if count.explanation}

    assert explained == {"Pending invitations"}


@pytest.mark.parametrize(
    ("name", "field", "words"),
    [
        ("Seats", "total", "granted or removed between the two requests"),
        ("Added this cycle", "added_this_cycle", "granted again counts as added"),
        ("Pending cancellations", "pending_cancellation", "cancelled or kept"),
        ("Active this cycle", "active_this_cycle", "may take 24 hours to process activity"),
        ("Inactive this cycle", "inactive_this_cycle", "may take 24 hours to process activity"),
    ],
)
def test_each_difference_is_named(name: str, field: str, words: str) -> None:
    differing = {each: getattr(AGREEING, each) for each in AGREEING.__struct_fields__}
    found = counts(SeatBreakdown(**{**differing, field: 99}))

    assert (found[name].github, found[name].recount) == (99, counts(AGREEING)[name].recount)
    assert words in found[name].explanation
    assert {each for each, count in found.items() if count.explanation} == {
        name,
        "Pending invitations",
    }


def test_what_was_not_read_explains_a_difference_first() -> None:
    stated = SeatBreakdown(total=9, pending_invitation=2)
    reading = reading_of(SEATS, settings=SeatSettings(seat_breakdown=stated))
    part = replace(reading, seats=replace(reading.seats, completeness=completeness(5, 9)))
    (found,) = build_report([part], Rules(), NOW).overviews
    explained = {count.name: count.explanation for count in found.breakdown}

    assert explained["Seats"].startswith("Some seats may not have been read. Seats may")
    assert explained["Pending invitations"].startswith("People who have not joined yet")


def test_what_github_does_not_state_is_no_difference() -> None:
    found = counts(SeatBreakdown())

    assert {count.github for count in found.values()} == {None}
    assert {count.explanation for count in found.values()} == {""}
    assert found["Seats"].recount == 5


@pytest.mark.parametrize(
    ("now", "warned"),
    [
        (datetime(2026, 11, 1, tzinfo=UTC), "This is day 1 of the cycle"),
        (datetime(2026, 11, 2, 6, tzinfo=UTC), "This is day 2 of the cycle"),
        (datetime(2026, 11, 7, 23, 59, tzinfo=UTC), "This is day 7 of the cycle"),
        (datetime(2026, 11, 8, tzinfo=UTC), ""),
    ],
)
def test_early_in_the_month_a_count_that_misleads_says_so(now: datetime, warned: str) -> None:
    """Even where both counts agree on it."""
    active = counts(AGREEING, now=now)["Active this cycle"]

    assert active.github == active.recount
    assert warned in active.explanation
    assert bool(active.explanation) is bool(warned)
    assert ("many people count as inactive" in active.explanation) is bool(warned)


def test_the_settings_as_the_settings_page_words_them() -> None:
    found = overview(
        SeatSettings(
            plan_type="enterprise",
            seat_management_setting="assign_all",
            ide_chat="enabled",
            platform_chat="disabled",
            cli="unconfigured",
            public_code_suggestions="block",
        )
    )

    assert found.plan_type == "enterprise"
    assert found.settings == (
        ("Seat management", "everyone in the organization"),
        ("Copilot Chat in IDEs", "enabled"),
        ("Copilot Chat on GitHub.com", "disabled"),
        ("Copilot CLI", "unconfigured"),
        ("Suggestions matching public code", "blocked"),
    )


def test_settings_of_tomorrow_and_none() -> None:
    found = overview(SeatSettings(seat_management_setting="assign_by_magic"))

    assert dict(found.settings)["Seat management"] == "assign by magic"
    assert dict(found.settings)["Copilot CLI"] == "not stated"
    assert found.plan_type == ""


def test_an_enterprise_has_no_settings() -> None:
    (found,) = report_of(SEATS, enterprise=True).overviews

    assert (found.kind, found.breakdown, found.settings) == ("enterprise", (), ())


@pytest.mark.parametrize("enterprise", [True, False])
def test_an_overview_is_anonymous_where_the_report_is(enterprise: bool) -> None:
    pseudonyms = Pseudonyms("key")
    (found,) = report_of(SEATS, enterprise=enterprise, pseudonyms=pseudonyms).overviews

    kind = "enterprise" if enterprise else "organization"
    assert found.name == pseudonyms.of(kind, "acme")
