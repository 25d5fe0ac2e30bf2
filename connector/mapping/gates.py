"""Whether an order books anything, and when. What is booked already stays, whatever the status becomes.

The status decides: it is the merchant's word that an order is real, and they choose in the profile which
statuses say so. Payment is asked only where it contradicts the status:

- An order with a captured or purchased payment is real.
- An order whose payment is authorized is real too: merchants capture when they ship, and what they ship by is
  the sales order. The sale is owed until the capture comes.
- An order without any transaction (entered by hand, paid offline, on account) follows its status alone.
- An order whose transactions all failed, are voided or still pending waits, whatever its status says.

An archived order is judged by its status like any other: archiving tidies the merchant's list, and an order
that was paid and shipped is no less money for it. One that is to book nothing is cancelled first.
"""

from __future__ import annotations

from decimal import Decimal

from connector.domain.order import OrderStatus
from connector.domain.payment import PaymentEvent
from connector.mapping.case import Case
from connector.mapping.credits import moved

_GOOD = frozenset({"authorized", "captured", "capture pending", "paid", "partially refunded", "refunded"})
_MONEY_IN = frozenset({PaymentEvent.PURCHASE, PaymentEvent.CAPTURE})


def label(status: OrderStatus) -> str:
    """A status as the store shows it: ``Awaiting Payment``."""
    return status.name.replace("_", " ").title()


def excluded(case: Case) -> str:
    """Say why an order never books anything; empty when it may."""
    order = case.order
    if case.booked:
        return ""
    if order.created_at < case.connection.start_from:
        return f"created before {case.connection.start_from:%Y-%m-%d %H:%M} UTC, where posting starts"
    if order.status is OrderStatus.CANCELLED:
        return f"cancelled before it was posted{_money_kept(case)}"
    if order.status in (OrderStatus.INCOMPLETE, OrderStatus.DECLINED):
        return f"status {label(order.status)}{_money_kept(case)}"
    if case.snapshot.transactions and all(paid.test for paid in case.snapshot.transactions):
        return "test order: all its transactions are tests"
    return ""


def _money_kept(case: Case) -> str:
    """Tell about money that came in and is booked nowhere: somebody must give it back or reopen the order."""
    paid = _came_in(case)
    back = sum(moved(refund).amount for refund in case.snapshot.refunds)
    return f"; {paid - back} {case.order.currency} of its payments was not given back" if paid > back else ""


def _came_in(case: Case) -> Decimal:
    return sum((paid.amount.amount for paid in case.snapshot.transactions if not paid.why_not_posted), Decimal(0))


def waits_for(case: Case) -> str:
    """Say what an order waits for; empty when it is due."""
    if case.booked:
        return ""
    status = case.order.status
    if status not in case.profile.orders.post_statuses:
        paid = _came_in(case)
        return f"status {label(status)}" + (f", though {paid} {case.order.currency} came in" if paid else "")
    return _waits_for_payment(case)


def _waits_for_payment(case: Case) -> str:
    tried = [paid for paid in case.snapshot.transactions if not paid.test]
    done = {paid.event for paid in tried if paid.succeeded}
    said = case.order.payment_status.strip().casefold()
    authorized = PaymentEvent.AUTHORIZATION in done and PaymentEvent.VOID not in done
    if not tried or done & _MONEY_IN or said in _GOOD or (authorized and not said):
        return ""
    return f"payment {said or 'not made'}"
