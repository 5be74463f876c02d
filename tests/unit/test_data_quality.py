"""How far the figures can be trusted, in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from copilot_seat_report.files.data_quality import Finding, data_quality, incompleteness
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.metrics import Metrics
from copilot_seat_report.report.model import Report
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.completeness import Completeness
from copilot_seat_report.sources.status import SourceStatus
from tests.made_up import NOW, days, seat
from tests.reports import completeness, on_selection, reading, report, report_of, with_lists
from tests.unit.test_people import seat as seat_of

CHANGED: dict[str, Any] = {"changed": True, "times_read": 3}


def findings(made: Report) -> list[Finding]:
    return list(data_quality(made))


def told(made: Report) -> str:
    return "\n".join(finding.text for finding in data_quality(made))


def warnings(made: Report) -> list[str]:
    return [finding.text for finding in data_quality(made) if finding.is_warning]


def on_lists(*lists: Completeness) -> list[Finding]:
    """What is said of lists of such a completeness."""
    return findings(with_lists(report(2), *lists))[: -len(findings(report(2))) + 1]


# --- Settings that GitHub refuses


def test_refused_settings_are_a_finding() -> None:
    refused = replace(
        reading([seat(1)]), settings=None, settings_refused="status 404 (Not \x07Found)"
    )

    (warning,) = warnings(build_report([refused], Rules(), NOW))

    assert warning == (
        "GitHub refused access to the seat settings: status 404 (Not \ufffdFound). They and "
        "GitHub's "
        "own count of the seats are missing here, and seats without a stated plan are priced as "
        "Business."
    )


def test_refused_settings_of_many_organizations_are_named_by_some() -> None:
    made = with_lists(report(2), *[completeness(1, 1)] * 27)
    overviews = [replace(each, settings_refused="status 403") for each in made.overviews]

    found = findings(replace(made, overviews=(*overviews[:26], made.overviews[26])))

    refused = [finding for finding in found if "refused" in finding.text]
    assert [finding.scope for finding in refused[:2]] == ["a", "b"]
    assert len(refused) == 26
    assert refused[-1].text == "GitHub refused access to the settings of 1 more organization."


# --- The clock


@pytest.mark.parametrize(
    ("year", "month", "of_another"),
    [(2026, 11, False), (2026, 1, False), (2027, 1, True), (2025, 12, True)],
)
def test_a_report_time_of_another_year_than_githubs(
    year: int, month: int, of_another: bool
) -> None:
    made = replace(report(2), github_time=NOW.replace(year=year, month=month))

    text = (
        f"The time of this report is in 2026, although GitHub's clock showed {year} while the "
        "seats were read: SOURCE_DATE_EPOCH set it, or the machine's clock is wrong. Ages, and so "
        "who is idle, are counted from it."
    )
    assert [each for each in warnings(made) if "clock" in each] == [text] * of_another


def test_a_midnight_between_two_years_is_not_another_year() -> None:
    midnight = datetime(2027, 1, 1, tzinfo=UTC)
    made = replace(report(2), report_time=midnight - timedelta(seconds=5), github_time=midnight)

    assert "clock" not in told(made)


@pytest.mark.parametrize(
    ("offset", "off"),
    [
        (timedelta(minutes=5), ""),
        (timedelta(minutes=-5), ""),
        (timedelta(minutes=5, seconds=1), "5 minutes behind GitHub's"),
        (timedelta(minutes=-61), "61 minutes ahead of GitHub's"),
        (timedelta(hours=-3), "3 hours ahead of GitHub's"),
        (timedelta(days=20), "20 days behind GitHub's"),
    ],
)
def test_a_machine_whose_clock_is_wrong(offset: timedelta, off: str) -> None:
    made = replace(report(2), github_time=NOW + offset, clock_offset=offset)

    text = (
        f"The clock of the machine that made this report was {off}. Ages, and so who is idle, are "
        "counted from it."
    )
    assert [each for each in warnings(made) if "clock" in each] == [text] * bool(off)


# --- Complete


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (completeness(0, 0), "Complete: GitHub reports no seats."),
        (completeness(1, 1), "Complete: the 1 seat that GitHub reports was read."),
        (completeness(315, 315), "Complete: all 315 seats that GitHub reports were read."),
        (
            completeness(152, 151, counted=151),
            (
                "Complete: all 151 seats that GitHub reports were read. Including those that its "
                "total leaves out, 152 seats were read."
            ),
        ),
        (
            completeness(240, 200, unit="people", counted=200),
            "Complete: the seats of all 200 people that GitHub reports were read (240 seats).",
        ),
        (
            completeness(2, 1, unit="people", counted=1),
            "Complete: the seats of the 1 person that GitHub reports were read (2 seats).",
        ),
        (
            completeness(0, 0, unit="people"),
            "Complete: GitHub reports nobody with a seat.",
        ),
        (
            completeness(1_042, None, complete=True),
            (
                "Complete: 1,042 seats were read. GitHub states no total, but the last page was "
                "not full, so no more follow."
            ),
        ),
        (
            completeness(9, 9, **CHANGED),
            (
                "Complete: all 9 seats that GitHub reports were read. The list changed while it "
                "was read, and was read again."
            ),
        ),
        (
            completeness(9, 9, times_read=2),
            (
                "Complete: all 9 seats that GitHub reports were read. The list was read again "
                "before it agreed."
            ),
        ),
    ],
)
def test_a_complete_list(one: Completeness, text: str) -> None:
    assert on_lists(one) == [Finding(text)]
    assert incompleteness(with_lists(report(2), one)) == ""


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        (
            [completeness(5, 5), completeness(7, 7)],
            [Finding("Complete: all 12 seats that GitHub reports were read.")],
        ),
        (
            [completeness(3, 3), completeness(5, None, complete=True)],
            [
                Finding("Complete: all 3 seats that GitHub reports were read.", scope="a"),
                Finding(
                    "Complete: 5 seats were read. GitHub states no total, but the last page was "
                    "not full, so no more follow.",
                    scope="b",
                ),
            ],
        ),
        (
            [
                completeness(3, 3),
                completeness(4, 4),
                completeness(1, None, complete=True),
                completeness(0, None, complete=True),
            ],
            [
                Finding("Complete: all 7 seats that GitHub reports of 2 organizations were read."),
                Finding(
                    "Complete: 1 seat was read of 2 organizations. GitHub states no total, but the "
                    "last pages were not full, so no more follow."
                ),
            ],
        ),
        (
            [completeness(3, 3, **CHANGED), completeness(4, 4)],
            [
                Finding(
                    "Complete: all 7 seats that GitHub reports were read. A list changed while it "
                    "was read, and was read again."
                )
            ],
        ),
    ],
)
def test_complete_lists_of_several_organizations(
    lists: list[Completeness], expected: list[Finding]
) -> None:
    assert on_lists(*lists) == expected


# --- Incomplete


@pytest.mark.parametrize(
    ("one", "text", "circumstances"),
    [
        (
            completeness(300, 340, times_read=3),
            "Incomplete: 300 of 340 seats were read.",
            (
                "The list was read 3 times, and no change was seen. Run the report again; if the "
                "difference remains, contact GitHub Support."
            ),
        ),
        (
            completeness(1, 2),
            "Incomplete: 1 of 2 seats was read.",
            (
                "The list was read 1 time, and no change was seen. Run the report again; if the "
                "difference remains, contact GitHub Support."
            ),
        ),
        (
            completeness(300, 340, **CHANGED),
            "Incomplete: 300 of 340 seats were read. The list changed while it was read.",
            "The list was read 3 times and changed meanwhile. Run the report again.",
        ),
        (
            completeness(310, 300, counted=290, unit="people"),
            "Incomplete: 290 of 300 people with a seat were read.",
            (
                "The list was read 1 time, and no change was seen. Run the report again; if the "
                "difference remains, contact GitHub Support."
            ),
        ),
        (
            completeness(231, 229),
            "May be incomplete: 231 seats were read, but GitHub reports 229.",
            (
                "The list was read 1 time, and no change was seen. Run the report again; if the "
                "difference remains, contact GitHub Support."
            ),
        ),
        (
            completeness(3, 0, unit="people", counted=1),
            "May be incomplete: 1 person was read, but GitHub reports 0.",
            (
                "The list was read 1 time, and no change was seen. Run the report again; if the "
                "difference remains, contact GitHub Support."
            ),
        ),
        (
            completeness(100, 350, stated_by="seat-settings"),
            "Incomplete: 100 of 350 seats were read.",
            (
                "The total is from GitHub's seat settings. The list was read 1 time, and no "
                "change was seen. Run the report again; if the difference remains, contact GitHub "
                "Support."
            ),
        ),
        (
            completeness(300, None),
            (
                "May be incomplete: 300 seats were read. GitHub states no total, and the last "
                "page was full, or an earlier one was not: some may be missing."
            ),
            "Compare with the number of seats on GitHub's Copilot settings page.",
        ),
    ],
)
def test_a_list_that_is_not_complete(one: Completeness, text: str, circumstances: str) -> None:
    """The reason is said only where it was seen."""
    shortfall = text.removesuffix(" The list changed while it was read.")
    [finding] = on_lists(one)
    assert finding == Finding(f"{shortfall} {circumstances}", is_warning=True, scope="a")
    assert incompleteness(with_lists(report(2), one)) == text


@pytest.mark.parametrize(
    ("lists", "text"),
    [
        (
            [completeness(5, 5), completeness(7, 9)],
            "Incomplete: 12 of 14 seats were read.",
        ),
        (
            [completeness(5, 5), completeness(7, 9, **CHANGED)],
            "Incomplete: 12 of 14 seats were read. A list changed while it was read.",
        ),
        (
            [completeness(8, 3), completeness(7, 9), completeness(1, 1)],
            (
                "Incomplete: not all seats of 1 of 3 organizations were read; for 1 more, that is "
                "uncertain."
            ),
        ),
        (
            [completeness(100, None), completeness(7, 7)],
            (
                "May be incomplete: for 1 of 2 organizations, it is uncertain whether all seats "
                "were read."
            ),
        ),
        (
            [completeness(5, None, complete=True), completeness(7, 9)],
            "Incomplete: not all seats of 1 of 2 organizations were read.",
        ),
    ],
)
def test_several_organizations_that_are_not_all_complete(
    lists: list[Completeness], text: str
) -> None:
    assert incompleteness(with_lists(report(2), *lists)) == text


def test_those_that_agree_come_first_and_the_others_are_named() -> None:
    first, second = on_lists(completeness(3, 3), completeness(4, 6))
    assert first == Finding("Complete: all 3 seats that GitHub reports were read.", scope="a")
    assert (second.scope, second.is_warning) == ("b", True)
    assert second.text.startswith("Incomplete: 4 of 6 seats were read.")


def test_of_many_that_are_not_complete_a_few_are_named() -> None:
    points = on_lists(*[completeness(1, 2)] * 40)
    assert len([point for point in points if point.scope]) == 25
    assert points[-1] == Finding("15 more lists are, or may be, incomplete.", is_warning=True)


# --- Selection


@pytest.mark.parametrize(("logins", "asked"), [(["ann"], "1 person"), (["ann", "bob"], "2 people")])
def test_a_selection_says_nothing_of_the_whole(logins: list[str], asked: str) -> None:
    made = on_selection(with_lists(report(2), completeness(2, 9)), *logins)
    assert findings(made)[0].text == (
        f"Selection: this report covers only the {asked} in the input “users”. The figures say "
        "nothing about anyone else."
    )
    assert "omplete" not in told(made)
    assert incompleteness(made) == ""


def test_the_age_of_a_selections_activity_says_nothing_of_github() -> None:
    old = on_selection(report([seat(1, idle=days(50))]), "person-0001")
    none = on_selection(report([seat(1, idle=None)]), "person-0001")
    assert warnings(old) == warnings(none) == []
    assert "GitHub states no activity for anyone in this report." in told(none)
    assert "telemetry" not in told(none)


# --- Fresh


@pytest.mark.parametrize(
    ("idle", "when"),
    [
        (timedelta(minutes=59), "2 November 2026, 05:01 UTC, less than an hour before"),
        (timedelta(hours=1), "2 November 2026, 05:00 UTC, 1 hour before"),
        (days(2.5), "30 October 2026, 18:00 UTC, 2 days before"),
        (days(4) - timedelta(seconds=1), "29 October 2026, 06:00 UTC, 3 days before"),
        # Ahead of our clock.
        (timedelta(minutes=-5), "2 November 2026, 06:05 UTC, less than an hour before"),
    ],
)
def test_activity_that_is_not_four_days_old_is_no_warning(idle: timedelta, when: str) -> None:
    """The newest may well be of Friday when the report is of Monday."""
    made = report([seat(1, idle=idle), seat(2, idle=days(9))])
    assert f"The newest activity recorded for anyone in this report is from {when}" in told(made)
    assert warnings(made) == []


def test_nothing_new_for_four_days_is_a_warning() -> None:
    [text] = warnings(report([seat(1, idle=days(4))]))
    assert text == (
        "The newest activity recorded for anyone in this report is from 29 October 2026, 06:00 "
        "UTC, 4 days before this report. Either nobody has used Copilot since, or GitHub is late "
        "in recording it."
    )


def test_an_incomplete_list_says_nothing_of_the_use_by_those_who_were_not_read() -> None:
    made = with_lists(report([seat(1, idle=days(4))]), completeness(1, 2))
    assert "Either nobody whose seat was read has used Copilot since, or GitHub is late" in told(
        made
    )


def test_activity_later_than_the_report_is_a_warning() -> None:
    """SOURCE_DATE_EPOCH may set any time."""
    [text] = warnings(report([seat(1, idle=-days(20))]))
    assert text == (
        "The newest activity recorded for anyone in this report is from 22 November 2026, which is "
        "later than the report itself: ages are counted from the time of the report."
    )


def test_no_activity_of_anyone_is_a_warning() -> None:
    [text] = warnings(report([seat(1, idle=None)]))
    assert text.startswith("GitHub states no activity for anyone in this report. Unless")


def test_where_nobody_has_a_seat_nothing_is_said_of_activity_and_costs() -> None:
    assert told(report([])) == "Complete: GitHub reports no seats."


def anonymized(idle: timedelta) -> Report:
    return report_of([seat_of(idle=idle)], pseudonyms=Pseudonyms("key"))


def test_under_pseudonyms_the_newest_activity_is_a_day() -> None:
    made = anonymized(timedelta(minutes=59))
    assert "is from 2 November 2026." in told(made)
    assert "05:01" not in told(made)
    # What is written as the beginning of its day may be younger by nearly one.
    assert warnings(anonymized(days(3.9))) == []
    assert "late in recording it" in warnings(anonymized(days(5)))[0]


# --- People to look at


def test_people_at_the_edge_and_people_who_sign_in_unrecorded() -> None:
    records = [
        seat(1, idle=days(30.5)),
        seat(2, idle=days(50), signed_in=days(1)),
        seat(3, idle=timedelta(hours=1)),
    ]
    text = told(report(records))
    assert "1 idle person passed the limit of 30 days less than 24 hours ago (settling)" in text
    assert (
        "1 person signed in during the last 30 days, and the seat list has no activity after that "
        "(check telemetry): they may be using Copilot without telemetry."
    ) in text
    both = told(report([*records, seat(4, idle=days(30.5)), seat(5, idle=None, signed_in=days(1))]))
    assert "2 idle people passed the limit" in both
    assert "2 people signed in" in both


# --- Price


def test_how_people_were_priced() -> None:
    stated = [seat(1), seat(2, plan_type="enterprise")]
    assert findings(report(stated))[-1] == Finding("Costs are estimates at list price.")
    unknown = [*stated, seat(3, plan_type="unknown"), seat(4, without=["plan_type"])]
    assert findings(report(unknown))[-1].text == (
        "Costs are estimates at list price. GitHub states no plan for the seats of 2 people: their "
        "price assumes the plan of their organization."
    )
    no_plan = build_report([reading(unknown[-1:], plan_type=None)], Rules(), NOW)
    assert told(no_plan).endswith(
        "no plan for the seats of 1 person: their price assumes Business."
    )
    of_each = replace(report(unknown), priced_as_business=1)
    assert findings(of_each)[-1].text.endswith(
        "no plan for the seats of 3 people: their price assumes the plan of their organization "
        "for 2 and Business for 1."
    )


@pytest.mark.parametrize("made", [report(60), report([]), report([seat(1)])])
def test_nobody_is_named(made: Report) -> None:
    assert "person-0" not in told(made)


def test_what_idle_seats_cost_is_not_called_what_is_saved() -> None:
    words = "What idle seats cost is not what taking them back would save"
    idle = report([seat(1, idle=days(45)), seat(2)])

    assert words in told(idle)
    assert words not in told(on_selection(idle, "person-0001"))
    assert words not in told(report([seat(2)]))


# --- Usage metrics


def with_metrics(made: Report, people: int) -> Report:
    """The same report with usage metrics, which have records of so many people."""
    metrics = Metrics(
        status=SourceStatus(source="usage-metrics", state="read"),
        first_day=date(2026, 10, 4),
        last_day=date(2026, 10, 31),
        people=people,
        cleared=0,
        barely_used=0,
        granted_since=0,
        saving=None,
    )
    return replace(made, metrics=metrics)


@pytest.mark.parametrize(
    ("seats", "found", "words"),
    [
        (3, 2, "records of 2 of the 3 people"),
        (3, 0, "no record of any of the 3 people"),
        (1, 1, "records of the 1 person"),
        (1, 0, "no record of the 1 person"),
    ],
)
def test_of_whom_the_metrics_have_records(seats: int, found: int, words: str) -> None:
    assert f"GitHub's usage metrics have {words} in this report" in told(
        with_metrics(report(seats), people=found)
    )


def test_of_nobody_the_metrics_say_nothing() -> None:
    assert "usage metrics" not in told(with_metrics(report(0), people=0))
