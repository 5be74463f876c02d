"""Pseudonyms: the same name the same, another name another, and nothing of the name in them."""

import pandas as pd

from copilot_seat_report.report.anonymize import Pseudonyms


def test_a_key_makes_them_the_same_in_every_run() -> None:
    """The first digits of HMAC-SHA-256: a key keeps the pseudonyms over releases too."""
    assert Pseudonyms("key").of("person", "mona") == "person-9e322015a9e9"
    assert Pseudonyms("key").of("person", "mona") == Pseudonyms("key").of("person", "mona")


def test_each_key_kind_and_name_has_its_own() -> None:
    names = {
        Pseudonyms(key).of(kind, name)
        for key in ("key", "another")
        for kind in ("person", "team", "organization", "enterprise")
        for name in ("mona", "hubot")
    }
    assert len(names) == 16


def test_without_a_key_each_run_has_its_own() -> None:
    assert Pseudonyms("").of("person", "mona") != Pseudonyms("").of("person", "mona")


def test_case_makes_no_other_name() -> None:
    pseudonyms = Pseudonyms("key")
    assert pseudonyms.of("person", "Mona") == pseudonyms.of("person", "mona")


def test_no_name_stays_none() -> None:
    assert Pseudonyms("key").of("team", "") == ""


def test_a_cell_may_hold_several() -> None:
    pseudonyms = Pseudonyms("key")
    column = pd.Series(["Web\nApps", "Web", "", "Web\nApps"], dtype="str")

    web, apps = pseudonyms.of("team", "Web"), pseudonyms.of("team", "Apps")
    both = "\n".join(sorted([web, apps]))
    assert list(pseudonyms.column("team", column)) == [both, web, "", both]


def test_a_column_of_nothing() -> None:
    column = Pseudonyms("key").column("team", pd.Series([], dtype="str"))
    assert list(column) == []
    assert column.dtype == "str"
