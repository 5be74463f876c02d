"""The limits of the data, with the same words on the page, in the workbook and in the summary."""

from dataclasses import dataclass

from copilot_seat_report.report.model import Report

METRICS_DATA = "https://docs.github.com/en/copilot/reference/metrics-data"
_RETENTION = (
    "https://github.blog/changelog/2025-01-17-updating-retention-period-for-last_activity_at-values-"
    "on-the-user-management-api-public-preview-to-90-days/"
)
_BILLING = "https://docs.github.com/en/copilot/reference/copilot-billing"
_SEAT_ASSIGNMENT = f"{_BILLING}/seat-assignment"
_LICENSE_CHANGES = f"{_BILLING}/license-changes"
_CREDITS = (
    "https://docs.github.com/en/copilot/concepts/billing/organizations-and-enterprises/"
    "usage-based-billing"
)
_RETAINED_DAYS = 90


@dataclass(frozen=True)
class Caveat:
    """One limit of the data, and GitHub's page that states it."""

    title: str
    text: str
    link: str

    @property
    def source(self) -> str:
        """Return the name of the page's site, as the text of a link."""
        return "GitHub changelog" if self.link == _RETENTION else "GitHub Docs"


def caveats(report: Report) -> tuple[Caveat, ...]:
    """Return the limits of this report's data, the most surprising first."""
    days = report.rules.inactive_days
    beyond = Caveat(
        f"GitHub does not keep dates for {days:,} days.",
        f"It keeps them for about {_RETAINED_DAYS} days: people with no recorded activity may "
        f"have been active less than {days:,} days ago.",
        METRICS_DATA,
    )
    apart = Caveat(
        "Organizations may be billed separately.",
        "Each person is priced once, as if the organizations belonged to one enterprise. If they "
        "are billed separately, each pays for the people they share.",
        _SEAT_ASSIGNMENT,
    )
    return (
        *((beyond,) if days > _RETAINED_DAYS else ()),
        *_ALWAYS,
        *((apart,) if len(report.names) > 1 else ()),
    )


_ALWAYS = (
    Caveat(
        "“No recorded activity” does not mean “never used”.",
        "GitHub clears the date about 90 days after the last use, and at each new grant.",
        _RETENTION,
    ),
    Caveat(
        "The last 24 hours may be missing.",
        "GitHub takes up to 24 hours to process activity. People who passed the limit less than 24 "
        "hours ago are marked “settling”.",
        METRICS_DATA,
    ),
    Caveat(
        "Without telemetry, no activity is recorded.",
        "Use in an editor counts only if telemetry is enabled there, and editors other than "
        "VS Code may not report all use. People who sign in without recorded activity are marked "
        "“check telemetry”.",
        METRICS_DATA,
    ),
    Caveat(
        "Not every feature counts.",
        "Use of Copilot Spaces, Spark and preview features is not recorded, or not fully.",
        METRICS_DATA,
    ),
    Caveat(
        "A new seat may be unpaid.",
        "Since October 2026, a seat that is paid by card or PayPal cannot be used until it is paid "
        "for. That may be why there is no activity.",
        _LICENSE_CHANGES,
    ),
    Caveat(
        "Costs are estimates.",
        "They are list prices, once per person at their most expensive plan, without proration, "
        "discounts, taxes or usage beyond what a seat includes.",
        _SEAT_ASSIGNMENT,
    ),
    Caveat(
        "Cost is not saving.",
        "Since June 2026, each seat also adds AI credits to a pool that everyone shares: 1,900 a "
        "month for Business and 3,900 for Enterprise. If the pool is used up, taking seats back "
        "saves almost nothing, because their credits must be bought; if credits are left over, it "
        "saves up to the cost, once the seats have ended.",
        _CREDITS,
    ),
)
