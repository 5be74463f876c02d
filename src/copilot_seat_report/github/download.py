"""Downloads from signed URLs, such as artifacts and usage metrics, without the token.

GitHub answers some requests with a URL on another host that anyone who has it can read for a while
(https://docs.github.com/en/rest/actions/artifacts#download-an-artifact). Its query grants the
access, so no message contains it.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import httpx

from copilot_seat_report.errors import RunError
from copilot_seat_report.http.loopback import is_loopback
from copilot_seat_report.http.retry import RetryPolicy, TransientError, retry_after

T = TypeVar("T")

MAX_SECONDS = 600.0


class DownloadError(RunError):
    """The file cannot be downloaded from that URL; `status` is the HTTP status, if any.

    An expired URL is refused with 403, a file that is gone with 404 or 410.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Hosts:
    """The hosts that files may be downloaded from.

    A `*` in a name stands for one label (`*.blob.core.windows.net`). URLs must be https on the
    default port; `loopback` also allows plain http to this machine on any port. `may_be_named`:
    messages may name a host, which may contain an organization's name.
    """

    names: tuple[str, ...]
    loopback: bool = False
    may_be_named: bool = True

    def shown(self, host: str) -> str:
        """Return a host's name for messages."""
        return host[:200] if self.may_be_named else "the host of the files"

    def checked(self, url: str, what: str) -> httpx.URL:
        """Return the parsed URL; raises DownloadError if it is not allowed."""
        try:
            target = httpx.URL(url)
            plain = target.scheme == "http" and self.loopback and is_loopback(target.host)
            secure = target.scheme == "https" and target.port is None and self._has(target.host)
        except (httpx.InvalidURL, ValueError) as error:  # urllib raises the latter for some hosts
            raise DownloadError(f"{what}: GitHub's response leads to an invalid URL.") from error
        if target.userinfo or not (plain or secure):
            raise DownloadError(
                f"{what}: GitHub's response leads to {target.scheme}://{self.shown(target.host)}, "
                f"but such files are only at {', '.join(self.names)}."
            )
        return target

    def _has(self, host: str) -> bool:
        return any(
            re.fullmatch(re.escape(name).replace(r"\*", "[a-z0-9-]+"), host) for name in self.names
        )


def download(
    url: str,
    read: Callable[[Iterator[bytes]], T],
    *,
    client: httpx.Client,
    hosts: Hosts,
    what: str,
    retry_policy: RetryPolicy,
    max_bytes: int,
    max_seconds: float = MAX_SECONDS,
) -> T:
    """Return what `read` returns for the file at a signed URL.

    `read` gets the file in chunks; after a transient error it is called again with the chunks of a
    new response. `client` must send no credentials. `what` names the file in errors.

    Raises DownloadError for a URL that is not on one of the `hosts`, a redirect, a refusal, or a
    file larger than `max_bytes` (decompressed), and RunError if all retries failed.
    """
    target = hosts.checked(url, what)

    def attempt() -> T:
        try:
            # Set explicitly, because a client may follow redirects and accept any compression.
            with client.stream(
                "GET", target, headers={"Accept-Encoding": "gzip"}, follow_redirects=False
            ) as response:
                _check(response, what, hosts.shown(target.host))
                return read(_chunks(response, what, max_bytes, max_seconds))
        except httpx.RequestError as error:  # its text may have the signed URL
            raise TransientError(f"the response is not valid ({type(error).__name__})") from error

    return retry_policy.attempt(what, attempt)


def _check(response: httpx.Response, what: str, host: str) -> None:
    status = response.status_code
    if status in (408, 429) or status >= 500:
        raise TransientError(
            f"{host} answered with status {status}", wait=retry_after(response.headers)
        )
    if status != 200:
        raise DownloadError(f"{what}: {host} answered with status {status}.", status)
    # Nested gzip could expand a megabyte to a terabyte.
    if response.headers.get("content-encoding", "gzip") != "gzip":
        raise TransientError("the body has a compression that was not requested")


def _chunks(
    response: httpx.Response, what: str, max_bytes: int, max_seconds: float
) -> Iterator[bytes]:
    begun, size = time.monotonic(), 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > max_bytes:
            raise DownloadError(f"{what}: the file is larger than {max_bytes >> 20:,} MiB.")
        if time.monotonic() - begun > max_seconds:
            raise TransientError(f"the file was not complete after {max_seconds:,.0f} s")
        yield chunk
