"""What a refusal of GitHub's API most likely means, and what to do about it.

`REASONS` is the table that docs/troubleshooting.md shows, word for word. Sources:
https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api and
https://docs.github.com/en/rest/copilot/copilot-user-management.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from copilot_seat_report.errors import RunError

ENDPOINTS_PAGE = "https://docs.github.com/en/rest/copilot/copilot-user-management"
GUIDE = "docs/tokens.md"
_LONGEST_MESSAGE = 300


class Rejection(RunError):
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
        kinds = (kind for prefix, kind in _KINDS.items() if token.startswith(prefix))
        return cls(next(kinds, "token of an unknown kind"), token == workflow_token)


_KINDS = {
    "github_pat_": "fine-grained personal access token",
    "ghp_": "classic personal access token",
    "ghs_": "GitHub App's token",
    "ghu_": "GitHub App's user token",
    "gho_": "OAuth app's token",
}
_NOT_FOR_ENTERPRISES = (_KINDS["github_pat_"], _KINDS["ghs_"], _KINDS["ghu_"])


@dataclass(frozen=True)
class Rejected:
    """A refused request: what GitHub answered, and what is known of the one who asked.

    `headers` are found whatever the case, `message` is the answer's own (may be empty),
    `enterprise` tells that an enterprise was asked for, `answered_before` that the same token was
    accepted earlier in this run.
    """

    status: int
    headers: Mapping[str, str]
    message: str
    enterprise: bool
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
        enough = _SCOPES_FOR_ENTERPRISES if self.enterprise else _SCOPES
        return scopes is not None and not enough & {scope.strip() for scope in scopes.split(",")}


_SCOPES = frozenset({"manage_billing:copilot", "read:org", "write:org", "admin:org"})
_SCOPES_FOR_ENTERPRISES = frozenset(
    {"manage_billing:copilot", "read:enterprise", "admin:enterprise"}
)


@dataclass(frozen=True)
class Reason:
    """A reason for a refusal: the sign by which it is known, what it means, and what to do.

    `detail` adds what the answer itself says of it.
    """

    sign: str
    meaning: str
    remedy: str
    applies: Callable[[Rejected], bool]
    detail: Callable[[Rejected], str] = lambda _: ""


_TOKENS = (
    "Give `token` a GitHub App's or a fine-grained personal access token with the organization "
    "permission 'GitHub Copilot Business' (read), or an owner's classic one with the scope "
    "`manage_billing:copilot` or `read:org`."
)
_TOKENS_FOR_ENTERPRISES = (
    "Give `token` a classic personal access token of an enterprise owner or billing manager, with "
    "the scope `manage_billing:copilot` or `read:enterprise`: GitHub accepts neither a GitHub App "
    "nor a fine-grained token there."
)


def _accepted(refused: Rejected) -> str:
    permissions = refused.headers.get("x-accepted-github-permissions")
    return f"GitHub would accept: {permissions}." if permissions else ""


def _scopes(refused: Rejected) -> str:
    return f"The classic token has the scopes `{refused.headers['x-oauth-scopes'] or 'none'}`."


# The first that applies is told.
REASONS = (
    Reason(
        sign="401, after the same token was accepted in the same run",
        meaning="The token has expired or was revoked while the seats were read.",
        remedy="Make a new one just before this step: a GitHub App's token lasts one hour.",
        applies=lambda refused: refused.status == 401 and refused.answered_before,
    ),
    Reason(
        sign="401",
        meaning="The token is wrong, expired or revoked.",
        remedy="Check that the secret given as `token` holds a whole and valid token.",
        applies=lambda refused: refused.status == 401,
    ),
    Reason(
        sign="403 with `X-GitHub-SSO: required`",
        meaning="The token is not authorized for the organization's single sign-on.",
        remedy=(
            "Its owner can authorize it: Settings > Developer settings > Personal access tokens > "
            "Configure SSO."
        ),
        applies=lambda refused: (
            refused.is_permission and refused.headers.get("x-github-sso", "").startswith("required")
        ),
        detail=lambda refused: f"Or at {refused.sso_address} ." if refused.sso_address else "",
    ),
    Reason(
        sign="403 that names an IP allow list",
        meaning="The organization lets only listed addresses in, and the runner's is not listed.",
        remedy=(
            "Run the job on a runner with a listed address, or have an owner list the runner's, or "
            "use a GitHub App that has its addresses in the list."
        ),
        applies=lambda refused: refused.status == 403 and "IP allow list" in refused.message,
    ),
    Reason(
        sign="403 or 404 for an enterprise, with the workflow's own token, a GitHub App's or a "
        "fine-grained one",
        meaning="An enterprise's seats cannot be read with a token of this kind.",
        remedy=_TOKENS_FOR_ENTERPRISES,
        applies=lambda refused: (
            refused.is_permission
            and refused.enterprise
            and (
                refused.credential.is_workflow_token
                or refused.credential.kind in _NOT_FOR_ENTERPRISES
            )
        ),
        detail=lambda refused: f"The one given is a {refused.credential.kind}.",
    ),
    Reason(
        sign="403 or 404, with the workflow's own token",
        meaning="The workflow's own token (GITHUB_TOKEN) has no permission on an organization.",
        remedy=_TOKENS,
        applies=lambda refused: refused.is_permission and refused.credential.is_workflow_token,
    ),
    Reason(
        sign='403 with "Resource not accessible by integration"',
        meaning=(
            "The GitHub App's installation lacks the organization permission 'GitHub Copilot "
            "Business' (read), or an owner has not approved it yet, or the token was made for "
            "another organization."
        ),
        remedy=(
            "Have an owner approve the permission in the App's installation, and set `owner` to "
            "this organization where the token is made."
        ),
        applies=lambda refused: (
            refused.is_permission and "not accessible by integration" in refused.message
        ),
        detail=_accepted,
    ),
    Reason(
        sign='403 with "Resource not accessible by personal access token"',
        meaning=(
            "The fine-grained token lacks the organization permission 'GitHub Copilot Business' "
            "(read), or its resource owner is another than this organization."
        ),
        remedy="Make one with this organization as resource owner, and with that permission.",
        applies=lambda refused: (
            refused.is_permission and "not accessible by personal access token" in refused.message
        ),
        detail=_accepted,
    ),
    Reason(
        sign="403 or 404 for an enterprise, where `X-OAuth-Scopes` has none of the scopes needed",
        meaning="The classic token lacks a scope.",
        remedy=_TOKENS_FOR_ENTERPRISES,
        applies=lambda refused: (
            refused.is_permission and refused.enterprise and refused.lacks_scope
        ),
        detail=_scopes,
    ),
    Reason(
        sign="403 or 404, where `X-OAuth-Scopes` has none of the scopes needed",
        meaning="The classic token lacks a scope.",
        remedy=_TOKENS,
        applies=lambda refused: refused.is_permission and refused.lacks_scope,
        detail=_scopes,
    ),
    Reason(
        sign="403 or 404 for an enterprise",
        meaning=(
            "Either there is no such enterprise, or it has no Copilot subscription, or the token's "
            "user is neither its owner nor its billing manager."
        ),
        remedy=(
            f"Check the slug (the name in the enterprise's address). {_TOKENS_FOR_ENTERPRISES}"
        ),
        applies=lambda refused: refused.is_permission and refused.enterprise,
    ),
    Reason(
        sign="404",
        meaning=(
            "Either there is no such organization or it has no Copilot subscription, or the token "
            "may not see it: GitHub does not tell which."
        ),
        remedy=f"Check the login (the name in the organization's address). {_TOKENS}",
        applies=lambda refused: refused.status == 404,
    ),
    Reason(
        sign="403",
        meaning="The token's user is not an owner of the organization, or the token may not.",
        remedy=_TOKENS,
        applies=lambda refused: refused.status == 403,
    ),
    Reason(
        sign="410",
        meaning="GitHub has retired this version of its API.",
        remedy="Take the newest release of this action.",
        applies=lambda refused: refused.status == 410,
    ),
    Reason(
        sign="422",
        meaning=(
            "Copilot Business or Enterprise is not enabled there, or its billing has a problem."
        ),
        remedy="An owner sees which under Settings > Copilot > Access, and can mend it there.",
        applies=lambda refused: refused.status == 422,
    ),
    Reason(
        sign="any other",
        meaning="GitHub does not document this status for the request.",
        remedy="Check what `api-url` leads to; if it is GitHub, tell GitHub's support.",
        applies=lambda _: True,
    ),
)


def refusal(refused: Rejected, *, what: str, quotes_answer: bool = True) -> Rejection:
    """Return the error that tells a person the reason; `what` names the request.

    GitHub's own words and addresses are in it only where it `quotes_answer`: they may name people.
    """
    reason = next(reason for reason in REASONS if reason.applies(refused))
    said = " ".join(refused.message.split())[:_LONGEST_MESSAGE] if quotes_answer else ""
    parts = (
        f"{what} was refused with status {refused.status}",
        f"(GitHub says: {said})." if said else "by GitHub.",
        reason.meaning,
        reason.remedy,
        reason.detail(refused) if quotes_answer else "",
        f"Nothing was published. See {GUIDE} of this action and {ENDPOINTS_PAGE}",
    )
    return Rejection(refused.status, " ".join(filter(None, parts)))
