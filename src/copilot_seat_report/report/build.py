"""The whole report, from the data of all sources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from copilot_seat_report.formatting import amount, share
from copilot_seat_report.pseudonyms import Pseudonyms
from copilot_seat_report.report import columns
from copilot_seat_report.report.anonymize import (
    anonymized,
    in_order_of_pseudonyms,
    left_of,
    merged_over_organizations,
)
from copilot_seat_report.report.breakdowns import (
    Breakdown,
    age_of,
    breakdown,
    by_editor_version,
    figures_of,
    in_order,
    with_prices,
)
from copilot_seat_report.report.changes import (
    KINDS as CHANGE_KINDS,
)
from copilot_seat_report.report.changes import (
    Previous,
    changes_of,
    idle_since,
    keys_of,
    previous_of,
    series,
    unread_of,
    with_remembered,
)
from copilot_seat_report.report.columns import Column
from copilot_seat_report.report.comparison import compare
from copilot_seat_report.report.dimensions import AGE, DIMENSIONS, PLAN, TEAM, Dimension
from copilot_seat_report.report.metrics import Metrics, barely_used, metrics_of, with_metrics
from copilot_seat_report.report.model import History, IdlePath, Report, Totals
from copilot_seat_report.report.overview import overview_of
from copilot_seat_report.report.people import people_of
from copilot_seat_report.report.people_file import (
    columns_of,
    dimensions_of,
    group_column,
    matching_of,
    with_people_file,
)
from copilot_seat_report.report.pricing import prices_of
from copilot_seat_report.report.seats import seat_table
from copilot_seat_report.report.status import judged, ordered, seats_of
from copilot_seat_report.report.telemetry import telemetry_cases
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.others import Sources
from copilot_seat_report.sources.seats import Reading
from copilot_seat_report.sources.status import SourceStatus

# Only the seats.
_NOTHING = Sources()


def build_report(
    readings: Sequence[Reading],
    rules: Rules,
    report_time: datetime,
    *,
    selection: Sequence[str] | None = None,
    is_sample: bool = False,
    pseudonyms: Pseudonyms | None = None,
    sources: Sources = _NOTHING,
    unknown_users: Sequence[str] = (),
) -> Report:
    """Return the report for `report_time` (UTC).

    `selection` are the logins in `users`; None: everyone. With `pseudonyms`, the report has no name
    of a person, a team or an organization.
    """
    plans = {
        reading.seats.scope.name: reading.settings.plan_type or ""
        for reading in readings
        if reading.settings
    }
    seats = seat_table([reading.seats for reading in readings], plans)
    seats["price"] = prices_of(seats["plan"], rules)
    if pseudonyms:
        seats = in_order_of_pseudonyms(seats, pseudonyms)
    known = _known(people_of(seats), sources, rules, report_time, pseudonyms)
    keys, previous = known.keys, known.previous
    people = judged(known.people, rules, report_time)
    people["person"] = people.index
    people["age"] = age_of(people, pd.Timestamp(report_time))
    people["plan_assumed"] = people["plan_source"] != "seat"
    seats = seats_of(people, seats, report_time)
    names = [reading.seats.scope.name for reading in readings]
    is_enterprise = readings[0].seats.scope.is_enterprise
    comparison = (
        compare(
            people,
            seats,
            sources.activity_report,
            rules,
            report_time,
            organizations=None if is_enterprise else names,
            selection=selection,
            pseudonyms=pseudonyms,
        )
        if sources.activity_report
        else None
    )
    overviews = [
        # GitHub counts all seats, so a recount of a selection would say nothing.
        overview_of(
            reading.seats,
            reading.settings if selection is None else None,
            report_time,
            pseudonyms,
            settings_refused=reading.settings_refused,
        )
        for reading in readings
    ]
    # GitHub states no total for a selection.
    complete = all(o.completeness.complete for o in overviews) if selection is None else None
    metrics = None
    if sources.usage_metrics:
        # If a part of the metrics is missing, this is unknown.
        people["barely_used"] = barely_used(people) & sources.usage_metrics.is_whole
        metrics = metrics_of(
            people,
            seats,
            sources.usage_metrics,
            rules,
            is_enterprise=is_enterprise,
            is_everyone=complete is True,
            in_hundreds=pseudonyms is not None,
        )
    changes = None
    if sources.history:
        people = people.assign(**idle_since(people, previous, sources.history))
    if previous:
        changes = changes_of(people, keys, previous, complete=bool(complete), pseudonyms=pseudonyms)
    people_columns = known.columns
    if pseudonyms:
        people_columns = left_of(people_columns)
        people, seats = anonymized(
            people,
            seats,
            pseudonyms,
            people_columns=people_columns,
            seat_columns=columns.SEATS,
            marks=known.marks,
        )
        people["last_activity_editor"] = ""  # as in the seats
        kind = "enterprise" if is_enterprise else "organization"
        names = [pseudonyms.of(kind, name) for name in names]
        # The input may list the logins in alphabetical order.
        unknown_users = sorted(pseudonyms.of("login", login) for login in unknown_users)
        if selection is not None:
            selection = sorted(pseudonyms.of("login", login) for login in selection)
    people = ordered(people, rules.sort).reset_index(drop=True)
    seats = _in_order_of(people, seats)
    totals = _totals(seats, people, rules, complete, metrics, previous, changes)
    matching = None
    if sources.people_file:
        matching = matching_of(
            people,
            sources.people_file,
            is_selection=selection is not None,
            is_anonymized=pseudonyms is not None,
        )
        totals = replace(totals, leavers=int(people["has_left"].sum()))
        if pseudonyms:
            people["has_left"] = False  # as their column of the file: they are few
        # The real logins were only for the join.
        people = people.drop(columns="logins")
    plan_sources = people["plan_source"].value_counts()
    newest = people.loc[~people["remembered"], "last_activity_at"].max()
    return Report(
        report_time=report_time,
        names=tuple(names),
        is_enterprise=is_enterprise,
        is_sample=is_sample,
        is_anonymized=pseudonyms is not None,
        rules=rules,
        totals=totals,
        idle_path=_idle_path(people, totals),
        people=people,
        seats=seats,
        people_columns=people_columns,
        seat_columns=columns.SEATS,
        breakdowns=tuple(
            _breakdowns(
                people, seats, rules, known.dimensions, is_anonymized=pseudonyms is not None
            )
        ),
        editor_versions=by_editor_version(people),
        overviews=tuple(overviews),
        selection=None if selection is None else tuple(selection),
        telemetry=telemetry_cases(people),
        comparison=comparison,
        sources=(
            metrics.status if metrics else SourceStatus(source="usage-metrics", state="off"),
            sources.history.status
            if sources.history
            else SourceStatus(source="history", state="off"),
            SourceStatus(
                source="people-file",
                state="read" if matching else "off",
                read_at=report_time if matching else None,
            ),
        ),
        matching=matching,
        metrics=metrics,
        unknown_users=tuple(unknown_users),
        newest_activity=None if newest is pd.NaT else newest.to_pydatetime(),
        priced_by_organization=int(plan_sources.get("organization", 0)),
        priced_as_business=int(plan_sources.get("assumption", 0)),
        history=(
            History(
                this=sources.history.this,
                reports=series(sources.history, totals),
                changes=changes,
                unread=unread_of(sources.history, keys, complete=bool(complete)),
            )
            if sources.history and selection is None
            else None
        ),
    )


@dataclass(frozen=True)
class _Known:
    """The facts about the people from all sources, before any rule judges them.

    `columns` are those to publish, `marks` the internal columns to count by, and `dimensions` the
    ways to group people. `keys` identify people from report to report, and `previous` is the
    earlier report.
    """

    people: pd.DataFrame
    columns: tuple[Column, ...]
    marks: tuple[str, ...]
    dimensions: tuple[Dimension, ...]
    keys: "pd.Series[Any]"
    previous: Previous | None


def _known(
    people: pd.DataFrame,
    sources: Sources,
    rules: Rules,
    report_time: datetime,
    pseudonyms: Pseudonyms | None,
) -> _Known:
    """Return the people of the seat list joined with the facts of each other source."""
    declared, marks, dimensions = columns.PEOPLE, _MARKS, DIMENSIONS
    keys = keys_of(people, pseudonyms)
    previous = None
    if sources.history:
        metrics_read = sources.usage_metrics is not None and sources.usage_metrics.is_whole
        previous = previous_of(sources.history, keys, rules, metrics_read=metrics_read)
        declared += columns.HISTORY
    people = with_remembered(people, previous)
    if sources.usage_metrics:
        people = with_metrics(people, sources.usage_metrics, rules, report_time)
        declared += columns.METRICS
    if sources.people_file:
        of_file = columns_of(sources.people_file, sources.group_by)
        people = with_people_file(
            people, sources.people_file, of_file, sources.group_by, report_time
        )
        declared += of_file
        dimensions += dimensions_of(of_file, sources.group_by)
        marks += (*map(group_column, sources.group_by), *_MARKS_OF_PEOPLE_FILE)
    return _Known(people, declared, marks, dimensions, keys, previous)


# Internal columns to count people by, with pseudonyms too; no file has them.
_MARKS: tuple[str, ...] = (
    "person",
    "idle",
    "ask_first",
    "exempt",
    "pending",
    "leaving",
    "unused",
    "settling",
    "check_telemetry",
    "remembered",
    "active_in_metrics",
    "used_undated",
    "barely_used",
    "plan_assumed",
    "age",
    "known_activity_at",
)
_MARKS_OF_PEOPLE_FILE = ("in_file", "has_left", "exemption_ended", "logins")


def _breakdowns(
    people: pd.DataFrame,
    seats: pd.DataFrame,
    rules: Rules,
    dimensions: Sequence[Dimension],
    *,
    is_anonymized: bool,
) -> Iterator[Breakdown]:
    of_people, of_seats = figures_of(people), figures_of(seats)
    for dimension in dimensions:
        rows, figures = (people, of_people) if dimension.rows == "people" else (seats, of_seats)
        if dimension is TEAM and is_anonymized:
            rows = merged_over_organizations(rows)
        by = breakdown(rows, figures, dimension)
        if dimension is AGE:
            by = in_order(by)
        elif dimension is PLAN:
            by = with_prices(by, people, rules)
        yield by


def _in_order_of(people: pd.DataFrame, seats: pd.DataFrame) -> pd.DataFrame:
    """Return the seats in the order of their people, the unassigned last."""
    rank = pd.Series(people.index, index=people["person"])
    position = rank.reindex(seats["person"], fill_value=len(people)).to_numpy()
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
    seats: pd.DataFrame,
    people: pd.DataFrame,
    rules: Rules,
    complete: bool | None,
    metrics: Metrics | None,
    previous: Previous | None,
    changes: pd.DataFrame | None,
) -> Totals:
    was_read = metrics is not None and metrics.last_day is not None
    saving = metrics.saving if metrics else None
    statuses = people["status"].value_counts()
    idle = people.loc[people["idle"], ["login", "ask_first", "monthly_price"]]
    return Totals(
        seats=len(seats),
        people=len(people),
        active=int(statuses.get("active", 0)),
        inactive=int(statuses.get("inactive", 0)),
        new=int(statuses.get("new", 0)),
        no_activity=int(statuses.get("no-activity", 0)),
        unassigned=int((seats["person"] < 0).sum()),
        pending_cancellation=int(people["pending"].sum()),
        exempt=int(people["exempt"].sum()),
        idle=len(idle),
        ask_first=int(idle["ask_first"].sum()),
        idle_percent=share(len(idle), len(people)),
        monthly_cost=amount(int(people["monthly_price"].sum())),
        idle_monthly_cost=amount(int(idle["monthly_price"].sum())),
        currency=rules.currency,
        idle_users=tuple(idle["login"].tolist()),
        active_in_metrics=int(people["active_in_metrics"].sum()) if was_read else None,
        ai_credits_used=amount(saving.used) if saving else None,
        ai_credits_included=saving.included // 100 if saving else None,
        idle_monthly_saving=amount(saving.monthly) if saving else None,
        complete=complete,
        previous_report_time=previous.report.report_time if previous else None,
        **_counts_of_changes(changes, previous, complete=complete),
    )


def _counts_of_changes(
    changes: pd.DataFrame | None, previous: Previous | None, *, complete: bool | None
) -> dict[str, int]:
    """Return the number of changes of each kind that is known with this completeness."""
    if changes is None or previous is None:
        return {}
    both_whole = complete and previous.report.totals.complete
    kinds = CHANGE_KINDS if both_whole else ("went-idle", "came-back")
    numbers = changes["change"].value_counts()
    return {kind.replace("-", "_"): int(numbers.get(kind, 0)) for kind in kinds}


def _idle_path(people: pd.DataFrame, totals: Totals) -> IdlePath:
    exempt = people["unused"] & people["exempt"]
    leaving = people["unused"] & people["leaving"] & ~exempt
    in_metrics = people["active_in_metrics"] & ~exempt & ~leaving
    return IdlePath(
        inactive=totals.inactive,
        no_activity=totals.no_activity,
        exempt=int(exempt.sum()),
        leaving=int(leaving.sum()),
        in_metrics=int(in_metrics.sum()),
    )
