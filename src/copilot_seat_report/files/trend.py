"""The series of reports as a chart, in which a line connects only comparable reports.

A line breaks where a report is missing or incomplete, and where the rules changed, because that is
not a change among people. The line of costs leaves out reports in another currency.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from copilot_seat_report.report.model import Report
from copilot_seat_report.sources.history.file import PastReport

# A report that is later than usual by this factor leaves a gap.
_LATE = 1.6


@dataclass(frozen=True)
class Line:
    """One figure over time. Points are in percent of the chart, from its left and its top.

    `segments` are the connected points, each as the text of an SVG polyline. `most` is the figure
    at the top; the bottom is 0. The figure is money if `is_money`.
    """

    name: str
    is_money: bool
    segments: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    most: float


@dataclass(frozen=True)
class Trend:
    """The lines, the changes of rules (percent from the left), and the reports, newest first."""

    lines: tuple[Line, ...]
    changes_of_rules: tuple[float, ...]
    reports: tuple[PastReport, ...]
    first: datetime
    last: datetime


def trend(report: Report) -> Trend | None:
    """Return the series as a chart; None without at least two complete reports."""
    reports = report.history.reports if report.history else ()
    whole = [each for each in reports if each.totals.complete]
    if len(whole) < 2:
        return None
    places = _places(whole)
    place_of = dict(zip((each.report_time for each in whole), places, strict=True))
    in_currency = [each for each in whole if each.rules.currency == report.rules.currency]
    figures: tuple[tuple[str, bool, list[PastReport], Callable[[PastReport], float]], ...] = (
        ("People", False, whole, lambda each: each.totals.people),
        ("Idle people", False, whole, lambda each: each.totals.idle),
        ("Idle cost per month", True, in_currency, lambda each: each.totals.idle_monthly_cost),
    )
    return Trend(
        lines=tuple(
            _line(
                name,
                [figure(each) for each in shown],
                [place_of[each.report_time] for each in shown],
                _joined(reports, shown),
                is_money=is_money,
            )
            for name, is_money, shown, figure in figures
            if shown
        ),
        changes_of_rules=tuple(
            place
            for place, (before, after) in zip(places[1:], pairwise(whole), strict=True)
            if before.rules != after.rules
        ),
        reports=tuple(reversed(reports)),
        first=whole[0].report_time,
        last=whole[-1].report_time,
    )


def _places(reports: Sequence[PastReport]) -> list[float]:
    first, last = reports[0].report_time, reports[-1].report_time
    length = max(last - first, timedelta(seconds=1))
    return [round(100 * ((each.report_time - first) / length), 2) for each in reports]


def _joined(reports: Sequence[PastReport], shown: Sequence[PastReport]) -> list[bool]:
    """Return for each shown report but the first whether a line connects it to the one before."""

    def seconds(before: PastReport, after: PastReport) -> float:
        return (after.report_time - before.report_time).total_seconds()

    usual = median(seconds(before, after) for before, after in pairwise(reports))
    return [
        before.rules == after.rules and seconds(before, after) <= usual * _LATE
        for before, after in pairwise(shown)
    ]


def _line(
    name: str,
    figures: Sequence[float],
    places: Sequence[float],
    joined: Sequence[bool],
    *,
    is_money: bool,
) -> Line:
    most = max(figures)
    height = most or 1
    dots = [
        (place, round(100 - 100 * figure / height, 2))
        for place, figure in zip(places, figures, strict=True)
    ]
    segments = [[dots[0]]]
    for dot, goes_on in zip(dots[1:], joined, strict=True):
        if goes_on:
            segments[-1].append(dot)
        else:
            segments.append([dot])
    return Line(
        name=name,
        is_money=is_money,
        segments=tuple(
            " ".join(f"{x},{y}" for x, y in segment) for segment in segments if len(segment) > 1
        ),
        dots=tuple(dots),
        most=most,
    )
