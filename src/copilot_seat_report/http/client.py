"""Every HTTP client of a run: one place for proxies, certificates, and what goes wrong on the way.

httpx is given all of it and reads no environment itself: it understands less of NO_PROXY than is
usual, and some entries make it fail (https://github.com/encode/httpx/issues/3221).
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
from copilot_seat_report.http.certificates import trust
from copilot_seat_report.http.proxies import Proxies, Proxy
from copilot_seat_report.http.retry import STATUS_ADVICE, TransientError

_HOSTS = "docs/runners.md lists the hosts that a firewall or proxy must let through."
USER_AGENT = f"copilot-seat-report/{__version__}"


@dataclass(frozen=True)
class Network:
    """The way from this machine to others, the same for all clients of a run.

    `names_hosts`: errors may name a host, which may have the organization's name. `proven` are
    hosts that have answered and proxies that have let through: what goes wrong with them may pass,
    while with others a name or a setting is more likely wrong. `transport`, where there is one,
    stands in the network's place.
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
        """Read proxies and certificates; raises InputError where certificates cannot be read."""
        trusted = trust(environment, ca_file, quotes_paths=names_hosts)
        return cls(Proxies.of(environment), trusted, names_hosts)

    def client(
        self,
        *,
        timeout: httpx.Timeout,
        headers: Mapping[str, str] | None = None,
        max_connections: int | None = None,
    ) -> httpx.Client:
        """Return a client, which follows no redirects.

        It raises this package's errors in place of httpx's for what goes wrong on the way:
        TransientError for what may pass, ServiceError for what will not. None of them has an
        address's path or query, which may be signed, nor a proxy's password.
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
        """Return the one transport of each way: of two threads that make one, the first's stays."""
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
    """How one request goes: to which host, through which proxy (None: directly)."""

    network: Network
    host: str
    proxy: Proxy | None

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Raise this package's errors in place of httpx's."""
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
        # OpenSSL's reason stands between the code and a line number of Python's.
        reason = str(error).partition("certificate verify failed: ")[2].rpartition(" (")[0]
        return ServiceError(
            f"The certificate of {self._named_host} could not be verified{self._quoted(reason)}.",
            "Behind a proxy that re-signs connections, give its authority's certificate as "
            "`ca-file`, a PEM file in the workspace.",
        )

    def _direct(self, error: httpx.TransportError) -> TransientError:
        is_proven = self.host in self.network.proven
        unknown = _cause(error, socket.gaierror)
        if unknown is not None:
            return TransientError(
                f"the name {self._named_host} could not be resolved ({unknown.strerror})",
                is_lasting=not is_proven,
                advice=f"Check `api-url`, where it is set, and the runner's DNS servers. {_HOSTS}",
            )
        connecting = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        return TransientError(
            self._kind(error),
            # A handshake that fails otherwise than by its certificate: what answers is not https.
            is_lasting="[SSL" in str(error) and not is_proven,
            advice=f"{STATUS_ADVICE} {_HOSTS}" if connecting and not is_proven else STATUS_ADVICE,
        )

    def _behind(self, proxy: Proxy, error: httpx.TransportError) -> TransientError | ServiceError:
        host, variable = self._named_host, proxy.variable
        named = proxy.shown if self.network.names_hosts else f"of {variable}"
        advice = (
            f"Check {variable} and the proxy; or list the host in NO_PROXY, if it can be reached "
            "directly."
        )
        status = str(error) if isinstance(error, httpx.ProxyError) else ""
        if status.startswith("407"):
            return ServiceError(
                f"{host} could not be reached: the proxy {named} requires a name and a password, "
                "and did not accept what it was given (407).",
                f"Put them into {variable}, percent-encoded and from a secret: "
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
            return f"no answer in time ({name})"
        # A protocol error of this side may quote a header, and so the token.
        is_safe = self.network.names_hosts and not isinstance(error, httpx.LocalProtocolError)
        return (
            f"the connection failed ({name}: {error})"
            if is_safe
            else (f"the connection failed ({name})")
        )

    def _quoted(self, text: str) -> str:
        return f" ({text})" if text and self.network.names_hosts else ""


class _Body(httpx.SyncByteStream):
    """An answer's body; what goes wrong with it raises the same errors."""

    def __init__(self, stream: httpx.SyncByteStream, way: _Way) -> None:
        self._stream = stream
        self._way = way

    def __iter__(self) -> Iterator[bytes]:
        with self._way.errors():
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


def _cause(error: BaseException, kind: type[OSError]) -> OSError | None:
    """Return the exception of a kind that an error comes from."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, kind):
        cause = cause.__cause__ or cause.__context__
    return cause
