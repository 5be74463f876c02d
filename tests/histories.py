"""Made-up `history.json` files, and the artifacts that they come in."""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import chain

from tests.github_server import Run, StoredArtifact
from tests.made_up import NOW, Json, days, time, user

DAY = days(1)
WEEK = days(7)
RULES: Json = {
    "inactive_days": 30,
    "new_seat_days": 14,
    "price_business": 19.0,
    "price_enterprise": 39.0,
    "currency": "USD",
}


def totals(people: int = 2, idle: int = 1, /, **changes: object) -> Json:
    """The figures of a report; `changes` by the outputs' names with `_` for `-`."""
    figures = {
        "seats": people,
        "people": people,
        "active": people - idle,
        "inactive": idle,
        "new": 0,
        "no_activity": 0,
        "unassigned": 0,
        "pending_cancellation": 0,
        "exempt": 0,
        "idle": idle,
        "monthly_cost": 19.0 * people,
        "idle_monthly_cost": 19.0 * idle,
        "complete": True,
        **changes,
    }
    return {name.replace("_", "-"): figure for name, figure in figures.items()}


def report(
    report_time: datetime = NOW - WEEK, figures: Json | None = None, **rules: object
) -> Json:
    """One report of the series; `rules` are those that differ from `RULES`."""
    return {
        "report_time": time(report_time),
        "totals": figures or totals(),
        "rules": {**RULES, **rules},
    }


def person(
    number: int,
    *,
    now: datetime = NOW - WEEK,
    idle: timedelta | None = DAY,
    granted: timedelta = 200 * DAY,
    **changes: object,
) -> Json:
    """The facts of `person-{number}`: `idle` and `granted` are ages at the report's time `now`."""
    assignee = user(number)
    activity = {} if idle is None else {"last_activity_at": time(now - idle)}
    return {
        "id": assignee["id"],
        "login": assignee["login"],
        "created_at": time(now - granted),
        "monthly_price": 19.0,
        **activity,
        **changes,
    }


def history(
    *people: Json, reports: list[Json] | None = None, scope: Json | None = None, **changes: object
) -> Json:
    return {
        "schema_version": 1,
        "scope": scope or {"api": "127.0.0.1", "organizations": ["acme"]},
        "key_check": "",
        "reports": reports or [report()],
        "people": together(
            *people
            or [person(1), person(2, idle=days(45), idle_since=time(NOW - WEEK), idle_reports=1)]
        ),
        **changes,
    }


def together(*people: Json) -> Json:
    """The facts of these people as the file has them: a list per fact, unless nobody has it."""
    facts = {
        fact: [person.get(fact, _NOTHING.get(fact)) for person in people]
        for fact in dict.fromkeys(chain(_REQUIRED, *people))
    }
    return {fact: values for fact, values in facts.items() if fact in _REQUIRED or any(values)}


_REQUIRED = ("login", "created_at", "monthly_price")
_NOTHING = {
    **dict.fromkeys(("remembered", "leaving", "exempt", "used_in_metrics", "not_read"), False),
    "idle_reports": 0,
}


def people_in(history: Json) -> list[Json]:
    """The people of a file, each with the facts that they have."""
    facts = history["people"]
    rows = zip(*facts.values(), strict=True)
    return [{fact: value for fact, value in zip(facts, row, strict=True) if value} for row in rows]


def encoded(value: Json) -> bytes:
    return json.dumps(value).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zip_:
        for name, content in files.items():
            zip_.writestr(name, content)
    return archive.getvalue()


def artifact(
    number: int,
    content: Json | bytes,
    *,
    age: timedelta = WEEK,
    run: Run | None = None,
    **changes: object,
) -> StoredArtifact:
    """The artifact of a report that was made `age` ago, in a run of its own."""
    if not isinstance(content, bytes):
        content = zipped({"report.html": b"<html>", "history.json": encoded(content)})
    return StoredArtifact(
        id=number,
        run=run or Run(number),
        content=content,
        created_at=NOW - age + timedelta(minutes=1),
        **changes,  # type: ignore[arg-type]
    )
