"""The report as a whole, from what was read."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from copilot_seat_report.formatting import amount, share
from copilot_seat_report.report import breakdowns
from copilot_seat_report.report.anonymize import Pseudonyms
from copilot_seat_report.report.comparison import compare
from copilot_seat_report.report.model import IdlePath, Report, Totals
from copilot_seat_report.report.overview import overview_of
from copilot_seat_report.report.people import ordered, people_table, with_people
from copilot_seat_report.report.seats import seat_table
from copilot_seat_report.report.telemetry import telemetry_cases
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.activity_report import ActivityReport
from copilot_seat_report.sources.seats import Reading


def build_report(
    readings: Sequence[Reading],
    rules: Rules,
    report_time: datetime,
    *,
    selection: Sequence[str] | None = None,
    is_sample: bool = False,
    pseudonyms: Pseudonyms | None = None,
    activity_report: ActivityReport | None = None,
    unknown_users: Sequence[str] = (),
) -> Report:
    """Return the report of all that was read at one `report_time` (UTC).

    `selection` are the logins that were asked for; None: everyone.
    With `pseudonyms`, no login, team or organization name is in what is returned.
    """
    plans = {
        reading.seats.scope.name: reading.settings.plan_type or ""
        for reading in readings
        if reading.settings
    }
    seats = seat_table([reading.seats for reading in readings], plans)
    people = people_table(seats, rules, report_time)
    seats = with_people(seats, people, report_time)
    names = [reading.seats.scope.name for reading in readings]
    is_enterprise = readings[0].seats.scope.is_enterprise
    comparison = (
        compare(
            people,
            seats,
            activity_report,
            rules,
            report_time,
            organizations=None if is_enterprise else names,
            selection=selection,
            pseudonyms=pseudonyms,
        )
        if activity_report
        else None
    )
    if pseudonyms:
        seats, people = _disguised(seats, pseudonyms), _disguised(people, pseudonyms)
        kind = "enterprise" if is_enterprise else "organization"
        names = [pseudonyms.of(kind, name) for name in names]
        unknown_users = [pseudonyms.of("person", login) for login in unknown_users]
        if selection is not None:
            selection = [pseudonyms.of("person", login) for login in selection]
    people = ordered(people, rules.sort)
    seats = _in_order_of(people, seats)
    overviews = [
        # GitHub counts all seats: beside a recount of a few that would say nothing.
        overview_of(
            reading.seats,
            reading.settings if selection is None else None,
            report_time,
            pseudonyms,
        )
        for reading in readings
    ]
    newest = people["last_activity_at"].max()
    return Report(
        report_time=report_time,
        names=tuple(names),
        is_enterprise=is_enterprise,
        is_sample=is_sample,
        is_anonymized=pseudonyms is not None,
        rules=rules,
        totals=_totals(
            seats,
            people,
            rules,
            complete=all(o.completeness.complete for o in overviews) if selection is None else None,
        ),
        idle_path=_idle_path(people),
        people=_without_numbers(people) if pseudonyms else people,
        seats=_without_numbers(seats) if pseudonyms else seats,
        teams=breakdowns.by_team(seats),
        editors=breakdowns.by_editor(people),
        editor_versions=breakdowns.by_editor_version(people),
        organizations=breakdowns.by_organization(seats),
        plans=breakdowns.by_plan(people, rules),
        ages=breakdowns.by_age(people, pd.Timestamp(report_time)),
        overviews=tuple(overviews),
        selection=None if selection is None else tuple(selection),
        telemetry=telemetry_cases(people),
        comparison=comparison,
        unknown_users=tuple(unknown_users),
        newest_activity=None if newest is pd.NaT else newest.to_pydatetime(),
        priced_by_organization=int((people["plan_source"] == "organization").sum()),
        priced_as_business=int((people["plan_source"] == "assumption").sum()),
    )


def _disguised(table: pd.DataFrame, pseudonyms: Pseudonyms) -> pd.DataFrame:
    columns = {
        "login": "person",
        "organization": "organization",
        "organizations": "organization",
        "assigning_team": "team",
        "teams": "team",
    }
    return table.assign(
        **{
            column: pseudonyms.column(kind, table[column])
            for column, kind in columns.items()
            if column in table
        }
    )


def _without_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Empty `user_id`, by which GitHub's API tells who it is."""
    return table.assign(user_id=pd.array([None] * len(table), dtype="Int64"))


def _in_order_of(people: pd.DataFrame, seats: pd.DataFrame) -> pd.DataFrame:
    """Sort the seats as their people are, the unassigned last."""
    rank = pd.Series(people.index, index=people["user_id"])
    position = seats["user_id"].map(rank).fillna(len(people)).astype("int64")
    return (
        seats.assign(_position=position)
        .sort_values(
            ["_position", "organization", "assigning_team", "created_at"],
            kind="stable",
            ignore_index=True,
        )
        .drop(columns="_position")
    )


def _totals(
    seats: pd.DataFrame, people: pd.DataFrame, rules: Rules, *, complete: bool | None
) -> Totals:
    statuses = people["status"].value_counts()
    idle = people[people["idle"]]
    return Totals(
        seats=len(seats),
        people=len(people),
        active=int(statuses.get("active", 0)),
        inactive=int(statuses.get("inactive", 0)),
        new=int(statuses.get("new", 0)),
        no_activity=int(statuses.get("no-activity", 0)),
        unassigned=int((seats["status"] == "unassigned").sum()),
        pending_cancellation=int(people["pending"].sum()),
        exempt=int(people["exempt"].sum()),
        idle=len(idle),
        idle_percent=share(len(idle), len(people)),
        monthly_cost=amount(int(people["monthly_price"].sum())),
        idle_monthly_cost=amount(int(idle["monthly_price"].sum())),
        currency=rules.currency,
        idle_users=tuple(idle["login"].tolist()),
        complete=complete,
    )


def _idle_path(people: pd.DataFrame) -> IdlePath:
    unused = people["status"].isin(["inactive", "no-activity"])
    return IdlePath(
        inactive=int((people["status"] == "inactive").sum()),
        no_activity=int((people["status"] == "no-activity").sum()),
        exempt=int((unused & people["exempt"]).sum()),
        leaving=int((unused & ~people["exempt"] & ~people["idle"]).sum()),
    )
