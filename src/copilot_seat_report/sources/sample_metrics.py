"""The made-up organization's usage metrics, with all variations of records in real ones."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from json import dumps
from typing import Any

DAYS = 28
# GitHub is about two days late.
LATE = timedelta(days=2)
HOST = "copilot-reports.github.com"
_SHARDS = 3


def report(report_time: datetime) -> dict[str, Any]:
    """Return GitHub's response for the 28-day user report: its days and its files' URLs."""
    last = report_time.date() - LATE
    return {
        "download_links": [f"https://{HOST}/sample/part-{shard}.json" for shard in range(_SHARDS)],
        "report_start_day": f"{last - timedelta(days=DAYS - 1)}",
        "report_end_day": f"{last}",
    }


def files(seats: Sequence[Mapping[str, Any]], report_time: datetime) -> dict[str, str]:
    """Return the files by URL; a tenth of the records are in two of them."""
    shards: list[list[str]] = [[] for _ in range(_SHARDS)]
    for number, record in enumerate(_records(seats, report_time)):
        text = dumps(record)
        shards[number % _SHARDS].append(text)
        if number % 10 == 0:
            shards[(number + 1) % _SHARDS].append(text)
    # In GitHub's format, and in the other formats that occur.
    texts = ("\n".join(shards[0]), "".join(shards[1]), f"[{','.join(shards[2])}]")
    return dict(zip(report(report_time)["download_links"], texts, strict=True))


def _records(seats: Sequence[Mapping[str, Any]], report_time: datetime) -> Iterator[dict[str, Any]]:
    last = report_time.date() - LATE
    for seat in seats:
        if not seat["assignee"]:
            continue
        # Not for secrets: each run has the same records.
        chance = random.Random(seat["assignee"]["id"])  # noqa: S311
        kind = chance.random()
        who = {
            "user_id": seat["assignee"]["id"],
            "user_login": seat["assignee"]["login"],
        }
        if _is_used(seat, report_time):
            if kind < 0.07:  # their editor is too old for the metrics
                continue
            number = chance.randint(1, 2) if kind < 0.15 else chance.randint(5, 19)
            appetite = chance.paretovariate(1.3)
            for ago in sorted(chance.sample(range(DAYS), number)):
                yield _record(who, last - timedelta(days=ago), chance, appetite)
        elif kind < 0.06:  # the seat shows no activity
            yield _record(who, last - timedelta(days=chance.randrange(20)), chance, 0.2)
        elif kind < 0.09:
            yield {**who, "ai_credits_used": 12.5}
        elif kind < 0.2:  # someone else requested a review of their work
            yield {
                **who,
                "day": f"{last}",
                "user_initiated_interaction_count": 0,
                "code_generation_activity_count": 0,
                "used_copilot_code_review_active": False,
                "used_copilot_code_review_passive": True,
            }


def _is_used(seat: Mapping[str, Any], report_time: datetime) -> bool:
    text = seat["last_activity_at"]
    return bool(text) and report_time - datetime.fromisoformat(text) < timedelta(days=DAYS)


def _record(
    who: dict[str, Any], day: date, chance: random.Random, appetite: float
) -> dict[str, Any]:
    """Return the record of a person's day; a quarter of the records have only credits."""
    amount = round(chance.uniform(20, 160) * appetite, 4)
    if chance.random() < 0.25:
        return {**who, "day": f"{day}", "ai_credits_used": amount}
    interactions = chance.randint(1, 40)
    phase = chance.randint(1, 3)
    return {
        **who,
        "day": f"{day}",
        "ai_credits_used": amount,
        "user_initiated_interaction_count": interactions,
        "code_generation_activity_count": interactions // 2,
        "code_acceptance_activity_count": interactions // 3,
        "used_agent": chance.random() < 0.5,
        "used_chat": True,
        "used_cli": chance.random() < 0.1,
        "used_copilot_code_review_active": False,
        "used_copilot_code_review_passive": chance.random() < 0.2,
        "ai_adoption_phase": {"phase_number": phase, "phase": f"Phase {phase}", "version": "v1"},
    }
