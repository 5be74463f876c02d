"""The proxy that the environment names, and the hosts that are reached without it.

The variables follow curl (https://curl.se/docs/manpage.html#ENVIRONMENT), as in most tools:
`https_proxy`, then `all_proxy`, each in lower case before upper, and `no_proxy`. Plain http never
leaves this machine (`loopback.py`), so `http_proxy` is ignored.
"""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from copilot_seat_report.errors import ServiceError
from copilot_seat_report.http.loopback import is_loopback

PROXY_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
EXCEPTION_VARIABLES = ("no_proxy", "NO_PROXY")


@dataclass(frozen=True)
class Proxy:
    """A proxy from a variable; its address may contain a password."""

    variable: str
    address: httpx.URL = field(repr=False)

    @classmethod
    def of(cls, variable: str, text: str) -> "Proxy":
        """Return the proxy; raises ServiceError if the text is not the URL of an HTTP proxy."""
        try:
            address = httpx.URL(text if "://" in text else f"http://{text}")
            host = address.host
        except (httpx.InvalidURL, ValueError) as error:  # some host names raise the latter
            raise _unusable(variable, "is not a URL such as http://proxy:3128") from error
        if address.scheme.startswith("socks"):
            raise _unusable(variable, f"is the URL of a SOCKS proxy ({address.scheme})")
        port = 80 if address.port is None else address.port
        if address.scheme not in ("http", "https") or not host or not 0 < port < 65536:
            raise _unusable(variable, "is not a URL such as http://proxy:3128")
        return cls(variable, address)

    def for_httpx(self, trusted: ssl.SSLContext) -> httpx.Proxy:
        """Return the proxy for httpx; `trusted` verifies one that is reached over TLS."""
        is_tls = self.address.scheme == "https"
        return httpx.Proxy(self.address, ssl_context=trusted if is_tls else None)

    @property
    def shown(self) -> str:
        """Return the address without name and password, and its variable."""
        address = self.address.copy_with(userinfo=b"", path="/", query=None, fragment=None)
        return f"{str(address).rstrip('/')} ({self.variable})"


@dataclass(frozen=True)
class Proxies:
    """The environment's proxy: the variable and its text (None: no proxy), and the exceptions.

    An invalid text is an error only once a host must be reached through it.
    """

    stated: tuple[str, str] | None = field(repr=False)
    exceptions: tuple[str, ...]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Proxies":
        """Return the proxies that the variables name."""
        stated = _first(environment, PROXY_VARIABLES)
        exceptions = _first(environment, EXCEPTION_VARIABLES)
        listed = re.split(r"[,\s]+", exceptions[1].lower()) if exceptions else []
        return cls(stated, tuple(entry for entry in listed if entry))

    def proxy_for(self, url: httpx.URL) -> Proxy | None:
        """Return the proxy for a URL, or None to connect directly.

        Raises ServiceError if the environment names a proxy that cannot be used.
        """
        if self.stated is None or is_loopback(url.host):
            return None
        port = url.port or {"http": 80}.get(url.scheme, 443)
        if any(_covers(entry, url.host, port) for entry in self.exceptions):
            return None
        return Proxy.of(*self.stated)


def _first(environment: Mapping[str, str], variables: tuple[str, ...]) -> tuple[str, str] | None:
    texts = ((variable, environment.get(variable, "").strip()) for variable in variables)
    return next(((variable, text) for variable, text in texts if text), None)


def _covers(entry: str, host: str, port: int) -> bool:
    """Return whether an entry of NO_PROXY covers a host; an invalid entry covers none.

    An entry is `*`, an IP address, a range, or a domain, which also covers its subdomains, with or
    without a leading `.` or `*.`. A suffix such as `:443` limits the entry to a port.
    """
    entry, _, limit = _split(entry)
    if limit and limit != str(port):
        return False
    if entry == "*":
        return True
    address = _address(host)
    if address is not None:
        network = _network(entry)
        return network is not None and address in network
    domain = entry.removeprefix("*").strip(".")
    name = host.rstrip(".")
    return domain != "" and (name == domain or name.endswith(f".{domain}"))


def _split(entry: str) -> tuple[str, str, str]:
    """Return host, colon and port; an IPv6 address with a port is in brackets."""
    bracketed = re.fullmatch(r"\[(.*)\](:?)([0-9]*)", entry)
    if bracketed:
        return bracketed[1], bracketed[2], bracketed[3]
    return entry.partition(":") if entry.count(":") == 1 else (entry, "", "")


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None


def _unusable(variable: str, why: str) -> ServiceError:
    """Return an error that does not quote the text, which may contain a password."""
    return ServiceError(
        f"{variable} {why}, so GitHub cannot be reached through it.",
        "Set it to the URL of an HTTP proxy, with name and password percent-encoded; or list the "
        "hosts in NO_PROXY.",
    )
