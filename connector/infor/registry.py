"""The only switch on the suite: which adapters there are, what each needs in a connection file, how one is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.domain.connection import Booking, Connection, ErpCredentials
from connector.domain.faults import Misconfigured
from connector.http.transport import Transport
from connector.infor.ion.credentials import gateway_url
from connector.infor.ion.gateway import Gateway, TokenSource
from connector.infor.m3 import company as m3_company
from connector.infor.m3.adapter import M3
from connector.infor.m3.client import PRODUCT as M3_PRODUCT
from connector.infor.m3.client import Client as M3Client
from connector.ports import Budget, Clock, Erp


@dataclass(frozen=True, slots=True)
class Outside:
    """What an adapter reaches the outside with."""

    credentials: ErpCredentials
    tokens: TokenSource
    transport: Transport
    budget: Budget
    clock: Clock


@dataclass(frozen=True, slots=True)
class CompanyKeys:
    """The suite's own keys in a connection file."""

    required: tuple[str, ...]
    optional: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suite:
    """One suite: ``check`` raises Misconfigured over a connection file's settings, ``build`` makes the adapter."""

    keys: Callable[[Booking], CompanyKeys]
    check: Callable[[Mapping[str, str], Booking], object]
    build: Callable[[Connection, Outside], Erp]


def _m3(connection: Connection, outside: Outside) -> Erp:
    settings = m3_company.read_company(connection.company, connection.booking)
    base = f"{gateway_url(outside.credentials)}/{M3_PRODUCT}"
    gateway = Gateway(base, outside.tokens, outside.transport, outside.budget)
    client = M3Client(gateway, company=settings.company, division=settings.division)
    return M3(client, settings, outside.clock, store_prefix=connection.store_prefix)


def _m3_keys(booking: Booking) -> CompanyKeys:
    required = m3_company.required(booking)
    return CompanyKeys(required, tuple(key for key in m3_company.KNOWN if key not in required))


SUITES: Mapping[str, Suite] = {"m3": Suite(_m3_keys, m3_company.read_company, _m3)}
LATER = ("syteline", "ln", "financials")


def build_erp(
    connection: Connection,
    credentials: ErpCredentials,
    *,
    tokens: TokenSource,
    transport: Transport,
    budget: Budget,
    clock: Clock,
) -> Erp:
    """Make the adapter of a connection's suite.

    :raises Misconfigured: the suite is unknown, or its settings are wrong.
    """
    return _suite(connection.suite).build(connection, Outside(credentials, tokens, transport, budget, clock))


def company_keys(suite: str, booking: Booking = Booking.FULL) -> CompanyKeys:
    """Say which keys a connection file of this suite has under ``infor``.

    :raises Misconfigured: the suite is unknown.
    """
    return _suite(suite).keys(booking)


def check_company(suite: str, settings: Mapping[str, str], booking: Booking) -> None:
    """Check the suite's own settings of a connection file.

    :raises Misconfigured: names everything that is missing, unknown or too long.
    """
    _suite(suite).check(settings, booking)


def _suite(name: str) -> Suite:
    if name in SUITES:
        return SUITES[name]
    later = f"{name} arrives later; " if name in LATER else f"{name!r} is no suite; "
    raise Misconfigured(f"suite: {later}this release knows {', '.join(SUITES)}")
