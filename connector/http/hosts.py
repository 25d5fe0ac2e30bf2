"""Which hosts our credentials may be sent to: https and public, unless insecure hosts are allowed."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from connector.domain.faults import Misconfigured

REMEDY = "use a public https address, or set ALLOW_INSECURE_HOSTS=1 on a test machine"

_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given out to anybody."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""Where a network without IPv4 finds IPv4 addresses, private ones too."""


def is_public(address: str) -> bool:
    """Tell whether an IP address is reachable by anybody: not loopback, private, link-local or multicast."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        translated = ipaddress.IPv4Address(int(ip) % 2**32) if ip in _NAT64 else None
        inner = ip.ipv4_mapped or ip.sixtofour or translated
        if inner is None and ip not in _UNICAST:
            return False
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


def check_url(url: str, *, allow_insecure: bool) -> SplitResult:
    """Refuse a URL that may not be called, without asking the name server.

    :raises Misconfigured: not an http(s) URL with a host and without user name; or, unless ``allow_insecure``,
        not https, or a private address written out.
    """
    parts = _split(url)
    if allow_insecure:
        return parts
    if parts.scheme != "https":
        raise Misconfigured(f"{parts.hostname} would be called without TLS: {REMEDY}")
    if _is_literal(str(parts.hostname)) and not is_public(str(parts.hostname)):
        raise _private(str(parts.hostname))
    return parts


def check_host(url: str, *, allow_insecure: bool) -> None:
    """Refuse a URL whose host is unknown or resolves to any private address: for connections being set up.

    :raises Misconfigured: says which host and what to do.
    """
    parts = check_url(url, allow_insecure=allow_insecure)
    host = str(parts.hostname)
    try:
        found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:  # the latter: no name server is asked for such a name
        raise Misconfigured(f"the host name {host} cannot be found: check it for a typing error") from exc
    if not allow_insecure and not all(is_public(str(entry[4][0])) for entry in found):
        raise _private(host)


def check_peer(address: str, host: str) -> None:
    """Refuse an open connection whose far end is private, whatever the name server said before.

    :raises Misconfigured: it is.
    """
    if not is_public(address):
        raise _private(host)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise Misconfigured("an address that is no URL cannot be called") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Misconfigured("an address without http(s) scheme or host cannot be called")
    if parts.username is not None or parts.password is not None:
        raise Misconfigured(f"the address of {parts.hostname} carries a user name: credentials have their own fields")
    return parts


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _private(host: str) -> Misconfigured:
    return Misconfigured(f"{host} is a private or local address: {REMEDY}")
