"""What taking the idle seats back would save, where each seat brings AI credits to a shared pool.

https://docs.github.com/en/copilot/concepts/billing/organizations-and-enterprises/usage-based-billing.
Credits used beyond the pool are charged for; a seat that goes takes its credits along, and the pool
may then no longer be enough for what the others use. So an idle seat may save its whole price, or
nothing. All of it is an estimate: 28 days stand for a month.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

PoolCase = Literal["ample", "partly", "used-up"]
"""Whether a pool is enough.

- `ample`: also without the idle seats' credits
- `partly`: only with (some of) them
- `used-up`: not even with all of them
"""


@dataclass(frozen=True, kw_only=True)
class Pool:
    """The AI credits of one billing entity: an enterprise, or an organization billed by itself.

    Credits are hundredths of one, as money is hundredths of the currency: `included` is what all
    seats bring a month, `idle_included` the idle ones' part of it, `used` what the 28 days used.
    `idle_cost` is the list price of the idle seats a month.
    """

    name: str
    included: int
    idle_included: int
    used: int
    idle_cost: int

    @property
    def case(self) -> PoolCase:
        """Say whether the pool is enough for what is used."""
        if self.used <= self.included - self.idle_included:
            return "ample"
        return "used-up" if self.used >= self.included else "partly"

    @property
    def short_without(self) -> int:
        """Return the credits that are used and that the other seats do not bring."""
        return max(0, self.used - (self.included - self.idle_included))

    def saving(self, credit_price: Decimal) -> int:
        """Return what the idle seats' going would save a month, in hundredths of the currency.

        That is their price, less the overage that the going of their credits would cause at
        `credit_price` (the currency for one credit): between 0 and the price.
        """
        overage = max(0, self.used - self.included)
        saved = self.idle_cost - (self.short_without - overage) * credit_price
        return max(0, int(saved.to_integral_value(ROUND_HALF_UP)))


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What the idle seats would save: of each pool, and of all (hundredths of the currency)."""

    pools: tuple[Pool, ...]
    credit_price: Decimal

    @property
    def monthly(self) -> int:
        """Return the sum of what the pools would save."""
        return sum(pool.saving(self.credit_price) for pool in self.pools)

    @property
    def included(self) -> int:
        """Return the credits that all seats bring a month."""
        return sum(pool.included for pool in self.pools)

    @property
    def used(self) -> int:
        """Return the credits that were used in the 28 days."""
        return sum(pool.used for pool in self.pools)

    @property
    def case(self) -> PoolCase:
        """Say whether the pools are enough; where they differ, some of the price is saved."""
        cases = {pool.case for pool in self.pools if pool.idle_cost}
        return cases.pop() if len(cases) == 1 else "partly" if cases else "ample"


def in_words(
    saving: Saving, *, currency: str, is_enterprise: bool, last_day: date
) -> Iterator[str]:
    """Yield what would be saved and why, and what that rests on, a sentence each; names nobody.

    `last_day` is that of the 28 days.
    """
    idle_cost = sum(pool.idle_cost for pool in saving.pools)
    if idle_cost:
        yield (
            f"Taking back the idle seats would save an estimated "
            f"{_money(saving.monthly, currency)} of their {_money(idle_cost, currency)} a month: "
            f"{_WHY[saving.case]}."
        )
    yield (
        f"All seats bring {_credits(saving.included)} AI credits a month, the idle ones "
        f"{_credits(sum(pool.idle_included for pool in saving.pools))} of them; the people in this "
        f"report used {_credits(saving.used)} in the 28 days to {last_day}. A further credit costs "
        f"{currency} {saving.credit_price}."
    )
    yield (
        "It is an estimate for the next billing cycle and none beyond it: the 28 days stand for a "
        f"month, and {_WHOSE_POOL[_kind(saving, is_enterprise=is_enterprise)]}."
    )


_WHY: dict[PoolCase, str] = {
    "ample": "the credits of the other seats are enough for all that is used",
    "partly": "a part of the credits that would leave with them is used, and would have to be "
    "bought again",
    "used-up": "the pool is used up, and all of the credits that would leave with them would have "
    "to be bought again",
}

_WHOSE_POOL = {
    "enterprise": "the enterprise's seats share one pool of credits",
    "organization": "it holds if the organization is billed by itself; in an enterprise the pool "
    "is shared, and this does not hold",
    "organizations": "each organization is taken for a pool of its own, as if it were billed by "
    "itself; in an enterprise the pool is shared, and this does not hold",
}


def _kind(saving: Saving, *, is_enterprise: bool) -> str:
    if is_enterprise:
        return "enterprise"
    return "organization" if len(saving.pools) == 1 else "organizations"


def _money(hundredths: int, currency: str) -> str:
    return f"{currency} {Decimal(hundredths).scaleb(-2):,.2f}"


def _credits(hundredths: int) -> str:
    return f"{Decimal(hundredths).scaleb(-2).to_integral_value(ROUND_HALF_UP):,}"
