"""Every write call of an order's and a refund's way, each told apart from the same call made for another order."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from connector.domain.identity import batch_key, external_reference, posting_key
from tests.rig import NAME, Rig

Record = dict[str, str]


@dataclass(frozen=True)
class Sold:
    """An order of a buyer whom M3 does not know yet, with one unit of it given back."""

    number: int
    customer: int
    refund: int

    @property
    def reference(self) -> str:
        """How M3 finds it."""
        return external_reference(self.number)

    def key(self, kind: str, source: int) -> str:
        """The name of one of its GL batches."""
        return batch_key(posting_key(NAME, kind, source))


def sell(rig: Rig, customer: int, *, announce: bool = False) -> Sold:
    """Let a new buyer order, and get something back."""
    store = rig.sandbox.store
    [number] = store.place_orders(1, lines=3, seed=customer, customer=customer, announce=announce)
    units = {"item_type": "PRODUCT", "item_id": store.orders[number].line_id(0), "quantity": 1}
    refund = store.refund(number, items=[units], delay=0, announce=announce)
    return Sold(number, customer, refund)


def announce(rig: Rig, number: int) -> None:
    """Let the store say that something happened to an order."""
    rig.sandbox.store.set_status(number, rig.sandbox.store.orders[number].status)


def chosen(request: pytest.FixtureRequest, *names: str) -> list[tuple[str, ...]]:
    """List the cases of a module that are tried now: the others' orders need not be sold."""
    of_the_module = (item for item in request.session.items if item.path == request.path)
    params = (getattr(item, "callspec").params for item in of_the_module if hasattr(item, "callspec"))  # noqa: B009
    return [tuple(each[name] for name in names) for each in params if each.keys() >= set(names)]


About = Callable[[Rig, Sold, Record], bool]


@dataclass(frozen=True)
class Write:
    """One write call: its name, whether a record in its body is this order's, and what must be lost to get there."""

    call: str
    about: About | None = None
    after: str = ""

    def name(self, sold: Sold) -> str:
        """The call as the dial knows it."""
        return self.call.format(number=sold.number)

    def when(self, rig: Rig, sold: Sold) -> Callable[[bytes], bool]:
        """Tell an order's call from another's by what it carries."""
        about = self.about
        if about is None:
            return lambda _: True
        return lambda body: any(about(rig, sold, each["record"]) for each in json.loads(body)["transactions"])


def _customer(_: Rig, sold: Sold, record: Record) -> bool:
    return record["ALCU"] == str(sold.customer)


def _head(_: Rig, sold: Sold, record: Record) -> bool:
    return record["CUOR"] == sold.reference


def _below(rig: Rig, sold: Sold, record: Record) -> bool:
    return rig.m3.reference_of(record["ORNO"]) == sold.reference


def _sale(_: Rig, sold: Sold, record: Record) -> bool:
    return record["KEY1"] == sold.key("sale", sold.number)


def _refund(_: Rig, sold: Sold, record: Record) -> bool:
    return record["KEY1"] == sold.key("refund", sold.refund)


GL = ("AddBatchHead", "AddBatchLineFld", "CtrlBatch", "UpdBatch")

WRITES = {
    "customer": Write("m3 CRS610MI/Add", _customer),
    "order head": Write("m3 OIS100MI/AddBatchHead", _head),
    "order body": Write("m3 OIS100MI/AddBatchAddress", _below),
    "order confirmation": Write("m3 OIS100MI/Confirm", _below),
    "order deletion": Write("m3 OIS100MI/DelBatchHead", _below, after="order body"),
    **{f"sale {name}": Write(f"m3 GLS840MI/{name}", _sale) for name in GL},
    **{f"refund {name}": Write(f"m3 GLS840MI/{name}", _refund) for name in GL},
    "number to the store": Write("store PUT /v2/orders/{number}"),
}
