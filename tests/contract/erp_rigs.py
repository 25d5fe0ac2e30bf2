"""What every suite's rig is made of: an adapter as the house builds it, before its simulator, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from erp_messages import InMemoryMessages, opened_door

from connector.domain.connection import Connection, ErpCredentials
from connector.domain.document import Charge, Customer, DocumentLine, SalesDocument
from connector.domain.faults import Effect
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry, JournalLine, Side
from connector.domain.money import Money
from connector.domain.order import Address
from connector.http.transport import Transport
from connector.infor.bod.unsaved import UNSAVED
from connector.infor.ion.credentials import parse
from connector.infor.ion.gateway import Bearer
from connector.infor.ion.tokens import request_token
from connector.infor.registry import build_erp
from connector.ports import Erp, Exchange, Finding, Messages
from connector.sandbox.dial import Dial
from connector.sandbox.listen import Listener

if TYPE_CHECKING:
    from erp_suite import Customers, Orders, Simulator, Suite

ABSENT = Finding(FindingState.ABSENT)


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Trail:
    """Keeps every exchange, as the house's recorder does in the database."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def record(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)


class Unlimited:
    """A budget without a bottom that counts what was reserved."""

    def __init__(self) -> None:
        self.reserved = 0

    def reserve(self, calls: int = 1) -> None:
        self.reserved += calls

    def observe(self, headers: Mapping[str, str], status: int) -> None:
        pass


class OneWorkersTokens:
    """One worker's tokens: kept until distrusted."""

    def __init__(self, credentials: ErpCredentials, transport: Transport) -> None:
        self._ask = lambda: request_token(credentials, transport, SystemClock())
        self._bearer: Bearer | None = None
        self.versions = 0

    def current(self) -> Bearer:
        if self._bearer is None:
            self.versions += 1
            self._bearer = Bearer(self._ask().access_token, self.versions)
        return self._bearer

    def distrust(self, version: int) -> None:
        if self._bearer is not None and self._bearer.version == version:
            self._bearer = None


@dataclass
class Rig:
    suite: Suite
    erp: Erp
    simulator: Simulator
    dial: Dial
    trail: Trail
    budget: Unlimited
    guards: list[str] = field(default_factory=list, repr=False)

    @property
    def orders(self) -> Orders:
        """What the contract is told of orders."""
        assert self.suite.orders is not None
        return self.suite.orders

    @property
    def customers(self) -> Customers:
        """What it is told of customers."""
        assert self.suite.customers is not None
        return self.suite.customers

    def guard(self) -> None:
        self.guards.append("asked")

    def called(self) -> list[str]:
        """What was called since the last time, tokens and what is asked once apart."""
        names = [call.name for call in self.dial.calls if not call.name.startswith(("ion ", *self.suite.once))]
        self.dial.forget_calls()
        return names

    def writes(self) -> int:
        """How often something was written, or tried to be."""
        return sum(1 for exchange in self.trail.exchanges if exchange.effect is Effect.WRITE)

    def post_document(self, document: SalesDocument, found: Finding = ABSENT) -> Finding:
        """Post an order of the suite's guest."""
        return self.erp.post_document(replace(document, customer=self.orders.guest), found=found, guard=self.guard)

    def post_journals(self, *entries: JournalEntry, found: Mapping[str, Finding] | None = None) -> dict[str, Any]:
        return self.erp.post_journals(entries, found=found or {}, guard=self.guard)


@contextmanager
def opened(
    suite: Suite, simulator: Simulator, company: Mapping[str, str], messages: Messages = UNSAVED
) -> Iterator[Rig]:
    """An adapter as the registry builds it, before its simulated tenant; ``messages`` are for journals by BOD."""
    dial = Dial()
    listener = Listener(dial.wrap(simulator.app.wsgi, simulator.app.name_of))
    listener.start()
    credentials = parse(json.dumps(simulator.app.ionapi(listener.url)), allow_insecure=True)
    trail, budget, messages = Trail(), Unlimited(), InMemoryMessages()
    transport = Transport(
        system=suite.name,
        recorder=trail,
        clock=SystemClock(),
        connect_timeout=2,
        read_timeout=0.5,
        allow_insecure=True,
    )
    erp = build_erp(
        Connection("acme", "abc", suite.name, suite.booking, datetime(2026, 1, 1, tzinfo=UTC), company, {}),
        credentials,
        tokens=OneWorkersTokens(credentials, transport),
        transport=transport,
        budget=budget,
        clock=SystemClock(),
        messages=messages,
    )
    with ExitStack() as until:
        until.callback(listener.stop)
        until.callback(dial.close)
        if suite.journals.by_message:
            door = until.enter_context(opened_door(messages))
            simulator.app.messaging.courier.open_door(door.url, "secret")
            until.callback(simulator.app.messaging.close)
        yield Rig(suite, erp, simulator, dial, trail, budget)


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


ADDRESS = Address(
    first_name="Ada",
    last_name="Lovelace",
    street_1="12 St James's Square",
    city="London",
    state="Greater London",
    postal_code="SW1Y 4JH",
    country_code="GB",
    phone="+44 20 7930 1234",
    email="ada@example.org",
)
CUSTOMER = Customer(142, ADDRESS)


def document(reference: str = "BC-1042", lines: int = 2, **changes: Any) -> SalesDocument:
    """An order of ``lines`` lines of 10.00 for 3 pieces each, and 5.95 of freight."""
    made = [DocumentLine(number, "10045", "Tee", 3, usd("10.00")) for number in range(1, lines + 1)]
    base = SalesDocument(
        reference=reference,
        customer="",
        currency="USD",
        ordered_on=date(2026, 11, 20),
        address=ADDRESS,
        lines=tuple(made),
        charges=(Charge("FRT", "Shipping", usd("5.95")),),
        text="Please ring twice.",
    )
    return replace(base, **changes)


def entry(key: str = "BCAAAAAAAAAAAAA", sales: str = "4000", amount: str = "35.95") -> JournalEntry:
    """Receivable against sales."""
    return JournalEntry(
        key=key,
        reference="BC-1042",
        text="Sale of BC-1042",
        date=date(2026, 11, 20),
        currency="USD",
        lines=(
            JournalLine("1200", Side.DEBIT, usd(amount), "receivable", "accounts.receivable"),
            JournalLine(sales, Side.CREDIT, usd(amount), "sales", "accounts.sales"),
        ),
    )
