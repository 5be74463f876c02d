"""The figures by each column of the people file add up to everyone, each person once in each."""

import csv
import io
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_seat_report.files.csv import write_groups
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.model import Report
from copilot_seat_report.report.people_file import NOT_IN_FILE
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.others import Sources
from copilot_seat_report.sources.people_file import groups_of, parse_people_file, source_of
from tests.expected import Expected, Person, amount
from tests.made_up import NOW, SHAPES, Json, seat, team
from tests.properties.strategies import by_organization, lists, readings_of

# A column of each kind: those with a meaning, and one that is anything.
COLUMNS = (
    *("name", "email", "department", "manager", "cost_center"),
    *("exempt_until", "exempt_reason", "left", "office"),
)
FIGURES = ("people", "active", "idle", "ask_first", "monthly_cost", "idle_monthly_cost")

few = settings(max_examples=15)  # each groups people in as many ways as there are columns

File = Mapping[str, Sequence[str]]
"""The cells of each login, in the order of `COLUMNS`."""


def made(given: dict[str, list[Json]], file: File, pseudonyms: Pseudonyms | None = None) -> Report:
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(["login", *COLUMNS])
    rows.writerows([login.upper(), *cells] for login, cells in file.items())
    people = parse_people_file(text.getvalue().encode(), source_of("file", name_nobody=False))
    sources = Sources(people_file=people, group_by=groups_of(people, COLUMNS))
    return build_report(readings_of(given), Rules(), NOW, sources=sources, pseudonyms=pseudonyms)


def groups_of_file(report: Report) -> dict[str, dict[str, list[str]]]:
    """The figures of each value, by column, as groups.csv has them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "groups.csv")
        write_groups(report, path)
        found: dict[str, dict[str, list[str]]] = {column: {} for column in COLUMNS}
        for row in csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")):
            assert row["value"] not in found[row["column"]]
            found[row["column"]][row["value"]] = [row[figure] for figure in FIGURES]
    return found


def expected_groups(given: dict[str, list[Json]], file: File) -> dict[str, dict[str, list[str]]]:
    """The same, counted person by person."""
    until = COLUMNS.index("exempt_until")
    exempt = [login for login, cells in file.items() if cells[until] >= f"{NOW:%Y-%m-%d}"]
    expected = Expected(by_organization(readings_of(given)), exempt_users=exempt)
    members: dict[str, dict[str, list[Person]]] = {column: defaultdict(list) for column in COLUMNS}
    for person in expected.people.values():
        nowhere = (NOT_IN_FILE,) * len(COLUMNS)
        cells = file.get(person.login, nowhere)
        for column, cell in zip(COLUMNS, cells, strict=True):
            members[column][cell].append(person)

    def figures(people: list[Person]) -> list[str]:
        idle = [person for person in people if expected.idle(person)]
        counts = (
            len(people),
            sum(expected.status(person) == "active" for person in people),
            len(idle),
            sum(map(expected.ask_first, idle)),
        )
        costs = (amount(map(expected.price, each)) for each in (people, idle))
        return [*map(str, counts), *costs]

    return {
        column: {value: figures(people) for value, people in values.items()}
        for column, values in members.items()
    }


def assert_everyone_is_in_each_column_once(report: Report) -> None:
    totals = report.totals
    everyone = [str(getattr(totals, figure)) for figure in FIGURES]
    for values in groups_of_file(report).values():
        sums = [sum(map(to_hundredths, each)) for each in zip(*values.values(), strict=True)]
        assert sums == ([to_hundredths(text) for text in everyone] if values else [])
        assert values or not totals.people


def to_hundredths(text: str) -> int:
    whole, _, cents = text.partition(".")
    return int(whole) * 100 + int(cents or 0)


days_of_file = st.sampled_from(
    ["", *(f"{NOW + timedelta(days=days):%Y-%m-%d}" for days in (-1, 0, 1))]
)
words = st.sampled_from(["", "Sales", "sales", "Sales; Web", "R&D", "Bärn"])
cells = st.tuples(
    *(days_of_file if name in ("exempt_until", "left") else words for name in COLUMNS)
)
logins = st.sampled_from([*(f"person-{number}" for number in range(1, 8)), "somebody-else"])
files = st.dictionaries(logins, cells)


@few
@given(lists(), files)
def test_each_column_adds_up_to_everyone(given: dict[str, list[Json]], file: File) -> None:
    report = made(given, file)

    assert_everyone_is_in_each_column_once(report)
    assert groups_of_file(report) == expected_groups(given, file)


@few
@given(lists(), files)
def test_it_does_under_pseudonyms_too(given: dict[str, list[Json]], file: File) -> None:
    assert_everyone_is_in_each_column_once(made(given, file, Pseudonyms("key")))


def test_an_enterprise_of_2000_people_with_two_grants_each() -> None:
    shapes = [shape for name, shape in SHAPES.items() if not name.startswith("assignee")]

    def grant(number: int, organization: str, place: int) -> Json:
        shape = {"assigning_team": team(f"Team {number % 7}"), **shapes[place % len(shapes)]}
        return seat(number, login=organization, **shape)

    given = {
        "megacorp": [
            each
            for number in range(2_000)
            for each in (
                grant(number, "acme", number),
                grant(number, ("acme", "labs")[number % 2], number // 5 + 3),
            )
        ]
    }
    file = {
        f"person-{number:04}": (
            f"Person {number}",
            "" if number % 3 else f"person-{number}@example.com",
            ("Sales", "Engines; Web", "R&D", "")[number % 4],
            f"person-{number % 90:04}",
            f"CC-{number % 31}",
            ("", "2026-11-01", "2026-11-02")[number % 11 % 3],
            "parental leave" if number % 11 % 3 else "",
            ("", "yes", "no", "2027-01-01")[number % 13 % 4],
            "Bärn" if number < 1_000 else "",
        )
        for number in range(2_050)
        if number % 17
    }

    report = made(given, file)

    assert report.totals.seats == 4_000
    assert report.totals.people == 2_000
    assert report.by("department").set_index("value").loc[NOT_IN_FILE, "people"] == 118
    assert_everyone_is_in_each_column_once(report)
    assert groups_of_file(report) == expected_groups(given, file)
    assert_everyone_is_in_each_column_once(made(given, file, Pseudonyms("key")))
