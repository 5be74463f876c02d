"""A built-in, made-up organization that responds like GitHub, without a network.

Nobody in it exists: the logins end in `_sample`. It has all variations of seats in real lists. Only
its dates change, with the time of the report.
"""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import msgspec

from copilot_seat_report.github.copilot import Seat
from copilot_seat_report.sources import sample_metrics

ORGANIZATION = "sample-organization"

_ADJECTIVES = (
    "amber bold brisk calm clever crisp eager fleet gentle golden hazel ivory jolly keen lively "
    "lucid mellow nimble quiet rapid sandy silver sunny vivid"
).split()
_NOUNS = (
    "badger condor falcon heron ibex lynx marten otter puffin raven sparrow tern wombat".split()
)
_TEAMS = (
    "Platform",
    "Payments",
    "Mobile apps",
    "Data & insights",
    "Sécurité",
    "Web",
    "Support tools",
)
_EDITORS = (
    ("vscode/1.104.2/copilot-chat/0.31.3", 34),
    ("vscode/1.103.0/copilot/1.372.0", 14),
    ("vscode/1.104.2/", 12),
    ("vscode/1.105.0-insider/", 3),
    ("JetBrains-IU/252.23892.409/copilot-intellij/1.5.52-243", 11),
    ("JetBrains-PY/252.23892.439/copilot-intellij/1.5.52-243", 5),
    ("VisualStudio/17.14.9/copilot-vs/1.300.0", 6),
    ("copilot-chat-platform", 7),
    ("Xcode/16.4/copilot-xcode/0.40.0", 2),
    ("copilot-mobile-ios", 2),
    ("Neovim/0.11.2/copilot.vim/1.50.0", 2),
    ("unknown-editor/0/unknown-editor-plugin/0", 1),
    ("", 1),
)
# GitHub states a time with the offset of the person who caused it.
_ZONES = (UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=1)))


def transport(report_time: datetime) -> httpx.MockTransport:
    """Return a transport that answers requests within the process."""
    seats = _seats(report_time)
    return httpx.MockTransport(lambda request: _answer(request, seats, report_time))


def seats(report_time: datetime) -> list[Seat]:
    """Return the seats as records."""
    return msgspec.convert(_seats(report_time), list[Seat])


def _answer(
    request: httpx.Request, seats: list[dict[str, Any]], report_time: datetime
) -> httpx.Response:
    if request.url.host == sample_metrics.HOST:
        files = sample_metrics.files(seats, report_time)
        return httpx.Response(200, text=files[str(request.url)])
    organization = f"/orgs/{ORGANIZATION}"
    path = request.url.path
    if path == f"{organization}/copilot/metrics/reports/users-28-day/latest":
        return httpx.Response(200, json=sample_metrics.report(report_time))
    if path == f"{organization}/copilot/billing":
        return httpx.Response(200, json=_settings(seats, report_time))
    if path == f"{organization}/copilot/billing/seats":
        return _page(request.url, seats)
    for seat in seats:
        if (
            seat["assignee"]
            and path == f"{organization}/members/{seat['assignee']['login']}/copilot"
        ):
            return httpx.Response(200, json=seat)
    return httpx.Response(404, json={"message": "Not Found", "status": "404"})


def _page(url: httpx.URL, seats: list[dict[str, Any]]) -> httpx.Response:
    per_page, page = int(url.params["per_page"]), int(url.params.get("page", "1"))
    last = -(-len(seats) // per_page)
    links = {"next": page + 1, "last": last} if page < last else {"first": 1, "prev": page - 1}
    header = ", ".join(
        f'<{url.copy_set_param("page", n)}>; rel="{rel}"' for rel, n in links.items()
    )
    shown = seats[(page - 1) * per_page : page * per_page]
    return httpx.Response(
        200, json={"total_seats": len(seats), "seats": shown}, headers={"Link": header}
    )


def _settings(seats: list[dict[str, Any]], report_time: datetime) -> dict[str, Any]:
    cycle = report_time.replace(day=1, hour=0, minute=0, second=0, microsecond=0)

    def since(key: str) -> int:
        times = (seat.get(key) for seat in seats)
        return sum(datetime.fromisoformat(time) >= cycle for time in times if time)

    active = since("last_activity_at")
    return {
        "seat_breakdown": {
            "total": len(seats),
            "added_this_cycle": since("created_at"),
            "pending_invitation": 2,
            "pending_cancellation": sum("pending_cancellation_date" in seat for seat in seats),
            # As in real responses, GitHub has not yet processed the last hours' activity.
            "active_this_cycle": max(0, active - 3),
            "inactive_this_cycle": len(seats) - max(0, active - 3),
        },
        "seat_management_setting": "assign_selected",
        "ide_chat": "enabled",
        "platform_chat": "enabled",
        "cli": "enabled",
        "public_code_suggestions": "block",
        "plan_type": "business",
    }


def _seats(report_time: datetime) -> list[dict[str, Any]]:
    # Not for secrets: each run has the same seats.
    chance = random.Random(7)  # noqa: S311
    logins = [f"{adjective}-{noun}_sample" for adjective in _ADJECTIVES for noun in _NOUNS]
    chance.shuffle(logins)
    seats = []
    for number, login in enumerate(logins):
        seat: dict[str, Any] = {
            "assignee": {"login": login, "id": 1_000 + number, "type": "User"},
            "assigning_team": None,
        }
        if number % 6:  # the others got the seat by name, or because everyone did
            name = _TEAMS[chance.randrange(len(_TEAMS)) * chance.randrange(4) // 3]
            seat["assigning_team"] = {"id": _TEAMS.index(name), "name": name, "slug": name.lower()}
        if number % 10:  # a few records do not state their plan
            seat["plan_type"] = "enterprise" if number % 9 == 1 else "business"
        _use(seat, number, chance, report_time)
        seats.append(seat)
    for number in range(3):
        granted = report_time - timedelta(days=200 + number)
        seats.insert(60 * number + 20, {"assignee": None, "created_at": _text(granted, number)})
    return seats


def _use(seat: dict[str, Any], number: int, chance: random.Random, report_time: datetime) -> None:
    """Set the seat's use: most were used this week, and the rest cover every other case."""

    def ago(days: float) -> str:
        return _text(report_time - timedelta(days=days), number)

    seat["created_at"] = ago(chance.uniform(60, 700))
    seat["updated_at"] = seat["created_at"]
    kind = chance.random()
    if kind < 0.08:  # nothing recorded
        seat["last_activity_at"] = seat["last_activity_editor"] = None
        if kind < 0.02:
            seat["created_at"] = ago(chance.uniform(1, 12))
        elif kind < 0.04:
            seat["last_authenticated_at"] = ago(chance.uniform(0, 20))
        return
    used = _days_since_use(kind, chance)
    seat["last_activity_at"] = ago(used)
    editors, weights = zip(*_EDITORS, strict=True)
    seat["last_activity_editor"] = chance.choices(editors, weights)[0]
    signed_in = chance.uniform(0.5, 9) if kind > 0.982 else used + chance.uniform(0, 5)
    seat["last_authenticated_at"] = ago(signed_in) if signed_in < 90 else None
    if used > 45 and number % 4 == 0:
        first = (report_time.replace(day=1) + timedelta(days=32)).replace(day=1)
        seat["pending_cancellation_date"] = f"{first:%Y-%m-%d}"


def _days_since_use(kind: float, chance: random.Random) -> float:
    steps: tuple[tuple[float, Callable[[], float]], ...] = (
        (0.45, lambda: chance.uniform(0.1, 1)),
        (0.66, lambda: chance.uniform(1, 7)),
        (0.75, lambda: chance.uniform(7, 29)),
        (0.76, lambda: 30.4),  # inactive, but by less than a day
        (0.86, lambda: chance.uniform(31, 60)),
        (0.97, lambda: chance.uniform(60, 90)),
    )
    for below, days in steps:
        if kind < below:
            return days()
    return chance.uniform(91, 120)  # GitHub drops dates after about, not exactly, 90 days


def _text(time: datetime, number: int) -> str:
    return (
        time.astimezone(_ZONES[number % len(_ZONES)])
        .isoformat(timespec="seconds")
        .replace("+00:00", "Z")
    )
