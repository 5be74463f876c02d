"""Values as text, the same in every file: times, money, numbers."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import numpy as np
import pandas as pd

from copilot_seat_report.report.columns import Column

_ROWS_AT_ONCE = 5_000

_MOMENT = np.dtype([("day", "U10"), ("minute", "U6"), ("second", "U4")])
_MINUTES = np.array([f"T{hour:02}:{minute:02}" for hour in range(24) for minute in range(60)])
_SECONDS = np.array([f":{second:02}Z" for second in range(60)])


def parts(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the table in parts, so that a million rows are never in memory as text at once."""
    for start in range(0, len(table), _ROWS_AT_ONCE):
        yield table.iloc[start : start + _ROWS_AT_ONCE]


def published(table: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """Return only these columns of a report's table, under their public names."""
    names = [column.name for column in columns]
    return table[[column.key for column in columns]].set_axis(names, axis="columns")


def iso(times: "pd.Series[pd.Timestamp]") -> list[str]:
    """Return times as ISO 8601 in UTC to the second with `Z`, or the empty text."""
    seconds = times.dt.tz_convert(None).to_numpy().astype("datetime64[s]")
    there = ~np.isnat(seconds)
    days = seconds[there].astype("datetime64[D]")
    minutes, rest = np.divmod((seconds[there] - days).astype(np.int64), 60)
    different, places = np.unique(days, return_inverse=True)
    # Put together from what is the same in many, in a third of the time of writing each.
    moments = np.zeros(len(seconds), _MOMENT)
    moments["day"][there] = np.datetime_as_string(different)[places]
    moments["minute"][there] = _MINUTES[minutes]
    moments["second"][there] = _SECONDS[rest]
    texts: list[str] = moments.view("U20").tolist()
    return texts


def amounts(hundredths: "pd.Series[int]") -> list[str]:
    """Return hundredths as amounts with two decimals; NA becomes the empty text."""
    texts = {
        value: "" if value is pd.NA else f"{Decimal(value).scaleb(-2):.2f}"
        for value in hundredths.unique().tolist()
    }
    return [texts[value] for value in hundredths.tolist()]


def numbers(column: "pd.Series[int]") -> list[int | None]:
    """Return whole numbers as Python integers; NA becomes None."""
    # The types of pandas do not know this value for NA.
    values: list[int | None]
    values = column.to_numpy(object, na_value=None).tolist()  # type: ignore[call-overload]
    return values
