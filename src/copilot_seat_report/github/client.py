"""One session with GitHub's REST API: headers, limits, refusals, and nothing but GET.

https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import httpx
import msgspec

from copilot_seat_report import __version__
from copilot_seat_report.errors import RunError
from copilot_seat_report.github.pacing import IN_FLIGHT, Pace
from copilot_seat_report.github.refusals import Credential, refusal
from copilot_seat_report.retrying import Clock, Fault, Patience

T = TypeVar("T")

API_VERSION = "2026-03-10"
# GitHub itself ends a request after ten seconds.
TIMEOUT = httpx.Timeout(connect=10.0, read=20.0, write=10.0, pool=None)
# A page of a hundred seats has a quarter of a megabyte.
MAX_ANSWER_BYTES = 16 * 1024 * 1024
MAX_REDIRECTS = 3
# "Wait for at least one minute", where a secondary limit comes without a time.
SECONDARY_LIMIT_WAIT = 60.0


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A decoded answer and the addresses of its `Link` header by their relation."""

    value: T
    links: Mapping[str, str]


class _Message(msgspec.Struct):
    """The body of an error (https://docs.github.com/en/rest: basic-error)."""

    message: str = ""
    documentation_url: str = ""


class GitHub:
    """Reads GitHub's REST API; has no way to change anything there.

    The token is sent to the origin of `api_url` and to no other.
    """

    def __init__(
        self,
        *,
        api_url: str,
        token: str,
        workflow_token: str,
        patience: Patience,
        pace: Pace,
        clock: Clock,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base = httpx.URL(api_url.rstrip("/") + "/")
        self._credential = Credential.of(token, workflow_token)
        self._patience = patience
        self._pace = pace
        self._clock = clock
        self._answered = False
        self._http = httpx.Client(
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {token}",
                "User-Agent": f"copilot-seat-report/{__version__}",
                "X-GitHub-Api-Version": API_VERSION,
            },
            timeout=TIMEOUT,
            limits=httpx.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT),
            transport=transport,
        )

    def close(self) -> None:
        """Close the connections; requests under way fail."""
        self._http.close()

    def url(self, path: str, **query: str | int) -> str:
        """Return the address of a path such as `orgs/acme/copilot/billing`."""
        return str(self._base.join(path).copy_merge_params(query))

    def get(self, url: str, into: type[T], *, what: str, enterprise: bool = False) -> Answer[T]:
        """Read one address and decode its JSON into `into` (a msgspec type).

        `what` names the request in the log and in errors. Raises Refusal for an answer of 4xx,
        RunError for an answer of another shape, a foreign address, or when waiting did not help.
        """
        return self._patience.attempt(
            what, lambda: self._attempt(url, into, what=what, enterprise=enterprise)
        )

    def _attempt(self, url: str, into: type[T], *, what: str, enterprise: bool) -> Answer[T]:
        target = _joined(self._base, url, what)
        for _ in range(MAX_REDIRECTS + 1):
            self._refuse_foreign(target, what)
            with self._pace.turn(), self._sent(target) as response:
                body = _read(response, what)
            if not response.has_redirect_location:
                break
            target = _joined(target, response.headers["location"], what)
        else:
            raise RunError(f"{what}: GitHub redirected more than {MAX_REDIRECTS} times.")
        if response.status_code != 200:
            self._fail(response, body, what=what, enterprise=enterprise)
        self._answered = True
        try:
            value = msgspec.json.decode(body, type=into)
        except msgspec.ValidationError as error:
            raise RunError(
                f"{what}: the answer is not of the documented shape: {error}. Nothing was published. "
                "Take the newest release of this action; if it stays, report it there."
            ) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            kind = "HTML" if body.lstrip()[:1] == b"<" else "no valid JSON"
            raise Fault(f"the answer is {kind} ({error})") from error
        links = {rel: link["url"] for rel, link in response.links.items() if rel and "url" in link}
        return Answer(value, links)

    def _refuse_foreign(self, target: httpx.URL, what: str) -> None:
        if _origin(target) != _origin(self._base):
            raise RunError(
                f"{what}: GitHub's answer leads to another host ({target.host!r} instead of "
                f"{self._base.host!r}). The token is not sent there. If the API is behind a proxy, "
                "it must rewrite the addresses in its answers; or set `api-url` to the other host."
            )

    @contextmanager
    def _sent(self, target: httpx.URL) -> Iterator[httpx.Response]:
        try:
            with self._http.stream("GET", target) as response:
                yield response
        except httpx.TransportError as error:
            if isinstance(error.__context__, ssl.SSLCertVerificationError) or (
                "CERTIFICATE_VERIFY_FAILED" in str(error)
            ):
                raise RunError(
                    f"The certificate of {target.host} could not be verified: {error}. Behind a proxy "
                    "that has its own authority, set SSL_CERT_FILE to the file of its certificates."
                ) from error
            raise Fault(_describe(error)) from error
        except httpx.DecodingError as error:
            raise Fault(f"the body could not be decompressed ({error})") from error

    def _fail(self, response: httpx.Response, body: bytes, *, what: str, enterprise: bool) -> None:
        status, headers = response.status_code, response.headers
        error = _error_of(body)
        if status in (403, 429):
            wait = self._limit_wait(response, error)
            if wait is not None:
                self._pace.limited(wait.wait or wait.first_wait)
                raise wait
        if status in (408, 500, 502, 503, 504):
            raise Fault(f"GitHub answered with status {status}", wait=_retry_after(headers))
        raise refusal(
            status,
            headers,
            error.message,
            what=what,
            enterprise=enterprise,
            credential=self._credential,
            answered_before=self._answered,
        )

    def _limit_wait(self, response: httpx.Response, error: _Message) -> Fault | None:
        """Tell a rate limit from a refusal, by GitHub's documented signs."""
        headers = response.headers
        retry_after = _retry_after(headers)
        if retry_after is not None:
            return Fault("GitHub's secondary rate limit", wait=retry_after)
        if headers.get("x-ratelimit-remaining") == "0":
            reset = _number(headers.get("x-ratelimit-reset"))
            if reset is not None:
                seconds = max(0.0, reset - self._clock.now().timestamp()) + 1.0
                return Fault("GitHub's primary rate limit is used up", wait=seconds)
        text = error.message.lower()
        secondary = "secondary rate limit" in text or "secondary-rate-limits" in (
            error.documentation_url
        )
        if secondary or "rate limit exceeded" in text or response.status_code == 429:
            return Fault("GitHub's secondary rate limit", first_wait=SECONDARY_LIMIT_WAIT)
        return None


def _read(response: httpx.Response, what: str) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise RunError(
                f"{what}: the answer is larger than {MAX_ANSWER_BYTES // 1024 // 1024} MiB, which no "
                "page of seats is. Nothing was published. Check what `api-url` leads to."
            )
    return bytes(body)


def _joined(base: httpx.URL, url: str, what: str) -> httpx.URL:
    try:
        return base.join(url)
    except httpx.InvalidURL as error:
        raise RunError(f"{what}: {url[:200]!r} is not an address ({error}).") from error


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _describe(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"no answer in time ({type(error).__name__})"
    return f"the connection failed ({type(error).__name__}: {error})"


def _error_of(body: bytes) -> _Message:
    try:
        return msgspec.json.decode(body, type=_Message)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Message()


def _retry_after(headers: Mapping[str, str]) -> float | None:
    return _number(headers.get("retry-after"))


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None
