"""Which hosts our credentials may be sent to: https and public, unless insecure hosts are allowed."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from connector.domain.faults import Misconfigured

REMEDY = "use a public https address, or set ALLOW_INSECURE_HOSTS=1 on a test machine"


def is_public(address: str) -> bool:
    """Tell whether an IP address is reachable by anybody: not loopback, private, link-local or multicast."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    ip = mapped or ip
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
