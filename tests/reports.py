"""Reports without a network around them, and names that want to break out of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

import msgspec

from copilot_seat_report.github.copilot import Scope, Seat, SeatSettings
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.model import Report, ScopeOverview
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.activity_report import ActivityReport, ActivityRow
from copilot_seat_report.sources.completeness import Completeness
from copilot_seat_report.sources.others import Sources
from copilot_seat_report.sources.seat_list import seat_list
from copilot_seat_report.sources.seats import Reading
from tests import made_up
from tests.made_up import NOW

TRICKS = (
    "<img src=x onerror=alert(1)>",
    "</td></table><script>alert(1)</script>",
    "<!-- -->",
    "<r><t>raw</t></r>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "-1+1",
    "&lt;b&gt; &amp; &#64; &nbsp; \"quotes\" 'too'",
    "@octocat",
    "octo/repo#123 #1 GH-1",
    "https://example.com www.example.com WWW.example.com someone@example.com",
    ":tada: $x^2$ ~~no~~ **bold** _it_ [a](b) ![c](d)",
    "\\| \\` a\\",
    "`backticks` | pipes `` ``` |",
    "|---|---|",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "_x0041_",
    "مرحبا بالعالم",
    "שלום",
    "long-" * 40,
    "\uffff\ufffe",
)


def reading_of(
    seats: Iterable[Seat],
    *,
    name: str = "acme",
    enterprise: bool = False,
    plan: str | None = None,
    settings: SeatSettings | None = None,
) -> Reading:
    """One organization, or an enterprise, as it was read."""
    scope = Scope(name, is_enterprise=enterprise)
    whole = tuple(seats)
    return Reading(
        seat_list(scope, whole, completeness(len(whole), len(whole))),
        None if enterprise else settings or SeatSettings(plan_type=plan),
    )


def report_of(
    seats: Iterable[Seat],
    *,
    rules: Rules = Rules(),  # noqa: B008 it is frozen
    enterprise: bool = False,
    plan: str | None = None,
    settings: SeatSettings | None = None,
    now: datetime = NOW,
    activity_report: ActivityReport | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> Report:
    """The report of one list of seats."""
    reading = reading_of(seats, enterprise=enterprise, plan=plan, settings=settings)
    return build_report(
        [reading],
        rules,
        now,
        sources=Sources(activity_report=activity_report),
        pseudonyms=pseudonyms,
    )


def reading(
    records: Sequence[made_up.Json],
    login: str = "acme",
    *,
    enterprise: bool = False,
    **settings: object,
) -> Reading:
    """What was read, from GitHub's JSON; `settings` change what it states beside the seats."""
    stated = msgspec.convert({**made_up.billing(records), **settings}, SeatSettings)
    seats = msgspec.convert(list(records), list[Seat])
    return reading_of(seats, name=login, enterprise=enterprise, settings=stated)


def csv_of(activity: Mapping[str, datetime | None], made: datetime | None = NOW) -> ActivityReport:
    """GitHub's activity report of an organization that says so of these logins."""
    rows = {login: [ActivityRow("", time)] for login, time in activity.items()}
    return ActivityReport(report_time=made, activity=rows)


def report(
    people: int | Sequence[made_up.Json], rules: Rules | None = None, *, is_sample: bool = False
) -> Report:
    """The report of one organization with these seats, or with so many people of all shapes."""
    records = made_up.seats(people) if isinstance(people, int) else people
    return build_report([reading(records)], rules or Rules(), NOW, is_sample=is_sample)


def completeness(
    read: int,
    stated: int | None,
    *,
    unit: Literal["seats", "people"] = "seats",
    counted: int | None = None,
    **circumstances: Any,  # noqa: ANN401
) -> Completeness:
    """A list of which so much was read and so much is stated; it is complete where they agree."""
    counted = read if counted is None else counted
    complete = counted == stated
    return Completeness(
        **{
            "read": read,
            "stated": stated,
            "stated_by": None if stated is None else "seat-list",
            "counted": counted,
            "unit": unit,
            "complete": complete,
            "reason": "" if complete else "no-total" if stated is None else "differs",
            **circumstances,
        }
    )


def with_lists(made: Report, *lists: Completeness) -> Report:
    """The same report, made of lists of organizations a, b, c … that are so complete."""
    overviews = tuple(
        ScopeOverview(name=name, kind="organization", completeness=each)
        for name, each in zip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP", lists, strict=False)
    )
    return replace(
        made,
        names=tuple(overview.name for overview in overviews),
        overviews=overviews,
        totals=replace(made.totals, complete=all(each.complete for each in lists)),
    )


def on_selection(made: Report, *logins: str) -> Report:
    """The same report, made of these people alone."""
    return replace(
        made,
        selection=logins,
        totals=replace(made.totals, complete=None),
        overviews=tuple(replace(each, breakdown=(), settings=()) for each in made.overviews),
    )
