"""`history.json` as it is read: whatever is in it, it is taken whole or not at all."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.files import history as writer
from copilot_seat_report.sources.history import file as module
from copilot_seat_report.sources.history.file import (
    MAX_REPORTS,
    HistoryError,
    history_in,
    read_history,
)
from tests.histories import WEEK, encoded, history, person, report, together, totals, zipped
from tests.made_up import NOW, Json, days, time

THEN = NOW - WEEK


def failure(content: bytes) -> str:
    with pytest.raises(HistoryError) as failure:
        read_history(content)
    return str(failure.value)


def test_a_file_of_this_release_is_read() -> None:
    found = read_history(
        encoded(
            history(
                person(1, idle=days(3)),
                person(2, idle=None, idle_since=time(THEN), idle_reports=1, leaving=True),
                reports=[report(THEN - WEEK), report(THEN)],
            )
        )
    )
    assert found.scope.api == "127.0.0.1"
    assert found.scope.organizations == ("acme",)
    assert found.last.report_time == THEN
    assert found.last.totals.idle == 1
    assert found.last.rules.inactive_days == 30
    assert found.people.login == ["person-0001", "person-0002"]
    assert found.people.last_activity_at == [THEN - days(3), None]
    assert found.people.idle_since == [None, THEN]
    assert found.people.leaving == [False, True]


def test_a_fact_that_nobody_has_is_left_out_of_the_file_and_known_of_everyone() -> None:
    people = read_history(encoded(history(person(1, idle=None), person(2, idle=None)))).people
    assert people.of("last_activity_at") == people.of("last_active_day") == [None, None]
    assert people.of("exempt") == people.of("not_read") == [False, False]
    assert people.of("idle_reports") == [0, 0]


def test_more_values_than_any_report_has_are_refused_before_they_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = encoded(history(person(1), person(2)))
    monkeypatch.setattr(module, "MAX_VALUES", content.count(b","))
    assert read_history(content).people.login == ["person-0001", "person-0002"]
    monkeypatch.setattr(module, "MAX_VALUES", content.count(b",") - 1)
    assert re.fullmatch(
        "has more than [0-9]+ values, which is more than a report has", failure(content)
    )


def test_what_a_later_release_adds_within_the_schema_is_passed_over() -> None:
    somebody = person(1) | {"shoe_size": 43}
    assert read_history(encoded(history(somebody, mood="good"))).people.login == ["person-0001"]


def test_a_schema_of_tomorrow_is_refused_politely() -> None:
    assert failure(encoded(history(schema_version=2) | {"people": "in another form"})) == (
        "was made by a newer release of this action (schema 2; this one reads 1)"
    )


@pytest.mark.parametrize("rest", [b"]", b"[" * 100_000, b'"\xff"'])
def test_what_is_neither_of_this_schema_nor_readable_to_its_end_is_refused(rest: bytes) -> None:
    content = b'{"schema_version": "none", "more": ' + rest
    assert failure(content) == "is not a history.json that this action wrote (at $.schema_version)"


def with_person(**changes: object) -> Json:
    return history(person(1) | changes)


def with_totals(**changes: object) -> Json:
    return history(reports=[report(figures=totals(**changes))])


TWO = (person(1), person(2))
LATER = time(THEN + timedelta(seconds=1))
IMPOSSIBLE: dict[str, Json] = {
    "activity later than its own report": with_person(last_activity_at=LATER),
    "a grant later than its own report": with_person(created_at=LATER),
    "newer activity later than its own report": with_person(newest_activity_at=LATER),
    "idle since later than its own report": with_person(idle_since=LATER, idle_reports=1),
    "a day of use later than its own report": with_person(last_active_day="2026-10-27"),
    "a time that is not in UTC": with_person(last_activity_at="2026-10-20T05:00:00-04:00"),
    "a report's time that is not in UTC": history(
        reports=[report() | {"report_time": "2026-10-26T07:00:00+01:00"}]
    ),
    "a fact of some people only": history() | {"people": together(*TWO) | {"exempt": [True]}},
    "a fact of more people than there are": history()
    | {"people": together(*TWO) | {"leaving": [True] * 3}},
    "a price of nobody": history() | {"people": together() | {"monthly_price": [19.0]}},
    "people without a grant": history() | {"people": together(*TWO) | {"created_at": []}},
    "a person twice": history(person(1), person(1)),
    "somebody without an id": with_person(id=None),
    "a pseudonym with an id": with_person() | {"key_check": "key-0123456789ab"},
    "idle in reports, and since none": with_person(idle_reports=3),
    "no report": history() | {"reports": []},
    "too many reports": history(
        reports=[report(THEN - timedelta(hours=n)) for n in range(MAX_REPORTS, -1, -1)]
    ),
    "reports at the same time": history(reports=[report(), report()]),
    "reports the newest first": history(reports=[report(THEN), report(THEN - WEEK)]),
    "more idle than unused": with_totals(inactive=0, active=2),
    "statuses that are not everyone": with_totals(new=1),
    "idle seats that cost more than all": with_totals(idle_monthly_cost=39.0),
    "more seats without an assignee than seats": with_totals(unassigned=3),
    "neither enterprise nor organization": history(scope={"api": "api.github.com"}),
    "enterprise and organization": history(
        scope={"api": "api.github.com", "enterprise": "megacorp", "organizations": ["acme"]}
    ),
    "organizations that are not sorted": history(
        scope={"api": "api.github.com", "organizations": ["globex", "acme"]}
    ),
    "organizations in capitals": history(
        scope={"api": "api.github.com", "organizations": ["Acme"]}
    ),
}


@pytest.mark.parametrize("content", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_what_no_report_can_have_written_is_refused(content: Json) -> None:
    assert failure(encoded(content)).startswith("contradicts itself: it")


WRONG: dict[str, Json] = {
    "a login that is markup": with_person(login="<img src=x onerror=alert(1)>"),
    "a login with a line break at its end": with_person(login="mallory\n"),
    "two logins in one": with_person(login="mallory\neve"),
    "a login that is a formula": with_person(login="=cmd()"),
    "a login without end": with_person(login="a" * 101),
    "no login": with_person(login=""),
    "an organization that is markup": history(
        scope={"api": "api.github.com", "organizations": ["<b>acme</b>"]}
    ),
    "a host that is markup": history(scope={"api": "<b>", "organizations": ["acme"]}),
    "a negative id": with_person(id=-1),
    "an id beyond 64 bits": with_person(id=2**63),
    "a price beyond measure": with_person(monthly_price=1e300),
    "a negative price": with_person(monthly_price=-1),
    "a negative number of people": with_totals(exempt=-1),
    "a billion billions of people": with_totals(exempt=10**18),
    "half a person": with_totals(exempt=0.5),
    "a time without an offset": with_person(created_at="2026-01-01T00:00:00"),
    "a time that is none": with_person(created_at="yesterday"),
    "days beyond measure": history(reports=[report(inactive_days=10**9)]),
    "a currency that is markup": history(reports=[report(currency="<i>")]),
    "a schema that is text": history(schema_version="1"),
    "a schema before the first": history(schema_version=0),
    "people that are a number": history() | {"people": 10**9},
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_a_value_out_of_bounds_is_refused_without_being_quoted(content: Json) -> None:
    said = failure(encoded(content))
    assert said.startswith("is not a history.json that this action wrote (at $.")
    assert "<" not in said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b'"\xff"',
        b"<html>",
        b"[" * 100_000,
        b'{"schema_version": 1',
        encoded(history()).replace(b"19.0", b"NaN"),
        encoded(history()).replace(b"19.0", b"1e999"),
    ],
)
def test_what_is_not_json_is_refused(content: bytes) -> None:
    assert failure(content).startswith(("is not valid JSON (", "is not a history.json"))


@given(
    st.binary()
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(
        lambda value: json.dumps(value).encode()
    )
)
def test_whatever_is_read_nothing_but_a_history_error_is_raised(content: bytes) -> None:
    with pytest.raises(HistoryError):
        read_history(content)


# --- The zip


def test_of_a_zip_only_history_json_is_read() -> None:
    archive = zipped({"../history.json": b"1", "a/history.json": b"2", "history.json": b"3"})
    assert history_in(io.BytesIO(archive)) == b"3"


def test_a_report_on_a_selection_has_no_history() -> None:
    assert history_in(io.BytesIO(zipped({"report.html": b"<html>"}))) is None


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_with_two_of_the_name_is_refused() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zip_:
        zip_.writestr("history.json", b"1")
        zip_.writestr("history.json", b"2")
    with pytest.raises(HistoryError, match="is in a zip with another"):
        history_in(archive)


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1000)
    archive = zipped({"history.json": b" " * 1001})
    assert len(archive) < 200
    with pytest.raises(HistoryError, match="is larger than 0 MiB"):
        history_in(io.BytesIO(archive))


def test_of_a_zip_that_understates_a_size_no_more_than_that_is_unpacked() -> None:
    archive = zipped({"history.json": b" " * 1_000_000})
    size = (1_000_000).to_bytes(4, "little")
    assert archive.count(size) == 2
    with pytest.raises(HistoryError, match="damaged zip"):
        history_in(io.BytesIO(archive.replace(size, (10).to_bytes(4, "little"))))


def test_a_directory_without_end_is_not_read() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zip_:
        for number in range(2_000):
            zip_.writestr(f"{number:05}", b"")
    with pytest.raises(HistoryError, match="more files than a report has"):
        history_in(archive)


def _cut(archive: bytes) -> bytes:
    return archive[: len(archive) // 2]


def _with_comment(archive: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as zip_:
        assert not zip_.comment
    file = io.BytesIO(archive)
    with zipfile.ZipFile(file, "a") as zip_:
        zip_.comment = b"anything"
    return file.getvalue()


def _of_64_bits(archive: bytes) -> bytes:
    return archive[:-22] + b"PK\6\7" + b"\0" * 16 + archive[-22:]


@pytest.mark.parametrize(
    "damage", [_cut, _with_comment, _of_64_bits, lambda _: b"", lambda _: b"PK"]
)
def test_an_archive_that_is_not_a_reports_is_refused(damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(HistoryError, match="is in something that is not a report's zip"):
        history_in(io.BytesIO(damage(zipped({"history.json": b"{}"}))))


def test_a_member_that_is_packed_in_another_way_is_refused() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_LZMA) as zip_:
        zip_.writestr("history.json", b"{}")
    with pytest.raises(HistoryError, match="has an unusual compression"):
        history_in(archive)


@given(st.data())
def test_a_damaged_zip_is_refused_or_read(data: st.DataObject) -> None:
    archive = bytearray(zipped({"report.html": b"<html>", "history.json": b'{"a": 1}' * 10}))
    for _ in range(data.draw(st.integers(1, 5))):
        archive[data.draw(st.integers(0, len(archive) - 1))] = data.draw(st.integers(0, 255))
    try:
        content = history_in(io.BytesIO(bytes(archive)))
    except HistoryError:
        return
    assert content is None or len(content) <= module.MAX_BYTES


def test_no_day_of_use_is_written_as_later_than_the_report() -> None:
    days = pd.Series(["2026-11-03", "2026-11-02", "2026-10-31", ""], dtype="str")
    written = writer._days(pd.DataFrame({"last_active_day": days}), "2026-11-02").tolist()
    assert written == ["2026-11-02", "2026-11-02", "2026-10-31", ""]
