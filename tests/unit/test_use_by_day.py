"""Each day of a person counts once, whatever files it stands in and whatever is missing from it."""

from collections.abc import Mapping
from datetime import date
from itertools import permutations

import msgspec
import pytest

from copilot_seat_report.github.usage_metrics import Record, Records
from copilot_seat_report.sources.use_by_day import PersonUse, UseByDay

FIRST, LAST = date(2026, 10, 4), date(2026, 10, 31)
CREDIT = 1_000_000


def record(
    day: int | None = 20,
    *,
    person: int = 1,
    credits: float | None = None,  # noqa: A002 the field's own name
    used: bool | None = None,
    phase: str | None = None,
) -> Record:
    when = None if day is None else date(2026, 10, day)
    return Record(person, when, None if credits is None else round(credits * CREDIT), used, phase)


def of(*records: Record) -> PersonUse:
    use = UseByDay(frozenset({1}), FIRST, LAST)
    for each in records:
        assert use.add(each)
    (person,) = use.people()
    return person


def decoded(whole: Mapping[str, object]) -> Record | None:
    """What is read of a record, by itself and among others like it."""
    text = msgspec.json.encode(whole)
    records = Records()
    records.of(msgspec.json.encode({**dict.fromkeys(whole), "user_id": 1}))
    alone = records.of(text)
    beside = records.of_lines(b"\n".join([text, text]))
    assert beside == (None if alone is None else [alone, alone])
    return alone


class TestRecord:
    def test_says_what_is_needed(self) -> None:
        whole = {
            "user_id": 7,
            "user_login": "person-0007",
            "day": "2026-10-20",
            "ai_credits_used": 12.5,
            "user_initiated_interaction_count": 3,
            "code_generation_activity_count": 0,
            "used_agent": False,
            "ai_adoption_phase": {"phase_number": 2, "phase": "Phase 2", "version": "v1"},
            "totals_by_ide": [{"ide": "vscode", "used_chat": "of another kind"}],
        }
        assert decoded(whole) == Record(
            7, date(2026, 10, 20), 12_500_000, used=True, phase="Phase 2"
        )

    @pytest.mark.parametrize(
        ("fields", "used"),
        [
            ({}, None),
            ({"user_initiated_interaction_count": None, "used_chat": None}, None),
            ({"ai_credits_used": 0}, None),
            ({"used_copilot_code_review_passive": True}, None),
            ({"user_initiated_interaction_count": 0}, False),
            ({"used_chat": False, "used_copilot_code_review_passive": True}, False),
            ({"code_acceptance_activity_count": 5, "used_cli": False}, False),
            ({"user_initiated_interaction_count": 1}, True),
            ({"code_generation_activity_count": 1}, True),
            ({"used_copilot_code_review_active": True}, True),
            ({"used_something_of_next_year": True}, True),
            ({"ai_credits_used": 0.01, "used_chat": False}, True),
        ],
    )
    def test_a_day_of_use(self, fields: dict[str, object], used: bool | None) -> None:
        record = decoded({"user_id": 1, **fields})
        assert record
        assert record.used is used

    @pytest.mark.parametrize(
        "fields",
        [
            {"user_id": None},
            {"user_id": "1"},
            {"user_id": 1, "day": ""},
            {"user_id": 1, "day": "20 October"},
            {"user_id": 1, "ai_credits_used": "12"},
            {"user_id": 1, "ai_credits_used": -1},
            {"user_id": 1, "ai_credits_used": 1e300},
            {"user_id": 1, "user_initiated_interaction_count": -1},
            {"user_id": 1, "used_chat": "yes"},
            {"user_id": 1, "ai_adoption_phase": "Phase 1"},
            {"user_id": 1, "ai_adoption_phase": {"phase": "x" * 101}},
            {"user_login": "person-0001"},
        ],
    )
    def test_with_another_type_of_a_needed_field_is_none(self, fields: dict[str, object]) -> None:
        assert decoded(fields) is None

    @pytest.mark.parametrize(
        ("phase", "shown"), [(None, None), ({}, None), ({"phase": "a\u202eb"}, "a\ufffdb")]
    )
    def test_the_phase_is_fit_to_be_shown(self, phase: object, shown: str | None) -> None:
        record = decoded({"user_id": 1, "ai_adoption_phase": phase})
        assert record
        assert record.phase == shown

    def test_with_a_field_that_no_record_before_had_is_read_by_itself(self) -> None:
        """It may be a new sign of use."""
        records = Records()
        known, new = b'{"user_id": 1, "used_chat": false}', b'{"user_id": 2, "used_tea": true}'
        assert records.of_lines(known) is None
        records.of(known)
        assert records.of_lines(b"\n".join([known, known])) == [records.of(known)] * 2
        assert records.of_lines(b"\n".join([known, new])) is None
        records.of(new)
        both = records.of_lines(b"\n".join([new, known]))
        assert both
        assert [record.used for record in both] == [True, False]

    def test_may_have_fields_of_any_name_and_number(self) -> None:
        records = Records()
        for number in range(300):
            text = msgspec.json.encode({"user_id": number, f'a "\n\\ {number}': 1, f"f{number}": 2})
            record = records.of(text)
            assert record
            assert record.user_id == number
            assert records.of_lines(text) in (None, [record])


class TestDays:
    def test_are_counted_once_each(self) -> None:
        one, other = record(20, used=True, credits=2), record(21, used=True, credits=3)
        for files in permutations([one, other, one, other, record(22, used=False)]):
            person = of(*files)
            assert (person.active_days, person.credits) == (2, 500)
            assert person.last_active_day == date(2026, 10, 21)

    def test_the_larger_value_of_a_day_counts(self) -> None:
        person = of(record(used=False, credits=2), record(used=None), record(used=True, credits=1))
        assert (person.active_days, person.credits, person.silent_days) == (1, 200, 0)

    def test_the_first_and_the_last_day_belong_to_the_report_and_those_beside_them_do_not(
        self,
    ) -> None:
        use = UseByDay(frozenset({1}), FIRST, LAST)
        days = [FIRST.replace(day=3), FIRST, LAST, date(2026, 11, 1)]
        added = [use.add(Record(1, day, None, used=True, phase=None)) for day in days]
        assert added == [False, True, True, False]
        assert [each.active_days for each in use.people()] == [2]

    def test_what_is_missing_is_neither_false_nor_nothing(self) -> None:
        assert of(record()) == PersonUse(
            1, None, None, 1, used_undated=False, credits=None, adoption_phase=""
        )
        assert of(record(), record(21, used=False, credits=0)) == PersonUse(
            1, 0, None, 1, used_undated=False, credits=0, adoption_phase=""
        )

    def test_credits_are_added_exactly_and_rounded_once(self) -> None:
        person = of(*(record(day, credits=0.0025) for day in range(5, 7)))
        assert person.credits == 1
        assert of(record(credits=0.0049)).credits == 0

    def test_the_newest_phase_is_told(self) -> None:
        newest, older = record(22, phase="Phase 1"), record(20, phase="Phase 3")
        without, undated = record(23), record(None, phase="No Cohort")
        for records in permutations([newest, older, without, undated]):
            assert of(*records).adoption_phase == "Phase 1"
        assert of(undated).adoption_phase == "No Cohort"

    def test_others_are_not_kept(self) -> None:
        use = UseByDay(frozenset({1}), FIRST, LAST)
        assert use.add(record(person=2, used=True))
        use.add_undated({2: 5})
        assert list(use.people()) == []


class TestWithoutADay:
    def test_a_use_is_a_use_with_no_day(self) -> None:
        person = of(record(None, used=True))
        assert person.used_undated
        assert (person.active_days, person.last_active_day, person.silent_days) == (None, None, 0)

    def test_no_use_clears_nobody(self) -> None:
        assert not of(record(None, used=False), record(None)).used_undated

    def test_credits_are_added_file_by_file(self) -> None:
        use = UseByDay(frozenset({1}), FIRST, LAST)
        use.add(record(credits=1))
        use.add_undated({1: 2 * CREDIT})
        use.add_undated({1: 3 * CREDIT})
        assert [each.credits for each in use.people()] == [600]


class TestSeveralOrganizations:
    def test_the_same_day_in_both_counts_once(self) -> None:
        both = UseByDay(frozenset({1, 2}), FIRST, LAST)
        for first, records in (
            (4, [record(20, used=True, credits=2, phase="Phase 1"), record(None, used=True)]),
            (6, [record(20, used=True, credits=3), record(21, used=True, phase="Phase 2")]),
            (6, [record(22, person=2, credits=1), record(None, person=2, phase="No Cohort")]),
        ):
            one = UseByDay(frozenset({1, 2}), FIRST.replace(day=first), LAST)
            for each in records:
                one.add(each)
            one.add_undated({1: CREDIT})
            both.merge(one)
        assert list(both.people()) == [
            PersonUse(
                1,
                2,
                date(2026, 10, 21),
                0,
                used_undated=True,
                credits=400,
                adoption_phase="Phase 2",
            ),
            PersonUse(
                2, None, None, 1, used_undated=False, credits=100, adoption_phase="No Cohort"
            ),
        ]
