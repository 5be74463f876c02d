"""The network as a machine without a proxy has it."""

from functools import cache
from ssl import SSLContext

import httpx

from copilot_seat_report.http.certificates import ssl_context
from copilot_seat_report.http.client import Network
from copilot_seat_report.http.proxies import Proxies


def network() -> Network:
    """A network that no test has used before."""
    return Network(Proxies.of({}), _trusted())


@cache
def _trusted() -> SSLContext:
    return ssl_context({}, None)


def get(network: Network, url: str) -> httpx.Response:
    """One request."""
    with network.client(timeout=httpx.Timeout(5.0)) as client:
        return client.get(url)
