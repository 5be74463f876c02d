"""One request to the artifact service or to its storage."""

from collections.abc import Iterator, Mapping

import httpx

from copilot_seat_report.errors import ServiceError
from copilot_seat_report.http.loopback import is_loopback
from copilot_seat_report.http.retry import TransientError, retry_after

MAX_RESPONSE_BYTES = 4 * 1024 * 1024
TIMEOUT = httpx.Timeout(60.0, connect=15.0)
TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
QUOTA_PAGE = "https://docs.github.com/en/billing/concepts/product-billing/github-actions"


class Rejection(Exception):
    """A refusal that a retry would not change."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}".strip())
        self.status = status


def send(
    http: httpx.Client,
    method: str,
    url: httpx.URL,
    *,
    content: bytes | Iterator[bytes],
    headers: Mapping[str, str],
) -> tuple[httpx.Response, bytes]:
    """Return the response to one request, with its body. No redirect is followed.

    Raises TransientError or ServiceError for connection errors (`http/client.py`).
    """
    try:
        with http.stream(method, url, content=content, headers=headers) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_RESPONSE_BYTES:
                    raise TransientError("the response is too large")
            return response, bytes(body)
    except httpx.RequestError as error:  # its text may have the signed URL
        raise TransientError(f"the response is not valid ({type(error).__name__})") from error


def raise_for(response: httpx.Response, content: bytes, message: str) -> None:
    """Raise the error that a response means; `message` is the part of it that a person may see.

    Raises TransientError for a transient error, ServiceError for used up storage, else Rejection.
    """
    if b"insufficient usage" in content.lower():
        raise ServiceError(
            "The storage for artifacts is used up, so GitHub did not accept this one.",
            "Delete artifacts that are no longer needed, keep new ones for fewer days "
            "(`retention-days`), or raise the budget; GitHub counts again every 6 to 12 hours. "
            f"With an empty `artifact-name`, the report is made without an artifact. {QUOTA_PAGE}",
        )
    status = response.status_code
    # A 403 from an intermediary is not the service's own response
    # (https://github.com/actions/toolkit/pull/2452); nor is an unexpected success.
    if (
        status in TRANSIENT
        or response.is_success
        or (status == 403 and b"Error from intermediary" in content)
    ):
        raise TransientError(f"status {status}", wait=retry_after(response.headers))
    raise Rejection(status, " ".join(message.split())[:300])


def refused(what: str, rejection: Rejection) -> ServiceError:
    """Return the run's error for a rejected request."""
    return ServiceError(
        f"GitHub's artifact service refused to {what} ({rejection}).",
        "Run the job again; if the error remains, set an empty `artifact-name` to make the report "
        "without an artifact.",
    )


def is_safe(url: httpx.URL) -> bool:
    """Return whether nobody in between can read what is sent there."""
    return url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))
