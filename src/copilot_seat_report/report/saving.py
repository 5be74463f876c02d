"""What taking the idle seats back would save, where each seat brings AI credits to a shared pool.

https://docs.github.com/en/copilot/concepts/billing/organizations-and-enterprises/usage-based-billing.
Credits used beyond the pool are charged for; a seat that goes takes its credits along, and the pool
may then no longer be enough for what the others use. So an idle seat may save its whole price, or
nothing. All of it is an estimate: 28 days stand for a month.
"""

from dataclasses import dataclass
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
    def idle_included(self) -> int:
        """Return the idle seats' part of them."""
        return sum(pool.idle_included for pool in self.pools)

    @property
    def used(self) -> int:
        """Return the credits that were used in the 28 days."""
        return sum(pool.used for pool in self.pools)

    @property
    def idle_cost(self) -> int:
        """Return the list price of the idle seats a month."""
        return sum(pool.idle_cost for pool in self.pools)

    @property
    def case(self) -> PoolCase:
        """Say whether the pools are enough; where they differ, some of the price is saved."""
        cases = {pool.case for pool in self.pools if pool.idle_cost}
        return cases.pop() if len(cases) == 1 else "partly" if cases else "ample"
