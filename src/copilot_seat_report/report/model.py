"""The report: the one object that all writers read.

In its tables, times are `datetime64[us, UTC]` (`NaT` if there is none), money is in whole
hundredths of the currency per month (`int64`), so that sums are exact, and text is `str`, empty if
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
from copilot_seat_report.sources.history.file import NOBODY, PastReport, People
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
    """The figures of the report, named like the action's outputs.

    `idle_percent` is of people, with one decimal; costs are monthly, with two decimals. `complete`
    is None for a selection, for which GitHub states no total. `active_in_metrics` is None without
    usage metrics; AI credits and the saving are also None if a part is unknown. The figures from
    `previous_report_time` to `gone` are None if nothing was compared, and `granted` and `gone` also
    if one of the two lists was incomplete. `leavers` is None without a people file.
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
    """How idle people are counted; each person counts in one place.

    Idle people are `inactive` or have `no_activity`, except, in this order, those who are `exempt`,
    those who are `leaving` (all their seats are pending cancellation), and those with recent use
    `in_metrics` (GitHub's usage metrics).
    """

    inactive: int
    no_activity: int
    exempt: int
    leaving: int
    in_metrics: int = 0


@dataclass(frozen=True, kw_only=True)
class Count:
    """One count of GitHub's own seat breakdown, and a recount of the seats that were read.

    `github` is None if GitHub does not state it, and `recount` if it cannot be counted from seats.
    `explanation` is about the difference, and empty if there is none.
    """

    name: str
    github: int | None
    recount: int | None
    explanation: str = ""


@dataclass(frozen=True, kw_only=True)
class ScopeOverview:
    """The facts on the Copilot settings page of one organization (or on an enterprise's list).

    `settings` are (label, value) pairs in the page's order. They are empty for an enterprise, for a
    selection, and if GitHub refused them: then `settings_refused` says how. `completeness` compares
    the seats that were read with GitHub's total, except for a selection. `assigns_all` says that
    everyone in the organization has a seat.
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

    The times are UTC, or None. `days` is `here` minus `there` in days, None if one of the two is
    missing. `reason` is the likely reason in words, and `reason_code` the same for programs.
    `changes_idle`: the person is idle here, but would not be according to GitHub's report.
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
    """This report compared with the CSV of "Get activity report".

    `report_time` is the CSV's own (UTC), or None. `rows` counts its rows with a login, and `agree`
    the people whose dates agree to within a second. `verdict` tells a reader what to do, and
    `basis` describes the CSV and which rows were compared. `differences` begin with those that
    change who is idle.
    """

    report_time: datetime | None
    rows: int
    agree: int
    differences: tuple[Difference, ...]
    verdict: str
    basis: str

    @property
    def active_there(self) -> frozenset[str]:
        """Return the logins of people who are idle here, but active in GitHub's own report."""
        return frozenset(each.login for each in self.differences if each.changes_idle)


@dataclass(frozen=True, kw_only=True)
class TelemetryCase:
    """One person flagged `check-telemetry`: what is recorded, and guides to enable telemetry.

    `guides` are (editor, URL) pairs.
    """

    login: str
    editor: str
    last_authenticated_at: datetime
    last_activity_at: datetime | None
    guides: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class History:
    """The history that is passed on from report to report.

    `reports` is the series, oldest first, including this report. `changes` are those since the
    previous report, with the columns of `columns.CHANGES`; None if nothing was compared. `unread`
    are the facts of people whom an incomplete list may have missed, and `this` is what the next
    report must match.
    """

    this: ThisReport
    reports: tuple[PastReport, ...]
    changes: pd.DataFrame | None = None
    unread: People = NOBODY


@dataclass(frozen=True, kw_only=True)
class Report:
    """One whole report.

    `people` (one row per person, in the order of `rules.sort`) and `seats` (one row per seat, in
    the order of their people, the unassigned last) have a `RangeIndex`, the columns that
    `people_columns` and `seat_columns` declare, and internal columns that no file has:

    - both: `person`, one number per person, -1 if unassigned; `idle` and `ask_first` (`bool`)
    - people: the flags one by one (`exempt`, `pending`, `settling`, `check_telemetry`,
      `remembered`, `active_in_metrics`), `leaving` (pending in all seats), `unused` (inactive or no
      activity), `plan_assumed` (`bool`), `age` (one of `breakdowns.AGE_LABELS`),
      `known_activity_at` (the newest activity that this or an earlier report has), and with usage
      metrics `barely_used` and `used_undated` (`bool`: a use of which no day is known)

    - `breakdowns`: the people by each dimension; `editor_versions`: by `editor` and `version`
    - `names`: the organizations or the enterprise that were read
    - `selection`: the logins in `users` (None: everyone), as pseudonyms when anonymized;
      `unknown_users`: those of them that hold no seat
    - `newest_activity`: shows how fresh GitHub's data are
    - `profiles`: the URL before a login (empty: no links to people)
    - `run`: the URL of the attempt of the workflow run that made the report; empty if there is
      none, and when anonymized, because it names the owner
    - `sources`: the status of each source in addition to the seats
    - `metrics`: the result of the usage metrics (None: not requested)
    - `history`: None with `history: off` and for a selection
    - `matching`: None without a people file
    - `github_time`: GitHub's time while the seats were read; `clock_offset`: how far it was ahead
      of the machine's clock. Both are None if unknown, and the latter also if SOURCE_DATE_EPOCH
      set `report_time`
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
        """Return the breakdown by the dimension with that name."""
        return next(each.table for each in self.breakdowns if each.dimension.name == dimension)

    @property
    def groups(self) -> pd.DataFrame:
        """Return the people by each column of the people file, in one table.

        Columns: `column`, `value` (empty: none; or `NOT_IN_FILE`), and `breakdowns.FIGURES`.
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
        """Return the people by organization and team."""
        return self.by("team")

    @property
    def editors(self) -> pd.DataFrame:
        """Return the people by the editor of their last activity."""
        return self.by("editor")

    @property
    def organizations(self) -> pd.DataFrame:
        """Return the people by organization."""
        return self.by("organization")

    @property
    def plans(self) -> pd.DataFrame:
        """Return the people by plan, with `price` and `assumed`."""
        return self.by("plan")

    @property
    def ages(self) -> pd.DataFrame:
        """Return the people by the age of their last activity."""
        return self.by("age")
