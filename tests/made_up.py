"""Made-up seats, in GitHub's own JSON, with every shape that real lists are known to have.

Nobody here exists: people are `person-0001` and so on. All is a function of a number and of `now`,
so that the same call makes the same records.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

Json = dict[str, Any]

# The report time of the tests: a Monday morning, when a scheduled workflow runs.
NOW = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)

EDITORS = (
    "vscode/1.105.1/copilot-chat/0.32.4",
    "vscode/1.104.0/copilot/1.388.0",
    "vscode/1.103.2/",
    "vscode/1.106.0-insider/",
    "JetBrains-IC/243.26053.27/copilot-intellij/1.5.40-243",
    "JetBrains-PY/252.23892.515/copilot-intellij/1.5.58-252",
    "VisualStudio/17.14.36310/copilot-vs/1.280.0.0",
    "Xcode/26.0/copilot-xcode/0.42.0",
    "Neovim/0.11.4/copilot.vim/1.55.0",
    "copilot-chat-platform",
    "copilot-mobile-ios",
    "copilot-mobile-android",
    "GitHubGhostPilot/1.0.0/unknown",
    "unknown-editor/0/unknown-editor-plugin/0",
    "knowledge-bases/create",
    "simulation-tests-editor/1.85/simulation-tests-plugin/2",
)

EASTERN_SUMMER = timezone(timedelta(hours=-4))
EASTERN_WINTER = timezone(timedelta(hours=-5))


def days(number: float) -> timedelta:
    return timedelta(days=number)


def time(moment: datetime, zone: tzinfo = UTC) -> str:
    """Write a time as GitHub does: `Z` for UTC, else the offset."""
    return moment.astimezone(zone).isoformat(timespec="seconds").replace("+00:00", "Z")


def number_of(name: str) -> int:
    """A number for a name that is always the same."""
    return 10_000 + sum((place + 1) * ord(letter) for place, letter in enumerate(name))


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name.lower()).strip("-")


def user(number: int, **changes: object) -> Json:
    login = f"person-{number:04}"
    api = f"https://api.github.com/users/{login}"
    return {
        "login": login,
        "id": 1000 + number,
        "node_id": f"U_{number:08}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{1000 + number}?v=4",
        "gravatar_id": "",
        "url": api,
        "html_url": f"https://github.com/{login}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": "User",
        "user_view_type": "public",
        "site_admin": False,
        **changes,
    }


def organization(login: str) -> Json:
    api = f"https://api.github.com/orgs/{login}"
    return {
        "login": login,
        "id": number_of(login),
        "node_id": f"O_{number_of(login)}",
        "url": api,
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events",
        "hooks_url": f"{api}/hooks",
        "issues_url": f"{api}/issues",
        "members_url": f"{api}/members{{/member}}",
        "public_members_url": f"{api}/public_members{{/member}}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{number_of(login)}?v=4",
        "description": None,
    }


def team(name: str, *, login: str = "acme", parent: str | None = None) -> Json:
    record: Json = {
        "id": number_of(name),
        "node_id": f"T_{number_of(name)}",
        "name": name,
        "slug": _slug(name),
        "description": f"The team {name}",
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "permission": "pull",
        "url": f"https://api.github.com/organizations/{number_of(login)}/team/{number_of(name)}",
        "html_url": f"https://github.com/orgs/{login}/teams/{_slug(name)}",
        "members_url": f"https://api.github.com/organizations/{number_of(login)}/team/"
        f"{number_of(name)}/members{{/member}}",
        "repositories_url": f"https://api.github.com/organizations/{number_of(login)}/team/"
        f"{number_of(name)}/repos",
        "type": "organization",
        "organization_id": number_of(login),
        "parent": None,
    }
    if parent is not None:
        record["parent"] = team(parent, login=login)
        del record["parent"]["parent"]  # a parent is shown without its own
    return record


def enterprise_team(name: str, *, enterprise: str = "megacorp") -> Json:
    slug = f"ent:{_slug(name)}"
    url = f"https://api.github.com/enterprises/{enterprise}/teams/{slug}"
    return {
        "id": number_of(name),
        "name": name,
        "slug": slug,
        "description": f"The team {name}",
        "url": url,
        "html_url": f"https://github.com/enterprises/{enterprise}/teams/{slug}",
        "members_url": f"{url}/members{{/member}}",
        "organization_selection_type": "all",
        "group_id": None,
        "created_at": "2025-02-03T10:00:00Z",
        "updated_at": "2025-02-03T10:00:00Z",
    }


def seat(
    number: int,
    *,
    now: datetime = NOW,
    login: str = "acme",
    idle: timedelta | None = timedelta(days=1),
    signed_in: timedelta | None = timedelta(days=100),
    granted: timedelta = timedelta(days=200),
    cancelled: bool = False,
    zones: tuple[tzinfo, ...] = (UTC,),
    without: Iterable[str] = (),
    **changes: object,
) -> Json:
    """One seat of `person-{number}` in the organization `login`.

    `idle`, `signed_in` and `granted` are how long ago the last activity, authentication and grant
    were (None: none is recorded). `changes` are fields as GitHub names them, `without` fields that
    are absent.
    """
    record: Json = {
        "created_at": time(now - granted, zones[0]),
        "updated_at": time(now - min(granted, days(3)), zones[0]),
        "pending_cancellation_date": _cycle_end(now) if cancelled else None,
        "last_activity_at": None if idle is None else time(now - idle, zones[-1]),
        "last_activity_editor": None if idle is None else EDITORS[number % len(EDITORS)],
        "last_authenticated_at": None if signed_in is None else time(now - signed_in, zones[-1]),
        "plan_type": "business",
        "assignee": user(number),
        "organization": organization(login),
        "assigning_team": None,
        **changes,
    }
    for key in without:
        del record[key]
    return record


def _cycle_end(now: datetime) -> str:
    """The first of the next month: the date that a cancelled seat has."""
    return f"{now.replace(day=1) + days(32):%Y-%m}-01"


# What a list has beside ordinary seats: arguments of `seat`.
SHAPES: Mapping[str, dict[str, Any]] = {
    "idle for a month and a half": {"idle": days(45)},
    "idle for longer than GitHub says it keeps the date": {"idle": days(181)},
    "idle for exactly thirty days": {"idle": days(30)},
    "idle for a second more than thirty days": {"idle": days(30) + timedelta(seconds=1)},
    "times with offsets, of summer and winter": {"zones": (EASTERN_SUMMER, EASTERN_WINTER)},
    "new, nothing recorded": {"idle": None, "signed_in": None, "granted": days(5)},
    "nothing recorded": {"idle": None, "signed_in": None, "granted": days(150)},
    "nothing recorded, yet signs in": {"idle": None, "signed_in": days(2)},
    "inactive, yet signs in": {"idle": days(50), "signed_in": days(2)},
    "activity with an empty editor": {"last_activity_editor": ""},
    "cancelled, active": {"cancelled": True},
    "cancelled, inactive": {"cancelled": True, "idle": days(60)},
    "assignee is null": {"idle": None, "signed_in": None, "assignee": None},
    "assignee is absent": {"idle": None, "signed_in": None, "without": ["assignee"]},
    "granted to everyone, recorded before August 2025": {
        "without": ["assigning_team", "organization", "last_authenticated_at"]
    },
    "dearer plan": {"plan_type": "enterprise"},
    "unknown plan": {"plan_type": "unknown"},
    "plan is absent": {"without": ["plan_type"]},
    "by a team": {"assigning_team": team("Platform")},
    "by a team, inactive": {"assigning_team": team("Platform"), "idle": days(70)},
    "by a team that has a parent": {"assigning_team": team("On-Call", parent="Platform")},
    "by an enterprise's team": {"assigning_team": enterprise_team("Research")},
    "without the field that is closing down": {"without": ["updated_at"]},
}


def seats(count: int, *, now: datetime = NOW, login: str = "acme", first: int = 1) -> list[Json]:
    """Seats of `count` people from number `first`: ordinary ones, and between them all `SHAPES`."""
    shapes = list(SHAPES.values())
    return [
        seat(
            number,
            now=now,
            login=login,
            **(shapes[number // 2 % len(shapes)] if number % 2 else _ordinary(number)),
        )
        for number in range(first, first + count)
    ]


def _ordinary(number: int) -> dict[str, Any]:
    idle = timedelta(minutes=37 * (number % 900))
    return {"idle": idle, "signed_in": idle + days(0.1), "granted": days(20 + number % 600)}


def billing(records: Sequence[Json], *, now: datetime = NOW, plan: str = "business") -> Json:
    """GitHub's answer on an organization's seat settings, counted from its seats."""
    cycle = time(now.replace(day=1, hour=0, minute=0, second=0))
    active = sum((record.get("last_activity_at") or "") >= cycle for record in records)
    return {
        "seat_breakdown": {
            "total": len(records),
            "added_this_cycle": sum((record["created_at"] or "") >= cycle for record in records),
            "pending_invitation": 0,
            "pending_cancellation": sum(
                record.get("pending_cancellation_date") is not None for record in records
            ),
            "active_this_cycle": active,
            "inactive_this_cycle": len(records) - active,
        },
        "seat_management_setting": "assign_selected",
        "ide_chat": "enabled",
        "platform_chat": "enabled",
        "cli": "disabled",
        "public_code_suggestions": "block",
        "plan_type": plan,
    }
