"""The columns of a person and of a seat, each declared once.

CSV, JSON, workbook, page and the documents' tables follow from these declarations, and so does
`anonymize`: it treats each column by what it reveals.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text",
    "list",
    "flags",
    "yes-no",
    "time",
    "date",
    "days",
    "count",
    "money",
    "past-money",
    "credits",
    "id",
]
"""The kind of a column's values, with their dtype.

- `text`: `str`, empty if there is none
- `list`: `str`, one value per line
- `flags`: `str`, separated by spaces
- `yes-no`: `bool`
- `time`: `datetime64[us, UTC]`, `NaT` if there is none
- `date`: `str`, `YYYY-MM-DD` or empty
- `days`, `count`: whole numbers, `int64` or `Int64` (NA if there is none)
- `money`: `int64`, hundredths of the currency per month
- `past-money`: the same, `Int64`, NA if an earlier report used another currency
- `credits`: `Int64`, hundredths of an AI credit, NA if there is none
- `id`: `Int64`, a person's ID
"""

Reveals = Literal[
    "nothing", "person", "team", "organization", "group", "moment", "version", "use", "identity"
]
"""What a column may reveal about a person, and so what `anonymize` keeps of it.

- `nothing`: the value
- `person`, `team`, `organization`, `group`: a pseudonym
- `moment`: the day
- `version`: the major version
- `use`: whole hundreds
- `identity`: nothing
"""


@dataclass(frozen=True)
class Column:
    """One column: its `name` in files for programs, and its `label` in files for people.

    `meaning` explains it in the documents. A column without `reveals` (None) cannot be published
    anonymized. One `of_people_file` may have any name.
    """

    name: str
    kind: Kind
    label: str
    meaning: str
    reveals: Reveals | None = None
    of_people_file: bool = False

    @property
    def key(self) -> str:
        """Return its name in the report's tables, distinct from the report's own columns."""
        return f"people file: {self.name}" if self.of_people_file else self.name


_LOGIN = Column("login", "text", "Login", "the assignee's login", "person")
_USER_ID = Column("user_id", "id", "User ID", "the assignee's ID at GitHub", "identity")
_ORGANIZATION = Column(
    "organization",
    "text",
    "Organization",
    "the organization that granted the seat; empty if the enterprise granted it",
    "organization",
)
_STATUS = Column("status", "text", "Status", "[status](#status) of the person", "nothing")
_FLAGS = Column("flags", "flags", "Flags", "[flags](#flags) of the person", "nothing")
_LAST_ACTIVITY = Column(
    "last_activity_at", "time", "Last activity (UTC)", "the last recorded activity", "moment"
)
_DAYS = Column(
    "days_since_activity",
    "days",
    "Days since",
    "the age of the last activity in whole days, rounded down",
    "nothing",
)
_EDITOR = Column(
    "editor", "text", "Editor", "the [editor or feature](#editors) of the last activity", "group"
)
_EDITOR_VERSION = Column(
    "editor_version", "text", "Version", "the version of that editor", "version"
)
_SIGNED_IN = Column(
    "last_authenticated_at",
    "time",
    "Signed in (UTC)",
    "when the person last signed in to Copilot",
    "moment",
)
_GRANTED = Column("created_at", "time", "Granted (UTC)", "when the seat was last granted", "moment")
_PENDING = Column(
    "pending_cancellation_date",
    "date",
    "Seat ends on",
    "the day on which the seat ends, if it was cancelled",
    "nothing",
)

PEOPLE: tuple[Column, ...] = (
    _LOGIN,
    _USER_ID,
    Column(
        "organizations",
        "list",
        "Organizations",
        "the organizations that granted the person's seats",
        "organization",
    ),
    _STATUS,
    _FLAGS,
    Column("idle", "yes-no", "Idle", "whether the person is [idle](#idle)", "nothing"),
    _LAST_ACTIVITY,
    _DAYS,
    Column(
        "activity_source",
        "text",
        "Activity source",
        "the source of that date: `seat` (GitHub, today), `earlier-report`, or empty",
        "nothing",
    ),
    _EDITOR,
    _EDITOR_VERSION,
    _SIGNED_IN,
    _GRANTED,
    Column("teams", "list", "Teams", "the teams through which the seats were granted", "team"),
    Column("plan", "text", "Plan", "the plan that is priced", "nothing"),
    Column(
        "plan_source",
        "text",
        "Plan source",
        "the source of the plan: `seat`, `organization`, or `assumption`",
        "nothing",
    ),
    _PENDING,
    Column("seats", "count", "Seats", "the number of seats that the person holds", "nothing"),
    Column(
        "monthly_price",
        "money",
        "List price per month",
        "the estimated [cost](#cost) of the person's seats per month",
        "nothing",
    ),
)
"""The columns of `people.csv`, which has one row per person."""

SEATS: tuple[Column, ...] = (
    _ORGANIZATION,
    _LOGIN,
    _USER_ID,
    _STATUS,
    Column(
        "flags",
        "flags",
        "Flags",
        "[flags](#flags) of the person; `pending-cancellation` is the seat's own",
        "nothing",
    ),
    _LAST_ACTIVITY,
    _DAYS,
    Column(
        "last_activity_editor",
        "text",
        "Editor (GitHub's text)",
        "GitHub's own text for the editor or feature",
        "identity",
    ),
    _EDITOR,
    _EDITOR_VERSION,
    _SIGNED_IN,
    _GRANTED,
    Column("assigning_team", "text", "Team", "the team through which the seat was granted", "team"),
    Column(
        "plan_type",
        "text",
        "Plan (GitHub's text)",
        "`business`, `enterprise`, `unknown` or empty",
        "nothing",
    ),
    _PENDING,
    Column(
        "monthly_price",
        "money",
        "List price per month",
        "the person's price on one of their seats, and 0 on the others, so that the column adds up "
        "to the [cost](#cost)",
        "nothing",
    ),
)
"""The columns of `seats.csv`, which has one row per seat."""

HISTORY: tuple[Column, ...] = (
    Column(
        "idle_since",
        "time",
        "Idle since (UTC)",
        "the time of the first of the consecutive reports in which the person was idle",
        "nothing",
    ),
    Column(
        "idle_reports",
        "count",
        "Idle in reports",
        "the number of days (UTC) with one of these reports",
        "nothing",
    ),
)
"""The columns of a person that follow the others, unless `history` is `off`."""

METRICS: tuple[Column, ...] = (
    Column(
        "active_days",
        "count",
        "Active days",
        "[days of use](#usage-metrics) in the 28 days of GitHub's usage metrics; empty if unknown",
        "nothing",
    ),
    Column(
        "last_active_day", "date", "Last active day", "the last of these days, in UTC", "nothing"
    ),
    Column(
        "ai_credits_used",
        "credits",
        "AI credits used",
        "AI credits used in the 28 days; empty if no record states any",
        "use",
    ),
    Column(
        "ai_adoption_phase",
        "text",
        "Adoption phase",
        "GitHub's own class for how much the person uses Copilot",
        "nothing",
    ),
)
"""The columns of a person that follow `PEOPLE` with `usage-metrics: on`."""

CHANGES: tuple[Column, ...] = (
    _LOGIN,
    _USER_ID,
    Column("change", "text", "Change", "`went-idle`, `came-back`, `granted` or `gone`", "nothing"),
    Column(
        "previous_status",
        "text",
        "Status before",
        "the status at the time of the earlier report; empty for `granted`",
        "nothing",
    ),
    Column("status", "text", "Status", "the status now; empty for `gone`", "nothing"),
    _LAST_ACTIVITY,
    HISTORY[0],
    Column(
        "monthly_price",
        "past-money",
        "List price per month",
        "the estimated [cost](#cost) of the person's seats per month; for `gone`, the earlier one, "
        "or empty if that was in another currency",
        "nothing",
    ),
)
"""The columns of `changes.csv`, which has one row per change since the earlier report."""
