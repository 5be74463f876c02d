"""Which proxy the environment names, and which hosts are reached without it.

The variables and their meaning are curl's (https://curl.se/docs/manpage.html#ENVIRONMENT), which
most tools follow: `https_proxy`, then `all_proxy`, each in lower case before upper, and `no_proxy`.
Plain http never leaves this machine (`loopback.py`), so `http_proxy` has no say.
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
    """A proxy as a variable states it, perhaps with a password."""

    variable: str
    address: httpx.URL = field(repr=False)

    @classmethod
    def of(cls, variable: str, text: str) -> "Proxy":
        """Read the address; raises ServiceError where it is not one of an HTTP proxy."""
        try:
            address = httpx.URL(text if "://" in text else f"http://{text}")
            host = address.host
        except (httpx.InvalidURL, ValueError) as error:  # the latter for some names of hosts
            raise _unusable(variable, "is not an address such as http://proxy:3128") from error
        if address.scheme.startswith("socks"):
            raise _unusable(variable, f"is the address of a SOCKS proxy ({address.scheme})")
        port = 80 if address.port is None else address.port
        if address.scheme not in ("http", "https") or not host or not 0 < port < 65536:
            raise _unusable(variable, "is not an address such as http://proxy:3128")
        return cls(variable, address)

    def for_httpx(self, trusted: ssl.SSLContext) -> httpx.Proxy:
        """Return it as httpx takes it; one that is asked by TLS is verified by `trusted`."""
        is_tls = self.address.scheme == "https"
        return httpx.Proxy(self.address, ssl_context=trusted if is_tls else None)

    @property
    def shown(self) -> str:
        """The address without name and password, and its variable."""
        address = self.address.copy_with(userinfo=b"", path="/", query=None, fragment=None)
        return f"{str(address).rstrip('/')} ({self.variable})"


@dataclass(frozen=True)
class Proxies:
    """The environment's proxy: the variable and its text (None: no proxy), and the exceptions.

    A text that no proxy can have matters only where a host has to be reached through it.
    """

    stated: tuple[str, str] | None = field(repr=False)
    exceptions: tuple[str, ...]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Proxies":
        """Read the variables."""
        stated = _first(environment, PROXY_VARIABLES)
        exceptions = _first(environment, EXCEPTION_VARIABLES)
        listed = re.split(r"[,\s]+", exceptions[1].lower()) if exceptions else []
        return cls(stated, tuple(entry for entry in listed if entry))

    def proxy_for(self, url: httpx.URL) -> Proxy | None:
        """Return the proxy that an address is reached through; None: directly.

        Raises ServiceError where the environment names a proxy that cannot be used.
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
    """Tell whether an entry of NO_PROXY covers a host; one that means nothing covers none.

    An entry is `*`, an address or a range of them, or a domain, which covers the names below it
    too, with or without `.` or `*.` before it. `:443` behind it limits it to a port.
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
    """Split host and port; an IPv6 address has brackets where a port follows."""
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
    """The text itself is not shown: it may have a password."""
    return ServiceError(
        f"{variable} {why}, so GitHub cannot be reached through it.",
        "Give the address of an HTTP proxy, a name and password in it percent-encoded; or list the "
        "hosts in NO_PROXY.",
    )
