"""The first sheet of the workbook: the headline, the figures, and the quality of the data."""

from collections.abc import Sequence

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from copilot_seat_report.files.colours import BAR_COLOUR, STATUS_COLOURS
from copilot_seat_report.files.data_quality import data_quality
from copilot_seat_report.files.headline import headline
from copilot_seat_report.files.wording import (
    STATUSES,
    banners,
    everyone,
    idle_path,
    overlap_note,
    status_meanings,
    title,
    without_seat,
)
from copilot_seat_report.files.workbook.styles import Styles
from copilot_seat_report.files.workbook.text_sheet import VALUES, TextSheet
from copilot_seat_report.formatting import figure
from copilot_seat_report.report.dimensions import ORGANIZATION, TEAM
from copilot_seat_report.report.model import Report, ScopeOverview

NAME = "Overview"
_LISTED = 25


def write_overview(
    workbook: Workbook, styles: Styles, report: Report, sheets: Sequence[tuple[str, str]]
) -> None:
    """Add the sheet to the workbook; `sheets` are the others, with their content."""
    # The largest amount, in bold.
    cost = f"{report.rules.currency} {figure(report.totals.monthly_cost)}"
    page = TextSheet(workbook, styles, NAME, max(VALUES, len(cost) + 4))
    _head(page, report)
    statuses = _figures(page, report)
    _data_quality(page, report)
    ages = _ages(page, report)
    _organizations(page, report)
    _plans(page, report)
    _rules(page, report)
    for overview in report.overviews:
        if overview.breakdown:
            _seats_as_github_counts(page, overview)
    _comparison(page, report)
    page.section("Sheets")
    page.links(sheets)
    if report.totals.people:
        page.chart("doughnut", "People by status", statuses, [*STATUS_COLOURS.values()])
        page.chart("column", "People by last activity", ages, [BAR_COLOUR])
        page.insert(_idle_cost_by_team(workbook, report))


def _head(page: TextSheet, report: Report) -> None:
    page.title(title(report, report.names))
    for banner in banners(report):
        page.paragraph(f"{banner.word} {banner.text}", page.styles.warning)
    page.paragraph(
        headline(report),
        page.styles.warning if report.totals.complete is False else page.styles.answer,
    )


def _figures(page: TextSheet, report: Report) -> range:
    totals, people = report.totals, report.people
    meanings = status_meanings(report)

    def line(name: str, of: "pd.Series[bool]") -> tuple[str, int, float | None, float]:
        number = int(of.sum())
        cost = int(people.loc[of, "monthly_price"].sum())
        return name, number, _share(number, totals.people), cost / 100

    page.section("People by status")
    statuses = page.table(
        ("Status", "People", "Share", "Cost per month"),
        ("text", "number", "percent", "money"),
        (line(STATUSES[status].capitalize(), people["status"] == status) for status in meanings),
        totals=(
            (everyone(report), totals.people, None, float(totals.monthly_cost)),
            line("Idle", people["idle"]),
            line("of these, ask first", people["ask_first"]),
            line(
                "of these, no sign of use in the seat list", people["idle"] & ~people["ask_first"]
            ),
        ),
    )
    page.paragraph(f"Idle: {idle_path(report.idle_path)}.")
    for status, meaning in meanings.items():
        page.paragraph(f"{STATUSES[status].capitalize()}: {meaning}.")
    return statuses


def _data_quality(page: TextSheet, report: Report) -> None:
    page.section("Data quality")
    for finding in data_quality(report):
        scope = f"{finding.scope}: " if finding.scope else ""
        style = page.styles.warning if finding.is_warning else None
        page.paragraph(f"{scope}{finding.text}", style)


def _organizations(page: TextSheet, report: Report) -> None:
    """Write the totals of the organizations, and why the rows add up to more."""
    if len(report.organizations) > 1:
        names = ("organization", "people", "active", "idle", "idle_monthly_cost")
        totals = report.totals
        page.section("Organizations")
        page.table(
            ("Organization", "People", "Active", "Idle", "Idle cost per month"),
            ("text", "number", "number", "number", "money"),
            (
                (name or ORGANIZATION.nameless, people, active, idle, cost / 100)
                for name, people, active, idle, cost in zip(
                    *(report.organizations[name].tolist()[:_LISTED] for name in names), strict=True
                )
            ),
            totals=(
                (
                    f"{everyone(report)}, each once",
                    totals.people,
                    totals.active,
                    totals.idle,
                    float(totals.idle_monthly_cost),
                ),
            ),
        )
        left = len(report.organizations) - _LISTED
        if left > 0:
            page.paragraph(f"{left:,} more are in the sheet Organizations.")
    for dimension in (ORGANIZATION, TEAM):
        if note := overlap_note(report, dimension):
            page.paragraph(note)


def _ages(page: TextSheet, report: Report) -> range:
    ages = report.ages
    page.section("When people were last active")
    return page.table(
        ("Last activity", "People", "Share", "Of them idle"),
        ("text", "number", "percent", "number"),
        (
            (age, people, _share(people, report.totals.people), idle)
            for age, people, idle in zip(
                ages["age"].tolist(), ages["people"].tolist(), ages["idle"].tolist(), strict=True
            )
        ),
    )


def _plans(page: TextSheet, report: Report) -> None:
    names = ("plan", "people", "assumed", "price", "monthly_cost")
    page.section("Plans")
    page.table(
        ("Plan", "People", "Plan assumed", "List price", "Cost per month"),
        ("text", "number", "number", "money", "money"),
        (
            (plan.capitalize(), people, assumed, price / 100, cost / 100)
            for plan, people, assumed, price, cost in zip(
                *(report.plans[name].tolist() for name in names), strict=True
            )
        ),
    )


def _rules(page: TextSheet, report: Report) -> None:
    rules, totals = report.rules, report.totals
    page.section("This report")
    page.pairs(
        (
            ("Report time (UTC)", "time", report.report_time),
            ("Inactive after (days without activity)", "number", rules.inactive_days),
            ("New for (days after the grant)", "number", rules.new_seat_days),
            ("Exempt: logins and wildcards", "number", len(rules.exempt_users)),
            ("List price, Copilot Business", "money", rules.price_business / 100),
            ("List price, Copilot Enterprise", "money", rules.price_enterprise / 100),
            ("Seats", "number", totals.seats),
            ("Seats with no assignee, in no person's figures", "number", totals.unassigned),
            ("People with a seat that ends", "number", totals.pending_cancellation),
            ("People exempt", "number", totals.exempt),
        )
    )


def _seats_as_github_counts(page: TextSheet, overview: ScopeOverview) -> None:
    page.section(f"Seats of {overview.name} as GitHub counts them")
    page.table(
        ("This billing cycle", "GitHub", "Recount"),
        ("text", "number", "number"),
        ((count.name, count.github, count.recount) for count in overview.breakdown),
    )
    for count in overview.breakdown:
        if count.explanation:
            page.paragraph(f"{count.name}: {count.explanation}")
    page.pairs((name, "text", value) for name, value in overview.settings)


def _comparison(page: TextSheet, report: Report) -> None:
    if report.comparison:
        page.section("Compared with GitHub's own activity report")
        page.paragraph(f"{report.comparison.verdict} {report.comparison.basis}")
    if report.unknown_users:
        page.section("Selected people without a seat")
        page.paragraph(without_seat(report))
        page.paragraph(", ".join(report.unknown_users))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


# The number of teams that fit in the chart. In the sheet, their costs are in this column, and their
# names in the second, after their organization's.
_TEAMS = 10
TEAM_COSTS = 8


def _idle_cost_by_team(workbook: Workbook, report: Report) -> Chart:
    """Return a chart of the first teams of the sheet Teams, with the highest idle cost."""
    last = min(len(report.teams), _TEAMS)
    # Two organizations may have teams with the same name.
    names = 0 if len(report.organizations) > 1 else 1
    chart = workbook.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": "Idle cost per month",
            "categories": [TEAM.plural, 1, names, last, 1],
            "values": [TEAM.plural, 1, TEAM_COSTS, last, TEAM_COSTS],
            "fill": {"color": STATUS_COLOURS["inactive"]},
        }
    )
    chart.set_title({"name": "Idle cost per month by team", "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "interval_unit": 1})
    chart.set_x_axis({"num_format": "#,##0", "major_gridlines": {"visible": False}})
    return chart
