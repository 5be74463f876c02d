"""GitHub's own activity report beside ours: who is in one alone, whose dates differ, and why."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.action import Action, Outcome
from tests.github_server import Enterprise, Organization
from tests.made_up import NOW, Json, days, organization, seat, seats, time

Step = Callable[..., Action]

# As the file is that organizations download; an enterprise's has one column more.
HEADER = "Report Time,Login,Last Authenticated At,Last Activity At,Last Surface Used"
WITH_ORGANIZATION = f"{HEADER},Organization"
SURFACE = "vscode/1.113.0/copilot-chat/0.41.2"
MADE = NOW - timedelta(hours=2)
HOUR = timedelta(hours=1)
NO_SEAT = "Has no seat here: it was taken back since, is in another organization, or was not read."
FEATURES = "GitHub's report counts features whose use the API does not record."


def row(number: int, activity: str, made: str = time(MADE), of: str | None = None) -> str:
    cells = [made, f"person-{number:04}", time(NOW - days(1)), activity, SURFACE]
    return ",".join([*cells, *([] if of is None else [of])])


def ago(number: float) -> str:
    return time(NOW - days(number))


def put(action: Action, *rows: str, header: str = HEADER) -> None:
    text = "\n".join([header, *rows]) + "\n"
    (action.workspace / "activity.csv").write_bytes(text.encode())


def compared(
    step: Step, records: list[Json], *rows: str, header: str = HEADER, **inputs: str
) -> Outcome:
    action = step(Organization("acme", records))
    put(action, *rows, header=header)
    return action(activity_report="activity.csv", **inputs)


def differences(outcome: Outcome) -> dict[str, tuple[str, float | None, str]]:
    """By login: kind, days apart, why."""
    assert outcome.status == 0, outcome.log
    return {
        each["login"]: (each["kind"], each["days"], each["reason"])
        for each in outcome.report["comparison"]["differences"]
    }


def verdict(outcome: Outcome) -> str:
    assert outcome.status == 0, outcome.log
    text: str = outcome.report["comparison"]["verdict"]
    assert outcome.summary
    assert text in outcome.summary
    return text


def test_our_own_file_of_a_run_agrees_with_the_next_one(step: Step) -> None:
    """It has GitHub's layout."""
    action = step(Organization("acme", seats(120)))
    before = action(output_directory="before")
    own = (action.workspace / "before" / "activity-report.csv").read_text("utf-8")
    assert own.startswith(f"{HEADER}\n")
    assert "," not in {row["Last Surface Used"] for row in before.rows("activity-report.csv")}

    outcome = action(activity_report="before/activity-report.csv")

    comparison = outcome.report["comparison"]
    assert comparison["differences"] == []
    assert comparison["agree"] == comparison["rows"] == int(outcome.outputs["people"])
    assert verdict(outcome).startswith("Both reports agree on all")


def test_our_own_file_of_an_enterprise_has_a_row_a_person_and_organization(step: Step) -> None:
    """Granted by two teams of one organization it is one row, with the newest of each date."""
    acme, labs, itself = (organization("acme"), organization("labs"), None)
    records = [
        seat(1, idle=days(40), signed_in=days(2), granted=days(99), organization=acme),
        seat(1, idle=days(9), signed_in=days(7), organization=acme),
        seat(1, idle=None, signed_in=None, organization=labs),
        seat(2, idle=days(50), signed_in=None, organization=itself, last_activity_editor="vim"),
    ]
    action = step(Enterprise("megacorp", records))
    before = action(organization="", enterprise="megacorp", output_directory="before")

    rows = {
        (row["Login"], row["Organization"]): (
            row["Last Authenticated At"],
            row["Last Activity At"],
            row["Last Surface Used"],
        )
        for row in before.rows("activity-report.csv")
    }
    (one, first), (two, second), (three, third) = sorted(rows.items())
    assert (one, first[:2]) == (("person-0001", "acme"), (ago(2), ago(9)))
    assert (two, second) == (("person-0001", "labs"), ("None", "None", "None"))
    assert (three, third) == (("person-0002", "None"), ("None", ago(50), "vim"))

    outcome = action(
        organization="", enterprise="megacorp", activity_report="before/activity-report.csv"
    )
    assert differences(outcome) == {}
    assert (outcome.report["comparison"]["agree"], outcome.report["comparison"]["rows"]) == (2, 3)


def test_who_is_in_one_alone(step: Step) -> None:
    records = [seat(1), seat(2), seat(3, idle=None, granted=HOUR)]

    outcome = compared(step, records, row(1, ago(1)), row(9, ago(3)))

    assert differences(outcome) == {
        "person-0002": (
            "only-here",
            None,
            "Not in the CSV: it covers another organization, or the row was removed.",
        ),
        "person-0003": ("only-here", None, "The seat was granted after the CSV was made."),
        "person-0009": ("only-there", None, NO_SEAT),
    }
    assert verdict(outcome) == (
        "1 person is in both: 1 with the same date, 0 with another; 2 are only here and 1 only in "
        "the CSV."
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "made", "apart", "code"),
    [
        pytest.param(
            days(1), days(1) + HOUR, days(0), 0.04, "processing", id="within the processing"
        ),
        pytest.param(days(1), days(2), days(0), 1.0, "processing", id="exactly 24 hours apart"),
        pytest.param(days(3), days(1.5), days(0), -1.5, "other-feature", id="later there"),
        pytest.param(days(40), days(0.5), days(0), -39.5, "processing", id="not yet here"),
        pytest.param(None, days(0.5), days(0), None, "processing", id="the first, not yet here"),
        pytest.param(days(1.5), days(9), days(1), 7.5, "processing", id="not yet there"),
        pytest.param(days(1.5), None, days(1), None, "processing", id="the first, not yet there"),
        pytest.param(days(10), days(60), days(0), 50.0, "lacking-there", id="long since here"),
        pytest.param(days(10), None, days(1), None, "lacking-there", id="never there"),
        pytest.param(days(1), days(9), days(5), 8.0, "active-since", id="active since it was made"),
        pytest.param(days(99), None, days(1), None, "dropped-there", id="dropped there"),
        pytest.param(None, days(5), days(0), None, "other-feature", id="not recorded here"),
        pytest.param(None, days(95), days(0), None, "dropped-here", id="dropped here"),
        pytest.param(None, days(250), days(0), None, "granted-again", id="granted again"),
    ],
)
def test_whose_dates_differ_by_how_much_and_why(
    step: Step,
    ours: timedelta | None,
    theirs: timedelta | None,
    made: timedelta,
    apart: float | None,
    code: str,
) -> None:
    activity = time(NOW - theirs) if theirs else "None"

    outcome = compared(step, [seat(1, idle=ours)], row(1, activity, time(NOW - made)))

    (difference,) = outcome.report["comparison"]["differences"]
    assert (difference["kind"], difference["days"]) == ("dates", apart)
    assert difference["reason_code"] == code
    words = {
        "processing": "24 hours that GitHub may take",
        "lacking-there": "more than 24 hours old when the CSV was made",
        "active-since": "Active since the CSV was made",
        "dropped-there": "Older than 90 days when the CSV was made",
        "dropped-here": "Older than 90 days by now",
        "other-feature": FEATURES,
        "granted-again": "granted again since",
    }
    assert words[code] in difference["reason"]


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_second_is_no_difference(step: Step, seconds: int) -> None:
    theirs = time(NOW - days(1) - timedelta(seconds=seconds))

    assert differences(compared(step, [seat(1)], row(1, theirs))) == {}


def test_two_seconds_are_one(step: Step) -> None:
    theirs = time(NOW - days(1) - timedelta(seconds=2))

    assert list(differences(compared(step, [seat(1)], row(1, theirs)))) == ["person-0001"]


# --- The verdict


def test_the_verdict_is_whom_to_ask_before_a_seat_is_taken(step: Step) -> None:
    records = [seat(4), seat(2, idle=None), seat(3, idle=days(60)), seat(9, idle=days(50))]
    rows = [row(9, ago(30)), row(2, ago(31)), row(3, ago(60)), row(4, ago(2.5))]

    outcome = compared(step, records, *rows)

    listed = outcome.report["comparison"]["differences"]
    changing = [each["login"] for each in listed if each["changes_idle"]]
    # Thirty days ago is still active; thirty-one is idle by GitHub's report too.
    assert changing == ["person-0009"]
    # They come first.
    assert [each["login"] for each in listed] == ["person-0009", "person-0002", "person-0004"]
    assert verdict(outcome) == (
        "4 people are in both: 1 with the same date, 3 with another; 0 are only here and 0 only in "
        "the CSV. 1 person who is idle here was active according to GitHub's own report: ask them "
        "before you take a seat back."
    )


@pytest.mark.parametrize(("limit", "within"), [("35", "35 days"), ("1", "1 day")])
def test_a_verdict_without_anyone_to_ask(step: Step, limit: str, within: str) -> None:
    outcome = compared(
        step,
        [seat(1, idle=days(40)), seat(2)],
        row(1, ago(40)),
        row(2, ago(1)),
        inactive_days=limit,
    )

    assert verdict(outcome) == (
        "Both reports agree on all 2 people. According to the CSV, none of the idle people whom it "
        f"lists was active within {within}."
    )


def test_where_nobody_is_idle_the_verdict_says_nothing_of_idle_people(step: Step) -> None:
    assert verdict(compared(step, [seat(1)], row(1, ago(1)))) == (
        "Both reports agree on the only person."
    )


def test_the_verdict_says_first_how_many_idle_people_are_not_in_the_file(step: Step) -> None:
    idle = [seat(number, idle=days(45)) for number in range(1, 5)]

    outcome = compared(step, [*idle, seat(5)], row(1, ago(45)), row(5, ago(1)))

    assert verdict(outcome) == (
        "3 of 4 idle people are not in the CSV. 2 people are in both: 2 with the same date, 0 with "
        "another; 3 are only here and 0 only in the CSV. According to the CSV, none of the idle "
        "people whom it lists was active within 30 days."
    )


def test_the_only_idle_person_is_not_in_the_file(step: Step) -> None:
    outcome = compared(step, [seat(1, idle=days(45)), seat(5)], row(5, ago(1)))

    assert verdict(outcome).startswith("The only idle person is not in the CSV. 1 person is in ")
    assert "Nobody" not in verdict(outcome)


@pytest.mark.parametrize("rows", [(), (row(7, ago(1)), row(8, ago(40)))], ids=["none", "others"])
def test_with_nobody_in_common_there_is_no_verdict(step: Step, rows: tuple[str, ...]) -> None:
    outcome = compared(step, [seat(1, idle=days(45)), seat(2)], *rows)

    assert verdict(outcome) == "No verdict: nobody in this report is in the CSV."
    assert outcome.report["comparison"]["agree"] == 0


def test_a_csv_older_than_the_limit_knows_nobody_to_be_idle(step: Step) -> None:
    outcome = compared(step, [seat(1, idle=days(50))], row(1, ago(50), ago(31)))

    assert verdict(outcome) == (
        "Both reports agree on the only person. The CSV is 31 days older than this report: "
        "download a new one to compare."
    )


@pytest.mark.parametrize(("age", "words"), [(9, "9 days"), (1.5, "1 day")])
def test_an_old_csv_is_told(step: Step, age: float, words: str) -> None:
    outcome = compared(step, [seat(1, idle=days(10))], row(1, ago(10), ago(age)))

    assert outcome.report["comparison"]["report_time"] == ago(age)
    assert verdict(outcome).endswith(
        f"The CSV is {words} older than this report: download a new one to compare."
    )


def test_a_csv_of_today_is_not_old(step: Step) -> None:
    assert "older" not in verdict(compared(step, [seat(1)], row(1, ago(1), ago(1))))


def test_of_those_asked_for_it_says_only_what_their_rows_say(step: Step) -> None:
    outcome = compared(
        step,
        [seat(2, idle=days(40)), seat(3, idle=days(40)), seat(4, idle=days(50))],
        row(2, ago(40)),
        row(4, ago(2)),
        row(5, ago(2)),
        row(6, ago(2)),
        users="Person-0002,person-0003,person-0006",
    )

    assert set(differences(outcome)) == {"person-0003", "person-0006"}
    assert verdict(outcome) == (
        "1 of 2 idle people asked for is not in the CSV. 1 person asked for is in both: 1 with the "
        "same date, 0 with another; 1 is only here and 1 only in the CSV. According to the CSV, "
        "none of the idle people whom it lists was active within 30 days."
    )
    assert outcome.report["comparison"]["rows"] == 4
    assert "(made 2026-11-02 04:00 UTC) has 4 rows, 2 for the selected people." in (
        outcome.summary or ""
    )


# --- Organizations


def test_activity_in_another_organization_is_called_that(step: Step) -> None:
    records = [seat(1, idle=days(60)), seat(2, idle=days(60)), seat(3, idle=None), seat(4)]
    rows = [
        *(row(1, ago(60), of="Acme"), row(1, ago(2), of="globex")),
        *(row(2, ago(60), of="acme"), row(2, ago(45), of="globex")),
        row(3, ago(3), of="globex"),
        *(row(4, ago(1), of="acme"), row(4, "None", of="None")),
        *(row(8, ago(1), of="globex"), row(9, ago(1), of="acme")),
    ]

    outcome = compared(step, records, *rows, header=WITH_ORGANIZATION)

    assert differences(outcome) == {
        "person-0003": ("only-here", None, "In the CSV for another organization only."),
        "person-0009": ("only-there", None, NO_SEAT),
    }
    assert outcome.report["comparison"]["agree"] == 3
    assert verdict(outcome) == (
        "1 of 3 idle people is not in the CSV for the same organization. 3 people are in both: 3 "
        "with the same date, 0 with another; 1 is only here and 1 only in the CSV. According to "
        "the CSV, none of the idle people whom it lists was active within 30 days. 2 idle people "
        "are active in another organization according to the CSV."
    )
    assert "has 9 rows, 5 for other organizations." in (outcome.summary or "")


def test_with_rows_of_other_organizations_alone_there_is_no_verdict(step: Step) -> None:
    outcome = compared(
        step, [seat(1, idle=days(60))], row(1, ago(2), of="globex"), header=WITH_ORGANIZATION
    )

    assert verdict(outcome) == (
        "No verdict: nobody in this report is in the CSV for the same organization. 1 idle person "
        "is active in another organization according to the CSV."
    )


def test_a_person_of_two_organizations_is_compared_with_the_rows_of_both(step: Step) -> None:
    action = step(
        Organization("acme", [seat(1, idle=days(60))]),
        Organization("labs", [seat(1, idle=days(40)), seat(2, login="labs")]),
    )
    rows = (
        *(row(1, ago(60), of="acme"), row(1, ago(35), of="labs"), row(1, ago(2), of="globex")),
        *(row(2, ago(2), of="acme"), row(2, ago(1), of="labs")),
    )
    put(action, *rows, header=WITH_ORGANIZATION)

    outcome = action(organization="acme,labs", activity_report="activity.csv")

    assert differences(outcome) == {"person-0001": ("dates", -5.0, FEATURES)}
    assert "1 idle person is active in another organization" in verdict(outcome)


def test_a_csv_that_names_no_organization_beside_several(step: Step) -> None:
    action = step(
        Organization("acme", [seat(1, idle=days(60)), seat(2, idle=days(60))]),
        Organization("labs", [seat(1, idle=days(40)), seat(3, idle=days(40))]),
    )
    put(action, row(1, ago(60)), row(2, ago(40)), row(3, ago(40)))

    outcome = action(organization="acme,labs", activity_report="activity.csv")

    assert differences(outcome) == {
        "person-0001": (
            "dates",
            20.0,
            "Holds seats in several organizations, and the CSV does not say which one it covers.",
        ),
        "person-0002": ("dates", -20.0, FEATURES),
    }


def test_all_rows_of_a_person_are_of_the_enterprise(step: Step) -> None:
    action = step(Enterprise("megacorp", [seat(1, idle=days(60)), seat(2, idle=days(60))]))
    put(
        action,
        *(row(1, ago(60), of="acme"), row(1, ago(2), of="labs"), row(2, ago(60), of="None")),
        header=WITH_ORGANIZATION,
    )

    outcome = action(organization="", enterprise="megacorp", activity_report="activity.csv")

    assert differences(outcome) == {"person-0001": ("dates", -58.0, FEATURES)}
    assert "another organization" not in verdict(outcome)


def test_a_renamed_person_is_found_by_either_login(step: Step) -> None:
    renamed = seat(1, idle=days(2), organization=organization("labs"))
    renamed["assignee"]["login"] = "new-name"
    action = step(Enterprise("megacorp", [seat(1, idle=days(9)), renamed]))
    put(action, row(1, ago(2)))

    outcome = action(organization="", enterprise="megacorp", activity_report="activity.csv")

    assert differences(outcome) == {}


# --- Under pseudonyms


def test_the_order_and_the_times_of_differences_name_nobody(step: Step) -> None:
    records = [seat(number, idle=days(40) + number * HOUR) for number in range(1, 30)]
    rows = [row(number, ago(2 + number % 3)) for number in range(1, 30, 2)]

    named = compared(step, records, *rows, inactive_days="20")
    action = step(Organization("acme", records), name="hidden")
    put(action, *rows)
    hidden = action(activity_report="activity.csv", anonymize="true", inactive_days="20")

    assert verdict(hidden) == verdict(named)
    listed = hidden.report["comparison"]["differences"]
    assert [each["login"] for each in listed] == [
        *sorted(each["login"] for each in listed if each["changes_idle"]),
        *sorted(each["login"] for each in listed if not each["changes_idle"]),
    ]
    assert len(listed) == 29
    times = [each[when] for each in listed for when in ("here", "there") if each[when]]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", text) for text in times)
    assert all(each["days"] is None or each["days"] % 1 == 0 for each in listed)
    # The CSV's own time is nobody's.
    assert hidden.report["comparison"]["report_time"] == time(MADE)


# --- What the file may look like


def test_the_layout_that_github_downloads(step: Step) -> None:
    records = [seat(1), seat(2, idle=None), seat(3), seat(4, idle=days(40))]
    rows = [
        (
            "2026-11-02T04:00:00Z,person-0001,2026-11-01T06:00:00Z,2026-11-01T06:00:00Z,"
            "JetBrains-IU/261.22158.277/copilot-intellij/1.6.2-nightly.19625-243"
        ),
        "2026-11-02T04:00:00Z,person-0002,None,None,None",
        "2026-11-02T04:00:00Z,Person-0003,None,2026-11-01T06:00:00Z,Unspecified surface",
        "2026-11-02T04:00:00Z,person-0004,None,2026-09-23T06:00:00Z,/unknown",
    ]

    assert differences(compared(step, records, *rows)) == {}


@pytest.mark.parametrize(
    "header",
    [
        "report_time,login,last_authenticated_at,last_activity_at,last_surface_used",
        "REPORT TIME,LOGIN,LAST AUTHENTICATED AT,LAST ACTIVITY AT,LAST SURFACE USED",
        "Report-Time, Login ,last authenticated_at,Last  Activity At,last-surface-used",
        '"Report Time","Login","Last Authenticated At","Last Activity At","Last Surface Used"',
    ],
)
def test_the_header_in_any_case_with_blanks_underscores_or_hyphens(step: Step, header: str) -> None:
    outcome = compared(step, [seat(1)], row(1, ago(1)), header=header)

    assert differences(outcome) == {}
    assert outcome.report["comparison"]["report_time"] == time(MADE)


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
    outcome = compared(step, [seat(1)], row(1, ago(1)).replace("person", "Person"))

    assert differences(outcome) == {}


def test_of_several_rows_of_a_person_the_newest_counts(step: Step) -> None:
    outcome = compared(step, [seat(1)], row(1, ago(9)), row(1, ago(1)), row(1, ""))

    assert differences(outcome) == {}
    assert outcome.report["comparison"]["rows"] == 3


def test_a_row_without_a_login_is_nobody(step: Step) -> None:
    nameless = row(1, ago(1)).replace("person-0001", "")
    outcome = compared(step, [seat(1)], row(1, ago(1)), nameless, nameless.replace(",,", ",None,"))

    assert differences(outcome) == {}
    assert verdict(outcome) == "Both reports agree on the only person."
    assert outcome.report["comparison"]["rows"] == 1
    assert "has 1 row. 2 rows without a login are left out." in (outcome.summary or "")


def test_somebody_may_be_called_null(step: Step) -> None:
    record = seat(1)
    record["assignee"]["login"] = "null"

    outcome = compared(step, [record], row(1, ago(1)).replace("person-0001", "null"))

    assert outcome.report["comparison"]["agree"] == 1


def test_columns_in_another_order_and_more_of_them(step: Step) -> None:
    header = "last_activity_at, Login ,team,last_surface_used,last_authenticated_at,REPORT_TIME"
    line = f'{ago(1)},person-0001,"Sales, EMEA",x,,{time(MADE)}'

    outcome = compared(step, [seat(1)], line, header=header)

    assert differences(outcome) == {}
    assert outcome.report["comparison"]["report_time"] == "2026-11-02T04:00:00Z"


def test_a_byte_order_mark_windows_line_ends_and_empty_lines(step: Step) -> None:
    action = step(Organization("acme", [seat(1)]))
    text = f"\ufeff{HEADER}\r\n\r\n{row(1, ago(1))}\r\n,,,,\r\n"
    (action.workspace / "activity.csv").write_bytes(text.encode())

    outcome = action(activity_report="activity.csv")

    assert differences(outcome) == {}
    assert "left out" not in (outcome.summary or "")


def test_a_csv_that_does_not_say_when_it_was_made(step: Step) -> None:
    outcome = compared(step, [seat(1), seat(2)], row(1, ago(5), made="None"))

    assert outcome.report["comparison"]["report_time"] is None
    assert set(differences(outcome)) == {"person-0001", "person-0002"}
    assert "older than this report" not in verdict(outcome)
    assert "The CSV has 1 row; it does not say when it was made." in (outcome.summary or "")


# --- What is no such file


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"login,report_time,last_seen\nperson-0001,,\n",
            "must have the columns of an activity report; last_authenticated_at is missing",
        ),
        (b"", "must have a header that names its columns"),
        (b"\n\n", "must have a header that names its columns"),
        (f"{HEADER},\n{row(1, '')},\n".encode(), "line 1, column 6: must have a name"),
        (
            f"{HEADER},Report-Time\n{row(1, '')},\n".encode(),
            "line 1, column 6: must have a different name from column 1; got 'report_time'",
        ),
        (b"PK\x03\x04\xff\xfe", "must be a CSV file, not a workbook"),
        (HEADER.encode("utf-16"), "must be text in UTF-8, not in UTF-16"),
        (f"{HEADER}\nM\xfcller".encode("latin-1"), "line 2: must be text in UTF-8"),
        (f"{HEADER}\n{row(1, '')}\n2026-11".encode(), "line 3: must have 5 cells"),
        (
            f"{HEADER}\n\n{row(1, '')},more\n".encode(),
            "line 3: must have 5 cells, like the header, not 6: cells may have shifted",
        ),
        (f'{HEADER}\n{row(1, "")}\n2026,"cut\n\n'.encode(), "line 3: must be a row of CSV"),
        (
            f"{HEADER}\n{row(1, '')}\n".replace(",", ";").encode(),
            "a spreadsheet saved it in another format",
        ),
        (
            f"{HEADER}\n{row(1, '')}\n".replace(",", "\t").encode(),
            "a spreadsheet saved it in another format",
        ),
        (
            f"{HEADER}\n{row(1, 'last week')}\n".encode(),
            (
                "line 2, column last_activity_at: must be a time such as 2026-08-15T09:30:00Z; a "
                "spreadsheet may have changed it; got 'last week'."
            ),
        ),
        (
            f"{HEADER}\n{row(1, '', made='0001-01-01T00:00:00+14:00')}\n".encode(),
            "line 2, column report_time: must be a time such as",
        ),
    ],
)
def test_a_file_that_is_no_activity_report(step: Step, content: bytes, words: str) -> None:
    action = step(Organization("acme", seats(3)))
    (action.workspace / "activity.csv").write_bytes(content)

    outcome = action(activity_report="activity.csv")

    assert outcome.status == 2
    assert outcome.error.startswith("activity-report: activity.csv")
    assert words in outcome.error
    assert 'Settings > Copilot > Access > "Get activity report", or' in outcome.error
    assert outcome.files == {"activity.csv": content}
    assert outcome.outputs == {}
    assert not outcome.summary
    assert action.server.requests == []


@pytest.mark.parametrize("inputs", [{"anonymize": "true"}, {"artifact_name": "", "summary": "off"}])
@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{row(1, 'Person-0001')}\n",
        f"{HEADER},acme,acme\n{row(1, ago(1))},x,y\n",
        f"{HEADER}\n{row(1, ago(1))},person-0001\n",
        f"acme,person-0001\n{row(1, ago(1))}\n",
    ],
    ids=["time", "columns", "shifted", "header"],
)
def test_the_errors_name_nobody_where_the_report_names_nobody(
    step: Step, content: str, inputs: dict[str, str]
) -> None:
    action = step(Organization("acme", []))
    # GitHub names the file so.
    (action.workspace / "acme-seat-activity-1774680875.csv").write_text(content)

    outcome = action(activity_report="acme-seat-activity-1774680875.csv", **inputs)

    assert outcome.status == 2
    assert outcome.error.startswith("activity-report: ")
    assert "acme" not in outcome.error
    assert "person-0001" not in outcome.error.lower()


def test_a_file_too_large_to_be_one(step: Step) -> None:
    action = step(Organization("acme", []))
    with (action.workspace / "activity.csv").open("wb") as file:
        file.truncate(64 * 1024 * 1024)

    outcome = action(activity_report="activity.csv")

    assert outcome.status == 2
    assert "activity.csv: must be smaller than 64 MiB." in outcome.error
