"""Which earlier report qualifies, and what this report takes from it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from copilot_seat_report.sources.history.file import (
    History,
    HistoryError,
    PastReport,
    People,
    ReportRules,
    Scope,
)
from copilot_seat_report.sources.status import SourceStatus, State

SOURCE = "history"
# With data residency, the host contains the enterprise's name.
PUBLIC_HOST = "api.github.com"
_NOTHING = "Nothing is compared with an earlier report"


@dataclass(frozen=True, kw_only=True)
class ThisReport:
    """The facts of this report that an earlier one must match.

    `scope` has the names themselves, and `shown_scope` those in this report's own `history.json`:
    pseudonyms if the report is anonymized, for the host too unless it is the public one.
    `key_check` identifies the pseudonyms' key, and is empty without one.
    """

    scope: Scope
    shown_scope: Scope
    key_check: str
    rules: ReportRules
    report_time: datetime

    def scope_of(self, history: History) -> Literal["same", "unknown", "other"]:
        """Return whether a report covers the same scope.

        With the pseudonyms of another key, that is uncertain: the result is `unknown` if kind and
        number of organizations agree, and whether the host is GitHub's public one.
        """
        there = history.scope
        if history.key_check and history.key_check != self.key_check:
            return "unknown" if _outline(there) == _outline(self.scope) else "other"
        here = self.shown_scope if history.key_check else self.scope
        return "same" if there == here else "other"

    def checked(self, history: History) -> History:
        """Return the report; raises HistoryError if it is not an earlier one of this scope."""
        if self.scope_of(history) == "other":
            raise HistoryError(
                "covers another organization or enterprise, or another set of them; a new series "
                "starts with this report"
            )
        if history.last.report_time >= self.report_time:
            raise HistoryError("is not earlier than this one")
        return history

    def after(self, history: History, read_at: datetime) -> "Earlier":
        """Return what this report takes from an earlier one that was `checked`."""
        same_names = history.key_check == self.key_check
        return Earlier(
            this=self,
            status=SourceStatus(
                source=SOURCE,
                state="read" if same_names else "partial",
                words="" if same_names else _other_names(history, self.key_check),
                read_at=read_at,
                up_to=history.last.report_time,
            ),
            reports=history.reports,
            people=history.people if same_names else None,
        )

    def after_nothing(self, state: State, reason: str = "") -> "Earlier":
        """Return that there is no earlier report; `reason` is a sentence or two, or empty."""
        words = f"{_NOTHING}: {reason}" if reason else ""
        status = SourceStatus(source=SOURCE, state=state, words=words)
        return Earlier(this=self, status=status)


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An earlier report's series of reports, oldest first, and its people.

    `people` is None if they cannot be compared with this report's; then only the series continues.
    Both are empty if there is no earlier report; the status says why.
    """

    this: ThisReport
    status: SourceStatus
    reports: tuple[PastReport, ...] = ()
    people: People | None = None


def _outline(scope: Scope) -> tuple[bool, bool, int]:
    """Return what pseudonyms keep of a scope: public host or not, its kind, the number of names."""
    return scope.api == PUBLIC_HOST, scope.enterprise is None, len(scope.organizations)


def _other_names(history: History, key_check: str) -> str:
    when = f"{history.last.report_time:%Y-%m-%d}"
    if not (history.key_check and key_check):
        there, here = ("pseudonyms", "names") if history.key_check else ("names", "pseudonyms")
        return (
            f"{_NOTHING}: the one of {when} has {there}, and this one has {here}. Only its totals "
            "are carried on."
        )
    return (
        f"{_NOTHING}: the one of {when} has pseudonyms from another key. Only its totals are "
        "carried on. To compare people, use the same “anonymize” and “anonymize-key” in every run."
    )
