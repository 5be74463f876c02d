"""The settings that decide status, flags and price."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The settings that decide a person's status, flags and price, and the order of people.

    Prices are hundredths of `currency` a month; `exempt_users` are logins or wildcards.
    """

    inactive_days: int = 30
    new_seat_days: int = 14
    exempt_users: tuple[str, ...] = ()
    price_business: int = 19_00
    price_enterprise: int = 39_00
    currency: str = "USD"
    sort: str = "last-activity"
