"""The settings that decide status, flags and price."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The settings that decide a person's status, flags and price, the saving, and the order.

    Prices are hundredths of `currency` per month, apart from `credit_price`, which is `currency`
    per AI credit. Credits are per seat and month. `exempt_users` are logins or wildcards.
    """

    inactive_days: int = 30
    new_seat_days: int = 14
    exempt_users: tuple[str, ...] = ()
    price_business: int = 19_00
    price_enterprise: int = 39_00
    currency: str = "USD"
    credits_business: int = 1900
    credits_enterprise: int = 3900
    credit_price: Decimal = Decimal("0.01")
    sort: str = "last-activity"
