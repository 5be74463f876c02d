"""Figures, money, times and lists for people, each formatted in one place."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

NO_TIME = "none recorded"


def plural(number: int, one: str, many: str) -> str:
    """Return the number with its noun.

    >>> plural(1, "person", "people")
    '1 person'
    >>> plural(1_200, "person", "people")
    '1,200 people'
    """
    return f"{number:,} {one if number == 1 else many}"


def people(number: int) -> str:
    """Return a number of people."""
    return plural(number, "person", "people")


def seats(number: int) -> str:
    """Return a number of seats."""
    return plural(number, "seat", "seats")


def days(number: int) -> str:
    """Return a number of days."""
    return plural(number, "day", "days")


def last_days(number: int) -> str:
    """Return a period of days up to now; for one day, `last 24 hours`."""
    return "last 24 hours" if number == 1 else f"last {days(number)}"


def duration(length: timedelta) -> str:
    """Return a duration in whole hours or, from two days on, whole days, rounded down."""
    hours = length // timedelta(hours=1)
    if hours < 1:
        return "less than an hour"
    return plural(hours, "hour", "hours") if hours < 48 else days(hours // 24)


def share(part: int, whole: int) -> Decimal:
    """Return the percentage with one decimal, halves rounded up; 0.0 if `whole` is 0."""
    exact = Decimal(100 * part) / whole if whole else Decimal(0)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def percent(part: int, whole: int) -> str:
    """Return the percentage as text; empty if `whole` is 0."""
    return f"{share(part, whole)}%" if whole else ""


def percentage(number: Decimal) -> str:
    """Return a percentage from the settings, with as many decimals as it needs.

    >>> percentage(Decimal("1E+1"))
    '10%'
    """
    return f"{number.normalize():f}%"


def amount(hundredths: int) -> Decimal:
    """Return whole hundredths of a currency as an amount with two decimals."""
    return Decimal(hundredths).scaleb(-2).quantize(Decimal("0.01"))


def figure(money: Decimal | int) -> str:
    """Return an amount (Decimal) or hundredths (int) for a column, always with cents."""
    return f"{money if isinstance(money, Decimal) else amount(money):,.2f}"


def price(money: Decimal | int) -> str:
    """Return an amount or hundredths for a sentence, with cents only if there are any.

    >>> price(19_00), price(19_50)
    ('19', '19.50')
    """
    return figure(money).removesuffix(".00")


def day(time: datetime | None) -> str:
    """Return the date of a time (UTC)."""
    return f"{time:%Y-%m-%d}" if time else NO_TIME


def moment(time: datetime | None) -> str:
    """Return a time (UTC) to the minute."""
    return f"{time:%Y-%m-%d %H:%M} UTC" if time else NO_TIME


def long_day(time: date) -> str:
    """Return a date, written out."""
    return f"{time.day} {time:%B %Y}"


def long_moment(time: datetime) -> str:
    """Return a time (UTC) to the minute, with its date written out."""
    return f"{long_day(time)}, {time:%H:%M} UTC"


def joined(parts: Sequence[str]) -> str:
    """Return the parts as a list in a sentence.

    >>> joined(["Ann", "Bob", "Cy"])
    'Ann, Bob and Cy'
    """
    if not parts:
        return ""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def listed(names: Sequence[str], shown: int = 3) -> str:
    """Return names as a list in a sentence; those beyond the first few are counted.

    >>> listed(["Ann", "Bob"])
    'Ann and Bob'
    >>> listed(["Ann", "Bob", "Cy", "Di", "Ed"])
    'Ann, Bob, Cy and 2 more'
    """
    return joined([*names[:shown], f"{len(names) - shown:,} more"] if len(names) > shown else names)
