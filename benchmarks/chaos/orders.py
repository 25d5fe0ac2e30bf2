"""The order cases: a buyer, what happens to the order in the shop, and the one call of it that goes wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from benchmarks.chaos.accidents import Accidents
from benchmarks.chaos.matrix import FAULTS, Case
from connector.domain.identity import batch_key, posting_key
from connector.sandbox.faults import Rule, When
from connector.sandbox.store.orders import Order
from tests.journeys.writes import WRITES, Record, Sold, announce
from tests.rig import NAME, Rig

MANY_LINES = 55
"""More than one call may carry (facts/infor.md §2.2)."""
FIRST_BUYER = 100_000


@dataclass
class Placed:
    """The order of a case; ``then`` is what the shop does once it is booked, ``booked`` how it was before an edit."""

    case: Case
    sold: Sold
    rule: Rule | None = None
    struck: bool = False
    booked: Order | None = None
    then: list[Callable[[], None]] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The store's order id."""
        return self.sold.number

    def be_struck(self) -> None:
        """Note that its accident happened."""
        self.struck = True

    @property
    def happened(self) -> bool:
        """Whether its fault was injected."""
        return self.rule is not None and self.rule.times == 0


class Shop:
    """Places the orders of a wave, each with its own fault and accident."""

    def __init__(self, rig: Rig, accidents: Accidents) -> None:
        self.rig, self.store, self.dial = rig, rig.sandbox.store, rig.sandbox.dial
        self._accidents = accidents

    def place(self, case: Case) -> Placed:
        """Let a new buyer order; nobody is told yet."""
        kind, _, call = case.call.partition(" ")
        if kind == "payment":
            return self._paid_later(case, call)
        if kind == "reversal":
            return self._called_off(case, call)
        if kind == "correction":
            return self._edited(case, call)
        placed = self._refunded(case)
        if case.call == "second order body":
            self._arm(placed, "m3 OIS100MI/AddBatchLine*", _below(self.rig, placed.sold))
            return placed
        write = WRITES[case.call]
        if write.after:
            before = WRITES[write.after]
            self.dial.add(before.name(placed.sold), "apply-504", times=1, when=before.when(self.rig, placed.sold))
        self._arm(placed, write.name(placed.sold), write.when(self.rig, placed.sold))
        return placed

    def tell(self, placed: Placed) -> None:
        """Let the store say that something happened."""
        announce(self.rig, placed.number)

    def _refunded(self, case: Case) -> Placed:
        lines = MANY_LINES if case.call == "second order body" else 3
        number = self._order(case, lines=lines)
        return Placed(case, Sold(number, _buyer(case), self._give_back(number, 0)))

    def _order(self, case: Case, *, lines: int = 2, **words: Any) -> int:
        """Sell something that no other case sells: other lines, freight and place."""
        place = {"city": f"Town {case.number}", "zip": str(10_000 + case.number)}
        words |= {"customer": _buyer(case), "shipping": _freight(case, 4), "address": place}
        [number] = self.store.place_orders(1, lines=lines, seed=case.number, **words)
        return number

    def _give_back(self, number: int, line: int, *, announce: bool = False) -> int:
        units = {"item_type": "PRODUCT", "item_id": self.store.orders[number].line_id(line), "quantity": 1}
        return self.store.refund(number, items=[units], delay=0, announce=announce)

    def _paid_later(self, case: Case, call: str) -> Placed:
        pay = [{"event": "authorization", "gateway": "braintree"}]
        placed = Placed(case, Sold(self._order(case, pay=pay), _buyer(case), 0))

        def capture() -> None:
            total = str(self.store.orders[placed.number].total)
            words = {"event": "capture", "gateway": "braintree", "amount": total}
            paid = self.store.add_transaction(placed.number, announce=False, **words)
            self._arm(placed, f"m3 GLS840MI/{call}", _batch("payment", paid))
            self.tell(placed)

        placed.then.append(capture)
        return placed

    def _called_off(self, case: Case, call: str) -> Placed:
        placed = Placed(case, Sold(self._order(case), _buyer(case), 0))

        def cancel() -> None:
            self._arm(placed, f"m3 GLS840MI/{call}", _batch("reversal", placed.number))
            self.store.cancel(placed.number)

        placed.then.append(cancel)
        return placed

    def _edited(self, case: Case, call: str) -> Placed:
        placed = Placed(case, Sold(self._order(case), _buyer(case), 0))

        def edit() -> None:
            placed.booked = copy.copy(self.store.orders[placed.number])
            self._arm(placed, f"m3 GLS840MI/{call}", _batch("correction", placed.number))
            self.store.edit_order(placed.number, shipping=_freight(case, 9))

        placed.then.append(edit)
        return placed

    def _arm(self, placed: Placed, match: str, when: When) -> None:
        """Let one call of an order go wrong, and the accident happen right after it was applied."""
        case = placed.case
        placed.rule = self.dial.add(match, case.fault, times=1, seconds=FAULTS[case.fault], when=when)

        def strike(_: str) -> None:
            if case.again and placed.sold.refund:
                self._give_back(placed.number, 1, announce=True)
            self._accidents.meet(case.accident, case.delay, placed.be_struck)

        self.dial.after(match, strike, when=when)


def _buyer(case: Case) -> int:
    return FIRST_BUYER + case.number


def _freight(case: Case, least: int) -> str:
    return f"{Decimal(case.number) / 100 + least:.2f}"


def _batch(kind: str, source: int) -> When:
    key = batch_key(posting_key(NAME, kind, source))
    return _some(lambda record: record["KEY1"] == key)


def _below(rig: Rig, sold: Sold) -> When:
    return _some(lambda record: rig.m3.reference_of(record["ORNO"]) == sold.reference)


def _some(fits: Callable[[Record], bool]) -> When:
    return lambda body: any(fits(each["record"]) for each in json.loads(body)["transactions"])
