"""The M3 side of the sandbox: its proofs, and the buttons of its control panel."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from connector.sandbox.infor.gateway import Product
from connector.sandbox.infor.m3 import goods, periods, price_lists, proofs, seed
from connector.sandbox.infor.m3.options import Options
from connector.sandbox.infor.m3.product import M3Api
from connector.sandbox.infor.m3.tenant import Tenant
from connector.sandbox.infor.simulator import Article, Balances, Simulator

PROFILE = """\
dimensions: {AIT2: "WEB"}
customers: {guest: WEBGUEST, create: true, template: WEBTMPL}
charges: {shipping: FRT, handling: HND, gift_wrap: WRP, fees: FEE, gift_certificates: GCT}
warehouses: [{infor: "001", location: 1}]
"""


class InforM3(Simulator[Tenant]):
    """One M3 company.

    Besides the buttons of every suite, ``control`` has ``add_items`` (``{number: name}``), ``make_items``,
    ``change_item``, ``set_price``, ``set_stock`` (the words that the methods of these names take), ``items`` and
    ``stock`` (the truth to compare with), ``block_account`` and ``open_account`` (an account number),
    ``close_period`` and ``open_period`` (``2026-10``), ``cut_short`` (list of ``PROGRAM/Transaction``).
    """

    suite, title = "m3", "M3"
    company = {  # noqa: RUF012 - read only
        "company": "100",
        "division": "AAA",
        "facility": "A01",
        "warehouse": "001",
        "order_type": "WEB",
        "credit_order_type": "WCR",
        "gl_interface": "BCGLIF",
    }
    profile = PROFILE

    def __init__(self, now: Callable[[], float] = time.time, **options: Any) -> None:
        chosen = Options(**options)
        self._tenant = Tenant(chosen, now)
        seed.plant(self._tenant)
        super().__init__(chosen, now)
        self.control |= {
            "add_items": self.add_items,
            "make_items": lambda words: self.make_items(**words),
            "change_item": lambda words: self.change_item(**words),
            "set_price": lambda words: self.set_price(**words),
            "set_stock": lambda words: self.set_stock(**words),
            "items": lambda words: self.items(**(words or {})),
            "stock": lambda _: self.stock(),
            "block_account": lambda account: self._set_block(account, "1"),
            "open_account": lambda account: self._set_block(account, "0"),
            "close_period": lambda name: self._set_closed(name, closed=True),
            "open_period": lambda name: self._set_closed(name, closed=False),
            "cut_short": lambda names: self._set("cut_short", set(names)),
        }

    def products(self) -> Mapping[str, Product]:
        """The M3 API alone."""
        return {"M3": M3Api(self._tenant)}

    def run_due(self) -> None:
        """Let M3's batch jobs end."""
        self._tenant.run_due()

    def books(self) -> dict[str, Any]:
        """Dump the tables that a proof needs."""
        return copy.deepcopy(proofs.dump(self._tenant))

    def trial_balance(self) -> Balances:
        """Sum the ledger: (account, currency) to balance, debit positive."""
        with self.tenant() as tenant:
            return proofs.trial_balance(tenant)

    def balances_by_reference(self) -> dict[str, Balances]:
        """Sum the ledger per external reference (``BC-1042``) in the lines' texts."""
        with self.tenant() as tenant:
            return proofs.balances_by_reference(tenant)

    def orders_by_reference(self) -> dict[str, list[str]]:
        """Give the customer orders made under each ``CUOR``: more than one is a duplicate."""
        with self.tenant() as tenant:
            return proofs.orders_by_reference(tenant)

    def reference_of(self, batch_order: str) -> str:
        """Give the ``CUOR`` of a batch order, begun or done; empty when there is none of this number."""
        with self.tenant() as tenant:
            head = tenant.rows["OXHEAD"].first(batch_order)
            return head["CUOR"] if head else ""

    def vouchers_by_key(self) -> dict[str, list[str]]:
        """Give the vouchers posted from each ``KEY1``: more than one is a duplicate, none is unposted."""
        with self.tenant() as tenant:
            return proofs.vouchers_by_key(tenant)

    def orphan_heads(self) -> list[str]:
        """Give the batch orders that were begun and neither confirmed nor deleted."""
        with self.tenant() as tenant:
            return proofs.orphan_heads(tenant)

    def overlapping_refunds(self) -> int:
        """Count refunds that began while another of their order was under way."""
        with self.tenant() as tenant:
            return tenant.spans.overlaps.total()

    def articles(self) -> dict[str, Article]:
        """Give every item that is sold, at its own price, with what the main warehouse can promise."""
        items, stock = self.items(), self.stock()
        return {
            number: Article(
                told["name"],
                Decimal(told["price"]) / Decimal(told["price_per"]),
                Decimal(stock[number][self._tenant.options.warehouse]),
            )
            for number, told in items.items()
            if (told["status"], told["sale"]) == ("20", "1")
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

    def add_alias(self, number: str, code: str) -> None:
        """Let an item carry a printed code."""
        with self.tenant() as tenant:
            goods.add_alias(tenant, number, code)

    def change_item(self, number: str, **words: Any) -> None:
        """Change name, description, weight, price, price_per, status (20 active) or sale (1 or 0) of an item."""
        with self.tenant() as tenant:
            goods.change_item(tenant, number, words)

    def set_price(self, price_list: str, item: str, amount: str, **words: Any) -> None:
        """Set a price in a list; per, since, until, with_tax, currency and from_quantity may say more."""
        with self.tenant() as tenant:
            price_lists.set_price(tenant, price_list, item, amount, **words)

    def set_stock(self, item: str, warehouse: str, **words: Any) -> None:
        """Set on_hand, allocated or reserved of an item in a warehouse; what is not named stays."""
        with self.tenant() as tenant:
            goods.set_stock(tenant, item, warehouse, words)

    def count_stock(self, item: str, on_hand: str) -> None:
        """Set what lies in the main warehouse."""
        self.set_stock(item, self._tenant.options.warehouse, on_hand=on_hand)

    def items(self, price_list: str = "") -> dict[str, dict[str, str]]:
        """Give every item in plain words, with today's price in a list, or its own without one."""
        with self.tenant() as tenant:
            return goods.items(tenant, price_list)

    def stock(self) -> dict[str, dict[str, str]]:
        """Give what each warehouse can promise, by item and warehouse, exact."""
        with self.tenant() as tenant:
            return goods.stock(tenant)

    def _set_block(self, account: str, code: str) -> bool:
        with self.tenant() as tenant:
            rows = tenant.rows["FCHACC"].of(account)
            for row in rows:
                row["LCCD"] = code
        return bool(rows)

    def _set_closed(self, period: str, *, closed: bool) -> bool:
        with self.tenant() as tenant:
            return periods.set_closed(tenant, period, closed=closed)
