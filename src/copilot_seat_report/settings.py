"""The inputs of the action, from the runner or the command line, checked, as one frozen object."""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal, NoReturn, TypeVar
from urllib.parse import urlsplit

from copilot_seat_report.errors import InputError
from copilot_seat_report.http.loopback import is_loopback

Choice = TypeVar("Choice", bound=str)


@dataclass(frozen=True)
class Input:
    """One input as action.yml declares it. `flag` tells whether it is a command-line flag too."""

    name: str
    default: str
    help: str
    flag: bool = True


INPUTS = (
    Input("token", "${{ github.token }}", "reads seat data", flag=False),
    Input("organization", "", "one login, or several, by comma or line"),
    Input("enterprise", "", "an enterprise's slug, instead of an organization"),
    Input("users", "", "only these logins"),
    Input("api-url", "${{ github.api_url }}", "base of GitHub's REST API"),
    Input("inactive-days", "30", "days without activity after which a person is inactive"),
    Input(
        "new-seat-days", "14", "days after the grant for which no activity is no reason to worry"
    ),
    Input("exempt-users", "", "logins or wildcards (svc-*) that are never idle"),
    Input("price-business", "19", "list price of Copilot Business a month"),
    Input("price-enterprise", "39", "list price of Copilot Enterprise a month"),
    Input("currency", "USD", "currency of the prices"),
    Input(
        "sort",
        "last-activity",
        "last-activity, login, team or created; --sort=-login turns the order round",
    ),
    Input("formats", "html,csv,xlsx,json", "which files the report has"),
    Input("summary", "full", "full, totals (no person is named) or off"),
    Input("artifact-name", "copilot-seat-report", "name of the artifact; empty: none"),
    Input("retention-days", "", "days the artifact is kept; empty: the repository's setting"),
    Input("output-directory", "copilot-seat-report", "where the files are left, in the workspace"),
    Input("activity-report", "", 'a CSV of "Get activity report" to compare'),
    Input("max-idle-percent", "", "fail, after publishing, when more are idle"),
    Input("anonymize", "false", "publish pseudonyms in place of names"),
    Input("anonymize-key", "", "a secret that keeps the pseudonyms the same", flag=False),
    Input("public-repository", "refuse", "refuse or allow named people where everyone can read"),
    Input("workflow-token", "${{ github.token }}", "reads the repository's visibility", flag=False),
    Input("sample", "false", "run on a built-in, made-up organization"),
)

SORTS = ("last-activity", "login", "team", "created")
FORMATS = ("html", "csv", "xlsx", "json")
GITHUB_API = "https://api.github.com"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All inputs, checked. Prices are hundredths of `currency` a month; paths are absolute.

    `report_time` is the instant of the report (UTC); None where nothing but the clock says it.
    """

    token: str = field(repr=False)
    organizations: tuple[str, ...]
    enterprise: str
    users: tuple[str, ...]
    api_url: str
    inactive_days: int
    new_seat_days: int
    exempt_users: tuple[str, ...]
    price_business: int
    price_enterprise: int
    currency: str
    sort: str
    formats: tuple[str, ...]
    summary: Literal["full", "totals", "off"]
    artifact_name: str
    retention_days: int | None
    output_directory: Path
    activity_report: Path | None
    max_idle_percent: Decimal | None
    anonymize: bool
    anonymize_key: str = field(repr=False)
    public_repository: Literal["refuse", "allow"]
    workflow_token: str = field(repr=False)
    sample: bool
    report_time: datetime | None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be seen in the log."""
        secrets = (self.token, self.workflow_token, self.anonymize_key)
        return tuple(secret for secret in secrets if secret)

    @property
    def names_people(self) -> bool:
        """Tell whether the people are named in something that the repository's readers can open."""
        return not self.anonymize and (self.artifact_name != "" or self.summary == "full")


def read_settings(
    arguments: Sequence[str], environment: Mapping[str, str], workspace: Path
) -> Settings:
    """Read every input: a flag goes before the runner's variable, and that before the default.

    An input that is given but empty counts as not given (a scheduled run leaves the inputs of a
    manual one empty), except `artifact-name`. Raises InputError, naming the input.
    """
    texts = _texts(arguments, environment)
    sample = _boolean("sample", texts["sample"])
    if sample:  # whatever is asked for, on whatever server: nobody is asked
        texts |= {"organization": "", "enterprise": "", "api-url": GITHUB_API}
    enterprise = _name("enterprise", texts["enterprise"]) if texts["enterprise"] else ""
    organizations = _names("organization", texts["organization"])
    if enterprise and organizations:
        raise InputError("organization and enterprise: give one of the two, not both.")
    if not enterprise and not organizations and not sample:
        owner = environment.get("GITHUB_REPOSITORY_OWNER", "")
        if not owner:
            raise InputError("organization: give its login, or an enterprise's slug as enterprise.")
        organizations = (_name("organization", owner),)
    return Settings(
        token=_token(texts["token"], sample=sample),
        organizations=organizations,
        enterprise=enterprise,
        users=_names("users", texts["users"]),
        api_url=_api_url(texts["api-url"]),
        inactive_days=_whole("inactive-days", texts["inactive-days"], 1, 3650),
        new_seat_days=_whole("new-seat-days", texts["new-seat-days"], 0, 3650),
        exempt_users=_names("exempt-users", texts["exempt-users"], wildcards=True),
        price_business=_price("price-business", texts["price-business"]),
        price_enterprise=_price("price-enterprise", texts["price-enterprise"]),
        currency=_currency(texts["currency"]),
        sort=_sort(texts["sort"]),
        formats=_formats(texts["formats"]),
        summary=_one_of("summary", texts["summary"], ("full", "totals", "off")),
        artifact_name=_artifact_name(texts["artifact-name"]),
        retention_days=(
            _whole("retention-days", texts["retention-days"], 1, 400)
            if texts["retention-days"]
            else None
        ),
        output_directory=_directory(texts["output-directory"], workspace),
        activity_report=(
            _inside("activity-report", texts["activity-report"], workspace)
            if texts["activity-report"]
            else None
        ),
        max_idle_percent=_max_idle_percent(texts["max-idle-percent"]),
        anonymize=_boolean("anonymize", texts["anonymize"]),
        anonymize_key=texts["anonymize-key"],
        public_repository=_one_of(
            "public-repository", texts["public-repository"], ("refuse", "allow")
        ),
        workflow_token=texts["workflow-token"],
        sample=sample,
        report_time=_report_time(environment.get("SOURCE_DATE_EPOCH", "")),
    )


def _texts(arguments: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    known, unknown = _parser().parse_known_args(arguments)
    if unknown:
        # Only its name: what was given with it may be a token.
        raise InputError(f"{_shown(unknown[0].partition('=')[0])} is no flag; --help lists them.")
    flags = vars(known)
    from_environment = {
        "token": environment.get("GH_TOKEN") or environment.get("GITHUB_TOKEN") or "",
        "api-url": environment.get("GITHUB_API_URL") or GITHUB_API,
        "workflow-token": "",
    }
    texts = {}
    for each in INPUTS:
        text = flags.get(each.name)
        if text is None:
            text = environment.get(f"INPUT_{each.name.upper()}")
        if text is None or (not text.strip() and each.name != "artifact-name"):
            text = from_environment.get(each.name, each.default)
        texts[each.name] = text.strip()
    return texts


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; --help lists the flags.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="entrypoint.py",
        description="Reports who uses their GitHub Copilot seat. The token comes from GH_TOKEN.",
        allow_abbrev=False,
    )
    for each in INPUTS:
        if each.flag:
            default = GITHUB_API if each.name == "api-url" else each.default
            help_ = f"{each.help} (default: {default})" if default else each.help
            optional = "?" if each.default in ("true", "false") else None
            parser.add_argument(
                f"--{each.name}",
                dest=each.name,
                help=help_.replace("%", "%%"),
                metavar="VALUE",
                nargs=optional,
                const="true" if optional else None,
            )
    return parser


def _names(name: str, text: str, *, wildcards: bool = False) -> tuple[str, ...]:
    """Split a list by comma or line; each name once, whatever its case."""
    names = {
        part.strip().lower(): _name(name, part.strip(), wildcards=wildcards)
        for part in re.split(r"[,\n]", text)
        if part.strip()
    }
    return tuple(names.values())


def _name(name: str, text: str, *, wildcards: bool = False) -> str:
    allowed = r"[A-Za-z0-9._\[\]*?-]+" if wildcards else r"[A-Za-z0-9._-]+"
    if not re.fullmatch(allowed, text) or text in (".", ".."):
        what = "login or wildcard" if wildcards else "login or slug"
        raise InputError(
            f"{name}: {_shown(text)} is no {what}: letters, digits and hyphens, several by comma "
            "or line."
        )
    return text


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 60 else text[:59] + "…")


def _token(text: str, *, sample: bool) -> str:
    if sample:
        return ""
    if not text:
        raise InputError(
            "token: there is none. In a workflow, give the input `token` a secret that exists; in "
            "a shell, set GH_TOKEN. See docs/tokens.md for which token can read seats."
        )
    if not text.isascii() or not text.isprintable() or " " in text:
        raise InputError("token: it has a line break, a blank or a letter that no token has.")
    return text


def _api_url(text: str) -> str:
    hint = f"It is {GITHUB_API}, or https://api.SUBDOMAIN.ghe.com with data residency."
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise InputError(f"api-url: {_shown(text)} is no address. {hint}") from error
    if parts.scheme not in ("https", "http") or not host or not text.isascii():
        raise InputError(f"api-url: {_shown(text)} is no address of https. {hint}")
    if parts.username is not None or parts.query or parts.fragment:
        raise InputError(f"api-url: an address with a user, a query or a fragment. {hint}")
    if parts.scheme == "http" and not is_loopback(host):
        raise InputError(
            f"api-url: {_shown(text)} would send the token unencrypted to another machine. {hint}"
        )
    if parts.path.rstrip("/").endswith("/api/v3"):
        raise InputError(
            "api-url: GitHub Enterprise Server has no Copilot data; seats are kept on GitHub.com. "
            f"{hint} The token must be one of that server."
        )
    return text.rstrip("/")


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise InputError(f"{name}: {_shown(text)} is no whole number from {least} to {most}.")
    return int(text)


def _price(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2})?", text):
        raise InputError(f"{name}: {_shown(text)} is no price such as 19 or 17.50.")
    return int(Decimal(text) * 100)


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise InputError(
            f"currency: {_shown(text)} is no code of three capitals such as USD or EUR."
        )
    return text


def _sort(text: str) -> str:
    if text.removeprefix("-") not in SORTS:
        raise InputError(
            f"sort: {_shown(text)} is none of {', '.join(SORTS)}; a leading - turns it round."
        )
    return text


def _formats(text: str) -> tuple[str, ...]:
    asked = [part.strip().lower() for part in re.split(r"[,\n]", text) if part.strip()]
    for format_ in asked:
        if format_ not in FORMATS:
            raise InputError(f"formats: {_shown(format_)} is none of {', '.join(FORMATS)}.")
    return tuple(format_ for format_ in FORMATS if format_ in asked)


def _artifact_name(text: str) -> str:
    """https://github.com/actions/toolkit: path-and-artifact-name-validation.ts."""
    bad = sorted({char for char in text if char in '":<>|*?\r\n\\/'})
    if bad or len(text) > 255 or not text.isprintable():
        raise InputError(
            f"artifact-name: {_shown(text)} has a character that no artifact's name may have "
            '(" : < > | * ? \\ / or a line break), or is longer than 255.'
        )
    return text


def _inside(name: str, text: str, workspace: Path) -> Path:
    """Return the absolute path; symbolic links are followed before it is judged."""
    if "\0" in text:
        raise InputError(f"{name}: {_shown(text)} is no path.")
    root = workspace.resolve()
    try:
        path = (root / text).resolve()
    except (OSError, RuntimeError) as error:
        raise InputError(f"{name}: {_shown(text)} cannot be resolved ({error}).") from error
    if not path.is_relative_to(root):
        raise InputError(
            f"{name}: {_shown(text)} leads out of the workspace; give a path inside it."
        )
    return path


def _directory(text: str, workspace: Path) -> Path:
    path = _inside("output-directory", text, workspace)
    existing = next(each for each in (path, *path.parents) if each.exists())
    if not existing.is_dir():
        raise InputError(f"output-directory: {_shown(text)} leads through a file.")
    return path


def _max_idle_percent(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value <= 100:
        raise InputError(f"max-idle-percent: {_shown(text)} is no number from 0 to 100.")
    return value


def _boolean(name: str, text: str) -> bool:
    """The values are those of YAML 1.2, as everywhere in Actions."""
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    raise InputError(f"{name}: {_shown(text)} is neither true nor false.")


def _one_of(name: str, text: str, choices: tuple[Choice, ...]) -> Choice:
    for choice in choices:
        if text == choice:
            return choice
    raise InputError(f"{name}: {_shown(text)} is none of {', '.join(choices)}.")


def _report_time(text: str) -> datetime | None:
    """https://reproducible-builds.org/specs/source-date-epoch/."""
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,11}", text):
        raise InputError(f"SOURCE_DATE_EPOCH: {_shown(text)} is no number of seconds since 1970.")
    return datetime.fromtimestamp(int(text), UTC)
