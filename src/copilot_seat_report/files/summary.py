"""The job summary, `summary.md`: Markdown as GitHub renders it, within the size that GitHub takes.

A summary of more than 1 MiB is dropped as a whole by the runner. So long lists, and they alone, are
cut, at the border of a row, and say how many rows are left to the report's files.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Literal
from urllib.parse import quote

import numpy as np
import pandas as pd

from copilot_seat_report.files.caveats import caveats
from copilot_seat_report.files.colours import BAR_COLOUR, STATUS_COLOURS
from copilot_seat_report.files.data_quality import data_quality
from copilot_seat_report.files.headline import headline
from copilot_seat_report.files.markdown import code, escape, html_code, row, table
from copilot_seat_report.formatting import listed
from copilot_seat_report.report.model import Comparison, Report, ScopeOverview

Detail = Literal["full", "totals"]

_LINK_BYTES = 4_000
_ROWS_IN_SIGHT = 25

# What can be read on GitHub's light and dark pages.
_PIE = {
    "pieOpacity": "1",
    "pieSectionTextColor": "#ffffff",
    "pieTitleTextSize": "18px",
    "pieStrokeWidth": "1px",
    "pieOuterStrokeWidth": "0px",
}
_BARS = {
    "xyChart": {"height": 300},
    "themeVariables": {
        "xyChart": {"plotColorPalette": BAR_COLOUR, "backgroundColor": "transparent"}
    },
}

_DOCS = "https://docs.github.com/en/copilot"
_REMIND = f"{_DOCS}/tutorials/roll-out-at-scale/assign-licenses/remind-inactive-users"
_REVOKE = f"{_DOCS}/how-tos/administer-copilot/manage-for-organization/manage-access/revoke-access"
_LICENSE_CHANGES = f"{_DOCS}/reference/copilot-billing/license-changes"

_FILES = {
    "report.html": "everything on one page: sort, search, filter, export",
    "report.xlsx": "the same as sheets of one workbook",
    "seats.csv": "one row a seat",
    "activity-report.csv": "one row a person, in the layout of GitHub's own activity report",
    "teams.csv": "one row a team",
    "editors.csv": "one row an editor",
    "report.json": "everything, for programs",
    "summary.md": "this text",
}


def render_summary(
    report: Report, *, detail: Detail, files: Sequence[str] = (), limit: int = 1_000_000
) -> str:
    """Return the summary as Markdown of at most `limit` bytes in UTF-8.

    With the detail `totals` no person is named. `files` are the names of the report's files. Within
    the limit, there is room for `artifact_links` or `artifact_names`.
    """
    named = detail == "full"
    # The lists of what is few take a share at most; the idle people get all that is left.
    share = limit // 10
    before = [
        _head(report),
        _figures(report),
        _trust(report),
    ]
    after = [
        _next_steps(report),
        _ages(report),
        _teams(report, 2 * share),
        _editors(report, share),
        _plans(report),
        _telemetry(report, share, named=named),
        _comparison(report.comparison, share, named=named) if report.comparison else "",
        _unknown_users(report, share // 2, named=named),
        _overviews(report, share),
        _caveats(report),
        _files(files),
    ]
    used = sum(_size(section) + 2 for section in (*before, *after))
    idle = _idle_people(report, limit - _LINK_BYTES - used, named=named)
    return "\n\n".join(filter(None, (*before, idle, *after))) + "\n"


def artifact_links(zip_url: str, page_url: str) -> str:
    """Return the links that the job summary begins with; without a `page_url` there is no page."""
    if not page_url:
        return f"**[Download the report]({_target(zip_url)})** (zip)"
    return f"**[Open the report]({_target(page_url)})** · [Download]({_target(zip_url)}) (zip)"


def artifact_names(zip_name: str, page_name: str) -> str:
    """Return where the artifacts are, without a link, as it would name the repository's owner."""
    where = "At the foot of this run's page, under Artifacts"
    if not page_name:
        return f"**Download the report** (zip): {code(zip_name)}. {where}."
    return (
        f"**Open the report**: {code(page_name)}. Download it (zip): {code(zip_name)}. Both are at "
        f"{where[3:]}."
    )


def _target(url: str) -> str:
    return quote(url, safe=":/?#[]@!$&'*+,;=%~")


def _head(report: Report) -> str:
    names = listed(list(map(code, report.names)))
    parts = [f"# Copilot seats of {names}"]
    if report.is_sample:
        parts.append(
            "> **Sample data.** This organization is made up: no one in it exists, and GitHub was "
            "not asked."
        )
    if report.is_anonymized:
        parts.append("> **Anonymized.** People, teams and organizations are under pseudonyms.")
    parts.append(f"**{headline(report)}** As of {report.report_time:%Y-%m-%d %H:%M} UTC.")
    return "\n\n".join(parts)


def _figures(report: Report) -> str:
    totals, rules = report.totals, report.rules
    costs = report.people.groupby("status")["monthly_price"].sum().to_dict()
    statuses = (
        ("Active", f"in the last {_days(rules.inactive_days)}", totals.active, "active"),
        (
            "New",
            f"granted in the last {_days(rules.new_seat_days)}, no activity yet",
            totals.new,
            "new",
        ),
        ("Inactive", "last active longer ago", totals.inactive, "inactive"),
        ("No recorded activity", "granted longer ago", totals.no_activity, "no-activity"),
    )
    rows = [
        row(
            (
                f"{name}: {meaning}",
                f"{count:,}",
                _percent(count, totals.people),
                _money(costs.get(status, 0)),
            )
        )
        for name, meaning, count, status in statuses
    ]
    rows += [
        row(("**All people**", f"**{totals.people:,}**", "", f"**{totals.monthly_cost:,}**")),
        row(
            (
                "**Idle**: inactive or no recorded activity, less those exempt or leaving",
                f"**{totals.idle:,}**",
                f"**{totals.idle_percent}%**",
                f"**{totals.idle_monthly_cost:,}**",
            )
        ),
    ]
    figures = table(("", "People:", "Share:", f"{report.rules.currency} a month:"), rows)
    beside = (
        (totals.seats, "seat", "seats", ""),
        (totals.unassigned, "seat has", "seats have", " no assignee (in no person's figures)"),
        (totals.pending_cancellation, "person is", "people are", " pending cancellation"),
        (totals.exempt, "person is", "people are", " exempt"),
    )
    counts = "; ".join(
        f"**{count:,}** {one if count == 1 else many}{rest}"
        for count, one, many, rest in beside
        if count
    )
    chart = _pie(
        "People by status",
        [(name, count, STATUS_COLOURS[status]) for name, _, count, status in statuses if count],
    )
    return "\n\n".join(filter(None, (figures, counts and f"{counts}.", chart)))


def _trust(report: Report) -> str:
    points = (
        f"- {'⚠️ ' if point.is_warning else ''}{f'{code(point.scope)}: ' if point.scope else ''}"
        f"{point.text}"
        for point in data_quality(report)
    )
    return "\n".join(("## How far to trust this", "", *points))


def _idle_people(report: Report, budget: int, *, named: bool) -> str:
    people = report.people[report.people["idle"]]
    if people.empty:
        return ""
    head = f"## Idle people ({len(people):,})"
    if not named:
        return f"{head}\n\nThis summary names no one; the report's files do."
    # No recorded activity first, then longest ago; equal ones stay in the order of the report.
    people = people.sort_values("last_activity_at", na_position="first", kind="stable")
    several = len(report.organizations) > 1
    columns = ["Person", "Last activity", "Days:", "Granted", "Editor", "Team"]
    columns += ["Organization"] if several else []
    columns += [f"{report.rules.currency} a month:", "Note"]
    intro = "No recorded activity first, then longest ago."
    listing = _listing(
        columns,
        _idle_rows(people, several),
        len(people),
        budget - _size(head + intro) - 4,
        "idle people",
    )
    return f"{head}\n\n{intro}\n\n{listing}"


def _idle_rows(people: pd.DataFrame, several_organizations: bool) -> Iterator[str]:
    """Make the rows as they are asked for: only as many as fit are ever written."""
    for start in range(0, len(people), 1_000):
        part = people.iloc[start : start + 1_000]
        notes = (
            part["settling"]
            .map({True: "settling", False: ""})
            .where(~part["check_telemetry"], "check telemetry")
        )
        for login, used, granted, days, editor, teams, organizations, price, note in zip(
            part["login"].tolist(),
            _dates(part["last_activity_at"]),
            _dates(part["created_at"]),
            part["days_since_activity"].tolist(),
            part["editor"].tolist(),
            part["teams"].tolist(),
            part["organizations"].tolist(),
            part["monthly_price"].tolist(),
            notes.tolist(),
            strict=True,
        ):
            yield row(
                (
                    code(login),
                    "none recorded" if used == "NaT" else used,
                    "" if days is pd.NA else f"{days:,}",
                    granted,
                    _escaped(editor),
                    _codes(teams),
                    *((_codes(organizations),) if several_organizations else ()),
                    _money(price),
                    note,
                )
            )


def _next_steps(report: Report) -> str:
    totals = report.totals
    steps = []
    changes = sum(d.changes_idle for d in report.comparison.differences) if report.comparison else 0
    if changes:
        steps.append(
            f"First ask the {changes:,} idle {_plural('person', 'people', changes)} whom GitHub's "
            "own report has as active."
        )
    if report.telemetry:
        steps.append(
            "Have those marked “check telemetry” enable telemetry in their editor, and look again "
            "after 24 hours."
        )
    if totals.idle:
        steps.append(
            f"Ask the idle people whether they still need Copilot, and offer help: [a reminder as "
            f"GitHub suggests it]({_REMIND})."
        )
        steps.append(
            f"[Take back]({_REVOKE}) what is not needed. A seat granted through a team goes with "
            f"the team; the cost ends [with the billing cycle]({_LICENSE_CHANGES})."
        )
        if any(_ASSIGN_ALL in overview.settings for overview in report.overviews):
            steps.append(
                "Where everyone in the organization has a seat, none can be taken back alone: "
                "first change the setting to selected people and teams."
            )
        steps.append(
            "Put people on leave and service accounts into `exempt-users`, so that the next report "
            "passes over them."
        )
    if totals.unassigned:
        steps.append(
            f"Look at the {totals.unassigned:,} {_plural('seat', 'seats', totals.unassigned)} with "
            "no assignee on the Copilot settings page."
        )
    if totals.complete is False:
        steps.append("Run the report again: the list of seats was not complete.")
    if not steps:
        return ""
    return "\n".join(
        ("## What to do next", "", *(f"{n}. {step}" for n, step in enumerate(steps, 1)))
    )


_ASSIGN_ALL = ("Seat management", "everyone in the organization")


def _ages(report: Report) -> str:
    if not report.totals.people:
        return ""
    ages = report.ages
    labels, people = ages["age"].tolist(), ages["people"].tolist()
    rows = (
        row((label, f"{count:,}", _percent(count, report.totals.people), f"{idle:,}"))
        for label, count, idle in zip(labels, people, ages["idle"].tolist(), strict=True)
    )
    # Under the bars there is room for short words only.
    bars = [_short(label) for label in labels[:-2]] + ["longer", "none"]
    return "\n\n".join(
        (
            "## When people were last active",
            _bar_chart("People by their last activity", bars, people),
            table(("Last activity", "People:", "Share:", "Of them idle:"), rows),
        )
    )


def _short(age: str) -> str:
    return age.removeprefix("in the last ").removesuffix(" ago").replace(" to ", "-")


def _teams(report: Report, budget: int) -> str:
    teams = report.teams.sort_values(
        ["idle_monthly_cost", "idle", "people"], ascending=False, kind="stable"
    )
    if teams.empty:
        return ""
    several = len(report.organizations) > 1
    head = ["Team", *(["Organization"] if several else []), *_group_heads(report)]
    names = zip(teams["organization"].tolist(), teams["team"].tolist(), strict=True)
    rows = (
        row(
            (
                code(team) or "*granted without a team*",
                *((code(organization),) if several else ()),
                *figures,
            )
        )
        for (organization, team), figures in zip(names, _group_figures(teams), strict=True)
    )
    return "## Teams\n\nThe dearest idle seats first.\n\n" + _listing(
        head, rows, len(teams), budget, "teams"
    )


def _editors(report: Report, budget: int) -> str:
    editors = report.editors
    if editors.empty:
        return ""
    rows = (
        row((_escaped(editor) or "*none recorded*", *figures))
        for editor, figures in zip(editors["editor"].tolist(), _group_figures(editors), strict=True)
    )
    return "## Editors\n\n" + _listing(
        ("Last used in", *_group_heads(report)), rows, len(editors), budget, "editors"
    )


def _group_heads(report: Report) -> tuple[str, ...]:
    currency = report.rules.currency
    return (
        "People:",
        "Active:",
        "Idle:",
        "Idle share:",
        f"{currency} a month:",
        f"Idle {currency}:",
    )


def _group_figures(groups: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    names = ("people", "active", "idle", "monthly_cost", "idle_monthly_cost")
    for people, active, idle, cost, idle_cost in zip(
        *(groups[name].tolist() for name in names), strict=True
    ):
        yield (
            f"{people:,}",
            f"{active:,}",
            f"{idle:,}",
            _percent(idle, people),
            _money(cost),
            _money(idle_cost),
        )


def _plans(report: Report) -> str:
    plans = report.plans
    if plans.empty:
        return ""
    rows = (
        row((plan.capitalize(), f"{people:,}", f"{assumed:,}", _money(price), _money(cost)))
        for plan, people, assumed, price, cost in zip(
            *(
                plans[name].tolist()
                for name in ("plan", "people", "assumed", "price", "monthly_cost")
            ),
            strict=True,
        )
    )
    currency = report.rules.currency
    head = ("Plan", "People:", "Plan assumed:", f"{currency} each:", f"{currency} a month:")
    return "## Plans\n\n" + table(head, rows)


def _telemetry(report: Report, budget: int, *, named: bool) -> str:
    cases = report.telemetry
    if not cases:
        return ""
    guides = {guide for case in cases for guide in case.guides}
    links = ", ".join(f"[{escape(editor)}]({link})" for editor, link in sorted(guides))
    text = (
        f"## Check telemetry\n\n{_people(len(cases))} signed in in the last "
        f"{_days(report.rules.inactive_days)}, more than 24 hours after any activity that GitHub "
        f"recorded. Mostly, telemetry is off in their editor, and their use goes unseen. How to "
        f"enable it: {links}."
    )
    if not named:
        return text
    rows = (
        row(
            (
                code(case.login),
                _escaped(case.editor),
                _date(case.last_authenticated_at),
                _date(case.last_activity_at),
            )
        )
        for case in cases
    )
    head = ("Person", "Editor", "Signed in", "Last activity")
    return f"{text}\n\n{_listing(head, rows, len(cases), budget, 'people')}"


def _comparison(comparison: Comparison, budget: int, *, named: bool) -> str:
    text = f"## Beside GitHub's own activity report\n\n{comparison.verdict} {comparison.basis}"
    if not comparison.differences:
        return text
    reasons = pd.Series([d.reason for d in comparison.differences]).value_counts()
    text += "\n\n" + table(
        ("Why they differ", "People:"),
        (row((str(reason), f"{count:,}")) for reason, count in reasons.items()),
    )
    if not named:
        return text
    rows = (
        row(
            (
                code(d.login),
                _date(d.here),
                _date(d.there),
                "" if d.days is None else f"{d.days:+.1f}",
                "**idle here, active there**" if d.changes_idle else "",
                d.reason,
            )
        )
        for d in comparison.differences
    )
    head = ("Person", "Here", "GitHub's report", "Days apart:", "", "Why")
    return f"{text}\n\n{_listing(head, rows, len(comparison.differences), budget, 'differences')}"


def _unknown_users(report: Report, budget: int, *, named: bool) -> str:
    users = report.unknown_users
    if not users:
        return ""
    text = (
        f"## Asked for, without a seat\n\n{len(users):,} of the logins in `users` "
        f"{_plural('holds', 'hold', len(users))} no seat."
    )
    if not named:
        return text
    return f"{text}\n\n" + _listing(
        ("Login",), (row((code(user),)) for user in users), len(users), budget, "logins"
    )


def _overviews(report: Report, budget: int) -> str:
    """Show each organization as GitHub's settings page does, its counts beside a recount."""
    overviews = [overview for overview in report.overviews if overview.breakdown]
    if not overviews:
        return ""
    parts = ["## Seats as GitHub counts them"]
    for number, overview in enumerate(overviews):
        part = _overview(overview)
        if len(overviews) > 1:
            part = (
                f"<details>\n<summary>{html_code(overview.name)}</summary>\n\n{part}\n\n</details>"
            )
        budget -= _size(part) + 2
        if budget < 0:
            left = len(overviews) - number
            parts.append(f"… and {left:,} more organizations: the report's files have them all.")
            break
        parts.append(part)
    return "\n\n".join(parts)


def _overview(overview: ScopeOverview) -> str:
    counts = table(
        ("This billing cycle", "GitHub:", "Recount:"),
        (
            row((count.name, _count(count.github), _count(count.recount)))
            for count in overview.breakdown
        ),
    )
    explanations: dict[str, list[str]] = {}
    for count in overview.breakdown:
        if count.explanation:
            explanations.setdefault(count.explanation, []).append(count.name)
    notes = "\n".join(f"- *{', '.join(names)}:* {text}" for text, names in explanations.items())
    plan = (("Plan", overview.plan_type),) if overview.plan_type else ()
    settings = table(
        ("Setting", "Value"),
        (row((label, escape(value))) for label, value in (*plan, *overview.settings)),
    )
    return "\n\n".join(filter(None, (counts, notes, settings)))


def _caveats(report: Report) -> str:
    points = (f"- **{c.title}** {c.text} ([{c.source}]({c.link}))" for c in caveats(report.rules))
    return "\n".join(("## What the data cannot say", "", *points))


def _files(files: Sequence[str]) -> str:
    if not files:
        return ""
    points = (f"- `{name}`: {_FILES[name]}" for name in files)
    return "\n".join(("## The report's files", "", *points))


def _listing(head: Sequence[str], rows: Iterable[str], total: int, budget: int, what: str) -> str:
    """Return a table of as many rows as the budget of bytes holds, the later ones folded up."""
    budget -= 2 * _size(table(head, ())) + 300
    shown: list[str] = []
    for line in rows:
        budget -= _size(line) + 1
        if budget < 0:
            break
        shown.append(line)
    in_sight, folded, left = shown[:_ROWS_IN_SIGHT], shown[_ROWS_IN_SIGHT:], total - len(shown)
    parts = [table(head, in_sight)] if in_sight else []
    if folded:
        parts.append(
            f"<details>\n<summary>{len(folded):,} more {what}</summary>\n\n{table(head, folded)}"
            "\n\n</details>"
        )
    if left:
        parts.append(f"**{left:,} {what} are left out here: the report's files have them all.**")
    return "\n\n".join(parts)


def _pie(title: str, slices: Sequence[tuple[str, int, str]]) -> str:
    """Return a chart of labels, figures and colours, which GitHub draws.

    The labels are this package's own words: in a chart, nothing could be escaped.
    """
    if not slices:
        return ""
    colours = {f"pie{n}": colour for n, (_, _, colour) in enumerate(slices, 1)}
    return _mermaid(
        {"themeVariables": {**colours, **_PIE}},
        f"pie showData title {title}",
        *(f'    "{label}" : {count}' for label, count, _ in slices),
    )


def _bar_chart(title: str, labels: Sequence[str], counts: Sequence[int]) -> str:
    return _mermaid(
        _BARS,
        "xychart-beta",
        f'    title "{title}"',
        f"    x-axis {json.dumps(labels)}",
        f'    y-axis "People" 0 --> {max(1, *counts)}',
        f"    bar {json.dumps(counts)}",
    )


def _mermaid(configuration: Mapping[str, object], *lines: str) -> str:
    directive = f"%%{{init: {json.dumps(configuration)}}}%%"
    return "\n".join(("```mermaid", directive, *lines, "```"))


@lru_cache(maxsize=1_000)
def _codes(lines: str) -> str:
    """Return the names in a cell of the table, one a line there, the first few by name."""
    return listed(list(map(code, lines.split("\n")))) if lines else ""


_escaped: Callable[[str], str] = lru_cache(maxsize=1_000)(escape)


def _dates(times: "pd.Series[pd.Timestamp]") -> list[str]:
    dates = times.dt.tz_convert(None).to_numpy().astype("datetime64[D]")
    return list(np.datetime_as_string(dates))


def _date(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M}" if time else "none recorded"


def _days(days: int) -> str:
    return f"{days:,} {_plural('day', 'days', days)}"


def _people(count: int) -> str:
    return f"{count:,} {_plural('person', 'people', count)}"


def _plural(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


def _count(count: int | None) -> str:
    return "not stated" if count is None else f"{count:,}"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else ""


def _money(hundredths: int) -> str:
    return f"{hundredths / 100:,.2f}"


def _size(text: str) -> int:
    return len(text.encode())
