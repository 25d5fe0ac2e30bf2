"""The demonstration's comparison of both sides, and what it says when they differ."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.cli.demonstration.evidence import Evidence, proofs
from connector.cli.demonstration.tie_out import tie_out
from connector.domain.progress import OrderState
from connector.mapping.profile import AccountsSection, parse_profile

PROFILE = """\
accounts:
  receivable: "1200"
  gift_certificates: "2300"
  store_credit: "2310"
  tax: {default: "2200", "CA State Tax": "2210"}
  clearing: {default: "1090", braintree: "1091"}
"""


def accounts() -> AccountsSection:
    return parse_profile(PROFILE, "mapping.yaml").accounts


def told(**changes: Any) -> dict[str, Any]:
    """What the store's record says of an order of 108.25, paid by card."""
    order = {
        "currency": "USD",
        "total_inc_tax": "108.2500",
        "taxes": {"TX Sales Tax": "8.2500"},
        "parts": {"gift_certificates_sold": "0"},
        "payments": {"braintree": "108.25"},
        "refunds": {},
        "refund_taxes": {},
        "external_order_id": "0010000001",
    }
    return order | changes


def amounts(*orders: dict[str, Any]) -> dict[tuple[str, str], Decimal]:
    return {(tie.account, tie.currency): tie.store for tie in tie_out(orders, accounts(), {})}


def test_a_paid_order_leaves_money_and_tax_and_nothing_to_collect():
    assert amounts(told()) == {
        ("1091", "USD"): Decimal("108.25"),
        ("1200", "USD"): Decimal("0.00"),
        ("2200", "USD"): Decimal("-8.25"),
    }


def test_a_refund_takes_money_and_tax_back():
    order = told(refunds={"braintree": "54.13"}, refund_taxes={"TX Sales Tax": "4.13"})
    assert amounts(order)["1091", "USD"] == Decimal("54.12")
    assert amounts(order)["2200", "USD"] == Decimal("-4.12")
    assert amounts(order)["1200", "USD"] == 0


def test_gateways_and_taxes_go_to_the_accounts_that_the_profile_names():
    order = told(payments={"paypal": "100.00", "braintree": "8.25"}, taxes={"CA State Tax": "6", "CA City Tax": "1"})
    found = amounts(order)
    assert (found["1090", "USD"], found["1091", "USD"]) == (Decimal("100.00"), Decimal("8.25"))
    assert (found["2210", "USD"], found["2200", "USD"]) == (Decimal("-6.00"), Decimal("-1.00"))


def test_certificates_and_credit_are_debts_of_the_company():
    sold = told(parts={"gift_certificates_sold": "50.0000"})
    redeemed = told(payments={"giftcertificate": "25.00", "storecredit": "83.25"})
    found = amounts(sold, redeemed)
    assert found["2300", "USD"] == Decimal("-25.00")
    assert found["2310", "USD"] == Decimal("83.25")


def test_each_order_is_rounded_for_itself_to_the_coins_of_its_currency():
    yen = told(currency="JPY", total_inc_tax="4949.4", payments={"braintree": "4949"}, taxes={"JP": "449.9"})
    cents = told(taxes={"TX Sales Tax": "8.2549"})
    found = amounts(yen, cents, cents)
    assert found["1200", "JPY"] == 0
    assert found["2200", "JPY"] == -450
    assert found["2200", "USD"] == Decimal("-16.50")


def test_an_unpaid_order_is_still_to_be_collected():
    assert amounts(told(payments={}))["1200", "USD"] == Decimal("108.25")


def test_a_balance_that_the_store_knows_nothing_of_does_not_tie():
    ledger = {("1091", "EUR"): Decimal("5.00"), ("4000", "USD"): Decimal("-9.00")}
    [tie] = tie_out([], accounts(), ledger)
    assert (tie.account, tie.currency, tie.store, tie.difference) == ("1091", "EUR", 0, Decimal("5.00"))
    assert not tie.holds


def test_a_cent_too_much_in_the_ledger_is_a_difference():
    ledger = {("1091", "USD"): Decimal("108.26"), ("2200", "USD"): Decimal("-8.25")}
    assert {tie.account: tie.difference for tie in tie_out([told()], accounts(), ledger)} == {
        "1091": Decimal("0.01"),
        "1200": 0,
        "2200": 0,
    }


def evidence(**changes: Any) -> Evidence:
    """Both sides of one order, in which everything is as it must be."""
    ledger = {("1091", "USD"): Decimal("108.25"), ("4000", "USD"): Decimal("-100"), ("2200", "USD"): Decimal("-8.25")}
    whole = Evidence(
        ends={1001: OrderState.POSTED},
        names={1001: "plain"},
        told={1001: told()},
        trail={},
        trail_balance=dict(ledger),
        ledger=ledger,
        erp="M3",
        sales_orders={"BC-1001": ["0010000001"]},
        vouchers={"BCSALE": ["1"], "BCPAID": ["2"]},
        with_items={1001},
        orphans=[],
        overlaps=0,
        journals=2,
        ties=tie_out([told()], accounts(), ledger),
    )
    return replace(whole, **changes)


WRONGS = {
    "debits exceed": {"ledger": {("1091", "USD"): Decimal("1")}},
    "differs by": {"ties": tie_out([told()], accounts(), {("1091", "USD"): Decimal("108.26")})},
    "BC-1001 has no sales order": {"sales_orders": {}},
    "BC-1002 has a sales order": {"sales_orders": {"BC-1001": ["0010000001"], "BC-1002": ["0010000002"]}},
    "BC-1001 has 2 sales orders": {"sales_orders": {"BC-1001": ["0010000001", "0010000002"]}},
    "sales order 17 was begun and never finished": {"orphans": ["17"]},
    "GL batch BCPAID was never posted": {"vouchers": {"BCSALE": ["1"], "BCPAID": []}},
    "GL batch BCPAID was posted 2 times": {"vouchers": {"BCSALE": ["1"], "BCPAID": ["2", "3"]}},
    "2 journals are owed, 3 vouchers are booked": {"vouchers": {"BCSALE": ["1"], "BCPAID": ["2"], "BCX": ["3"]}},
    "while another of its order": {"overlaps": 1},
    "order 1001 shows no number": {"told": {1001: told(external_order_id="")}},
    "the trail has 0, the ledger 108.25": {"trail_balance": {}},
    "should be posted, it is never heard of": {"trail": {}},
}


@pytest.mark.parametrize(("words", "changes"), WRONGS.items(), ids=WRONGS)
def test_what_differs_is_said(words: str, changes: dict[str, Any]):
    told_wrong = [line for proof in proofs(evidence(**changes)) for line in proof.wrong]
    assert [line for line in told_wrong if words in line] != []
