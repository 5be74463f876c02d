"""The words of the report, each defined once: labels of statuses and flags, banners, the title.

They are only for people: no code makes a decision based on them. The caller escapes names for their
place.
"""

from collections.abc import Sequence
from typing import NamedTuple

from copilot_seat_report.formatting import days, joined, last_days, listed, plural
from copilot_seat_report.report.dimensions import Dimension
from copilot_seat_report.report.model import IdlePath, Report

STATUSES = {
    "active": "active",
    "inactive": "inactive",
    "new": "new",
    "no-activity": "no recorded activity",
    "unassigned": "unassigned",
}

FLAG_LABELS = {
    "exempt": "exempt",
    "pending-cancellation": "pending cancellation",
    "settling": "settling",
    "check-telemetry": "check telemetry",
    "remembered": "remembered",
    "active-in-metrics": "active in metrics",
}

FLAG_MEANINGS = {
    "exempt": "set in the action's inputs or the people file: never counted as idle.",
    "pending-cancellation": "a seat of this person ends on the date shown. Until then it is paid "
    "for.",
    "settling": "inactive, but past the limit by less than 24 hours, and GitHub may take that long "
    "to process activity. Look again tomorrow.",
    "check-telemetry": "signs in, but the seat list has no activity after that: this person may "
    "be using Copilot in an editor that sends no telemetry. Ask before you take the seat back.",
    "remembered": "GitHub no longer states this person's last activity: it is known from an "
    "earlier report.",
    "active-in-metrics": "no recent activity in the seat list, but recent use in GitHub's usage "
    "metrics: not counted as idle.",
}

ASK_FIRST = "ask first"
NO_SIGN_OF_USE = "no sign of use"

# The page's views and filters, by their names in its address.
ALSO = {
    "all": "everyone",
    "idle": "idle",
    "other": "neither active nor idle",
    "ask-first": ASK_FIRST,
    "no-sign": NO_SIGN_OF_USE,
    "leaving": "leaving",
    "barely-used": "barely used",
    "leavers": "left, with a seat",
    "active-there": "active there",
}
FILTER_LABELS = {
    "status": "Status",
    "flag": "Flag",
    "age": "Last activity",
    "organization": "Organization",
    "team": "Team",
    "editor": "Editor",
    "plan": "Plan",
    "ask-first": "Ask first",
    "leaving": "Leaving",
    "barely-used": "Barely used",
    "leavers": "Left",
    "active-there": "GitHub's own report",
    "search": "Search",
    "change": "Change",
    "sort": "Order",
    "what-if": "What if",
}
NO_VALUE = "nothing stated"

REMINDER = (
    "GitHub has recorded no recent use of GitHub Copilot by you. Do you still need it? If you use "
    "it, please check that telemetry is enabled in your editor; if you do not, we would "
    "like to give the seat to someone else."
)


class Banner(NamedTuple):
    """Something to know before the first figure: a word, and a sentence that explains it."""

    word: str
    text: str


SAMPLE = Banner(
    "Sample data.",
    "This organization is made up: nobody in it exists, and nothing was read from GitHub.",
)
ANONYMIZED = Banner("Anonymized.", "People, teams and organizations are shown under pseudonyms.")


def _selection_banner(report: Report) -> Banner:
    number = len(report.selection or ())
    return Banner(
        "Selection.",
        f"This report covers only {plural(number, 'selected person', 'selected people')}. It says "
        "nothing about anyone else.",
    )


def banners(report: Report) -> list[Banner]:
    """Return what a reader must know before the first figure, apart from completeness."""
    return [
        banner
        for banner, applies in (
            (SAMPLE, report.is_sample),
            (ANONYMIZED, report.is_anonymized),
            (_selection_banner(report), report.selection is not None),
        )
        if applies
    ]


def title(report: Report, names: Sequence[str]) -> str:
    """Return the report's title; `names` are those of its organizations or enterprise."""
    where = listed(names)
    if report.is_enterprise:
        where = f"the enterprise {where}"
    if report.selection is None:
        return f"Copilot seats of {where}"
    people = plural(len(report.selection), "selected person", "selected people")
    return f"Copilot seats of {people} in {where}"


def idle_path(path: IdlePath) -> str:
    """Return how the number of idle people is counted.

    >>> idle_path(IdlePath(inactive=183, no_activity=107, exempt=0, leaving=35))
    '183 inactive and 107 with no recorded activity, less 35 leaving'
    """
    unused = f"{path.inactive:,} inactive and {path.no_activity:,} with no recorded activity"
    less = [
        f"{number:,} {word}"
        for number, word in (
            (path.exempt, "exempt"),
            (path.leaving, "leaving"),
            (path.in_metrics, "seen in the usage metrics"),
        )
        if number
    ]
    return f"{unused}, less {joined(less)}" if less else unused


def neither_active_nor_idle(report: Report) -> str:
    """Return the kinds of people who are neither active nor idle."""
    kinds = ["new", "exempt", "leaving"]
    if report.totals.active_in_metrics is not None:
        kinds.append("seen in the usage metrics")
    return f"{', '.join(kinds[:-1])} or {kinds[-1]}"


def idle_note(flags: str, *, active_there: bool = False) -> str:
    """Return whether an idle person is to be asked first, and why.

    `active_there` says that GitHub's own activity report has the person as active.
    """
    reasons = [FLAG_LABELS[flag] for flag in flags.split() if flag in _ASK_FIRST]
    if active_there:
        reasons.append("active in GitHub's own report")
    return f"{ASK_FIRST}: {joined(reasons)}" if reasons else NO_SIGN_OF_USE


_ASK_FIRST = ("settling", "check-telemetry")


def overlap_note(report: Report, dimension: Dimension) -> str:
    """Return why these groups add up to more than all people; empty if they do not."""
    if int(report.by(dimension.name)["people"].sum()) <= report.totals.people:
        return ""
    groups = dimension.plural.lower()
    return (
        f"A person in several {groups} counts in each; the cost counts once, with one of their "
        "seats."
    )


def without_seat(report: Report) -> str:
    """Return how many selected people have no seat."""
    number, asked = len(report.unknown_users), len(report.selection or ())
    whom = "the selected person" if asked == 1 else f"{number:,} of the {asked:,} selected people"
    return f"No Copilot seat was found for {whom}."


def status_meanings(report: Report) -> dict[str, str]:
    """Return what each status of a person means under the rules of the report."""
    rules = report.rules
    return {
        "active": f"activity recorded in the {last_days(rules.inactive_days)}",
        "new": f"no activity recorded yet, granted at most {days(rules.new_seat_days)} ago",
        "inactive": "last recorded activity longer ago",
        "no-activity": "granted longer ago; not the same as never used",
    }


def whom(report: Report) -> str:
    """Return which people the figures cover."""
    if report.selection is not None:
        return "the selected people with a seat"
    return "the people" if report.totals.complete else "the people whose seats were read"


def everyone(report: Report) -> str:
    """Return the label of the row with the figures of all people."""
    return f"All{whom(report).removeprefix('the')}"


def people_with_seats(report: Report) -> str:
    """Return which people the list has."""
    if report.selection is not None:
        return "Selected people with a seat"
    if report.totals.complete:
        return "People with a seat"
    return "People whose seats were read"
