"""Where money moves: payments in, refunds promised, and what the gateways make of them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from connector.sandbox.store.forms import rounded
from connector.sandbox.store.orders import PARTIALLY_REFUNDED, REFUNDED, Order, Refund, RefundPayment, Transaction
from connector.sandbox.store.refunds import check_payments, ways_back, worth_of
from connector.sandbox.store.spec import PaymentSpec

FOLLOWS = ("capture", "void", "settled")


class Till:
    """Adds transactions and refunds to orders. Its caller holds the shop's lock."""

    def __init__(self) -> None:
        self._transaction_ids = itertools.count(85926313)
        self._refund_ids = itertools.count(12)
        self._payment_ids = itertools.count(13)

    def take(self, order: Order, words: PaymentSpec, moment: datetime) -> Transaction:
        """Note one event at a gateway; a capture, void or settlement follows the last authorization."""
        amount = order.total - order.paid if words.amount is None else Decimal(words.amount)
        before = [one.id for one in order.transactions if one.event == "authorization"]
        transaction = Transaction(
            id=next(self._transaction_ids),
            event=words.event,
            method=words.way,
            gateway=words.gateway,
            amount=amount,
            status=words.status,
            test=words.test,
            created_at=moment,
            parent=before[-1] if before and words.event in FOLLOWS else None,
        )
        order.transactions.append(transaction)
        return transaction

    def promise(
        self,
        order: Order,
        request: Mapping[str, Any],
        payments: Sequence[Mapping[str, Any]] | None,
        moment: datetime,
    ) -> Refund:
        """Promise a refund; no money has moved yet.

        :raises Refused: 422 when it is more than is left, or does not add up.
        """
        worth = worth_of(order, request)
        total = rounded(worth.total, order.unit)
        chosen = payments if payments is not None else ways_back(order, total)
        check_payments(order, chosen, total)
        refund = Refund(
            id=next(self._refund_ids),
            created_at=moment,
            reason=request.get("reason", ""),
            total=total,
            tax=worth.tax,
            taxes=worth.taxes,
            items=worth.items,
            payments=[self._payment(one) for one in chosen],
            overridden=worth.overridden,
        )
        order.refunds.append(refund)
        order.status = REFUNDED if order.refunded >= order.total else PARTIALLY_REFUNDED
        return refund

    def settle(self, order: Order, refund: Refund) -> list[Transaction]:
        """Let the gateways do, or decline, what was promised; give their transactions."""
        refund.settled = True
        for payment in refund.payments:
            payment.declined = payment.will_decline
        return [self._give(order, refund, payment) for payment in refund.payments if not payment.offline]

    def _give(self, order: Order, refund: Refund, payment: RefundPayment) -> Transaction:
        paid = next((one for one in order.transactions if one.pays and one.gateway == payment.provider), None)
        transaction = Transaction(
            id=next(self._transaction_ids),
            event="refund",
            method=paid.method if paid else PaymentSpec(gateway=payment.provider).way,
            gateway=payment.provider,
            amount=payment.amount,
            status="error" if payment.declined else "ok",
            test=False,
            created_at=refund.created_at,
            parent=paid.id if paid else None,
        )
        order.transactions.append(transaction)
        payment.transaction = transaction.id
        return transaction

    def _payment(self, words: Mapping[str, Any]) -> RefundPayment:
        return RefundPayment(
            id=next(self._payment_ids),
            provider=words["provider_id"],
            amount=Decimal(str(words["amount"])),
            offline=bool(words.get("offline", False)),
            will_decline=bool(words.get("declined", False)),
        )
