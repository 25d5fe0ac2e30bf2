"""What a suite's room owes the registry, and what an adapter is given to reach the outside with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.domain.connection import Booking, Connection, ErpCredentials
from connector.http.transport import Answer, Transport
from connector.infor.ion.credentials import gateway_url, tenant
from connector.infor.ion.gateway import Gateway, TokenSource, never
from connector.ports import Budget, Clock, Erp, Messages


@dataclass(frozen=True, slots=True)
class Outside:
    """What an adapter reaches the outside with."""

    credentials: ErpCredentials
    tokens: TokenSource
    transport: Transport
    budget: Budget
    clock: Clock
    messages: Messages

    @property
    def tenant(self) -> str:
        """The tenant's id."""
        return tenant(self.credentials)

    def gateway(self, product: str, blameless: Callable[[Answer], bool] = never) -> Gateway:
        """Open the way to a product of the tenant, such as ``M3/m3api-rest/v2/execute``."""
        base = f"{gateway_url(self.credentials)}/{product}"
        return Gateway(base, self.tokens, self.transport, self.budget, blameless)


@dataclass(frozen=True, slots=True)
class CompanyKeys:
    """The suite's own keys in a connection file."""

    required: tuple[str, ...]
    optional: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suite:
    """One suite, as its room gives it in ``SUITE``.

    ``check`` raises Misconfigured over a connection file's settings, or over a booking that the suite cannot do;
    ``build`` makes the adapter. ``company`` names the settings that say which company it is, ``way`` those by which
    what is under way is looked for there.
    """

    keys: Callable[[Booking], CompanyKeys]
    check: Callable[[Mapping[str, str], Booking], object]
    build: Callable[[Connection, Outside], Erp]
    company: tuple[str, ...]
    way: tuple[str, ...] = ()
