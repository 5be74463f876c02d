"""The people file in the report: columns, groups that add up, exemptions, leavers, what matches."""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from copilot_seat_report.errors import InputError
from copilot_seat_report.files.bundle import write_files
from copilot_seat_report.files.csv import write_groups, write_people
from copilot_seat_report.files.data_quality import data_quality
from copilot_seat_report.files.json import write_json
from copilot_seat_report.files.next_steps import next_steps
from copilot_seat_report.files.page import write_page
from copilot_seat_report.files.summary import render_summary
from copilot_seat_report.files.workbook import write_workbook
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.anonymize import SMALL_GROUPS
from copilot_seat_report.report.breakdowns import Breakdown
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.model import Report
from copilot_seat_report.report.people_file import NOT_IN_FILE, label_of
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.others import Sources
from copilot_seat_report.sources.people_file import groups_of, parse_people_file, source_of
from tests import made_up
from tests.github_markdown import ELEMENTS, Seen
from tests.made_up import NOW, Json, days, seat
from tests.reports import TRICKS, completeness, reading, with_lists
from tests.unit.test_markdown import AUTOLINKS, shown

DAY = timedelta(days=1)


def made(
    file: str,
    records: list[Json] | None = None,
    *,
    group_by: tuple[str, ...] = (),
    selection: tuple[str, ...] | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> Report:
    """The report of these seats beside a people file of this text."""
    people = parse_people_file(file.encode(), source_of("people.csv", name_nobody=False))
    seats = (
        [seat(1), seat(2, idle=days(45)), seat(3, idle=days(45))] if records is None else records
    )
    return build_report(
        [reading(seats)],
        Rules(),
        NOW,
        selection=selection,
        pseudonyms=pseudonyms,
        sources=Sources(people_file=people, group_by=groups_of(people, group_by)),
    )


FILE = """GitHub login,Department,Manager,Shoe size
PERSON-0001,Sales,lisa,39
person-0002,,lisa,40
somebody-else,Sales,omar,41
"""


def cells(report: Report, name: str) -> list[str]:
    """What a column of the file says of each person of the report."""
    key = next(each.key for each in report.people_columns if each.name == name)
    return list(report.people[key])


def read_csv(path: Path) -> list[dict[str, str]]:
    text = path.read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def rows_of(report: Report, tmp_path: Path) -> list[dict[str, str]]:
    write_groups(report, tmp_path / "groups.csv")
    return read_csv(tmp_path / "groups.csv")


def groups(file: str, group_by: tuple[str, ...]) -> list[Breakdown]:
    found = made(file, group_by=group_by).breakdowns
    return [each for each in found if each.dimension.of_people_file]


def test_each_column_is_broken_down_and_adds_up_to_everyone(tmp_path: Path) -> None:
    rows = rows_of(made(FILE), tmp_path)

    found = [(row["column"], row["value"], row["people"], row["idle"]) for row in rows]
    assert found == [
        ("department", NOT_IN_FILE, "1", "1"),
        ("department", "Sales", "1", "0"),
        ("department", "", "1", "1"),
        ("manager", "lisa", "2", "1"),
        ("manager", NOT_IN_FILE, "1", "1"),
    ]


def test_the_columns_asked_for_are_those_grouped_by(tmp_path: Path) -> None:
    rows = rows_of(made(FILE, group_by=("shoe_size",)), tmp_path)

    assert {row["column"] for row in rows} == {"shoe_size"}


def test_a_group_is_an_address_of_the_page_with_its_people_and_cost(tmp_path: Path) -> None:
    write_page(made(FILE), tmp_path / "report.html")

    page = " ".join((tmp_path / "report.html").read_text("utf-8").split())
    for address in ("department=Sales", "department=%28not+in+the+file%29", "manager=lisa"):
        assert f'href="#{address}' in page
    (department,) = re.findall(r'"name":"department".*?"column":(\{.*?\})', page)
    assert set(json.loads(department)["values"]) == {NOT_IN_FILE, "", "Sales"}


def test_a_sheet_of_groups_is_printed_by_itself_with_the_columns_of_the_file_on_people(
    tmp_path: Path,
) -> None:
    write_workbook(made(FILE), tmp_path / "report.xlsx")

    book = load_workbook(tmp_path / "report.xlsx")
    for title in ("By Department", "By Manager"):
        assert (paper := book[title].sheet_properties.pageSetUpPr)
        assert paper.fitToPage
        assert book[title].page_setup.fitToHeight == 0
        assert book[title].print_title_rows == "$1:$1"
    head, *_ = book["People"].iter_rows(values_only=True)
    assert {"Department", "Manager", "Shoe size"} <= set(head)


def test_a_file_with_nothing_to_group_by_has_no_groups(tmp_path: Path) -> None:
    assert rows_of(made("login,x\nperson-0001,1\n"), tmp_path) == []


@pytest.mark.parametrize(
    ("name_nobody", "words"),
    [
        (False, "group-by: must name columns of the people file, which has x; got 'office'."),
        (True, "group-by: must name columns of the people file; 1 of 2 are not in it."),
    ],
)
def test_a_column_that_is_not_there_cannot_be_grouped_by(name_nobody: bool, words: str) -> None:
    file = parse_people_file(b"login,x\na,1\n", source_of("f", name_nobody=name_nobody))

    with pytest.raises(InputError) as error:
        groups_of(file, ["x", "office"])
    assert str(error.value) == words


def test_every_column_comes_along_by_login_without_case(tmp_path: Path) -> None:
    report = made(FILE)
    write_people(report, tmp_path / "people.csv")
    write_json(report, tmp_path / "report.json")

    people = list(csv.DictReader((tmp_path / "people.csv").read_text("utf-8").splitlines()))
    by_login = {row["login"]: (row["department"], row["shoe_size"]) for row in people}
    assert by_login == {
        "person-0001": ("Sales", "39"),
        "person-0002": ("", "40"),
        "person-0003": ("", ""),
    }
    read = json.loads((tmp_path / "report.json").read_bytes())
    assert {row["login"]: row["shoe_size"] for row in read["people"]}["person-0001"] == "39"
    assert len(read["groups"]) == 5
    assert read["people_file"]["missing"] == ["person-0003"]


@pytest.mark.parametrize("pseudonyms", [None, Pseudonyms("key")])
@pytest.mark.parametrize(
    ("header", "group_by"),
    [
        ("person", ("person",)),
        ("exempt", ("exempt",)),
        ("active,people,value", ("active", "people", "value")),
        ("logins,pending,remembered,pending_seats,exemption_ended,in_file,has_left", ()),
        ("department,department_group", ("department", "department_group")),
        ("version,version_(people_file),signed_in_(utc)", ("version",)),
        ("r&d,r_d,r/d", ("r&d", "r_d", "r/d")),
        ("b" * 100 + ",\U0001f600" + "c" * 40, ("\U0001f600" + "c" * 40,)),
    ],
)
def test_a_column_may_have_the_name_of_anything_inside(
    header: str, group_by: tuple[str, ...], pseudonyms: Pseudonyms | None, tmp_path: Path
) -> None:
    names = header.split(",")
    rows = [",".join([f"person-{n:04}", *(f"{name}-x" for name in names)]) for n in range(9)]
    file = "\n".join([f"login,{header}", *rows, ""])
    report = made(file, [seat(n) for n in range(9)], group_by=group_by, pseudonyms=pseudonyms)

    write_files(report, ("html", "csv", "xlsx", "json"), tmp_path.joinpath)

    people = read_csv(tmp_path / "people.csv")
    read = json.loads((tmp_path / "report.json").read_bytes())["people"]
    for name in group_by if pseudonyms else names:
        shown = pseudonyms.of(name, f"{name}-x") if pseudonyms else f"{name}-x"
        assert {row[name] for row in people} == {row[name] for row in read} == {shown}
    assert {row["status"] for row in people} == {"active"}
    assert [row["people"] for row in read_csv(tmp_path / "groups.csv")] == ["9"] * len(group_by)
    book = load_workbook(tmp_path / "report.xlsx")
    assert sum(title.startswith("By ") for title in book.sheetnames) == len(group_by)
    assert all(len(title.encode("utf-16-le")) <= 62 for title in book.sheetnames)


def test_a_column_is_asked_for_as_the_header_writes_it() -> None:
    file = "username,Cost Center Name,Büro-Nr.\nperson-0001,7,3\n"

    for asked in (("Cost Center Name",), ("cost_center",), ("cost-center", "COST_CENTER_NAME")):
        assert [each.dimension.name for each in groups(file, asked)] == ["cost_center"]
    assert [each.dimension.name for each in groups(file, ("Büro-Nr.",))] == ["büro_nr."]


def test_so_many_values_that_nobody_would_look_through_are_no_list_to_choose_from(
    tmp_path: Path,
) -> None:
    records = [seat(number) for number in range(1_001)]
    file = "login,name,office\n" + "".join(
        f"person-{number:04},Ann {number},{number % 2}\n" for number in range(1_001)
    )
    write_page(made(file, records), tmp_path / "report.html")

    page = (tmp_path / "report.html").read_text("utf-8")
    assert 'data-filter="office"' in page
    assert 'data-filter="name"' not in page
    assert '"name":"name","label":"Name","kind":"text","filters":false' in page


# --- Exemptions and leavers


@pytest.mark.parametrize(
    ("until", "idle", "ended"),
    [(NOW + DAY, False, 0), (NOW, False, 0), (NOW - DAY, True, 1)],
)
def test_somebody_is_exempt_through_that_day(until: object, idle: bool, ended: int) -> None:
    report = made(f"login,exempt_until\nperson-0002,{until:%Y-%m-%d}\n")

    mona = report.people.set_index("login").loc["person-0002"]
    assert mona["idle"] == idle
    assert ("exempt" in mona["flags"]) is not idle
    assert report.matching
    assert len(report.matching.ended) == ended


@pytest.mark.parametrize(
    ("left", "leavers"),
    [("yes", 1), ("no", 0), ("", 0), (f"{NOW:%Y-%m-%d}", 1), (f"{NOW + DAY:%Y-%m-%d}", 0)],
)
def test_a_leaver_who_holds_a_seat_comes_first(left: str, leavers: int) -> None:
    report = made(f"login,left\nperson-0001,{left}\ngone-for-good,yes\n")

    assert report.totals.leavers == leavers
    first = next_steps(report)[0]
    assert (first.view == {"leavers": "yes"}) is bool(leavers)
    assert ("Left, with a seat (1)" in render_summary(report, detail="full")) is bool(leavers)


def test_a_leaver_whose_seat_was_cancelled_already_is_not_to_be_acted_on() -> None:
    records = [seat(1, idle=days(45), cancelled=True), seat(2), seat(3)]

    report = made("login,left\nperson-0001,yes\nperson-0002,yes\n", records)
    assert next_steps(report)[0].text == (
        "2 people left, according to the people file, and still hold a seat: take those back "
        "first. For 1 of them, this is done: all their seats are pending cancellation."
    )
    alone = made("login,left\nperson-0001,yes\n", records)
    assert alone.totals.leavers == 1
    assert next_steps(alone) == ()


@pytest.mark.parametrize(
    ("gone", "asked"),
    [
        (0, "Ask the idle people whether"),
        (1, "Ask the idle people who have not left whether"),
        (2, "Ask the idle person who has not left whether"),
        (3, ""),
    ],
)
def test_nobody_who_left_is_to_be_asked(gone: int, asked: str) -> None:
    records = [seat(number, idle=days(45)) for number in (1, 2, 3)]
    file = "login,left\n" + "".join(f"person-{number + 1:04},yes\n" for number in range(gone))

    (*texts,) = (step.text for step in next_steps(made(file, records)))
    assert [text for text in texts if "whether they still need Copilot" in text] == [
        text for text in texts if asked and text.startswith(asked)
    ]
    assert bool(asked) == any(text.startswith("Ask ") for text in texts)


def test_many_leavers_are_counted_beyond_those_listed() -> None:
    records = [seat(number) for number in range(30)]
    file = "login,left\n" + "".join(f"person-{number:04},yes\n" for number in range(30))

    report = made(file, records)
    assert " and 20 more" in render_summary(report, detail="full")
    assert (
        "30 people left, according to the people file, and still hold a seat"
        in next_steps(report)[0].text
    )


# --- What matches, in words


def finding(report: Report) -> str:
    return next(
        (each.text for each in data_quality(report) if "in the people file" in each.text), ""
    )


def test_what_does_not_match_is_said() -> None:
    assert finding(made(FILE + ",Nobody,,\n")) == (
        "2 of the 3 people in this report are in the people file; 1 is not. 1 person in the file "
        "holds no seat. 1 row without a login was left out."
    )


def test_of_an_incomplete_list_nobody_is_said_to_hold_no_seat() -> None:
    said = finding(with_lists(made(FILE), completeness(3, 9)))

    assert "1 person in the file holds none of the seats that were read." in said


def test_that_all_are_in_the_file_is_said() -> None:
    said = finding(made("login\nperson-0001\nperson-0002\nperson-0003\n"))

    assert said == "All 3 people in this report are in the people file."


def test_of_a_selection_the_rest_of_the_file_is_not_spoken() -> None:
    said = finding(made(FILE, [seat(1)], selection=("person-0001",)))

    assert said == "The 1 person in this report is in the people file."


def test_an_exemption_that_ended_is_named_on_the_page(tmp_path: Path) -> None:
    report = made("login,exempt_until\nperson-0002,2026-10-01\n")
    write_page(report, tmp_path / "report.html")

    page = (tmp_path / "report.html").read_text("utf-8")
    assert "1 exemption has ended." in page
    assert (
        "<bdi>person-0002</bdi>: the exemption in the people file ended on 1 October 2026" in page
    )


def test_names_stand_on_the_page_and_in_the_summary(tmp_path: Path) -> None:
    records = [seat(number) for number in range(70)]
    file = "login,exempt_until\nperson-0069,2026-10-01\n" + "".join(
        f"person-{number:04},2026-10-02\n" for number in range(55)
    )
    report = made(file, records)
    write_page(report, tmp_path / "report.html")
    page = " ".join((tmp_path / "report.html").read_text("utf-8").split())

    assert report.matching
    missing, ended = report.matching.missing, [login for login, _ in report.matching.ended]
    assert all(f"<bdi>{login}</bdi>, " in page for login in missing[:13])
    assert "Exemptions of 6 more people have ended." in page
    words = "the exemption in the people file ended on 2 October 2026."
    assert f"<bdi>{ended[1]}</bdi>: {words}" in page
    full, totals = (render_summary(report, detail=detail) for detail in ("full", "totals"))
    assert f"- Not in the people file: `{missing[0]}`, " in full
    assert f"The exemption in the people file has ended for `{ended[0]}`, " in full
    assert " and 46 more." in full
    assert missing[0] not in totals
    assert ended[0] not in totals


def test_many_who_are_not_in_the_file_are_counted(tmp_path: Path) -> None:
    write_page(made("login\nx\n", [seat(n) for n in range(60)]), tmp_path / "report.html")

    page = " ".join((tmp_path / "report.html").read_text("utf-8").split())
    assert "<bdi>person-0049</bdi> and 10 more." in page


def test_a_file_in_which_nobody_is_has_other_names() -> None:
    report = made("username,department\nada.lovelace,Engines\n")

    (said,) = (each for each in data_quality(report) if "in the people file" in each.text)
    assert said.is_warning
    assert said.text == (
        "None of the 3 people in this report is in the people file. Check that its column "
        "“username” has GitHub logins. 1 person in the file holds no seat."
    )
    one = made("login\nx\n", [seat(1)], selection=("person-0001",))
    assert finding(one) == ("The 1 person in this report is not in the people file.")


def test_of_nobody_nothing_is_said() -> None:
    assert finding(made(FILE, [])) == ""


# --- Anonymized


def test_under_pseudonyms_only_groups_are_left_and_small_ones_are_one(tmp_path: Path) -> None:
    records = [seat(number, idle=days(45)) for number in range(20)]
    file = "login,department,name,left,exempt_reason\n" + "".join(
        f"person-{number:04},{'Sales' if number < 9 else f'Tiny {number}'},Ann {number},yes,ill\n"
        for number in range(15)
    )
    report = made(file, records, pseudonyms=Pseudonyms("key"))
    write_people(report, tmp_path / "people.csv")
    whole = (tmp_path / "people.csv").read_text("utf-8")
    # Of all other columns nothing is left.
    assert whole.partition("\n")[0].endswith(",monthly_price,department")

    groups = report.by("department")
    assert set(groups["value"]) == {
        Pseudonyms("key").of("department", "Sales"),
        SMALL_GROUPS,
        NOT_IN_FILE,
    }
    assert (groups["people"] >= 5).all()
    assert set(cells(report, "department")) == {*groups["value"], ""} - {NOT_IN_FILE}
    for name in ("Sales", "Tiny", "Ann", "ill", "person-00", "yes"):
        assert name not in whole.partition("\n")[2]
    assert report.totals.leavers == 15


def test_under_pseudonyms_leavers_are_counted_and_not_listed(tmp_path: Path) -> None:
    """Whoever has the file, or the company's news, knows them."""
    file = "login,left\nperson-0001,yes\n"
    report = made(file, pseudonyms=Pseudonyms("key"))

    assert report.totals.leavers == 1
    assert not report.people["has_left"].any()
    step = next_steps(report)[0]
    assert step.text.startswith("1 person left, according to the people file, and still holds a")
    assert step.view == {}
    assert "Left, with a seat" not in render_summary(report, detail="full")
    write_page(report, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert 'href="#leavers=yes"' not in page
    write_page(made(file), tmp_path / "report.html")
    assert 'href="#leavers=yes"' in (tmp_path / "report.html").read_text("utf-8")
    write_workbook(report, tmp_path / "report.xlsx")
    assert "Left" not in load_workbook(tmp_path / "report.xlsx").sheetnames


def test_under_pseudonyms_nobody_stands_apart_by_the_file() -> None:
    """Whoever has the file knows whose exemption ended, and who is not in it."""
    file = "login,exempt_until\nperson-0002,2026-10-01\n"
    report = made(file, pseudonyms=Pseudonyms("key"))

    assert report.matching
    assert (report.matching.ended, report.matching.missing) == ((), ())
    assert "2 are not. 1 exemption has ended." in finding(report)


def test_a_summary_that_names_nobody_shows_no_manager_and_merges_groups() -> None:
    records = [seat(number) for number in range(12)]
    file = "login,manager,department\n" + "".join(
        f"person-{number:04},boss-of-all,{'Sales' if number < 9 else f'Tiny {number}'}\n"
        for number in range(12)
    )
    report = made(file, records, group_by=("manager", "department"))

    full, totals = (render_summary(report, detail=detail) for detail in ("full", "totals"))
    assert "boss-of-all" in full
    assert "boss-of-all" not in totals
    assert "Tiny" not in totals
    # Three people are too few: they take in the next smallest, which is all there is.
    assert "small groups" in totals
    assert "Sales" not in totals
    for column in ("manager", "line_manager", "manager_s_name", "name", "email"):
        only_managers = made(file.replace("manager", column), records, group_by=(column,))
        assert "boss-of-all" in render_summary(only_managers, detail="full")
        assert "boss-of-all" not in render_summary(only_managers, detail="totals")


@pytest.mark.parametrize("lead", ["Person-0007", "Grace Hopper", "grace@example.com", "a@b.ch"])
def test_a_summary_that_names_nobody_knows_people_by_what_they_are_called(lead: str) -> None:
    records = [seat(number) for number in range(9)]
    file = "login,name,email,reports_to\n" + "".join(
        f"person-{number:04},{'grace hopper' if number == 7 else ''},grace@example.com,{lead}\n"
        for number in range(9)
    )
    report = made(file, records, group_by=("reports_to",))

    assert lead in render_summary(report, detail="full").replace("&#64;<wbr>", "@")
    assert "Reports to" not in render_summary(report, detail="totals")


@pytest.mark.parametrize(
    ("sizes", "kept"), [((6, 7), {"a", "b"}), ((2, 4, 9), {"c"}), ((3,), {"a"})]
)
def test_groups_in_a_summary_that_names_nobody(sizes: tuple[int, ...], kept: set[str]) -> None:
    names = [name for name, size in zip("abc", sizes, strict=False) for _ in range(size)]
    records = [seat(number) for number in range(len(names))]
    file = "login,department\n" + "".join(
        f"person-{number:04},Dept-{name}\n" for number, name in enumerate(names)
    )
    text = render_summary(made(file, records), detail="totals")

    assert {name for name in "abc" if f"Dept-{name}" in text} == kept
    assert ("small groups" in text) == (len(kept) < len(sizes))


# --- Names from outside


def test_hostile_names_are_text_in_every_file(tmp_path: Path) -> None:
    rows = [("login", "=department", "manager", "x[]:*?/y")]
    rows += [(f"person-{n:04}", text, text, text) for n, text in enumerate(TRICKS)]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    records = [seat(number) for number in range(len(TRICKS))]
    report = made(text.getvalue(), records, group_by=("=department", "manager", "x[]:*?/y"))

    write_people(report, tmp_path / "people.csv")
    header = (tmp_path / "people.csv").read_text("utf-8").splitlines()[0]
    assert ",'=department," in header
    for row in rows_of(report, tmp_path):
        assert not row["value"].startswith(("=", "+", "-", "@"))
        assert not row["column"].startswith("=")
    write_workbook(report, tmp_path / "report.xlsx")
    book = load_workbook(tmp_path / "report.xlsx")
    assert "By Manager" in book.sheetnames
    write_page(report, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "<img src=x" not in page
    write_json(report, tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_bytes())["people"][0]["=department"]


def test_the_workbook_calls_groups_by_their_label(tmp_path: Path) -> None:
    report = made("login,cost_center\nperson-0001,CC-1\n", [seat(1)], group_by=("cost_center",))
    write_workbook(report, tmp_path / "report.xlsx")
    overview = load_workbook(tmp_path / "report.xlsx")["Overview"]
    assert "people by cost center" in {cell.value for cell in overview["B"]}


@pytest.mark.parametrize("column", ["<b>|x", "a|b", "*x*:", "@octocat", "=1+1"])
def test_a_hostile_column_and_its_values_are_text_in_the_summary(column: str) -> None:
    text = io.StringIO(newline="")
    rows = [("login", column), *((f"person-{n:04}", trick) for n, trick in enumerate(TRICKS))]
    csv.writer(text).writerows(rows)
    records = [seat(number) for number in range(len(TRICKS))]
    seen = Seen(render_summary(made(text.getvalue(), records, group_by=(column,)), detail="full"))

    assert seen.elements <= ELEMENTS
    groups = seen.rows(label_of(column), "People")
    assert {shown(trick) for trick in TRICKS} <= {shown(row[0]) for row in groups}
    assert not any(map(AUTOLINKS.search, seen.prose))


def test_two_columns_of_one_short_title_have_two_sheets(tmp_path: Path) -> None:
    long = "the_department_of_somebody_in_the_"
    report = made(
        f"login,{long}east,{long}west\nperson-0001,a,b\n", group_by=(f"{long}east", f"{long}west")
    )
    write_workbook(report, tmp_path / "report.xlsx")

    titles = [name for name in load_workbook(tmp_path / "report.xlsx").sheetnames if "By" in name]
    assert len(titles) == 2


def test_who_holds_a_seat_under_another_case_is_not_without_one() -> None:
    somebody = {**seat(1), "assignee": made_up.user(1, login="Mona")}
    report = made("login,department\nmona,Sales\nlisa,Sales\n", [somebody])

    assert report.matching
    assert report.matching.without_seat == 1


def of_two_logins() -> list[Json]:
    """The newest activity, and so the login shown, is that of `person-0001`."""
    other = {**seat(1, idle=days(45)), "assignee": made_up.user(1, login="a-former-login")}
    return [seat(1, idle=days(40)), {**other, "assigning_team": made_up.team("Web")}]


def test_somebody_of_two_logins_is_joined_by_any() -> None:
    report = made("login,department\nA-Former-Login,Sales\n", of_two_logins())

    assert cells(report, "department") == ["Sales"]


def test_of_two_logins_the_row_of_the_one_shown_counts() -> None:
    file = "login,department,left\na-former-login,Old,yes\nperson-0001,New,no\nelse,,\n"
    report = made(file, of_two_logins())

    assert cells(report, "department") == ["New"]
    assert report.totals.leavers == 0
    assert report.matching
    assert report.matching.without_seat == 1


@pytest.mark.parametrize("exempt", ["a-former-login", "person-0001"])
def test_of_two_logins_any_makes_exempt(exempt: str) -> None:
    other = ({"a-former-login", "person-0001"} - {exempt}).pop()
    file = f"login,exempt_until\n{exempt},2030-01-01\n{other},2020-01-01\n"

    report = made(file, of_two_logins())

    assert report.totals.exempt == 1
    assert report.matching
    assert report.matching.ended == ()
