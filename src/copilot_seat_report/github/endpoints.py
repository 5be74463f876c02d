"""What each endpoint requires of a token, declared once for requests, errors and documents.

The source of each declaration is its `page`.
"""

from dataclasses import dataclass
from typing import Literal

_SEATS_PAGE = "https://docs.github.com/en/rest/copilot/copilot-user-management"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One kind of request: what it reads, and which tokens may.

    `reads` names it in the documents, `owner` says who owns the data, `input` is the action's input
    with the token. `permission` is for a GitHub App or a fine-grained token; a classic token needs
    one of `scopes`. `remedy` says in a sentence which token to use. `page` is GitHub's
    documentation.
    """

    reads: str
    owner: Literal["organization", "enterprise", "repository"]
    input: str
    permission: str
    scopes: frozenset[str]
    remedy: str
    page: str


ORGANIZATION_SEATS = Endpoint(
    reads="an organization's seats and settings",
    owner="organization",
    input="token",
    permission="the organization permission 'GitHub Copilot Business' (read)",
    scopes=frozenset({"manage_billing:copilot", "read:org", "write:org", "admin:org"}),
    remedy=(
        "Set `token` to a GitHub App's token or a fine-grained personal access token with the "
        "organization permission 'GitHub Copilot Business' (read), or to an owner's classic token "
        "with the scope `manage_billing:copilot` or `read:org`."
    ),
    page=_SEATS_PAGE,
)
ENTERPRISE_SEATS = Endpoint(
    reads="an enterprise's seats",
    owner="enterprise",
    input="token",
    permission="the enterprise permission 'Enterprise Copilot license management' (read)",
    scopes=frozenset({"manage_billing:copilot", "read:enterprise", "admin:enterprise"}),
    remedy=(
        "Set `token` to a classic personal access token of an enterprise owner or billing manager, "
        "with the scope `manage_billing:copilot` or `read:enterprise`. Since November 2026, the "
        "token of an App that is installed on the enterprise, with the permission 'Enterprise "
        "Copilot license management', may also work, but that is unconfirmed."
    ),
    page=_SEATS_PAGE,
)
_METRICS_PAGE = "https://docs.github.com/en/rest/copilot/copilot-usage-metrics"
ORGANIZATION_METRICS = Endpoint(
    reads="an organization's usage metrics",
    owner="organization",
    input="token",
    permission="the organization permission 'Organization Copilot metrics' (read)",
    scopes=frozenset({"read:org", "write:org", "admin:org"}),
    remedy=(
        "Set `token` to a GitHub App's token or a fine-grained personal access token with the "
        "organization permission 'Organization Copilot metrics' (read), or to an owner's classic "
        "token with the scope `read:org`."
    ),
    page=_METRICS_PAGE,
)
ENTERPRISE_METRICS = Endpoint(
    reads="an enterprise's usage metrics",
    owner="enterprise",
    input="token",
    permission="the enterprise permission 'Enterprise Copilot metrics' (read)",
    scopes=frozenset({"manage_billing:copilot", "read:enterprise", "admin:enterprise"}),
    remedy=(
        "Set `token` to the token of an App that is installed on the enterprise, with the "
        "permission 'Enterprise Copilot metrics' (read), or to an enterprise owner's classic token "
        "with the scope `manage_billing:copilot` or `read:enterprise`."
    ),
    page=_METRICS_PAGE,
)
REPOSITORY = Endpoint(
    reads="this repository",
    owner="repository",
    input="workflow-token",
    permission="the repository permission 'Metadata' (read)",
    scopes=frozenset({"repo"}),
    remedy="Leave `workflow-token` at its default: the job's own token can read its repository.",
    page="https://docs.github.com/en/rest/repos/repos#get-a-repository",
)
RUNS = Endpoint(
    reads="this repository's earlier runs and their artifacts",
    owner="repository",
    input="workflow-token",
    permission="the repository permission 'Actions' (read)",
    scopes=frozenset({"repo"}),
    remedy=(
        "Give the job `permissions:` with `actions: read`, and leave `workflow-token` at its "
        "default."
    ),
    page="https://docs.github.com/en/rest/actions/artifacts",
)
ENDPOINTS = (
    ORGANIZATION_SEATS,
    ENTERPRISE_SEATS,
    ORGANIZATION_METRICS,
    ENTERPRISE_METRICS,
    REPOSITORY,
    RUNS,
)
