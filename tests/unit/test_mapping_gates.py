"""Which orders are posted, which wait and for what, and which never are and why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from strategies import (
    CAPTURE,
    CERTIFICATE,
    ONE_TEE_BACK,
    booked,
    left_out,
    paid,
    planned,
    refund,
    snapshot,
    tee_and_mug,
)

from connector.domain.order import OrderStatus
from connector.domain.payment import PaymentEvent, Transaction
from connector.domain.posting import PostingKind

AUTHORIZED = paid(1, "227.77", event=PaymentEvent.AUTHORIZATION)
VOIDED = paid(2, "227.77", event=PaymentEvent.VOID)
REFUSED = paid(3, "227.77", succeeded=False)
TESTED = paid(4, "227.77", test=True)


def test_an_order_from_before_the_start_is_left_out_with_everything_of_it() -> None:
    old = datetime(2025, 12, 31, 23, 59, tzinfo=UTC)
    taken = snapshot(tee_and_mug(created_at=old), [AUTHORIZED, CAPTURE], [ONE_TEE_BACK])
    made = planned(taken)
    reason = "created before 2026-01-01 00:00 UTC, where posting starts"
    assert (made.postings, made.waiting) == ((), "")
    assert left_out(made) == {
        ("order", 1042): reason,
        ("transaction", 1): left_out(made)[("transaction", 1)],
        ("transaction", CAPTURE.id): f"its order is left out: {reason}",
        ("refund", 12): f"its order is left out: {reason}",
    }
    assert left_out(made)[("transaction", 1)].endswith("authorization moves no money in")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (OrderStatus.INCOMPLETE, "status Incomplete"),
        (OrderStatus.DECLINED, "status Declined"),
        (OrderStatus.CANCELLED, "cancelled before it was posted"),
    ],
)
def test_what_never_was_a_sale_is_left_out(status: OrderStatus, reason: str) -> None:
    made = planned(snapshot(tee_and_mug(status=status)))
    assert (made.postings, made.waiting, left_out(made)) == ((), "", {("order", 1042): reason})


def test_money_kept_of_an_order_that_is_not_posted_is_told() -> None:
    cancelled = tee_and_mug(status=OrderStatus.CANCELLED)
    told = left_out(planned(snapshot(cancelled, [CERTIFICATE, CAPTURE], [ONE_TEE_BACK])))
    assert told[("order", 1042)] == ("cancelled before it was posted; 179.10 USD of its payments was not given back")
    all_back = refund(1, "202.77", "0", [])
    assert left_out(planned(snapshot(cancelled, [CAPTURE], [all_back])))[("order", 1042)] == (
        "cancelled before it was posted"
    )


@pytest.mark.parametrize(
    ("status", "waiting"),
    [
        (OrderStatus.PENDING, "status Pending"),
        (OrderStatus.AWAITING_PAYMENT, "status Awaiting Payment"),
    ],
)
def test_an_order_waits_for_a_status_that_the_profile_posts(status: OrderStatus, waiting: str) -> None:
    made = planned(snapshot(tee_and_mug(status=status), [AUTHORIZED, TESTED]))
    assert (made.postings, made.waiting) == ((), waiting)
    assert left_out(made)[("transaction", 4)] == "test transaction"
    assert {number for _, number in left_out(made)} == {1, 4}
    paid_for = planned(snapshot(tee_and_mug(status=status), [CAPTURE]))
    assert paid_for.waiting == f"{waiting}, though 202.77 USD came in"


@pytest.mark.parametrize(
    ("said", "transactions", "waiting"),
    [
        ("captured", [CAPTURE], ""),
        ("", [], ""),  # by hand, offline, on account: the status alone
        ("pending", [], ""),
        ("authorized", [AUTHORIZED], ""),  # the sales order is what is shipped by; captured when it ships
        ("", [AUTHORIZED], ""),
        ("paid", [REFUSED], ""),  # paid another way after a refused card
        ("declined", [REFUSED], "payment declined"),
        ("", [REFUSED], "payment not made"),
        ("void", [AUTHORIZED, VOIDED], "payment void"),
        ("", [AUTHORIZED, VOIDED], "payment not made"),
        ("held for review", [AUTHORIZED], "payment held for review"),
        ("declined", [REFUSED, CAPTURE], ""),  # the second card was taken
    ],
)
def test_payment_is_asked_where_it_contradicts_the_status(
    said: str, transactions: list[Transaction], waiting: str
) -> None:
    made = planned(snapshot(tee_and_mug(payment_status=said), transactions))
    assert made.waiting == waiting
    assert (PostingKind.SALE in {one.kind for one in made.postings}) == (not waiting)


def test_an_order_of_test_transactions_is_a_test() -> None:
    made = planned(snapshot(tee_and_mug(), [TESTED]))
    assert left_out(made) == {
        ("order", 1042): "test order: all its transactions are tests",
        ("transaction", 4): "test transaction",
    }
    mixed = planned(snapshot(tee_and_mug(), [TESTED, CAPTURE]))
    assert [one.source for one in mixed.postings] == [1042, CAPTURE.id]


def test_an_archived_order_is_posted_by_its_status() -> None:
    assert len(planned(snapshot(tee_and_mug(archived=True), [CAPTURE])).postings) == 2


def test_what_is_booked_already_stays_whatever_the_status_becomes() -> None:
    done = booked(planned(snapshot(tee_and_mug(), [CERTIFICATE])))
    later = snapshot(tee_and_mug(status=OrderStatus.AWAITING_PAYMENT), [CERTIFICATE, CAPTURE], [ONE_TEE_BACK])
    made = planned(later, booked=done)
    assert [(one.kind, one.source) for one in made.postings] == [
        (PostingKind.SALE, 1042),
        (PostingKind.PAYMENT, CERTIFICATE.id),
        (PostingKind.PAYMENT, CAPTURE.id),
        (PostingKind.REFUND, 12),
    ]
    assert made.postings[0].content == done[0].content
