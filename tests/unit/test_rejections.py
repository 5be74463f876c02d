"""What a rejection most likely means: a case for each reason."""

import httpx
import pytest

from copilot_seat_report.github.endpoints import (
    ENTERPRISE_METRICS,
    ENTERPRISE_SEATS,
    ORGANIZATION_METRICS,
    ORGANIZATION_SEATS,
    REPOSITORY,
    Endpoint,
)
from copilot_seat_report.github.rejections import (
    REASONS,
    Credential,
    Rejected,
    Rejection,
    rejection,
)
from tests.github_server import REFUSALS


def refused(
    status: int,
    message: str = "",
    *,
    token: str = "ghp_made_up",
    workflow_token: str = "the-workflow-token",
    endpoint: Endpoint = ORGANIZATION_SEATS,
    answered_before: bool = False,
    **headers: str,
) -> Rejected:
    return Rejected(
        status=status,
        headers=httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()}),
        message=message,
        endpoint=endpoint,
        credential=Credential.of(token, workflow_token),
        answered_before=answered_before,
    )


E = ENTERPRISE_SEATS
NOT_ACCESSIBLE = "Resource not accessible by"
PERMISSIONS = "organization_copilot_seat_management=read"
SSO = "required; url=https://github.com/orgs/acme/sso?authorization_request=made-up"
OWN = "the-workflow-token"
# As people quote them.
LIFETIME = (
    "The 'acme' organization forbids access via a fine-grained personal access tokens if the "
    "token's lifetime is greater than 366 days. Please adjust your token's lifetime at the "
    "following URL: https://github.com/settings/personal-access-tokens/7"
)
NO_CLASSIC = (
    "`acme` forbids access via a personal access token (classic). Please use a GitHub App, OAuth "
    "App, or a personal access token with fine-grained permissions."
)
NO_FINE_GRAINED = (
    "`acme` forbids access via a personal access token with fine-grained permissions. Please use a "
    "GitHub App, or an OAuth App."
)
SAML = (
    "Resource protected by organization SAML enforcement. You must grant your Personal Access "
    "token access to this organization."
)
POLICY = "The 'Copilot usage metrics' policy must be enabled to use this API"

# By the sign of the reason: what is refused, and words of the error.
CASES: dict[str, list[tuple[Rejected, str]]] = {
    "401, after the same token was accepted in the same run": [
        (refused(401, "Bad credentials", answered_before=True), "lasts one hour"),
    ],
    "401": [
        (refused(401, "Bad credentials"), "the secret for `token` holds"),
        (refused(401, endpoint=REPOSITORY), "the secret for `workflow-token` holds"),
    ],
    "403 with `X-GitHub-SSO: required`": [
        (
            refused(403, SAML, X_GitHub_SSO=SSO),
            "https://github.com/orgs/acme/sso?authorization_request=made-up .",
        ),
        (refused(403, X_GitHub_SSO="required"), "the organization's single sign-on"),
        (refused(404, X_GitHub_SSO="required", endpoint=E), "the enterprise's single sign-on"),
        (refused(403, X_GitHub_SSO="required; url=javascript:alert(1)"), "Configure SSO. Nothing"),
    ],
    '403 with "SAML enforcement", without that header': [
        (refused(403, SAML, X_OAuth_Scopes="read:org"), "Configure SSO"),
        (refused(403, SAML, token="gho_x"), "create a new one after signing in"),
        (refused(403, SAML, token="ghs_x", endpoint=E), "The enterprise requires single sign-on"),
    ],
    "403 that names an IP allow list": [
        (
            refused(403, "the `acme` organization has an IP allow list enabled, and your IP"),
            "allows only listed IP addresses",
        ),
    ],
    '403 with "forbids access", because of the token\'s lifetime': [
        (refused(403, LIFETIME, token="github_pat_x"), "an earlier expiration date"),
        (refused(403, LIFETIME, token="github_pat_x", endpoint=E), "The enterprise limits"),
    ],
    '403 with "forbids access via a personal access token (classic)"': [
        (refused(403, NO_CLASSIC), "The organization forbids classic"),
        (refused(403, NO_CLASSIC, X_OAuth_Scopes=""), "'GitHub Copilot Business' (read)"),
        (refused(403, NO_CLASSIC, endpoint=E), "'Enterprise Copilot license management'"),
    ],
    '403 with "forbids access via a personal access token with fine-grained permissions"': [
        (refused(403, NO_FINE_GRAINED, token="github_pat_x"), "forbids fine-grained"),
    ],
    '403 with "This installation has been suspended"': [
        (refused(403, "This installation has been suspended", token="ghs_x"), "is suspended"),
    ],
    "403 that names the policy 'Copilot usage metrics'": [
        (refused(403, POLICY, token="ghs_x", endpoint=ORGANIZATION_METRICS), f"says: {POLICY}"),
        (refused(403, POLICY, token="ghs_x", endpoint=ENTERPRISE_METRICS), "Billing & usage"),
    ],
    "403 or 404 for an enterprise, with the workflow's own token or a fine-grained one": [
        (refused(404, token=OWN, endpoint=E), "A token of this kind"),
        (refused(404, token="ghs_x", workflow_token="ghs_x", endpoint=E), "of this kind"),
        (
            refused(403, f"{NOT_ACCESSIBLE} x", token="github_pat_x", endpoint=E),
            "This token is a fine-grained personal access token.",
        ),
    ],
    "403 or 404 for an enterprise, with a GitHub App's token": [
        (refused(404, token="ghs_x", endpoint=E), "'Enterprise Copilot license management'"),
        (refused(403, token="ghu_x", endpoint=E), "that is unconfirmed"),
        (
            refused(
                403,
                f"{NOT_ACCESSIBLE} integration",
                token="ghs_x",
                X_Accepted_GitHub_Permissions="enterprise_x=read",
                endpoint=E,
            ),
            "GitHub would accept: enterprise_x=read.",
        ),
    ],
    "403 or 404 for an organization, with the workflow's own token": [
        (
            refused(403, f"{NOT_ACCESSIBLE} integration", token=OWN),
            "The workflow's own token (GITHUB_TOKEN) has no permission on an organization.",
        ),
        (refused(404, token=OWN), "'GitHub Copilot Business' (read)"),
        (refused(404, token=OWN, endpoint=ORGANIZATION_METRICS), "'Organization Copilot metrics'"),
    ],
    "403 or 404 for a repository, with the workflow's own token": [
        (
            refused(404, token=OWN, endpoint=REPOSITORY),
            "the repository permission 'Metadata' (read)",
        ),
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
    "403 or 404, if `X-OAuth-Scopes` has none of the needed scopes": [
        (refused(404, X_OAuth_Scopes="repo, gist"), "has the scopes `repo, gist`."),
        (refused(403, X_OAuth_Scopes=""), "has the scopes `none`."),
        (
            refused(404, X_OAuth_Scopes="repo, read:org", endpoint=E),
            "The classic token has the scopes `repo, read:org`.",
        ),
    ],
    "403 with another reason in GitHub's message": [
        (refused(403, "Copilot is suspended for 'acme'.", endpoint=E), "Do what it says"),
    ],
    "403 or 404 for an enterprise": [
        (
            refused(404, X_OAuth_Scopes="read:enterprise", endpoint=E),
            "neither an owner nor a billing manager",
        ),
        (refused(403, "Forbidden", token="gho_x", endpoint=E), "Check the slug"),
    ],
    "404 for an organization": [
        (refused(404, "Not Found", X_OAuth_Scopes="read:org"), "Check the login"),
        (refused(404, "Not Found", token="an unknown kind"), "GitHub does not say which"),
    ],
    "403 for an organization": [
        (refused(403, X_OAuth_Scopes="manage_billing:copilot"), "not an owner"),
        (refused(403, "You must be an organization owner."), "not an owner"),
        (refused(403, "Must have admin rights to Organization."), "not an owner"),
        (refused(403, X_GitHub_SSO="partial-results; organizations=1"), "not an owner"),
    ],
    "403 or 404 for a repository": [
        (
            refused(404, "Not Found", token="ghs_x", endpoint=REPOSITORY),
            "The repository does not have the",
        ),
    ],
    "410 for a repository": [
        (refused(410, "Artifact has expired", endpoint=REPOSITORY), "or was deleted"),
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
def test_the_error_gives_the_reason_and_what_to_do(sign: str, case: Rejected, words: str) -> None:
    reason = next(reason for reason in REASONS if reason.sign == sign)

    error = rejection(case, what="Page 1")

    assert isinstance(error, Rejection)
    assert (error.status, error.github_message) == (case.status, case.message)
    text = str(error)
    assert text.startswith(f"Page 1 was refused with status {case.status} ")
    meaning, remedy = reason.advice(case.endpoint)
    assert meaning in text
    assert remedy in text
    assert words in text
    assert "{" not in text
    assert text.endswith(
        f"Nothing was published. See docs/tokens.md of this action and {case.endpoint.page}"
    )


@pytest.mark.parametrize("name", REFUSALS)
def test_what_github_says_is_quoted_on_one_line_and_briefly(name: str) -> None:
    message = f"{name}\r\n::error::x" + "y" * 1000

    text = str(rejection(refused(403, message), what="Page 1"))

    assert f"(GitHub says: {name} ::error::xyyy" in text
    assert "\n" not in text
    assert len(text) < 1_300


@pytest.mark.parametrize("message", [LIFETIME, NO_CLASSIC, SAML, "acme says so"])
def test_what_github_says_is_left_out_where_people_must_not_be_named(message: str) -> None:
    case = refused(403, message, X_GitHub_SSO=SSO)

    error = rejection(case, what="Page 1", quotes_github=False)

    assert error.github_message == ""
    assert "acme" not in str(error)
    assert "its message is left out, as it may name people" in str(error)
    # The reason is found all the same.
    assert "single sign-on" in str(error)


def test_without_words_none_are_left_out() -> None:
    assert "by GitHub. The token" in str(rejection(refused(401), what="x", quotes_github=False))
