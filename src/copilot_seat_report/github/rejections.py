"""What a rejection of GitHub's API most likely means, and what to do about it.

`REASONS` is the table that docs/troubleshooting.md shows. Sources:
https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api,
https://docs.github.com/en/rest/copilot/copilot-user-management, and what people quote of GitHub's
answers, such as https://github.com/NixOS/org/issues/247 (a token's lifetime),
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
    """GitHub refused a request for good.

    `status` is the HTTP status, `said` what GitHub says of it (empty where it says nothing, or
    where that must not be shown).
    """

    def __init__(self, status: int, message: str, said: str) -> None:
        super().__init__(message)
        self.status = status
        self.said = said


@dataclass(frozen=True)
class Credential:
    """What is known of the token without sending it: its kind, and whether it is the job's own."""

    kind: str
    is_workflow_token: bool

    @classmethod
    def of(cls, token: str, workflow_token: str) -> "Credential":
        """Tell the kind from the prefix that GitHub gives its tokens.

        https://github.blog/engineering/behind-githubs-new-authentication-token-formats/
        """
        kinds = (kind for prefix, kind in _KINDS.items() if token.startswith(prefix))
        return cls(next(kinds, "token of an unknown kind"), token == workflow_token)

    @property
    def is_of_an_app(self) -> bool:
        """Tell whether it is a GitHub App's token, but not the job's own, which is one too."""
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
    """A rejected request: what GitHub answered, and what is known of the one who asked.

    `headers` are found whatever the case, `message` is the answer's own (may be empty),
    `answered_before` says that the same token was accepted earlier in this run.
    """

    status: int
    headers: Mapping[str, str]
    message: str
    endpoint: Endpoint
    credential: Credential
    answered_before: bool

    @property
    def is_permission(self) -> bool:
        """Tell whether the status is one that GitHub hides missing permissions behind."""
        return self.status in (403, 404)

    @property
    def sso_address(self) -> str:
        """The address at which the token can be authorized for single sign-on, if there is one."""
        address = self.headers.get("x-github-sso", "").partition("url=")[2].split(";")[0].strip()
        return address if address.startswith("https://") else ""

    @property
    def lacks_scope(self) -> bool:
        """Tell whether GitHub says that a classic token has none of the scopes that suffice."""
        scopes = self.headers.get("x-oauth-scopes")
        return scopes is not None and not self.endpoint.scopes & {
            scope.strip() for scope in scopes.split(",")
        }

    def says(self, pattern: str) -> bool:
        """Tell whether the answer's message matches a pattern, whatever the case."""
        return re.search(pattern, self.message, re.IGNORECASE) is not None

    @property
    def has_own_reason(self) -> bool:
        """Tell whether the answer's message is more than that the token may not."""
        return self.message != "" and not self.says(
            "not found|^forbidden|not accessible by|admin rights|owner"
        )


@dataclass(frozen=True)
class Reason:
    """A reason for a rejection: the sign by which it is known, what it means, and what to do.

    Texts may have the endpoint's `{owner}`, `{input}`, `{permission}` and `{remedy}` in them.
    `detail` adds what the answer itself says of it.
    """

    sign: str
    meaning: str
    remedy: str
    applies: Callable[[Rejected], bool]
    detail: Callable[[Rejected], str] = lambda _: ""

    def advice(self, endpoint: Endpoint) -> tuple[str, str]:
        """Return meaning and remedy for a request to an endpoint."""
        words = {
            # What a repository's owner decides, its organization does.
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
    return f"The one given is a {rejected.credential.kind}."


# The first that applies counts.
REASONS = (
    Reason(
        sign="401, after the same token was accepted in the same run",
        meaning="The token expired or was revoked during the run.",
        remedy="Make a new one just before this step: a GitHub App's token lasts one hour.",
        applies=lambda rejected: rejected.status == 401 and rejected.answered_before,
    ),
    Reason(
        sign="401",
        meaning="The token is wrong, expired or revoked.",
        remedy="Check that the secret given as `{input}` holds a whole and valid token.",
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
            "A classic token: its owner authorizes it at Settings > Developer settings > Personal "
            "access tokens > Configure SSO. Any other: make a new one after signing in there."
        ),
        applies=lambda rejected: rejected.is_permission and rejected.says("SAML"),
    ),
    Reason(
        sign="403 that names an IP allow list",
        meaning="The {owner} lets only listed addresses in, and the runner's is not listed.",
        remedy=(
            "Run the job on a runner with a listed address, or have an owner list the runner's, or "
            "use a GitHub App that has its addresses in the list."
        ),
        applies=lambda rejected: rejected.status == 403 and rejected.says("IP allow list"),
    ),
    Reason(
        sign='403 with "forbids access", by the token\'s lifetime',
        meaning="The {owner} limits how long tokens may live, and this one lives longer.",
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
            "allow classic tokens, in the {owner}'s settings for personal access tokens."
        ),
        applies=lambda rejected: rejected.status == 403 and rejected.says(r"forbids .*\(classic\)"),
    ),
    Reason(
        sign='403 with "forbids access via a personal access token with fine-grained permissions"',
        meaning="The {owner} forbids fine-grained personal access tokens.",
        remedy=(
            "Use another kind of token, such as a GitHub App's with {permission}; or have an owner "
            "allow fine-grained tokens, in the {owner}'s settings for personal access tokens."
        ),
        applies=lambda rejected: rejected.status == 403 and rejected.says("forbids .*fine-grained"),
    ),
    Reason(
        sign='403 with "This installation has been suspended"',
        meaning="The installation of the GitHub App is suspended.",
        remedy=(
            "Have an owner unsuspend it, in the {owner}'s Settings > GitHub Apps > Configure; "
            "whoever owns the App may have suspended it too."
        ),
        applies=lambda rejected: (
            rejected.is_permission and rejected.says("installation .*suspended")
        ),
    ),
    Reason(
        sign="403 that names the policy 'Copilot usage metrics'",
        meaning="The policy is off: no token at all may read the usage metrics.",
        remedy=(
            "Have an owner enable it: Settings > Copilot > Policies; in an enterprise, there "
            "alone: AI controls > Copilot > Billing & usage. The first report is made some days "
            "later."
        ),
        applies=lambda rejected: rejected.status == 403 and rejected.says("usage metrics.* policy"),
    ),
    Reason(
        sign="403 or 404 for an enterprise, with the workflow's own token or a fine-grained one",
        meaning="An enterprise's data cannot be read with a token of this kind.",
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
        meaning="The job's token lacks {permission}, or what was asked for does not exist.",
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
            "this {owner} where the token is made."
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
        remedy="Make one with this {owner} as resource owner, and with that permission.",
        applies=lambda rejected: (
            rejected.is_permission and rejected.says("not accessible by personal access token")
        ),
        detail=_accepted,
    ),
    Reason(
        sign="403 or 404, where `X-OAuth-Scopes` has none of the scopes needed",
        meaning="The classic token lacks a scope.",
        remedy="{remedy}",
        applies=lambda rejected: rejected.is_permission and rejected.lacks_scope,
        detail=_scopes,
    ),
    Reason(
        sign="403 with another reason of GitHub's own",
        meaning="GitHub's own words say why.",
        remedy="Do what they say, or ask an owner of the {owner} to.",
        applies=lambda rejected: rejected.status == 403 and rejected.has_own_reason,
    ),
    Reason(
        sign="403 or 404 for an enterprise",
        meaning=(
            "Either there is no such enterprise, or it has no Copilot subscription, or the token's "
            "user is neither its owner nor its billing manager."
        ),
        remedy="Check the slug (the name in the enterprise's address). {remedy}",
        applies=lambda rejected: rejected.is_permission and rejected.endpoint.owner == "enterprise",
    ),
    Reason(
        sign="404 for an organization",
        meaning=(
            "Either there is no such organization or it has no Copilot subscription, or the token "
            "may not see it: GitHub does not say which."
        ),
        remedy="Check the login (the name in the organization's address). {remedy}",
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
        meaning="What was asked for does not exist in the repository, or the token may not see it.",
        remedy="{remedy}",
        applies=lambda rejected: rejected.is_permission,
    ),
    Reason(
        sign="410 for a repository",
        meaning="What was asked for has expired, or was deleted.",
        remedy="Nothing can be done about it.",
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
        remedy="An owner sees which under Settings > Copilot > Access, and can fix it there.",
        applies=lambda rejected: rejected.status == 422,
    ),
    Reason(
        sign="any other",
        meaning="GitHub does not document this status for the request.",
        remedy="Check what `api-url` leads to; if it is GitHub, contact GitHub Support.",
        applies=lambda _: True,
    ),
)


def rejection(rejected: Rejected, *, what: str, quotes_answer: bool = True) -> Rejection:
    """Return the error that gives a person the reason; `what` names the request.

    GitHub's own words and addresses are in it only where it `quotes_answer`: they may name people.
    """
    reason = next(reason for reason in REASONS if reason.applies(rejected))
    said = " ".join(rejected.message.split())[:_LONGEST_MESSAGE]
    quoted = f"(GitHub says: {said})." if said else "by GitHub."
    if said and not quotes_answer:
        quoted = "by GitHub, in words that are left out here, as they may name people."
    parts = (
        f"{what} was refused with status {rejected.status}",
        quoted,
        *reason.advice(rejected.endpoint),
        reason.detail(rejected) if quotes_answer else "",
        f"Nothing was published. See {GUIDE} of this action and {rejected.endpoint.page}",
    )
    message = " ".join(filter(None, parts))
    return Rejection(rejected.status, message, said if quotes_answer else "")
