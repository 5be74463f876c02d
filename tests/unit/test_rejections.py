"""What a refusal most likely means: a case for each reason."""

import httpx
import pytest

from copilot_seat_report.github.rejections import REASONS, Credential, Rejected, Rejection, refusal
from tests.github_server import REFUSALS


def refused(
    status: int,
    message: str = "",
    *,
    token: str = "ghp_made_up",
    workflow_token: str = "the-workflow-token",
    enterprise: bool = False,
    answered_before: bool = False,
    **headers: str,
) -> Rejected:
    return Rejected(
        status=status,
        headers=httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()}),
        message=message,
        enterprise=enterprise,
        credential=Credential.of(token, workflow_token),
        answered_before=answered_before,
    )


NOT_ACCESSIBLE = "Resource not accessible by"
PERMISSIONS = "organization_copilot_seat_management=read"
SSO = "required; url=https://github.com/orgs/acme/sso?authorization_request=made-up"
OWN = "the-workflow-token"

# By the sign of the reason: what is refused, and words of the error.
CASES: dict[str, list[tuple[Rejected, str]]] = {
    "401, after the same token was accepted in the same run": [
        (refused(401, "Bad credentials", answered_before=True), "lasts one hour"),
    ],
    "401": [(refused(401, "Bad credentials"), "wrong, expired or revoked")],
    "403 with `X-GitHub-SSO: required`": [
        (
            refused(403, "Resource protected by organization SAML", X_GitHub_SSO=SSO),
            "https://github.com/orgs/acme/sso?authorization_request=made-up .",
        ),
        (refused(403, X_GitHub_SSO="required"), "Configure SSO"),
        (refused(403, X_GitHub_SSO="required; url=javascript:alert(1)"), "Configure SSO. Nothing"),
    ],
    "403 that names an IP allow list": [
        (
            refused(403, "the `acme` organization has an IP allow list enabled, and your IP"),
            "lets only listed addresses in",
        ),
    ],
    "403 or 404 for an enterprise, with the workflow's own token, a GitHub App's or a fine-grained "
    "one": [
        (refused(404, enterprise=True, token=OWN), "a token of this kind"),
        (refused(404, enterprise=True, token="ghs_x"), "The one given is a GitHub App's token."),
        (refused(403, enterprise=True, token="ghu_x"), "a GitHub App's user token."),
        (
            refused(403, f"{NOT_ACCESSIBLE} x", enterprise=True, token="github_pat_x"),
            "The one given is a fine-grained personal access token.",
        ),
    ],
    "403 or 404, with the workflow's own token": [
        (
            refused(403, f"{NOT_ACCESSIBLE} integration", token=OWN),
            "The workflow's own token (GITHUB_TOKEN) has no permission on an organization.",
        ),
        (refused(404, token=OWN), "'GitHub Copilot Business' (read)"),
    ],
    '403 with "Resource not accessible by integration"': [
        (
            refused(
                403,
                f"{NOT_ACCESSIBLE} integration",
                token="ghs_x",
                X_Accepted_GitHub_Permissions=PERMISSIONS,
            ),
            f"GitHub would accept: {PERMISSIONS}.",
        ),
        (refused(403, f"{NOT_ACCESSIBLE} integration", token="ghs_x"), "set `owner`"),
    ],
    '403 with "Resource not accessible by personal access token"': [
        (
            refused(
                403,
                f"{NOT_ACCESSIBLE} personal access token",
                token="github_pat_x",
                X_Accepted_GitHub_Permissions=PERMISSIONS,
            ),
            f"GitHub would accept: {PERMISSIONS}.",
        ),
    ],
    "403 or 404 for an enterprise, where `X-OAuth-Scopes` has none of the scopes needed": [
        (
            refused(404, enterprise=True, X_OAuth_Scopes="repo, read:org"),
            "The classic token has the scopes `repo, read:org`.",
        ),
    ],
    "403 or 404, where `X-OAuth-Scopes` has none of the scopes needed": [
        (refused(404, X_OAuth_Scopes="repo, gist"), "has the scopes `repo, gist`."),
        (refused(403, X_OAuth_Scopes=""), "has the scopes `none`."),
    ],
    "403 or 404 for an enterprise": [
        (
            refused(404, enterprise=True, X_OAuth_Scopes="read:enterprise"),
            "neither its owner nor its billing manager",
        ),
        (refused(403, enterprise=True, token="gho_x"), "Check the slug"),
    ],
    "404": [
        (refused(404, "Not Found", X_OAuth_Scopes="read:org"), "Check the login"),
        (refused(404, "Not Found", token="an unknown kind"), "GitHub does not tell which"),
    ],
    "403": [
        (refused(403, X_OAuth_Scopes="manage_billing:copilot"), "not an owner"),
        (refused(403, X_GitHub_SSO="partial-results; organizations=1"), "not an owner"),
    ],
    "410": [(refused(410), "newest release")],
    "422": [(refused(422, "There is a problem"), "its billing has a problem")],
    "any other": [(refused(400), "not document"), (refused(451, X_GitHub_SSO=SSO), "not document")],
}


def test_every_reason_has_a_case() -> None:
    assert list(CASES) == [reason.sign for reason in REASONS]


@pytest.mark.parametrize(
    ("sign", "case", "words"),
    [(sign, case, words) for sign, cases in CASES.items() for case, words in cases],
)
def test_the_error_tells_the_reason_and_what_to_do(sign: str, case: Rejected, words: str) -> None:
    reason = next(reason for reason in REASONS if reason.sign == sign)

    error = refusal(case, what="Page 1")

    assert isinstance(error, Rejection)
    assert error.status == case.status
    text = str(error)
    assert text.startswith(f"Page 1 was refused with status {case.status} ")
    assert reason.meaning in text
    assert reason.remedy in text
    assert words in text
    assert text.endswith(
        "Nothing was published. See docs/tokens.md of this action and "
        "https://docs.github.com/en/rest/copilot/copilot-user-management"
    )


@pytest.mark.parametrize("name", REFUSALS)
def test_what_github_says_is_told_on_one_line_and_briefly(name: str) -> None:
    message = f"{name}\r\n::error::x" + "y" * 1000

    text = str(refusal(refused(403, message), what="Page 1"))

    assert f"(GitHub says: {name} ::error::xyyy" in text
    assert "\n" not in text
    assert len(text) < 1_200
