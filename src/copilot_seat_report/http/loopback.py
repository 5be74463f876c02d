"""Loopback hosts: what is sent to them over plain http does not leave this machine."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Return whether a host's name or IP address is loopback."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
