"""What taking the idle seats back would save, given that each seat adds AI credits to a pool.

https://docs.github.com/en/copilot/concepts/billing/organizations-and-enterprises/usage-based-billing.
Credits used beyond the pool are charged for. Taking a seat back removes its credits from the pool,
which may then not cover the use by others. So an idle seat may save its whole price, or nothing. It
is an estimate: 28 days stand for a month.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

PoolCase = Literal["ample", "partly", "used-up"]
"""Whether a pool covers all use.

- `ample`: yes, even without the idle seats' credits
- `partly`: only with some or all of them
- `used-up`: not even with all of them
"""


@dataclass(frozen=True, kw_only=True)
class Pool:
    """The AI credits of one billing entity: an enterprise, or an organization billed on its own.

    Credits and money are in hundredths. `included` are the credits of all seats per month,
    `idle_included` the idle seats' part of them, and `used` those used in the 28 days. `idle_cost`
    is the monthly list price of the idle seats.
    """

    included: int
    idle_included: int
    used: int
    idle_cost: int

    @property
    def case(self) -> PoolCase:
        """Return whether the pool covers all use."""
        if self.used <= self.included - self.idle_included:
            return "ample"
        return "used-up" if self.used >= self.included else "partly"

    @property
    def short_without(self) -> int:
        """Return the used credits that the other seats do not cover."""
        return max(0, self.used - (self.included - self.idle_included))

    def saving(self, credit_price: Decimal) -> int:
        """Return the monthly saving without the idle seats, in hundredths of the currency.

        It is their price less the additional overage without their credits, at `credit_price` (in
        the currency per credit), and between 0 and the price.
        """
        overage = max(0, self.used - self.included)
        saved = self.idle_cost - (self.short_without - overage) * credit_price
        return max(0, int(saved.to_integral_value(ROUND_HALF_UP)))


@dataclass(frozen=True, kw_only=True)
class Saving:
    """The saving without the idle seats, per pool and in total (hundredths of the currency)."""

    pools: tuple[Pool, ...]
    credit_price: Decimal

    @property
    def monthly(self) -> int:
        """Return the sum of the pools' monthly savings."""
        return sum(pool.saving(self.credit_price) for pool in self.pools)

    @property
    def included(self) -> int:
        """Return the credits of all seats per month."""
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
        """Return the monthly list price of the idle seats."""
        return sum(pool.idle_cost for pool in self.pools)

    @property
    def case(self) -> PoolCase:
        """Return the case of all pools; `partly` if they differ."""
        cases = {pool.case for pool in self.pools if pool.idle_cost}
        return cases.pop() if len(cases) == 1 else "partly" if cases else "ample"
