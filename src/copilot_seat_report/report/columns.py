"""The columns of a person and of a seat, each declared once.

CSV, JSON, workbook, page and the documents' tables are made from these declarations, and
`anonymize` goes by them: what a column reveals decides what is left of it.
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
"""What a column holds, in a table and for people.

- `text`: `str`, empty where there is none
- `list`: `str`, several values one a line
- `flags`: `str`, separated by spaces
- `yes-no`: `bool`
- `time`: `datetime64[us, UTC]`, `NaT` where there is none
- `date`: `str`, `YYYY-MM-DD` or empty
- `days`, `count`: whole numbers, `int64` or `Int64` (NA where there is none)
- `money`: `int64`, hundredths of the currency a month
- `past-money`: the same, `Int64`, NA where an earlier report has it in another currency
- `credits`: `Int64`, hundredths of an AI credit, NA where there is none
- `id`: `Int64`, a number that stands for somebody
"""

Reveals = Literal[
    "nothing", "person", "team", "organization", "group", "moment", "version", "use", "identity"
]
"""Whose name a column may hold, or what else of a person; what `anonymize` leaves of it.

- `nothing`: left as it is
- `person`, `team`, `organization`, `group`: a pseudonym
- `moment`: the day
- `version`: the major version
- `use`: whole hundreds
- `identity`: nothing
"""


@dataclass(frozen=True)
class Column:
    """One column: its name in files for programs, and its label in those for people.

    `meaning` explains it in the documents. A column that does not say what it `reveals` (None)
    cannot be published anonymized. One `of_people_file` may have any name.
    """

    name: str
    kind: Kind
    label: str
    meaning: str
    reveals: Reveals | None = None
    of_people_file: bool = False

    @property
    def key(self) -> str:
        """Its name in the report's tables: no name from outside is that of another column."""
        return f"people file: {self.name}" if self.of_people_file else self.name


_LOGIN = Column("login", "text", "Login", "the assignee's login", "person")
_USER_ID = Column("user_id", "id", "User ID", "the assignee's number at GitHub", "identity")
_ORGANIZATION = Column(
    "organization",
    "text",
    "Organization",
    "who granted the seat; empty where an enterprise did itself",
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
    "editor", "text", "Editor", "where the last activity was, in [plain words](#editors)", "group"
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
    "when the seat ends, if it was cancelled",
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
        "Activity known from",
        "whose date that is: `seat` (GitHub's today), `earlier-report`, or empty",
        "nothing",
    ),
    _EDITOR,
    _EDITOR_VERSION,
    _SIGNED_IN,
    _GRANTED,
    Column("teams", "list", "Teams", "the teams that the seats were granted through", "team"),
    Column("plan", "text", "Plan", "the plan that is priced", "nothing"),
    Column(
        "plan_source",
        "text",
        "Plan stated by",
        "who states it: `seat`, `organization`, or `assumption`",
        "nothing",
    ),
    _PENDING,
    Column("seats", "count", "Seats", "how many seats the person holds", "nothing"),
    Column(
        "monthly_price",
        "money",
        "List price per month",
        "the estimated [cost](#cost) of the person's seats per month",
        "nothing",
    ),
)
"""Of a person: one row each in `people.csv`."""

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
        "Editor as GitHub writes it",
        "where that was, in GitHub's words",
        "identity",
    ),
    _EDITOR,
    _EDITOR_VERSION,
    _SIGNED_IN,
    _GRANTED,
    Column("assigning_team", "text", "Team", "the team it was granted through", "team"),
    Column(
        "plan_type",
        "text",
        "Plan as GitHub states it",
        "`business`, `enterprise`, `unknown` or empty",
        "nothing",
    ),
    _PENDING,
    Column(
        "monthly_price",
        "money",
        "List price per month",
        "the person's price, on one of their seats, and 0 on the others: the column adds up to "
        "the [cost](#cost)",
        "nothing",
    ),
)
"""Of a seat: one row each in `seats.csv`."""

HISTORY: tuple[Column, ...] = (
    Column(
        "idle_since",
        "time",
        "Idle since (UTC)",
        "when the first of the consecutive reports was made in which the person is idle",
        "nothing",
    ),
    Column(
        "idle_reports",
        "count",
        "Idle in reports",
        "on how many days (UTC) there was one of these reports",
        "nothing",
    ),
)
"""Of a person: behind the others, unless `history` is `off`."""

METRICS: tuple[Column, ...] = (
    Column(
        "active_days",
        "count",
        "Active days",
        "[days of use](#usage-metrics) in the 28 days of GitHub's usage metrics; empty where no "
        "record says",
        "nothing",
    ),
    Column("last_active_day", "date", "Last active day", "the last of them, in UTC", "nothing"),
    Column(
        "ai_credits_used",
        "credits",
        "AI credits used",
        "AI credits used in the 28 days; empty where no record states any",
        "use",
    ),
    Column(
        "ai_adoption_phase",
        "text",
        "Adoption phase",
        "GitHub's own class of how far the person has come with Copilot",
        "nothing",
    ),
)
"""Of a person, behind `PEOPLE`, with `usage-metrics: on`."""

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
        "the estimated [cost](#cost) of the person's seats per month; for `gone`, what it was, or "
        "empty where that was in another currency",
        "nothing",
    ),
)
"""Of a change since the earlier report: one row each in `changes.csv`."""
