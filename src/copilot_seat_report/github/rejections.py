"""The likely reasons for a rejection by GitHub's API, and what to do about each.

docs/troubleshooting.md shows `REASONS` as a table. Sources:
https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api,
https://docs.github.com/en/rest/copilot/copilot-user-management, and GitHub's responses as people
quote them, such as https://github.com/NixOS/org/issues/247 (a token's lifetime),
https://github.com/git-town/git-town/issues/4609 (classic tokens) and
https://github.com/mislav/hub/issues/3363 (fine-grained ones).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from copilot_seat_report.errors import RunError
from copilot_seat_report.github.endpoints import Endpoint

GUIDE = "docs/tokens.md"
_LONGEST_MESSAGE = 300


class Rejection(RunError):
    """GitHub refused a request permanently.

    `status` is the HTTP status, `github_message` is empty if there is none, or if it must not be
    shown.
    """

    def __init__(self, status: int, message: str, github_message: str) -> None:
        super().__init__(message)
        self.status = status
        self.github_message = github_message


@dataclass(frozen=True)
class Credential:
    """The kind of a token, and whether it is the job's own."""

    kind: str
    is_workflow_token: bool

    @classmethod
    def of(cls, token: str, workflow_token: str) -> "Credential":
        """Return the kind that the token's prefix shows.

        https://github.blog/engineering/behind-githubs-new-authentication-token-formats/
        """
        kinds = (kind for prefix, kind in _KINDS.items() if token.startswith(prefix))
        return cls(next(kinds, "token of an unknown kind"), token == workflow_token)

    @property
    def is_of_an_app(self) -> bool:
        """Return whether it is a GitHub App's token, other than the job's own."""
        return self.kind in (_KINDS["ghs_"], _KINDS["ghu_"]) and not self.is_workflow_token


_KINDS = {
    "github_pat_": "fine-grained personal access token",
    "ghp_": "classic personal access token",
    "ghs_": "GitHub App's token",
    "ghu_": "GitHub App's user token",
    "gho_": "OAuth app's token",
}


@dataclass(frozen=True)
class Rejected:
    """A rejected request: GitHub's response, and facts about the request.

    `headers` ignore case, `message` is GitHub's own (may be empty), and `answered_before` says
    that the same token was accepted earlier in this run.
    """

    status: int
    headers: Mapping[str, str]
    message: str
    endpoint: Endpoint
    credential: Credential
    answered_before: bool

    @property
    def is_permission(self) -> bool:
        """Return whether the status may mean a missing permission."""
        return self.status in (403, 404)

    @property
    def sso_address(self) -> str:
        """Return the URL to authorize the token for single sign-on, or the empty text."""
        address = self.headers.get("x-github-sso", "").partition("url=")[2].split(";")[0].strip()
        return address if address.startswith("https://") else ""

    @property
    def lacks_scope(self) -> bool:
        """Return whether GitHub says that a classic token has none of the needed scopes."""
        scopes = self.headers.get("x-oauth-scopes")
        return scopes is not None and not self.endpoint.scopes & {
            scope.strip() for scope in scopes.split(",")
        }

    def says(self, pattern: str) -> bool:
        """Return whether GitHub's message matches a pattern, ignoring case."""
        return re.search(pattern, self.message, re.IGNORECASE) is not None

    @property
    def has_own_reason(self) -> bool:
        """Return whether GitHub's message gives a reason, not just that access is denied."""
        return self.message != "" and not self.says(
            "not found|^forbidden|not accessible by|admin rights|owner"
        )


@dataclass(frozen=True)
class Reason:
    """A reason for a rejection: its sign, its meaning, and what to do.

    Texts may contain the endpoint's `{owner}`, `{input}`, `{permission}` and `{remedy}`. `detail`
    adds facts from the response.
    """

    sign: str
    meaning: str
    remedy: str
    applies: Callable[[Rejected], bool]
    detail: Callable[[Rejected], str] = lambda _: ""

    def advice(self, endpoint: Endpoint) -> tuple[str, str]:
        """Return meaning and remedy for a request to an endpoint."""
        words = {
            # The organization decides for its repositories.
            "owner": "organization" if endpoint.owner == "repository" else endpoint.owner,
            "input": endpoint.input,
            "permission": endpoint.permission,
            "remedy": endpoint.remedy,
        }
        return self.meaning.format(**words), self.remedy.format(**words)


def _accepted(rejected: Rejected) -> str:
    permissions = rejected.headers.get("x-accepted-github-permissions")
    return f"GitHub would accept: {permissions}." if permissions else ""


def _scopes(rejected: Rejected) -> str:
    return f"The classic token has the scopes `{rejected.headers['x-oauth-scopes'] or 'none'}`."


def _kind(rejected: Rejected) -> str:
    return f"This token is a {rejected.credential.kind}."


# The first reason that applies counts.
REASONS = (
    Reason(
        sign="401, after the same token was accepted in the same run",
        meaning="The token expired or was revoked during the run.",
        remedy="Create a new one just before this step: a GitHub App's token lasts one hour.",
        applies=lambda rejected: rejected.status == 401 and rejected.answered_before,
    ),
    Reason(
        sign="401",
        meaning="The token is wrong, expired or revoked.",
        remedy="Check that the secret for `{input}` holds a complete and valid token.",
        applies=lambda rejected: rejected.status == 401,
    ),
    Reason(
        sign="403 with `X-GitHub-SSO: required`",
        meaning="The token is not authorized for the {owner}'s single sign-on.",
        remedy=(
            "Its owner can authorize it: Settings > Developer settings > Personal access tokens > "
            "Configure SSO."
        ),
        applies=lambda rejected: (
            rejected.is_permission
            and rejected.headers.get("x-github-sso", "").startswith("required")
        ),
        detail=lambda rejected: f"Or at {rejected.sso_address} ." if rejected.sso_address else "",
    ),
    Reason(
        sign='403 with "SAML enforcement", without that header',
        meaning="The {owner} requires single sign-on, and the token is not authorized for it.",
        remedy=(
            "For a classic token, its owner authorizes it at Settings > Developer settings > "
            "Personal access tokens > Configure SSO. For any other, create a new one after signing "
            "in with single sign-on."
        ),
        applies=lambda rejected: rejected.is_permission and rejected.says("SAML"),
    ),
    Reason(
        sign="403 that names an IP allow list",
        meaning="The {owner} allows only listed IP addresses, and the runner's is not listed.",
        remedy=(
            "Run the job on a runner with a listed address, or have an owner add the runner's, or "
            "use a GitHub App with listed addresses."
        ),
        applies=lambda rejected: rejected.status == 403 and rejected.says("IP allow list"),
    ),
    Reason(
        sign='403 with "forbids access", because of the token\'s lifetime',
        meaning="The {owner} limits the lifetime of tokens, and this token's exceeds the limit.",
        remedy=(
            "Give it an earlier expiration date, in its owner's Settings > Developer settings > "
            "Personal access tokens; or use a GitHub App's token, which lasts one hour."
        ),
        applies=lambda rejected: rejected.status == 403 and rejected.says("forbids .*lifetime"),
    ),
    Reason(
        sign='403 with "forbids access via a personal access token (classic)"',
        meaning="The {owner} forbids classic personal access tokens.",
        remedy=(
            "Use another kind of token, such as a GitHub App's with {permission}; or have an owner "
            "allow classic tokens in the {owner}'s settings for personal access tokens."
        ),
        applies=lambda rejected: rejected.status == 403 and rejected.says(r"forbids .*\(classic\)"),
    ),
    Reason(
        sign='403 with "forbids access via a personal access token with fine-grained permissions"',
        meaning="The {owner} forbids fine-grained personal access tokens.",
        remedy=(
            "Use another kind of token, such as a GitHub App's with {permission}; or have an owner "
            "allow fine-grained tokens in the {owner}'s settings for personal access tokens."
        ),
        applies=lambda rejected: rejected.status == 403 and rejected.says("forbids .*fine-grained"),
    ),
    Reason(
        sign='403 with "This installation has been suspended"',
        meaning="The installation of the GitHub App is suspended.",
        remedy=(
            "Have an owner unsuspend it, in the {owner}'s Settings > GitHub Apps > Configure; "
            "the App's owner may also have suspended it."
        ),
        applies=lambda rejected: (
            rejected.is_permission and rejected.says("installation .*suspended")
        ),
    ),
    Reason(
        sign="403 that names the policy 'Copilot usage metrics'",
        meaning="The policy is off: no token may read the usage metrics.",
        remedy=(
            "Have an owner enable it: Settings > Copilot > Policies; in an enterprise, only its "
            "AI controls > Copilot > Billing & usage. The first report is available some days "
            "later."
        ),
        applies=lambda rejected: rejected.status == 403 and rejected.says("usage metrics.* policy"),
    ),
    Reason(
        sign="403 or 404 for an enterprise, with the workflow's own token or a fine-grained one",
        meaning="A token of this kind cannot read an enterprise's data.",
        remedy="{remedy}",
        applies=lambda rejected: (
            rejected.is_permission
            and rejected.endpoint.owner == "enterprise"
            and (
                rejected.credential.is_workflow_token
                or rejected.credential.kind == _KINDS["github_pat_"]
            )
        ),
        detail=_kind,
    ),
    Reason(
        sign="403 or 404 for an enterprise, with a GitHub App's token",
        meaning=(
            "The App is not installed on the enterprise itself, or lacks {permission}, or an owner "
            "has not approved it yet."
        ),
        remedy="{remedy}",
        applies=lambda rejected: (
            rejected.is_permission
            and rejected.endpoint.owner == "enterprise"
            and rejected.credential.is_of_an_app
        ),
        detail=_accepted,
    ),
    Reason(
        sign="403 or 404 for an organization, with the workflow's own token",
        meaning="The workflow's own token (GITHUB_TOKEN) has no permission on an organization.",
        remedy="{remedy}",
        applies=lambda rejected: (
            rejected.is_permission
            and rejected.endpoint.owner == "organization"
            and rejected.credential.is_workflow_token
        ),
    ),
    Reason(
        sign="403 or 404 for a repository, with the workflow's own token",
        meaning="The job's token lacks {permission}, or the requested item does not exist.",
        remedy="{remedy}",
        applies=lambda rejected: (
            rejected.is_permission
            and rejected.endpoint.owner == "repository"
            and rejected.credential.is_workflow_token
        ),
        detail=_accepted,
    ),
    Reason(
        sign='403 with "Resource not accessible by integration"',
        meaning=(
            "The GitHub App's installation lacks {permission}, or an owner has not approved it "
            "yet, or the token was made for another {owner}."
        ),
        remedy=(
            "Have an owner approve the permission in the App's installation, and set `owner` to "
            "this {owner} where the workflow creates the token."
        ),
        applies=lambda rejected: (
            rejected.is_permission and rejected.says("not accessible by integration")
        ),
        detail=_accepted,
    ),
    Reason(
        sign='403 with "Resource not accessible by personal access token"',
        meaning=(
            "The fine-grained token lacks {permission}, or its resource owner is not this {owner}."
        ),
        remedy="Create one with this {owner} as resource owner, and with that permission.",
        applies=lambda rejected: (
            rejected.is_permission and rejected.says("not accessible by personal access token")
        ),
        detail=_accepted,
    ),
    Reason(
        sign="403 or 404, if `X-OAuth-Scopes` has none of the needed scopes",
        meaning="The classic token lacks a scope.",
        remedy="{remedy}",
        applies=lambda rejected: rejected.is_permission and rejected.lacks_scope,
        detail=_scopes,
    ),
    Reason(
        sign="403 with another reason in GitHub's message",
        meaning="GitHub's message says why.",
        remedy="Do what it says, or ask an owner of the {owner} to.",
        applies=lambda rejected: rejected.status == 403 and rejected.has_own_reason,
    ),
    Reason(
        sign="403 or 404 for an enterprise",
        meaning=(
            "The enterprise does not exist, or it has no Copilot subscription, or the token's user "
            "is neither an owner nor a billing manager."
        ),
        remedy="Check the slug (the name in the enterprise's URL). {remedy}",
        applies=lambda rejected: rejected.is_permission and rejected.endpoint.owner == "enterprise",
    ),
    Reason(
        sign="404 for an organization",
        meaning=(
            "The organization does not exist, or it has no Copilot subscription, or the token may "
            "not see it: GitHub does not say which."
        ),
        remedy="Check the login (the name in the organization's URL). {remedy}",
        applies=lambda rejected: (
            rejected.status == 404 and rejected.endpoint.owner == "organization"
        ),
    ),
    Reason(
        sign="403 for an organization",
        meaning=(
            "The token's user is not an owner of the organization, or the token may not read this."
        ),
        remedy="{remedy}",
        applies=lambda rejected: (
            rejected.status == 403 and rejected.endpoint.owner == "organization"
        ),
    ),
    Reason(
        sign="403 or 404 for a repository",
        meaning="The repository does not have the requested item, or the token may not see it.",
        remedy="{remedy}",
        applies=lambda rejected: rejected.is_permission,
    ),
    Reason(
        sign="410 for a repository",
        meaning="The requested item has expired or was deleted.",
        remedy="It cannot be restored.",
        applies=lambda rejected: rejected.status == 410 and rejected.endpoint.owner == "repository",
    ),
    Reason(
        sign="410",
        meaning="GitHub has retired this version of its API.",
        remedy="Use the newest release of this action.",
        applies=lambda rejected: rejected.status == 410,
    ),
    Reason(
        sign="422",
        meaning=(
            "Copilot Business or Enterprise is not enabled there, or its billing has a problem."
        ),
        remedy="An owner can see which, and fix it, under Settings > Copilot > Access.",
        applies=lambda rejected: rejected.status == 422,
    ),
    Reason(
        sign="any other",
        meaning="GitHub does not document this status for the request.",
        remedy="Check `api-url`; if it is right, contact GitHub Support.",
        applies=lambda _: True,
    ),
)


def rejection(rejected: Rejected, *, what: str, quotes_github: bool = True) -> Rejection:
    """Return the error with the likely reason; `what` names the request.

    Only with `quotes_github` does it quote GitHub's message and URLs, which may name people.
    """
    reason = next(reason for reason in REASONS if reason.applies(rejected))
    github_message = " ".join(rejected.message.split())[:_LONGEST_MESSAGE]
    quoted = f"(GitHub says: {github_message})." if github_message else "by GitHub."
    if github_message and not quotes_github:
        quoted = "by GitHub; its message is left out, as it may name people."
    parts = (
        f"{what} was refused with status {rejected.status}",
        quoted,
        *reason.advice(rejected.endpoint),
        reason.detail(rejected) if quotes_github else "",
        f"Nothing was published. See {GUIDE} of this action and {rejected.endpoint.page}",
    )
    message = " ".join(filter(None, parts))
    return Rejection(rejected.status, message, github_message if quotes_github else "")
