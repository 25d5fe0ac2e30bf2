"""What the store tells of an order, or M3 of a write, is odd: the order ends explained, its neighbours are posted.

Nothing of an order that could not be read is posted. An answer of M3 that cannot be read leaves open what was done:
M3 is asked, and everything is booked once.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from connector.domain.progress import OrderState
from tests.journeys.books import Books
from tests.journeys.writes import WRITES, Sold, sell
from tests.rig import NAME, SETTLED, Rig, until
from tests.strange import BODIES, MISSING, VALUES, changed, changed_body

CALLS = (
    "store GET /v2/orders/{}",
    "store GET /v2/orders/{}",
    "store GET /v2/orders/{}/taxes",
    "store GET /v3/orders/{}/transactions",
    "store GET /v3/orders/{}/payment_actions/refunds",
)
EACH = 4
PROCESSES = ("worker", "beat")
RIG = {"env": {"PARK_WAIT": "60"}}
Spoil = Callable[[bytes], bytes]


def another(body: bytes) -> Spoil:
    """Say something else altogether."""
    return lambda _: body


def spoil(draw: random.Random) -> Spoil:
    """Change one value, or, now and then, the whole body."""
    if draw.random() < 0.2:
        return another(draw.choice(BODIES))
    number, value = draw.randrange(10_000), draw.choice(VALUES)
    return lambda body: changed_body(body, number, value) if body else b"{}"


def keys(books: Books, number: int) -> set[str]:
    """The journals of an order that M3 has, by their keys."""
    return {lines[0]["KEY1"] for lines in books.vouchers(number).values()}


def explained(rig: Rig, number: int) -> bool:
    """Whether an order has come to its end, or lies aside with its reason."""
    order = rig.order(number)
    return bool(order and ((order.fault_code and order.reason) or number in rig.ended()))


def test_an_order_that_does_not_read_is_explained_and_nothing_of_it_posted(rig: Rig) -> None:
    draw, dial, store = random.Random(7), rig.sandbox.dial, rig.sandbox.store  # noqa: S311  the same every time
    spoilt = [(sell(rig, 7000 + place).number, call) for place, call in enumerate(CALLS * EACH)]
    for number, call in spoilt:
        dial.rewrite(call.format(number), spoil(draw), times=10_000)
    good = store.place_orders(4)
    rig.cli("backfill", NAME)
    until(lambda: all(explained(rig, number) for number, _ in spoilt), within=60, why=rig.output.getvalue)
    rig.wait_settled(good)
    books = Books(rig)
    for number in good:
        books.assert_booked_once(number)
    refused = []
    for number, _ in spoilt:
        order = rig.order(number)
        assert order is not None
        if order.state in SETTLED:
            assert all(len(found) == 1 for found in (books.m3["vouchers_by_key"][key] for key in keys(books, number)))
            assert order.state is not OrderState.POSTED or books.ledger(number)
            continue
        refused.append(f"o-{order.id}")
        assert order.fault_code == "contract_broken", order
        assert str(number) in order.reason or "GET /v" in order.reason
        assert (books.orders(number), books.vouchers(number)) == ([], {})
        assert rig.postings(number) == []
    assert len(refused) >= len(spoilt) // 4
    assert "Traceback" not in rig.output.getvalue()

    told = json.loads(rig.cli("orders", "list", NAME, "--json"))
    assert len(told) == len(spoilt) + len(good)
    for number, _ in spoilt[::6]:
        assert f"order {number}" in rig.cli("orders", "show", NAME, str(number))

    dial.forget_watches()
    rig.cli("records", "replay", *refused)
    rig.wait_settled([number for number, _ in spoilt])


def without_results(value: object) -> Spoil:
    """Leave the results out, or put something else in their place."""
    return lambda body: json.dumps(changed(json.loads(body), ("results",), value)).encode()


def rows(value: object) -> Spoil:
    """Put something else in the place of the first result's rows."""

    def spoil(body: bytes) -> bytes:
        told: Any = json.loads(body)
        told["results"][0]["records"] = value
        return json.dumps(told).encode()

    return spoil


UNREADABLE: dict[str, Spoil] = {
    **{f"body {number}": another(body) for number, body in enumerate(BODIES)},
    "cut": lambda body: body[: len(body) // 2],
    "no results": without_results(MISSING),
    "null results": without_results(None),
    "results of text": without_results("text"),
    "results of lists": without_results([[]]),
    "fewer results": without_results([]),
    "rows of text": rows("text"),
    "rows of lists": rows([["x"]]),
    "nested rows": rows([{"ORNO": {"x": 1}}]),
    "rows that are a number": rows(7),
    "another count": lambda body: json.dumps({**json.loads(body), "nrOfFailedTransactions": 7}).encode(),
}


@dataclass
class Case:
    """One order, and the one write of it whose answer cannot be read."""

    sold: Sold
    write: str
    happened: list[str]


def case(rig: Rig, customer: int, write: str, how: str) -> Case:
    """Sell, and prepare the answer."""
    made, call = Case(sell(rig, customer), write, []), WRITES[write]
    when = call.when(rig, made.sold)
    if call.after:
        before = WRITES[call.after]
        rig.sandbox.dial.add(before.name(made.sold), "apply-504", times=1, when=before.when(rig, made.sold))

    def unreadable(body: bytes) -> bytes:
        made.happened.append(how)
        return UNREADABLE[how](body)

    rig.sandbox.dial.rewrite(call.name(made.sold), unreadable, when=when)
    return made


@pytest.mark.parametrize(
    "turn", [0, *(pytest.param(turn, marks=pytest.mark.long) for turn in range(1, len(UNREADABLE)))]
)
def test_an_answer_of_m3_that_cannot_be_read_books_once(rig: Rig, turn: int) -> None:
    of_m3 = [name for name, write in WRITES.items() if write.call.startswith("m3 ")]
    kinds = [(write, list(UNREADABLE)[(2 * place + turn) % len(UNREADABLE)]) for place, write in enumerate(of_m3)]
    cases = [case(rig, 8000 + 100 * turn + place, *kind) for place, kind in enumerate(kinds)]
    rig.cli("backfill", NAME)
    rig.wait_settled([one.sold.number for one in cases], within=120)
    books = Books(rig)
    for one in cases:
        assert one.happened, one
        books.assert_booked_once(one.sold.number)
        assert len(books.vouchers(one.sold.number)) == 3  # sale, payment, refund
    books.assert_nothing_left()


@pytest.mark.long
@pytest.mark.timeout(900)
def test_an_order_of_ten_thousand_lines_is_booked_once(rig: Rig) -> None:
    [number] = rig.sandbox.store.place_orders(1, lines=10_000)
    rig.cli("backfill", NAME)
    rig.wait_settled([number], within=600)
    Books(rig).assert_booked_once(number)
