"""GitHub's own activity report beside ours: who is in one alone, whose dates differ, and why."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.action import Action, Outcome
from tests.github_server import Organization
from tests.made_up import NOW, Json, days, seat, seats, time

Step = Callable[..., Action]

HEADER = "report_time,login,last_authenticated_at,last_activity_at,last_surface_used"
MADE = NOW - timedelta(hours=2)
NOT_READ = (
    "No seat in what was read: it was removed since, belongs to another organization, or the CSV "
    "is the enterprise's."
)
HOUR = timedelta(hours=1)


def row(number: int, activity: str, made: str = time(MADE)) -> str:
    return f"{made},person-{number:04},{time(NOW - days(1))},{activity},VS Code 1.105.1"


def compared(
    step: Step, records: list[Json], *rows: str, header: str = HEADER, **inputs: str
) -> Outcome:
    action = step(Organization("acme", records))
    text = "\n".join([header, *rows]) + "\n"
    (action.workspace / "activity.csv").write_bytes(text.encode())
    return action(activity_report="activity.csv", **inputs)


def differences(outcome: Outcome) -> dict[str, tuple[str, float | None, str]]:
    """By login: kind, days apart, why."""
    assert outcome.status == 0, outcome.log
    return {
        each["login"]: (each["kind"], each["days"], each["reason"])
        for each in outcome.report["comparison"]["differences"]
    }


def test_our_own_file_of_a_run_agrees_with_the_next_one(step: Step) -> None:
    """It has GitHub's layout."""
    action = step(Organization("acme", seats(120)))
    action(output_directory="before")

    outcome = action(activity_report="before/activity-report.csv")

    comparison = outcome.report["comparison"]
    assert comparison["differences"] == []
    assert comparison["agree"] == comparison["rows"] == int(outcome.outputs["people"])
    assert comparison["verdict"].startswith("Both reports agree on all")
    assert outcome.summary
    assert comparison["verdict"] in outcome.summary


def test_who_is_in_one_alone(step: Step) -> None:
    records = [seat(1), seat(2), seat(3, idle=None, granted=HOUR)]

    outcome = compared(step, records, row(1, time(NOW - days(1))), row(9, time(NOW - days(3))))

    assert differences(outcome) == {
        "person-0002": (
            "only-here",
            None,
            "Not in the CSV: it is another organization's, or rows were removed from it.",
        ),
        "person-0003": ("only-here", None, "The seat was granted after the CSV was made."),
        "person-0009": (
            "only-there",
            None,
            NOT_READ,
        ),
    }
    assert (
        "1 people; 0 have another date, 2 are only here and 1 only in the CSV"
        in (outcome.report["comparison"]["verdict"])
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "made", "apart", "why"),
    [
        pytest.param(
            days(1), days(1) + HOUR, days(0), 0.04, "24 hours", id="within the processing"
        ),
        pytest.param(days(1), days(2), days(0), 1.0, "24 hours", id="exactly 24 hours apart"),
        pytest.param(days(3), days(1), days(0), -2.0, "counts features", id="later there"),
        pytest.param(days(3), days(9), days(1), 6.0, "processing", id="later here, not yet there"),
        pytest.param(
            days(1), days(9), days(5), 8.0, "since the CSV", id="active since it was made"
        ),
        pytest.param(days(3), None, days(1), None, "Not yet processed", id="not yet there"),
        pytest.param(days(99), None, days(1), None, "dropped there", id="dropped there"),
        pytest.param(None, days(5), days(0), None, "counts features", id="not recorded here"),
        pytest.param(None, days(95), days(0), None, "dropped it", id="dropped here"),
        pytest.param(None, days(250), days(0), None, "granted anew", id="granted anew"),
    ],
)
def test_whose_dates_differ_by_how_much_and_why(
    step: Step,
    ours: timedelta | None,
    theirs: timedelta | None,
    made: timedelta,
    apart: float | None,
    why: str,
) -> None:
    activity = time(NOW - theirs) if theirs else ""

    outcome = compared(step, [seat(1, idle=ours)], row(1, activity, time(NOW - made)))

    ((kind, days_apart, reason),) = differences(outcome).values()
    assert (kind, days_apart) == ("dates", apart)
    assert why in reason


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_second_is_no_difference(step: Step, seconds: int) -> None:
    theirs = time(NOW - days(1) - timedelta(seconds=seconds))

    assert differences(compared(step, [seat(1)], row(1, theirs))) == {}


def test_two_seconds_are_one(step: Step) -> None:
    theirs = time(NOW - days(1) - timedelta(seconds=2))

    assert list(differences(compared(step, [seat(1)], row(1, theirs)))) == ["person-0001"]


def test_the_verdict_is_whom_to_ask_before_a_seat_is_taken(step: Step) -> None:
    records = [seat(1, idle=days(50)), seat(2, idle=None), seat(3, idle=days(60)), seat(4)]
    rows = [
        row(1, time(NOW - days(30))),
        row(2, time(NOW - days(31))),
        row(3, time(NOW - days(60))),
        row(4, time(NOW - days(1))),
    ]

    outcome = compared(step, records, *rows)

    comparison = outcome.report["comparison"]
    changing = [each["login"] for each in comparison["differences"] if each["changes_idle"]]
    # Thirty days ago is still active; thirty-one is idle by GitHub's report too.
    assert changing == ["person-0001"]
    assert (
        "1 idle here were active by GitHub's own report: ask them before a seat is taken."
        in (comparison["verdict"])
    )
    assert outcome.summary
    assert comparison["verdict"] in outcome.summary


def test_a_verdict_without_anyone_to_ask(step: Step) -> None:
    outcome = compared(step, [seat(1)], row(1, time(NOW - days(5))))

    assert (
        "No one who is idle here is active by GitHub's own report."
        in (outcome.report["comparison"]["verdict"])
    )


def test_an_old_csv_is_told(step: Step) -> None:
    old = time(NOW - days(9))

    outcome = compared(step, [seat(1, idle=days(10))], row(1, time(NOW - days(10)), old))

    assert outcome.report["comparison"]["report_time"] == "2026-10-24T06:00:00Z"
    assert "The CSV is 9 days older than this report" in outcome.report["comparison"]["verdict"]


# --- What the file may look like


@pytest.mark.parametrize("nothing", ["", "None", "nil", "NULL", "-", "never", "N/A", " "])
def test_what_may_stand_for_no_activity(step: Step, nothing: str) -> None:
    assert differences(compared(step, [seat(1, idle=None)], row(1, nothing))) == {}


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01T06:00:00Z",
        "2026-11-01T06:00:00+00:00",
        "2026-11-01T08:00:00+02:00",
        "2026-11-01 06:00:00 UTC",
        "2026-11-01 06:00:00",
        "2026-11-01T06:00:00.000Z",
        " 2026-11-01T06:00:00Z ",
    ],
)
def test_how_a_time_may_be_written(step: Step, text: str) -> None:
    assert differences(compared(step, [seat(1)], row(1, text))) == {}


def test_logins_are_the_same_in_any_case(step: Step) -> None:
    outcome = compared(step, [seat(1)], row(1, time(NOW - days(1))).replace("person", "Person"))

    assert differences(outcome) == {}


def test_of_two_rows_of_a_person_the_newest_counts(step: Step) -> None:
    """An enterprise's report may have one for each organization."""
    rows = [row(1, time(NOW - days(9))), row(1, time(NOW - days(1))), row(1, "")]

    outcome = compared(step, [seat(1)], *rows)

    assert differences(outcome) == {}
    assert outcome.report["comparison"]["rows"] == 1


def test_columns_in_another_order_and_more_of_them(step: Step) -> None:
    header = "last_activity_at, Login ,team,last_surface_used,last_authenticated_at,REPORT_TIME"
    line = f'{time(NOW - days(1))},person-0001,"Sales, EMEA",x,,{time(MADE)},one cell more'

    outcome = compared(step, [seat(1)], line, header=header)

    assert differences(outcome) == {}
    assert outcome.report["comparison"]["report_time"] == "2026-11-02T04:00:00Z"


def test_a_byte_order_mark_windows_line_ends_and_empty_lines(step: Step) -> None:
    action = step(Organization("acme", [seat(1)]))
    text = f"\ufeff{HEADER}\r\n\r\n{row(1, time(NOW - days(1)))}\r\n\r\n"
    (action.workspace / "activity.csv").write_bytes(text.encode())

    assert differences(action(activity_report="activity.csv")) == {}


def test_a_csv_that_does_not_say_when_it_was_made(step: Step) -> None:
    outcome = compared(step, [seat(1), seat(2)], row(1, time(NOW - days(5)), made=""))

    assert outcome.report["comparison"]["report_time"] is None
    assert set(differences(outcome)) == {"person-0001", "person-0002"}
    assert "older than this report" not in outcome.report["comparison"]["verdict"]


def test_a_report_of_nobody(step: Step) -> None:
    outcome = compared(step, [seat(1)])

    assert outcome.report["comparison"]["report_time"] is None
    assert list(differences(outcome)) == ["person-0001"]


def test_only_those_asked_for_are_compared(step: Step) -> None:
    outcome = compared(
        step,
        seats(20),
        row(2, time(NOW - days(40))),
        row(4, time(NOW - days(40))),
        users="Person-0002",
    )

    assert list(differences(outcome)) == ["person-0002"]


# --- What is no such file


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"login,report_time,last_seen\nperson-0001,,\n",
            "lacks the column(s) last_authenticated_at, last_activity_at, last_surface_used.",
        ),
        (b"", "lacks the column(s) report_time, login, last_authenticated_at"),
        (b"PK\x03\x04\xff\xfe", "activity.csv is no text in UTF-8 (byte 4)."),
        (f"{HEADER}\n{row(1, '')}\n2026-11".encode(), "a line of 1 cells where the header has 5"),
        (f'{HEADER}\n{row(1, "")}\n2026,"cut'.encode(), "activity.csv, line 3 is no CSV"),
        (
            f"{HEADER}\n{row(1, 'last week')}\n".encode(),
            "activity.csv, line 2: 'last week' is no time such as 2026-08-15T09:30:00Z.",
        ),
        (
            f"{HEADER}\n{row(1, '', made='0001-01-01T00:00:00+14:00')}\n".encode(),
            "is no time such as",
        ),
    ],
    ids=["columns", "empty", "workbook", "cut off", "cut in quotes", "no time", "before all time"],
)
def test_a_file_that_is_no_activity_report(step: Step, content: bytes, words: str) -> None:
    action = step(Organization("acme", seats(3)))
    (action.workspace / "activity.csv").write_bytes(content)

    outcome = action(activity_report="activity.csv")

    assert outcome.status == 2
    assert outcome.error.startswith("activity-report: activity.csv")
    assert words in outcome.error
    assert outcome.files == {"activity.csv": content}
    assert outcome.outputs == {}
    assert not outcome.summary
    assert action.server.requests == []


def test_the_hint_says_where_to_get_one(step: Step) -> None:
    action = step(Organization("acme", []))
    (action.workspace / "activity.csv").write_text("login\n")

    assert (
        '"Get activity report" of an organization' in action(activity_report="activity.csv").error
    )


def test_a_file_too_large_to_be_one(step: Step) -> None:
    action = step(Organization("acme", []))
    with (action.workspace / "activity.csv").open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)

    outcome = action(activity_report="activity.csv")

    assert outcome.status == 2
    assert "activity.csv is larger than 64 MiB, which no activity report is." in outcome.error
