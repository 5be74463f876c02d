"""Values as text, the same in every file: times, money, numbers."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import numpy as np
import pandas as pd

from copilot_seat_report.report.columns import Column

_ROWS_AT_ONCE = 10_000


def parts(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Give the table a part at a time: a million rows are not in memory as text all at once."""
    for start in range(0, len(table), _ROWS_AT_ONCE):
        yield table.iloc[start : start + _ROWS_AT_ONCE]


def published(table: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """Return these columns of a report's table alone, under their names."""
    names = [column.name for column in columns]
    return table[[column.key for column in columns]].set_axis(names, axis="columns")


def iso(times: "pd.Series[pd.Timestamp]") -> list[str]:
    """Return times as ISO 8601 in UTC to the second with `Z`, empty if there is none."""
    seconds = times.dt.tz_convert(None).to_numpy().astype("datetime64[s]")
    there = ~np.isnat(seconds)
    moments = np.full(len(seconds), "", dtype="U20")
    moments[there] = np.datetime_as_string(seconds[there], timezone="UTC")
    texts: list[str] = moments.tolist()
    return texts


def amounts(hundredths: "pd.Series[int]") -> list[str]:
    """Return hundredths with two decimals and a point, empty if there are none."""
    texts = {
        value: "" if value is pd.NA else f"{Decimal(value).scaleb(-2):.2f}"
        for value in hundredths.unique().tolist()
    }
    return [texts[value] for value in hundredths.tolist()]


def numbers(column: "pd.Series[int]") -> list[int | None]:
    """Return whole numbers as Python's own, None if there is none."""
    return column.astype(object).where(column.notna(), None).tolist()
