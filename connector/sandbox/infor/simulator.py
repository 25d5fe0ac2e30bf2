"""What every simulated tenant has, and what the demo, the chaos and the contract ask each of them afterwards."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from werkzeug.wrappers import Request

from connector.sandbox.infor.gateway import Gateway, Product, Quota
from connector.sandbox.infor.options import IonOptions
from connector.sandbox.infor.tokens import TokenOffice

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

AnyTenant = TypeVar("AnyTenant")

Balances = dict[tuple[str, str], Decimal]
"""(account, currency) to balance, debit positive."""


@dataclass(frozen=True, slots=True)
class Article:
    """An item that is sold: its price for one piece, and the pieces that its warehouse can promise."""

    name: str
    price: Decimal
    pieces: Decimal


class Simulator(ABC, Generic[AnyTenant]):
    """A simulated ION gateway with one company of one suite behind it, its tables in a tenant. Thread-safe.

    ``control`` maps a button's name to a function of one JSON value; every suite has ``state``, ``trial_balance``,
    ``quota`` (``[calls, seconds]`` or null), ``revoke_tokens`` and ``ceiling`` (the most rows of a list, or null).
    """

    suite: ClassVar[str]
    title: ClassVar[str]
    booking: ClassVar[str] = "full"
    """What a connection of the sandbox books, unless it is told otherwise."""
    sells: ClassVar[bool] = True
    """Whether there are sales orders."""
    stocks: ClassVar[bool] = True
    """Whether there are items, prices and stock."""
    door_secret: ClassVar[str] = ""
    """What the connector's door to ION is opened with, where the suite answers by messages."""
    company: ClassVar[Mapping[str, str]]
    """The ``infor`` section of a connection file."""
    profile: ClassVar[str]
    """The lines of a mapping profile that are in the suite's own words: dimensions, customers, charges and so on."""

    _tenant: AnyTenant
    """What a suite makes before this class is told of it."""

    def __init__(self, options: IonOptions, now: Callable[[], float] = time.time) -> None:
        self.options = options
        self.tokens = TokenOffice(options, now)
        self.quota = Quota(options.quota, now)
        self._gateway = Gateway(options, self.tokens, self.quota, self.products(), self.run_due)
        self.control: dict[str, Callable[[Any], Any]] = {
            "state": lambda _: self.state(),
            "trial_balance": lambda _: [[*key, str(value)] for key, value in self.trial_balance().items()],
            "quota": self._set_quota,
            "revoke_tokens": lambda _: self.tokens.revoke_all(),
            "ceiling": lambda rows: self._set("ceiling", rows),
        }

    @abstractmethod
    def products(self) -> Mapping[str, Product]:
        """Give what stands under ``/{tenant}/``, by name."""

    @abstractmethod
    def run_due(self) -> None:
        """Let every batch job that should have ended by now end."""

    @abstractmethod
    def books(self) -> dict[str, Any]:
        """Dump the company's books as plain JSON values; called by one at a time."""

    @abstractmethod
    def trial_balance(self) -> Balances:
        """Sum the ledger."""

    @abstractmethod
    def balances_by_reference(self) -> dict[str, Balances]:
        """Sum the ledger per external reference (``BC-1042``) in the lines' texts; without one under ``""``."""

    @abstractmethod
    def orders_by_reference(self) -> dict[str, list[str]]:
        """Give the sales orders made under each external reference: more than one is a duplicate."""

    @abstractmethod
    def orphan_heads(self) -> list[str]:
        """Give the sales orders that were begun and neither finished nor deleted."""

    @abstractmethod
    def vouchers_by_key(self) -> dict[str, list[str]]:
        """Give the vouchers posted from each journal's key: more than one is a duplicate, none is unposted."""

    @abstractmethod
    def overlapping_refunds(self) -> int:
        """Count how often a refund began while another of its order was under way."""

    def open_door(self, url: str) -> None:
        """Hear where answers that come by message are to be brought; a suite without any has no such button."""
        if "bod_door" in self.control:
            self.control["bod_door"]({"url": url, "secret": self.door_secret})

    def articles(self) -> dict[str, Article]:
        """Give every item that is sold."""
        return {}

    def add_items(self, items: Mapping[str, str]) -> int:
        """Add items by number and name; give how many."""
        for number, name in items.items():
            self.add_item(number, name)
        return len(items)

    def add_item(self, number: str, name: str) -> None:
        """Add an item as a clerk does."""
        raise NotImplementedError(f"{self.title} has no items")

    def change_item(self, number: str, **words: Any) -> None:
        """Change the name or the price of an item."""
        raise NotImplementedError(f"{self.title} has no items")

    def count_stock(self, item: str, on_hand: str) -> None:
        """Set what lies in the main warehouse."""
        raise NotImplementedError(f"{self.title} has no stock")

    def wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return self._gateway.answer(Request(environ))(environ, start_response)

    def name_of(self, environ: WSGIEnvironment) -> str:
        """Name a call: ``ion token``, or as the suite's own API names it."""
        return self._gateway.name_of(environ)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep everybody else out while the block runs."""
        with self._gateway.alone():
            yield

    @contextmanager
    def tenant(self) -> Iterator[AnyTenant]:
        """Give the tables to one caller at a time."""
        with self.alone():
            yield self._tenant

    def ionapi(self, url: str) -> dict[str, str]:
        """Give the .ionapi file of the authorized app, for a server under ``url``."""
        options = self.options
        file = {
            "ti": options.tenant,
            "cn": "bigcommerce-connector",
            "dt": "12",
            "ci": options.client_id,
            "cs": options.client_secret,
            "iu": url.rstrip("/"),
            "pu": f"{url.rstrip('/')}/{options.tenant}/as/",
            "oa": "authorization.oauth2",
            "ot": "token.oauth2",
            "or": "revoke_token.oauth2",
            "ev": "SANDBOX",
            "v": "1.0",
        }
        return file | ({"saak": options.saak, "sask": options.sask} if options.saak else {})

    def state(self) -> dict[str, Any]:
        """Dump everything a test may ask for, as plain JSON values."""
        with self.alone():
            books = self.books()
        return books | {
            "token_requests": list(self.tokens.requests),
            "expired_hits": self.tokens.expired_hits,
            "unknown_token_hits": self.tokens.unknown_hits,
            "throttled": self.quota.throttled,
        }

    def _set(self, mood: str, value: object) -> None:
        with self.tenant() as tenant:
            setattr(tenant, mood, value)

    def _set_quota(self, limit: list[float] | None) -> None:
        self.quota.limit = (int(limit[0]), limit[1]) if limit else None
