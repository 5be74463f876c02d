"""Figures, money, times and lists as people read them."""

import doctest
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from copilot_seat_report import formatting
from copilot_seat_report.formatting import (
    amount,
    days,
    duration,
    figure,
    joined,
    last_days,
    long_moment,
    moment,
    people,
    percent,
    percentage,
    price,
    seats,
    share,
)

TIME = datetime(2026, 9, 3, 6, 5, tzinfo=UTC)


def test_the_examples() -> None:
    assert doctest.testmod(formatting).failed == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (people(0), "0 people"),
        (people(1), "1 person"),
        (people(12_345), "12,345 people"),
        (seats(1), "1 seat"),
        (days(1), "1 day"),
        (days(3_650), "3,650 days"),
        (last_days(30), "last 30 days"),
        (last_days(1), "last 24 hours"),
    ],
)
def test_one_and_many(text: str, expected: str) -> None:
    assert text == expected


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(0), "less than an hour"),
        (timedelta(minutes=59), "less than an hour"),
        (timedelta(minutes=60), "1 hour"),
        (timedelta(hours=47, minutes=59), "47 hours"),
        (timedelta(hours=48), "2 days"),
        (timedelta(days=1_200, hours=23), "1,200 days"),
    ],
)
def test_a_length_of_time(length: timedelta, text: str) -> None:
    assert duration(length) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 3, "0.0"),
        (3, 3, "100.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 8, "12.5"),
        # A half is rounded up, not to the even digit.
        (1, 16, "6.3"),
        (1, 400, "0.3"),
        (9, 400, "2.3"),
        (1, 2000, "0.1"),
        (1, 2001, "0.0"),
    ],
)
def test_a_share(part: int, whole: int, text: str) -> None:
    assert str(share(part, whole)) == text
    assert percent(part, whole) == f"{text}%"


def test_a_share_of_nothing() -> None:
    assert str(share(0, 0)) == "0.0"
    assert percent(0, 0) == ""


@pytest.mark.parametrize(
    ("number", "text"),
    [("10", "10%"), ("1E+1", "10%"), ("0", "0%"), ("24.99", "24.99%"), ("12.50", "12.5%")],
)
def test_a_percentage_that_somebody_set(number: str, text: str) -> None:
    assert percentage(Decimal(number)) == text


@pytest.mark.parametrize(
    ("hundredths", "exact", "column", "sentence"),
    [
        (0, "0.00", "0.00", "0"),
        (5, "0.05", "0.05", "0.05"),
        (19_00, "19.00", "19.00", "19"),
        (19_50, "19.50", "19.50", "19.50"),
        (123_456_789_012, "1234567890.12", "1,234,567,890.12", "1,234,567,890.12"),
    ],
)
def test_money(hundredths: int, exact: str, column: str, sentence: str) -> None:
    assert str(amount(hundredths)) == exact
    assert figure(hundredths) == figure(amount(hundredths)) == column
    assert price(hundredths) == price(amount(hundredths)) == sentence


def test_times() -> None:
    assert moment(TIME) == "2026-09-03 06:05 UTC"
    assert moment(None) == "none recorded"
    assert long_moment(TIME) == "3 September 2026, 06:05 UTC"


def test_lists() -> None:
    assert joined([]) == ""
    assert joined(["Ann"]) == "Ann"
    assert joined(["Ann", "Bob", "Cy"]) == "Ann, Bob and Cy"
