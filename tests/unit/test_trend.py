"""What changed since the earlier report in words, and the series of reports as a picture."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pandas as pd
import pytest

from copilot_seat_report.files import changes, page
from copilot_seat_report.files.page import write_page
from copilot_seat_report.files.summary import render_summary
from copilot_seat_report.files.trend import Line, trend
from copilot_seat_report.report.columns import CHANGES, HISTORY
from copilot_seat_report.report.model import History, Report
from copilot_seat_report.sources.history.earlier import ThisReport
from copilot_seat_report.sources.history.file import PastReport, ReportRules, Scope
from tests import histories
from tests.github_markdown import Seen
from tests.histories import RULES, WEEK
from tests.made_up import NOW, Json
from tests.reports import report

SCOPE = Scope(api="127.0.0.1", organizations=("acme",))


def series(*figures: tuple[int, int], weeks: Sequence[float] = (), **changed: Json) -> list[Json]:
    """Weekly reports of so many people and idle people, the last one now.

    `weeks` says how long ago each was instead; `changed` changes the one of that number (`_2`).
    """
    ago = weeks or range(len(figures) - 1, -1, -1)
    return [
        histories.report(
            NOW - week * WEEK,
            histories.totals(people, idle, **changed.get(f"_{place}", {}).get("totals", {})),
            **changed.get(f"_{place}", {}).get("rules", {}),
        )
        for place, ((people, idle), week) in enumerate(zip(figures, ago, strict=True))
    ]


def with_history(reports: list[Json], rows: pd.DataFrame | None = None) -> Report:
    past = msgspec.convert(reports, tuple[PastReport, ...])
    rules = ReportRules(**RULES)
    this = ThisReport(scope=SCOPE, shown_scope=SCOPE, key_check="", rules=rules, report_time=NOW)
    made = report(6)
    compared = None if rows is None else NOW - WEEK
    return replace(
        made,
        history=History(this=this, reports=past, changes=rows),
        totals=replace(made.totals, previous_report_time=compared, complete=True),
    )


def rows(**logins: list[str]) -> pd.DataFrame:
    """So many changes of each kind (`went_idle`), by the columns of changes.csv."""
    made = [
        {"login": login, "change": kind.replace("_", "-")}
        for kind, names in logins.items()
        for login in names
    ]
    empty: dict[str, str | int] = {"text": "", "past-money": 0}
    table = pd.DataFrame(made, columns=["login", "change"]).astype("str")
    for column in CHANGES:
        if column.kind in empty and column.name not in table:
            table[column.name] = empty[column.kind]
        elif column.kind == "time":
            table[column.name] = pd.Series(pd.NaT, table.index, dtype="datetime64[us, UTC]")
        elif column.kind == "id":
            table[column.name] = pd.Series(pd.NA, table.index, dtype="Int64")
    return table[[column.name for column in CHANGES]]


TWO = series((10, 4), (12, 3))


def test_the_changes_in_a_sentence() -> None:
    made = with_history(TWO, rows(went_idle=["ann", "bob"], gone=["cy"]))

    assert changes.sentence(made) == (
        "Since 26 October 2026: 2 went idle, 0 came back, 0 granted, 1 gone."
    )


def test_the_changes_since_a_report_of_the_same_day() -> None:
    made = with_history(TWO, rows(went_idle=["ann"]))
    totals = replace(made.totals, previous_report_time=NOW - timedelta(hours=2))

    assert changes.sentence(replace(made, totals=totals)).startswith(
        "Since 2 November 2026, 04:00 UTC: 1 went idle"
    )


def test_on_the_page_a_change_is_with_its_person_and_the_others_have_none() -> None:
    logins = report(6).people["login"].tolist()
    first, second, third, *others = logins
    made = with_history(TWO, rows(went_idle=[second], granted=[first], gone=[third]))

    assert dict(zip(logins, page._changes(made), strict=True)) == {
        first: "granted",
        second: "went-idle",
        **dict.fromkeys((third, *others), ""),
    }


def test_where_it_is_not_known_since_when_people_are_idle_there_is_no_choice() -> None:
    made = report(6)

    def choices(since: object, reports: object) -> list[bool]:
        known = made.people.assign(
            idle_since=pd.Series(since, made.people.index, dtype="datetime64[us, UTC]"),
            idle_reports=pd.Series(reports, made.people.index, dtype="Int64"),
        )
        return [page._has_choices(replace(made, people=known), column) for column in HISTORY]

    assert choices(pd.Timestamp(NOW), 2) == [True, True]
    assert choices(pd.NaT, pd.NA) == [False, False]


@pytest.mark.parametrize("incomplete", ["then", "now"])
def test_where_a_list_was_not_complete_nothing_is_said_of_grants(incomplete: str) -> None:
    reports = series((10, 4), (12, 3), _0={"totals": {"complete": incomplete != "then"}})
    made = with_history(reports, rows(went_idle=["ann"]))
    if incomplete == "now":
        made = replace(made, totals=replace(made.totals, complete=False))

    assert changes.sentence(made) == (
        "Since 26 October 2026, among the people read in both reports: 1 went idle, 0 came back. "
        "It is unknown who was granted a seat and who is gone, because not all seats were read in "
        "both reports."
    )


def test_where_nothing_was_compared_nothing_is_said() -> None:
    assert changes.sentence(report(3)) == ""
    assert changes.sentence(with_history(TWO)) == ""


def test_the_page_and_the_summary_say_what_changed(tmp_path: Path) -> None:
    logins = report(6).people["login"].tolist()
    made = with_history(TWO, rows(went_idle=logins[:1], gone=["<b>cy</b>"]))
    write_page(made, tmp_path / "report.html")

    page = (tmp_path / "report.html").read_text("utf-8")
    assert page.count("Since 26 October 2026: 1 went idle, 0 came back, 0 granted, 1 gone.") == 2
    assert 'href="#change=went-idle"' in page
    assert "&lt;b&gt;cy&lt;/b&gt;" in page
    assert '"changes":{"values":["went-idle",""]' in page
    assert "Since 26 October 2026: 1 went idle" in render_summary(made, detail="totals")


def test_the_full_summary_names_who_changed() -> None:
    gone = [f"gone-{number}" for number in range(12)]
    made = with_history(TWO, rows(went_idle=["mona", "<b>"], gone=gone))

    full, totals = (Seen(render_summary(made, detail=detail)) for detail in ("full", "totals"))

    assert "2 went idle: mona, <b>" in full.text
    assert "12 gone: gone-0, gone-1, gone-2" in full.text
    assert "gone-9 and 2 more" in full.text
    assert "came back:" not in full.text
    assert "Who changed" not in totals.text
    assert not any(name in totals.text for name in ("mona", "gone-1"))


def test_the_cents_at_the_top_of_the_picture_are_those_of_the_report(tmp_path: Path) -> None:
    dear = [{**each, "totals": {**each["totals"], "idle-monthly-cost": 8.29}} for each in TWO]
    write_page(with_history(dear), tmp_path / "report.html")

    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Idle cost per month, highest: USD\N{NO-BREAK SPACE}8.29" in page


def test_many_changes_are_counted_beyond_those_listed(tmp_path: Path) -> None:
    made = with_history(TWO, rows(gone=[f"person-{number}" for number in range(60)]))
    write_page(made, tmp_path / "report.html")

    assert "and 10 more" in (tmp_path / "report.html").read_text("utf-8")


# --- The picture


def test_what_can_be_compared_is_joined() -> None:
    made = trend(with_history(series((10, 4), (10, 2), (5, 1))))

    assert made
    people, idle, cost = made.lines
    assert people.segments == ("0.0,0.0 50.0,0.0 100.0,50.0",)
    assert idle.segments == ("0.0,0.0 50.0,50.0 100.0,75.0",)
    assert (people.most, idle.most, cost.most) == (10, 4, 76.0)
    assert made.changes_of_rules == ()
    assert [each.totals.people for each in made.reports] == [5, 10, 10]


def test_other_rules_are_marked_and_break_the_line() -> None:
    reports = series((10, 4), (10, 4), (10, 2), (10, 2), _0={"rules": {"inactive_days": 60}})
    reports[1]["rules"] = reports[0]["rules"]

    made = trend(with_history(reports))

    assert made
    assert made.changes_of_rules == (66.67,)
    assert made.lines[1].segments == ("0.0,0.0 33.33,0.0", "66.67,50.0 100.0,50.0")


def test_a_missing_report_is_a_gap() -> None:
    made = trend(with_history(series((4, 1), (4, 1), (4, 1), (4, 1), weeks=(5, 4, 1, 0))))

    assert made
    assert [segment.count(" ") for segment in made.lines[0].segments] == [1, 1]


def test_costs_in_another_currency_are_no_points() -> None:
    reports = series((9, 9), (9, 2), (9, 1), _0={"rules": {"currency": "JPY"}})

    people, _, cost = _lines(reports)

    assert len(people.dots) == 3
    assert (cost.dots, cost.most) == (((50.0, 0.0), (100.0, 50.0)), 38.0)


def test_where_all_costs_are_in_another_currency_there_is_no_line_of_them() -> None:
    yen = {"rules": {"currency": "JPY"}}

    assert [line.name for line in _lines(series((9, 9), (9, 2), _0=yen, _1=yen))] == [
        "People",
        "Idle people",
    ]


def _lines(reports: list[Json]) -> tuple[Line, ...]:
    made = trend(with_history(reports))
    assert made
    return made.lines


def test_an_incomplete_report_is_no_point_and_a_gap() -> None:
    reports = series((9, 1), (9, 1), (3, 1), (9, 1), (9, 1), _2={"totals": {"complete": False}})

    made = trend(with_history(reports))

    assert made
    assert len(made.lines[0].dots) == 4
    assert len(made.lines[0].segments) == 2


def test_a_report_alone_is_no_trend() -> None:
    assert trend(report(3)) is None
    assert trend(with_history(series((4, 1)))) is None
    assert trend(with_history(series((4, 1), (4, 1), _0={"totals": {"complete": False}}))) is None


def test_nobody_is_a_line_at_the_bottom() -> None:
    made = trend(with_history(series((0, 0), (0, 0))))

    assert made
    assert made.lines[0].segments == ("0.0,100.0 100.0,100.0",)
