"""What must be true in the end, told from the outside alone: M3's books against the store's own record."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from connector.domain.identity import batch_key, external_reference
from connector.domain.posting import JOURNAL_KINDS, PostingState
from connector.domain.progress import OrderState
from connector.sandbox.infor.spans import reference_in
from connector.sandbox.serve import Sandbox
from tests.rig import NAME, Rig

CLEARING = {"braintree": "1091"}
SALES, SHIPPING, TAX, RETURNS, RECEIVABLE = "4000", "4100", "2200", "4950", "1200"


class Books:
    """The state of both sides at one moment."""

    def __init__(self, rig: Rig, *, name: str = NAME, sandbox: Sandbox | None = None) -> None:
        self.name = name
        self.rig = rig
        self.sandbox = sandbox or rig.sandbox
        self.m3 = self.sandbox.infor.state()
        self.store = self.sandbox.store.truth()

    def assert_booked_once(self, number: int) -> None:
        """One sales order, one voucher a fact, the ledger as the store has it, and the store knows the number."""
        self.assert_posted(number)
        [sales_order] = self.orders(number)
        assert self.store[str(number)]["external_order_id"] == sales_order
        self.assert_ledger_once(number)
        assert self.ledger(number) == self.expected(number)

    def assert_posted(self, number: int) -> None:
        """The connector's own view: everything of the order is confirmed."""
        order = self.rig.order(number, name=self.name)
        assert order is not None
        assert (order.state, order.fault_code) == (OrderState.POSTED, ""), order.reason
        states = Counter(row.state for row in self.rig.postings(number, name=self.name))
        assert set(states) <= {PostingState.CONFIRMED, PostingState.WITHDRAWN}, states

    def assert_ledger_once(self, number: int) -> None:
        """One voucher for each journal of the order and no other one, each balanced."""
        rows = self.rig.postings(number, name=self.name)
        journals = [row for row in rows if row.kind in JOURNAL_KINDS]
        keys = [batch_key(row.posting_key) for row in journals if row.state is not PostingState.WITHDRAWN]
        assert [len(self.m3["vouchers_by_key"].get(key, [])) for key in keys] == [1] * len(keys)
        assert {self.m3["vouchers_by_key"][key][0] for key in keys} == set(self.vouchers(number))
        for lines in self.vouchers(number).values():
            assert sum(Decimal(line["CUAM"]) for line in lines) == 0

    def assert_nothing_left(self) -> None:
        """No batch order, no GL batch, no customer that nobody finished or that stands there twice."""
        assert self.m3["orphan_heads"] == []
        assert [key for key, vouchers in self.m3["vouchers_by_key"].items() if len(vouchers) != 1] == []
        assert [key for key, orders in self.m3["orders_by_reference"].items() if len(orders) != 1] == []
        search_keys = Counter(row["ALCU"] for row in self.m3["customers"])
        assert [key for key, count in search_keys.items() if count != 1] == []

    def orders(self, number: int) -> list[str]:
        """List the customer orders made for one of the store's."""
        found: list[str] = self.m3["orders_by_reference"].get(external_reference(number), [])
        return found

    def vouchers(self, number: int) -> dict[str, list[dict[str, str]]]:
        """Give the ledger's lines that name an order, by voucher, the first booked first."""
        found: dict[str, list[dict[str, str]]] = defaultdict(list)
        for line in self.m3["ledger"]:
            if reference_in(line["VTXT"]) == external_reference(number):
                found[line["VONO"]].append(line)
        return dict(found)

    def ledger(self, number: int) -> dict[str, Decimal]:
        """Sum an order's ledger lines by account, debit positive; what is zero is left out."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for lines in self.vouchers(number).values():
            for line in lines:
                sums[line["AIT1"]] += Decimal(line["CUAM"])
        return {account: amount for account, amount in sums.items() if amount}

    def expected(self, number: int) -> dict[str, Decimal]:
        """Reckon the same from the store's record: plain orders, refunded by units or by an amount."""
        told = self.store[str(number)]
        paid, back = _amounts(told["payments"]), _amounts(told["refunds"])
        taxes, taxes_back = _sum(told["taxes"]), _sum(told["refund_taxes"])
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for gateway in paid | back:
            sums[CLEARING[gateway]] += paid.get(gateway, Decimal(0)) - back.get(gateway, Decimal(0))
        sums[SALES] -= Decimal(told["parts"]["lines"])
        sums[SHIPPING] -= Decimal(told["parts"].get("shipping", "0"))
        sums[TAX] += taxes_back - taxes
        sums[RETURNS] += sum(back.values()) - taxes_back
        sums[RECEIVABLE] += Decimal(told["total_inc_tax"]) - sum(paid.values())
        return {account: amount for account, amount in sums.items() if amount}


def _amounts(words: dict[str, Any]) -> dict[str, Decimal]:
    return {name: Decimal(amount) for name, amount in words.items()}


def _sum(words: dict[str, Any]) -> Decimal:
    return sum(_amounts(words).values(), Decimal(0))
