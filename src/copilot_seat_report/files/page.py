"""The report as one self-contained page: figures and charts as HTML, people as data for a table.

The page loads nothing: it contains style, scripts and data, and its Content-Security-Policy allows
only their hashes, so that nothing else can run or be fetched, whatever a name contains.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import compress, repeat
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from copilot_seat_report import __version__
from copilot_seat_report.files import changes
from copilot_seat_report.files.caveats import caveats
from copilot_seat_report.files.data_quality import data_quality, incompleteness
from copilot_seat_report.files.headline import figures_in_words
from copilot_seat_report.files.next_steps import next_steps
from copilot_seat_report.files.text import numbers
from copilot_seat_report.files.trend import trend
from copilot_seat_report.files.wording import (
    ALSO,
    FILTER_LABELS,
    FLAG_LABELS,
    FLAG_MEANINGS,
    NO_VALUE,
    REMINDER,
    STATUSES,
    banners,
    everyone,
    idle_path,
    neither_active_nor_idle,
    overlap_note,
    people_with_seats,
    status_meanings,
    title,
    whom,
    without_seat,
)
from copilot_seat_report.formatting import NO_TIME, long_day, long_moment, percent, price
from copilot_seat_report.report.anonymize import SMALL_GROUPS
from copilot_seat_report.report.breakdowns import AGE_LABELS
from copilot_seat_report.report.columns import HISTORY, Column
from copilot_seat_report.report.dimensions import AGE, EDITOR, ORGANIZATION, PLAN, TEAM, Dimension
from copilot_seat_report.report.model import FLAGS, UNASSIGNED, Report
from copilot_seat_report.report.people_file import group_column, label_of
from copilot_seat_report.report.telemetry import GITHUB_PAGE

# How many items the page lists.
_SHOWN_GROUPS = 10
_LISTED_GROUPS = 200
_LISTED = 50

# These have charts of their own; other ways to group people share one kind of chart.
_DRAWN_APART = (AGE, PLAN, ORGANIZATION, TEAM, EDITOR)

_NAMELESS = {each.name: each.nameless for each in (ORGANIZATION, TEAM, EDITOR)}

# The data are in a script element: these would end it or begin a comment.
_ESCAPES = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}

Parts = tuple[tuple[str, float, float], ...]


@dataclass(frozen=True)
class Bar:
    """People of one kind, and the table filter that shows them.

    `parts` are class, start and width of each piece of the bar, in percent of the longest bar;
    costs are in hundredths per month.
    """

    name: str
    filter: dict[str, str]
    people: int
    active: int
    idle: int
    parts: Parts
    monthly_cost: int
    idle_monthly_cost: int


@dataclass(frozen=True)
class Groups:
    """The groups with the highest idle cost, the next ones, and the number of further ones.

    `note` says why their people add up to more than all people; it is empty if they do not.
    """

    shown: list[Bar]
    others: list[Bar]
    unlisted: int
    note: str


@dataclass(frozen=True)
class Editor:
    """An editor's bar, and its versions with the number of people who last used each."""

    bar: Bar
    versions: list[tuple[str, int]]


@dataclass(frozen=True)
class Costs:
    """The monthly cost of the seats of active, idle and all other people, in hundredths."""

    active: int
    idle: int
    other: int
    parts: Parts


def write_page(report: Report, path: Path) -> None:
    """Write the page to `path`, with the people one column at a time."""
    style, *scripts = map(
        _asset, ("report.css", "datatables/dataTables.min.js", "people.js", "report.js")
    )
    several = report.is_enterprise or len(report.names) > 1
    unassigned = report.seats[report.seats["status"] == UNASSIGNED]
    more = [
        (column, _has_choices(report, column))
        for column in report.people_columns
        if column.name not in _SHOWN_OTHERWISE
    ]
    page = templates().get_template("report.html.jinja")
    parts = page.generate(
        report=report,
        totals=report.totals,
        rules=report.rules,
        title=title(report, report.names),
        banners=banners(report),
        incompleteness=incompleteness(report),
        answer=figures_in_words(report),
        policy=_policy(style, scripts),
        style=style,
        scripts=scripts,
        data=_people(report, more, several=several),
        several_organizations=several,
        steps=next_steps(report),
        changes=changes.counts(report),
        change_sentence=changes.sentence(report),
        change_labels=changes.LABELS,
        change_in_words=changes.in_words,
        change_meanings=changes.MEANINGS,
        change_lists={
            kind: changes.listed(report, kind, _LISTED) for kind in changes.counts(report)
        },
        trend=trend(report),
        idle_costs=_idle_costs(report),
        preview=_preview(report),
        preview_columns=_PREVIEW,
        more=[column for column, _ in more],
        filters=[
            *_filters(several=several),
            *((column.name, column.label) for column, has_choices in more if has_choices),
        ],
        ages=_bars(report.ages, ["age"]),
        costs=_costs(report),
        plans=report.plans.to_dict("records"),
        organizations=_groups(report, ORGANIZATION, ["organization"]),
        other_groups=[
            (
                by.dimension,
                _groups(
                    report,
                    by.dimension,
                    list(by.dimension.fields),
                    [by.dimension.name] if by.dimension.of_people_file else None,
                ),
            )
            for by in report.breakdowns
            if by.dimension not in _DRAWN_APART
        ],
        teams=_groups(report, TEAM, ["organization", "team"] if several else ["team"]),
        editors=_editors(report),
        listed=_LISTED,
        unassigned=unassigned.head(_LISTED).to_dict("records"),
        guides=sorted({guide for case in report.telemetry for guide in case.guides}),
        findings=data_quality(report),
        caveats=caveats(report),
        version=__version__,
        meanings=status_meanings(report),
        statuses=STATUSES,
        flags={flag: (FLAG_LABELS[flag], FLAG_MEANINGS[flag]) for flag in FLAGS},
        everyone=everyone(report),
        whom=whom(report),
        people_tile=people_with_seats(report),
        idle_path=idle_path(report.idle_path),
        neither=neither_active_nor_idle(report),
        without_seat=without_seat(report),
        # GitHub counts all seats, so these say nothing about a selection.
        overviews=report.overviews if report.selection is None else (),
        activity_page=GITHUB_PAGE,
    )
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(parts)


@cache
def templates() -> Environment:
    """Return the compiled templates; call this early, while requests are under way."""
    environment = Environment(
        loader=PackageLoader("copilot_seat_report.files"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        day=long_day,
        moment=long_moment,
        when=_when,
        money=_money,
        unbroken=_unbroken,
        percent=percent,
        people_where=_people_where,
        people_in_words=_people_in_words,
    )
    for name in environment.list_templates(filter_func=lambda name: name.endswith(".html.jinja")):
        environment.get_template(name)
    return environment


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath("assets", name).read_text(encoding="utf-8")


def _policy(style: str, scripts: Iterable[str]) -> str:
    """Return a Content-Security-Policy that allows this style, these scripts and nothing else."""

    def source(text: str) -> str:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        return f"'sha256-{digest}'"

    allowed = " ".join(map(source, scripts))
    return (
        f"default-src 'none'; style-src {source(style)}; script-src {allowed}; "
        "base-uri 'none'; form-action 'none'"
    )


def _is_of_several(row: dict[Hashable, Any], key: str) -> bool:
    """Return whether a group is the small teams of all organizations, without one itself."""
    return key == "organization" and row[key] == row.get("team") == SMALL_GROUPS


def _bars(
    table: pd.DataFrame, keys: Sequence[str], filters: Sequence[str] | None = None
) -> list[Bar]:
    """Return a bar for each group; its filters are named as in `filters`, or as the keys."""
    longest = int(table["people"].max()) if len(table) else 0
    return [
        Bar(
            name=" / ".join(
                row[key] or _NAMELESS.get(key, NO_VALUE)
                for key in keys
                if not _is_of_several(row, key)
            ),
            filter={
                name: row[key]
                for name, key in zip(filters or keys, keys, strict=True)
                if not _is_of_several(row, key)
            },
            people=row["people"],
            active=row["active"],
            idle=row["idle"],
            parts=_parts(row["active"], row["idle"], row["people"], longest),
            monthly_cost=row["monthly_cost"],
            idle_monthly_cost=row["idle_monthly_cost"],
        )
        for row in table.to_dict("records")
    ]


def _parts(active: int, idle: int, whole: int, longest: int) -> Parts:
    """Return the pieces of a bar: the active, then the others, then the idle."""
    share = 100 / max(longest, 1)
    others = whole - active - idle
    pieces = (("active", 0, active), ("other", active, others), ("idle", active + others, idle))
    return tuple(
        (kind, round(start * share, 2), round(size * share, 2))
        for kind, start, size in pieces
        if size
    )


def _groups(
    report: Report,
    dimension: Dimension,
    keys: Sequence[str],
    filters: Sequence[str] | None = None,
) -> Groups:
    table = report.by(dimension.name)
    bars = _bars(table.head(_LISTED_GROUPS), keys, filters)
    return Groups(
        shown=bars[:_SHOWN_GROUPS],
        others=bars[_SHOWN_GROUPS:],
        unlisted=len(table) - len(bars),
        note=overlap_note(report, dimension),
    )


def _editors(report: Report) -> list[Editor]:
    versions: dict[str, list[tuple[str, int]]] = {}
    for row in report.editor_versions.to_dict("records"):
        if row["version"]:
            versions.setdefault(row["editor"], []).append((row["version"], row["people"]))
    bars = _bars(report.editors.head(_LISTED_GROUPS), ["editor"])
    return [Editor(bar, versions.get(bar.filter["editor"], [])) for bar in bars]


def _costs(report: Report) -> Costs:
    prices = report.people["monthly_price"]
    whole = int(prices.sum())
    active = int(prices[report.people["status"] == "active"].sum())
    idle = int(prices[report.people["idle"]].sum())
    return Costs(active, idle, whole - active - idle, _parts(active, idle, whole, whole))


@dataclass(frozen=True)
class IdleCosts:
    """The monthly cost of idle people's seats, in hundredths: all, ask first, no sign of use."""

    all: int
    ask_first: int
    no_sign: int


def _idle_costs(report: Report) -> IdleCosts:
    people = report.people
    whole = int(people.loc[people["idle"], "monthly_price"].sum())
    ask_first = int(people.loc[people["ask_first"], "monthly_price"].sum())
    return IdleCosts(whole, ask_first, whole - ask_first)


# Without scripts, the page lists this many idle people, with these columns.
_PREVIEWED = 100
_PREVIEW = ("login", "status", "last_activity_at", "teams", "monthly_price")


def _preview(report: Report) -> list[dict[Hashable, Any]]:
    people = report.people
    rows = people.loc[people["idle"], [*_PREVIEW, "ask_first"]].head(_PREVIEWED)
    records: list[dict[Hashable, Any]] = rows.to_dict("records")
    return records


def _filters(*, several: bool) -> list[tuple[str, str]]:
    """Return name and label of each filter that every report has."""
    names = ["status", "flag", "age", *(["organization"] if several else []), "team", "editor"]
    return [(name, FILTER_LABELS[name]) for name in (*names, "plan")]


# More values, such as everyone's name, make no useful list: search or an address finds them.
_MOST_CHOICES = 1_000


def _has_choices(report: Report, column: Column) -> bool:
    """Return whether a column also has a list of choices."""
    cells = report.people[column.key]
    if column in HISTORY:  # unknown for a selection
        return bool(cells.notna().any())
    return column.kind in ("text", "list", "yes-no") and len(set(cells.tolist())) <= _MOST_CHOICES


def _people(report: Report, more: Sequence[tuple[Column, bool]], *, several: bool) -> Iterator[str]:
    """Yield the people as a JSON object of columns, in the order of the report.

    `more` are the columns that have no place of their own on the page, and whether they have
    choices.

    Times are seconds before the report's. Columns with few distinct values have these `values`, and
    each person's index in them.
    """
    people = report.people
    places = {age: place for place, age in enumerate(AGE_LABELS)}
    columns: dict[str, Callable[[], Any]] = {
        "report": lambda: _about(report, several=several),
        "logins": people["login"].tolist,
        "states": lambda: _coded(_states(report)),
        "ages": lambda: [places[age] for age in people["age"].tolist()],
        "active": lambda: _seconds_before(report.report_time, people["last_activity_at"]),
        "days": lambda: numbers(people["days_since_activity"]),
        "signedIn": lambda: _seconds_before(report.report_time, people["last_authenticated_at"]),
        "granted": lambda: _seconds_before(report.report_time, people["created_at"]),
        "metrics": lambda: _seconds_since_metrics(report),
        "editors": lambda: _coded(_rows(people, "editor", "editor_version")),
        "grants": lambda: _coded(_grants(report)),
        "plans": lambda: _coded(_rows(people, "plan", "plan_assumed", "monthly_price")),
        "changes": lambda: _coded(_changes(report)),
        "more": lambda: [_more(report, *each) for each in more],
    }
    separator = "{"
    for name, column in columns.items():
        text = msgspec.json.encode(column()).decode()
        for character, escape in _ESCAPES.items():
            text = text.replace(character, escape)
        yield f'{separator}"{name}":{text}'
        separator = ",\n"
    yield "}"


# The page shows these in its own ways, or they are only for programs.
_SHOWN_OTHERWISE = frozenset(
    "login user_id organizations status flags idle last_activity_at days_since_activity "
    "activity_source editor editor_version last_authenticated_at created_at teams plan plan_source "
    "pending_cancellation_date seats monthly_price".split()
)
_MARKS = ("exempt", "leaving", "remembered", "ask_first", "barely_used", "has_left", "active_there")


def _about(report: Report, *, several: bool) -> dict[str, Any]:
    """Return the rules, and the words that all files share."""
    return {
        "time": int(report.report_time.timestamp()),
        "currency": report.rules.currency,
        "order": report.rules.sort,
        "several": several,
        "anonymized": report.is_anonymized,
        "profiles": report.profiles,
        "ages": AGE_LABELS,
        "rules": {
            "inactiveDays": report.rules.inactive_days,
            "newSeatDays": report.rules.new_seat_days,
        },
        "words": {
            "statuses": STATUSES,
            "flags": FLAG_LABELS,
            "filters": FILTER_LABELS
            | {column.name: column.label for column in report.people_columns},
            "also": ALSO,
            "changes": {
                kind: changes.LABELS[kind] for kind in changes.counts(report) if kind != "gone"
            },
            "noTeam": TEAM.nameless,
            "noEditor": EDITOR.nameless,
            "noOrganization": ORGANIZATION.nameless,
            "noActivity": NO_TIME,
            "noValue": NO_VALUE,
            "nobody": figures_in_words(report),
            "reminder": REMINDER,
        },
    }


def _states(report: Report) -> Iterator[tuple[Any, ...]]:
    people = report.people
    if report.comparison:
        people = people.assign(active_there=people["login"].isin(report.comparison.active_there))
    there = [mark for mark in _MARKS if mark in people]
    marked = list(_rows(people, *there))
    marks = {
        each: tuple(mark.replace("_", "-") for mark in compress(there, each))
        for each in set(marked)
    }
    states = _rows(people, "status", "idle", "flags", "pending_cancellation_date")
    return ((*state, marks[each]) for state, each in zip(states, marked, strict=True))


def _changes(report: Report) -> Iterator[str]:
    """Return each person's change since the earlier report; empty: none, or unknown."""
    if not changes.counts(report):
        return iter([""] * len(report.people))
    assert report.history
    assert report.history.changes is not None
    found = report.history.changes[report.history.changes["change"] != "gone"]
    by_login = dict(zip(found["login"].tolist(), found["change"].tolist(), strict=True))
    return map(by_login.get, report.people["login"].tolist(), repeat(""))


def _more(report: Report, column: Column, has_choices: bool) -> dict[str, Any]:
    """Return a declared column for the page: its name, label, kind and values."""
    by = group_column(column.name)
    cells = report.people[by if by in report.people else column.key]
    kind, values = "text", cells.tolist()
    if column.kind == "time":
        kind, values = "time", _seconds_before(report.report_time, cells)
    elif column.kind in ("days", "count"):
        kind, values = "number", numbers(cells)
    elif column.kind in ("money", "credits"):
        kind, values = "hundredths", numbers(cells)
    elif column.kind == "yes-no":
        values = ["yes" if value else "no" for value in values]
    return {
        "name": column.name,
        "label": column.label,
        "kind": kind,
        "filters": has_choices,
        "column": _coded(values),
    }


def _rows(table: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[column].tolist() for column in columns), strict=True)


def _coded(values: Iterable[Hashable]) -> dict[str, list[Any]]:
    places: dict[Hashable, int] = {}
    codes = [places.setdefault(value, len(places)) for value in values]
    return {"values": list(places), "codes": codes}


def _seconds_since_metrics(report: Report) -> list[int | None]:
    """Return how long ago each person's last day of use in the usage metrics ended, in seconds.

    Use without a day also clears a person, so it counts as of now.
    """
    people = report.people
    if "last_active_day" not in people:
        return [None] * len(people)
    ends = pd.to_datetime(
        people["last_active_day"].where(people["last_active_day"] != ""), utc=True
    )
    seconds = _seconds_before(report.report_time, ends + pd.Timedelta(days=1))
    return [
        0 if undated else since
        for since, undated in zip(seconds, people["used_undated"].tolist(), strict=True)
    ]


def _seconds_before(report_time: datetime, times: "pd.Series[pd.Timestamp]") -> list[int | None]:
    """Return whole seconds that lead to the same time as in the other files, rounded down."""
    seconds = times.dt.tz_convert(None).to_numpy().astype("datetime64[s]")
    before = int(report_time.timestamp()) - seconds.astype(np.int64)
    missing = np.isnat(seconds)
    return [
        None if none else number
        for none, number in zip(missing.tolist(), before.tolist(), strict=True)
    ]


def _grants(report: Report) -> Iterator[tuple[tuple[str, str], ...]]:
    """Return the (organization, team) pairs of each person's seats."""
    seats = report.seats[report.seats["person"] >= 0]
    grants: dict[int, tuple[tuple[str, str], ...]] = {}
    # One object per distinct value, so that a million people share a few.
    known: dict[Hashable, Any] = {}
    for person, *grant in _rows(seats, "person", "organization", "assigning_team"):
        value = grants.get(person, ())
        if tuple(grant) not in value:
            value = (*value, tuple(grant))
            grants[person] = known.setdefault(value, value)
    return (grants[person] for person in report.people["person"].tolist())


def _people_where(filters: dict[str, str], **more: str) -> str:
    """Return the address within the page that shows these people."""
    return "#" + urlencode({**filters, **more})


def _people_in_words(filters: dict[str, str], **more: str) -> str:
    """Return whom such an address shows, as the name of a link with only a figure as text."""
    statuses = {"": ALSO["all"], **STATUSES, **ALSO}
    words = (
        statuses[value]
        if name == "status"
        else f"{FILTER_LABELS.get(name, label_of(name))}: {value or _NAMELESS.get(name, NO_VALUE)}"
        for name, value in {**filters, **more}.items()
    )
    return ", ".join(words)


@pass_context
def _when(context: Context, time: datetime) -> str:
    """Return a person's time as text; with pseudonyms, it is a whole day."""
    return long_day(time) if context["report"].is_anonymized else long_moment(time)


@pass_context
def _unbroken(context: Context, text: str) -> str:
    """Return the text with amounts of money that do not break across lines."""
    currency = context["totals"].currency
    return re.sub(rf"\b{re.escape(currency)} (?=\d)", f"{currency}\N{NO-BREAK SPACE}", text)


def _money(money: Decimal | int, currency: str) -> str:
    return f"{currency}\N{NO-BREAK SPACE}{price(money)}"
