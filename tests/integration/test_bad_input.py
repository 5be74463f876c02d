"""What is wrong is said in one error that tells what to do, and nothing is published.

Exit status 2 for a wrong input, before anything is asked of GitHub; 1 for what GitHub refuses.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.action import Action
from tests.github_server import TOKEN, WORKFLOW_TOKEN, Organization
from tests.made_up import seats

Step = Callable[..., Action]

NAMES = "must be a name as in GitHub's URLs"
API = r"https://api\.github\.com, or https://api\.SUBDOMAIN\.ghe\.com with data residency"


def whole(least: int, most: int) -> str:
    return f"must be a whole number from {least} to {most}"


# Input, the text given, words of the error.
WRONG = [
    ("inactive_days", "thirty", rf"inactive-days: {whole(1, 3650)}; got 'thirty'\.$"),
    ("inactive_days", "0", rf"inactive-days: {whole(1, 3650)}; got '0'"),
    ("inactive_days", "3651", rf"inactive-days: {whole(1, 3650)}; got '3651'"),
    ("inactive_days", "-1", rf"inactive-days: {whole(1, 3650)}; got '-1'"),
    ("inactive_days", "1.5", rf"inactive-days: {whole(1, 3650)}; got '1\.5'"),
    ("inactive_days", "1e2", rf"inactive-days: {whole(1, 3650)}; got '1e2'"),
    ("inactive_days", "\u0663", rf"inactive-days: {whole(1, 3650)}; got '\\u0663'"),
    ("inactive_days", "9" * 70, rf"inactive-days: {whole(1, 3650)}; got '9+\\u2026'"),
    ("new_seat_days", "-1", rf"new-seat-days: {whole(0, 3650)}; got '-1'"),
    ("new_seat_days", "3651", rf"new-seat-days: {whole(0, 3650)}; got '3651'"),
    ("retention_days", "0", rf"retention-days: {whole(1, 400)}; got '0'"),
    ("retention_days", "401", rf"retention-days: {whole(1, 400)}; got '401'"),
    ("retention_days", "a week", rf"retention-days: {whole(1, 400)}; got 'a week'"),
    ("price_business", "free", r"price-business: must be a price such as 19 or 17\.50; got 'free'"),
    ("price_business", "-19", "price-business: must be a price .*; got '-19'"),
    ("price_enterprise", "39.999", r"price-enterprise: must be a price .*; got '39\.999'"),
    ("price_enterprise", "39,00", "price-enterprise: must be a price .*; got '39,00'"),
    (
        "currency",
        "usd",
        "currency: must be a code of three capital letters, such as USD; got 'usd'",
    ),
    ("currency", "\u20ac", r"currency: must be a code .*; got '\\u20ac'"),
    ("sort", "name", "sort: must be one of last-activity, login, team, created .*; got 'name'"),
    ("sort", "--login", "sort: must be .*a leading - reverses the order.; got '--login'"),
    ("formats", "pdf", "formats: must be one or more of html, csv, xlsx, json, .*; got 'pdf'"),
    ("formats", "csv,\ndocx", "formats: must be one or more of .*; got 'docx'"),
    ("formats", ",", "formats: must be one or more of .*; got ','"),
    ("summary", "short", "summary: must be one of full, totals, off; got 'short'"),
    ("artifact_name", "a/b", "artifact-name: must have at most 255 characters and .*; got 'a/b'"),
    ("artifact_name", "a\nb", r"artifact-name: must have .* or line breaks; got 'a\\nb'"),
    ("artifact_name", "n" * 256, "artifact-name: must have at most 255 characters"),
    ("output_directory", "..", r"output-directory: must be a path inside .*; got '\.\.'"),
    ("output_directory", "out/../../x", "output-directory: must be a path inside the workspace"),
    ("output_directory", "/etc", "output-directory: must be a path inside .*; got '/etc'"),
    ("activity_report", "../report.csv", "activity-report: must be a path inside the workspace"),
    (
        "activity_report",
        "a.csv",
        "activity-report: must be the path of an existing file .*; got 'a.csv'",
    ),
    ("activity_report", ".", "activity-report: must be the path of an existing file in the"),
    ("people_file", "../hr.csv", "people-file: must be a path inside the workspace"),
    ("people_file", "hr.csv", "people-file: must be the path of an existing file .*; got 'hr.csv'"),
    ("ca_file", "../company.pem", "ca-file: must be a path inside the workspace"),
    ("group_by", "department", "group-by: must be empty without `people-file`"),
    ("credits_business", "10000001", rf"credits-business: {whole(0, 10_000_000)}; got '1"),
    ("max_idle_percent", "lots", "max-idle-percent: must be a number from 0 to 100; got 'lots'"),
    ("max_idle_percent", "-1", "max-idle-percent: must be a number from 0 to 100; got '-1'"),
    ("max_idle_percent", "100.1", "max-idle-percent: must be a number from 0 to 100"),
    ("max_idle_percent", "NaN", "max-idle-percent: must be a number from 0 to 100; got 'NaN'"),
    ("anonymize", "yes", r"anonymize: must be true or false\.$"),
    ("anonymize_key", "fifteen letters", "anonymize-key: must have at least 16 characters, or be"),
    ("sample", "1", "sample: must be true or false; got '1'"),
    ("public_repository", "maybe", "public-repository: must be one of refuse, allow; got 'maybe'"),
    ("organization", "acme corp", f"organization: {NAMES} .*; got 'acme corp'"),
    ("organization", "acme,a/b", f"organization: {NAMES} .*; got 'a/b'"),
    ("organization", "..", rf"organization: {NAMES} .*; got '\.\.'"),
    ("enterprise", "mega corp", f"enterprise: {NAMES} .*; got 'mega corp'"),
    ("enterprise", "one,two", "enterprise: must be one slug; got 'one,two'"),
    (
        "users",
        "ann ben",
        r"users: each entry must be a login \(.*; entry 1 of 1 has the character ' '",
    ),
    ("users", "ann, ..", r"users: each entry must be a login .*; entry 2 of 2 is not one\.$"),
    ("exempt_users", "ann\nsvc/*", "exempt-users: .* a wildcard .*; entry 2 of 2 has .* '/'"),
    ("api_url", "http://api.github.com", f"{API}; http would send the token unencrypted"),
    ("api_url", "http://127.0.0.1.example.com", "http would send the token unencrypted"),
    ("api_url", "http://0.0.0.0", "http would send the token unencrypted"),
    ("api_url", "ftp://api.github.com", rf"api-url: must be the https URL .*{API}; got 'ftp:"),
    ("api_url", "api.github.com", f"{API}; got 'api.github.com'"),
    ("api_url", "https://", f"{API}; got 'https://'"),
    ("api_url", "https://api.github.com:port", f"{API}; got"),
    ("api_url", "https://[::1", f"{API}; got"),
    ("api_url", "https://xn--a", f"{API}; got"),
    ("api_url", "https://g\u0131thub.com", f"{API}; got"),
    (
        "api_url",
        "https://me:secret@api.github.com",
        r"must not have a user, a query or a fragment\.$",
    ),
    (
        "api_url",
        "https://api.github.com?token=x",
        r"must not have a user, a query or a fragment\.$",
    ),
    ("api_url", "https://api.github.com#x", r"must not have a user, a query or a fragment\.$"),
    (
        "api_url",
        "https://github.com",
        r"github\.com is the website, so use https://api\.github\.com",
    ),
    ("api_url", "https://www.github.com/acme", r"the website, so use https://api\.github\.com"),
    ("api_url", "https://octocorp.ghe.com", r"use https://api\.octocorp\.ghe\.com"),
    ("api_url", "https://x.octocorp.ghe.com/", r"use https://api\.octocorp\.ghe\.com"),
    ("api_url", "https://ghe.example.com/api/v3", "Enterprise Server has no Copilot data"),
    ("api_url", "https://ghe.example.com/api/v3/", "Enterprise Server has no Copilot data"),
    ("token", "", "token: must not be empty.*secret that exists.*GH_TOKEN.*docs/tokens.md"),
    ("token", "the\ntoken", "token: must not have spaces, line breaks or other characters"),
    ("token", "the token", "token: must not have spaces, line breaks or other characters"),
    ("token", "tok\u00e9n", "token: must not have spaces, line breaks or other characters that"),
    ("workflow_token", "the token", "workflow-token: must not have spaces, line breaks or"),
    (
        "workflow_token",
        "tok\u00e9n",
        "workflow-token: must not have spaces, line breaks or",
    ),
]


@pytest.mark.parametrize(("name", "text", "words"), WRONG, ids=lambda value: repr(value)[:40])
def test_a_wrong_input_is_named_and_nothing_is_asked_or_published(
    step: Step, name: str, text: str, words: str
) -> None:
    action = step(Organization("acme", seats(3)))

    outcome = action(**{name: text})

    assert outcome.status == 2
    assert re.search(words, outcome.error), outcome.error
    outcome.assert_nothing_published()
    assert action.server.requests == []


def test_a_wrong_input_from_the_process(step: Step) -> None:
    action = step(Organization("acme", seats(3)))

    outcome = action.start(inactive_days="thirty")

    assert outcome.status == 2
    assert outcome.error == ("inactive-days: must be a whole number from 1 to 3650; got 'thirty'.")
    assert outcome.stdout.count("\n") == 1
    assert outcome.stderr == ""
    outcome.assert_nothing_published()


def test_all_wrong_inputs_are_told_together(step: Step) -> None:
    outcome = step(Organization("acme", []), SOURCE_DATE_EPOCH="now")(
        inactive_days="thirty", sort="name", users="ann ben", organization="a", enterprise="b"
    )

    assert outcome.status == 2
    assert outcome.error == (
        "5 inputs are wrong. "
        "users: each entry must be a login (letters, digits and hyphens), separated by commas or "
        "line breaks; entry 1 of 1 has the character ' '. "
        "inactive-days: must be a whole number from 1 to 3650; got 'thirty'. "
        "sort: must be one of last-activity, login, team, created (a leading - reverses the "
        "order); got 'name'. "
        "SOURCE_DATE_EPOCH: must be a whole number of seconds since 1970; got 'now'. "
        "organization: must be empty if `enterprise` is set."
    )
    outcome.assert_nothing_published()


@pytest.mark.parametrize(
    "nobody",
    [
        {"anonymize": "true"},
        {"anonymize": "yes"},
        {"artifact_name": "", "summary": "totals"},
        {"artifact_name": "", "summary": "off"},
        {"artifact_name": "", "summary": "none"},
    ],
    ids=str,
)
def test_where_nobody_may_be_named_an_error_quotes_nothing(
    step: Step, nobody: dict[str, str]
) -> None:
    wrong = dict.fromkeys(
        "inactive_days new_seat_days price_business currency sort formats retention_days "
        "max_idle_percent organization enterprise users exempt_users public_repository "
        "anonymize_key token workflow_token".split(),
        "mona @corp/!",
    )
    paths = dict.fromkeys(("output_directory", "activity_report"), "../mona")

    outcome = step(Organization("acme", []), SOURCE_DATE_EPOCH="mona")(
        api_url="https://mona.ghe.com", **{**wrong, **paths, **nobody}
    )

    assert outcome.status == 2
    assert re.match(r"2[0-2] inputs are wrong\. ", outcome.error)
    assert "mona" not in outcome.log.lower()


def test_an_organization_and_an_enterprise_are_two_questions(step: Step) -> None:
    outcome = step(Organization("acme", []))(organization="acme", enterprise="megacorp")

    assert outcome.status == 2
    assert outcome.error == "organization: must be empty if `enterprise` is set."
    outcome.assert_nothing_published()


def test_neither_an_organization_nor_an_owner_to_take_it_from(step: Step) -> None:
    outcome = step(Organization("acme", []), GITHUB_REPOSITORY_OWNER="")()

    assert outcome.status == 2
    assert outcome.error == "organization: must be set, or else `enterprise`."
    outcome.assert_nothing_published()


def test_the_server_that_has_no_copilot_data_is_told_at_once(step: Step) -> None:
    """On GitHub Enterprise Server the default of `api-url` is that server's."""
    action = step(Organization("acme", []), GITHUB_API_URL="https://ghe.example.com/api/v3")

    outcome = action(api_url="https://ghe.example.com/api/v3")

    assert outcome.status == 2
    assert "api-url: GitHub Enterprise Server has no Copilot data" in outcome.error
    assert action.server.requests == []


def test_a_report_time_that_is_none(step: Step) -> None:
    outcome = step(Organization("acme", []), SOURCE_DATE_EPOCH="yesterday")()

    assert outcome.status == 2
    assert outcome.error == (
        "SOURCE_DATE_EPOCH: must be a whole number of seconds since 1970; got 'yesterday'."
    )
    outcome.assert_nothing_published()


def test_a_directory_that_leads_out_by_a_symbolic_link(step: Step, tmp_path: Path) -> None:
    action = step(Organization("acme", []))
    (tmp_path / "elsewhere").mkdir()
    (action.workspace / "out").symlink_to(tmp_path / "elsewhere")

    for directory in ("out", "out/deeper"):
        outcome = action(output_directory=directory)

        assert outcome.status == 2
        assert outcome.error == (
            f"output-directory: must be a path inside the workspace; got '{directory}'."
        )
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_directory_that_leads_in_circles(step: Step) -> None:
    action = step(Organization("acme", []))
    (action.workspace / "out").symlink_to("out")

    outcome = action(output_directory="out/deeper")

    assert outcome.status == 2
    assert re.fullmatch(
        r"output-directory: must be a path that can be followed \(.+\); got 'out/deeper'\.",
        outcome.error,
    )


def test_a_directory_that_is_a_file(step: Step) -> None:
    action = step(Organization("acme", []))
    (action.workspace / "out").write_text("mine")

    for directory in ("out", "out/deeper"):
        outcome = action(output_directory=directory)

        assert outcome.status == 2
        assert outcome.error == (
            f"output-directory: must be a directory, or a path where one can be created; a file is "
            f"in the way; got '{directory}'."
        )
    assert outcome.files == {"out": b"mine"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--inactive-day", "60"], "--inactive-day is not a flag; --help lists them."),
        (["--inactive-days"], "argument --inactive-days: expected one argument; --help lists"),
        (["mona@example.com"], "an argument is not a flag; --help lists them."),
        (["--Mona=1"], "an argument is not a flag; --help lists them."),
        (["--sort", "-login"], "argument --sort: expected one argument; --help lists"),
        (["--inactive-days", "x"], "inactive-days: must be a whole number"),
    ],
)
def test_a_wrong_flag(step: Step, arguments: list[str], words: str) -> None:
    outcome = step(Organization("acme", []))(*arguments)

    assert outcome.status == 2
    assert words in outcome.error
    outcome.assert_nothing_published()


@pytest.mark.parametrize("arguments", [["--token", "secret"], ["--token=secret"]])
def test_a_token_is_not_a_flag_and_not_repeated(step: Step, arguments: list[str]) -> None:
    outcome = step(Organization("acme", []))(*arguments)

    assert outcome.status == 2
    assert outcome.error == "--token is not a flag; --help lists them."


# --- What GitHub refuses


def test_the_workflows_own_token_is_told_which_one_it_takes(step: Step) -> None:
    action = step(Organization("acme", seats(3)))

    outcome = action.start(token=WORKFLOW_TOKEN)

    assert outcome.status == 1
    assert "GITHUB_TOKEN) has no permission on an organization" in outcome.error
    assert "'GitHub Copilot Business' (read)" in outcome.error
    assert "https://docs.github.com/en/rest/copilot/copilot-user-management" in outcome.error
    outcome.assert_nothing_published()


def test_a_token_that_github_refuses(step: Step) -> None:
    action = step(Organization("acme", seats(3)))
    action.server.tokens[TOKEN] = "expired"

    outcome = action.start()

    assert outcome.status == 1
    assert "was refused with status 401 (GitHub says: Bad credentials)" in outcome.error
    assert "wrong, expired or revoked" in outcome.error
    outcome.assert_nothing_published()


def test_an_organization_that_is_not_there(step: Step) -> None:
    outcome = step(Organization("acme", seats(3))).start(organization="acmee")

    assert outcome.status == 1
    assert "organization acmee was refused with status 404" in outcome.error
    assert "The organization does not exist" in outcome.error
    assert "https://docs.github.com/en/rest/copilot/copilot-user-management" in outcome.error
    outcome.assert_nothing_published()


def test_the_earlier_report_stays_when_a_later_run_fails(step: Step) -> None:
    action = step(Organization("acme", seats(3)))
    before = action().files

    action.server.tokens[TOKEN] = "expired"
    after = action()

    assert after.status == 1
    assert after.outputs == {}
    assert not after.summary
    assert after.files == before
