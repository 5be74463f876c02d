"""The people file through the front door: departments, leavers, and what is no such file."""

import json
import re
from collections.abc import Callable

import jsonschema_rs
import pytest

from copilot_seat_report.files.document import schema
from tests.action import Action
from tests.github_server import Organization
from tests.histories import encoded, history, person
from tests.made_up import days, seat

Step = Callable[..., Action]

# Of six people, four used nothing lately; nobody of these names works anywhere.
SEATS = [
    seat(1),
    seat(2, idle=days(45)),
    seat(3, idle=days(60), plan_type="enterprise"),
    seat(4, idle=days(45)),
    seat(5, idle=days(45)),
    seat(6),
]
FILE = """\
GitHub login,Name,Department,Manager,Exempt until,Exempt reason,Left,Badge
PERSON-0001,Quokka One,Zoo,wallaby-boss,,,,17
person-0002,Quokka Two,Zoo,wallaby-boss,,,yes,18
person-0003,Quokka Three,"Zoo; Park",,2026-11-02,sabbatical,no,19
person-0004,Quokka Four,,wallaby-boss,2026-11-01,sabbatical,2026-11-03,20
person-0077,Quokka Gone,Zoo,wallaby-boss,,,yes,21
,Quokka Nameless,Zoo,,,,,
"""


@pytest.fixture
def action(step: Step) -> Action:
    action = step(Organization("acme", SEATS))
    put(action, FILE)
    return action


def put(action: Action, text: str) -> None:
    (action.workspace / "hr.csv").write_text(text, "utf-8")


def test_groups_leavers_and_exemptions(action: Action) -> None:
    outcome = action(people_file="hr.csv")

    assert outcome.status == 0, outcome.log
    assert outcome.figures("people", "idle", "exempt", "leavers", "idle-monthly-cost") == {
        "people": "6",
        "idle": "3",
        "exempt": "1",
        "leavers": "1",
        "idle-monthly-cost": "57.00",
    }
    assert json.loads(outcome.outputs["idle-users"]) == [f"person-000{n}" for n in (2, 4, 5)]
    assert outcome.text("groups.csv") == (
        "column,value,people,active,idle,ask_first,monthly_cost,idle_monthly_cost\n"
        "department,(not in the file),2,1,1,0,38.00,19.00\n"
        "department,Zoo,2,1,1,0,38.00,19.00\n"
        "department,Zoo; Park,1,0,0,0,39.00,0.00\n"
        "department,,1,0,1,0,19.00,19.00\n"
        "manager,wallaby-boss,3,1,2,0,57.00,38.00\n"
        "manager,(not in the file),2,1,1,0,38.00,19.00\n"
        "manager,,1,0,0,0,39.00,0.00\n"
    )
    assert outcome.report["people_file"] == {
        "key": "github_login",
        "people": 4,
        "missing": ["person-0005", "person-0006"],
        "ended": [["person-0004", "2026-11-01"]],
        "leavers": ["person-0002"],
        "without_seat": 1,
        "nameless_rows": 1,
    }


def test_the_columns_of_people_csv_from_every_source(action: Action) -> None:
    outcome = action(people_file="hr.csv", history="auto", usage_metrics="on")

    assert outcome.text("people.csv").splitlines()[0].partition(",monthly_price,")[2] == (
        "idle_since,idle_reports,active_days,last_active_day,ai_credits_used,ai_adoption_phase,"
        "name,department,manager,exempt_until,exempt_reason,left,badge"
    )


@pytest.mark.parametrize("anonymize", ["false", "true"])
@pytest.mark.parametrize("users", ["", "person-0001,person-0002,nobody"])
def test_report_json_from_every_source_is_of_its_schema(
    action: Action, anonymize: str, users: str
) -> None:
    (action.workspace / "github.csv").write_text(
        "Report Time,Login,Last Authenticated At,Last Activity At,Last Surface Used\n"
        "2026-11-02T04:00:00Z,person-0002,None,2026-11-01T06:00:00Z,vim\n"
    )
    earlier = history(person(1), person(9))
    (action.workspace / "history.json").write_bytes(encoded(earlier))

    outcome = action(
        people_file="hr.csv",
        history="history.json",
        usage_metrics="on",
        activity_report="github.csv",
        anonymize=anonymize,
        users=users,
    )

    assert outcome.status == 0, outcome.log
    read = outcome.report
    assert read["groups"]
    assert read["comparison"]["differences"]
    assert bool(read["changes"]) is (anonymize == "false" and not users)
    jsonschema_rs.Draft202012Validator(schema()).validate(read)


def test_other_columns_to_group_by(action: Action) -> None:
    outcome = action(people_file="hr.csv", group_by="Exempt reason, badge")

    rows = outcome.rows("groups.csv")
    assert {row["column"] for row in rows} == {"exempt_reason", "badge"}
    assert sum(int(row["people"]) for row in rows) == 2 * 6


def test_anonymized_nothing_of_it_names_anybody(action: Action) -> None:
    outcome = action(
        people_file="hr.csv", anonymize="true", formats="html,csv,json", history="auto"
    )

    assert outcome.status == 0, outcome.log
    header = outcome.text("people.csv").splitlines()[0]
    assert header.endswith(",idle_reports,department,manager")
    assert outcome.outputs["leavers"] == "1"
    published = [content for name, content in outcome.files.items() if name != "hr.csv"]
    told = outcome.log + str(outcome.summary) + str(outcome.outputs)
    for name in ("Quokka", "Zoo", "wallaby", "sabbatical", r"person-00\d\d\b"):
        assert not re.search(name, told)
        assert not any(re.search(name.encode(), content) for content in published)


WRONG = {
    "no key": ("Name,Department\nQuokka,Zoo\n", "must have a column with GitHub logins"),
    "twice": (
        "login\nquokka\nQuokka\n",
        "line 3, column login: must not repeat the login on line 2",
    ),
    "shifted": ("login,name\nquokka,Quokka,Zoo\n", "line 2: must have 2 cells, like the header"),
    "date": ("login,left\nquokka,1/2/2026\n", "line 2, column left: must be a date such as"),
    "taken": ("login,status\nquokka,Zoo\n", "line 1, column 2: must not be named status"),
    "empty": ("", "must have a header that names its columns"),
}


@pytest.mark.parametrize("anonymize", ["false", "true"])
@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG)
def test_a_file_that_is_wrong_is_told_before_anything_is_asked(
    action: Action, text: str, words: str, anonymize: str
) -> None:
    put(action, text)

    outcome = action(people_file="hr.csv", anonymize=anonymize)

    assert outcome.status == 2
    assert outcome.error.startswith("people-file: ")
    assert words in outcome.error
    if anonymize == "true":
        assert not any(name in outcome.log for name in ("quokka", "Quokka", "Zoo", "hr.csv"))
    assert (outcome.outputs, outcome.files) == ({}, {"hr.csv": text.encode()})
    assert action.server.requests == []


@pytest.mark.parametrize(
    ("anonymize", "words"),
    [
        (
            "false",
            "has name, department, manager, exempt_until, exempt_reason, left, badge; ",
        ),
        ("true", "group-by: must name columns of the people file; 1 of 2 are not in it."),
    ],
)
def test_a_column_that_is_not_in_it_is_told_before_anything_is_asked(
    action: Action, anonymize: str, words: str
) -> None:
    outcome = action(people_file="hr.csv", group_by="badge,zoo", anonymize=anonymize)

    assert outcome.status == 2
    assert words in outcome.error
    assert action.server.requests == []
