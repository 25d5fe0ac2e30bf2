"""What the contract is told about a suite: what a journey costs there, and where suites may differ.

Whatever is left out of a description, all suites owe alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from erp_rigs import Rig, opened

from connector.domain.connection import Booking
from connector.domain.document import Customer
from connector.domain.inquiry import FindingState
from connector.ports import Masters

Names = tuple[str, ...]
"""Calls by the simulator's names, in their order."""


class Simulator:
    """What the contract asks a suite's simulator afterwards. Batch work ends when ``settle`` says so."""

    sandbox: ClassVar[Callable[..., Any]]
    closing: ClassVar[str] = "block_account"
    """The button that makes an account unusable."""

    def __init__(self, **options: object) -> None:
        self.now = 1_800_000_000.0
        self.app = type(self).sandbox(now=lambda: self.now, batch_seconds=5, **options)

    def settle(self) -> None:
        self.now += 10

    def orders(self, reference: str) -> list[str]:
        return self.app.orders_by_reference().get(reference, [])

    def begun_orders(self) -> list[str]:
        return self.app.orphan_heads()

    def vouchers(self, key: str) -> list[str]:
        return self.app.vouchers_by_key().get(key, [])

    def balance(self) -> dict[str, Decimal]:
        return {account: amount for (account, _), amount in self.app.trial_balance().items()}

    def revoke_tokens(self) -> None:
        self.app.control["revoke_tokens"](None)

    def lists_at_most(self, rows: int) -> None:
        self.app.control["ceiling"](rows)

    def block(self, account: str, *, blocked: bool) -> None:
        self.app.control[self.closing if blocked else "open_account"](account)

    def cut_lists(self) -> None:
        self.app.control["cut_short"](True)

    def order_total(self, reference: str) -> Decimal:
        raise NotImplementedError

    def customers(self, customer: Customer) -> list[str]:
        raise NotImplementedError


@dataclass(frozen=True)
class Orders:
    """A suite's way with a sales order of so many lines, one charge and a text."""

    find: Names
    post: Callable[[int], Names]
    writes: Names
    """Those calls of ``post`` that write, each once: the head first, the confirmation last."""
    settle: Names
    begun_again: Names
    """Every call of an order of two lines whose first answer below the head was lost."""
    remove: str
    """The call that removes a begun order."""
    works_on: bool
    """Whether the ERP is at work on an order after the last call was answered."""
    item_length: int
    guest: str = "WEBGUEST"
    """The customer of an order."""

    @property
    def posted(self) -> FindingState:
        """Where an order is as soon as it is posted."""
        return FindingState.PENDING if self.works_on else FindingState.BOOKED


@dataclass(frozen=True)
class Customers:
    """A suite's way with customers."""

    template: str
    write: str
    doubles: bool
    """Whether a second customer of the same number can be made."""
    lacks: str = ""
    """What the ERP says of a customer without a country, where it makes one all the same."""


@dataclass(frozen=True)
class Journals:
    """A suite's way with journals of so many lines each, posted together."""

    find: Names
    """For two keys."""
    post: Callable[..., Names]
    writes: Names
    posted: FindingState
    """Where a journal is as soon as it is posted."""
    refused: FindingState
    """Where a journal is that was refused for a blocked account."""
    account_length: int
    ledger: str
    """The call that reads the ledger; empty where it cannot be read back."""
    ledger_accounts: int
    """For how many accounts it reads."""
    pages: bool
    """Whether it reads on behind the most rows that a list has; else it asks for less where one was cut."""
    alone: Names = ()
    """Those calls of ``writes`` that carry one journal each."""
    by_message: bool = False
    """Whether each journal goes as a message of its own, and its verdict comes back later."""


@dataclass(frozen=True)
class Periods:
    """How a suite tells its accounting periods."""

    settings: Mapping[str, str]
    reads: Names
    close: str
    open: str
    """The simulator's buttons."""


@dataclass(frozen=True)
class Goods:
    """Where a suite's items and balances are."""

    warehouse: str
    """The main one."""
    items: str
    """The list of items, by the name that the simulator's button ``cut_short`` takes."""
    page: int
    """Items on a page."""


@dataclass(frozen=True)
class Setup:
    """What the set-up check finds."""

    wanted: Masters
    """Some of it right, some wrong in every way."""
    faults: Names
    blocked: tuple[int, str]
    """The place of a blocked account among the faults, and what is said of it."""
    calls: int
    good: tuple[Masters, tuple[tuple[str, str], ...]]
    """Nothing wrong, and what is said of it: name and detail."""
    odd_settings: Mapping[str, str]
    odd: Mapping[str, str]
    """The names of what does not fit, each with a part of what is said of it."""


@dataclass(frozen=True)
class Suite:
    """One suite before the contract."""

    name: str
    simulator: Callable[[], Simulator]
    company: Mapping[str, str]
    journals: Journals
    setup: Setup
    orders: Orders | None = None
    """None: it takes no sales orders."""
    customers: Customers | None = None
    periods: Periods | None = None
    """None: it cannot tell them."""
    goods: Goods | None = None
    """None: it tells no items."""
    paid_order: int = 0
    """How many calls a paid order of forty lines and a new customer take, from the first question to the last."""
    booking: Booking = Booking.FULL
    once: Names = ()
    """What the names of those calls begin with that an adapter makes once and keeps the answer of."""

    @contextmanager
    def rig(self, **company: str) -> Iterator[Rig]:
        """Open the adapter before its simulated tenant."""
        with opened(self, self.simulator(), {**self.company, **company}) as rig:
            yield rig
