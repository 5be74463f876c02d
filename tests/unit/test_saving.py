"""What taking idle seats back would save: the issue's formula, and its three cases."""

from decimal import Decimal

import pytest

from copilot_seat_report.report.saving import Pool, PoolCase, Saving

CENT = Decimal("0.01")


def pool(used: int, *, people: int = 10, idle: int = 4, price: int = 1900) -> Pool:
    """Credits of Copilot Business; `used` are whole ones."""
    return Pool(
        included=people * 1900_00,
        idle_included=idle * 1900_00,
        used=used * 100,
        idle_cost=idle * price,
    )


@pytest.mark.parametrize(
    ("used", "case", "saved"),
    [
        (0, "ample", 76_00),
        (11_400, "ample", 76_00),  # just enough without the idle seats' 7,600
        (11_401, "partly", 75_99),
        (15_200, "partly", 38_00),
        (18_999, "partly", 1),
        (19_000, "used-up", 0),
        (50_000, "used-up", 0),
    ],
)
def test_a_pool(used: int, case: PoolCase, saved: int) -> None:
    assert (pool(used).case, pool(used).saving(CENT)) == (case, saved)


def test_credits_may_be_worth_less_than_the_seat() -> None:
    assert pool(50_000).saving(Decimal("0.004")) == 76_00 - 30_40
    assert pool(50_000).saving(Decimal(0)) == 76_00


def test_credits_may_be_worth_more_than_the_seat_and_nothing_is_lost_by_keeping_it() -> None:
    assert pool(50_000, price=1000).saving(CENT) == 0


def test_a_fraction_of_a_hundredth_is_rounded_half_up() -> None:
    def saved(hundredths: int) -> int:
        used = Pool(included=0, idle_included=0, used=hundredths, idle_cost=1)
        without = Pool(included=100, idle_included=100, used=hundredths, idle_cost=1)
        assert used.saving(CENT) == 1
        return without.saving(CENT)

    assert (saved(50), saved(51)) == (1, 0)


def test_nobody_is_idle() -> None:
    assert pool(5, idle=0).saving(CENT) == 0
    assert Saving(pools=(pool(50_000, idle=0),), credit_price=CENT).case == "ample"


def test_each_of_several_organizations_is_a_pool_of_its_own() -> None:
    """What one has left is no help to another."""
    both = Saving(pools=(pool(0), pool(50_000)), credit_price=CENT)
    assert (both.monthly, both.included, both.used) == (76_00, 38_000_00, 50_000_00)
    assert both.case == "partly"
    assert Saving(pools=(pool(0), pool(50_000, idle=0)), credit_price=CENT).case == "ample"
