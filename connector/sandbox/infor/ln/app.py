"""The LN side of the sandbox: its proofs, and the buttons of its control panel."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from connector.sandbox.infor.bod.ledger import NOUN, Ledger
from connector.sandbox.infor.bod.messaging import IonMessaging
from connector.sandbox.infor.bod.options import BodOptions
from connector.sandbox.infor.gateway import Product
from connector.sandbox.infor.ln import bod_orders, goods, proofs, seed
from connector.sandbox.infor.ln.options import Options
from connector.sandbox.infor.ln.product import LnApi
from connector.sandbox.infor.ln.tenant import Tenant
from connector.sandbox.infor.simulator import Article, Balances, Simulator

PROFILE = """\
customers: {guest: WEBGUEST, create: false}
charges: {shipping: FRT, handling: HND, gift_wrap: WRP, fees: FEE, gift_certificates: GCT}
warehouses: [{infor: WH1, location: 1}]
"""
GOODS = "Product"


class InforLn(Simulator[Tenant]):
    """One LN company whose ledger takes journals by BOD.

    Besides the buttons of every suite and of ION's messages, ``control`` has ``add_items`` (``{number: name}``),
    ``make_items``, ``change_item``, ``set_stock`` (the words that the methods of these names take), ``items`` and
    ``stock`` (the truth to compare with), ``block_account`` and ``open_account``, ``cut_short`` (list of
    ``service/EntitySet``) and ``discount`` (``[item, percent]``).
    """

    suite, title = "ln", "LN"
    company = {  # noqa: RUF012 - read only
        "company": "1300",
        "sales_office": "SO1",
        "order_type": "WEB",
        "warehouse": "WH1",
        "bod_from": "lid://infor.ims.bigcommerce",
        "accounting_entity": "401",
        "bod_repeats": "detected",
    }
    door_secret = "sandbox-secret-of-the-door-to-ion"  # noqa: S105 - of a simulated tenant
    profile = PROFILE

    def __init__(self, now: Callable[[], float] = time.time, bod: BodOptions | None = None, **options: Any) -> None:
        chosen = Options(**options)
        self._tenant = Tenant(chosen, now)
        seed.plant(self._tenant)
        carried = bod or BodOptions()
        self.ledger = Ledger(chosen.accounts, timezone=carried.timezone)
        targets = {NOUN: self.ledger.book, bod_orders.NOUN: lambda bod: bod_orders.take(self._tenant, bod)}
        self.messaging = IonMessaging(chosen, carried, targets, now=now, alone=self.alone)
        super().__init__(chosen, now)
        self.control |= self.messaging.control | {
            "add_items": self.add_items,
            "make_items": lambda words: self.make_items(**words),
            "change_item": lambda words: self.change_item(**words),
            "set_stock": lambda words: self.set_stock(**words),
            "items": lambda _: self.items(),
            "stock": lambda _: self.stock(),
            "block_account": self.ledger.blocked.add,
            "open_account": self.ledger.blocked.discard,
            "cut_short": lambda names: self._set("cut_short", set(names)),
            "discount": self._set_discount,
        }

    def products(self) -> Mapping[str, Product]:
        """The OData services, and ION's messages."""
        return {"LN": LnApi(self._tenant), "IONSERVICES": self.messaging}

    def run_due(self) -> None:
        """Let ION bring what it has carried long enough."""
        self.messaging.run_due()

    def books(self) -> dict[str, Any]:
        """Dump what a proof needs."""
        return proofs.dump(self._tenant)

    def trial_balance(self) -> Balances:
        """Sum the ledger."""
        with self.alone():
            return self.ledger.trial_balance()

    def balances_by_reference(self) -> dict[str, Balances]:
        """Sum the ledger per external reference in the lines' texts."""
        with self.alone():
            return self.ledger.balances_by_reference()

    def orders_by_reference(self) -> dict[str, list[str]]:
        """Give the approved orders under each ``CustomerOrder``: more than one is a duplicate."""
        with self.tenant() as tenant:
            return proofs.orders_by_reference(tenant)

    def orphan_heads(self) -> list[str]:
        """Give the orders that were begun and neither approved nor canceled."""
        with self.tenant() as tenant:
            return proofs.orphan_heads(tenant)

    def vouchers_by_key(self) -> dict[str, list[str]]:
        """Give the vouchers booked from each journal's key."""
        with self.alone():
            return self.ledger.vouchers_by_key()

    def overlapping_refunds(self) -> int:
        """Count none: a journal is one message, and messages come one at a time."""
        return 0

    def articles(self) -> dict[str, Article]:
        """Give every item that is sold, with what the main warehouse can promise."""
        items, stock = self.items(), self.stock()
        warehouse = self._tenant.options.warehouse
        return {
            number: Article(told["name"], Decimal(told["price"]), Decimal(stock.get(number, {}).get(warehouse, "0")))
            for number, told in items.items()
            if told["type"] == GOODS and "price" in told
        }

    def make_items(self, count: int, prefix: str = "ITEM-", seed: int = 1) -> int:
        """Add plain items ``ITEM-000001`` and on, with prices and stock drawn by the seed; give how many."""
        with self.tenant() as tenant:
            goods.make_items(tenant, count, prefix, seed)
        return count

    def add_item(self, number: str, name: str) -> None:
        """Add an item in both warehouses."""
        with self.tenant() as tenant:
            goods.add_item(tenant, number, name)

    def change_item(self, number: str, **words: Any) -> None:
        """Change name, weight, type, price or price_unit of an item."""
        with self.tenant() as tenant:
            goods.change_item(tenant, number, words)

    def set_stock(self, item: str, warehouse: str, **words: Any) -> None:
        """Set on_hand, allocated or blocked of an item in a warehouse; what is not named stays."""
        with self.tenant() as tenant:
            goods.set_stock(tenant, item, warehouse, words)

    def count_stock(self, item: str, on_hand: str) -> None:
        """Set what lies in the main warehouse."""
        self.set_stock(item, self._tenant.options.warehouse, on_hand=on_hand)

    def items(self) -> dict[str, dict[str, str]]:
        """Give every item in plain words."""
        with self.tenant() as tenant:
            return goods.items(tenant)

    def stock(self) -> dict[str, dict[str, str]]:
        """Give what each warehouse can promise, by item and warehouse."""
        with self.tenant() as tenant:
            return goods.stock(tenant)

    def add_partner(self, number: str, search_key: str) -> None:
        """Add a business partner that may order."""
        with self.tenant() as tenant:
            seed.add_partner(tenant, number, search_key)

    def _set_discount(self, words: list[str]) -> None:
        with self.tenant() as tenant:
            tenant.discounts[words[0]] = words[1]
