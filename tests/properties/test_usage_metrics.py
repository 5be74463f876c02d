"""The second witness never accuses, whatever it says, and says the same in any order of files."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.github.usage_metrics import Record
from copilot_seat_report.report.build import build_report
from copilot_seat_report.report.model import Report
from copilot_seat_report.rules import Rules
from copilot_seat_report.sources.others import Sources
from copilot_seat_report.sources.status import SourceStatus
from copilot_seat_report.sources.usage_metrics import UsageMetrics
from copilot_seat_report.sources.use_by_day import PersonUse, UseByDay
from tests.made_up import NOW, Json
from tests.properties.strategies import lists, numbers, readings_of, reports

FIRST = NOW.date() - timedelta(days=29)
LAST = NOW.date() - timedelta(days=2)

dates = st.integers(-70, 5).map(lambda ago: NOW.date() + timedelta(days=ago))
amounts = st.none() | st.integers(0, 10_000_000)


def use(number: int, active: int | None, last: date | None, **fields: object) -> PersonUse:
    return PersonUse(number, active, last if active else None, **fields)  # type: ignore[arg-type]


uses = st.builds(
    use,
    numbers,
    st.none() | st.integers(0, 28),
    dates,
    silent_days=st.integers(0, 28),
    used_undated=st.booleans(),
    credits=amounts,
    adoption_phase=st.sampled_from(["", "Phase 1"]),
)
metrics = st.builds(
    lambda people, state: UsageMetrics(
        status=SourceStatus(source="usage-metrics", state=state),
        people=tuple(people),
        first_day=FIRST,
        last_day=LAST,
    ),
    st.lists(uses, unique_by=lambda use: use.user_id),
    st.sampled_from(["read", "partial"]),
)
rules = st.builds(
    Rules,
    inactive_days=st.sampled_from([1, 14, 30, 90]),
    exempt_users=st.sampled_from([(), ("person-1",)]),
    credits_business=st.integers(0, 5000),
    credits_enterprise=st.integers(0, 5000),
    credit_price=st.decimals(0, 1, places=4),
)

Lists = dict[str, list[Json]]


def idle_of(report: Report) -> set[int]:
    return set(report.people.loc[report.people["idle"], "user_id"])


@reports
@given(lists(renamed=True), metrics, rules)
def test_the_metrics_clear_and_never_accuse(
    given: Lists, metrics: UsageMetrics, rules: Rules
) -> None:
    readings = readings_of(given)
    without = build_report(readings, rules, NOW)
    with_ = build_report(readings, rules, NOW, sources=Sources(usage_metrics=metrics))

    assert idle_of(with_) <= idle_of(without)
    assert with_.people["status"].tolist() == without.people["status"].tolist()
    cleared = idle_of(without) - idle_of(with_)
    assert cleared <= {use.user_id for use in metrics.people if use.active_days or use.used_undated}
    path = with_.idle_path
    assert with_.totals.idle == (
        path.inactive + path.no_activity - path.exempt - path.leaving - path.in_metrics
    )
    assert path.in_metrics == len(cleared)


@reports
@given(lists(renamed=True), metrics, rules)
def test_the_saving_is_between_nothing_and_the_cost(
    given: Lists, metrics: UsageMetrics, rules: Rules
) -> None:
    totals = build_report(
        readings_of(given), rules, NOW, sources=Sources(usage_metrics=metrics)
    ).totals

    if totals.idle_monthly_saving is not None:
        assert metrics.is_whole
        assert 0 <= totals.idle_monthly_saving <= totals.idle_monthly_cost


records = st.lists(
    st.builds(
        Record,
        user_id=numbers,
        day=st.integers(0, 27).map(lambda after: FIRST + timedelta(days=after)),
        credits=amounts,
        used=st.sampled_from([None, False, True]),
        phase=st.sampled_from([None, "Phase 1", "Phase 2"]),
    ),
    max_size=60,
)


def added(records: Sequence[Record]) -> list[PersonUse]:
    use = UseByDay(frozenset(range(8)), FIRST, LAST)
    assert all(use.add(record) for record in records)
    return list(use.people())


@given(records, st.randoms(use_true_random=False))
def test_the_order_of_records_and_their_repetition_change_nothing(
    records: list[Record], chance: Random
) -> None:
    again = [*records, *chance.sample(records, len(records) // 2)]
    chance.shuffle(again)
    assert added(again) == added(records)


@given(records)
def test_nobody_has_more_active_days_than_there_are(records: list[Record]) -> None:
    for person in added(records):
        assert (person.active_days or 0) + person.silent_days <= 28
        assert person.active_days != 0 or person.last_active_day is None
