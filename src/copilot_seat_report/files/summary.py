"""The job summary, `summary.md`: GitHub's Markdown, within GitHub's size limit.

The runner drops a summary of more than 1 MiB entirely. So long lists, and nothing else, are cut
after a whole row, and say how many more rows the report's files have.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Literal
from urllib.parse import quote

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from copilot_seat_report import formatting
from copilot_seat_report.files import changes
from copilot_seat_report.files.caveats import caveats
from copilot_seat_report.files.colours import BAR_COLOUR
from copilot_seat_report.files.data_quality import data_quality
from copilot_seat_report.files.headline import headline
from copilot_seat_report.files.markdown import code, escape, html_code, marked, row, table
from copilot_seat_report.files.next_steps import next_steps
from copilot_seat_report.files.wording import (
    STATUSES,
    banners,
    everyone,
    idle_note,
    idle_path,
    overlap_note,
    status_meanings,
    title,
    without_seat,
)
from copilot_seat_report.formatting import figure, listed, percent, plural
from copilot_seat_report.report.anonymize import with_small_groups_merged
from copilot_seat_report.report.breakdowns import Breakdown
from copilot_seat_report.report.dimensions import EDITOR, ORGANIZATION, TEAM, Dimension
from copilot_seat_report.report.model import Comparison, Report, ScopeOverview

Detail = Literal["full", "totals"]

_LINK_BYTES = 4_000
_ROWS_IN_SIGHT = 10

# The chart has its own background, because no colour has a contrast of 4.5 on both GitHub's light
# and dark pages. It has no number axis, whose margin would show a bar for 0.
_INK = ("titleColor", "xAxisLabelColor", "xAxisTickColor", "xAxisLineColor")
_BARS = {
    "xyChart": {
        "height": 300,
        # Labels get at most a fifth of the width, regardless of the font.
        "xAxis": {"labelFontSize": 12, "labelPadding": 10},
        "yAxis": dict.fromkeys(("showLabel", "showTick", "showAxisLine"), False),
    },
    "themeVariables": {
        "xyChart": {
            "backgroundColor": "#ffffff",
            "plotColorPalette": BAR_COLOUR,
            **dict.fromkeys(_INK, "#1f2328"),
        }
    },
}

_FILES = {
    "report.html": "everything on one page: sort, search, filter, export",
    "report.xlsx": "the same, as sheets of one workbook",
    "people.csv": "one row per person",
    "seats.csv": "one row per seat",
    "activity-report.csv": "one row per person, in the layout of GitHub's own activity report",
    "teams.csv": "one row per team",
    "editors.csv": "one row per editor",
    "groups.csv": "one row per group of the people file's columns",
    "changes.csv": "one row per change since the earlier report",
    "report.json": "everything, for programs",
    "history.json": "what the next report is compared with",
    "summary.md": "this text",
}


def render_summary(
    report: Report, *, detail: Detail, files: Sequence[str] = (), limit: int = 1_000_000
) -> str:
    """Return the summary as Markdown of at most `limit` bytes in UTF-8.

    With the detail `totals`, nobody is named. `files` are the names of the report's files. The
    limit leaves room for `artifact_links` or `artifact_names`.
    """
    named = detail == "full"
    template = templates().get_template("summary.md.jinja")
    parts = {
        "report": report,
        "totals": report.totals,
        "rules": report.rules,
        "named": named,
        "files": {name: _FILES[name] for name in files},
        **_words(report),
        **_figures(report),
        # Shorter lists get a share each; the list of idle people gets the rest.
        **_breakdowns(report, limit // 10),
        **_of_people_file(report, limit // 10, named=named),
        **_names_of_people_file(report, named=named),
        "changed_people": _changed_people(report) if named else [],
        **_checks(report, limit // 10, named=named),
        "settings": _overviews(report, limit // 10),
    }
    used = _size(template.render(**parts, idle_people=""))
    idle_people = _idle_people(report, limit - _LINK_BYTES - used) if named else ""
    return _tidy(template.render(**parts, idle_people=idle_people))


def artifact_links(zip_url: str, page_url: str) -> str:
    """Return the links at the top of the job summary; without a `page_url`, only to the zip."""
    if not page_url:
        return f"**[Download the report]({_target(zip_url)})** (zip)"
    return f"**[Open the report]({_target(page_url)})** · [Download]({_target(zip_url)}) (zip)"


def artifact_names(zip_name: str, page_name: str) -> str:
    """Return where the artifacts are, without links, which would name the repository's owner."""
    where = "At the bottom of this run's page, under Artifacts"
    if not page_name:
        return f"**Download the report** (zip): {code(zip_name)}. {where}."
    return (
        f"**Open the report**: {code(page_name)}. Download it (zip): {code(zip_name)}. Both are at "
        f"{where[3:]}."
    )


def _target(url: str) -> str:
    return quote(url, safe=":/?#[]@!$&'*+,;=%~")


@cache
def templates() -> Environment:
    """Return the compiled templates.

    They escape values for Markdown, apart from numbers and from text that is marked as Markdown.
    """
    environment = Environment(
        loader=PackageLoader("copilot_seat_report.files", "templates/summary"),
        autoescape=True,
        finalize=_escaped_for_markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., str]] = {
        "code": code,
        "label": STATUSES.__getitem__,
        "last_days": formatting.last_days,
        "moment": formatting.long_moment,
        "money": figure,
        "number": "{:,}".format,
        "people": formatting.people,
        "percent": percent,
        "seats": formatting.seats,
        "stated": _stated,
    }
    environment.filters.update({name: _marked(write) for name, write in filters.items()})
    for name in environment.list_templates():
        environment.get_template(name)
    return environment


def _escaped_for_markdown(value: object) -> object:
    return marked(escape(value)) if type(value) is str else value


def _marked(write: Callable[..., str]) -> Callable[..., str]:
    return lambda *values: marked(write(*values))


def _tidy(text: str) -> str:
    """Return the text with one empty line between paragraphs."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _words(report: Report) -> dict[str, Any]:
    findings = data_quality(report)
    warnings = sum(finding.is_warning for finding in findings)
    return {
        "title": marked(title(report, list(map(code, report.names)))),
        "headline": marked(headline(report)),
        "banners": banners(report),
        "findings": findings,
        "warnings": plural(warnings, "warning", "warnings") if warnings else "",
        "caveats": caveats(report),
        "steps": next_steps(report),
        "changed": changes.sentence(report),
        "everyone": everyone(report),
        "cost_head": _per_month("Cost", report),
    }


def _per_month(what: str, report: Report) -> str:
    return f"{what} per month ({report.rules.currency})"


def _figures(report: Report) -> dict[str, Any]:
    totals, people = report.totals, report.people
    counts = {
        "active": totals.active,
        "new": totals.new,
        "inactive": totals.inactive,
        "no-activity": totals.no_activity,
    }
    costs = people["monthly_price"].groupby(people["status"]).sum()
    first = people["ask_first"]
    parts_of_idle = {
        name: {"people": int(rows.sum()), "cost": int(people.loc[rows, "monthly_price"].sum())}
        for name, rows in (("ask_first", first), ("no_sign", people["idle"] & ~first))
    }
    beside = (
        (totals.seats, "seat", "seats", ""),
        (totals.unassigned, "seat has", "seats have", " no assignee (in no person's figures)"),
        (
            totals.pending_cancellation,
            "person has a seat",
            "people have a seat",
            " pending cancellation",
        ),
        (totals.exempt, "person is", "people are", " exempt"),
    )
    return {
        "counts": counts,
        "costs": {status: int(costs.get(status, 0)) for status in counts},
        "meanings": status_meanings(report),
        "idle_path": idle_path(report.idle_path),
        **parts_of_idle,
        "beside": marked(
            "; ".join(
                f"**{number:,}** {one if number == 1 else many}{rest}"
                for number, one, many, rest in beside
                if number
            )
        ),
    }


def _idle_people(report: Report, budget: int) -> str:
    # No recorded activity first, then oldest first; ties keep the report's order.
    people = report.people[report.people["idle"]].sort_values(
        "last_activity_at", na_position="first", kind="stable"
    )
    several = len(report.organizations) > 1
    # Short headings and few columns, so that a row fits on one line.
    columns = ["Person", "Last activity", "Granted", "Editor", "Team"]
    columns += ["Organization"] if several else []
    columns += [f"{report.rules.currency} per month:", "Note"]
    active_there = report.comparison.active_there if report.comparison else frozenset[str]()
    rows = _idle_rows(people, active_there, several_organizations=several)
    return _listing(columns, rows, len(people), budget, "idle people")


def _idle_rows(
    people: pd.DataFrame, active_there: Collection[str], *, several_organizations: bool
) -> Iterator[str]:
    """Yield rows lazily, because only as many as fit are needed."""
    for start in range(0, len(people), 1_000):
        part = people.iloc[start : start + 1_000]
        for login, used, granted, editor, teams, organizations, price, flags in zip(
            part["login"].tolist(),
            _dates(part["last_activity_at"]),
            _dates(part["created_at"]),
            part["editor"].tolist(),
            part["teams"].tolist(),
            part["organizations"].tolist(),
            part["monthly_price"].tolist(),
            part["flags"].tolist(),
            strict=True,
        ):
            yield row(
                (
                    code(login),
                    formatting.NO_TIME if used == "NaT" else used,
                    granted,
                    _escaped(editor),
                    _codes(teams),
                    *((_codes(organizations),) if several_organizations else ()),
                    figure(price),
                    idle_note(flags, active_there=login in active_there),
                )
            )


def _names_of_people_file(report: Report, *, named: bool) -> dict[str, str]:
    """Return the first leavers, people whose exemption has ended, and people not in the file."""
    matching = report.matching if named else None
    return {
        "left": _first(matching.leavers if matching else ()),
        "no_longer_exempt": _first([login for login, _ in matching.ended] if matching else ()),
        "not_in_file": _first(matching.missing if matching else ()),
    }


def _changed_people(report: Report) -> list[tuple[str, str]]:
    """Return each kind of change that occurred, in words, with the first people."""
    return [
        (
            f"{number:,} {changes.LABELS[kind]}",
            _first([row["login"] for row in changes.listed(report, kind, _ROWS_IN_SIGHT)], number),
        )
        for kind, number in changes.counts(report).items()
        if number
    ]


def _first(logins: Sequence[str], number: int | None = None) -> str:
    """Return the first logins, and how many more there are out of `number`."""
    shown = ", ".join(map(code, logins[:_ROWS_IN_SIGHT]))
    more = (len(logins) if number is None else number) - _ROWS_IN_SIGHT
    return marked(f"{shown} and {more:,} more" if more > 0 else shown)


def _breakdowns(report: Report, share: int) -> dict[str, Any]:
    several = len(report.organizations) > 1
    ages = report.ages.to_dict("records")
    # Beside the bars there is room for short words only.
    bars = [*(_short(age["age"]) for age in ages[:-2]), "longer", "none"]
    return {
        "ages": ages,
        "age_chart": _bar_chart("People by last activity", bars, [age["people"] for age in ages]),
        "organizations": _groups(report, ORGANIZATION, share) if several else "",
        "organizations_note": overlap_note(report, ORGANIZATION),
        "teams": _groups(report, TEAM, 2 * share),
        "teams_note": overlap_note(report, TEAM),
        "editors": _editors(report, share),
        "plans": report.plans.to_dict("records"),
        "price_head": f"List price ({report.rules.currency})",
    }


def _short(age: str) -> str:
    return age.removeprefix("in the last ").removesuffix(" ago").replace(" to ", "-")


def _names_people(report: Report, groups: Breakdown) -> bool:
    """Return whether the groups of a column of the people file are people."""
    column = groups.dimension.name
    # Managers' columns have many names: line_manager, manager_email.
    if "manager" in column or column in ("name", "email"):
        return True
    # A column with any other name names people if some of them hold a seat themselves.
    own = [each.key for each in report.people_columns if each.name in ("login", "name", "email")]
    people = {text.lower() for key in own for text in report.people[key].unique()} - {""}
    return any("@" in group or group.lower() in people for group in groups.table["value"])


def _of_people_file(report: Report, budget: int, *, named: bool) -> dict[str, Any]:
    """Return the people by the first column of the people file that groups them.

    If nobody may be named, columns of managers are skipped, and small groups are merged.
    """
    for each in report.breakdowns:
        if each.dimension.of_people_file and (named or not _names_people(report, each)):
            shown = each if named else with_small_groups_merged(each)
            return {
                "file_groups": _groups(report, each.dimension, budget, shown.table),
                "file_groups_head": each.dimension.label,
            }
    return {"file_groups": "", "file_groups_head": ""}


def _groups(
    report: Report, dimension: Dimension, budget: int, groups: pd.DataFrame | None = None
) -> str:
    """Return the people of each group, and a row for everyone, each counted once."""
    groups = report.by(dimension.name) if groups is None else groups
    if groups.empty:
        return ""
    with_organization = dimension is TEAM and len(report.organizations) > 1
    # A column of the people file has a name from outside.
    head = [escape(dimension.label), *(["Organization"] if with_organization else [])]
    rows = (
        row(
            (
                code(group) or f"*{dimension.nameless}*",
                *(
                    (code(organization) or f"*{ORGANIZATION.nameless}*",)
                    if with_organization
                    else ()
                ),
                *cells,
            )
        )
        for group, organization, cells in zip(
            groups[dimension.fields[-1]].tolist(),
            groups[dimension.fields[0]].tolist(),
            _group_figures(groups),
            strict=True,
        )
    )
    figures = report.totals
    total = (
        f"**{everyone(report)}, each once**",
        *(("",) if with_organization else ()),
        *map(
            "**{}**".format,
            (
                f"{figures.people:,}",
                f"{figures.active:,}",
                f"{figures.idle:,}",
                percent(figures.idle, figures.people),
                figure(figures.monthly_cost),
                figure(figures.idle_monthly_cost),
            ),
        ),
    )
    return _listing(
        (*head, *_group_heads(report)),
        rows,
        len(groups),
        budget,
        escape(dimension.plural.lower()),
        total=row(total),
    )


def _editors(report: Report, budget: int) -> str:
    editors = report.editors
    if editors.empty:
        return ""
    rows = (
        row((_escaped(editor) or f"*{EDITOR.nameless}*", *figures))
        for editor, figures in zip(editors["editor"].tolist(), _group_figures(editors), strict=True)
    )
    return _listing(("Last used in", *_group_heads(report)), rows, len(editors), budget, "editors")


def _group_heads(report: Report) -> tuple[str, ...]:
    return (
        "People:",
        "Active:",
        "Idle:",
        "Idle share:",
        f"{_per_month('Cost', report)}:",
        f"{_per_month('Idle cost', report)}:",
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
            percent(idle, people),
            figure(cost),
            figure(idle_cost),
        )


def _checks(report: Report, share: int, *, named: bool) -> dict[str, Any]:
    comparison = report.comparison
    differences = comparison.differences if comparison else ()
    return {
        "guides": sorted({guide for case in report.telemetry for guide in case.guides}),
        "telemetry": _telemetry(report, share) if named else "",
        "seen_in_metrics": _seen_in_metrics(report, share) if named else "",
        "reasons": Counter(difference.reason for difference in differences).most_common(),
        "differences": _differences(report, comparison, share) if comparison and named else "",
        "without_seat": without_seat(report),
        "unknown_users": _unknown_users(report, share // 2) if named else "",
    }


def _telemetry(report: Report, budget: int) -> str:
    when = _when(report)
    rows = (
        row(
            (
                code(case.login),
                _escaped(case.editor),
                when(case.last_authenticated_at),
                when(case.last_activity_at),
            )
        )
        for case in report.telemetry
    )
    head = ("Person", "Editor", "Signed in", "Last activity")
    return _listing(head, rows, len(report.telemetry), budget, "people")


def _seen_in_metrics(report: Report, budget: int) -> str:
    """Return the people who are not idle only because of the usage metrics, with their use."""
    if not report.totals.active_in_metrics:
        return ""
    people = report.people[report.people["active_in_metrics"]]
    rows = (
        row(
            (
                code(login),
                STATUSES[status],
                day or "no day stated",
                "" if days is pd.NA else f"{days:,}",
                "" if used is pd.NA else figure(used),
            )
        )
        for login, status, day, days, used in zip(
            *(
                people[name].tolist()
                for name in ("login", "status", "last_active_day", "active_days", "ai_credits_used")
            ),
            strict=True,
        )
    )
    head = ("Person", "By the seat", "Last day of use", "Days of use:", "AI credits:")
    return _listing(head, rows, len(people), budget, "people")


def _differences(report: Report, comparison: Comparison, budget: int) -> str:
    when = _when(report)
    differences = comparison.differences
    rows = (
        row(
            (
                code(d.login),
                when(d.here),
                when(d.there),
                "" if d.days is None else f"{d.days:+.1f}",
                "**idle here, active there**" if d.changes_idle else "",
                d.reason,
            )
        )
        for d in differences
    )
    head = ("Person", "Here", "GitHub's report", "Days apart:", "", "Why")
    return _listing(head, rows, len(differences), budget, "differences")


def _unknown_users(report: Report, budget: int) -> str:
    users = report.unknown_users
    return _listing(
        ("Login",), (row((code(user),)) for user in users), len(users), budget, "logins"
    )


def _overviews(report: Report, budget: int) -> str:
    """Return each organization's settings, and GitHub's counts next to a recount."""
    overviews = [overview for overview in report.overviews if overview.breakdown]
    parts = []
    for number, overview in enumerate(overviews):
        part = _overview(overview)
        if len(overviews) > 1:
            part = f"<details>\n<summary>{html_code(overview.name)}</summary>\n\n{part}\n</details>"
        budget -= _size(part) + 2
        if budget < 0:
            left = plural(len(overviews) - number, "organization is", "organizations are")
            parts.append(f"**{left} left out here: the report's files have them all.**")
            break
        parts.append(part)
    return marked("\n\n".join(parts))


def _overview(overview: ScopeOverview) -> str:
    explanations: dict[str, list[str]] = {}
    for count in overview.breakdown:
        if count.explanation:
            explanations.setdefault(count.explanation, []).append(count.name)
    template = templates().get_template("settings.md.jinja")
    return _tidy(template.render(overview=overview, explanations=explanations))


def _listing(
    head: Sequence[str],
    rows: Iterable[str],
    number: int,
    budget: int,
    what: str,
    *,
    total: str = "",
) -> str:
    """Return a table of as many rows as the budget of bytes allows, the later ones collapsed.

    The `total` row follows the first rows.
    """
    budget -= 2 * _size(table(head, ())) + _size(total) + 300
    shown: list[str] = []
    for line in rows:
        budget -= _size(line) + 1
        if budget < 0:
            break
        shown.append(line)
    in_sight, folded, left = shown[:_ROWS_IN_SIGHT], shown[_ROWS_IN_SIGHT:], number - len(shown)
    parts = [table(head, [*in_sight, total] if total else in_sight)] if in_sight else []
    if folded:
        parts.append(
            f"<details>\n<summary>{len(folded):,} more {what}</summary>\n\n{table(head, folded)}"
            "\n\n</details>"
        )
    if left:
        parts.append(
            f"**{left:,} more {what} are left out here: the report's files have them all.**"
        )
    return marked("\n\n".join(parts))


def _bar_chart(title: str, labels: Sequence[str], counts: Sequence[int]) -> str:
    labelled = [f"{label}: {count:,}" for label, count in zip(labels, counts, strict=True)]
    return _mermaid(
        _BARS,
        "xychart-beta horizontal",
        f'    title "{title}"',
        f"    x-axis {json.dumps(labelled)}",
        f"    y-axis 0 --> {max(1, *counts)}",
        f"    bar {json.dumps(counts)}",
    )


def _mermaid(configuration: Mapping[str, object], *lines: str) -> str:
    directive = f"%%{{init: {json.dumps(configuration)}}}%%"
    return marked("\n".join(("```mermaid", directive, *lines, "```")))


@lru_cache(maxsize=1_000)
def _codes(lines: str) -> str:
    """Return the first few names of a cell with one name per line, and how many more."""
    return listed(list(map(code, lines.split("\n")))) if lines else ""


_escaped: Callable[[str], str] = lru_cache(maxsize=1_000)(escape)


def _dates(times: "pd.Series[pd.Timestamp]") -> list[str]:
    dates = times.dt.tz_convert(None).to_numpy().astype("datetime64[D]")
    return list(np.datetime_as_string(dates))


def _when(report: Report) -> Callable[[datetime | None], str]:
    """Return the format of people's times: with pseudonyms, they are whole days."""
    return formatting.day if report.is_anonymized else formatting.moment


def _stated(count: int | None) -> str:
    return "not stated" if count is None else f"{count:,}"


def _size(text: str) -> int:
    return len(text.encode())
