"""What a report holds: the one object that all writers read.

All times in the tables are `datetime64[us, UTC]`, `NaT` where there is none; all money is whole
hundredths of the currency a month (`int64`), so that sums are exact; text is `str`, empty where
there is none, and free of control characters.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

import pandas as pd

from copilot_seat_report.report.breakdowns import FIGURES, Breakdown
from copilot_seat_report.report.columns import Column
from copilot_seat_report.report.metrics import Metrics
from copilot_seat_report.report.people_file import Matching
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.completeness import Completeness
from copilot_seat_report.sources.history.earlier import ThisReport
from copilot_seat_report.sources.history.file import PastReport, Person
from copilot_seat_report.sources.status import SourceStatus

Status = Literal["active", "inactive", "new", "no-activity", "unassigned"]

STATUSES: tuple[Status, ...] = ("active", "inactive", "new", "no-activity")
UNASSIGNED: Status = "unassigned"
FLAGS = (
    "exempt",
    "pending-cancellation",
    "settling",
    "check-telemetry",
    "remembered",
    "active-in-metrics",
)


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The figures of the report; the names are those of the action's outputs.

    `idle_percent` is of people, with one decimal; costs have two decimals, a month. `complete` is
    None for a report on a selection, of which GitHub states no total. `active_in_metrics` is None
    without usage metrics; AI credits and the saving are also None where a part is not known. The
    last but `leavers`, on the changes since the earlier report, are None where none was compared,
    `granted` and `gone` also where one of the two lists was incomplete.
    """

    seats: int
    people: int
    active: int
    inactive: int
    new: int
    no_activity: int
    unassigned: int
    pending_cancellation: int
    exempt: int
    idle: int
    ask_first: int
    idle_percent: Decimal
    monthly_cost: Decimal
    idle_monthly_cost: Decimal
    currency: str
    idle_users: tuple[str, ...]
    active_in_metrics: int | None = None
    ai_credits_used: Decimal | None = None
    ai_credits_included: int | None = None
    idle_monthly_saving: Decimal | None = None
    complete: bool | None
    previous_report_time: datetime | None = None
    went_idle: int | None = None
    came_back: int | None = None
    granted: int | None = None
    gone: int | None = None
    leavers: int | None = None


@dataclass(frozen=True, kw_only=True)
class IdlePath:
    """The way to the number of idle people: each person is counted in one place.

    Idle are the `inactive` and those with `no_activity`, less, in this order, the `exempt`, those
    who are `leaving` (all their seats are pending cancellation) and those with recent use
    `in_metrics`, GitHub's usage metrics.
    """

    inactive: int
    no_activity: int
    exempt: int
    leaving: int
    in_metrics: int = 0


@dataclass(frozen=True, kw_only=True)
class Count:
    """One line of GitHub's own seat breakdown beside the same count of the seats read.

    `github` is None where GitHub does not state it, `recount` where seats cannot tell;
    `explanation` names the difference, empty where there is none.
    """

    name: str
    github: int | None
    recount: int | None
    explanation: str = ""


@dataclass(frozen=True, kw_only=True)
class ScopeOverview:
    """What the Copilot settings page shows of one organization (or the list of an enterprise).

    `settings` are (label, value) pairs in the page's order; empty for an enterprise and in a report
    on a selection, and where GitHub does not give them: `settings_refused` says with which words it
    refused. `completeness` says how far the seats that were read agree with GitHub's total;
    of a selection it says nothing. `assigns_all` says that everyone in the organization has a
    seat.
    """

    name: str
    kind: Literal["organization", "enterprise"]
    completeness: Completeness
    breakdown: tuple[Count, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    assigns_all: bool = False
    plan_type: str = ""
    settings_refused: str = ""


DifferenceReason = Literal[
    "active-since",
    "processing",
    "dropped-here",
    "dropped-there",
    "granted-again",
    "granted-since",
    "other-feature",
    "other-organization",
    "unknown-organization",
    "lacking-there",
    "not-listed",
    "no-seat",
]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One login on which this report and GitHub's activity report differ.

    `kind` is `only-here`, `only-there` or `dates`; the times are UTC, None where there is none;
    `days` is here minus there, in days, None where one of the two is missing; `reason` is likely,
    in words, and `reason_code` the same for programs; `changes_idle`: the person is idle here and
    would not be by GitHub's report.
    """

    login: str
    kind: Literal["only-here", "only-there", "dates"]
    here: datetime | None
    there: datetime | None
    days: float | None
    reason: str
    reason_code: DifferenceReason
    changes_idle: bool = False


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """This report beside the CSV of "Get activity report".

    `report_time` is the CSV's own (UTC, None where it states none), `rows` how many of its rows
    have a login; `agree` counts the people whose dates agree to within a second; `verdict` is for a
    person to act on, `basis` says what the CSV is and which rows were compared. `differences` begin
    with those that change who is idle.
    """

    report_time: datetime | None
    rows: int
    agree: int
    differences: tuple[Difference, ...]
    verdict: str
    basis: str


@dataclass(frozen=True, kw_only=True)
class TelemetryCase:
    """One person flagged `check-telemetry`: what was seen, and the pages that tell how to mend it.

    `guides` are (editor, address) pairs.
    """

    login: str
    editor: str
    last_authenticated_at: datetime
    last_activity_at: datetime | None
    guides: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class History:
    """What goes on from report to report.

    `reports` is the series, oldest first, this report included. `changes` are those since the
    report before it, by the columns of `columns.CHANGES`; None where nothing was compared. `unread`
    are the facts of people of whom an incomplete list says nothing, and `this` what the next report
    must be like.
    """

    this: ThisReport
    reports: tuple[PastReport, ...]
    changes: pd.DataFrame | None = None
    unread: tuple[Person, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Report:
    """One whole report.

    `people` (one row a person, in the order of `rules.sort`) and `seats` (one row a seat, in the
    order of their people, the unassigned last) have a `RangeIndex`, the columns that
    `people_columns` and `seat_columns` declare, and marks that are written nowhere:

    - both: `person`, one number a person, -1 where unassigned; `idle` and `ask_first` (`bool`)
    - people: the flags one by one (`exempt`, `pending`, `settling`, `check_telemetry`,
      `remembered`, `active_in_metrics`), `leaving` (pending in all seats), `unused` (inactive or no
      activity), `plan_assumed` (`bool`), `age` (one of `breakdowns.AGE_LABELS`),
      `known_activity_at` (the newest activity that this or an earlier report has), and with usage
      metrics `barely_used` (`bool`)

    `breakdowns` are the people by each dimension, `editor_versions` by `editor` and `version`.
    `names` are the organizations or the enterprise read; `selection` the logins that were asked for
    (None: everyone), pseudonyms when anonymized; `idle_path` the way to the number of idle people;
    `unknown_users` the logins asked for by `users` that hold no seat; `newest_activity` tells how
    fresh GitHub's data is; `profiles` the address before a login (empty: no links to people);
    `run` the address of the workflow run's attempt that made it (empty where there is none, and
    when anonymized: it names the owner);
    `sources` what became of the sources beside the seats; `metrics` what
    the usage metrics say (None: they were not asked for); `history` is None where nothing goes on:
    with `history: off` and for a selection; `matching` is None without a people file.
    `github_time` is what GitHub's clock showed while the seats were read;
    `clock_offset` how far it was ahead of the machine's clock. Both are None where that is not
    known, the latter also where SOURCE_DATE_EPOCH and not the clock set `report_time`.
    """

    report_time: datetime
    names: tuple[str, ...]
    is_enterprise: bool
    is_sample: bool
    is_anonymized: bool
    rules: Rules
    totals: Totals
    idle_path: IdlePath
    people: pd.DataFrame
    seats: pd.DataFrame
    people_columns: tuple[Column, ...]
    seat_columns: tuple[Column, ...]
    breakdowns: tuple[Breakdown, ...]
    editor_versions: pd.DataFrame
    overviews: tuple[ScopeOverview, ...]
    selection: tuple[str, ...] | None = None
    telemetry: tuple[TelemetryCase, ...] = ()
    comparison: Comparison | None = None
    sources: tuple[SourceStatus, ...] = ()
    metrics: Metrics | None = None
    unknown_users: tuple[str, ...] = ()
    newest_activity: datetime | None = None
    profiles: str = ""
    run: str = ""
    priced_by_organization: int = field(default=0)
    priced_as_business: int = field(default=0)
    github_time: datetime | None = None
    clock_offset: timedelta | None = None
    history: History | None = None
    matching: Matching | None = None

    def by(self, dimension: str) -> pd.DataFrame:
        """Return the breakdown by the dimension of that name."""
        return next(each.table for each in self.breakdowns if each.dimension.name == dimension)

    @property
    def groups(self) -> pd.DataFrame:
        """The people by each column of the people file, one below the other.

        Columns: `column`, `value` (empty: nothing stated; `NOT_IN_FILE`), `breakdowns.FIGURES`.
        """
        parts = [
            each.table.assign(column=each.dimension.name)
            for each in self.breakdowns
            if each.dimension.of_people_file
        ]
        none = pd.DataFrame({name: pd.Series(dtype="str") for name in ("column", "value")})
        figures = none.assign(**{name: pd.Series(dtype="int64") for name in FIGURES})
        return pd.concat(parts or [figures], ignore_index=True)

    @property
    def teams(self) -> pd.DataFrame:
        """The people by organization and team."""
        return self.by("team")

    @property
    def editors(self) -> pd.DataFrame:
        """The people by the editor of their last activity."""
        return self.by("editor")

    @property
    def organizations(self) -> pd.DataFrame:
        """The people by organization."""
        return self.by("organization")

    @property
    def plans(self) -> pd.DataFrame:
        """The people by plan, with `price` and `assumed`."""
        return self.by("plan")

    @property
    def ages(self) -> pd.DataFrame:
        """The people by the age of their last activity."""
        return self.by("age")
