"""Orders that wait for a person hold nobody else up, and go on by themselves once it is mended."""

from __future__ import annotations

import pytest

from tests.journeys.books import Books
from tests.rig import Rig


@pytest.fixture
def strict(rig: Rig) -> str:
    """A profile that names no account for gateways it does not know."""
    whole = rig.profile()
    assert 'clearing: {default: "1090", ' in whole
    rig.map(whole.replace('clearing: {default: "1090", ', "clearing: {"))
    return whole


def test_a_gap_holds_one_order_until_the_profile_is_mended(rig: Rig, strict: str) -> None:
    store = rig.sandbox.store
    [before] = store.place_orders(1, announce=True)
    [held] = store.place_orders(1, pay=[{"gateway": "newpay"}], announce=True)
    [after] = store.place_orders(1, announce=True)
    rig.wait_settled([before, held, after])
    books = Books(rig)
    books.assert_booked_once(before)
    books.assert_booked_once(after)
    order = rig.order(held)
    assert order is not None
    assert (order.state.value, order.fault_code) == ("held", "mapping_gap")
    assert "newpay" in order.reason
    assert len(books.vouchers(held)) == 1  # the sale, which is right whoever took the money
    assert "1090" not in books.ledger(held)

    assert rig.map(strict) == 1
    rig.wait_settled([held])
    books = Books(rig)
    books.assert_posted(held)
    books.assert_ledger_once(held)
    assert books.ledger(held)["1090"] > 0


def test_an_account_that_m3_blocks_holds_its_orders_until_it_is_open(rig: Rig) -> None:
    rig.sandbox.infor.control["block_account"]("4100")
    [held] = rig.sandbox.store.place_orders(1, announce=True)
    [unshipped] = rig.sandbox.store.place_orders(1, shipping="0", announce=True)
    rig.wait_settled([held, unshipped])
    books = Books(rig)
    books.assert_booked_once(unshipped)
    order = rig.order(held)
    assert order is not None
    assert (order.state.value, order.fault_code) == ("held", "mapping_gap")
    assert "4100" in order.reason
    assert books.ledger(held).keys() == {"1091", "1200"}  # the payment went with the sale, and has its own outcome

    rig.sandbox.infor.control["open_account"]("4100")
    assert rig.map(rig.profile()) == 1
    rig.wait_settled([held])
    books = Books(rig)
    books.assert_booked_once(held)
    books.assert_nothing_left()


def test_what_m3_refuses_is_rejected_until_a_person_replays_it(rig: Rig) -> None:
    _set_customer_status(rig, "WEBGUEST", "90")
    [refused] = rig.sandbox.store.place_orders(1, announce=True)
    [registered] = rig.sandbox.store.place_orders(1, customer=31, announce=True)
    rig.wait_settled([refused, registered])
    books = Books(rig)
    books.assert_booked_once(registered)
    order = rig.order(refused)
    assert order is not None
    assert (order.state.value, order.fault_code) == ("rejected", "rejected")
    assert "WEBGUEST" in order.reason
    assert (books.orders(refused), books.vouchers(refused)) == ([], {})

    _set_customer_status(rig, "WEBGUEST", "20")
    rig.cli("records", "replay", f"o-{order.id}")
    rig.wait_settled([refused])
    books = Books(rig)
    books.assert_booked_once(refused)
    books.assert_nothing_left()


def test_a_buyer_whose_number_m3_has_no_room_for_holds_the_order(rig: Rig) -> None:
    [held] = rig.sandbox.store.place_orders(1, customer=12345678901, announce=True)
    rig.wait_settled([held])
    order = rig.order(held)
    assert order is not None
    assert (order.state.value, order.fault_code) == ("held", "mapping_gap")
    assert "12345678901" in order.reason
    books = Books(rig)
    assert (books.orders(held), books.vouchers(held)) == ([], {})

    whole = rig.profile()
    assert "create: true, template: WEBTMPL" in whole
    rig.map(whole.replace("create: true, template: WEBTMPL", "create: false"))
    rig.wait_settled([held])
    Books(rig).assert_booked_once(held)
    rig.map(whole)


def _set_customer_status(rig: Rig, customer: str, status: str) -> None:
    with rig.sandbox.infor.tenant() as tenant:
        [row] = tenant.rows["OCUSMA"].of(customer)
        row["STAT"] = status
