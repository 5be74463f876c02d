"""What taking the idle seats back would save, in words: never more than an estimate."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP

from copilot_seat_report.formatting import amount, price
from copilot_seat_report.report.model import Report
from copilot_seat_report.report.saving import PoolCase, Saving


def saving_in_words(report: Report) -> Iterator[str]:
    """Yield what would be saved and why, and what that rests on, a sentence each; names nobody.

    Of a report that cannot say what would be saved, there is nothing to say.
    """
    saving = report.metrics.saving if report.metrics else None
    if saving is None:
        return
    currency = report.rules.currency
    if saving.idle_cost:
        yield (
            f"Taking back the idle seats would save an estimated {currency} "
            f"{price(saving.monthly)} of their {price(saving.idle_cost)} a month: "
            f"{_WHY[saving.case]}."
        )
    yield (
        f"All seats bring {_credits(saving.included)} AI credits a month, of which the idle ones "
        f"bring {_credits(saving.idle_included)}; the people in this report used "
        f"{_credits(saving.used)} in the 28 days. A further credit costs {currency} "
        f"{saving.credit_price.normalize():f}."
    )
    yield (
        "This is an estimate for the next billing cycle only: the 28 days stand for a month, and "
        f"{_pool(report, saving)}."
    )


_WHY: dict[PoolCase, str] = {
    "ample": "the credits of the other seats are enough for all that is used",
    "partly": "some of the credits that would leave with them are used, and would have to be "
    "bought again",
    "used-up": "the pool is used up, and all of the credits that would leave with them would have "
    "to be bought again",
}


def _pool(report: Report, saving: Saving) -> str:
    if report.is_enterprise:
        return "the enterprise's seats share one pool of credits"
    shared = "in an enterprise the pool is shared, and this does not hold"
    if len(saving.pools) == 1:
        return f"it holds if the organization is billed by itself; {shared}"
    return f"each organization is taken for a pool of its own, as if billed by itself; {shared}"


def _credits(hundredths: int) -> str:
    return f"{amount(hundredths).to_integral_value(ROUND_HALF_UP):,}"
