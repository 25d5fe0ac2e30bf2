"""Payments: what came in, by which way, and why the rest books nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from strategies import (
    CAPTURE,
    CERTIFICATE,
    PAID,
    entry,
    faults,
    left_out,
    only,
    paid,
    planned,
    profile,
    shown,
    snapshot,
    tee_and_mug,
    without,
)

from connector.domain.payment import PaymentEvent
from connector.domain.posting import PostingKind

PAYMENT = PostingKind.PAYMENT


def test_a_capture_comes_in_on_its_gateways_clearing_account() -> None:
    made = entry(planned(snapshot(tee_and_mug(), [CAPTURE])), PAYMENT)
    assert (made.text, made.reference) == ("BC-1042 payment 85926390", "BC-1042")
    assert shown(made) == [
        "debit 1091 202.77 clearing: payment 85926390",
        "credit 1200 202.77 receivable: payment 85926390",
    ]
    assert [one.rule for one in made.lines] == ["accounts.clearing.braintree", "accounts.receivable"]


@pytest.mark.parametrize(
    ("gateway", "method", "account"),
    [
        ("giftcertificate", "gift_certificate", "2300"),
        ("", "store_credit", "2310"),
        ("storecredit", "custom", "2310"),
        ("BrainTree", "credit_card", "1091"),
        ("stripe", "credit_card", "1090"),
        ("", "offline", "1090"),
    ],
)
def test_the_way_of_paying_chooses_the_account(gateway: str, method: str, account: str) -> None:
    made = entry(planned(snapshot(tee_and_mug(), [paid(7, "5.00", gateway, method)])), PAYMENT)
    assert made.lines[0].account == account


def test_a_method_is_used_where_the_gateway_is_not_listed() -> None:
    by_method = profile(**{'default: "1090", braintree: "1091"': 'credit_card: "1095", braintree: "1091"'})
    made = planned(snapshot(tee_and_mug(), [paid(7, "5.00", "stripe")]), with_profile=by_method)
    assert entry(made, PAYMENT).lines[0].account == "1095"
    made = planned(snapshot(tee_and_mug(), [paid(7, "5.00", "stripe", "offline")]), with_profile=by_method)
    assert faults(only(made, PAYMENT)) == [
        "mapping_gap: no account for clearing stripe: add accounts.clearing.stripe or accounts.clearing.default"
    ]


def test_a_gap_holds_its_own_payment_alone() -> None:
    made = planned(snapshot(tee_and_mug(), [CERTIFICATE, CAPTURE]), with_profile=without("gift_certificates:"))
    assert faults(only(made, PAYMENT, CERTIFICATE.id)) == [
        "mapping_gap: no account for gift certificates: add accounts.gift_certificates"
    ]
    assert only(made, PAYMENT, CAPTURE.id).faults == ()


def test_several_captures_are_several_payments_oldest_first() -> None:
    later = replace(paid(3, "100.00"), created_at=PAID + timedelta(days=2))
    made = planned(snapshot(tee_and_mug(), [later, paid(8, "100.00"), paid(9, "27.77")]))
    assert [one.source for one in made.postings if one.kind is PAYMENT] == [8, 9, 3]


def test_what_moves_no_money_in_is_left_out_with_its_reason() -> None:
    events = [
        CAPTURE,
        paid(1, "202.77", event=PaymentEvent.AUTHORIZATION),
        paid(2, "202.77", event=PaymentEvent.VOID),
        paid(3, "202.77", succeeded=False),
        paid(4, "202.77", test=True),
        paid(5, "0.00"),
        paid(6, "0.004"),
        paid(7, "5.00", event=PaymentEvent.REFUND, test=True),
        paid(8, "5.00", event=PaymentEvent.REFUND, succeeded=False),
    ]
    made = planned(snapshot(tee_and_mug(), events))
    assert [one.source for one in made.postings if one.kind is PAYMENT] == [CAPTURE.id]
    reasons = left_out(made)
    assert reasons[("transaction", 1)].endswith("authorization moves no money in")
    assert {number: reasons[("transaction", number)] for number in range(2, 9)} == {
        2: "void moves no money in",
        3: "the gateway refused it",
        4: "test transaction",
        5: "amount is zero",
        6: "amount is zero",
        7: "test transaction",
        8: "the gateway refused it",
    }
