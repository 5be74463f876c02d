"""This report compared with GitHub's own, the CSV of "Get activity report".

If the CSV names organizations, a person's seats are compared with the rows of the same
organizations; a report on an enterprise covers all of them. Only GitHub's own dates are compared.

https://docs.github.com/en/copilot/reference/metrics-data#copilot-activity-report
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

import pandas as pd

from copilot_seat_report.cleaning import clean
from copilot_seat_report.formatting import days
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report.model import (
    UNASSIGNED,
    Comparison,
    Difference,
    DifferenceReason,
)
from copilot_seat_report.report.seats import datetimes
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.activity_report import ActivityReport, ActivityRow

_SAME = timedelta(seconds=1)
_PROCESSING = timedelta(hours=24)
_RETENTION = timedelta(days=90)

REASONS: Mapping[DifferenceReason, str] = {
    "active-since": "Active since the CSV was made.",
    "processing": "Within the 24 hours that GitHub may take to process activity.",
    "dropped-here": "Older than 90 days by now: GitHub has dropped it from the API.",
    "dropped-there": "Older than 90 days when the CSV was made: dropped there, not yet here.",
    "granted-again": "The seat was granted again since; at each grant, the API clears the date.",
    "granted-since": "The seat was granted after the CSV was made.",
    "other-feature": "GitHub's report counts features whose use the API does not record.",
    "other-organization": "In the CSV for another organization only.",
    "unknown-organization": "Holds seats in several organizations, and the CSV does not say which "
    "one it covers.",
    "lacking-there": "The CSV lacks this activity, although it was more than 24 hours old when the "
    "CSV was made.",
    "not-listed": "Not in the CSV: it covers another organization, or the row was removed.",
    "no-seat": "Has no seat here: it was taken back since, is in another organization, or was not "
    "read.",
}


@dataclass
class _Person:
    """A person in the API's data: their newest activity and grant, and their organizations.

    `login` is the one to show, or the pseudonym; `logins` and `organizations` are in lower case.
    """

    login: str
    is_idle: bool
    logins: set[str] = field(default_factory=set)
    organizations: set[str] = field(default_factory=set)
    activity: datetime | None = None
    created_at: datetime | None = None


@dataclass
class _Tally:
    """Numbers of people who are compared with the CSV, and of those who are idle.

    `asked` and `listed` are words for sentences: which people, and where they are listed.
    """

    asked: str
    listed: str
    idle: int = 0
    compared: int = 0
    compared_idle: int = 0
    agree: int = 0
    idle_active_elsewhere: int = 0


def compare(
    people: pd.DataFrame,
    seats: pd.DataFrame,
    theirs: ActivityReport,
    rules: Rules,
    report_time: datetime,
    *,
    organizations: Collection[str] | None,
    selection: Collection[str] | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> Comparison:
    """Return each person's last activity compared with the CSV's, and the conclusions.

    `people` and `seats` have the real logins, and `seats` GitHub's own dates. `organizations` are
    those that were read (None for an enterprise), and `selection` the logins in `users` (None:
    everyone). With `pseudonyms`, nobody is named, and people's times are whole days.
    """
    if not theirs.names_organizations:
        organizations = None  # rows cannot be told apart
    read = None if organizations is None else {name.lower() for name in organizations}
    rows = _asked_for(theirs.activity, selection)
    limit = timedelta(days=rules.inactive_days)
    differences: list[Difference] = []
    tally = _Tally(
        asked="" if selection is None else " asked for",
        listed="in the CSV" if read is None else "in the CSV for the same organization",
    )
    known: set[str] = set()
    for person in _people(people, seats, pseudonyms):
        known |= person.logins
        tally.idle += person.is_idle
        listed = [row for login in sorted(person.logins) for row in rows.get(login, ())]
        here = [row for row in listed if read is None or row.organization in person.organizations]
        elsewhere = _newest([row for row in listed if row not in here])
        if person.is_idle and elsewhere and report_time - elsewhere <= limit:
            tally.idle_active_elsewhere += 1
        if not here:
            code = _only_here(person, theirs, is_elsewhere=bool(listed))
            differences.append(_difference(person.login, "only-here", code, here=person.activity))
            continue
        there = _newest(here)
        tally.compared += 1
        tally.compared_idle += person.is_idle
        if _agree(person.activity, there):
            tally.agree += 1
            continue
        differences.append(
            _difference(
                person.login,
                "dates",
                _dates(person, there, theirs, report_time),
                here=person.activity,
                there=there,
                changes=person.is_idle and there is not None and report_time - there <= limit,
            )
        )
    differences += [
        _difference(_shown(login, pseudonyms), "only-there", "no-seat", there=_newest(relevant))
        for login, of_login in rows.items()
        if login not in known
        and (relevant := [row for row in of_login if read is None or row.organization in read])
    ]
    if pseudonyms:
        differences = [_in_days(each) for each in differences]
    return Comparison(
        report_time=theirs.report_time,
        rows=sum(map(len, theirs.activity.values())),
        agree=tally.agree,
        # By the shown name: with pseudonyms, the order must not identify anyone.
        differences=tuple(
            sorted(differences, key=lambda d: (not d.changes_idle, d.login.lower(), d.login))
        ),
        verdict=_verdict(tally, differences, theirs, rules, report_time),
        basis=_basis(theirs, rows, read, is_selection=selection is not None),
    )


def _people(
    people: pd.DataFrame, seats: pd.DataFrame, pseudonyms: Pseudonyms | None
) -> Sequence[_Person]:
    """Return everyone who holds a seat, with the dates of their seats."""
    persons = {
        user_id: _Person(pseudonyms.of("person", str(user_id)) if pseudonyms else login, is_idle)
        for user_id, login, is_idle in zip(
            people["user_id"].tolist(),
            people["login"].tolist(),
            people["idle"].tolist(),
            strict=True,
        )
    }
    assigned = seats[seats["status"] != UNASSIGNED]
    for user_id, login, organization, activity, created_at in zip(
        assigned["user_id"].tolist(),
        assigned["login"].tolist(),
        assigned["organization"].tolist(),
        datetimes(assigned["last_activity_at"]),
        datetimes(assigned["created_at"]),
        strict=True,
    ):
        person = persons[user_id]
        person.logins.add(login.lower())
        person.organizations.add(organization.lower())
        person.activity = max(filter(None, (person.activity, activity)), default=None)
        person.created_at = max(filter(None, (person.created_at, created_at)), default=None)
    return list(persons.values())


def _shown(login: str, pseudonyms: Pseudonyms | None) -> str:
    """Return the name to show for a person with only a login."""
    return pseudonyms.of("login", login) if pseudonyms else clean(login)


def _asked_for(
    activity: Mapping[str, Sequence[ActivityRow]], selection: Collection[str] | None
) -> Mapping[str, Sequence[ActivityRow]]:
    if selection is None:
        return activity
    asked = {login.lower() for login in selection}
    return {login: rows for login, rows in activity.items() if login in asked}


def _newest(rows: Sequence[ActivityRow]) -> datetime | None:
    return max((row.last_activity_at for row in rows if row.last_activity_at), default=None)


def _agree(ours: datetime | None, there: datetime | None) -> bool:
    if ours is None or there is None:
        return ours is there
    return abs(ours - there) <= _SAME


def _difference(
    login: str,
    kind: Literal["only-here", "only-there", "dates"],
    code: DifferenceReason,
    *,
    here: datetime | None = None,
    there: datetime | None = None,
    changes: bool = False,
) -> Difference:
    return Difference(
        login=login,
        kind=kind,
        here=here,
        there=there,
        days=_days_apart(here, there),
        reason=REASONS[code],
        reason_code=code,
        changes_idle=changes,
    )


def _days_apart(here: datetime | None, there: datetime | None) -> float | None:
    return round((here - there) / timedelta(days=1), 2) if here and there else None


def _in_days(difference: Difference) -> Difference:
    """Return the difference in whole days: exact times could identify people."""
    here, there = (
        time and time.replace(hour=0, minute=0, second=0, microsecond=0)
        for time in (difference.here, difference.there)
    )
    return replace(
        difference,
        here=here,
        there=there,
        days=_days_apart(here, there),
    )


def _only_here(person: _Person, theirs: ActivityReport, *, is_elsewhere: bool) -> DifferenceReason:
    if is_elsewhere:
        return "other-organization"
    made = theirs.report_time
    if made and person.created_at and person.created_at > made:
        return "granted-since"
    return "not-listed"


def _dates(
    person: _Person, there: datetime | None, theirs: ActivityReport, report_time: datetime
) -> DifferenceReason:
    made = theirs.report_time or report_time
    ours = person.activity
    if ours and ours > made:
        return "active-since"
    if ours and there and abs(ours - there) <= _PROCESSING:
        return "processing"
    if there and (ours is None or there > ours):
        return _newer_there(person, there, theirs, report_time)
    assert ours is not None  # if both are missing, the reports agree
    if made - ours <= _PROCESSING:
        return "processing"
    if there is None and made - ours > _RETENTION:
        return "dropped-there"
    return _otherwise(person, theirs, "lacking-there")


def _newer_there(
    person: _Person, there: datetime, theirs: ActivityReport, report_time: datetime
) -> DifferenceReason:
    if person.activity is None:
        if person.created_at and person.created_at > there:
            return "granted-again"
        if report_time - there > _RETENTION:
            return "dropped-here"
    if report_time - there <= _PROCESSING:
        return "processing"
    return _otherwise(person, theirs, "other-feature")


def _otherwise(person: _Person, theirs: ActivityReport, code: DifferenceReason) -> DifferenceReason:
    several = len(person.organizations) > 1 and not theirs.names_organizations
    return "unknown-organization" if several else code


def _verdict(
    tally: _Tally,
    differences: Sequence[Difference],
    theirs: ActivityReport,
    rules: Rules,
    report_time: datetime,
) -> str:
    """Return the conclusion for those who were compared, after those who were not."""
    elsewhere = tally.idle_active_elsewhere
    who = _are(_persons(elsewhere, "idle "), elsewhere)
    active_elsewhere = (
        f"{who} active in another organization according to the CSV." if elsewhere else ""
    )
    if not tally.compared:
        nobody = f"No verdict: nobody in this report is {tally.listed}."
        return " ".join(filter(None, (nobody, active_elsewhere)))
    age = report_time - theirs.report_time if theirs.report_time else timedelta(0)
    sentences = (
        _missing(tally),
        _agreement(tally, differences),
        _changes(sum(d.changes_idle for d in differences), tally, rules, age),
        active_elsewhere,
        _age(age),
    )
    return " ".join(filter(None, sentences))


def _missing(tally: _Tally) -> str:
    missing = tally.idle - tally.compared_idle
    if not missing:
        return ""
    if tally.idle == 1:
        return f"The only idle person{tally.asked} is not {tally.listed}."
    of_all = f"{missing:,} of {tally.idle:,} idle people{tally.asked}"
    return f"{_are(of_all, missing)} not {tally.listed}."


def _agreement(tally: _Tally, differences: Sequence[Difference]) -> str:
    if not differences:
        everyone = "the only person" if tally.agree == 1 else f"all {_persons(tally.agree)}"
        return f"Both reports agree on {everyone}{tally.asked}."
    only_here, only_there = (
        sum(d.kind == kind for d in differences) for kind in ("only-here", "only-there")
    )
    both = _are(f"{_persons(tally.compared)}{tally.asked}", tally.compared)
    here = f"{_are(f'{only_here:,}', only_here)} only here"
    return (
        f"{both} in both: {tally.agree:,} with the same date, "
        f"{tally.compared - tally.agree:,} with another; {here} and {only_there:,} only in the CSV."
    )


def _changes(changes: int, tally: _Tally, rules: Rules, age: timedelta) -> str:
    if changes:
        who = f"{_persons(changes)} {'who is' if changes == 1 else 'who are'} idle here"
        were = "was" if changes == 1 else "were"
        return (
            f"{who} {were} active according to GitHub's own report: ask them before you take a "
            "seat back."
        )
    # Of the days since it was made, the CSV knows nothing.
    if tally.compared_idle and age <= timedelta(days=rules.inactive_days):
        return (
            "According to the CSV, none of the idle people whom it lists was active within "
            f"{days(rules.inactive_days)}."
        )
    return ""


def _age(age: timedelta) -> str:
    if age <= _PROCESSING:
        return ""
    return f"The CSV is {days(age.days)} older than this report: download a new one to compare."


def _basis(
    theirs: ActivityReport,
    asked_for: Mapping[str, Sequence[ActivityRow]],
    read: Collection[str] | None,
    *,
    is_selection: bool,
) -> str:
    """Return a description of the CSV and of the rows that were compared."""
    made = theirs.report_time
    rows = [row for of_login in theirs.activity.values() for row in of_login]
    asked = sum(map(len, asked_for.values()))
    others = sum(read is not None and row.organization not in read for row in rows)
    parts = (
        f"{asked:,} for the selected people" if is_selection else "",
        f"{others:,} for other organizations" if others else "",
    )
    which = " and ".join(filter(None, parts))
    text = (
        f"The CSV{f' (made {made:%Y-%m-%d %H:%M} UTC)' if made else ''} has {_rows(len(rows))}"
        f"{f', {which}' if which else ''}{'' if made else '; it does not say when it was made'}."
    )
    if theirs.nameless_rows:
        left_out = _are(f"{_rows(theirs.nameless_rows)} without a login", theirs.nameless_rows)
        text += f" {left_out} left out."
    return text


def _are(subject: str, count: int) -> str:
    return f"{subject} {'is' if count == 1 else 'are'}"


def _persons(count: int, kind: str = "") -> str:
    return f"{count:,} {kind}{'person' if count == 1 else 'people'}"


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"
