"""What each input changes, seen from outside."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from copilot_seat_report.destination import MANIFEST
from tests.action import Action
from tests.expected import Expected, in_organization
from tests.github_server import TOKEN, Organization
from tests.made_up import NOW, Json, days, seat, seats, team, user

Step = Callable[..., Action]

SECOND = timedelta(seconds=1)


def of(login: str, number: int, **changes: object) -> Json:
    record = seat(number, **changes)  # type: ignore[arg-type]
    record["assignee"]["login"] = login
    return record


# --- sort

PEOPLE = [
    of("delta", 1, idle=days(3), granted=days(50), assigning_team=team("Web")),
    of("Alpha", 2, idle=None, granted=days(40)),
    of("charlie", 3, idle=days(60), granted=days(30), assigning_team=team("Apps")),
    of("Bravo", 4, idle=None, granted=days(20), assigning_team=team("Web")),
    of("echo", 5, idle=days(3), granted=days(10), assigning_team=team("Apps")),
]
ORDERS = {
    "last-activity": ["Alpha", "Bravo", "charlie", "delta", "echo"],
    "login": ["Alpha", "Bravo", "charlie", "delta", "echo"],
    "team": ["Alpha", "charlie", "echo", "Bravo", "delta"],
    "created": ["delta", "Alpha", "charlie", "Bravo", "echo"],
}


@pytest.mark.parametrize("sort", [*ORDERS, *(f"-{order}" for order in ORDERS)])
def test_sort_is_the_order_of_people_in_every_list(step: Step, sort: str) -> None:
    unassigned = {"created_at": "2026-01-01T00:00:00Z", "assignee": None}

    outcome = step(Organization("acme", [unassigned, *PEOPLE]))(sort=sort)

    expected = ORDERS[sort.removeprefix("-")]
    if sort.startswith("-"):
        expected = expected[::-1]
    assert [person["login"] for person in outcome.report["people"]] == expected
    assert [row["Login"] for row in outcome.rows("activity-report.csv")] == expected
    # A seat of nobody has no place in an order of people.
    assert [row["login"] for row in outcome.rows("seats.csv")] == [*expected, ""]
    idle = {"Alpha", "Bravo", "charlie"}
    assert json.loads(outcome.outputs["idle-users"]) == [name for name in expected if name in idle]


def test_longest_ago_comes_before_lately(step: Step) -> None:
    records = [seat(1, idle=days(5)), seat(2, idle=days(80)), seat(3, idle=None), seat(4)]

    outcome = step(Organization("acme", records))(sort="last-activity")

    assert [row["Login"] for row in outcome.rows("activity-report.csv")] == [
        "person-0003",
        "person-0002",
        "person-0001",
        "person-0004",
    ]


# --- exempt-users


@pytest.mark.parametrize(
    ("patterns", "exempt"),
    [
        ("svc-build", {"svc-build"}),
        ("SVC-BUILD", {"svc-build"}),
        ("svc-*", {"svc-build", "SVC-Deploy"}),
        ("*-build", {"svc-build"}),
        ("svc-????d", {"svc-build"}),
        ("*", {"svc-build", "SVC-Deploy", "mona", "helper[bot]"}),
        ("helper[bot]", {"helper[bot]"}),
        ("*[bot]", {"helper[bot]"}),
        ("svc", set()),
        ("mon.", set()),
        ("mona, svc-build\nnobody", {"mona", "svc-build"}),
    ],
)
def test_exempt_users_are_never_idle(step: Step, patterns: str, exempt: set[str]) -> None:
    logins = ["svc-build", "SVC-Deploy", "mona", "helper[bot]"]
    records = [of(login, number, idle=days(60)) for number, login in enumerate(logins, start=1)]

    outcome = step(Organization("acme", records))(exempt_users=patterns)

    assert outcome.outputs["exempt"] == str(len(exempt))
    assert set(json.loads(outcome.outputs["idle-users"])) == set(logins) - exempt
    flags = {row["login"]: row["flags"] for row in outcome.rows("seats.csv")}
    assert {login for login, flag in flags.items() if flag == "exempt"} == exempt
    # They stay inactive people, and cost what they cost.
    assert outcome.figures("inactive", "monthly-cost") == {
        "inactive": "4",
        "monthly-cost": "76.00",
    }


# --- prices and currency


def test_prices_and_currency(step: Step) -> None:
    records = [seat(1), seat(2, idle=days(60), plan_type="enterprise"), seat(3, idle=None)]

    outcome = step(Organization("acme", records))(
        price_business="16.05", price_enterprise="33", currency="EUR"
    )

    assert outcome.figures("monthly-cost", "idle-monthly-cost", "currency") == {
        "monthly-cost": "65.10",
        "idle-monthly-cost": "49.05",
        "currency": "EUR",
    }
    assert {row["monthly_price"] for row in outcome.rows("seats.csv")} == {"16.05", "33.00"}
    assert outcome.report["rules"]["price_business"] == 16.05
    assert outcome.report["rules"]["currency"] == "EUR"
    assert outcome.summary
    assert "EUR 49.05 of 65.10" in outcome.summary
    assert "USD" not in outcome.summary


def test_the_dearest_plan_is_the_one_with_the_higher_price(step: Step) -> None:
    records = [seat(1), seat(1, plan_type="enterprise", assigning_team=team("Web"))]

    outcome = step(Organization("acme", records))(price_business="50", price_enterprise="40")

    assert outcome.report["people"][0]["plan"] == "business"
    assert outcome.outputs["monthly-cost"] == "50.00"


def test_prices_may_be_nothing(step: Step) -> None:
    outcome = step(Organization("acme", seats(20)))(price_business="0", price_enterprise="0.00")

    assert outcome.figures("monthly-cost", "idle-monthly-cost") == {
        "monthly-cost": "0.00",
        "idle-monthly-cost": "0.00",
    }


# --- inactive-days and new-seat-days, at their edges


@pytest.mark.parametrize("limit", [1, 30, 3650])
def test_inactive_days(step: Step, limit: int) -> None:
    records = [seat(1, idle=days(limit)), seat(2, idle=days(limit) + SECOND)]

    outcome = step(Organization("acme", records))(inactive_days=str(limit))

    statuses = {row["login"]: row["status"] for row in outcome.rows("seats.csv")}
    assert statuses == {"person-0001": "active", "person-0002": "inactive"}


@pytest.mark.parametrize("limit", [0, 14, 3650])
def test_new_seat_days(step: Step, limit: int) -> None:
    records = [
        seat(1, idle=None, granted=days(limit)),
        seat(2, idle=None, granted=days(limit) + SECOND),
    ]

    outcome = step(Organization("acme", records))(new_seat_days=str(limit))

    statuses = {row["login"]: row["status"] for row in outcome.rows("seats.csv")}
    assert statuses == {"person-0001": "new", "person-0002": "no-activity"}


@pytest.mark.parametrize(("limit", "said"), [("90", False), ("91", True)])
def test_a_limit_beyond_what_github_keeps_is_told(step: Step, limit: str, said: bool) -> None:
    outcome = step(Organization("acme", seats(20)))(inactive_days=limit)

    assert outcome.summary
    assert ("may have been active less than" in outcome.summary) is said


# --- formats, summary


@pytest.mark.parametrize(
    ("formats", "names"),
    [
        ("html", ["report.html"]),
        ("CSV", ["activity-report.csv", "editors.csv", "people.csv", "seats.csv", "teams.csv"]),
        ("xlsx", ["report.xlsx"]),
        ("json\nhtml", ["report.html", "report.json"]),
    ],
)
def test_formats(step: Step, formats: str, names: list[str]) -> None:
    outcome = step(Organization("acme", seats(5)))(formats=formats)

    assert outcome.status == 0, outcome.log
    directory = outcome.workspace / "copilot-seat-report"
    assert {path.name for path in directory.iterdir()} == {*names, "summary.md", MANIFEST}


def test_files_of_an_earlier_report_do_not_stay_beside_a_newer_one(step: Step) -> None:
    action = step(Organization("acme", seats(5)))
    directory = action.workspace / "copilot-seat-report"
    action(formats="csv,json")
    (directory / "notes.txt").write_text("mine")

    action(formats="json", summary="off")

    assert {path.name for path in directory.iterdir()} == {"notes.txt", "report.json", MANIFEST}


def test_a_full_summary_names_idle_people_and_is_in_a_file_too(step: Step) -> None:
    outcome = step(Organization("acme", seats(40)))()

    assert outcome.summary
    assert all(
        f"`{login}`" in outcome.summary for login in json.loads(outcome.outputs["idle-users"])
    )
    assert outcome.text("summary.md") == outcome.summary


def test_a_summary_of_totals_names_nobody(step: Step) -> None:
    outcome = step(Organization("acme", seats(40)))(summary="totals", users="")

    assert outcome.summary
    assert "person-" not in outcome.summary
    assert outcome.outputs["idle-monthly-cost"] in outcome.summary


def test_a_summary_of_totals_names_no_one_asked_for_either(step: Step) -> None:
    outcome = step(Organization("acme", seats(40)))(summary="totals", users="person-9999")

    assert outcome.summary
    assert "person-9999" not in outcome.summary


def test_a_summary_that_is_off(step: Step) -> None:
    outcome = step(Organization("acme", seats(5)))(summary="off")

    assert outcome.summary == ""
    assert "copilot-seat-report/summary.md" not in outcome.files


def test_a_summary_stands_behind_what_is_there_already(step: Step) -> None:
    action = step(Organization("acme", seats(5)))
    environment = action._environment({})
    summary = Path(environment["GITHUB_STEP_SUMMARY"])
    action.environment["GITHUB_STEP_SUMMARY"] = str(action.folder / "earlier")
    (action.folder / "earlier").write_text("# Earlier step\n", "utf-8")

    outcome = action()

    written = (action.folder / "earlier").read_text("utf-8")
    assert written == "# Earlier step\n" + outcome.text("summary.md")
    assert summary.read_text("utf-8") == ""


# --- output-directory


@pytest.mark.parametrize(
    ("directory", "place"),
    [
        ("out", "out"),
        ("deep/er/out", "deep/er/out"),
        ("a/../b", "b"),
        ("./c/", "c"),
        ("with blanks & ümlauts", "with blanks & ümlauts"),
        (".", "."),
    ],
)
def test_output_directory(step: Step, directory: str, place: str) -> None:
    outcome = step(Organization("acme", seats(5)))(output_directory=directory)

    assert outcome.status == 0, outcome.log
    assert outcome.outputs["report-directory"] == place
    assert (outcome.workspace / place / "seats.csv").is_file()
    assert {Path(name).parent.as_posix() for name in outcome.files} == {place}


def test_an_absolute_path_and_a_link_within_the_workspace_are_inside(step: Step) -> None:
    action = step(Organization("acme", seats(5)))
    (action.workspace / "real").mkdir()
    (action.workspace / "link").symlink_to("real")

    by_path = action(output_directory=str(action.workspace / "absolute"))
    by_link = action(output_directory="link/out")

    assert by_path.outputs["report-directory"] == "absolute"
    assert by_link.outputs["report-directory"] == "real/out"
    assert (action.workspace / "real" / "out" / "seats.csv").is_file()


# --- max-idle-percent


@pytest.mark.parametrize(
    ("limit", "status"),
    [("", 0), ("100", 0), ("25", 0), ("25%", 0), ("24.99", 1), ("0", 1)],
)
def test_max_idle_percent_fails_the_step_after_publishing(
    step: Step, limit: str, status: int
) -> None:
    records = [seat(1, idle=days(60)), *(seat(number) for number in (2, 3, 4))]

    outcome = step(Organization("acme", records))(max_idle_percent=limit)

    assert outcome.status == status
    assert outcome.outputs["idle-percent"] == "25.0"
    assert outcome.summary
    assert len(outcome.rows("seats.csv")) == 4
    if status:
        number = re.escape(limit)
        assert re.match(rf"25\.0% of the people are idle, more than the {number}%", outcome.error)
        assert outcome.error.endswith("The report is published.")
    else:
        assert outcome.annotations("error") == []


def test_of_nobody_no_share_is_idle(step: Step) -> None:
    assert step(Organization("acme", []))(max_idle_percent="0").status == 0


def test_the_share_is_not_rounded_before_it_is_judged(step: Step) -> None:
    """One of 3000 is 0.03 %, which the outputs show as 0.0."""
    records = [seat(1, idle=days(60)), *(seat(number) for number in range(2, 3001))]

    outcome = step(Organization("acme", records))(max_idle_percent="0")

    assert outcome.outputs["idle-percent"] == "0.0"
    assert outcome.status == 1


# --- where the inputs come from


def test_an_input_that_is_given_but_empty_has_its_default(step: Step) -> None:
    """A scheduled run leaves the inputs of a manual one empty."""
    records = seats(60)
    empty = dict.fromkeys(
        "organization enterprise users api_url inactive_days new_seat_days exempt_users "
        "price_business price_enterprise currency sort formats summary retention_days "
        "output_directory activity_report max_idle_percent anonymize anonymize_key "
        "public_repository sample".split(),
        " ",
    )
    action = step(Organization("acme", records), GH_TOKEN="unused")

    outcome = action(**empty)

    assert outcome.status == 0, outcome.log
    expected = Expected(in_organization("acme", records), plans={"acme": "business"})
    assert outcome.figures(*expected.figures) == expected.figures
    assert (outcome.workspace / "copilot-seat-report" / "report.html").is_file()


def test_the_repositorys_owner_is_the_organization_if_none_is_given(step: Step) -> None:
    action = step(Organization("octo-corp", seats(2)), GITHUB_REPOSITORY_OWNER="octo-corp")

    assert action().report["names"] == ["octo-corp"]


def test_a_flag_goes_before_the_runners_input(step: Step) -> None:
    outcome = step(Organization("acme", seats(5)))(
        "--currency", "EUR", "--inactive-days=7", currency="GBP", inactive_days="8"
    )

    assert outcome.outputs["currency"] == "EUR"
    assert outcome.report["rules"]["inactive_days"] == 7


@pytest.mark.parametrize(
    ("epoch", "time", "shown"),
    [
        ("1793577599", "2026-11-01T23:59:59Z", "1 November 2026, 23:59 UTC"),
        ("", "2026-11-02T06:00:00Z", "2 November 2026, 06:00 UTC"),
    ],
)
def test_the_time_of_the_report_is_one_instant(
    step: Step, epoch: str, time: str, shown: str
) -> None:
    """SOURCE_DATE_EPOCH, where set, in place of the clock."""
    outcome = step(Organization("acme", seats(5)), SOURCE_DATE_EPOCH=epoch)()

    assert outcome.report["report_time"] == time
    assert {row["Report Time"] for row in outcome.rows("activity-report.csv")} == {time}
    assert outcome.summary
    assert f"As of {shown}." in outcome.summary


def test_a_path_behind_the_address_stays(step: Step) -> None:
    action = step(Organization("acme", seats(5)))

    outcome = action(api_url=f"{action.server.url}/api")

    assert outcome.status == 1
    asked = {request.path for request in action.server.requests if request.token == TOKEN}
    assert all(path.startswith("/api/orgs/acme/") for path in asked)
    assert asked


def test_a_user_is_known_by_number_not_by_name(step: Step) -> None:
    """A login can change between two pages; the person is the same."""
    records = [
        seat(1, assignee=user(1, login="before"), idle=days(50)),
        seat(1, assignee=user(1, login="after"), idle=days(2), assigning_team=team("Web")),
    ]

    outcome = step(Organization("acme", records))()

    assert outcome.outputs["people"] == "1"
    assert outcome.report["people"][0]["login"] == "after"


# --- The clock


def date_of(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


@pytest.mark.parametrize(
    ("offset", "off"),
    [
        (timedelta(minutes=5), ""),
        (timedelta(minutes=-5), ""),
        (timedelta(minutes=-6), "6 minutes ahead of GitHub's"),
        (timedelta(hours=5), "5 hours behind GitHub's"),
    ],
)
@pytest.mark.parametrize("epoch", ["", str(int(NOW.timestamp()))])
def test_a_clock_that_is_not_githubs_is_one_warning(
    step: Step, offset: timedelta, off: str, epoch: str
) -> None:
    action = step(Organization("acme", seats(230)), SOURCE_DATE_EPOCH=epoch)
    action.server.date = date_of(NOW + offset)

    outcome = action()

    assert outcome.status == 0, outcome.log
    said = [text for text in outcome.annotations("warning") if "The clock of this machine" in text]
    assert [text.startswith(f"The clock of this machine is {off}. ") for text in said] == (
        [True] if off else []
    )
    assert outcome.summary
    in_report = f"The clock of the machine that made this report was {off}" in outcome.summary
    assert in_report is bool(off and not epoch)


def test_a_report_time_of_another_year_than_githubs_is_in_the_report(step: Step) -> None:
    action = step(Organization("acme", seats(3)), SOURCE_DATE_EPOCH="1577836800")
    action.server.date = date_of(NOW)

    outcome = action()

    assert "The time of this report is in 2020, although GitHub's clock showed 2026" in (
        outcome.summary or ""
    )
    assert outcome.annotations("warning") == []


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Nov 2026 06:00:00 GMT", "0"])
def test_an_answer_that_does_not_say_when(step: Step, date: str) -> None:
    action = step(Organization("acme", seats(3)), SOURCE_DATE_EPOCH="1577836800")
    action.server.date = date

    outcome = action()

    assert outcome.status == 0, outcome.log
    assert "GitHub's clock" not in (outcome.summary or "")
