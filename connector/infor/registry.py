"""The only switch on the suite: which rooms there are. Each gives a ``SUITE``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from connector.domain.connection import Booking, Connection, ErpCredentials, Place
from connector.domain.faults import Misconfigured
from connector.http.transport import Transport
from connector.infor.bod.unsaved import UNSAVED
from connector.infor.ion.credentials import tenant
from connector.infor.ion.gateway import TokenSource
from connector.infor.suite import CompanyKeys, Outside, Suite
from connector.ports import Budget, Clock, Erp, Messages

SUITES: Mapping[str, str] = {
    "m3": "connector.infor.m3.suite",
    "syteline": "connector.infor.syteline.suite",
    "ln": "connector.infor.ln.suite",
    "financials": "connector.infor.financials.suite",
}
"""A suite's name in a connection file, and its room's module; read when it is first asked for."""


def build_erp(
    connection: Connection,
    credentials: ErpCredentials,
    *,
    tokens: TokenSource,
    transport: Transport,
    budget: Budget,
    clock: Clock,
    messages: Messages = UNSAVED,
) -> Erp:
    """Make the adapter of a connection's suite; ``messages`` are a saved connection's.

    :raises Misconfigured: the suite is unknown, or its settings are wrong.
    """
    return _suite(connection.suite).build(
        connection, Outside(credentials, tokens, transport, budget, clock, messages)
    )


def company_keys(suite: str, booking: Booking = Booking.FULL) -> CompanyKeys:
    """Say which keys a connection file of this suite has under ``infor``.

    :raises Misconfigured: the suite is unknown.
    """
    return _suite(suite).keys(booking)


def check_company(suite: str, settings: Mapping[str, str], booking: Booking) -> None:
    """Check the suite's own settings of a connection file.

    :raises Misconfigured: names everything that is missing, unknown or too long, or says that it cannot book so.
    """
    _suite(suite).check(settings, booking)


def place(connection: Connection, credentials: ErpCredentials | None) -> Place:
    """Say where a connection's postings are; without its credentials of which tenant that is stays unsaid.

    :raises Misconfigured: the suite is unknown.
    """
    suite, said = _suite(connection.suite), connection.company
    told = {"the tenant of the .ionapi file": tenant(credentials)} if credentials else {}
    own = {f"infor.{key}": said.get(key, "") for key in suite.company}
    company = {"infor.suite": connection.suite, "store_prefix": connection.store_prefix} | told | own
    return Place(company, {f"infor.{key}": said.get(key, "") for key in suite.way})


@cache
def _suite(name: str) -> Suite:
    if name not in SUITES:
        raise Misconfigured(f"suite: {name!r} is no suite; this release knows {', '.join(SUITES)}")
    suite: Suite = import_module(SUITES[name]).SUITE
    return suite
