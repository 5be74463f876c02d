"""Every HTTP client of a run: one place for proxies, certificates and connection errors.

httpx does not read the environment itself, because it supports less of NO_PROXY than other tools
and fails on some entries (https://github.com/encode/httpx/issues/3221).
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from copilot_seat_report import __version__
from copilot_seat_report.errors import ServiceError
from copilot_seat_report.http.certificates import ssl_context
from copilot_seat_report.http.proxies import Proxies, Proxy
from copilot_seat_report.http.retry import STATUS_ADVICE, TransientError

_HOSTS = "docs/runners.md lists the hosts that a firewall or proxy must let through."
USER_AGENT = f"copilot-seat-report/{__version__}"


@dataclass(frozen=True)
class Network:
    """The network settings that all clients of a run share.

    `names_hosts`: errors may name a host, which may contain the organization's name. `proven` are
    the hosts and proxies that have worked in this run: their errors may be transient, while an
    error with another more likely means a wrong name or setting. `transport`, if set, replaces the
    network.
    """

    proxies: Proxies
    trusted: ssl.SSLContext
    names_hosts: bool = True
    proven: set[str | Proxy | None] = field(default_factory=set)
    transport: httpx.BaseTransport | None = None

    @classmethod
    def of(
        cls, environment: Mapping[str, str], ca_file: Path | None, *, names_hosts: bool
    ) -> "Network":
        """Return the environment's settings; raises InputError if certificates cannot be read."""
        trusted = ssl_context(environment, ca_file, quotes_paths=names_hosts)
        return cls(Proxies.of(environment), trusted, names_hosts)

    def client(
        self,
        *,
        timeout: httpx.Timeout,
        headers: Mapping[str, str] | None = None,
        max_connections: int | None = None,
    ) -> httpx.Client:
        """Return a client, which follows no redirects.

        It raises this package's errors instead of httpx's connection errors: TransientError if a
        retry may help, else ServiceError. They never contain a URL's path or query, which may be
        signed, or a proxy's password.
        """
        limits = httpx.Limits(
            max_connections=max_connections, max_keepalive_connections=max_connections
        )
        return httpx.Client(
            headers={"User-Agent": USER_AGENT, **(headers or {})},
            timeout=timeout,
            transport=self.transport or _Transport(self, limits),
            trust_env=False,
        )


class _Transport(httpx.BaseTransport):
    """Sends requests directly or through the proxy."""

    def __init__(self, network: Network, limits: httpx.Limits) -> None:
        self._network = network
        self._limits = limits
        self._ways: dict[Proxy | None, httpx.HTTPTransport] = {}
        # httpx imports httpcore with the first transport: better here than in the threads of the
        # first requests, which compete with the one that loads pandas.
        self._through(None)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        proxy = self._network.proxies.proxy_for(request.url)
        way = _Way(self._network, request.url.host, proxy)
        with way.errors():
            response = self._through(proxy).handle_request(request)
        self._network.proven.update((request.url.host, proxy))
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Body(response.stream, way)
        return response

    def _through(self, proxy: Proxy | None) -> httpx.HTTPTransport:
        """Return the proxy's transport; if two threads make one, the first is kept."""
        if proxy not in self._ways:
            made = httpx.HTTPTransport(
                verify=self._network.trusted,
                limits=self._limits,
                proxy=proxy.for_httpx(self._network.trusted) if proxy else None,
            )
            self._ways.setdefault(proxy, made)
        return self._ways[proxy]

    def close(self) -> None:
        for transport in self._ways.values():
            transport.close()


@dataclass(frozen=True)
class _Way:
    """The route of one request: its host and its proxy (None: direct)."""

    network: Network
    host: str
    proxy: Proxy | None

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Raise this package's errors instead of httpx's."""
        try:
            yield
        except httpx.TransportError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise self._not_trusted(error) from error
            if self.proxy is None:
                raise self._direct(error) from error
            raise self._behind(self.proxy, error) from error

    @property
    def _named_host(self) -> str:
        return self.host if self.network.names_hosts else "GitHub's host"

    def _not_trusted(self, error: httpx.TransportError) -> ServiceError:
        # OpenSSL's reason is between the error code and a line number.
        reason = str(error).partition("certificate verify failed: ")[2].rpartition(" (")[0]
        return ServiceError(
            f"The certificate of {self._named_host} could not be verified{self._quoted(reason)}.",
            "Behind a proxy that re-signs TLS, set `ca-file` to its authority's certificate, a PEM "
            "file in the workspace.",
        )

    def _direct(self, error: httpx.TransportError) -> TransientError:
        is_proven = self.host in self.network.proven
        unknown = _cause(error, socket.gaierror)
        if unknown is not None:
            return TransientError(
                f"the name {self._named_host} could not be resolved ({unknown.strerror})",
                is_lasting=not is_proven,
                advice=f"Check `api-url`, if it is set, and the runner's DNS servers. {_HOSTS}",
            )
        connecting = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        return TransientError(
            self._kind(error),
            # If a handshake does not fail because of the certificate, the server is not https.
            is_lasting="[SSL" in str(error) and not is_proven,
            advice=f"{STATUS_ADVICE} {_HOSTS}" if connecting and not is_proven else STATUS_ADVICE,
        )

    def _behind(self, proxy: Proxy, error: httpx.TransportError) -> TransientError | ServiceError:
        host, variable = self._named_host, proxy.variable
        named = proxy.shown if self.network.names_hosts else f"of {variable}"
        advice = (
            f"Check {variable} and the proxy; or, if the host can be reached directly, list it in "
            "NO_PROXY."
        )
        status = str(error) if isinstance(error, httpx.ProxyError) else ""
        if status.startswith("407"):
            return ServiceError(
                f"{host} could not be reached: the proxy {named} requires a name and a password, "
                "and did not accept those it got (407).",
                f"Set them in {variable}, percent-encoded and from a secret: "
                "http://NAME:PASSWORD@HOST:PORT.",
            )
        if status.startswith("4"):
            return ServiceError(
                f"{host} could not be reached: the proxy {named} refused to connect "
                f"({status[:3]}).",
                f"{advice} {_HOSTS}",
            )
        return TransientError(
            f"{host} could not be reached through the proxy {named}: {self._kind(error)}",
            is_lasting=proxy not in self.network.proven,
            advice=advice,
        )

    def _kind(self, error: httpx.TransportError) -> str:
        name = type(error).__name__
        if isinstance(error, httpx.TimeoutException):
            return f"no response in time ({name})"
        # A local protocol error may quote a header, which may be the token.
        is_safe = self.network.names_hosts and not isinstance(error, httpx.LocalProtocolError)
        return (
            f"the connection failed ({name}: {error})"
            if is_safe
            else (f"the connection failed ({name})")
        )

    def _quoted(self, text: str) -> str:
        return f" ({text})" if text and self.network.names_hosts else ""


class _Body(httpx.SyncByteStream):
    """A response's body, which raises the same errors."""

    def __init__(self, stream: httpx.SyncByteStream, way: _Way) -> None:
        self._stream = stream
        self._way = way

    def __iter__(self) -> Iterator[bytes]:
        with self._way.errors():
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


def _cause(error: BaseException, kind: type[OSError]) -> OSError | None:
    """Return the exception of this kind that caused the error, or None."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, kind):
        cause = cause.__cause__ or cause.__context__
    return cause
