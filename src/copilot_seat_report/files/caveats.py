"""What the data cannot say: the same words on the page, in the workbook and in the summary."""

from dataclasses import dataclass

from copilot_seat_report.rules import Rules

METRICS_DATA = "https://docs.github.com/en/copilot/reference/metrics-data"
_RETENTION = (
    "https://github.blog/changelog/2025-01-17-updating-retention-period-for-last_activity_at-values-"
    "on-the-user-management-api-public-preview-to-90-days/"
)
_SEAT_ASSIGNMENT = "https://docs.github.com/en/copilot/reference/copilot-billing/seat-assignment"
_RETAINED_DAYS = 90


@dataclass(frozen=True)
class Caveat:
    """One limit of the data, and the page of GitHub's that states it."""

    title: str
    text: str
    link: str

    @property
    def source(self) -> str:
        """Name the place of the page, as the text of a link to it."""
        return "GitHub changelog" if self.link == _RETENTION else "GitHub Docs"


def caveats(rules: Rules) -> tuple[Caveat, ...]:
    """Return the limits of the data under these rules, the most surprising first."""
    beyond = Caveat(
        f"{rules.inactive_days} days are more than GitHub keeps.",
        f"Dates are kept for about {_RETAINED_DAYS} days: people with no recorded activity may "
        f"have been active less than {rules.inactive_days} days ago.",
        METRICS_DATA,
    )
    return (beyond, *_ALWAYS) if rules.inactive_days > _RETAINED_DAYS else _ALWAYS


_ALWAYS = (
    Caveat(
        "No recorded activity is not “never used”.",
        "GitHub empties the date about 90 days after the last use, and at each new grant.",
        _RETENTION,
    ),
    Caveat(
        "The last 24 hours may be missing.",
        "GitHub takes up to 24 hours to process activity. Who passed the limit less than 24 hours "
        "ago is marked “settling”.",
        METRICS_DATA,
    ),
    Caveat(
        "Without telemetry there is no activity.",
        "Use in an editor counts only where telemetry is enabled in it, and editors other than "
        "VS Code may report it patchily. Who signs in while nothing is recorded is marked "
        "“check telemetry”.",
        METRICS_DATA,
    ),
    Caveat(
        "Not every feature counts.",
        "Copilot Spaces, Spark and features in preview are not, or not fully, recorded.",
        METRICS_DATA,
    ),
    Caveat(
        "Costs are estimates.",
        "They are list prices, each person once at their dearest plan: without proration, "
        "discounts, taxes and usage beyond what a seat includes.",
        _SEAT_ASSIGNMENT,
    ),
)
