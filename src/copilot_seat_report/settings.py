"""The action's inputs, from the runner or the command line, checked, as one frozen object."""

import argparse
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar
from urllib.parse import urlsplit

from copilot_seat_report import inputs
from copilot_seat_report.errors import InputError
from copilot_seat_report.inputs import GITHUB_API, Given, Wrong
from copilot_seat_report.rules import Rules

T = TypeVar("T")


@dataclass(frozen=True)
class Input:
    """One input as action.yml declares it, and its parser.

    `secret`: masked, and not a command-line flag. `may_be_empty`: an empty text is a value.
    `variables` and `fallback` replace a default that only the runner can fill in.
    """

    name: str
    default: str
    help: str
    parse: Callable[[Given], object]
    secret: bool
    may_be_empty: bool
    variables: tuple[str, ...]
    fallback: str


def declared(
    name: str,
    default: str,
    help: str,  # noqa: A002
    parse: Callable[[Given], T],
    *,
    secret: bool = False,
    may_be_empty: bool = False,
    variables: tuple[str, ...] = (),
    fallback: str | None = None,
) -> T:
    """Declare an input as a field of `Settings`; the field's type is what the parser returns."""
    given = Input(
        name=name,
        default=default,
        help=help,
        parse=parse,
        secret=secret,
        may_be_empty=may_be_empty,
        variables=variables,
        fallback=default if fallback is None else fallback,
    )
    value: T = field(metadata={"input": given}, repr=not secret)
    return value


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All inputs, checked. Prices are hundredths of `currency` per month; paths are absolute.

    `report_time` is SOURCE_DATE_EPOCH (UTC), or None to use the clock.
    """

    token: str = declared(
        "token",
        "${{ github.token }}",
        "reads seat data",
        inputs.token,
        secret=True,
        variables=("GH_TOKEN", "GITHUB_TOKEN"),
        fallback="",
    )
    organizations: tuple[str, ...] = declared(
        "organization",
        "",
        "one login, or several separated by commas or line breaks",
        inputs.organizations,
    )
    enterprise: str = declared(
        "enterprise", "", "an enterprise's slug, instead of an organization", inputs.name
    )
    users: tuple[str, ...] = declared(
        "users", "", "report on these logins only, separated by commas", inputs.users
    )
    api_url: str = declared(
        "api-url",
        "${{ github.api_url }}",
        "base of GitHub's REST API",
        inputs.api_url,
        variables=("GITHUB_API_URL",),
        fallback=GITHUB_API,
    )
    inactive_days: int = declared(
        "inactive-days",
        "30",
        "days without activity after which a person is inactive",
        inputs.whole(1, 3650),
    )
    new_seat_days: int = declared(
        "new-seat-days",
        "14",
        "days after the grant in which a person with no recorded activity is new",
        inputs.whole(0, 3650),
    )
    exempt_users: tuple[str, ...] = declared(
        "exempt-users", "", "logins or wildcards (svc-*) that are never idle", inputs.user_patterns
    )
    price_business: int = declared(
        "price-business", "19", "monthly list price of a Copilot Business seat", inputs.price
    )
    price_enterprise: int = declared(
        "price-enterprise", "39", "monthly list price of a Copilot Enterprise seat", inputs.price
    )
    currency: str = declared("currency", "USD", "currency of the prices", inputs.currency)
    sort: str = declared(
        "sort",
        "last-activity",
        "last-activity, login, team or created; --sort=-login reverses the order",
        inputs.sort,
    )
    formats: tuple[str, ...] = declared(
        "formats", "html,csv,xlsx,json", "file formats of the report", inputs.formats
    )
    summary: Literal["full", "totals", "off"] = declared(
        "summary",
        "full",
        "full, totals (names nobody) or off",
        inputs.one_of("full", "totals", "off"),
    )
    artifact_name: str = declared(
        "artifact-name",
        "copilot-seat-report",
        "name of the artifact; if empty, no artifact is uploaded",
        inputs.artifact_name,
        may_be_empty=True,
    )
    retention_days: int | None = declared(
        "retention-days",
        "",
        "days to keep the artifact; if empty, the repository's setting applies",
        inputs.optional(inputs.whole(1, 400)),
    )
    output_directory: Path = declared(
        "output-directory",
        "copilot-seat-report",
        "folder in the workspace for the files",
        inputs.directory,
    )
    activity_report: Path | None = declared(
        "activity-report",
        "",
        'path of a CSV downloaded with "Get activity report", to compare with',
        inputs.optional(inputs.file),
    )
    max_idle_percent: Decimal | None = declared(
        "max-idle-percent",
        "",
        "fail, after publishing, if a larger percentage of people is idle",
        inputs.optional(inputs.percent),
    )
    anonymize: bool = declared(
        "anonymize", "false", "replace names with pseudonyms", inputs.boolean
    )
    anonymize_key: str = declared(
        "anonymize-key", "", "a secret that keeps the pseudonyms the same", inputs.key, secret=True
    )
    public_repository: Literal["refuse", "allow"] = declared(
        "public-repository",
        "refuse",
        "refuse or allow a report that names people where everyone can read",
        inputs.one_of("refuse", "allow"),
    )
    workflow_token: str = declared(
        "workflow-token",
        "${{ github.token }}",
        "reads the repository's visibility",
        inputs.workflow_token,
        secret=True,
        fallback="",
    )
    sample: bool = declared(
        "sample", "false", "run on a built-in, made-up organization", inputs.boolean
    )
    history: Literal["auto", "off"] | Path = declared(
        "history",
        "auto",
        "earlier report to compare with: auto, off, or the path of its folder, zip or history.json",
        inputs.history,
    )
    ca_file: Path | None = declared(
        "ca-file",
        "",
        "path of a PEM file with certificates to trust in addition to the usual ones",
        inputs.optional(inputs.file),
    )
    usage_metrics: bool = declared(
        "usage-metrics",
        "off",
        "on or off: whether to read GitHub's usage metrics",
        inputs.on_or_off,
    )
    credits_business: int = declared(
        "credits-business",
        "1900",
        "AI credits that a Copilot Business seat includes per month",
        inputs.whole(0, 10_000_000),
    )
    credits_enterprise: int = declared(
        "credits-enterprise",
        "3900",
        "AI credits that a Copilot Enterprise seat includes per month",
        inputs.whole(0, 10_000_000),
    )
    credit_price: Decimal = declared(
        "credit-price", "0.01", "price of each AI credit beyond those", inputs.credit_price
    )
    people_file: Path | None = declared(
        "people-file",
        "",
        "path of a CSV with one row per person, keyed by login: department, manager, anything",
        inputs.optional(inputs.file),
    )
    group_by: tuple[str, ...] = declared(
        "group-by",
        "",
        "columns of the people file to break the figures down by",
        inputs.columns,
    )
    report_time: datetime | None

    @property
    def goes_on(self) -> bool:
        """Return whether the next report can be compared with this one."""
        return self.history != "off" and not self.users and not self.sample

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the texts that must never appear in the log."""
        secrets = [getattr(self, name) for name, each in _FIELDS.items() if each.secret]
        return tuple(secret for secret in secrets if secret)

    @property
    def rules(self) -> Rules:
        """Return the settings that decide a person's status, flags and price, and the order."""
        return Rules(
            inactive_days=self.inactive_days,
            new_seat_days=self.new_seat_days,
            exempt_users=self.exempt_users,
            price_business=self.price_business,
            price_enterprise=self.price_enterprise,
            currency=self.currency,
            credits_business=self.credits_business,
            credits_enterprise=self.credits_enterprise,
            credit_price=self.credit_price,
            sort=self.sort,
        )

    @property
    def profiles(self) -> str:
        """Return the URL before a login; empty if people are made up or must not be named."""
        host = urlsplit(self.api_url).hostname or ""
        if self.sample or self.anonymize or not host.startswith("api."):
            return ""
        return f"https://{host.removeprefix('api.')}/"

    @property
    def names_people(self) -> bool:
        """Return whether something that the repository's readers can open names people."""
        return not self.anonymize and (self.artifact_name != "" or self.summary == "full")


_FIELDS: Mapping[str, Input] = {
    each.name: each.metadata["input"] for each in fields(Settings) if "input" in each.metadata
}
INPUTS = tuple(_FIELDS.values())


def read_settings(
    arguments: Sequence[str], environment: Mapping[str, str], workspace: Path
) -> Settings:
    """Return the settings: a flag overrides the runner's variable, and that the default.

    An empty input counts as not given (a scheduled run leaves the inputs of a manual one empty),
    except `artifact-name`. Raises InputError with everything that is wrong; it quotes inputs only
    if the report is certain to name people too.
    """
    texts = _texts(arguments, environment)
    sample = texts["sample"].lower() == "true"
    if sample:  # the sample sends no request, whatever the inputs ask for
        texts |= {"organization": "", "enterprise": "", "api-url": GITHUB_API}
    elif not texts["organization"] and not texts["enterprise"]:
        texts["organization"] = environment.get("GITHUB_REPOSITORY_OWNER", "")
    values: dict[str, Any] = {}
    wrong: list[tuple[str, Wrong]] = []
    for name, each in _FIELDS.items():
        try:
            values[name] = each.parse(Given(texts[each.name], workspace, sample))
        except Wrong as error:
            wrong.append((each.name, error))
    try:
        values["report_time"] = inputs.epoch(environment.get("SOURCE_DATE_EPOCH", ""))
    except Wrong as error:
        wrong.append(("SOURCE_DATE_EPOCH", error))
    wrong += _contradictions(texts, sample=sample)
    if wrong:
        raise InputError(_message(wrong, quote=_may_be_quoted(values)))
    return Settings(**values)


def in_shell_terms(text: str) -> str:
    """Return an error for a shell: with flags (`--sort=login`) in place of inputs."""
    flags = "|".join(each.name for each in INPUTS if not each.secret)
    text = re.sub(rf"(^|(?<=[.] ))({flags}): ", r"\1--\2: ", text)
    return re.sub(rf"`({flags})(?:: (\S+?))?`", _flag, text)


def _flag(found: re.Match[str]) -> str:
    return f"`--{found[1]}={found[2]}`" if found[2] else f"`--{found[1]}`"


def _contradictions(texts: Mapping[str, str], *, sample: bool) -> list[tuple[str, Wrong]]:
    """Return the inputs that are valid alone but contradict each other."""
    wrong = []
    if texts["organization"] and texts["enterprise"]:
        wrong.append(("organization", Wrong("must be empty if `enterprise` is set")))
    if not texts["organization"] and not texts["enterprise"] and not sample:
        wrong.append(("organization", Wrong("must be set, or else `enterprise`")))
    if texts["group-by"] and not texts["people-file"] and not sample:
        wrong.append(
            ("group-by", Wrong("must be empty without `people-file`: it names that file's columns"))
        )
    if sample and texts["people-file"]:
        wrong.append(
            ("people-file", Wrong("must be empty with `sample`, which has its own people file"))
        )
    return wrong


def _may_be_quoted(values: Mapping[str, object]) -> bool:
    """Return whether an error may quote inputs: only if the report may name people too."""
    published = values.get("artifact_name") != "" or values.get("summary") == "full"
    return values.get("anonymize") is False and published


def _message(wrong: Sequence[tuple[str, Wrong]], *, quote: bool) -> str:
    sentences = [
        f"{name}: {error.rule}{f'; {error.detail}' if error.detail and quote else ''}."
        for name, error in wrong
    ]
    count = f"{len(wrong)} inputs are wrong. " if len(wrong) > 1 else ""
    return count + " ".join(sentences)


def _texts(arguments: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    known, unknown = _parser().parse_known_args(arguments)
    if unknown:
        # Name only the flag: its value, or a stray argument, may be a token or a person.
        name = unknown[0].partition("=")[0]
        flag = name if re.fullmatch("--[a-z-]{1,60}", name) else "an argument"
        raise InputError(f"{flag} is not a flag; --help lists them.")
    flags = vars(known)
    texts = {}
    for each in INPUTS:
        text = flags.get(each.name)
        if text is None:
            text = environment.get(f"INPUT_{each.name.upper()}")
        if text is None or (not text.strip() and not each.may_be_empty):
            text = _default(each, environment)
        texts[each.name] = text.strip()
    return texts


def _default(each: Input, environment: Mapping[str, str]) -> str:
    """Return the value of an input that is not given."""
    for variable in each.variables:
        if environment.get(variable):
            return environment[variable]
    return each.fallback


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; --help lists the flags.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="entrypoint.py",
        description="Reports who uses their GitHub Copilot seat. The token comes from GH_TOKEN.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for each in INPUTS:
        if not each.secret:
            help_ = f"{each.help} (default: {each.fallback})" if each.fallback else each.help
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


EXAMPLES = textwrap.dedent(
    """\
    examples:
      # a report of a made-up organization, without a token
      entrypoint.py --sample

      # an organization, as its owner, signed in with the GitHub CLI
      GH_TOKEN=$(gh auth token) entrypoint.py --organization acme

      # 60 days, service accounts exempt, only the page and the workbook
      GH_TOKEN=... entrypoint.py --organization acme --inactive-days 60 \\
        --exempt-users 'svc-*' --formats html,xlsx

      # two people
      GH_TOKEN=... entrypoint.py --organization acme --users mona,hubot
    """
)
