"""The SyteLine side of the sandbox: its proofs, and the buttons of its control panel."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from connector.sandbox.infor.bod.documents import Bod
from connector.sandbox.infor.bod.ledger import NOUN, Ledger
from connector.sandbox.infor.bod.messaging import IonMessaging
from connector.sandbox.infor.bod.options import BodOptions
from connector.sandbox.infor.gateway import Product
from connector.sandbox.infor.simulator import Article, Balances, Simulator
from connector.sandbox.infor.syteline import proofs, seed
from connector.sandbox.infor.syteline.options import Options
from connector.sandbox.infor.syteline.product import IdoService
from connector.sandbox.infor.syteline.seed import make_items
from connector.sandbox.infor.syteline.tenant import Tenant

PROFILE = """\
dimensions: {AcctUnit1: "WEB"}
customers: {guest: WEBGST, create: true, template: WEBTMPL}
charges: {shipping: FRT, handling: HND, gift_wrap: WRP, fees: FEE, gift_certificates: GCT}
warehouses: [{infor: MAIN, location: 1}]
"""


class InforSyteLine(Simulator[Tenant]):
    """One SyteLine site.

    Besides the buttons of every suite and of ION's messages, ``control`` has ``add_items`` (``{number: name}``),
    ``make_items``, ``change_item``, ``set_price``, ``set_stock`` (the words that the methods of these names take),
    ``close_account`` and ``open_account`` (an account number), ``cut_short`` (anything, or nothing to end it).
    """

    suite, title = "syteline", "SyteLine"
    company = {  # noqa: RUF012 - read only
        "config": "ACME_TST_MAIN",
        "site": "MAIN",
        "currency": "USD",
        "journal": "BigCom",
        "warehouse": "MAIN",
        "sold": "Stat=A ProductCode=WEB",
    }
    door_secret = "sandbox-secret-of-the-door-to-ion"  # noqa: S105 - of a simulated tenant
    profile = PROFILE

    def __init__(self, now: Callable[[], float] = time.time, **options: Any) -> None:
        chosen = Options(**options)
        self._tenant = Tenant(chosen, now)
        seed.plant(self._tenant)
        self._by_bod = Ledger(chosen.accounts)
        self.messaging = IonMessaging(chosen, BodOptions(), {NOUN: self._book}, now=now, alone=self.alone)
        super().__init__(chosen, now)
        self.control |= self.messaging.control | {
            "add_items": self.add_items,
            "make_items": lambda words: self.make_items(**words),
            "change_item": lambda words: self.change_item(**words),
            "set_price": lambda words: self.set_price(**words),
            "set_stock": lambda words: self.set_stock(**words),
            "close_account": lambda account: self._end_account(account, "20191231 00:00:00.000"),
            "open_account": lambda account: self._end_account(account, ""),
            "cut_short": lambda value: self._set("cut_short", bool(value)),
        }

    def products(self) -> Mapping[str, Product]:
        """The IDO service, and ION's messages."""
        return {"CSI": IdoService(self._tenant), "IONSERVICES": self.messaging}

    def run_due(self) -> None:
        """Let the ledger posting run, and ION bring what it has carried long enough."""
        self._tenant.run_due()
        self.messaging.run_due()

    def _book(self, bod: Bod) -> str:
        """Book a journal that came by BOD into the same ledger."""
        before = len(self._by_bod.lines)
        voucher = self._by_bod.book(bod)
        for line in self._by_bod.lines[before:]:
            self._tenant.add_to_ledger(
                Acct=line.account,
                TransDate=f"{line.day.replace('-', '')[:8]} 00:00:00.000",
                CurrCode=line.currency,
                ForAmount=str(line.amount),
                DomAmount=str(line.amount),
                Ref=line.text,
                ControlNumber=voucher,
            )
        return voucher

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
        """Give the orders made under each ``CustPo``: more than one is a duplicate."""
        with self.tenant() as tenant:
            return proofs.orders_by_reference(tenant)

    def vouchers_by_key(self) -> dict[str, list[str]]:
        """Give how often each journal is in the ledger: more than once is a duplicate, not at all is unposted."""
        with self.tenant() as tenant:
            return proofs.vouchers_by_key(tenant) | self._by_bod.vouchers_by_key()

    def orphan_heads(self) -> list[str]:
        """Give the orders that are planned."""
        with self.tenant() as tenant:
            return proofs.orphan_heads(tenant)

    def overlapping_refunds(self) -> int:
        """Count refunds that began while another of their order was under way."""
        with self.tenant() as tenant:
            return tenant.spans.overlaps.total()

    def articles(self) -> dict[str, Article]:
        """Give every item that is sold, with today's price and what the main warehouse can promise."""
        with self.tenant() as tenant:
            prices = {row["Item"]: row["UnitPrice1"] for row in tenant.rows["SLItemprices"]}
            balances = {row["Item"]: row for row in tenant.rows["SLItemwhses"].of("Whse", tenant.options.warehouse)}
            items = [row for row in tenant.rows["SLItems"] if row["Stat"] != "O" and row["Item"] in balances]
            return {
                item["Item"]: Article(
                    item["Description"], Decimal(prices[item["Item"]]), free(balances[item["Item"]])
                )
                for item in items
            }

    def make_items(self, count: int, prefix: str = "ITEM-", seed: int = 1) -> int:
        """Add plain items ``ITEM-000001`` and on, with prices and stock drawn by the seed; give how many."""
        with self.tenant() as tenant:
            make_items(tenant, count, prefix, seed)
        return count

    def add_item(self, number: str, name: str) -> None:
        """Add an item in both warehouses."""
        with self.tenant() as tenant:
            seed.add_item(tenant, number, name)

    def change_item(self, number: str, **words: Any) -> None:
        """Change name, weight, status (O obsolete) or price of an item."""
        with self.tenant() as tenant:
            seed.change_item(tenant, number, words)

    def set_price(self, item: str, amount: str, **words: str) -> None:
        """Set a price; ``since`` may say from which day on."""
        with self.tenant() as tenant:
            seed.set_price(tenant, item, amount, **words)

    def set_stock(self, item: str, warehouse: str, on_hand: str, **words: str) -> None:
        """Set what lies in a warehouse, and with ``taken`` what of it is taken."""
        with self.tenant() as tenant:
            seed.set_stock(tenant, item, warehouse, on_hand, **words)

    def count_stock(self, item: str, on_hand: str) -> None:
        """Set what lies in the main warehouse."""
        self.set_stock(item, self._tenant.options.warehouse, on_hand)

    def _end_account(self, account: str, day: str) -> bool:
        with self.tenant() as tenant:
            row = tenant.rows["SLChartAccts"].first(account)
            if row:
                tenant.rows["SLChartAccts"].change(row, {"ObsDate": day})
        return row is not None


def free(balance: Mapping[str, str]) -> Decimal:
    """Say what of a balance is not taken."""
    return Decimal(balance["QtyOnHand"]) - Decimal(balance["QtyAllocCo"])
