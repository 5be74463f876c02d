"""The price of a seat: its plan and the plan's list price.

A person is priced once, at their most expensive plan (`people.py`):
https://docs.github.com/en/copilot/reference/copilot-billing/seat-assignment.
"""

import numpy as np
import pandas as pd

from copilot_seat_report.rules import Rules

PLANS = ("business", "enterprise")


def priced(stated: "pd.Series[str]", of_organization: "pd.Series[str]") -> pd.DataFrame:
    """Return each seat's `plan` (one of `PLANS`) and its `plan_source`.

    `stated` is the seat's own plan type as GitHub states it, and `of_organization` that of its
    organization; both may be empty or unknown. The source is `seat`, `organization` or, for
    Business if neither states a plan, `assumption`.
    """
    by_seat = stated.isin(PLANS)
    by_organization = ~by_seat & of_organization.isin(PLANS)
    plan = stated.where(by_seat, of_organization).where(by_seat | by_organization, PLANS[0])
    source = np.select([by_seat, by_organization], ["seat", "organization"], "assumption")
    return pd.DataFrame(
        {"plan": plan, "plan_source": pd.Series(source, index=stated.index, dtype="str")}
    )


def prices_of(plans: "pd.Series[str]", rules: Rules) -> "pd.Series[int]":
    """Return the list price of each plan: `int64`, hundredths of the currency per month."""
    price = {"business": rules.price_business, "enterprise": rules.price_enterprise}
    return pd.Series([price[plan] for plan in plans.tolist()], plans.index, dtype="int64")
