"""The parsers of inputs, one for each kind.

A parser takes `Given` and returns the checked value, or raises `Wrong`. It does not know its
input's name. `Wrong` keeps what it quotes apart, so that a report without names can leave it out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal, TypeVar

import httpx

from copilot_seat_report.http.loopback import is_loopback

T = TypeVar("T")
Choice = TypeVar("Choice", bound=str)

GITHUB_API = "https://api.github.com"
SORTS = ("last-activity", "login", "team", "created")
FORMATS = ("html", "csv", "xlsx", "json")
SHORTEST_KEY = 16


@dataclass(frozen=True)
class Given:
    """The stripped text of an input, and what its meaning may depend on."""

    text: str
    workspace: Path
    sample: bool


class Wrong(Exception):
    """An input breaks `rule`; `detail` quotes its text."""

    def __init__(self, rule: str, detail: str = "") -> None:
        super().__init__(rule)
        self.rule = rule
        self.detail = detail


def got(text: str) -> str:
    """Return a detail that quotes the text, shortened, in printable ASCII."""
    shown = text if len(text) <= 60 else text[:59] + "…"
    return f"got {shown!a}"


def optional(parse: Callable[[Given], T]) -> Callable[[Given], T | None]:
    """Return a parser that returns None for an empty text."""
    return lambda given: parse(given) if given.text else None


def whole(least: int, most: int) -> Callable[[Given], int]:
    """Return a parser of whole numbers within bounds."""

    def parse(given: Given) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", given.text) or not least <= int(given.text) <= most:
            raise Wrong(f"must be a whole number from {least} to {most}", got(given.text))
        return int(given.text)

    return parse


def price(given: Given) -> int:
    """Return hundredths of the currency."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2})?", given.text):
        raise Wrong("must be a price such as 19 or 17.50", got(given.text))
    return int(Decimal(given.text) * 100)


def credit_price(given: Given) -> Decimal:
    """Return the price of one credit in the currency."""
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", given.text):
        raise Wrong("must be the price of one credit, such as 0.01", got(given.text))
    return Decimal(given.text)


def percent(given: Given) -> Decimal:
    """Return a percentage, given with or without the sign."""
    try:
        value = Decimal(given.text.removesuffix("%"))
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value <= 100:
        raise Wrong("must be a number from 0 to 100", got(given.text))
    return value


def currency(given: Given) -> str:
    """Return a code such as USD."""
    if not re.fullmatch(r"[A-Z]{3}", given.text):
        raise Wrong("must be a code of three capital letters, such as USD", got(given.text))
    return given.text


def boolean(given: Given) -> bool:
    """Return the truth value of a YAML 1.2 boolean, as everywhere in Actions."""
    if given.text in ("true", "True", "TRUE"):
        return True
    if given.text in ("false", "False", "FALSE"):
        return False
    raise Wrong("must be true or false", got(given.text))


def on_or_off(given: Given) -> bool:
    """Return whether the text is `on`."""
    return one_of("on", "off")(given) == "on"


def one_of(*choices: Choice) -> Callable[[Given], Choice]:
    """Return a parser of one of the choices."""

    def parse(given: Given) -> Choice:
        for choice in choices:
            if given.text == choice:
                return choice
        raise Wrong(f"must be one of {', '.join(choices)}", got(given.text))

    return parse


def sort(given: Given) -> str:
    """Return the order of people; a leading `-` reverses it."""
    if given.text.removeprefix("-") not in SORTS:
        raise Wrong(
            f"must be one of {', '.join(SORTS)} (a leading - reverses the order)", got(given.text)
        )
    return given.text


def formats(given: Given) -> tuple[str, ...]:
    """Return the formats in the order of FORMATS, each once."""
    asked = [part.lower() for part in _parts(given.text)]
    unknown = [part for part in asked if part not in FORMATS]
    if unknown or not asked:
        raise Wrong(
            f"must be one or more of {', '.join(FORMATS)}, separated by commas or line breaks",
            got(unknown[0] if unknown else given.text),
        )
    return tuple(format_ for format_ in FORMATS if format_ in asked)


# --- Names


def name(given: Given) -> str:
    """Return an enterprise's slug, or the empty text."""
    names = organizations(given)
    if len(names) > 1:
        raise Wrong("must be one slug", got(given.text))
    return names[0] if names else ""


def organizations(given: Given) -> tuple[str, ...]:
    """Return logins of organizations, each once, ignoring case."""
    names = _parts(given.text)
    for each in names:
        if not re.fullmatch(r"[A-Za-z0-9._-]+", each) or each in (".", ".."):
            raise Wrong(
                "must be a name as in GitHub's URLs (letters, digits and hyphens), or several, "
                "separated by commas or line breaks",
                got(each),
            )
    return _once(names)


def users(given: Given) -> tuple[str, ...]:
    """Return logins of people, each once, ignoring case."""
    return _people(given, r"[A-Za-z0-9._-]", "a login (letters, digits and hyphens)")


def user_patterns(given: Given) -> tuple[str, ...]:
    """Return logins or wildcards, each once, ignoring case."""
    return _people(given, r"[A-Za-z0-9._\[\]*?-]", "a login or a wildcard such as svc-*")


def _people(given: Given, allowed: str, kind: str) -> tuple[str, ...]:
    """Return names of people; an error counts entries, so that it names nobody."""
    names = _parts(given.text)
    for place, each in enumerate(names, start=1):
        foreign = re.sub(allowed, "", each)
        if foreign or each in (".", ".."):
            which = f"entry {place} of {len(names)}"
            has = f"has the character {foreign[0]!a}" if foreign else "is not one"
            raise Wrong(
                f"each entry must be {kind}, separated by commas or line breaks; {which} {has}"
            )
    return _once(names)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,\n]", text) if part.strip()]


def columns(given: Given) -> tuple[str, ...]:
    """Return names of columns of the people file."""
    return tuple(_parts(given.text))


def _once(names: list[str]) -> tuple[str, ...]:
    return tuple({each.lower(): each for each in names}.values())


def artifact_name(given: Given) -> str:
    """Return a name that the artifact service accepts, or the empty text.

    https://github.com/actions/toolkit: path-and-artifact-name-validation.ts
    """
    unfit = any(char in '":<>|*?\r\n\\/' for char in given.text) or not given.text.isprintable()
    if unfit or len(given.text) > 255:
        raise Wrong(
            'must have at most 255 characters and none of " : < > | * ? \\ / or line breaks',
            got(given.text),
        )
    return given.text


# --- Secrets


def token(given: Given) -> str:
    """Return a token; the sample needs none."""
    if given.sample:
        return ""
    if not given.text:
        raise Wrong(
            "must not be empty: in a workflow, set it to a secret that exists; in a shell, set "
            "GH_TOKEN. See docs/tokens.md for tokens that can read seats"
        )
    return workflow_token(given)


def workflow_token(given: Given) -> str:
    """Return a token, or the empty text."""
    if not given.text.isascii() or not given.text.isprintable() or " " in given.text:
        raise Wrong("must not have spaces, line breaks or other characters that no token has")
    return given.text


def key(given: Given) -> str:
    """Return a key too long to be guessed, or the empty text."""
    if given.text and len(given.text) < SHORTEST_KEY:
        raise Wrong(f"must have at least {SHORTEST_KEY} characters, or be empty")
    return given.text


# --- Addresses and paths


def api_url(given: Given) -> str:
    """Return the base URL of GitHub's REST API, without a trailing slash."""
    rule = (
        "must be the https URL of GitHub's REST API: "
        f"{GITHUB_API}, or https://api.SUBDOMAIN.ghe.com with data residency"
    )
    try:
        address = httpx.URL(given.text)
        host = address.host
    except (httpx.InvalidURL, ValueError) as error:  # some host names raise the latter
        raise Wrong(rule, got(given.text)) from error
    if address.scheme not in ("https", "http") or not host or not given.text.isascii():
        raise Wrong(rule, got(given.text))
    if address.userinfo or address.query or address.fragment:
        raise Wrong(f"{rule}; it must not have a user, a query or a fragment")
    if address.scheme == "http" and not is_loopback(host):
        raise Wrong(f"{rule}; http would send the token unencrypted", got(given.text))
    if host in ("github.com", "www.github.com"):
        raise Wrong(f"{rule}; github.com is the website, so use {GITHUB_API}")
    if host.endswith(".ghe.com") and not host.startswith("api."):
        subdomain = host.removesuffix(".ghe.com").rpartition(".")[2]
        raise Wrong(
            f"{rule}; a URL without `api.` is the website's",
            f"use https://api.{subdomain}.ghe.com",
        )
    if address.path.rstrip("/").endswith("/api/v3"):
        raise Wrong(
            "GitHub Enterprise Server has no Copilot data; GitHub.com has the seats. Use "
            f"{GITHUB_API}, or https://api.SUBDOMAIN.ghe.com with data residency, and a token from "
            "there"
        )
    return given.text.rstrip("/")


def path(given: Given) -> Path:
    """Return an absolute path that is in the workspace after following symbolic links."""
    root = given.workspace.resolve()
    try:
        followed = (root / given.text).resolve()
        followed.exists()
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or "a loop of links, or an invalid character"
        raise Wrong(f"must be a path that can be followed ({why})", got(given.text)) from error
    if not followed.is_relative_to(root):
        raise Wrong("must be a path inside the workspace", got(given.text))
    return followed


def file(given: Given) -> Path:
    """Return the absolute path of a file in the workspace."""
    followed = path(given)
    if not followed.is_file():
        raise Wrong("must be the path of an existing file in the workspace", got(given.text))
    return followed


def history(given: Given) -> Literal["auto", "off"] | Path:
    """Return `auto`, `off` or an absolute path in the workspace, which need not exist."""
    if given.text == "auto":
        return "auto"
    if given.text == "off":
        return "off"
    if given.sample:
        raise Wrong(
            "must be auto or off with `sample`, which has its own earlier report", got(given.text)
        )
    return path(given)


def directory(given: Given) -> Path:
    """Return the absolute path of a directory in the workspace that exists or can be created."""
    followed = path(given)
    existing = next(each for each in (followed, *followed.parents) if each.exists())
    if not existing.is_dir():
        raise Wrong(
            "must be a directory, or a path where one can be created; a file is in the way",
            got(given.text),
        )
    return followed


# --- Time


def epoch(text: str) -> datetime | None:
    """Return the time (UTC) in SOURCE_DATE_EPOCH, or None if it is empty.

    https://reproducible-builds.org/specs/source-date-epoch/
    """
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,11}", text):
        raise Wrong("must be a whole number of seconds since 1970", got(text))
    return datetime.fromtimestamp(int(text), UTC)
