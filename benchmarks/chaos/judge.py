"""What must be true in the end, by what the shop and the company did; nothing is asked of the connector.

A fact is booked by one voucher whose lines, summed by account, are those of the model: a voucher too many is a
duplicate, one too few is lost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from benchmarks.chaos.documents import differences
from connector.sandbox.infor.spans import reference_in
from connector.sandbox.serve import Sandbox
from connector.sandbox.store.orders import CANCELLED, Order, Refund

CLEARING, RECEIVABLE, SALES, SHIPPING, TAX, RETURNS = "1091", "1200", "4000", "4100", "2200", "4950"
"""The accounts of the sandbox's mapping profile."""

Voucher = frozenset[tuple[str, Decimal]]
"""What a voucher moves, by account, debit positive."""


WRONG = ("duplicates", "lost", "orphans", "unbalanced", "differing", "missed")


@dataclass
class Verdict:
    """What is wrong; all zero when the books are right. ``said`` tells what, for people.

    ``missed``: what was to go wrong and did not, so that nothing is shown.
    """

    duplicates: int = 0
    lost: int = 0
    orphans: int = 0
    unbalanced: int = 0
    differing: int = 0
    missed: int = 0
    said: list[str] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Whether nothing is wrong."""
        return not any(getattr(self, kind) for kind in WRONG)

    def take(self, other: Verdict) -> None:
        """Add what another one found."""
        for kind in WRONG:
            setattr(self, kind, getattr(self, kind) + getattr(other, kind))
        self.said += other.said

    def miss(self, what: str) -> None:
        """Note what was to happen."""
        self.missed += 1
        self.said.append(what)

    def differ(self, what: str) -> None:
        """Note what is another one than it should be."""
        self.differing += 1
        self.said.append(what)

    def count(self, what: str, found: int, wanted: int) -> None:
        """Hold a number against the one it should be."""
        self.duplicates += max(0, found - wanted)
        self.lost += max(0, wanted - found)
        if found != wanted:
            self.said.append(f"{what}: {found}, not {wanted}")


class Books:
    """Both sides at one moment."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.m3, self._orders = sandbox.infor.state(), sandbox.store.orders
        self._lines: dict[str, list[dict[str, str]]] = defaultdict(list)
        for line in self.m3["ledger"]:
            self._lines[reference_in(line["VTXT"])].append(line)
        self._shoppers = {row["CUNO"]: row["ALCU"] for row in self.m3["customers"]}
        self._buyers = Counter(self._shoppers.values())
        self._made = {head["ORNO"]: head for head in self.m3["orders"]}

    def of_order(self, number: int, booked: Order | None = None) -> Verdict:
        """Judge one order of the store; ``booked`` is how it was before an edit, of which the ledger alone knows."""
        order, verdict = self._orders[number], Verdict()
        reference = f"BC-{number}"
        made = self.m3["orders_by_reference"].get(reference, [])
        verdict.count("sales orders", len(made), 1)
        verdict.count("customers", self._buyers[str(order.spec.customer)], 1)
        for sales_order in made[:1]:
            head = self._made[sales_order]
            for told in differences(booked or order, head, self._shoppers[head["CUNO"]]):
                verdict.differ(f"sales order {sales_order}, {told}")
        if order.external_order_id not in made:
            verdict.count("numbers in the store", 0, 1)
        self._ledger_once(verdict, Counter(facts(order, booked)), self._lines[reference])
        left = [head["ORNO"] for head in self._unfinished() if head["CUOR"] == reference]
        verdict.orphans += len(left)
        verdict.said += [f"batch orders left: {left}"] if left else []
        return verdict

    def as_a_whole(self, orders: Iterable[int]) -> Verdict:
        """Judge what belongs to none of these orders: batches, vouchers and documents that nobody asked for."""
        verdict, ours = Verdict(), {f"BC-{number}" for number in orders}
        strays = [head["ORNO"] for head in self._unfinished() if head["CUOR"] not in ours]
        unposted = [key for key, vouchers in self.m3["vouchers_by_key"].items() if not vouchers]
        verdict.orphans += len(strays) + len(unposted)
        verdict.said += [f"left in M3: {strays} {unposted}"] if strays or unposted else []
        for key, vouchers in self.m3["vouchers_by_key"].items():
            verdict.count(f"vouchers of GL batch {key}", max(1, len(vouchers)), 1)
        unasked = (self._lines.keys() | self.m3["orders_by_reference"].keys()) - ours
        verdict.count("references nobody asked for", len(unasked), 0)
        verdict.count("refunds of an order at once", len(self.m3["overlapping_refunds"]), 0)
        if sum(Decimal(line["CUAM"]) for line in self.m3["ledger"]):
            verdict.unbalanced += 1
            verdict.said.append("the ledger does not sum up to nothing")
        return verdict

    def _unfinished(self) -> Iterator[dict[str, Any]]:
        left = set(self.m3["orphan_heads"])
        yield from (head for head in self.m3["batch_orders"] if head["ORNO"] in left)

    def _ledger_once(self, verdict: Verdict, wanted: Counter[Voucher], lines: Iterable[Mapping[str, str]]) -> None:
        vouchers: dict[str, list[Mapping[str, str]]] = defaultdict(list)
        for line in lines:
            vouchers[line["VONO"]].append(line)
        booked = Counter(_moved((line["AIT1"], Decimal(line["CUAM"])) for line in each) for each in vouchers.values())
        verdict.duplicates += (booked - wanted).total()
        verdict.lost += (wanted - booked).total()
        verdict.unbalanced += sum(bool(sum(amount for _, amount in each)) for each in booked.elements())
        if booked != wanted:
            told = [sorted((account, str(amount)) for account, amount in each) for each in booked - wanted]
            verdict.said.append(f"vouchers too many {told}, too few {(wanted - booked).total()}")
        if _balance(booked) != _balance(wanted):
            verdict.unbalanced += 1


def _moved(moves: Iterable[tuple[str, Decimal]]) -> Voucher:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for account, amount in moves:
        sums[account] += amount
    return frozenset((account, amount.normalize()) for account, amount in sums.items() if amount)


def _balance(vouchers: Counter[Voucher]) -> Voucher:
    return _moved(move for voucher in vouchers.elements() for move in voucher)


def facts(order: Order, booked: Order | None = None) -> Iterator[Voucher]:
    """Reckon what must be booked of a plain order: its sale, payments, refunds, edit, and that it was called off."""
    sale = list(_sale(booked or order))
    yield _moved(sale)
    if booked:
        yield _moved([*_sale(order), *((account, -amount) for account, amount in sale)])
    yield from (_moved(_payment(one.amount)) for one in order.transactions if one.pays)
    yield from (_moved(_refund(refund)) for refund in order.refunds)
    if order.status == CANCELLED:
        yield _moved((account, -amount) for account, amount in sale)


def _sale(order: Order) -> Iterator[tuple[str, Decimal]]:
    yield RECEIVABLE, order.priced.total_inc_tax
    yield SALES, -sum((cost.exact for cost in order.priced.of("item")), Decimal(0))
    yield SHIPPING, -sum((cost.exact for cost in order.priced.of("shipping")), Decimal(0))
    yield TAX, -sum(order.priced.taxes_by_name().values(), Decimal(0))


def _payment(amount: Decimal) -> Iterator[tuple[str, Decimal]]:
    yield CLEARING, amount
    yield RECEIVABLE, -amount


def _refund(refund: Refund) -> Iterator[tuple[str, Decimal]]:
    yield RETURNS, refund.total - refund.tax
    yield TAX, refund.tax
    yield CLEARING, -refund.total
