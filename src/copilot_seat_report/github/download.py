"""Files behind signed addresses, such as artifacts and reports of usage metrics: without the token.

GitHub answers some requests with an address on another host that whoever has it can read for a
while (https://docs.github.com/en/rest/actions/artifacts#download-an-artifact). Its query is the
permission: it appears in no message.
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
    """The file cannot be had from that address; `status` is the HTTP status, None where none was.

    An expired address is refused with 403, a file that is gone with 404 or 410.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Hosts:
    """Where files may be fetched from: hosts' names, and what the addresses there must be.

    A `*` in a name stands for one label (`*.blob.core.windows.net`). All are asked by https, at its
    own port; `loopback` allows this machine's own addresses too, by plain http at any port.
    `may_be_named`: messages may name a host, which may have an organization's name in it.
    """

    names: tuple[str, ...]
    loopback: bool = False
    may_be_named: bool = True

    def shown(self, host: str) -> str:
        """Return what messages call a host."""
        return host[:200] if self.may_be_named else "the host of the files"

    def checked(self, url: str, what: str) -> httpx.URL:
        """Return the address; raises DownloadError where it may not be asked."""
        try:
            target = httpx.URL(url)
            plain = target.scheme == "http" and self.loopback and is_loopback(target.host)
            secure = target.scheme == "https" and target.port is None and self._has(target.host)
        except (httpx.InvalidURL, ValueError) as error:  # the latter of urllib's, for some hosts
            raise DownloadError(f"{what}: GitHub's answer leads to an invalid address.") from error
        if target.userinfo or not (plain or secure):
            raise DownloadError(
                f"{what}: GitHub's answer leads to {target.scheme}://{self.shown(target.host)}, "
                f"where such files are not kept (they are at {', '.join(self.names)})."
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
    """Return what `read` makes of the file at a signed address.

    `read` takes the file in chunks, as they come; after a transient error it is called again, with
    the chunks of a new answer. `client` must send no credentials. `what` names the file in errors.

    Raises DownloadError for an address that is not on one of the `hosts`, a redirect, a refusal, or
    a file larger than `max_bytes` (decompressed), and RunError when waiting did not help.
    """
    target = hosts.checked(url, what)

    def attempt() -> T:
        try:
            # What is not asked for in the request would be: a client may follow redirects, and
            # would decompress whatever comes.
            with client.stream(
                "GET", target, headers={"Accept-Encoding": "gzip"}, follow_redirects=False
            ) as response:
                _check(response, what, hosts.shown(target.host))
                return read(_chunks(response, what, max_bytes, max_seconds))
        except httpx.RequestError as error:  # its text may have the signed address
            raise TransientError(f"an answer that is not valid ({type(error).__name__})") from error

    return retry_policy.attempt(what, attempt)


def _check(response: httpx.Response, what: str, host: str) -> None:
    status = response.status_code
    if status in (408, 429) or status >= 500:
        raise TransientError(
            f"{host} answered with status {status}", wait=retry_after(response.headers)
        )
    if status != 200:
        raise DownloadError(f"{what}: {host} answered with status {status}.", status)
    # Gzip in gzip is how a megabyte becomes a terabyte.
    if response.headers.get("content-encoding", "gzip") != "gzip":
        raise TransientError("the body is compressed in a way that was not asked for")


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
