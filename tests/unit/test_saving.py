"""What taking idle seats back would save: the issue's formula, and its three cases."""

from datetime import date
from decimal import Decimal

import pytest

from copilot_seat_report.report.saving import Pool, PoolCase, Saving, in_words

CENT = Decimal("0.01")


def pool(
    used: int, *, people: int = 10, idle: int = 4, price: int = 1900, name: str = "acme"
) -> Pool:
    """Credits of Copilot Business; `used` are whole ones."""
    return Pool(
        name=name,
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
        used = Pool(name="", included=0, idle_included=0, used=hundredths, idle_cost=1)
        without = Pool(name="", included=100, idle_included=100, used=hundredths, idle_cost=1)
        assert used.saving(CENT) == 1
        return without.saving(CENT)

    assert (saved(50), saved(51)) == (1, 0)


def test_nobody_is_idle() -> None:
    assert pool(5, idle=0).saving(CENT) == 0
    assert Saving(pools=(pool(50_000, idle=0),), credit_price=CENT).case == "ample"


def test_each_of_several_organizations_is_a_pool_of_its_own() -> None:
    """What one has left is no help to another."""
    both = Saving(pools=(pool(0), pool(50_000, name="beta")), credit_price=CENT)
    assert (both.monthly, both.included, both.used) == (76_00, 38_000_00, 50_000_00)
    assert both.case == "partly"
    assert Saving(pools=(pool(0), pool(50_000, idle=0)), credit_price=CENT).case == "ample"


class TestWords:
    @staticmethod
    def of(*pools: Pool, is_enterprise: bool = False) -> str:
        return " ".join(
            in_words(
                Saving(pools=pools, credit_price=CENT),
                currency="USD",
                is_enterprise=is_enterprise,
                last_day=date(2026, 10, 31),
            )
        )

    @pytest.mark.parametrize(
        ("used", "saved", "why"),
        [
            (0, "USD 76.00 of their USD 76.00 a month", "are enough for all that is used"),
            (15_200, "USD 38.00 of their USD 76.00 a month", "a part of the credits"),
            (50_000, "USD 0.00 of their USD 76.00 a month", "the pool is used up"),
        ],
    )
    def test_one_sentence_for_each_case(self, used: int, saved: str, why: str) -> None:
        words = self.of(pool(used))
        assert f"would save an estimated {saved}" in words
        assert why in words

    def test_they_say_what_the_estimate_rests_on(self) -> None:
        words = self.of(pool(15_200))
        assert "All seats bring 19,000 AI credits a month, the idle ones 7,600 of them" in words
        assert "used 15,200 in the 28 days to 2026-10-31" in words
        assert "A further credit costs USD 0.01." in words
        assert "for the next billing cycle and none beyond it: the 28 days stand for a" in words

    def test_they_say_whose_pool_it_is(self) -> None:
        assert (
            "holds if the organization is billed by itself; in an enterprise the pool is shared"
            in self.of(pool(0))
        )
        assert "each organization is taken for a pool of its own" in self.of(pool(0), pool(0))
        assert "the enterprise's seats share one pool" in self.of(pool(0), is_enterprise=True)

    def test_nobody_is_idle_and_nothing_would_be_saved(self) -> None:
        assert "Taking back" not in self.of(pool(0, idle=0))
