"""What this report takes from an earlier one, and which earlier report will do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from copilot_seat_report.sources.history.file import (
    History,
    HistoryError,
    PastReport,
    Person,
    ReportRules,
    Scope,
)
from copilot_seat_report.sources.status import SourceStatus, State

SOURCE = "history"
# With data residency, a host has the enterprise's name.
PUBLIC_HOST = "api.github.com"
_NOTHING = "Nothing is compared with an earlier report"


@dataclass(frozen=True, kw_only=True)
class ThisReport:
    """The report that is being made, as far as an earlier one must be like it.

    `scope` has the names themselves, `shown_scope` those in this report's own `history.json`, which
    are pseudonyms where the report is anonymized, for a host too unless it is the public one;
    `key_check` then stands for their key, and is empty otherwise.
    """

    scope: Scope
    shown_scope: Scope
    key_check: str
    rules: ReportRules
    report_time: datetime

    def scope_of(self, history: History) -> Literal["same", "unknown", "other"]:
        """Say whether a report is on the same people's seats.

        Under the pseudonyms of another key it cannot be known for sure: then it is `unknown` where
        kind and number of organizations agree, and whether the host is GitHub's public one.
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
                "begins with this report"
            )
        if history.last.report_time >= self.report_time:
            raise HistoryError("is not earlier than this one")
        return history

    def after(self, history: History, read_at: datetime) -> "Earlier":
        """Return what this report takes from that one, which has been `checked`."""
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
        """Return that this report has no earlier one; `reason` is a sentence or two, or empty."""
        words = f"{_NOTHING}: {reason}" if reason else ""
        status = SourceStatus(source=SOURCE, state=state, words=words)
        return Earlier(this=self, status=status)


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What an earlier report left: the series of reports up to it, oldest first, and its people.

    `people` is None if they cannot be compared with those of this report; then only the series
    goes on. Both are empty if there is no earlier report. The status says why.
    """

    this: ThisReport
    status: SourceStatus
    reports: tuple[PastReport, ...] = ()
    people: tuple[Person, ...] | None = None


def _outline(scope: Scope) -> tuple[bool, bool, int]:
    """Return what pseudonyms leave of a scope: a public host, an enterprise, how many names."""
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
        f"{_NOTHING}: the one of {when} has pseudonyms of another key. Only its totals are carried "
        "on. To compare people, give every run the same “anonymize” and “anonymize-key”."
    )
