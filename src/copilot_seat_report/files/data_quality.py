"""The quality of the report's data: complete, fresh, and how it was priced."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from copilot_seat_report.files.saving import saving_in_words
from copilot_seat_report.formatting import (
    days,
    duration,
    joined,
    last_days,
    long_day,
    long_moment,
    people,
    plural,
    seats,
)
from copilot_seat_report.report.clock import is_of_another_year, off_by
from copilot_seat_report.report.metrics import BARELY
from copilot_seat_report.report.model import Report, ScopeOverview
from copilot_seat_report.sources.completeness import Completeness

# Longer than a long weekend without activity.
_OLD = timedelta(days=4)
# The list is read some time after the report's time is taken.
_AHEAD = timedelta(hours=24)
_LISTED = 25


class Finding(NamedTuple):
    """One or two sentences about the scope with that name (empty: all scopes).

    A warning needs attention.
    """

    text: str
    is_warning: bool = False
    scope: str = ""


def data_quality(report: Report) -> tuple[Finding, ...]:
    """Return the findings about the quality of the data; names nobody."""
    return (
        *(_lists(report.overviews) if report.selection is None else _selection(report.selection)),
        *_refused_settings(report.overviews),
        *_clock(report),
        *_freshness(report),
        *_history(report),
        *_settling(report),
        *_unrecorded(report),
        *_metrics(report),
        *_people_file(report),
        *_pricing(report),
        *_saving(report),
    )


def incompleteness(report: Report) -> str:
    """Return the sentences before the headline if a list is incomplete, else the empty text."""
    lists = [overview.completeness for overview in report.overviews]
    lacking = [each for each in lists if not each.complete]
    if report.selection is not None or not lacking:
        return ""
    shortfall = _shortfall(lists[0]) if len(lists) == 1 else _shortfall_of_all(lists)
    if any(each.changed for each in lacking):
        which = "The" if len(lists) == 1 else "A"
        return f"{shortfall} {which} list changed while it was read."
    return shortfall


def _selection(selected: Sequence[str]) -> Iterator[Finding]:
    yield Finding(
        f"Selection: this report covers only the {people(len(selected))} in the input “users”. The "
        "figures say nothing about anyone else."
    )


def _lists(overviews: Sequence[ScopeOverview]) -> Iterator[Finding]:
    complete = [overview for overview in overviews if overview.completeness.complete]
    with_total = [each for each in complete if each.completeness.stated is not None]
    without = [each for each in complete if each.completeness.stated is None]
    for some, sentence in ((with_total, _agreeing), (without, _ended)):
        if some:
            lists = [each.completeness for each in some]
            where = f" of {len(some):,} organizations" if 1 < len(some) < len(overviews) else ""
            yield Finding(
                f"Complete: {sentence(lists, where)}{_read_again(lists)}",
                scope=some[0].name if len(some) == 1 < len(overviews) else "",
            )
    lacking = [overview for overview in overviews if not overview.completeness.complete]
    for overview in lacking[:_LISTED]:
        one = overview.completeness
        yield Finding(
            f"{_shortfall(one)} {_circumstances(one)}", is_warning=True, scope=overview.name
        )
    if len(lacking) > _LISTED:
        yield Finding(
            f"{len(lacking) - _LISTED:,} more lists are, or may be, incomplete.", is_warning=True
        )


def _refused_settings(overviews: Sequence[ScopeOverview]) -> Iterator[Finding]:
    refused = [overview for overview in overviews if overview.settings_refused]
    for overview in refused[:_LISTED]:
        yield Finding(
            f"GitHub refused access to the seat settings: {overview.settings_refused}. They and "
            "GitHub's own count of the seats are missing here, and seats without a stated plan are "
            "priced as Business.",
            is_warning=True,
            scope=overview.name if len(overviews) > 1 else "",
        )
    if len(refused) > _LISTED:
        more = plural(len(refused) - _LISTED, "more organization", "more organizations")
        yield Finding(f"GitHub refused access to the settings of {more}.", is_warning=True)


def _agreeing(lists: Sequence[Completeness], where: str) -> str:
    """Return what agrees with GitHub's totals, in the unit that these count."""
    counted, read = sum(each.counted for each in lists), sum(each.read for each in lists)
    if lists[0].unit == "people":  # an enterprise, which is always the only list
        if not counted:
            return "GitHub reports nobody with a seat."
        whose = "the 1 person" if counted == 1 else f"all {counted:,} people"
        return f"the seats of {whose} that GitHub reports were read ({seats(read)})."
    if not counted:
        text = f"GitHub reports no seats{where}."
    elif counted == 1:
        text = f"the 1 seat that GitHub reports{where} was read."
    else:
        text = f"all {counted:,} seats that GitHub reports{where} were read."
    if read != counted:
        text += f" Including those that its total leaves out, {_were_read(read)}."
    return text


def _ended(lists: Sequence[Completeness], where: str) -> str:
    """Return which lists are complete although GitHub states no total."""
    read = sum(each.read for each in lists)
    last = "the last page was" if len(lists) == 1 else "the last pages were"
    return (
        f"{_were_read(read)}{where}. GitHub states no total, but {last} not full, so no more "
        "follow."
    )


def _read_again(lists: Sequence[Completeness]) -> str:
    which = "The" if len(lists) == 1 else "A"
    if any(each.changed for each in lists):
        return f" {which} list changed while it was read, and was read again."
    if any(each.times_read > 1 for each in lists):
        return f" {which} list was read again before it agreed."
    return ""


def _shortfall(one: Completeness) -> str:
    """Return how much of an incomplete list is missing."""
    if one.stated is None:
        return (
            f"May be incomplete: {_were_read(one.read)}. GitHub states no total, and the last page "
            "was full, or an earlier one was not: some may be missing."
        )
    if _is_short(one):
        return _part(one.counted, one.stated, one.unit)
    noun = seats if one.unit == "seats" else people
    was = "was" if one.counted == 1 else "were"
    return f"May be incomplete: {noun(one.counted)} {was} read, but GitHub reports {one.stated:,}."


def _shortfall_of_all(lists: Sequence[Completeness]) -> str:
    """Return how much of the lists of several organizations is missing."""
    if all(_is_short(each) or each.counted == each.stated for each in lists):
        return _part(
            sum(each.counted for each in lists), sum(each.stated or 0 for each in lists), "seats"
        )
    lacking, short = sum(not each.complete for each in lists), sum(map(_is_short, lists))
    if short:
        more = f"; for {lacking - short:,} more, that is uncertain" if lacking > short else ""
        which = f"{short:,} of {len(lists):,} organizations"
        return f"Incomplete: not all seats of {which} were read{more}."
    return (
        f"May be incomplete: for {lacking:,} of {len(lists):,} organizations, it is uncertain "
        "whether all seats were read."
    )


def _is_short(one: Completeness) -> bool:
    return one.stated is not None and one.counted < one.stated


def _part(read: int, stated: int, unit: str) -> str:
    noun = seats(stated) if unit == "seats" else f"{people(stated)} with a seat"
    return f"Incomplete: {read:,} of {noun} {'was' if read == 1 else 'were'} read."


def _circumstances(one: Completeness) -> str:
    """Return how the list was read, and what to do; mention only observed changes."""
    if one.stated is None:
        return "Compare with the number of seats on GitHub's Copilot settings page."
    sentences = []
    if one.stated_by == "seat-settings":
        sentences.append("The total is from GitHub's seat settings.")
    times = f"was read {plural(one.times_read, 'time', 'times')}"
    if one.changed:
        sentences.append(f"The list {times} and changed meanwhile. Run the report again.")
    else:
        sentences.append(
            f"The list {times}, and no change was seen. Run the report again; if the difference "
            "remains, contact GitHub Support."
        )
    return " ".join(sentences)


def _were_read(number: int) -> str:
    return f"{seats(number)} {'was' if number == 1 else 'were'} read"


def _clock(report: Report) -> Iterator[Finding]:
    off = off_by(report.clock_offset)
    if report.github_time and is_of_another_year(report.report_time, report.github_time):
        yield Finding(
            f"The time of this report is in {report.report_time.year}, although GitHub's clock "
            f"showed {report.github_time.year} while the seats were read: SOURCE_DATE_EPOCH set "
            "it, or the machine's clock is wrong. Ages, and so who is idle, are counted from it.",
            is_warning=True,
        )
    elif off:
        yield Finding(
            f"The clock of the machine that made this report was {off}. Ages, and so who is idle, "
            "are counted from it.",
            is_warning=True,
        )


def _freshness(report: Report) -> Iterator[Finding]:
    newest, is_selection = report.newest_activity, report.selection is not None
    if not report.totals.people:
        return
    if newest is None:
        text = "GitHub states no activity for anyone in this report."
        advice = (
            " Unless Copilot is just being introduced, check that telemetry is enabled in the "
            "editors."
        )
        yield Finding(text) if is_selection else Finding(text + advice, is_warning=True)
        return
    age = max(report.report_time - newest, timedelta())
    # With pseudonyms, people's times are whole days.
    when = (
        long_day(newest)
        if report.is_anonymized
        else f"{long_moment(newest)}, {duration(age)} before this report"
    )
    if newest - report.report_time > _AHEAD:
        yield Finding(
            f"The newest activity recorded for anyone in this report is from {long_day(newest)}, "
            "which is later than the report itself: ages are counted from the time of the report.",
            is_warning=True,
        )
        return
    text = f"The newest activity recorded for anyone in this report is from {when}."
    if age >= _OLD + timedelta(days=report.is_anonymized) and not is_selection:
        nobody = "nobody" if report.totals.complete else "nobody whose seat was read"
        late = f" Either {nobody} has used Copilot since, or GitHub is late in recording it."
        yield Finding(text + late, is_warning=True)
    else:
        yield Finding(text)


def _people_file(report: Report) -> Iterator[Finding]:
    matching, number = report.matching, report.totals.people
    if matching is None or not number:
        return
    rest = []
    if matching.without_seat:
        hold = "holds" if matching.without_seat == 1 else "hold"
        seat = "no seat" if report.totals.complete else "none of the seats that were read"
        rest.append(f"{people(matching.without_seat)} in the file {hold} {seat}")
    if matching.nameless_rows:
        rest.append(
            f"{plural(matching.nameless_rows, 'row', 'rows')} without a login "
            f"{'was' if matching.nameless_rows == 1 else 'were'} left out"
        )
    ended = int((report.people["exemption_ended"] != "").sum())
    if ended:
        rest.append(f"{plural(ended, 'exemption has', 'exemptions have')} ended")
    # A file may list only a few people, such as those on leave; if it lists none, look again.
    is_doubtful = report.selection is None and not matching.people
    if is_doubtful:
        rest.insert(0, f"check that its column “{matching.key}” has GitHub logins")
    text = ". ".join(
        (_matching(matching.people, number), *(part[0].upper() + part[1:] for part in rest))
    )
    yield Finding(f"{text}.", is_warning=is_doubtful)


def _matching(found: int, number: int) -> str:
    """Return how many of the people are in the people file."""
    missing = number - found
    if number == 1:
        return f"The 1 person in this report is {'in' if found else 'not in'} the people file"
    if not found:
        return f"None of the {people(number)} in this report is in the people file"
    if not missing:
        return f"All {people(number)} in this report are in the people file"
    return (
        f"{found:,} of the {people(number)} in this report {'is' if found == 1 else 'are'} in the "
        f"people file; {missing:,} {'is' if missing == 1 else 'are'} not"
    )


def _history(report: Report) -> Iterator[Finding]:
    (status,) = (each for each in report.sources if each.source == "history")
    if status.words:
        # It is normal that there is none before the first report.
        yield Finding(status.words, is_warning=status.state != "not-found")
    number = int(report.people["remembered"].sum())
    if number:
        yield Finding(
            f"For {people(number)}, GitHub states no activity, but an earlier report does "
            "(remembered): their status is based on that date."
        )


def _settling(report: Report) -> Iterator[Finding]:
    number = int((report.people["settling"] & report.people["idle"]).sum())
    if number:
        yield Finding(
            f"{plural(number, 'idle person', 'idle people')} passed the limit of "
            f"{days(report.rules.inactive_days)} less than 24 hours ago (settling): GitHub may "
            "still be processing their activity."
        )


def _unrecorded(report: Report) -> Iterator[Finding]:
    number = len(report.telemetry)
    if number:
        yield Finding(
            f"{people(number)} signed in during the {last_days(report.rules.inactive_days)}, and "
            "the seat list has no activity after that (check telemetry): they may be using Copilot "
            "without telemetry.",
            is_warning=True,
        )


def _metrics(report: Report) -> Iterator[Finding]:
    metrics = report.metrics
    if metrics is None:
        return
    if metrics.status.words:
        yield Finding(metrics.status.words, is_warning=True)
    if metrics.first_day is None or metrics.last_day is None or not report.totals.people:
        return
    yield Finding(
        f"GitHub's usage metrics have {_records(metrics.people, report.totals.people)} in this "
        f"report, from {long_day(metrics.first_day)} to {long_day(metrics.last_day)}. They can "
        "show that a person uses Copilot, but not that a person does not: they lack older editors, "
        "editors without telemetry, Copilot Chat on GitHub.com and GitHub Mobile, and their last "
        "days may still change."
    )
    if metrics.cleared:
        has, is_ = ("has", "is") if metrics.cleared == 1 else ("have", "are")
        yield Finding(
            f"{people(metrics.cleared)} with no activity in the seat list in the "
            f"{last_days(report.rules.inactive_days)} {has} recent use in the usage metrics "
            f"(active in metrics), and {is_} not idle."
        )
    if metrics.barely_used:
        number, since = metrics.barely_used, metrics.granted_since
        text = (
            f"{people(number)} active in the seat list {'has' if number == 1 else 'have'} at most "
            f"{days(BARELY)} of use in the 28 days of the usage metrics (barely used)."
        )
        if since:
            whose = "The seat" if number == 1 else f"{since:,} of these seats"
            text += f" {whose} {'was' if since == 1 else 'were'} granted in these days."
        yield Finding(text)


def _records(found: int, number: int) -> str:
    """Return how many of the people have records."""
    if number == 1:
        return f"{'records' if found else 'no record'} of the 1 person"
    of_all = f"the {people(number)}"
    return f"records of {found:,} of {of_all}" if found else f"no record of any of {of_all}"


def _saving(report: Report) -> Iterator[Finding]:
    """Yield what taking idle seats back would save, or that it is not their cost.

    There is nothing for a selection: people outside it use the same credits.
    """
    if report.selection is not None or not report.totals.idle:
        return
    words = " ".join(saving_in_words(report))
    yield Finding(
        words
        or "What idle seats cost is not what taking them back would save: each seat also adds AI "
        "credits to a shared pool, and use beyond the pool is charged."
    )


def _pricing(report: Report) -> Iterator[Finding]:
    if not report.totals.people:
        return
    text = "Costs are estimates at list price."
    plans = {
        "the plan of their organization": report.priced_by_organization,
        "Business": report.priced_as_business,
    }
    assumed = {plan: number for plan, number in plans.items() if number}
    if assumed:
        each = joined([f"{plan} for {number:,}" for plan, number in assumed.items()])
        text += (
            f" GitHub states no plan for the seats of {people(sum(assumed.values()))}: their "
            f"price assumes {each if len(assumed) > 1 else ''.join(assumed)}."
        )
    yield Finding(text)
