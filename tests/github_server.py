"""GitHub's REST API on a loopback socket, as far as this action reads it.

Every answer is checked against GitHub's published description (openapi/copilot.json, from npm
@octokit/openapi). A server on its own, for a browser, a benchmark or a container:

    python -m tests.github_server --seats 5000 --latency 0.2 --port 8000
"""

import argparse
import gzip
import hashlib
import json
import re
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

import jsonschema_rs

from tests import made_up
from tests.loopback import Answer, LoopbackServer, Request, TransientError, giving, json_answer
from tests.made_up import Json

TOKEN = "the-token"
WORKFLOW_TOKEN = "the-workflow-token"

DOCS = "https://docs.github.com/rest/copilot/copilot-user-management"
METRICS = "https://docs.github.com/copilot/concepts/copilot-metrics"
LIMITS = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"
VERSIONS = ("2022-11-28", "2026-03-10")
POINTS_A_MINUTE = 900
REQUESTS_AT_ONCE = 100


class Account:
    """An organization or an enterprise, and its seats.

    To change what it answers from now on, assign another list to `seats`. `off_schema` is for
    tests that send what GitHub's description excludes. `totals` says whether a page states a total,
    `links` changes its `Link` header. `settings` are the seat settings, or what is answered in
    their place; None: those that fit the seats.
    """

    def __init__(
        self,
        login: str,
        seats: Sequence[Json],
        *,
        plan: str = "business",
        stated: int | None = None,
        off_schema: bool = False,
        totals: bool = True,
        links: Callable[[str], str] = str,
    ) -> None:
        self.login = login
        self.id = made_up.number_of(login)
        self.seats = seats
        self.plan = plan
        self.stated = stated  # a total that GitHub states wrongly
        self.off_schema = off_schema
        self.totals = totals
        self.links = links
        self.settings: Json | Answer | None = None
        # The 28-day usage report: what makes the answer each time, or the answer itself.
        self.usage_report: Callable[[], Json] | Answer = POLICY_OFF

    is_enterprise = False

    @property
    def total(self) -> int:
        return len(self.seats) if self.stated is None else self.stated

    def seats_of(self, login: str) -> list[Json]:
        return [
            seat
            for seat in self.seats
            if (seat.get("assignee") or {}).get("login", "").lower() == login.lower()
        ]


class Organization(Account):
    pass


class Enterprise(Account):
    is_enterprise = True

    @property
    def total(self) -> int:
        """Users with access through several organizations or teams are counted once."""
        if self.stated is not None:
            return self.stated
        assignees = [seat.get("assignee") for seat in self.seats]
        return len({user["id"] for user in assignees if user}) + assignees.count(None)


@dataclass(frozen=True)
class Run:
    """A workflow run of `acme/reports`; `head_repository_id` is None if a fork was deleted."""

    id: int
    event: str = "schedule"
    path: str = ".github/workflows/seats.yml"
    head_branch: str | None = "main"
    repository_id: int = made_up.number_of("acme/reports")
    head_repository_id: int | None = made_up.number_of("acme/reports")


@dataclass(frozen=True)
class StoredArtifact:
    """An artifact of a run. One that has `expired` is no longer listed, one that is `gone` is.

    `digest` and `size` are what GitHub states; those of the content, where not given.
    """

    id: int
    run: Run
    content: bytes
    created_at: datetime
    name: str = "copilot-seat-report"
    expired: bool = False
    gone: bool = False
    digest: str | None = ""
    size: int | None = None


@dataclass
class PrimaryLimit:
    limit: int = 5000
    remaining: int = 5000
    reset: int = 4_102_444_800  # 2100-01-01


class GitHubServer(LoopbackServer):
    """`tokens` has the tokens it knows, each with the refusal that it meets (None: it may read)."""

    def __init__(
        self,
        *accounts: Account,
        repositories: Mapping[str, str] | None = None,
        port: int = 0,
        latency: float = 0.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.organizations: dict[str, Account] = {}
        self.enterprises: dict[str, Account] = {}
        for account in accounts:
            self.add(account)
        self.repositories = {"acme/reports": "private", **(repositories or {})}
        self.tokens: dict[str, str | None] = {TOKEN: None, WORKFLOW_TOKEN: "workflow token"}
        self.now = now
        self.primary = PrimaryLimit()
        self.secondary_limits = True
        self.seconds_after_limit = 60
        self.known_as = ""  # the address in its answers, where it is asked by another
        self.actions_read = True  # the job's `permissions: actions: read`
        self.artifacts: list[StoredArtifact] = []
        self.runs: dict[int, Run] = {}
        self._endpoints: Mapping[str, Callable[..., Answer]] = {
            "/repos/([^/]+/[^/]+)": self._repository,
            "/repos/([^/]+/[^/]+)/actions/(.+)": self._actions,
            "/blobs/([0-9]+)": self._blob,
            "/orgs/([^/]+)/(.+)": self._organization,
            "/organizations/([0-9]+)/(.+)": self._organization_by_id,
            "/enterprises/([^/]+)/(.+)": self._enterprise,
        }
        self._pages: dict[tuple[str, int], tuple[Sequence[Json], dict[int, Answer]]] = {}
        self._recent: list[float] = []
        super().__init__(port=port, latency=latency)

    def add(self, account: Account) -> None:
        known = self.enterprises if account.is_enterprise else self.organizations
        known[account.login.lower()] = account

    def respond(self, request: Request) -> Answer:
        if request.method != "GET":
            return _error(404, "Not Found")
        if "user-agent" not in request.headers:
            return Answer(403, b"Request forbidden by administrative rules.")
        version = request.headers.get("x-github-api-version", VERSIONS[0])
        if version not in VERSIONS:
            return _error(400, f"{version} is not a valid version of the GitHub API.")
        limited = self._limited()
        answer = limited or self._routed(request)
        limit = self.primary
        return Answer(
            answer.status,
            answer.body,
            {
                "X-GitHub-Api-Version-Selected": version,
                "X-GitHub-Media-Type": "github.v3; format=json",
                "X-RateLimit-Limit": str(limit.limit),
                "X-RateLimit-Remaining": str(limit.remaining),
                "X-RateLimit-Used": str(limit.limit - limit.remaining),
                "X-RateLimit-Reset": str(limit.reset),
                "X-RateLimit-Resource": "core",
                **answer.headers,
            },
            answer.zipped,
        )

    def _limited(self) -> Answer | None:
        with self._lock:
            now = self.now()
            limit = self.primary
            if limit.remaining <= 0 and now >= limit.reset:
                limit.remaining, limit.reset = limit.limit, int(now) + 3600
            if limit.remaining <= 0:
                return primary_limit_answer()
            limit.remaining -= 1
            self._recent = [*(moment for moment in self._recent if moment > now - 60), now]
            if self.secondary_limits and (
                len(self._recent) > POINTS_A_MINUTE or self._in_flight > REQUESTS_AT_ONCE
            ):
                return secondary_limit_answer(retry_after=self.seconds_after_limit)
        return None

    def _routed(self, request: Request) -> Answer:
        for pattern, endpoint in self._endpoints.items():
            if match := re.fullmatch(pattern, request.path):
                return endpoint(request, *match.groups())
        return _error(404, "Not Found")

    def _organization(self, request: Request, login: str, rest: str) -> Answer:
        return self._account(request, self.organizations.get(login.lower()), rest)

    def _organization_by_id(self, request: Request, number: str, rest: str) -> Answer:
        known = {str(account.id): account for account in self.organizations.values()}
        return self._account(request, known.get(number), rest)

    def _enterprise(self, request: Request, slug: str, rest: str) -> Answer:
        return self._account(request, self.enterprises.get(slug.lower()), rest)

    def _account(self, request: Request, account: Account | None, rest: str) -> Answer:
        if request.token not in self.tokens:
            return _error(401, "Bad credentials" if request.token else "Requires authentication")
        refusal = self.tokens[request.token]
        if refusal is not None:
            return REFUSALS[refusal]
        member = re.fullmatch("members/([^/]+)/copilot", rest)
        if account is None:
            answer = _error(404, "Not Found")
        elif rest == "copilot/billing/seats":
            answer = self._page(account, request)
        elif rest == "copilot/billing" and not account.is_enterprise:
            answer = _settings(account)
        elif rest == "copilot/metrics/reports/users-28-day/latest":
            answer = _usage_report(account)
        elif member:
            answer = _user(account, unquote(member[1]))
        else:
            answer = _error(404, "Not Found")
        return answer

    def _repository(self, request: Request, full_name: str) -> Answer:
        visibility = self.repositories.get(full_name)
        if request.token and request.token not in self.tokens:
            return _error(401, "Bad credentials")
        if visibility is None or (visibility != "public" and not request.token):
            return _error(404, "Not Found")
        owner, _, name = full_name.partition("/")
        return json_answer(
            200,
            {
                "id": made_up.number_of(full_name),
                "name": name,
                "full_name": full_name,
                "owner": made_up.user(1, login=owner, type="Organization"),
                "private": visibility != "public",
                "visibility": visibility,
                "default_branch": "main",
            },
        )

    def leave(self, *artifacts: StoredArtifact) -> None:
        """Keep artifacts of earlier runs."""
        self.artifacts += artifacts
        self.runs |= {artifact.run.id: artifact.run for artifact in artifacts}

    def _actions(self, request: Request, full_name: str, rest: str) -> Answer:
        if request.token not in self.tokens:
            return _error(401, "Bad credentials" if request.token else "Requires authentication")
        if full_name not in self.repositories:
            return _error(404, "Not Found")
        if not self.actions_read:
            return _error(403, "Resource not accessible by integration")
        listed = [artifact for artifact in self.artifacts if not artifact.expired]
        if rest == "artifacts":
            named = [each for each in listed if each.name == request.query.get("name", each.name)]
            return self._artifact_page(request, named)
        if match := re.fullmatch("runs/([0-9]+)(/artifacts)?", rest):
            run = self.runs.get(int(match[1]))
            if run is None:
                return _error(404, "Not Found")
            if match[2]:
                return self._artifact_page(request, [each for each in listed if each.run == run])
            return json_answer(200, _run(run))
        if match := re.fullmatch("artifacts/([0-9]+)/zip", rest):
            return self._zip(int(match[1]))
        if match := re.fullmatch("workflows/([^/]+)/runs", rest):
            return self._runs_of(match[1], request)
        return _error(404, "Not Found")

    def _runs_of(self, file: str, request: Request) -> Answer:
        """https://docs.github.com/en/rest/actions/workflow-runs; all of them have ended."""
        found = [
            _run(run)
            for number, run in sorted(self.runs.items(), reverse=True)
            if run.path.endswith(f"/{file}") and run.event == request.query.get("event", run.event)
        ]
        return json_answer(200, {"total_count": len(found), "workflow_runs": found})

    def _artifact_page(self, request: Request, artifacts: Sequence[StoredArtifact]) -> Answer:
        """https://docs.github.com/en/rest/actions/artifacts; the newest first."""
        per_page = min(100, max(1, _number(request.query.get("per_page"), 30)))
        number = max(1, _number(request.query.get("page"), 1))
        newest = sorted(artifacts, key=lambda each: (each.created_at, each.id), reverse=True)
        shown = newest[(number - 1) * per_page : number * per_page]
        more = number * per_page < len(newest)
        url = f"{self.url}{request.path}?{urlencode({**request.query, 'page': number + 1})}"
        headers = {"Link": f'<{url}>; rel="next"'} if more else {}
        value = {"total_count": len(newest), "artifacts": list(map(self._artifact, shown))}
        return json_answer(200, value, **headers)

    def _artifact(self, artifact: StoredArtifact) -> Json:
        url = f"{self.url}/repos/acme/reports/actions/artifacts/{artifact.id}"
        run, size = artifact.run, artifact.size
        digest = f"sha256:{hashlib.sha256(artifact.content).hexdigest()}"
        return {
            "id": artifact.id,
            "node_id": f"A_{artifact.id}",
            "name": artifact.name,
            "size_in_bytes": len(artifact.content) if size is None else size,
            "url": url,
            "archive_download_url": f"{url}/zip",
            "expired": False,
            "digest": digest if artifact.digest == "" else artifact.digest,
            "created_at": made_up.time(artifact.created_at),
            "updated_at": made_up.time(artifact.created_at),
            "expires_at": made_up.time(artifact.created_at + made_up.days(90)),
            "workflow_run": {
                "id": run.id,
                "repository_id": run.repository_id,
                "head_repository_id": run.head_repository_id,
                "head_branch": run.head_branch,
                "head_sha": f"{run.id:040x}",
            },
        }

    def _zip(self, number: int) -> Answer:
        found = [artifact for artifact in self.artifacts if artifact.id == number]
        if not found:
            return _error(404, "Not Found")
        if found[0].expired or found[0].gone:
            return _error(410, "Artifact has expired")
        return Answer(302, b"", {"Location": f"{self.url}/blobs/{number}?{_SIGNATURE}"})

    def _blob(self, request: Request, number: str) -> Answer:
        """Azure's blob storage, as far as a signed address shows of it."""
        if "authorization" in request.headers:
            return Answer(400, b"<Error><Code>InvalidAuthenticationInfo</Code></Error>")
        if not request.target.endswith(f"?{_SIGNATURE}"):
            return Answer(403, b"<Error><Code>AuthenticationFailed</Code></Error>")
        (found,) = (artifact for artifact in self.artifacts if artifact.id == int(number))
        return Answer(200, found.content, {"Content-Type": "application/zip"})

    def _page(self, account: Account, request: Request) -> Answer:
        per_page = min(100, max(1, _number(request.query.get("per_page"), 50)))
        number = max(1, _number(request.query.get("page"), 1))
        key = (account.login, per_page)
        with self._lock:
            seats, pages = self._pages.get(key, ((), {}))
            if seats is not account.seats:
                seats, pages = account.seats, {}
                self._pages[key] = (seats, pages)
        if number not in pages:
            pages[number] = self._made_page(account, seats, number, per_page)
        return pages[number]

    def _made_page(
        self, account: Account, seats: Sequence[Json], number: int, per_page: int
    ) -> Answer:
        last = max(1, -(-len(seats) // per_page))
        owner = f"organizations/{account.id}"
        if account.is_enterprise:
            owner = f"enterprises/{account.login}"
        list_url = f"{self.known_as or self.url}/{owner}/copilot/billing/seats"
        numbers = {
            "prev": number - 1 if number > 1 else None,
            "next": number + 1 if number < last else None,
            "last": last if number < last else None,
            "first": 1 if number > 1 else None,
        }
        link = ", ".join(
            f'<{list_url}?page={page}&per_page={per_page}>; rel="{rel}"'
            for rel, page in numbers.items()
            if page is not None
        )
        shown = list(seats[(number - 1) * per_page : number * per_page])
        total = {"total_seats": account.total} if account.totals else {}
        answer = _checked("seats", {**total, "seats": shown}, account)
        headers = {**answer.headers, **({"Link": account.links(link)} if last > 1 else {})}
        zipped = gzip.compress(answer.body, compresslevel=1, mtime=0)
        return Answer(200, answer.body, headers, zipped)

    def warm(self) -> None:
        """Make every page of a hundred beforehand, so that a measurement measures the client."""
        for known in (self.organizations, self.enterprises):
            for account in known.values():
                pages = {
                    number: self._made_page(account, account.seats, number, 100)
                    for number in range(1, max(1, -(-len(account.seats) // 100)) + 1)
                }
                self._pages[account.login, 100] = (account.seats, pages)


# The query of a signed address: whoever has it can read for a while.
_SIGNATURE = "se=2026-11-02T06%3A01%3A00Z&sp=r&sig=the-signature"


def _run(run: Run) -> Json:
    """https://docs.github.com/en/rest/actions/workflow-runs#get-a-workflow-run, in its parts."""

    def repository(number: int) -> Json:
        return {"id": number, "name": "reports", "full_name": "acme/reports", "private": True}

    head = run.head_repository_id
    return {
        "id": run.id,
        "name": "Seats",
        "run_number": run.id,
        "run_attempt": 1,
        "event": run.event,
        "status": "completed",
        "conclusion": "success",
        "path": run.path,
        "head_branch": run.head_branch,
        "head_sha": f"{run.id:040x}",
        "repository": repository(run.repository_id),
        "head_repository": None if head is None else repository(head),
    }


def _settings(account: Account) -> Answer:
    settings = account.settings
    if isinstance(settings, Answer):
        return settings
    if settings is None:
        settings = made_up.billing(account.seats, plan=account.plan)
    return _checked("billing", settings, account)


def _user(account: Account, login: str) -> Answer:
    found = account.seats_of(login)
    if not found:
        return _error(404, "Not Found")
    if account.is_enterprise:
        return _checked("user in enterprise", {"total_seats": 1, "seats": found}, account)
    return _checked("user", found[0], account)


def _usage_report(account: Account) -> Answer:
    report = account.usage_report
    return report if isinstance(report, Answer) else _checked("usage report", report(), account)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() else default


# --- GitHub's description

_ANSWERS = {
    "billing": "/orgs/{org}/copilot/billing",
    "seats": "/orgs/{org}/copilot/billing/seats",
    "seats of an enterprise": "/enterprises/{enterprise}/copilot/billing/seats",
    "usage report": "/orgs/{org}/copilot/metrics/reports/users-28-day/latest",
    "user": "/orgs/{org}/members/{username}/copilot",
    "user in enterprise": "/enterprises/{enterprise}/members/{username}/copilot",
}


@cache
def _description() -> Json:
    text = (Path(__file__).parent / "openapi" / "copilot.json").read_text(encoding="utf-8")
    described: Json = json.loads(text)
    return described


@cache
def _validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    """What tells whether an answer is one that GitHub's description allows."""
    if kind == "error":
        schema: Json = {"$ref": "#/components/schemas/basic-error"}
    else:
        described = _description()["paths"][_ANSWERS[kind]]["get"]["responses"]["200"]
        schema = described["content"]["application/json"]["schema"]
    whole = {**schema, "components": _description()["components"]}
    return jsonschema_rs.Draft202012Validator(_as_json_schema(whole), validate_formats=True)


def _as_json_schema(described: Any) -> Any:  # noqa: ANN401
    """Say OpenAPI 3.0's `nullable` in JSON Schema's words."""
    if isinstance(described, list):
        return [_as_json_schema(part) for part in described]
    if not isinstance(described, dict):
        return described
    parts = {key: _as_json_schema(part) for key, part in described.items()}
    if parts.pop("nullable", False) is True:
        return {"anyOf": [parts, {"type": "null"}]}
    return parts


def _checked(kind: str, value: object, account: Account) -> Answer:
    if kind == "seats" and account.is_enterprise:
        kind = "seats of an enterprise"
    if not account.off_schema:
        _validator(kind).validate(value)
    return json_answer(200, value)


def _error(status: int, message: str, *, page: str = DOCS, **headers: str) -> Answer:
    value = {"message": message, "documentation_url": page, "status": str(status)}
    _validator("error").validate(value)
    return json_answer(status, value, **headers)


# --- What GitHub answers when it does not answer

_PERMISSIONS = "organization_copilot_seat_management=read; organization_administration=read"

REFUSALS: Mapping[str, Answer] = {
    "workflow token": _error(
        403,
        "Resource not accessible by integration",
        X_Accepted_GitHub_Permissions=_PERMISSIONS,
    ),
    "fine-grained token without permission": _error(
        403,
        "Resource not accessible by personal access token",
        X_Accepted_GitHub_Permissions=_PERMISSIONS,
    ),
    "classic token without scope": _error(
        404,
        "Not Found",
        X_OAuth_Scopes="repo, workflow",
        X_Accepted_OAuth_Scopes="admin:org, manage_billing:copilot, read:org, write:org",
    ),
    "classic token without scope, 403": _error(
        403,
        "Must have admin rights to organization.",
        X_OAuth_Scopes="",
        X_Accepted_OAuth_Scopes="admin:org, manage_billing:copilot, read:org, write:org",
    ),
    "single sign-on": _error(
        403,
        "Resource protected by organization SAML enforcement. You must grant your Personal Access "
        "token access to this organization.",
        X_OAuth_Scopes="read:org",
        X_GitHub_SSO="required; url=https://github.com/orgs/acme/sso?authorization_request=made-up",
    ),
    "not an owner": _error(403, "You must be an organization owner.", X_OAuth_Scopes="read:org"),
    "expired": _error(401, "Bad credentials"),
    "not there": _error(404, "Not Found"),
    "version retired": _error(410, "This version of the API is no longer available."),
    "no subscription": _error(
        422, "There is a problem with your account's associated payment method."
    ),
    "blocked address": _error(
        403,
        "Although you appear to have the correct authorization credentials, the `acme` "
        "organization has an IP allow list enabled, and your IP address is not permitted to access "
        "this resource.",
    ),
}

# The usage metrics have a permission and a policy of their own.
POLICY_OFF = _error(
    403,
    "The 'Copilot usage metrics' policy must be enabled to use this API",
    page=f"{METRICS}#organization-level-metrics",
)
NO_METRICS_PERMISSION = _error(
    403,
    "Resource not accessible by integration",
    X_Accepted_GitHub_Permissions="organization_copilot_metrics=read",
)


def primary_limit_answer(reset: int | None = None) -> Answer:
    headers = (
        {} if reset is None else {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": str(reset)}
    )
    return _error(403, "API rate limit exceeded for user ID 1001.", page=LIMITS, **headers)


def secondary_limit_answer(*, status: int = 403, retry_after: int | None = None) -> Answer:
    headers = {} if retry_after is None else {"Retry_After": str(retry_after)}
    return _error(
        status,
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        page=f"{LIMITS}#about-secondary-rate-limits",
        **headers,
    )


# For `LoopbackServer.faults`. The primary limit needs a time: `giving(primary_limit_answer(…))`.
LIMIT_FAULTS: Mapping[str, TransientError] = {
    f"{status} secondary limit, {'wait not said' if wait is None else f'wait of {wait} s'}": giving(
        secondary_limit_answer(status=status, retry_after=wait)
    )
    for status in (403, 429)
    for wait in (None, 2)
}


# --- On its own


def main() -> None:
    parser = argparse.ArgumentParser(description="GitHub's Copilot seat API, made up.")
    parser.add_argument("--organization", default="acme")
    parser.add_argument("--seats", type=int, default=230)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds for each answer")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--unlimited", action="store_true", help="without GitHub's secondary limits"
    )
    options = parser.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    seats = made_up.seats(options.seats, now=now, login=options.organization)
    account = Organization(options.organization, seats)
    with GitHubServer(account, port=options.port, latency=options.latency) as server:
        server.secondary_limits = not options.unlimited
        server.warm()
        print(server.url, flush=True)
        signal.signal(signal.SIGTERM, lambda *_: server.closing.set())
        with suppress(KeyboardInterrupt):
            server.closing.wait()


if __name__ == "__main__":
    main()
