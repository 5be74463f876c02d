"""What of the inputs the other tests do not show from outside."""

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from copilot_seat_report.errors import InputError
from copilot_seat_report.settings import Settings, in_shell_terms, read_settings

TOKEN = {"GH_TOKEN": "the-token"}


def read(
    *arguments: str, environment: Mapping[str, str] = TOKEN, workspace: Path = Path()
) -> Settings:
    return read_settings(["--organization=acme", *arguments], environment, workspace)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://api.github.com", "https://api.github.com"),
        ("https://api.github.com/", "https://api.github.com"),
        ("https://api.octocorp.ghe.com", "https://api.octocorp.ghe.com"),
        ("HTTPS://API.GITHUB.COM", "HTTPS://API.GITHUB.COM"),
        ("https://proxy.example.com:8443/github/", "https://proxy.example.com:8443/github"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_an_address_of_githubs_api(given: str, address: str) -> None:
    assert read(f"--api-url={given}").api_url == address


def test_the_address_is_the_runners_or_github_com() -> None:
    runner = {**TOKEN, "GITHUB_API_URL": "https://api.octocorp.ghe.com"}

    assert read(environment=runner).api_url == "https://api.octocorp.ghe.com"
    assert read().api_url == "https://api.github.com"


def test_secrets_are_masked_and_not_shown() -> None:
    environment = {
        "INPUT_TOKEN": "first-secret",
        "INPUT_WORKFLOW-TOKEN": "second-secret",
        "INPUT_ANONYMIZE-KEY": "third-secret-of-16",
        "GH_TOKEN": "unused",
    }
    settings = read(environment=environment)

    assert settings.secrets == ("first-secret", "third-secret-of-16", "second-secret")
    assert "secret" not in repr(settings)
    assert read().secrets == ("the-token",)


@pytest.mark.parametrize(
    ("flags", "names_people"),
    [
        ([], True),
        (["--summary=totals"], True),
        (["--summary=off"], True),
        (["--artifact-name="], True),
        (["--artifact-name=", "--summary=totals"], False),
        (["--artifact-name=", "--summary=off"], False),
        (["--anonymize"], False),
    ],
)
def test_whether_people_are_named(flags: list[str], names_people: bool) -> None:
    assert read(*flags).names_people is names_people


@pytest.mark.parametrize(
    ("given", "value"),
    [("", None), ("0", Decimal(0)), ("33.3", Decimal("33.3")), ("33.3%", Decimal("33.3"))],
)
def test_a_share(given: str, value: Decimal | None) -> None:
    assert read(f"--max-idle-percent={given}").max_idle_percent == value


@pytest.mark.parametrize(
    ("given", "hundredths"), [("19", 1900), ("17.5", 1750), ("0.05", 5), ("999999.99", 99_999_999)]
)
def test_a_price_is_exact(given: str, hundredths: int) -> None:
    assert read(f"--price-business={given}").price_business == hundredths


@pytest.mark.parametrize("given", ["true", "True", "TRUE"])
def test_what_is_true(given: str) -> None:
    assert read(f"--sample={given}").sample is True


@pytest.mark.parametrize("given", ["false", "False", "FALSE", ""])
def test_what_is_false(given: str) -> None:
    assert read(f"--sample={given}").sample is False


def test_a_name_of_the_longest_kind_an_artifact_may_have() -> None:
    assert len(read(f"--artifact-name={'n' * 255}").artifact_name) == 255


@pytest.mark.parametrize("character", [*'":<>|*?\\/', "\r", "\n", "\x07"])
def test_what_no_name_of_an_artifact_has(character: str) -> None:
    with pytest.raises(InputError, match=r"artifact-name: must have at most 255 characters and"):
        read(f"--artifact-name=a{character}b")


@pytest.mark.parametrize("given", ["a\0b", f"{'n' * 300}/x"], ids=["end of text", "too long"])
def test_a_path_that_cannot_be(tmp_path: Path, given: str) -> None:
    with pytest.raises(InputError, match="output-directory: must be a path that can be followed"):
        read(f"--output-directory={given}", workspace=tmp_path)


def test_paths_are_of_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "c.csv").touch()

    settings = read("--output-directory=a/b", "--activity-report=c.csv", workspace=tmp_path)

    assert settings.output_directory == tmp_path.resolve() / "a" / "b"
    assert settings.activity_report == tmp_path.resolve() / "c.csv"


def test_a_workspace_that_is_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")

    settings = read("--output-directory=out", workspace=tmp_path / "link")

    assert settings.output_directory == (tmp_path / "real" / "out").resolve()


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("sort: must be login.", "--sort: must be login."),
        ("2 inputs are wrong. sort: x. users: y.", "2 inputs are wrong. --sort: x. --users: y."),
        ("token: must not be empty", "token: must not be empty"),
        ("Check `api-url`", "Check `--api-url`"),
        ("set `anonymize: true`; or", "set `--anonymize=true`; or"),
        ("Give `token` an App's", "Give `token` an App's"),
        ("the sort: ascending", "the sort: ascending"),
        ("`sorting`", "`sorting`"),
    ],
)
def test_a_shell_reads_of_flags(text: str, terms: str) -> None:
    assert in_shell_terms(text) == terms


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--group-by=team"], "group-by: must be empty without `people-file`: it names"),
        (["--sample", "--people-file=x"], "people-file: must be empty with `sample`, which"),
        (["--sample", "--history=x"], "history: must be auto or off with `sample`, which has"),
    ],
)
def test_what_does_not_go_together(flags: list[str], words: str, tmp_path: Path) -> None:
    (tmp_path / "x").touch()

    with pytest.raises(InputError, match=f"^{re.escape(words)}"):
        read(*flags, workspace=tmp_path)


def test_columns_of_the_samples_own_file_may_be_asked_for() -> None:
    assert read("--sample", "--group-by=Cost Center, manager").group_by == (
        "Cost Center",
        "manager",
    )


def test_a_key_of_the_least_length() -> None:
    key = "k" * 16

    assert read(environment={**TOKEN, "INPUT_ANONYMIZE-KEY": key}).anonymize_key == key
    with pytest.raises(InputError, match=r"^anonymize-key: must have at least 16 characters"):
        read(environment={**TOKEN, "INPUT_ANONYMIZE-KEY": key[1:]})
