"""The main job: the seats of one organization, from GitHub's answers to what is published."""

import json
import re
from collections.abc import Callable

import pytest

from tests.action import Action
from tests.expected import Expected, in_organization
from tests.github_server import REFUSALS, TOKEN, WORKFLOW_TOKEN, Organization
from tests.loopback import Answer, Request, changing
from tests.made_up import days, seat, seats, team, user

Step = Callable[..., Action]

EVERY_FILE = {
    "report.html",
    "people.csv",
    "seats.csv",
    "activity-report.csv",
    "teams.csv",
    "editors.csv",
    "report.xlsx",
    "report.json",
    "history.json",
    "summary.md",
}
SEATS_COLUMNS = (
    "organization,login,user_id,status,flags,last_activity_at,days_since_activity,"
    "last_activity_editor,editor,editor_version,last_authenticated_at,created_at,assigning_team,"
    "plan_type,pending_cancellation_date,monthly_price"
)


def test_230_seats_on_three_pages_give_every_file_figure_and_output(step: Step) -> None:
    records = seats(230)
    action = step(Organization("acme", records))

    outcome = action.start()

    assert outcome.status == 0, outcome.log
    assert set(outcome.files) == {f"copilot-seat-report/{name}" for name in EVERY_FILE}
    expected = Expected(in_organization("acme", records), plans={"acme": "business"})
    assert outcome.figures(*expected.figures) == expected.figures
    assert set(json.loads(outcome.outputs["idle-users"])) == expected.idle_logins
    assert outcome.outputs["complete"] == "true"
    assert outcome.outputs["report-directory"] == "copilot-seat-report"
    assert outcome.summary
    assert expected.figures["idle-monthly-cost"] in outcome.summary
    assert outcome.annotations("error") == outcome.annotations("warning") == []
    pages = [r.query.get("page", "1") for r in action.server.requests if "/seats" in r.path]
    assert sorted(pages) == ["1", "2", "3"]


@pytest.mark.parametrize("count", [0, 1, 100, 101, 10_000])
def test_the_figures_are_right_for_a_list_of(step: Step, count: int) -> None:
    records = seats(count)
    action = step(Organization("acme", records, plan="enterprise"))
    action.server.secondary_limits = False

    outcome = action()

    assert outcome.status == 0, outcome.log
    expected = Expected(in_organization("acme", records), plans={"acme": "enterprise"})
    assert outcome.figures(*expected.figures) == expected.figures
    assert set(json.loads(outcome.outputs["idle-users"])) == expected.idle_logins
    assert len(outcome.rows("seats.csv")) == count
    assert outcome.report["totals"]["seats"] == count


def test_nobody_with_a_seat_is_a_report_too(step: Step) -> None:
    outcome = step(Organization("acme", [])).start()

    assert outcome.status == 0, outcome.log
    assert set(outcome.files) == {f"copilot-seat-report/{name}" for name in EVERY_FILE}
    assert outcome.text("seats.csv") == f"{SEATS_COLUMNS}\n"
    assert outcome.outputs["idle-percent"] == "0.0"
    assert outcome.outputs["idle-users"] == "[]"
    assert outcome.annotations("notice")[-1] == "Nobody holds a Copilot seat."


@pytest.mark.parametrize("stated", [0, 7, 1_000])
def test_the_stated_total_does_not_drive_the_paging(step: Step, stated: int) -> None:
    outcome = step(Organization("acme", seats(230), stated=stated))()

    assert outcome.status == 0, outcome.log
    assert outcome.outputs["seats"] == "230"
    assert outcome.outputs["complete"] == "false"
    assert re.match("(May be i|I)ncomplete: 230 ", outcome.annotations("warning")[0])


def test_the_total_of_the_settings_stands_in_for_that_of_the_list(step: Step) -> None:
    outcome = step(Organization("acme", seats(3), totals=False))()

    assert outcome.outputs["complete"] == "true"
    agrees = "3 seats of organization acme read; this matches GitHub's total (3)"
    assert agrees in outcome.stdout


def test_a_list_without_a_total_is_measured_by_the_settings(step: Step) -> None:
    """The `Link` header is lost, so that only the first page is found."""
    outcome = step(Organization("acme", seats(350), totals=False, links=lambda _: ""))()

    assert outcome.status == 0, outcome.log
    assert outcome.figures("seats", "complete") == {"seats": "100", "complete": "false"}
    completeness = outcome.report["overviews"][0]["completeness"]
    assert (completeness["stated"], completeness["stated_by"]) == (350, "seat-settings")
    assert completeness["changed"] is False


LINK_FORMS = {
    "a relation in capitals": lambda link: link.replace("rel=", "REL=").replace("next", "NEXT"),
    "without quotes": lambda link: re.sub('rel="([a-z]+)"', r"rel=\1", link),
    "another parameter with a comma": lambda link: link.replace("; rel", '; title="a, b; c"; rel'),
    "several relations of one link": lambda link: re.sub(
        '<([^>]*page=)[^>]*>; rel="prev", ', "", link
    ).replace('rel="next"', 'rel="next following"'),
    "no last page": lambda link: re.sub(', <[^>]*>; rel="last"', "", link),
}


@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize("form", LINK_FORMS)
def test_the_next_page_is_found_in_every_form_of_a_link(
    step: Step, form: str, totals: bool
) -> None:
    account = Organization("acme", seats(350), totals=totals, links=LINK_FORMS[form])

    outcome = step(account)()

    assert outcome.figures("seats", "complete") == {"seats": "350", "complete": "true"}


def test_one_odd_assignee_is_listed_as_unassigned(step: Step) -> None:
    odd = [
        {**user(2), "type": "Team"},
        {**user(3), "type": "Organization"},
        {**user(4), "login": None},
        {"id": 5},
        {},
    ]
    records = [seat(1, idle=days(60)), *(seat(9, assignee=assignee) for assignee in odd)]

    outcome = step(Organization("acme", records, off_schema=True))()

    assert outcome.status == 0, outcome.log
    assert outcome.figures("seats", "people", "unassigned", "idle", "complete") == {
        "seats": "6",
        "people": "1",
        "unassigned": "5",
        "idle": "1",
        "complete": "true",
    }
    (warning,) = outcome.annotations("warning")
    assert warning.startswith("The assignee of 5 of the seats is not a person")
    assert [row["status"] for row in outcome.rows("seats.csv")].count("unassigned") == 5


def test_one_seat_is_told_as_one(step: Step) -> None:
    record = seat(9, assignee=user(9, type="Team"))

    outcome = step(Organization("acme", [record], off_schema=True))()

    assert "1 seat of organization acme read" in outcome.log
    (warning,) = outcome.annotations("warning")
    assert warning.endswith("who it is: this seat is listed as unassigned.")


def test_no_seats_need_no_list_of_them(step: Step) -> None:
    account = Organization("acme", [], off_schema=True)
    action = step(account)
    respond = action.server.respond

    def without_list(request: Request) -> Answer:
        answer = respond(request)
        return Answer(answer.status, answer.body.replace(b', "seats": []', b""), answer.headers)

    action.server.respond = without_list  # type: ignore[method-assign]

    outcome = action()

    assert outcome.status == 0, outcome.log
    assert outcome.figures("seats", "complete") == {"seats": "0", "complete": "true"}


def test_settings_without_a_breakdown_are_settings(step: Step) -> None:
    account = Organization("acme", seats(3), plan="enterprise", off_schema=True)
    account.settings = {"seat_breakdown": None, "plan_type": "enterprise", "cli": "enabled"}

    outcome = step(account)()

    assert outcome.status == 0, outcome.log
    (overview,) = outcome.report["overviews"]
    assert overview["breakdown"] == []
    assert ["Copilot CLI", "enabled"] in overview["settings"]


@pytest.mark.parametrize("refusal", ["not there", "not an owner", "no subscription"])
def test_refused_settings_are_said_and_do_no_harm(step: Step, refusal: str) -> None:
    account = Organization("acme", seats(30))
    account.settings = REFUSALS[refusal]

    outcome = step(account)(formats="html,csv,json")

    assert outcome.status == 0, outcome.log
    assert outcome.figures("seats", "complete") == {"seats": "30", "complete": "true"}
    (warning,) = outcome.annotations("warning")
    assert warning.startswith("The seat settings of organization acme were refused with status 4")
    (overview,) = outcome.report["overviews"]
    assert overview["settings"] == overview["breakdown"] == []
    assert overview["settings_refused"].startswith("status 4")
    said = "GitHub refused access to the seat settings"
    assert said in outcome.text("report.html")
    assert said in (outcome.summary or "")


@pytest.mark.parametrize("refusal", ["expired", "version retired"])
def test_another_refusal_of_the_settings_fails_the_run(step: Step, refusal: str) -> None:
    account = Organization("acme", seats(30))
    account.settings = REFUSALS[refusal]

    outcome = step(account)()

    assert outcome.status == 1
    assert "The request for the seat settings of organization acme was refused" in outcome.error
    outcome.assert_nothing_published()


def test_only_get_is_sent_with_the_headers_that_github_asks_for(step: Step) -> None:
    action = step(Organization("acme", seats(101)))

    action()

    assert {request.method for request in action.server.requests} == {"GET"}
    for request in action.server.requests:
        assert request.headers["accept"] == "application/vnd.github+json"
        assert request.headers["x-github-api-version"] == "2026-03-10"
        assert re.fullmatch(r"copilot-seat-report/\d+\.\d+\.\d+", request.headers["user-agent"])
        assert request.body == b""
        assert not request.path.endswith("/")
    asked = {request.path: request for request in action.server.requests}
    assert asked["/orgs/acme/copilot/billing/seats"].query["per_page"] == "100"
    assert asked["/orgs/acme/copilot/billing"].token == TOKEN
    assert asked["/repos/acme/reports"].token == WORKFLOW_TOKEN


def test_the_tokens_are_in_no_address_log_line_or_file(step: Step) -> None:
    action = step(Organization("acme", seats(101)))

    outcome = action.start(anonymize_key="the-key-of-sixteen", anonymize="true")

    for secret in (TOKEN, WORKFLOW_TOKEN, "the-key-of-sixteen"):
        assert f"::add-mask::{secret}" in outcome.stdout
        said = outcome.log.replace(f"::add-mask::{secret}\n", "")
        assert secret not in said
        assert secret not in (outcome.summary or "") + str(outcome.outputs)
        assert not any(secret.encode() in content for content in outcome.files.values())
        assert not any(secret in request.target for request in action.server.requests)
    masked = outcome.stdout.splitlines()[
        : outcome.stdout.splitlines().index("::group::Reading the seats")
    ]
    assert len([line for line in masked if line.startswith("::add-mask::")]) == 3


def test_seats_csv_to_the_letter(step: Step) -> None:
    records = [
        seat(
            1,
            idle=days(45.99),
            signed_in=days(2),
            granted=days(200),
            cancelled=True,
            plan_type="enterprise",
            assigning_team=team('Sales, "EMEA"'),
            last_activity_editor="vscode/1.105.1/copilot-chat/0.32.4",
        ),
        seat(2, idle=None, signed_in=None, granted=days(14), without=["plan_type"]),
        {"created_at": "2026-01-05T04:00:00-05:00", "assignee": None},
    ]

    outcome = step(Organization("acme", records))()

    assert outcome.text("seats.csv") == (
        f"{SEATS_COLUMNS}\n"
        "acme,person-0002,1002,new,,,,,,,,2026-10-19T06:00:00Z,,,,19.00\n"
        "acme,person-0001,1001,inactive,pending-cancellation check-telemetry,"
        "2026-09-17T06:14:24Z,45,vscode/1.105.1/copilot-chat/0.32.4,VS Code,1.105.1,"
        '2026-10-31T06:00:00Z,2026-04-16T06:00:00Z,"Sales, ""EMEA""",enterprise,2026-12-01,39.00\n'
        "acme,,,unassigned,,,,,,,,2026-01-05T09:00:00Z,,,,0.00\n"
    )


def test_the_other_csv_files_to_the_letter(step: Step) -> None:
    records = [
        seat(1, idle=days(45), signed_in=days(60), last_activity_editor="vscode/1.105.1/x/1"),
        seat(2, idle=None, signed_in=None),
        seat(
            3, idle=days(1), signed_in=days(3), assigning_team=team("Web"), plan_type="enterprise"
        ),
        seat(4, idle=days(1), signed_in=None, last_activity_editor=""),
    ]
    records[2]["last_activity_editor"] = "copilot-chat-platform"

    outcome = step(Organization("acme", records))()

    assert outcome.text("activity-report.csv") == (
        "Report Time,Login,Last Authenticated At,Last Activity At,Last Surface Used\n"
        "2026-11-02T06:00:00Z,person-0002,None,None,None\n"
        "2026-11-02T06:00:00Z,person-0001,2026-09-03T06:00:00Z,2026-09-18T06:00:00Z,"
        "vscode/1.105.1/x/1\n"
        "2026-11-02T06:00:00Z,person-0003,2026-10-30T06:00:00Z,2026-11-01T06:00:00Z,"
        "copilot-chat-platform\n"
        "2026-11-02T06:00:00Z,person-0004,None,2026-11-01T06:00:00Z,None\n"
    )
    assert outcome.text("teams.csv") == (
        "organization,team,people,active,idle,ask_first,monthly_cost,idle_monthly_cost\n"
        "acme,Web,1,1,0,0,39.00,0.00\n"
        "acme,,3,1,2,0,57.00,38.00\n"
    )
    assert outcome.text("editors.csv") == (
        "editor,people,active,idle,ask_first,monthly_cost,idle_monthly_cost\n"
        "Copilot Chat on GitHub.com,1,1,0,0,39.00,0.00\n"
        "VS Code,1,0,1,0,19.00,19.00\n"
        "not stated,1,1,0,0,19.00,0.00\n"
        ",1,0,1,0,19.00,19.00\n"
    )


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_no_cell_of_a_csv_file_is_a_formula(step: Step, formula: str) -> None:
    record = seat(
        1,
        assigning_team=team(formula),
        last_activity_editor=formula,
        plan_type=formula,
        assignee=user(1, login=formula),
    )

    outcome = step(Organization("acme", [record], off_schema=True))()

    (row,) = outcome.rows("seats.csv")
    for column in ("login", "assigning_team", "last_activity_editor", "editor", "plan_type"):
        assert row[column] == f"'{formula}"
    assert outcome.rows("teams.csv")[0]["team"] == f"'{formula}"
    assert outcome.rows("editors.csv")[0]["editor"] == f"'{formula}"
    assert outcome.rows("activity-report.csv")[0]["Login"] == f"'{formula}"
    # JSON is no spreadsheet's: there the text is as it is.
    assert outcome.report["seats"][0]["assigning_team"] == formula


def test_a_name_with_control_characters_stays_one_cell_of_one_line(step: Step) -> None:
    record = seat(1, assigning_team=team("Web\r\nteam\t\x00\u202e"))

    outcome = step(Organization("acme", [record]))()

    assert outcome.rows("seats.csv")[0]["assigning_team"] == "Web\ufffd\ufffdteam\ufffd\ufffd\ufffd"
    assert outcome.text("seats.csv").count("\n") == 2
    assert "\r" not in outcome.text("seats.csv")


def test_times_with_any_offset_are_read_and_written_in_utc(step: Step) -> None:
    record = seat(1)
    record["last_activity_at"] = "2026-10-31T23:30:00-05:00"
    record["last_authenticated_at"] = "2026-10-25T02:30:00.999+02:00"
    record["created_at"] = "2025-12-31T20:15:00+05:45"

    outcome = step(Organization("acme", [record]))()

    (row,) = outcome.rows("seats.csv")
    assert row["last_activity_at"] == "2026-11-01T04:30:00Z"
    assert row["last_authenticated_at"] == "2026-10-25T00:30:00Z"
    assert row["created_at"] == "2025-12-31T14:30:00Z"
    assert row["days_since_activity"] == "1"


def test_report_json_has_everything(step: Step) -> None:
    records = seats(60)

    outcome = step(Organization("acme", records))()

    report = outcome.report
    expected = Expected(in_organization("acme", records), plans={"acme": "business"}).figures
    assert report["schema_version"] == 1
    assert report["report_time"] == "2026-11-02T06:00:00Z"
    assert report["names"] == ["acme"]
    assert report["sample"] is report["anonymized"] is report["enterprise"] is False
    for name, text in expected.items():
        value = report["totals"][name]
        assert value == (text if name == "currency" else float(text)), name
    assert report["totals"]["idle-users"] == json.loads(outcome.outputs["idle-users"])
    assert report["totals"]["complete"] is True
    assert [person["login"] for person in report["people"] if person["idle"]] == (
        report["totals"]["idle-users"]
    )
    for row, record in zip(outcome.rows("seats.csv"), report["seats"], strict=True):
        for column, text in row.items():
            value = record[column]
            if column == "flags":
                value = " ".join(value)
            elif column == "monthly_price":
                value = f"{value:.2f}"
            assert ("" if value is None else str(value)) == text, column
    assert sum(age["people"] for age in report["ages"]) == report["totals"]["people"]
    assert sum(plan["people"] for plan in report["plans"]) == report["totals"]["people"]


def test_unknown_keys_and_absent_ones_do_no_harm(step: Step) -> None:
    bare = {"created_at": "2026-01-05T09:00:00Z", "assignee": {"id": 7, "login": "bare"}}
    action = step(
        Organization("acme", [bare, {**seat(2), "new_field": {"a": []}}], off_schema=True)
    )

    outcome = action()

    assert outcome.status == 0, outcome.log
    assert {row["login"]: row["status"] for row in outcome.rows("seats.csv")} == {
        "bare": "no-activity",
        "person-0002": "active",
    }


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"created_at": None}, r"\$.seats\[1\].created_at"),
        ({"created_at": "yesterday"}, r"\$.seats\[1\].created_at"),
        ({"created_at": "2026-01-05T09:00:00"}, r"\$.seats\[1\].created_at"),
        ({"assignee": "person-0002"}, r"\$.seats\[1\].assignee"),
        ({"last_activity_at": 5}, r"\$.seats\[1\].last_activity_at"),
        ({"pending_cancellation_date": "soon"}, r"\$.seats\[1\].pending_cancellation_date"),
    ],
)
def test_a_page_of_another_shape_is_named_with_the_field(
    step: Step, change: dict[str, object], where: str
) -> None:
    records = [*seats(100), seat(101), {**seat(102), **change}]

    outcome = step(Organization("acme", records, off_schema=True))()

    assert outcome.status == 1
    assert "Page 2 of the seats of organization acme" in outcome.error
    assert re.search(where, outcome.error)
    outcome.assert_nothing_published()


def test_a_page_without_seats_is_no_empty_list(step: Step) -> None:
    action = step(Organization("acme", seats(3)))
    action.server.faults = dict.fromkeys(range(1, 9), changing(without_seats))

    outcome = action()

    assert outcome.status == 1
    assert "Page 1 of the seats of organization acme" in outcome.error
    assert "`seats`" in outcome.error
    outcome.assert_nothing_published()


def without_seats(answer: Answer) -> Answer:
    return Answer(answer.status, answer.body.replace(b'"seats"', b'"people"'), answer.headers)


def test_a_name_that_nobody_has_met_as_editor_is_shown_as_it_is(step: Step) -> None:
    record = seat(1, last_activity_editor="Brand-New Editor 3000/7.1/plug/2")

    outcome = step(Organization("acme", [record]))()

    assert outcome.rows("seats.csv")[0]["editor"] == "Brand-New Editor 3000"
    assert outcome.rows("editors.csv")[0]["editor"] == "Brand-New Editor 3000"


def test_two_runs_over_the_same_seats_write_the_same_bytes(step: Step) -> None:
    records = seats(230)
    first = step(Organization("acme", records), name="first").start()
    second = step(Organization("acme", records[::-1]), name="second").start()

    assert first.status == 0, first.log
    assert first.files == second.files
    assert first.summary == second.summary


def test_githubs_own_count_stands_beside_a_recount(step: Step) -> None:
    """On the second of the month nearly everyone is inactive in the billing cycle."""
    records = [seat(1), seat(2, idle=days(3)), seat(3, granted=days(0.5)), seat(4, cancelled=True)]
    action = step(Organization("acme", records, plan="enterprise"))
    respond = action.server.respond

    def lagging(request: Request) -> Answer:
        answer = respond(request)
        body = answer.body.replace(b'"active_this_cycle": 3', b'"active_this_cycle": 2')
        return Answer(answer.status, body, answer.headers)

    action.server.respond = lagging  # type: ignore[method-assign]

    outcome = action()

    (overview,) = outcome.report["overviews"]
    counts = {count["name"]: (count["github"], count["recount"]) for count in overview["breakdown"]}
    assert counts == {
        "Seats": (4, 4),
        "Added this cycle": (1, 1),
        "Pending invitations": (0, None),
        "Pending cancellations": (1, 1),
        "Active this cycle": (2, 3),
        "Inactive this cycle": (1, 1),
    }
    active = overview["breakdown"][4]["explanation"]
    assert "may take 24 hours to process activity" in active
    assert "This is day 2 of the cycle" in active
    assert overview["plan_type"] == "enterprise"
    assert ["Copilot CLI", "disabled"] in overview["settings"]
    assert outcome.summary
    for text in ("Active this cycle", "day 2 of the cycle", "selected people and teams"):
        assert text in outcome.summary


def test_who_signs_in_unseen_is_told_with_the_editors_page(step: Step) -> None:
    records = [
        seat(1, idle=days(50), signed_in=days(2), last_activity_editor="vscode/1.105.1/"),
        seat(2, idle=None, signed_in=days(3)),
        seat(3, idle=days(50)),
    ]

    outcome = step(Organization("acme", records))()

    first, second = outcome.report["telemetry"]
    assert (first["login"], first["last_activity_at"]) == ("person-0002", None)
    assert second == {
        "login": "person-0001",
        "editor": "VS Code",
        "last_authenticated_at": "2026-10-31T06:00:00Z",
        "last_activity_at": "2026-09-13T06:00:00Z",
        "guides": [["VS Code", "https://code.visualstudio.com/docs/configure/telemetry"]],
    }
    assert len(first["guides"]) > 3
    assert outcome.summary
    for text in (
        "https://code.visualstudio.com/docs/configure/telemetry",
        "https://www.jetbrains.com/help/idea/settings-usage-statistics.html",
        "24 hours",
    ):
        assert text in outcome.summary
    assert [row["flags"] for row in outcome.rows("seats.csv")] == [
        "check-telemetry",
        "check-telemetry",
        "",
    ]
