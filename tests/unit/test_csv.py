"""Texts become cells of CSV, one column at a time."""

import pandas as pd
import pytest

from copilot_seat_report.files import csv


def cells(*texts: str) -> list[str]:
    return csv._texts(pd.Series(texts, dtype="str"))


def test_plain_texts_are_cells_as_they_are() -> None:
    plain = ["", "person-0001", "a=b", "two words", "7-", "O'Neil", "person-0001", "Größe"]

    assert cells(*plain) == plain


@pytest.mark.parametrize("beside", [(), ("plain",), ("", "person-0001")])
@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('a "quoted" word', '"a ""quoted"" word"'),
        ("Doe, Jane", '"Doe, Jane"'),
        ("two\nlines", '"two\nlines"'),
        ("two\rlines", '"two\rlines"'),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@person", "'@person"),
        ("\tindented", "'\tindented"),
        ("-1,5", '"\'-1,5"'),
    ],
)
def test_one_that_is_not_is_quoted_or_no_formula(
    text: str, cell: str, beside: tuple[str, ...]
) -> None:
    assert cells(*beside, text, text) == [*beside, cell, cell]
