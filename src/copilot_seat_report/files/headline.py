"""The report in a sentence or two, and how it was counted in a few more."""

from collections.abc import Iterator
from decimal import Decimal

from copilot_seat_report.files.data_quality import data_quality, incompleteness
from copilot_seat_report.files.wording import SAMPLE, idle_path, whom
from copilot_seat_report.formatting import (
    days,
    joined,
    last_days,
    people,
    percentage,
    plural,
    price,
    seats,
)
from copilot_seat_report.report.model import Report


def notice(report: Report) -> str:
    """Return the headline for the log, where it is alone: a sample says so first."""
    return f"{SAMPLE.word} {headline(report)}" if report.is_sample else headline(report)


def headline(report: Report) -> str:
    """Return how many people do not use their seat, and what that costs; names nobody.

    An incomplete list or a selection is mentioned before the figures.
    """
    return " ".join(filter(None, (incompleteness(report), figures_in_words(report))))


def figures_in_words(report: Report) -> str:
    """Return the headline without the sentences about completeness."""
    figures = report.totals
    sentences = [_selection(report)] if report.selection is not None else []
    if figures.people:
        sentences += [_idle(report), _cost(report)]
    elif report.selection is None:
        sentences += [_nobody(report)]
    return " ".join(sentences)


def too_many_idle(report: Report, limit: Decimal) -> str:
    """Return the error that more than `limit` percent are idle."""
    figures = report.totals
    share = f"{figures.idle_percent}% of {whom(report)} are idle, more than the"
    if figures.idle_percent <= limit:  # with one decimal, it does not look like more
        share = f"More of {whom(report)} are idle than the"
    return (
        f"{share} {percentage(limit)} that `max-idle-percent` allows ({figures.idle:,} of "
        f"{figures.people:,}). The report is published."
    )


def explanation(report: Report) -> Iterator[str]:
    """Yield how the people were counted, and the quality of the data; names nobody."""
    figures, rules = report.totals, report.rules
    hold = "holds" if figures.people == 1 else "hold"
    yield (
        f"{people(figures.people)} {hold} {seats(figures.seats - figures.unassigned)}; seats "
        f"without an assignee, which are in no figure of people or cost: {figures.unassigned:,}"
    )
    yield (
        f"Active, with recorded activity in the {last_days(rules.inactive_days)}: "
        f"{figures.active:,}; inactive, with older activity: {figures.inactive:,}"
    )
    yield (
        f"No recorded activity: {figures.no_activity:,}; new, granted at most "
        f"{days(rules.new_seat_days)} ago, without recorded activity: {figures.new:,}"
    )
    yield f"Idle: {figures.idle:,}, which is {idle_path(report.idle_path)}"
    for finding in data_quality(report):
        yield f"{finding.scope}: {finding.text}" if finding.scope else finding.text
    if report.comparison:
        yield f"Compared with GitHub's activity report: {report.comparison.verdict}"


def _selection(report: Report) -> str:
    asked, holding = len(report.selection or ()), report.totals.people
    if asked == 1:
        return (
            "The selected person holds a Copilot seat."
            if holding
            else "No Copilot seat was found for the selected person."
        )
    if not holding:
        return f"No Copilot seat was found for any of the {asked:,} selected people."
    who = f"All {asked:,}" if holding == asked else f"{holding:,} of the {asked:,}"
    return f"{who} selected people {'holds' if holding == 1 else 'hold'} a Copilot seat."


def _nobody(report: Report) -> str:
    figures = report.totals
    if not figures.complete:
        return "No person's seat was read, so this report cannot say who is idle."
    if figures.seats:
        have = plural(figures.seats, "seat has", "seats have")
        return f"Nobody holds a Copilot seat: {have} no assignee."
    return "Nobody holds a Copilot seat."


def _idle(report: Report) -> str:
    figures = report.totals
    unused = f"idle, with no activity recorded in the {last_days(report.rules.inactive_days)}"
    if figures.people == 1:
        [word] = [word for number, word in _others(report) if number] or [unused]
        return f"{_the_one(report)} is {word}{'' if figures.idle else ', not idle'}."
    if figures.idle:
        is_, path = "is" if figures.idle == 1 else "are", idle_path(report.idle_path)
        number = "All" if figures.idle == figures.people else f"{figures.idle:,}"
        return f"{number} of {_whom(report)} ({figures.idle_percent}%) {is_} {unused}: {path}."
    others = [f"{number:,} {word}" for number, word in _others(report) if number]
    return f"None of {_whom(report)} is idle: {joined(others)}."


def _others(report: Report) -> tuple[tuple[int, str], ...]:
    """Return the numbers of people who are not idle, each person once."""
    figures, path = report.totals, report.idle_path
    return (
        (figures.active, "active"),
        (figures.new, "new"),
        (path.exempt, "exempt"),
        (path.leaving, "leaving"),
        (path.in_metrics, "seen in the usage metrics"),
    )


def _whom(report: Report) -> str:
    number = people(report.totals.people)
    if report.selection is not None:
        return f"these {number}"
    known = "with a Copilot seat" if report.totals.complete else "whose seats were read"
    return f"the {number} {known}"


def _the_one(report: Report) -> str:
    if report.selection is not None:
        return "This person"
    known = "with a Copilot seat" if report.totals.complete else "whose seat was read"
    return f"The 1 person {known}"


def _cost(report: Report) -> str:
    """Return what the seats cost, and the idle people's part of it, but not what that saves."""
    figures = report.totals
    whole = price(figures.monthly_cost)
    if not figures.idle:
        cost = "The seat costs" if figures.people == 1 else "The seats cost"
        return f"{cost} an estimated {figures.currency} {whole} a month."
    cost = "The seat of this person costs" if figures.idle == 1 else "Their seats cost"
    of = "" if figures.idle == figures.people else f" of {whole}"
    idle = price(figures.idle_monthly_cost)
    return f"{cost} an estimated {figures.currency} {idle}{of} a month."
