"""Which hosts are this machine: what is sent to them by plain http does not leave it."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Tell whether a host's name or address is this machine's own."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
