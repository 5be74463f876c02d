"""Records of usage metrics are the same whether they are read one by one or many at once."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from copilot_seat_report.github.usage_metrics import Records

ALWAYS_KNOWN = (
    "user_id day ai_credits_used ai_adoption_phase user_initiated_interaction_count "
    "code_generation_activity_count"
).split()
NAMES = [*ALWAYS_KNOWN, "used_chat", "used_copilot_code_review_passive", "totals_by_ide"]

values = st.one_of(
    st.sampled_from([None, True, False, 0, 1, 2.5, -1, 10**19, "", "2026-10-20", "Phase 1"]),
    st.sampled_from([{"phase": "Phase 2"}, {"phase": 2}, {}, [], [{"used_chat": True}]]),
)
records = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), values).map(
    lambda record: {"user_id": 7, **record}
)


@given(st.lists(records, min_size=1, max_size=6), st.lists(records, max_size=3))
def test_many_at_once_are_read_as_each_by_itself(
    block: list[dict[str, object]], before: list[dict[str, object]]
) -> None:
    reading = Records()
    known = set(ALWAYS_KNOWN)
    for record in before:
        if reading.of(msgspec.json.encode(record)):
            known |= {name for name in record if name.isprintable() and not set(name) & {'"', "\\"}}
    lines = list(map(msgspec.json.encode, block))
    alone = [Records().of(line) for line in lines]

    together = reading.of_lines(b"\n".join(lines))

    if None not in alone and all(known >= record.keys() for record in block):
        assert together == alone
    else:
        assert together in (None, alone)
