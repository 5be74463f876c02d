"""Pseudonyms: the same name the same, another name another, and nothing of the name in them."""

import re
from datetime import timedelta

import pandas as pd
import pytest

from copilot_seat_report.github.copilot import Assignee, Seat, Team
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.anonymize import (
    SMALL_GROUPS,
    UndeclaredError,
    anonymized,
    small_groups,
)
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.columns import PEOPLE, SEATS, Column, Reveals
from copilot_seat_report.report.model import Report
from copilot_seat_report.rules import Rules
from tests.made_up import NOW
from tests.reports import reading_of, report_of


def test_a_key_makes_them_the_same_in_every_run() -> None:
    """The first digits of HMAC-SHA-256: a key keeps the pseudonyms over releases too."""
    assert Pseudonyms("key").of("person", "mona") == "person-9e322015a9e9"
    assert Pseudonyms("key").of("person", "mona") == Pseudonyms("key").of("person", "mona")


def test_each_key_kind_and_name_has_its_own() -> None:
    names = {
        Pseudonyms(key).of(kind, name)
        for key in ("key", "another")
        for kind in ("person", "team", "organization", "enterprise")
        for name in ("mona", "hubot")
    }
    assert len(names) == 16


def test_without_a_key_each_run_has_its_own() -> None:
    assert Pseudonyms("").of("person", "mona") != Pseudonyms("").of("person", "mona")


def test_case_makes_no_other_name() -> None:
    pseudonyms = Pseudonyms("key")
    assert pseudonyms.of("person", "Mona") == pseudonyms.of("person", "mona")


def test_no_name_stays_none() -> None:
    assert Pseudonyms("key").of("team", "") == ""


# --- Groups of fewer than five people


def merged(**groups: list[int]) -> set[str]:
    """The merged ones of these groups, each with the people who are in it."""
    rows = [(name, person) for name, people in groups.items() for person in people]
    names, people = zip(*rows, strict=True) if rows else ((), ())
    return small_groups(
        pd.Series(names, dtype="str"),
        pd.Series(people, dtype="int64"),
        {name: name for name in groups},
    )


def some(first: int, count: int) -> list[int]:
    return list(range(first, first + count))


def test_groups_of_five_stay_as_they_are() -> None:
    assert merged(a=some(0, 5), b=some(5, 5)) == set()


def test_smaller_groups_are_one() -> None:
    assert merged(a=some(0, 4), b=some(4, 1), c=some(5, 5)) == {"a", "b"}


def test_while_they_are_too_few_they_take_in_the_next_smallest() -> None:
    assert merged(a=some(0, 2), b=some(2, 7), c=some(9, 6), d=some(15, 9)) == {"a", "c"}


def test_of_equally_small_ones_the_pseudonym_decides() -> None:
    assert merged(z=some(0, 2), b=some(2, 6), a=some(8, 6)) == {"z", "a"}


def test_who_is_in_several_of_them_counts_once() -> None:
    assert merged(a=[1, 2, 3], b=[1, 2, 3], c=some(10, 5), d=some(20, 9)) == {"a", "b", "c"}


def test_a_single_group_hides_nobody() -> None:
    assert merged(a=[1, 2]) == set()


def test_of_nobody_there_are_no_groups() -> None:
    assert merged() == set()


# --- Declared columns


def anonymous_report(people: int = 30, **fields: object) -> Report:
    seats = [
        Seat(
            created_at=NOW - timedelta(days=100, hours=number),
            assignee=Assignee(number, f"person-{number}"),
            assigning_team=Team(("Alpha", "Beta", "Gamma")[0 if number < 20 else number % 3]),
            last_activity_at=NOW - timedelta(days=number, hours=7),
            last_authenticated_at=NOW - timedelta(days=number, hours=5),
            last_activity_editor="vscode/1.104.2/" if number < 20 else f"Xcode/26.{number}/",
            **fields,  # type: ignore[arg-type]
        )
        for number in range(people)
    ]
    return report_of(seats, pseudonyms=Pseudonyms("key"))


def test_moments_of_people_are_days_and_their_ages_stay() -> None:
    named = report_of([seat_of_hours(7)])
    hidden = report_of([seat_of_hours(7)], pseudonyms=Pseudonyms("key"))

    for column in ("last_activity_at", "last_authenticated_at", "created_at"):
        for table in (hidden.people, hidden.seats):
            assert (table[column].dt.normalize() == table[column]).all()
    assert list(hidden.people["days_since_activity"]) == list(named.people["days_since_activity"])
    assert hidden.ages.equals(named.ages)


def seat_of_hours(hours: int) -> Seat:
    moment = NOW - timedelta(days=7, hours=hours)
    return Seat(
        created_at=moment,
        assignee=Assignee(1, "mona"),
        last_activity_at=moment,
        last_authenticated_at=moment,
    )


def test_numbers_and_githubs_own_words_on_an_editor_are_left_out() -> None:
    report = anonymous_report()

    assert report.people["user_id"].isna().all()
    assert report.seats["user_id"].isna().all()
    assert set(report.seats["last_activity_editor"]) == {""}


def test_a_version_that_few_have_stands_on_no_row_of_a_seat() -> None:
    seats = [
        Seat(
            created_at=NOW - timedelta(days=100),
            assignee=Assignee(number, f"person-{number}"),
            last_activity_at=NOW - timedelta(days=1),
            last_activity_editor=f"vscode/{2 if number else 9}.1/",
        )
        for number in range(6)
    ]
    report = report_of(seats, pseudonyms=Pseudonyms("key"))

    assert set(report.people["editor_version"]) == {"2", ""}
    assert set(report.seats["editor_version"]) == {"2", ""}


def test_versions_are_major_ones_that_five_people_have() -> None:
    report = anonymous_report()

    assert set(report.people["editor_version"]) == {"1", "26"}
    # Three with an editor of their own are one group, which takes in all others.
    assert set(anonymous_report(23).people["editor_version"]) == {""}


def test_a_person_goes_by_their_id_so_that_a_new_name_changes_nothing() -> None:
    def login(name: str) -> str:
        record = Seat(created_at=NOW, assignee=Assignee(7, name))
        report = report_of([record], pseudonyms=Pseudonyms("key"))
        return str(report.people["login"][0])

    assert login("mona") == login("lisa") == Pseudonyms("key").of("person", "7")


def test_small_teams_are_one_in_every_place() -> None:
    seats = [
        Seat(
            created_at=NOW,
            assignee=Assignee(number, f"p{number}"),
            assigning_team=Team("Big" if number < 9 else f"Tiny {number}"),
        )
        for number in range(12)
    ]
    report = report_of(seats, pseudonyms=Pseudonyms("key"))

    big = Pseudonyms("key").of("team", "Big")
    # The three take in the next smallest, which is all there is.
    assert set(report.seats["assigning_team"]) == {SMALL_GROUPS}
    assert set(report.people["teams"]) == {SMALL_GROUPS}
    assert big not in set(report.teams["team"])


@pytest.mark.parametrize("key", ["a", "b", "c", "d", "e", "f"])
def test_with_which_of_their_seats_a_price_stands_says_nothing_of_names(key: str) -> None:
    seats = [Seat(created_at=NOW, assignee=Assignee(number, f"p{number}")) for number in range(5)]
    hidden = Pseudonyms(key)

    report = build_report(
        [reading_of(seats, name=name) for name in ("acme", "beta")],
        Rules(),
        NOW,
        pseudonyms=hidden,
    )

    priced = report.seats[report.seats["monthly_price"] > 0]
    first = min(hidden.of("organization", name) for name in ("acme", "beta"))
    assert set(priced["organization"]) == {first}


def test_a_column_that_does_not_say_what_it_reveals_cannot_be_published() -> None:
    office = Column("office", "text", "Office", "where the person works")
    people, seats = facts(office="Berlin")

    with pytest.raises(UndeclaredError, match="'office' does not declare what it reveals"):
        hidden(people, seats, office)


@pytest.mark.parametrize(
    ("reveals", "left"),
    [
        ("nothing", "Berlin"),
        ("group", "office-"),
        ("person", "person-"),
        ("team", "team-"),
        ("identity", ""),
    ],
)
def test_what_is_left_of_a_column_follows_from_its_declaration(reveals: Reveals, left: str) -> None:
    office = Column("office", "text", "Office", "where the person works", reveals)

    shown, _ = hidden(*facts(office="Berlin"), office)

    (value,) = set(shown["office"])
    assert value == left if left in ("", "Berlin") else re.fullmatch(f"{left}[0-9a-f]{{12}}", value)


def test_a_column_that_is_not_declared_is_left_out() -> None:
    shown, _ = hidden(*facts(office="Berlin"))

    assert "office" not in shown


def test_credits_are_whole_hundreds() -> None:
    used = Column("ai_credits_used", "credits", "AI credits", "credits used", "use")
    people, seats = facts()
    people["ai_credits_used"] = pd.array([149_99, 150_00, None, 0, 20_00, 9_950_00], dtype="Int64")

    shown, _ = hidden(people, seats, used)

    assert shown["ai_credits_used"].tolist() == [100_00, 200_00, pd.NA, 0, 0, 10_000_00]


@pytest.mark.parametrize("seats", [[], [Seat(created_at=NOW)]])
def test_a_report_on_nobody_is_one_too(seats: list[Seat]) -> None:
    assert report_of(seats, pseudonyms=Pseudonyms("key")).people.empty


def facts(**columns: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Six people and their seats before the last step, and columns of one value."""
    named = report_of(
        [
            Seat(created_at=NOW, assignee=Assignee(n, f"p{n}"), last_activity_at=NOW)
            for n in range(6)
        ]
    )
    return named.people.assign(**columns), named.seats


def hidden(
    people: pd.DataFrame, seats: pd.DataFrame, *more: Column
) -> tuple[pd.DataFrame, pd.DataFrame]:
    return anonymized(
        people,
        seats,
        Pseudonyms("key"),
        people_columns=(*PEOPLE, *more),
        seat_columns=SEATS,
        marks=("person",),
    )
