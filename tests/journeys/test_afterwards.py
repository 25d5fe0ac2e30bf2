"""What happens to an order after it was posted: money given back, captured, called off, edited."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.journeys.books import Books
from tests.rig import Rig


@pytest.fixture
def posted(rig: Rig) -> int:
    """An order that is booked."""
    [number] = rig.sandbox.store.place_orders(1, announce=True)
    rig.wait_settled([number])
    return number


def reached(rig: Rig, number: int) -> Books:
    """Wait until an order's webhooks came and led somewhere."""
    assert rig.sandbox.store.webhooks.settle()
    rig.wait_settled([number])
    return Books(rig)


def test_a_refund_that_comes_later_is_booked(rig: Rig, posted: int) -> None:
    unit = {"item_type": "PRODUCT", "item_id": rig.sandbox.store.orders[posted].line_id(0), "quantity": 1}
    rig.sandbox.store.refund(posted, items=[unit])
    books = reached(rig, posted)
    books.assert_booked_once(posted)
    assert len(books.vouchers(posted)) == 3


def test_money_is_booked_when_it_is_captured(rig: Rig) -> None:
    store = rig.sandbox.store
    [number] = store.place_orders(1, pay=[{"event": "authorization", "gateway": "braintree"}], announce=True)
    books = reached(rig, number)
    books.assert_booked_once(number)
    assert len(books.vouchers(number)) == 1  # the sale: it is owed
    store.add_transaction(number, event="capture", gateway="braintree", amount=str(store.orders[number].total))
    books = reached(rig, number)
    books.assert_booked_once(number)
    assert len(books.vouchers(number)) == 2


def test_a_cancellation_reverses_the_sale_and_keeps_the_money(rig: Rig, posted: int) -> None:
    rig.sandbox.store.cancel(posted)
    books = reached(rig, posted)
    order = rig.order(posted)
    assert order is not None
    assert (order.state.value, order.fault_code) == ("posted", "cancelled_after_posting")
    books.assert_ledger_once(posted)
    paid = Decimal(books.store[str(posted)]["payments"]["braintree"])
    assert books.ledger(posted) == {"1091": paid, "1200": -paid}
    assert [row.kind.value for row in rig.postings(posted)].count("reversal") == 1


def test_an_edit_corrects_the_ledger_once_and_is_told_of_the_sales_order(rig: Rig, posted: int) -> None:
    for price in ("1.00", "2.50"):
        rig.sandbox.dial.add("m3 GLS840MI/*", "apply-504", times=1)
        rig.sandbox.store.edit_order(
            posted, lines=[{"sku": "PLAIN-01", "price": price}], address={"street_1": "77 Elsewhere Road"}
        )
        books = reached(rig, posted)
        order = rig.order(posted)
        assert order is not None
        assert (order.state.value, order.fault_code) == ("posted", "edited_after_posting")
        assert "line 1: booked" in order.reason
        assert "goes to another address" in order.reason
        books.assert_ledger_once(posted)
        assert books.ledger(posted) == books.expected(posted)
    assert len(books.vouchers(posted)) == 4  # sale, payment, and a correction of each edit
    assert len(books.orders(posted)) == 1


def test_another_address_is_told_and_books_nothing(rig: Rig, posted: int) -> None:
    before = Books(rig).ledger(posted)
    rig.sandbox.store.edit_order(posted, address={"street_1": "77 Elsewhere Road", "city": "Dallas"})
    books = reached(rig, posted)
    order = rig.order(posted)
    assert order is not None
    assert (order.state.value, order.fault_code) == ("posted", "edited_after_posting")
    assert "goes to another address than its sales order says" in order.reason
    assert "Elsewhere" not in order.reason
    assert books.ledger(posted) == before
    rig.sandbox.store.edit_order(posted, address={})
    reached(rig, posted)
    order = rig.order(posted)
    assert order is not None
    assert (order.fault_code, order.reason) == ("", "")


def test_two_first_orders_of_a_buyer_make_one_customer(rig: Rig) -> None:
    numbers = rig.sandbox.store.place_orders(6, customer=4711, announce=True)
    rig.wait_settled(numbers)
    books = Books(rig)
    assert [row["ALCU"] for row in books.m3["customers"]].count("4711") == 1
    for number in numbers:
        books.assert_booked_once(number)
    books.assert_nothing_left()


def test_our_own_write_to_the_store_leads_to_no_further_reading(rig: Rig, posted: int) -> None:
    assert rig.sandbox.store.webhooks.settle()
    rig.sandbox.dial.forget_calls()
    assert "echo" in rig.cli("records", "list", "acme", "--kind", "delivery", "--state", "echo")
    [number] = rig.sandbox.store.place_orders(1, announce=True)
    books = reached(rig, number)
    assert books.store[str(number)]["external_order_id"] == books.orders(number)[0]
    assert [call.system for call in rig.calls(number)].count("bigcommerce") == 5
