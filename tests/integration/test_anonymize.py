"""With `anonymize`, whoever reads what is published learns the figures and nobody's name."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.action import Action, Outcome
from tests.github_server import TOKEN, Enterprise, Organization
from tests.made_up import NOW, Json, days, enterprise_team, organization, seat, seats, team, time

Step = Callable[..., Action]

# No part of these is a word of the report's own.
ORGANIZATION = "Zzyzx-Corp"
ENTERPRISE = "gigantic-holding"
TEAMS = ("Quokka & Friends", "Wallaby", "Numbat")
NAMES = ("quux-", "zzyzx", "gigantic", "quokka", "wallaby", "numbat", "bilby")


def records(count: int = 120) -> list[Json]:
    made = seats(count, login=ORGANIZATION)
    for number, record in enumerate(made):
        if record.get("assignee"):
            record["assignee"]["login"] = f"Quux-{number:04}"
            record["assignee"]["id"] = 987_650_000 + number
        if number % 3:
            record["assigning_team"] = team(TEAMS[number % 2], login=ORGANIZATION)
        elif number % 2:
            record["assigning_team"] = enterprise_team(TEAMS[2], enterprise=ENTERPRISE)
    return made


def everything(outcome: Outcome) -> Iterable[tuple[str, str]]:
    """All that a reader can open, with its place: files, workbook inside, summary, outputs, log."""
    for name, content in outcome.files.items():
        if name.endswith("activity.csv"):
            continue  # the test's own
        yield name, content.decode("utf-8", "replace")
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as workbook:
                for part in workbook.namelist():
                    yield f"{name}/{part}", workbook.read(part).decode()
    yield "summary", outcome.summary or ""
    yield "outputs", str(outcome.outputs)
    yield "log", outcome.log


def assert_nobody_is_named(outcome: Outcome) -> None:
    for place, text in everything(outcome):
        for name in NAMES:
            assert name not in text.lower(), f"{name} in {place}"
        assert "98765" not in text, f"a user's number in {place}"


def csv_of(made: list[Json], path: Path) -> None:
    """GitHub's own report of some of the people, and of one more."""
    lines = ["report_time,login,last_authenticated_at,last_activity_at,last_surface_used"]
    lines += [
        f"{time(NOW)},{record['assignee']['login']},,{time(NOW - days(2))},VS Code 1.105.1"
        for record in made[:40]
        if record.get("assignee")
    ]
    lines += [f"{time(NOW)},Bilby-Gone,,None,Unspecified"]
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def action(step: Step) -> Action:
    made = records()
    action = step(
        Organization(ORGANIZATION, made),
        GITHUB_REPOSITORY=f"{ORGANIZATION}/reports",
        GITHUB_RUN_ID="1234",
    )
    action.server.repositories[f"{ORGANIZATION}/reports"] = "public"
    csv_of(made, action.workspace / "activity.csv")
    return action


def test_nobody_no_team_and_no_organization_is_named_anywhere(action: Action) -> None:
    outcome = action.start(
        organization=ORGANIZATION,
        anonymize="true",
        activity_report="activity.csv",
        exempt_users="quux-0003,bilby-*",
    )

    assert outcome.status == 0, outcome.log
    assert len(outcome.files) == 11
    assert outcome.outputs["exempt"] == "1"
    assert outcome.report["comparison"]["differences"]
    assert_nobody_is_named(outcome)


def test_nor_is_anyone_who_was_asked_for(action: Action) -> None:
    outcome = action.start(
        organization=ORGANIZATION,
        anonymize="true",
        users="quux-0000,quux-0002,bilby-none",
        activity_report="activity.csv",
    )

    assert outcome.status == 0, outcome.log
    assert len(outcome.report["unknown_users"]) == 1
    assert_nobody_is_named(outcome)


def test_nor_is_an_enterprise_with_its_organizations(step: Step) -> None:
    made = records()
    for number, record in enumerate(made):
        record["organization"] = organization(("wallaby-works", ORGANIZATION)[number % 2])
    action = step(Enterprise(ENTERPRISE, made))

    outcome = action.start(organization="", enterprise=ENTERPRISE, anonymize="true")

    assert outcome.status == 0, outcome.log
    assert_nobody_is_named(outcome)
    assert re.fullmatch("enterprise-[0-9a-f]{12}", outcome.report["names"][0])


def test_nor_is_an_organization_that_could_not_be_read(action: Action) -> None:
    action.server.tokens[TOKEN] = "single sign-on"

    outcome = action.start(organization=f"{ORGANIZATION},zzyzx-labs", anonymize="true")

    assert outcome.status == 1
    assert re.search("seats of organization-[0-9a-f]{12} was refused", outcome.error)
    assert_nobody_is_named(outcome)


def test_the_pseudonyms_tell_who_is_who(action: Action) -> None:
    outcome = action(organization=ORGANIZATION, anonymize="true")

    people = [person["login"] for person in outcome.report["people"]]
    assert all(re.fullmatch("person-[0-9a-f]{12}", login) for login in people)
    assert len(set(people)) == len(people) == int(outcome.outputs["people"])
    rows = outcome.rows("seats.csv")
    assert {row["login"] for row in rows} == {*people, ""}
    assert {row["user_id"] for row in rows} == {""}
    assert {row["assigning_team"] for row in rows if row["assigning_team"]} == {
        row["team"] for row in outcome.rows("teams.csv") if row["team"]
    }
    assert {row["assigning_team"] for row in rows} <= {
        "small groups",
        *(row["team"] for row in outcome.rows("teams.csv")),
    }
    assert set(json.loads(outcome.outputs["idle-users"])) <= set(people)
    assert outcome.report["anonymized"] is True


def test_every_figure_is_that_of_the_named_report(step: Step) -> None:
    made = records()
    named = step(Organization("acme", made), name="named")()
    hidden = step(Organization("acme", made), name="hidden")(anonymize="true")

    figures = [name for name in named.outputs if name != "idle-users"]
    assert hidden.figures(*figures) == named.figures(*figures)
    for part in ("ages", "plans"):
        assert hidden.report[part] == named.report[part]
    for part in ("teams", "editors"):
        # Groups of fewer than five people are one, so that no figure gives a person away.
        assert all(group["people"] >= 5 for group in hidden.report[part])
        for figure in ("monthly_cost", "idle_monthly_cost"):
            total = sum(group[figure] for group in hidden.report[part])
            assert total == sum(group[figure] for group in named.report[part])
    assert sorted(person["seats"] for person in hidden.report["people"]) == sorted(
        person["seats"] for person in named.report["people"]
    )


def test_with_a_key_the_pseudonyms_stay_from_run_to_run(step: Step) -> None:
    made = [seat(1, assigning_team=team("Wallaby")), seat(2, idle=days(50))]
    action = step(Organization("acme", made))

    def names(**inputs: str) -> list[tuple[str, ...]]:
        rows = action(anonymize="true", **inputs).rows("seats.csv")
        return [(row["organization"], row["login"], row["assigning_team"]) for row in rows]

    first = names(anonymize_key="correct horse battery staple")
    assert names(anonymize_key="correct horse battery staple") == first
    # The organization is the same however it was written.
    assert names(anonymize_key="correct horse battery staple", organization="ACME") == first
    other = names(anonymize_key="another key, as long")
    same = {name for row in other for name in row} & {name for row in first for name in row}
    assert same <= {"", "small groups"}


def test_the_order_of_the_input_is_not_that_of_the_report(step: Step) -> None:
    """Whoever lists organizations or people may do so by their names."""
    action = step(Organization("acme", seats(3)), Organization("beta", seats(3, login="beta")))

    def orders(organizations: str, users: str) -> tuple[list[str], list[str], list[str]]:
        inputs = {"anonymize": "true", "anonymize_key": "correct horse battery staple"}
        report = action(organization=organizations, users=users, **inputs).report
        return report["names"], report["selection"], report["unknown_users"]

    first = orders("acme,beta", "person-0002,person-0007,person-0009,person-0008")
    assert orders("beta,acme", "person-0009,person-0008,person-0007,person-0002") == first


def test_without_a_key_they_are_new_in_each_run(step: Step) -> None:
    action = step(Organization("acme", [seat(1), seat(2)]))

    first, second = (
        {row["login"] for row in action(anonymize="true").rows("seats.csv")} for _ in range(2)
    )

    assert not first & second
