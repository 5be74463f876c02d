"""The report in a sentence or two: what a reader takes from it must hold."""

from datetime import date
from decimal import Decimal

import pytest

from copilot_seat_report.files.headline import explanation, headline, notice, too_many_idle
from copilot_seat_report.files.wording import idle_path
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.model import IdlePath, Report
from copilot_seat_report.rules import Rules
from tests.made_up import days
from tests.reports import completeness, on_selection, report, report_of, with_lists
from tests.unit.test_people import seat

END = date(2026, 12, 1)


def people(*, active: int = 0, inactive: int = 0, rules: Rules = Rules()) -> Report:  # noqa: B008
    """A report on so many people."""
    return report_of(
        [
            seat(number=number, login=f"user-{number}", idle=days(1 if number < active else 40))
            for number in range(active + inactive)
        ],
        rules=rules,
    )


def of_all_kinds() -> Report:
    """Somebody on each way to the number of idle people."""
    return report_of(
        [
            seat(number=1, idle=days(1)),
            seat(number=2, granted=days(3)),
            seat(number=3, idle=days(40)),
            seat(number=4),
            seat(number=5, login="bot", idle=days(40)),
            seat(number=6, idle=days(40), pending_cancellation_date=END),
        ],
        rules=Rules(exempt_users=("bot",)),
    )


@pytest.mark.parametrize(
    ("made", "text"),
    [
        pytest.param(report_of([]), "Nobody holds a Copilot seat.", id="nobody"),
        pytest.param(
            report([{"created_at": "2026-01-01T00:00:00Z", "assignee": None}]),
            "Nobody holds a Copilot seat: 1 seat has no assignee.",
            id="a seat of nobody",
        ),
        pytest.param(
            people(active=1),
            "The 1 person with a Copilot seat is active, not idle. "
            "The seat costs an estimated USD 19 a month.",
            id="one active person",
        ),
        pytest.param(
            people(inactive=1),
            "The 1 person with a Copilot seat is idle, with no activity recorded in the last 30 "
            "days. The seat of this person costs an estimated USD 19 a month.",
            id="one idle person",
        ),
        pytest.param(
            people(active=3, inactive=1),
            "1 of the 4 people with a Copilot seat (25.0%) is idle, with no activity recorded in "
            "the last 30 days: 1 inactive and 0 with no recorded activity. The seat of this person "
            "costs an estimated USD 19 of 76 a month.",
            id="one of several",
        ),
        pytest.param(
            people(
                inactive=1_234,
                rules=Rules(inactive_days=1, currency="EUR", price_business=12_34),
            ),
            "All of the 1,234 people with a Copilot seat (100.0%) are idle, with no activity "
            "recorded in the last 24 hours: 1,234 inactive and 0 with no recorded activity. Their "
            "seats cost an estimated EUR 15,227.56 a month.",
            id="everybody",
        ),
        pytest.param(
            people(active=12),
            "None of the 12 people with a Copilot seat is idle: 12 active. "
            "The seats cost an estimated USD 228 a month.",
            id="none idle",
        ),
        pytest.param(
            of_all_kinds(),
            "2 of the 6 people with a Copilot seat (33.3%) are idle, with no activity recorded in "
            "the last 30 days: 3 inactive and 1 with no recorded activity, less 1 exempt and 1 "
            "leaving. Their seats cost an estimated USD 38 of 114 a month.",
            id="people of all kinds",
        ),
    ],
)
def test_of_everyone(made: Report, text: str) -> None:
    assert headline(made) == notice(made) == text


def test_those_who_are_not_idle_are_counted_by_why() -> None:
    made = report_of(
        [
            seat(number=1, idle=days(1)),
            seat(number=2, granted=days(3)),
            seat(number=3, login="bot", idle=days(40)),
            seat(number=4, idle=days(40), pending_cancellation_date=END),
        ],
        rules=Rules(exempt_users=("bot",)),
    )
    assert "is idle: 1 active, 1 new, 1 exempt and 1 leaving." in headline(made)
    only = report_of([seat(pending_cancellation_date=END)])
    assert headline(only).startswith("The 1 person with a Copilot seat is leaving, not idle.")


@pytest.mark.parametrize(
    ("holding", "idle", "asked", "text"),
    [
        (0, 0, 1, "No Copilot seat was found for the selected person."),
        (0, 0, 2, "No Copilot seat was found for any of the 2 selected people."),
        (
            1,
            1,
            1,
            (
                "The selected person holds a Copilot seat. This person is idle, with no activity "
                "recorded in the last 30 days. The seat of this person costs an estimated USD 19 a "
                "month."
            ),
        ),
        (
            1,
            0,
            3,
            (
                "1 of the 3 selected people holds a Copilot seat. This person is active, not idle. "
                "The seat costs an estimated USD 19 a month."
            ),
        ),
        (
            2,
            2,
            2,
            (
                "All 2 selected people hold a Copilot seat. All of these 2 people (100.0%) are "
                "idle, with no activity recorded in the last 30 days: 2 inactive and 0 with no "
                "recorded activity. Their seats cost an estimated USD 38 a month."
            ),
        ),
        (
            3,
            0,
            4,
            (
                "3 of the 4 selected people hold a Copilot seat. None of these 3 people is idle: 3 "
                "active. The seats cost an estimated USD 57 a month."
            ),
        ),
    ],
)
def test_of_a_selection(holding: int, idle: int, asked: int, text: str) -> None:
    made = people(active=holding - idle, inactive=idle)
    logins = [f"user-{number}" for number in range(asked)]
    assert headline(on_selection(made, *logins)) == text


def test_an_incomplete_list_stands_before_the_answer() -> None:
    made = with_lists(people(active=255, inactive=45), completeness(300, 340))
    assert headline(made).startswith(
        "Incomplete: 300 of 340 seats were read. 45 of the 300 people whose seats were read "
        "(15.0%) are idle, "
    )
    one = with_lists(people(active=1), completeness(1, 2))
    assert headline(one).startswith(
        "Incomplete: 1 of 2 seats was read. The 1 person whose seat was read is active, not idle."
    )


def test_of_a_list_of_which_nothing_was_read_nothing_is_claimed() -> None:
    assert headline(with_lists(people(), completeness(0, 5))) == (
        "Incomplete: 0 of 5 seats were read. "
        "No person's seat was read, so this report cannot say who is idle."
    )


def test_neither_names_nor_pseudonyms_are_in_it() -> None:
    seats = [seat(number=1, login="mona", idle=days(40)), seat(number=2, login="lisa")]
    hidden = report_of(seats, pseudonyms=Pseudonyms("key"))
    assert headline(hidden) == headline(report_of(seats))
    told = headline(on_selection(report_of(seats), "mona", "lisa"))
    assert not any(name in told for name in ("mona", "lisa", "acme"))


def test_a_sample_says_so_first() -> None:
    assert notice(report(3, is_sample=True)).startswith("Sample data. ")


def path(
    inactive: int, no_activity: int, exempt: int = 0, leaving: int = 0, in_metrics: int = 0
) -> str:
    return idle_path(
        IdlePath(
            inactive=inactive,
            no_activity=no_activity,
            exempt=exempt,
            leaving=leaving,
            in_metrics=in_metrics,
        )
    )


def test_the_way_to_the_number_of_idle_people() -> None:
    assert path(0, 0) == "0 inactive and 0 with no recorded activity"
    assert path(1, 1_000) == "1 inactive and 1,000 with no recorded activity"
    assert path(2, 3, leaving=1) == "2 inactive and 3 with no recorded activity, less 1 leaving"
    assert path(9, 3, 1, 2, 3) == (
        "9 inactive and 3 with no recorded activity, less 1 exempt, 2 leaving and 3 seen in the "
        "usage metrics"
    )


@pytest.mark.parametrize(
    ("made", "who"),
    [
        (people(active=1, inactive=1), "the people"),
        (with_lists(people(active=1, inactive=1), completeness(2, 3)), "the people whose seats"),
        (on_selection(people(active=1, inactive=1), "user-0", "user-1"), "the selected people w"),
    ],
)
def test_more_idle_people_than_are_allowed(made: Report, who: str) -> None:
    text = too_many_idle(made, Decimal("1E+1"))
    assert text.startswith(f"50.0% of {who}")
    assert text.endswith(
        "are idle, more than the 10% that `max-idle-percent` allows (1 of 2). The report is "
        "published."
    )


def test_a_share_that_rounds_to_the_limit_is_not_shown_beside_it() -> None:
    made = people(active=2, inactive=1)

    assert too_many_idle(made, Decimal("33.3")) == (
        "More of the people are idle than the 33.3% that `max-idle-percent` allows (1 of 3). The "
        "report is published."
    )


def test_the_log_says_how_people_were_counted() -> None:
    assert list(explanation(of_all_kinds()))[:4] == [
        (
            "6 people hold 6 seats; seats without an assignee, which are in no figure of people "
            "or cost: 0"
        ),
        ("Active, with recorded activity in the last 30 days: 1; inactive, with older activity: 3"),
        "No recorded activity: 1; new, granted at most 14 days ago, without recorded activity: 1",
        "Idle: 2, which is 3 inactive and 1 with no recorded activity, less 1 exempt and 1 leaving",
    ]
    assert next(explanation(people(active=1))).startswith("1 person holds 1 seat;")
