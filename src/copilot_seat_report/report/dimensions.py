"""The ways to group people, each declared once; breakdowns, filters and sheets follow."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Dimension:
    """One way to group people.

    A group has one value for each of `columns` (of the table `rows`), which the breakdown calls
    `fields`. Groups are ordered by the figures in `by` (largest first), then by name, with the
    empty name last. `nameless` is the label of the empty value. One `of_people_file` is a column of
    that file.
    """

    name: str
    label: str
    plural: str
    rows: Literal["people", "seats"]
    columns: tuple[str, ...]
    fields: tuple[str, ...]
    nameless: str
    by: tuple[str, ...] = ()
    of_people_file: bool = False

    @property
    def list_name(self) -> str:
        """Return the name of the list of its groups in report.json."""
        return f"{self.name}s"


ORGANIZATION = Dimension(
    name="organization",
    label="Organization",
    plural="Organizations",
    rows="seats",
    columns=("organization",),
    fields=("organization",),
    nameless="no organization stated",
    by=("idle_monthly_cost", "idle", "people"),
)
TEAM = Dimension(
    name="team",
    label="Team",
    plural="Teams",
    rows="seats",
    columns=("organization", "assigning_team"),
    fields=("organization", "team"),
    nameless="granted without a team",
    by=("idle_monthly_cost", "idle", "people"),
)
EDITOR = Dimension(
    name="editor",
    label="Last used in",
    plural="Editors",
    rows="people",
    columns=("editor",),
    fields=("editor",),
    nameless="none recorded",
    by=("people",),
)
PLAN = Dimension(
    name="plan",
    label="Plan",
    plural="Plans",
    rows="people",
    columns=("plan",),
    fields=("plan",),
    nameless="no plan stated",
)
AGE = Dimension(
    name="age",
    label="Last activity",
    plural="Ages of the last activity",
    rows="people",
    columns=("age",),
    fields=("age",),
    nameless="none recorded",
)

DIMENSIONS: tuple[Dimension, ...] = (ORGANIZATION, TEAM, EDITOR, PLAN, AGE)
