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
    assert books.vouchers(held).keys() == set()  # neither the payment nor the sale before it

    assert rig.map(strict) == 1
    rig.wait_settled([held])
    books = Books(rig)
    books.assert_posted(held)
    books.assert_ledger_once(held)
    assert books.ledger(held)["1090"] > 0


def test_what_m3_refuses_is_rejected_and_replayed_by_a_person(rig: Rig) -> None:
    rig.sandbox.infor.control["block_account"]("4100")
    [refused] = rig.sandbox.store.place_orders(1, announce=True)
    [unshipped] = rig.sandbox.store.place_orders(1, shipping="0", announce=True)
    rig.wait_settled([refused, unshipped])
    Books(rig).assert_booked_once(unshipped)
    order = rig.order(refused)
    assert order is not None
    assert (order.state.value, order.fault_code) == ("rejected", "rejected")
    assert "4100" in order.reason

    rig.sandbox.infor.control["open_account"]("4100")
    rig.cli("records", "replay", f"o-{order.id}")
    rig.wait_settled([refused])
    books = Books(rig)
    books.assert_booked_once(refused)
    books.assert_nothing_left()
