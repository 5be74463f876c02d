"""What a people file may look like, what its columns mean, and what is wrong with one."""

import re
import subprocess
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from copilot_seat_report.errors import InputError
from copilot_seat_report.sources.people_file import (
    PeopleFile,
    parse_people_file,
    read_people_file,
    source_of,
)

# As an enterprise's People page exports it.
EXPORT = (
    "GitHub com login,GitHub com name,Enterprise server user ids,GitHub com user,"
    "Enterprise server user,Visual studio subscription user,License type,GitHub com profile,"
    "GitHub com member roles,GitHub com enterprise roles,GitHub com verified domain emails,"
    "GitHub com saml name,GitHub com orgs with pending invites,GitHub com two factor auth,"
    "GitHub com two factor auth required by date,GitHub com cost center,"
    "Visual studio license status,Visual studio subscription email,Total user accounts"
)


def parsed(text: str, *, name_nobody: bool = False) -> PeopleFile:
    return parse_people_file(text.encode(), source_of("people.csv", name_nobody=name_nobody))


def error(content: bytes | str, *, name_nobody: bool = False) -> str:
    data = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(InputError) as found:
        parse_people_file(data, source_of("people.csv", name_nobody=name_nobody))
    return str(found.value)


def cells_of(people: PeopleFile) -> dict[str, tuple[str, ...]]:
    """The cells of each login."""
    return {
        login: tuple(cells[place] for cells in people.columns.values())
        for login, place in people.rows.items()
    }


# --- The key


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("login", "login"),
        ("Login", "login"),
        (" GitHub Login ", "github_login"),
        ("github-login", "github_login"),
        ("github_handle", "github_handle"),
        ("GitHub username", "github_username"),
        ("username", "username"),
        ("GitHub com login", "github_com_login"),
    ],
)
def test_the_column_with_the_logins_is_found_by_its_name(header: str, key: str) -> None:
    people = parsed(f"Department,{header},Office\nSales,Ada_acme,Bern\n")

    assert people.key == key
    assert tuple(people.columns) == ("department", "office")
    assert cells_of(people) == {"ada_acme": ("Sales", "Bern")}


def test_githubs_own_column_goes_before_that_of_another_system() -> None:
    people = parsed("username,github_login,department\nada.lovelace,ada,Engines\n")

    assert people.key == "github_login"
    assert cells_of(people) == {"ada": ("ada.lovelace", "Engines")}
    assert tuple(people.columns) == ("username", "department")


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("login,username", "login and username"),
        ("GitHub login,github_handle", "github_login and github_handle"),
    ],
)
def test_which_of_two_columns_has_the_logins_is_not_guessed(header: str, names: str) -> None:
    assert error(f"{header}\na,b\n").startswith(
        f"people-file: people.csv: must have one column with GitHub logins, not {names}: "
    )


@pytest.mark.parametrize("header", ["name,email", "user", "GitHub com user", "log in", "e-mail"])
def test_without_a_column_of_logins_it_is_no_people_file(header: str) -> None:
    assert error(f"{header}\n").startswith(
        "people-file: people.csv: must have a column with GitHub logins, named login, GitHub login,"
    )


def test_an_address_is_no_login() -> None:
    people = parsed("login,email\nada@example.com,ada@example.com\n")

    assert list(people.rows) == ["ada@example.com"]


# --- Columns


def test_githubs_people_export_works_as_it_is() -> None:
    rows = (
        (
            'Ada-acme,Ada Lovelace,"",true,false,false,Enterprise,https://github.com/ada-acme,'
            '"acme:Owner, labs:Member","Owner, Member",ada@example.com,ada@example.com,"",true,'
            "2025-12-09,CC 7,,,1"
        ),
        # Someone with an account on an enterprise's own server alone.
        ',,"208:ghe.example.com:Member",false,true,false,Enterprise,,"","","",,"",,,,,,1',
    )

    people = parsed("\n".join([EXPORT, *rows, ""]))

    assert people.key == "github_com_login"
    assert people.nameless_rows == 1
    row = dict(zip(people.columns, cells_of(people)["ada-acme"], strict=True))
    assert row["name"] == "Ada Lovelace"
    assert row["cost_center"] == "CC 7"
    assert row["github_com_member_roles"] == "acme:Owner, labs:Member"
    assert row["license_type"] == "Enterprise"
    assert len(people.columns) == len(EXPORT.split(",")) - 1


def test_with_data_residency_the_export_says_github_in_place_of_github_com() -> None:
    people = parsed("GitHub login,GitHub name,GitHub cost center\nada,Ada,CC 7\n")

    assert tuple(people.columns) == ("name", "cost_center")


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("username,cost_center_name", ("cost_center",)),
        ("login,Cost Center Name", ("cost_center",)),
        ("login,cost_center_name,Cost-Center", ("cost_center_name", "cost_center")),
        (
            "login,cost_center_name,GitHub com cost center",
            ("cost_center", "github_com_cost_center"),
        ),
    ],
)
def test_githubs_names_of_a_cost_center(header: str, columns: tuple[str, ...]) -> None:
    cells = ",".join("a" for _ in header.split(","))

    assert tuple(parsed(f"{header}\n{cells}\n").columns) == columns


def test_a_column_has_one_name_everywhere() -> None:
    assert tuple(parsed("login,Cost  Center,Büro-Nr.,_x_\n").columns) == (
        "cost_center",
        "büro_nr.",
        "x",
    )


@pytest.mark.parametrize(
    "name", ["status", "Last Activity At", "teams", "login", "ai-credits-used", "Team", "sort"]
)
def test_a_name_that_the_report_has_itself_is_taken(name: str) -> None:
    known = name.lower().replace(" ", "_").replace("-", "_")

    assert error(f"\ngithub_login,office,{name}\n").startswith(
        f"people-file: people.csv, line 2, column 3: must not be named {known}, which the report "
        "uses itself"
    )


# --- Where it comes from

RECIPES = Path(__file__).parents[2] / "docs" / "recipes.md"
BILLING = """\ufeffdate,username,product,sku,organization,cost_center_name
2026-10-01,mona,copilot,copilot_ai_credit,acme,CC-100
2026-10-01,,actions,actions_linux,acme,
2026-10-02,hubot,copilot,copilot_ai_credit,acme,"Support, EMEA"
2026-10-02,mona,copilot,copilot_ai_credit,acme,CC-200
"""


def recipe(start: str) -> str:
    """The one fenced text of the recipes that begins so, wherever it is indented to."""
    blocks = re.findall(
        r"^( *)```\w+\n(.*?)^ *```", RECIPES.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    (found,) = (dedent(text) for _, text in blocks if dedent(text).startswith(start))
    return found


def test_the_file_of_the_recipe_is_read() -> None:
    people = parsed(recipe("GitHub login,department"))

    assert list(people.rows) == ["mona", "hubot", "ann"]
    assert people.exempt_until == {"hubot": date(2026, 12, 31)}
    assert people.left == {"ann": date(2026, 11, 1)}


def test_the_recipe_leaves_a_row_a_person_of_githubs_billing_csv(tmp_path: Path) -> None:
    (tmp_path / "billing.csv").write_text(BILLING, "utf-8")

    subprocess.run(["sh", "-e"], input=recipe("python3 -c"), text=True, cwd=tmp_path, check=True)

    people = read_people_file(tmp_path / "people.csv", name_nobody=False)
    assert tuple(people.columns) == ("cost_center",)
    assert cells_of(people) == {"mona": ("CC-200",), "hubot": ("Support, EMEA",)}


def test_the_recipe_asks_for_every_page_of_saml_identities() -> None:
    """Without these, `--paginate` ends after the first hundred, and says nothing."""
    query = recipe("{ echo login,email")

    assert "gh api graphql --paginate" in query
    assert "$endCursor: String" in query
    assert "after: $endCursor" in query
    assert "pageInfo { hasNextPage endCursor }" in query


# --- Rows


def test_a_row_without_a_login_is_counted_and_left_out() -> None:
    people = parsed("login,department\nada,Engines\n,Sales\n  ,Sales\n\n,\n")

    assert cells_of(people) == {"ada": ("Engines",)}
    assert people.nameless_rows == 2


def test_cells_are_made_fit_to_be_shown() -> None:
    people = parsed('login,department\nada,"  Research\r\n& Development\u202e\x00 "\n')

    assert cells_of(people) == {"ada": ("Research & Development\ufffd\ufffd",)}


def test_a_byte_order_mark_and_windows_line_ends() -> None:
    assert cells_of(parsed("\ufefflogin,name\r\nada,Ada\r\n")) == {"ada": ("Ada",)}


@pytest.mark.parametrize("separator", [";", "\t"])
def test_what_a_spreadsheet_puts_between_cells(separator: str) -> None:
    text = 'login,cost center,name\nada,7,"Lovelace, Ada"\n'.replace(",", separator, 2)
    text = text.replace("ada,7,", f"ada{separator}7{separator}")

    assert cells_of(parsed(text)) == {"ada": ("7", "Lovelace, Ada")}


def test_a_file_of_nobody_and_one_of_logins_alone() -> None:
    assert cells_of(parsed("login,department\n")) == {}
    assert cells_of(parsed("login\nada\n")) == {"ada": ()}


# --- Columns with a meaning


def test_who_is_exempt_until_when() -> None:
    people = parsed(
        "login,exempt until,Exempt-Reason\n"
        "ada,2026-12-31,parental leave\n"
        "bob,,on the list\n"
        "cyd,2024-02-29,\n"
        "dee,,\n"
    )

    assert people.exempt_until == {"ada": date(2026, 12, 31), "cyd": date(2024, 2, 29)}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("yes", date.min),
        ("YES", date.min),
        ("true", date.min),
        ("2026-10-01", date(2026, 10, 1)),
        ("no", None),
        ("False", None),
        ("", None),
    ],
)
def test_who_has_left_and_from_when(text: str, left: date | None) -> None:
    assert parsed(f"login,left\nAda,{text}\n").left == ({} if left is None else {"ada": left})


@pytest.mark.parametrize(
    "text",
    [
        *("31.12.2026", "12/31/2026", "3/4/26", "2026-13-01", "2026-02-30", "20261231"),
        *("2026-W53-4", "2026-12-31T00:00:00Z", "next year", "46387", "0000-01-01"),
    ],
)
def test_a_date_that_could_be_another_one_is_none(text: str) -> None:
    assert error(f"login,exempt_until\nada,\nbob,{text}\n").startswith(
        "people-file: people.csv, line 3, column exempt_until: must be a date such as 2026-12-31 "
        f"or empty; got '{text}'."
    )
    assert error(f"login,x,left\nada,,{text}\n").startswith(
        "people-file: people.csv, line 2, column left: must be a date such as 2026-12-31, yes or "
        f"no; got '{text}'."
    )


@pytest.mark.parametrize("column", ["exempt_until", "left"])
def test_of_nobody_no_date_is_read(column: str) -> None:
    assert parsed(f"login,{column}\n,soon\n").nameless_rows == 1


# --- Bad input


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "people.csv: must have a header that names its columns"),
        ("login\nada\nADA\n", "line 3, column login: must not repeat the login on line 2"),
        ("login,a\nada,x,y\n", "line 2: must have 2 cells, like the header, not 3"),
        ('login,a\n\n"ada\n","b"\nbob\n', "line 5: must have 2 cells, like the header, not 1"),
        ('login,a\nada,"x\n', "line 2: must be a row of CSV (unexpected end of data)"),
        ("login,,a\n", "line 1, column 2: must have a name"),
        ("login,a b,A-B\n", "line 1, column 3: must have a different name from column 2"),
        (f"login,{'a' * 101}\n", "line 1, column 2: must have a name of at most 100 characters"),
        (f"login,{','.join(map(str, range(500)))}\n", "line 1: must have at most 500 columns, not"),
        (
            b"login,name\nada,Ad\xe8le\n",
            'line 2: must be text in UTF-8. In a spreadsheet, save it as "CSV UTF-8". It',
        ),
        ("login,name\n".encode("utf-16"), "people.csv: must be text in UTF-8, not in UTF-16"),
        (b"PK\x03\x04\x14\x00", "people.csv: must be a CSV file, not a workbook"),
        ("login,x\nada," + "y" * 200_000, "line 2: must be a row of CSV (field larger than"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(content: bytes | str, words: str) -> None:
    assert error(content).startswith("people-file: people.csv")
    assert words in error(content)


@pytest.mark.parametrize(
    "content",
    [
        "login\nZyx\nzyx\n",
        "login,zyx\nzyx,zyx,zyx\n",
        "zyx\nzyx\n",
        "login,zyx,zyx\n",
        "login,left\nzyx,zyx\n",
        "login,exempt_until\nzyx,zyx\n",
        'login\n"zyx"zyx\n',
    ],
)
def test_nobody_is_named_where_nobody_may_be(content: str) -> None:
    told = error(content, name_nobody=True)

    assert told.startswith("people-file: ")
    assert "zyx" not in told.lower()
    assert "people.csv" not in told


def test_a_file_too_large_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    with path.open("wb") as file:
        file.truncate(64 * 1024 * 1024)

    with pytest.raises(InputError, match=r"people\.csv: must be smaller than 64 MiB\."):
        read_people_file(path, name_nobody=False)
