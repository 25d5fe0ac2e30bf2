"""Thirty refunds on three orders, delivered at once and out of order before the orders are posted."""

from __future__ import annotations

import pytest

from connector.domain.identity import batch_key, posting_key
from tests.journeys.books import Books
from tests.rig import NAME, Rig

PROCESSES = ("web", "beat")  # the worker comes when every webhook is in
EACH = 10


def sell(rig: Rig, *, customer: int) -> tuple[int, list[int]]:
    """An order of ten units and something else, all ten given back one by one."""
    store = rig.sandbox.store
    lines = [{"sku": "MUG-11OZ", "price": "9.99", "quantity": EACH}, {"sku": "LAMP-OAK", "price": "120.00"}]
    number = store.place_order(lines=lines, taxes={"TX Sales Tax": "8.25"}, customer=customer)
    unit = {"item_type": "PRODUCT", "item_id": store.orders[number].line_id(0), "quantity": 1}
    return number, [store.refund(number, items=[unit], delay=0) for _ in range(EACH)]


@pytest.fixture(scope="module")
def sold(rig: Rig) -> dict[int, list[int]]:
    """Three orders with their refunds, posted by a worker that found all of them waiting."""
    webhooks = rig.sandbox.store.webhooks
    webhooks.fate("store/order/*", "reordered")
    sold = dict(sell(rig, customer=700 + number) for number in range(3))
    assert webhooks.settle()
    arrived = [one for one in webhooks.deliveries if one.scope == "store/order/refund/created" and one.arrived]
    assert len(arrived) == 3 * EACH
    assert rig.sandbox.infor.state()["orders"] == []
    rig.start("worker")
    rig.wait_settled(sold)
    return sold


@pytest.fixture(scope="module")
def books(rig: Rig, sold: dict[int, list[int]]) -> Books:
    """Both sides when all is posted."""
    return Books(rig)


def test_everything_is_booked_once(sold: dict[int, list[int]], books: Books) -> None:
    for number in sold:
        books.assert_booked_once(number)
        assert len(books.vouchers(number)) == 2 + EACH
    books.assert_nothing_left()


def test_refunds_follow_the_sale_in_their_own_order(sold: dict[int, list[int]], books: Books) -> None:
    for number, refunds in sold.items():
        sale = batch_key(posting_key(NAME, "sale", number))
        wanted = [sale, *(batch_key(posting_key(NAME, "refund", refund)) for refund in refunds)]
        booked = [lines[0]["KEY1"] for lines in books.vouchers(number).values()]
        assert [key for key in booked if key in wanted] == wanted


def test_no_two_refunds_of_an_order_are_worked_on_at_once(sold: dict[int, list[int]], books: Books) -> None:
    assert len(books.m3["refund_spans"]) == 3 * EACH
    assert books.m3["overlapping_refunds"] == {}


def test_lost_answers_do_not_let_the_next_refund_overtake(rig: Rig, sold: dict[int, list[int]]) -> None:
    dial = rig.sandbox.dial
    for fault in ("apply-504", "apply-reset", "apply-garbage", "apply-hang"):
        dial.add("m3 GLS840MI/*", fault, times=5, probability=0.1, seconds=4)
    more = dict(sell(rig, customer=710 + number) for number in range(3))
    rig.wait_settled(more, within=180)
    dial.clear()
    assert len([call for call in dial.calls if call.fault]) >= 10
    books = Books(rig)
    for number in more:
        books.assert_booked_once(number)
    books.assert_nothing_left()
    assert len(books.m3["refund_spans"]) >= 6 * EACH
    assert books.m3["overlapping_refunds"] == {}
