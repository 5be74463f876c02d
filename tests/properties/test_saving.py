"""A saving is never negative, and never more than the idle seats cost."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.report.saving import Pool

AMOUNTS = st.integers(0, 10**12)


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    idle_included = draw(AMOUNTS)
    return Pool(
        included=idle_included + draw(AMOUNTS),
        idle_included=idle_included,
        used=draw(AMOUNTS),
        idle_cost=draw(AMOUNTS),
    )


PRICES = st.decimals(0, 1000, places=4)


@given(pools(), PRICES)
def test_it_is_between_nothing_and_the_cost(pool: Pool, price: Decimal) -> None:
    assert 0 <= pool.saving(price) <= pool.idle_cost


@given(pools(), PRICES)
def test_its_case_says_what_it_is(pool: Pool, price: Decimal) -> None:
    if pool.case == "ample":
        assert pool.saving(price) == pool.idle_cost
    if pool.case == "used-up":
        bought_again = pool.idle_included * price
        assert pool.saving(price) <= max(Decimal(1), pool.idle_cost - bought_again + 1)


@given(pools(), PRICES, AMOUNTS)
def test_more_use_never_makes_it_larger(pool: Pool, price: Decimal, more: int) -> None:
    busier = Pool(
        included=pool.included,
        idle_included=pool.idle_included,
        used=pool.used + more,
        idle_cost=pool.idle_cost,
    )
    assert busier.saving(price) <= pool.saving(price)
