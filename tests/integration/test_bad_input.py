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

NO_NUMBER = "is no whole number from"
NO_NAME = "letters, digits and hyphens, several by comma or line"
NO_ADDRESS = r"https://api\.github\.com, or https://api\.SUBDOMAIN\.ghe\.com"

# Input, the text given, words of the error.
WRONG = [
    ("inactive_days", "thirty", rf"inactive-days: 'thirty' {NO_NUMBER} 1 to 3650"),
    ("inactive_days", "0", rf"inactive-days: '0' {NO_NUMBER} 1 to 3650"),
    ("inactive_days", "3651", rf"inactive-days: '3651' {NO_NUMBER} 1 to 3650"),
    ("inactive_days", "-1", rf"inactive-days: '-1' {NO_NUMBER} 1 to 3650"),
    ("inactive_days", "1.5", rf"inactive-days: '1\.5' {NO_NUMBER} 1 to 3650"),
    ("inactive_days", "1e2", rf"inactive-days: '1e2' {NO_NUMBER} 1 to 3650"),
    ("inactive_days", "\u0663", rf"inactive-days: '\\u0663' {NO_NUMBER} 1 to 3650"),
    ("inactive_days", "9" * 70, rf"inactive-days: '9+\\u2026' {NO_NUMBER} 1 to 3650"),
    ("new_seat_days", "-1", rf"new-seat-days: '-1' {NO_NUMBER} 0 to 3650"),
    ("new_seat_days", "3651", rf"new-seat-days: '3651' {NO_NUMBER} 0 to 3650"),
    ("retention_days", "0", rf"retention-days: '0' {NO_NUMBER} 1 to 400"),
    ("retention_days", "401", rf"retention-days: '401' {NO_NUMBER} 1 to 400"),
    ("retention_days", "a week", rf"retention-days: 'a week' {NO_NUMBER} 1 to 400"),
    ("price_business", "free", r"price-business: 'free' is no price such as 19 or 17\.50"),
    ("price_business", "-19", r"price-business: '-19' is no price such as 19 or 17\.50"),
    ("price_enterprise", "39.999", r"price-enterprise: '39\.999' is no price"),
    ("price_enterprise", "39,00", r"price-enterprise: '39,00' is no price"),
    ("currency", "usd", "currency: 'usd' is no code of three capitals such as USD or EUR"),
    ("currency", "\u20ac", r"currency: '\\u20ac' is no code of three capitals"),
    ("sort", "name", "sort: 'name' is none of last-activity, login, team, created; a leading -"),
    ("sort", "--login", "sort: '--login' is none of"),
    ("formats", "pdf", "formats: 'pdf' is none of html, csv, xlsx, json"),
    ("formats", "csv,\ndocx", "formats: 'docx' is none of html, csv, xlsx, json"),
    ("summary", "short", "summary: 'short' is none of full, totals, off"),
    ("artifact_name", "a/b", "artifact-name: 'a/b' has a character that no artifact's name may"),
    ("artifact_name", "a\nb", r"artifact-name: 'a\\nb' has a character"),
    ("artifact_name", "n" * 256, "artifact-name: 'n+.*' .* longer than 255"),
    ("output_directory", "..", r"output-directory: '\.\.' leads out of the workspace"),
    ("output_directory", "out/../../x", "output-directory: .* leads out of the workspace"),
    ("output_directory", "/etc", "output-directory: '/etc' leads out of the workspace"),
    ("activity_report", "../report.csv", "activity-report: .* leads out of the workspace"),
    ("activity_report", "report.csv", "activity-report: there is no file report.csv at that path"),
    ("activity_report", ".", "activity-report: there is no file"),
    ("max_idle_percent", "lots", "max-idle-percent: 'lots' is no number from 0 to 100"),
    ("max_idle_percent", "-1", "max-idle-percent: '-1' is no number from 0 to 100"),
    ("max_idle_percent", "100.1", r"max-idle-percent: '100\.1' is no number from 0 to 100"),
    ("max_idle_percent", "NaN", "max-idle-percent: 'NaN' is no number from 0 to 100"),
    ("anonymize", "yes", "anonymize: 'yes' is neither true nor false"),
    ("sample", "1", "sample: '1' is neither true nor false"),
    ("public_repository", "maybe", "public-repository: 'maybe' is none of refuse, allow"),
    ("organization", "acme corp", f"organization: 'acme corp' is no login or slug: {NO_NAME}"),
    ("organization", "acme,a/b", "organization: 'a/b' is no login or slug"),
    ("organization", "..", r"organization: '\.\.' is no login or slug"),
    ("enterprise", "mega corp", "enterprise: 'mega corp' is no login or slug"),
    ("users", "person-0001 person-0002", "users: .* is no login or slug"),
    ("exempt_users", "svc/*", r"exempt-users: 'svc/\*' is no login or wildcard"),
    ("api_url", "http://api.github.com", "unencrypted to another machine.*" + NO_ADDRESS),
    ("api_url", "http://127.0.0.1.example.com", "unencrypted to another machine"),
    ("api_url", "http://0.0.0.0", "unencrypted to another machine"),
    ("api_url", "ftp://api.github.com", "is no address of https.*" + NO_ADDRESS),
    ("api_url", "api.github.com", "is no address of https.*" + NO_ADDRESS),
    ("api_url", "https://", "is no address of https.*" + NO_ADDRESS),
    ("api_url", "https://api.github.com:port", "is no address.*" + NO_ADDRESS),
    ("api_url", "https://[::1", "is no address.*" + NO_ADDRESS),
    ("api_url", "https://g\u0131thub.com", "is no address of https"),
    ("api_url", "https://me:secret@api.github.com", "a user, a query or a fragment"),
    ("api_url", "https://api.github.com?token=x", "a user, a query or a fragment"),
    ("api_url", "https://api.github.com#x", "a user, a query or a fragment"),
    ("api_url", "https://ghe.example.com/api/v3", "Enterprise Server has no Copilot data"),
    ("api_url", "https://ghe.example.com/api/v3/", "Enterprise Server has no Copilot data"),
    ("token", "", "token: there is none.*secret that exists.*GH_TOKEN.*docs/tokens.md"),
    ("token", "the\ntoken", "token: it has a line break, a blank or a letter that no token has"),
    ("token", "the token", "token: it has a line break, a blank or a letter that no token has"),
    ("token", "tok\u00e9n", "token: it has a line break, a blank or a letter that no token has"),
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
    assert outcome.error == "inactive-days: 'thirty' is no whole number from 1 to 3650."
    assert outcome.stdout.count("\n") == 1
    assert outcome.stderr == ""
    outcome.assert_nothing_published()


def test_an_organization_and_an_enterprise_are_two_questions(step: Step) -> None:
    outcome = step(Organization("acme", []))(organization="acme", enterprise="megacorp")

    assert outcome.status == 2
    assert outcome.error == "organization and enterprise: give one of the two, not both."
    outcome.assert_nothing_published()


def test_neither_an_organization_nor_an_owner_to_take_it_from(step: Step) -> None:
    outcome = step(Organization("acme", []), GITHUB_REPOSITORY_OWNER="")()

    assert outcome.status == 2
    assert outcome.error.startswith("organization: give its login, or an enterprise's slug")
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
    assert outcome.error == "SOURCE_DATE_EPOCH: 'yesterday' is no number of seconds since 1970."
    outcome.assert_nothing_published()


def test_a_directory_that_leads_out_by_a_symbolic_link(step: Step, tmp_path: Path) -> None:
    action = step(Organization("acme", []))
    (tmp_path / "elsewhere").mkdir()
    (action.workspace / "out").symlink_to(tmp_path / "elsewhere")

    for directory in ("out", "out/deeper"):
        outcome = action(output_directory=directory)

        assert outcome.status == 2
        assert f"output-directory: '{directory}' leads out of the workspace" in outcome.error
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_directory_that_leads_in_circles(step: Step) -> None:
    action = step(Organization("acme", []))
    (action.workspace / "out").symlink_to("out")

    outcome = action(output_directory="out/deeper")

    assert outcome.status == 2
    assert "output-directory: 'out/deeper' cannot be resolved" in outcome.error


def test_a_directory_that_is_a_file(step: Step) -> None:
    action = step(Organization("acme", []))
    (action.workspace / "out").write_text("mine")

    for directory in ("out", "out/deeper"):
        outcome = action(output_directory=directory)

        assert outcome.status == 2
        assert f"output-directory: '{directory}' leads through a file" in outcome.error
    assert outcome.files == {"out": b"mine"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--inactive-day", "60"], "'--inactive-day' is no flag; --help lists them."),
        (["--inactive-days"], "argument --inactive-days: expected one argument; --help lists"),
        (["acme"], "'acme' is no flag; --help lists them."),
        (["--sort", "-login"], "argument --sort: expected one argument; --help lists"),
        (["--inactive-days", "x"], "inactive-days: 'x' is no whole number"),
    ],
)
def test_a_wrong_flag(step: Step, arguments: list[str], words: str) -> None:
    outcome = step(Organization("acme", []))(*arguments)

    assert outcome.status == 2
    assert words in outcome.error
    outcome.assert_nothing_published()


@pytest.mark.parametrize("arguments", [["--token", "secret"], ["--token=secret"]])
def test_a_token_is_no_flag_and_not_repeated(step: Step, arguments: list[str]) -> None:
    outcome = step(Organization("acme", []))(*arguments)

    assert outcome.status == 2
    assert outcome.error == "'--token' is no flag; --help lists them."


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
    assert "there is no such organization" in outcome.error
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
