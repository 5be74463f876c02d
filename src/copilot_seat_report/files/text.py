"""Values as text, the same in every file: times, money, cells that are no formula."""

from decimal import Decimal

import numpy as np
import pandas as pd

# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def iso(times: "pd.Series[pd.Timestamp]") -> "pd.Series[str]":
    """Return times as ISO 8601 in UTC to the second with `Z`, empty where there is none."""
    seconds = times.dt.tz_convert(None).to_numpy().astype("datetime64[s]")
    texts = np.char.add(np.datetime_as_string(seconds), "Z")
    return pd.Series(np.where(np.isnat(seconds), "", texts), index=times.index, dtype="str")


def amounts(hundredths: "pd.Series[int]") -> "pd.Series[str]":
    """Return money with two decimals and a point."""
    texts = {value: f"{Decimal(int(value)).scaleb(-2):.2f}" for value in hundredths.unique()}
    return hundredths.map(texts).astype("str")


def formula_safe(texts: "pd.Series[str]") -> "pd.Series[str]":
    """Return texts with a leading `'` before what a spreadsheet would take for a formula."""
    guarded = {text: f"'{text}" if text.startswith(_FORMULA) else text for text in texts.unique()}
    return texts.map(guarded).astype("str")
