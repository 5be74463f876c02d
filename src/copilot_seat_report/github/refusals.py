"""What a refusal of GitHub's API most likely means, and what to do about it.

The table of docs/tokens.md and docs/troubleshooting.md is written from this module. Sources:
https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api and
https://docs.github.com/en/rest/copilot/copilot-user-management.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from copilot_seat_report.errors import RunError

TOKENS_PAGE = "https://docs.github.com/en/rest/copilot/copilot-user-management"
GUIDE = "docs/tokens.md"


class Refusal(RunError):
    """GitHub refused a request for good; `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


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
        for prefix, kind in _KINDS.items():
            if token.startswith(prefix):
                return cls(kind, token == workflow_token)
        return cls("unknown", token == workflow_token)


_KINDS = {
    "github_pat_": "fine-grained",
    "ghp_": "classic",
    "ghs_": "installation",
    "ghu_": "user-to-server",
    "gho_": "oauth",
}

_WORKFLOW_TOKEN = (
    "The workflow's own token (GITHUB_TOKEN) has no permission on an organization. Give the input "
    "`token` one that has: of a GitHub App with the organization permission 'GitHub Copilot "
    "Business' (read), or a fine-grained personal access token with the same"
)
_ORGANIZATION_TOKENS = (
    "It takes a GitHub App or a fine-grained personal access token with the organization permission "
    "'GitHub Copilot Business' (read), or a classic one of an owner with the scope "
    "`manage_billing:copilot` or `read:org`"
)
_ENTERPRISE_TOKENS = (
    "An enterprise's seats are read with a classic personal access token of an enterprise owner or "
    "billing manager, with the scope `manage_billing:copilot` or `read:enterprise`; GitHub accepts "
    "neither a GitHub App nor a fine-grained token there"
)


def refusal(
    status: int,
    headers: Mapping[str, str],
    message: str,
    *,
    what: str,
    enterprise: bool,
    credential: Credential,
    answered_before: bool,
) -> Refusal:
    """Build the error for a refused request.

    `message` is the `message` of GitHub's answer (may be empty), `what` names the request for a
    person, `answered_before` tells that the same token was accepted earlier in this run.
    """
    said = f" (GitHub says: {message})" if message else ""
    advice = _advice(
        status,
        headers,
        message,
        enterprise=enterprise,
        credential=credential,
        answered_before=answered_before,
    )
    return Refusal(
        status,
        f"{what} was refused with status {status}{said}. {advice} Nothing was published. "
        f"See {GUIDE} of this action and {TOKENS_PAGE}",
    )


def _advice(
    status: int,
    headers: Mapping[str, str],
    message: str,
    *,
    enterprise: bool,
    credential: Credential,
    answered_before: bool,
) -> str:
    tokens = _ENTERPRISE_TOKENS if enterprise else _ORGANIZATION_TOKENS
    if status == 401:
        if answered_before:
            return (
                "The same token was accepted earlier in this run, so it has expired or was revoked "
                "meanwhile (a GitHub App's token lasts one hour). Make a new one just before this step."
            )
        return (
            "The token is wrong, expired or revoked. Check the secret that the input `token` names: "
            "a secret that does not exist is empty, and one with a line break in it is another token."
        )
    if sso := headers.get("x-github-sso"):
        where = sso.partition("url=")[2].split(";")[0].strip()
        link = f" at {where}" if where.startswith("https://") else ""
        return (
            "The token is not authorized for the organization's single sign-on. "
            f"Its owner can authorize it{link} (Settings > Developer settings > Personal access "
            "tokens > Configure SSO)."
        )
    if status == 410:
        return "GitHub has retired this version of its API. Take the newest release of this action."
    if status == 422:
        return (
            "Copilot Business or Enterprise is not enabled there, or its billing has a problem. An "
            "owner sees which under Settings > Copilot > Access."
        )
    if status in (403, 404):
        return _permission_advice(
            status, headers, message, tokens, enterprise=enterprise, credential=credential
        )
    return "This status is not documented for the request; if it stays, tell GitHub's support."


def _permission_advice(
    status: int,
    headers: Mapping[str, str],
    message: str,
    tokens: str,
    *,
    enterprise: bool,
    credential: Credential,
) -> str:
    if credential.is_workflow_token:
        return f"{_ENTERPRISE_TOKENS if enterprise else _WORKFLOW_TOKEN}."
    if enterprise and credential.kind in ("fine-grained", "installation", "user-to-server"):
        return f"{_ENTERPRISE_TOKENS}. The token given is a {_NAMES[credential.kind]}."
    if "not accessible by integration" in message:
        needed = headers.get("x-accepted-github-permissions")
        accepted = f" (GitHub accepts: {needed})" if needed else ""
        return (
            "The GitHub App's installation lacks the organization permission 'GitHub Copilot "
            f"Business' (read){accepted}, or an owner has not yet approved it, or the token was made "
            "for another organization: set `owner` when you make it."
        )
    if "not accessible by personal access token" in message:
        needed = headers.get("x-accepted-github-permissions")
        accepted = f" (GitHub accepts: {needed})" if needed else ""
        return (
            "The fine-grained token lacks the organization permission 'GitHub Copilot Business' "
            f"(read){accepted}, or its resource owner is not this organization."
        )
    scopes = headers.get("x-oauth-scopes")
    if scopes is not None and not _scope_suffices(scopes, enterprise=enterprise):
        return f"The classic token has the scopes `{scopes or 'none'}`. {tokens}."
    if status == 404:
        scope = "enterprise" if enterprise else "organization"
        return (
            f"Either there is no such {scope} or it has no Copilot subscription (check the spelling: "
            f"it is the name in its address), or the token may not see it. {tokens}."
        )
    return f"{tokens}. Only an owner's token may read the seats."


_NAMES = {
    "fine-grained": "fine-grained personal access token",
    "installation": "GitHub App's token",
    "user-to-server": "GitHub App's user token",
}


def _scope_suffices(scopes: str, *, enterprise: bool) -> bool:
    has = {scope.strip() for scope in scopes.split(",")}
    if enterprise:
        enough = {"manage_billing:copilot", "read:enterprise", "admin:enterprise"}
    else:
        enough = {"manage_billing:copilot", "read:org", "write:org", "admin:org"}
    return bool(has & enough)
