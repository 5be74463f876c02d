"""A client for GitHub's REST API that can only send GET requests.

https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Generic, NoReturn, TypeVar

import httpx
from msgspec import DecodeError, Struct, ValidationError, json

from copilot_seat_report.errors import RunError
from copilot_seat_report.github.endpoints import Endpoint
from copilot_seat_report.github.links import parse_links
from copilot_seat_report.github.rejections import Credential, Rejected, rejection
from copilot_seat_report.http.client import Network
from copilot_seat_report.http.pacing import IN_FLIGHT, Pacing
from copilot_seat_report.http.retry import (
    Clock,
    RetryPolicy,
    TransientError,
    retry_after,
    whole_number,
)

T = TypeVar("T")

API_VERSION = "2026-03-10"
# GitHub itself ends a request after ten seconds.
TIMEOUT = httpx.Timeout(connect=10.0, read=20.0, write=10.0, pool=None)
MAX_RESPONSE_SECONDS = 60.0
# A page of a hundred seats has a quarter of a megabyte.
MAX_RESPONSE_BYTES = 16 * 1024 * 1024
MAX_REDIRECTS = 3
# GitHub: "wait for at least one minute" if a secondary limit states no time.
SECONDARY_LIMIT_WAIT = 60.0


@dataclass(frozen=True)
class Response(Generic[T]):
    """A decoded response, and the URLs of its `Link` header by relation, in lower case."""

    value: T
    links: Mapping[str, str]


class RateLimit(TransientError):
    """GitHub's primary or secondary rate limit stopped a request."""


class GitHub:
    """A read-only client for GitHub's REST API.

    The token is sent only to the origin of `api_url`. `quotes_github` says whether errors may
    quote GitHub's responses and URLs, which may name people. `clock_offset` is how far GitHub's
    clock is ahead of this machine's, in whole seconds; None before the first response.
    """

    def __init__(
        self,
        *,
        api_url: str,
        token: str,
        workflow_token: str,
        retry_policy: RetryPolicy,
        pacing: Pacing,
        clock: Clock,
        network: Network,
        quotes_github: bool = True,
    ) -> None:
        self._base = httpx.URL(api_url.rstrip("/") + "/")
        self._credential = Credential.of(token, workflow_token)
        self._retry_policy = retry_policy
        self._pacing = pacing
        self._clock = clock
        self._quotes_github = quotes_github
        self._answered = False
        self.clock_offset: timedelta | None = None
        self._http = network.client(
            headers={
                "Accept": "application/vnd.github+json",
                "Accept-Encoding": "gzip",
                "Authorization": f"Bearer {token}",
                "X-GitHub-Api-Version": API_VERSION,
            },
            timeout=TIMEOUT,
            max_connections=IN_FLIGHT,
        )

    def close(self) -> None:
        """Close the connections; pending requests fail."""
        self._http.close()

    def url(self, path: str, **query: str | int) -> str:
        """Return the URL of a path such as `orgs/acme/copilot/billing`."""
        return str(self._base.join(path).copy_merge_params(query))

    def get(
        self, url: str, decoder: json.Decoder[T], *, what: str, endpoint: Endpoint
    ) -> Response[T]:
        """Return the JSON at a URL, as `decoder` decodes it.

        It is a decoder, not a type, because msgspec crashes where several threads are the first to
        decode into a type.

        `what` names the request in the log and in errors; `endpoint` says what it needs. Raises
        Rejection for a 4xx response, and RunError for a response of another structure, for a URL
        on another host, or if all retries failed.
        """

        def attempt() -> Response[T]:
            response, body = self._redirected(url, what)
            if response.status_code != 200:
                self._fail(response, body, what=what, endpoint=endpoint)
            if body.lstrip()[:1] == b"<" and not self._answered:
                raise self._web_page()
            value = _decoded(body, decoder, what)
            self._answered = True
            return Response(value, _links(response))

        return self._retry_policy.attempt(what, attempt, before_wait=self._slow_down)

    def location(self, url: str, *, what: str, endpoint: Endpoint) -> str:
        """Return the URL that GitHub redirects to (302), such as that of an artifact's zip.

        It is not followed here: it is signed and on another host, which must not get the token.
        `what` and `endpoint` are as in `get`. Raises the same errors, and RunError for a response
        that is not such a redirect.
        """

        def attempt() -> str:
            response, body = self._redirected(url, what, until=302)
            if response.status_code != 302 or not response.has_redirect_location:
                if response.is_success:
                    raise RunError(
                        f"{what}: GitHub answered with status {response.status_code} instead of a "
                        "download URL. Check `api-url`."
                    )
                self._fail(response, body, what=what, endpoint=endpoint)
            self._answered = True
            return str(response.url.join(response.headers["location"]))

        return self._retry_policy.attempt(what, attempt, before_wait=self._slow_down)

    def _slow_down(self, error: TransientError, seconds: float) -> None:
        if isinstance(error, RateLimit):
            self._pacing.limited(seconds)

    def _redirected(
        self, url: str, what: str, *, until: int | None = None
    ) -> tuple[httpx.Response, bytes]:
        """Return the response after following redirects within GitHub's API, as GitHub advises.

        A redirect with the status `until` is returned instead of followed.
        """
        target = self._own(self._base, url, what)
        for _ in range(MAX_REDIRECTS + 1):
            with self._pacing.turn(), self._sent(target) as response:
                body = _read(response, what)
            if not response.has_redirect_location or response.status_code == until:
                return response, body
            target = self._own(target, response.headers["location"], what)
        raise RunError(
            f"{what}: GitHub redirected more than {MAX_REDIRECTS} times. Nothing was published. "
            "Check `api-url`."
        )

    def _own(self, base: httpx.URL, url: str, what: str) -> httpx.URL:
        """Return the absolute URL; raises RunError if the token may not be sent there."""
        try:
            target = httpx.URL(url)
            if target.is_relative_url:
                target = base.join(target)
        except (httpx.InvalidURL, ValueError) as error:  # urllib raises the latter for some hosts
            quoted = self._quoted(f"{url[:200]!r}: {error}")
            raise RunError(
                f"{what}: GitHub's response leads to an invalid URL{quoted}. Nothing was published."
            ) from error
        if _origin(target) != _origin(self._base):
            quoted = self._quoted(f"{_origin(target)} instead of {_origin(self._base)}")
            raise RunError(
                f"{what}: GitHub's response leads to another host{quoted}. The token is not sent "
                "there, and nothing was published. If the API is behind a proxy, it must rewrite "
                "the URLs in GitHub's responses; or set `api-url` to the other host."
            )
        return target

    def _web_page(self) -> TransientError:
        host = self._base.host if self._quotes_github else "the server"
        return TransientError(
            f"{host} answered with a web page (HTML) instead of data",
            is_lasting=True,
            advice="Check `api-url`: it may not be GitHub's REST API, or a proxy or a sign-in page "
            "answers instead.",
        )

    def _quoted(self, text: str) -> str:
        return f" ({text})" if self._quotes_github else ""

    @contextmanager
    def _sent(self, target: httpx.URL) -> Iterator[httpx.Response]:
        try:
            with self._http.stream("GET", target) as response:
                self._note_time(response)
                yield response
        except TransientError as error:
            if self._http.is_closed:
                raise RunError("The run was stopped.") from error
            raise
        except httpx.RemoteProtocolError as error:  # a redirect to an invalid URL
            raise TransientError(f"the response is not valid{self._quoted(str(error))}") from error
        except httpx.DecodingError as error:
            raise TransientError(f"the body could not be decompressed ({error})") from error

    def _note_time(self, response: httpx.Response) -> None:
        """Set `clock_offset` from the first response that states its time."""
        if self.clock_offset is None:
            with suppress(KeyError, ValueError):
                date = parsedate_to_datetime(response.headers["date"]).replace(tzinfo=UTC)
                self.clock_offset = date - self._clock.now()

    def _fail(
        self, response: httpx.Response, body: bytes, *, what: str, endpoint: Endpoint
    ) -> NoReturn:
        status, headers = response.status_code, response.headers
        error = _error_of(body)
        if status in (403, 429):
            self._raise_for_limit(response, error)
        if status == 408 or status >= 500:
            raise TransientError(f"GitHub answered with status {status}", wait=retry_after(headers))
        raise rejection(
            Rejected(
                status=status,
                headers=headers,
                message=error.message,
                endpoint=endpoint,
                credential=self._credential,
                answered_before=self._answered,
            ),
            what=what,
            quotes_github=self._quotes_github,
        )

    def _raise_for_limit(self, response: httpx.Response, error: "_Error") -> None:
        """Raise RateLimit for a rate limit, by GitHub's documented signs in their order.

        https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
        #exceeding-the-rate-limit
        """
        headers = response.headers
        seconds = retry_after(headers)
        if seconds is not None:
            raise RateLimit("GitHub's secondary rate limit", wait=seconds)
        reset = whole_number(headers.get("x-ratelimit-reset"))
        if headers.get("x-ratelimit-remaining") == "0" and reset is not None:
            now = self._clock.now() + (self.clock_offset or timedelta())  # GitHub's clock
            seconds = reset - now.timestamp() + 1  # the reset is in whole seconds
            raise RateLimit("GitHub's primary rate limit is used up", wait=seconds)
        if response.status_code == 429 or error.is_rate_limit:
            raise RateLimit("GitHub's secondary rate limit", first_wait=SECONDARY_LIMIT_WAIT)


class _Error(Struct):
    """The body of an error (https://docs.github.com/en/rest: basic-error)."""

    message: str = ""
    documentation_url: str = ""

    @property
    def is_rate_limit(self) -> bool:
        text = self.message.lower()
        return (
            "secondary rate limit" in text
            or "rate limit exceeded" in text
            or "secondary-rate-limits" in self.documentation_url
        )


_ERROR = json.Decoder(_Error)


def _error_of(body: bytes) -> _Error:
    try:
        return _ERROR.decode(body)
    except _NOT_JSON:
        return _Error()


def _read(response: httpx.Response, what: str) -> bytes:
    """Return the body; raises an error if it is larger or slower than any that GitHub sends."""
    # Nested gzip could expand a megabyte to a terabyte.
    if response.headers.get("content-encoding", "gzip") != "gzip":
        raise TransientError("the body has a compression that was not requested")
    body = bytearray()
    begun = time.monotonic()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_RESPONSE_BYTES:
            raise RunError(
                f"{what}: the response is larger than {MAX_RESPONSE_BYTES // 1024 // 1024} MiB, "
                "which is more than GitHub sends. Nothing was published. Check `api-url`."
            )
        if time.monotonic() - begun > MAX_RESPONSE_SECONDS:
            raise TransientError(
                f"the response was not complete after {MAX_RESPONSE_SECONDS:.0f} s"
            )
    return bytes(body)


def _decoded(body: bytes, decoder: json.Decoder[T], what: str) -> T:
    try:
        return decoder.decode(body)
    except ValidationError as error:
        raise RunError(
            f"{what}: the response does not have the documented structure: {error}. Nothing was "
            "published. Use the newest release of this action; if the error remains, report it "
            "there."
        ) from error
    except _NOT_JSON as error:
        kind = "HTML" if body.lstrip()[:1] == b"<" else "not valid JSON"
        raise TransientError(f"the response is {kind} ({error})") from error


# What msgspec raises for a body that is not JSON, not UTF-8, or nested too deeply.
_NOT_JSON = (DecodeError, UnicodeDecodeError, RecursionError)


def _links(response: httpx.Response) -> dict[str, str]:
    try:
        return parse_links(response.headers.get("link", ""))
    except ValueError as error:
        raise TransientError(f"the response's Link header is not valid: {error}") from error


def _origin(url: httpx.URL) -> str:
    """Return scheme and host, and the port if it is not the default."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
