"""The saving from taking idle seats back, in words, and always as an estimate."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP

from copilot_seat_report.formatting import amount, price
from copilot_seat_report.report.model import Report
from copilot_seat_report.report.saving import PoolCase, Saving


def saving_in_words(report: Report) -> Iterator[str]:
    """Yield the saving, the reason and the assumptions, a sentence each; names nobody.

    There are no sentences if the saving is unknown.
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
        f"All seats include {_credits(saving.included)} AI credits a month, of which the idle ones "
        f"include {_credits(saving.idle_included)}; the people in this report used "
        f"{_credits(saving.used)} in the 28 days. Each further credit costs {currency} "
        f"{saving.credit_price.normalize():f}."
    )
    yield (
        "This is an estimate for the next billing cycle only: the 28 days stand for a month, and "
        f"{_pool(report, saving)}."
    )


_WHY: dict[PoolCase, str] = {
    "ample": "the credits of the other seats cover all use",
    "partly": "some of their credits are used, and would have to be bought",
    "used-up": "the pool is used up, and all of their credits would have to be bought",
}


def _pool(report: Report, saving: Saving) -> str:
    if report.is_enterprise:
        return "the enterprise's seats share one pool of credits"
    shared = "in an enterprise, which has one pool, it is not valid"
    if len(saving.pools) == 1:
        return f"it is valid if the organization is billed on its own; {shared}"
    return f"each organization counts as a pool of its own, as if billed on its own; {shared}"


def _credits(hundredths: int) -> str:
    return f"{amount(hundredths).to_integral_value(ROUND_HALF_UP):,}"
