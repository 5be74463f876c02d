"""The sources other than the seats, together."""

from dataclasses import dataclass

from copilot_seat_report.sources.activity_report import ActivityReport
from copilot_seat_report.sources.history.earlier import Earlier
from copilot_seat_report.sources.people_file import PeopleFile
from copilot_seat_report.sources.usage_metrics import UsageMetrics


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The data of each source other than the seats; None if it was not requested.

    `group_by` are columns of the people file.
    """

    activity_report: ActivityReport | None = None
    usage_metrics: UsageMetrics | None = None
    history: Earlier | None = None
    people_file: PeopleFile | None = None
    group_by: tuple[str, ...] = ()
