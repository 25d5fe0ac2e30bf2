"""Identities, transactions, orders and faults: the small types that everything is made of."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import JANE, money, order, paid, priced, tee_and_mug

from connector.domain.faults import Fault, MappingGap, Throttled, Truncated, catalogue
from connector.domain.identity import OrderRef, batch_key, external_reference, posting_key
from connector.domain.order import Address
from connector.domain.payment import PaymentEvent, Transaction
from connector.domain.residual import ResidualClass, Term, judge
from connector.domain.text import number


def test_an_order_is_found_in_the_erp_by_its_number() -> None:
    assert external_reference(1042) == "BC-1042"
    assert external_reference(1042, "EU") == "EU-BC-1042"
    assert len(external_reference(999_999_999, "PREFIX")) <= 20
    assert str(OrderRef("acme", 1042)) == "acme/1042"


@pytest.mark.parametrize("text", ["", "-1", "1.0", "1" * 19, "\uff11\uff12", "\u0663"])
def test_what_is_no_number_of_ours_is_none(text: str) -> None:
    assert number(text) is None
    assert number("0012") == 12


def test_the_same_fact_has_the_same_key_for_ever() -> None:
    assert posting_key("acme", "refund", 12, 2) == "acme:refund:12:2"
    assert batch_key("acme:sale:1042:1") == "BCAZAPBVYWIOI3N"


@given(st.text(min_size=1))
def test_a_batch_key_fits_the_ledger(key: str) -> None:
    made = batch_key(key)
    assert len(made) == 15
    assert set(made) <= set(string.ascii_uppercase + string.digits)


def test_batch_keys_of_many_facts_differ() -> None:
    keys = {batch_key(posting_key("acme", kind, number)) for kind in ("sale", "payment") for number in range(20_000)}
    assert len(keys) == 40_000


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"event": PaymentEvent.PURCHASE}, ""),
        ({"test": True}, "test transaction"),
        ({"succeeded": False}, "the gateway refused it"),
        ({"event": PaymentEvent.VOID}, "void moves no money in"),
        ({"amount": money("0")}, "amount is zero"),
    ],
)
def test_a_transaction_books_money_that_came_in(changes: dict[str, object], reason: str) -> None:
    transaction: Transaction = replace(paid(1, "5.00"), **changes)  # type: ignore[arg-type]
    assert transaction.why_not_posted == reason


def test_an_order_knows_its_buyer_and_where_it_goes() -> None:
    bought = tee_and_mug()
    assert not bought.guest
    assert bought.delivery_address.street_1 == "123 Main Street"
    digital = order([], "1.00", customer_id=None)
    assert digital.guest
    assert digital.delivery_address == digital.billing == JANE
    assert (JANE.name, Address(last_name="Doe").name) == ("Jane Doe", "Doe")


def test_the_store_vouches_for_one_side_of_a_price() -> None:
    price = priced("10.00", "11.90")
    assert price.exact(tax_inclusive=True) == money("11.90")
    assert price.exact(tax_inclusive=False) == money("10.00")


def test_every_fault_has_its_own_code_and_an_advice() -> None:
    faults = catalogue()
    assert faults["mapping_gap"] is MappingGap
    assert faults["truncated"] is Truncated
    assert "fault" not in faults
    assert all(fault.code == code and fault.advice for code, fault in faults.items())
    assert len({fault.code for fault in _below(Fault)}) == len(_below(Fault))


def _below(root: type[Fault]) -> list[type[Fault]]:
    return [fault for child in root.__subclasses__() for fault in (child, *_below(child))]


def test_a_fault_tells_what_happened_and_how_long_to_wait() -> None:
    fault = Throttled("quota spent", retry_after=timedelta(seconds=3), detail="left 0")
    assert (str(fault), fault.what, fault.retry_after, fault.detail) == (
        "quota spent",
        "quota spent",
        timedelta(seconds=3),
        "left 0",
    )


def test_what_is_left_of_a_total_is_rounding_or_unexplained() -> None:
    whole, parts = Term("order total", money("10.00")), [Term("sales", money("9.00")), Term("tax", money("0.99"))]
    within = judge(whole, parts, Decimal("0.01"))
    assert (within.kind, within.amount) == (ResidualClass.ROUNDING, money("0.01"))
    beyond = judge(whole, parts, Decimal("0.009"))
    assert beyond.kind is ResidualClass.UNEXPLAINED
    assert beyond.arithmetic == (
        "sales: 9.00 USD",
        "tax: 0.99 USD",
        "adds up to: 9.99 USD",
        "order total: 10.00 USD",
        "difference (tolerance 0.009): 0.01 USD",
    )
