"""Asking for a sales order by its reference, in both places it can stand, and what the rows mean.

Batch order statuses (OIS275, facts/infor.md §2.7): 15 head error, 25 line error, 30 credit stopped and 55
interrupted are given after Confirm, so M3 has worked on the order and said no; 90 has become a customer order.
20 (lines missing) and the undocumented ones below 15 are given before Confirm: begun and left. 20 may also stand
while M3 works on a confirmed order, which is why something is only removed after the quiet period. Any other
status is left alone as work in progress.
"""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain.inquiry import FindingState
from connector.infor.m3.company import Company
from connector.infor.m3.transaction import Outcome, Record, Transaction
from connector.infor.m3.wire import export
from connector.infor.m3.wire.fields import in_order
from connector.ports import Finding

BATCH_ORDERS, ORDERS = "OXHEAD", "OOHEAD"
NUMBER, REFERENCE, COMPANY = "OAORNO", "OACUOR", "OACONO"
BEGUN = frozenset({"00", "05", "10", "20"})
REFUSED = frozenset({"15", "25", "30", "55"})
CREATED = "90"
STATE = dict.fromkeys(BEGUN, FindingState.ORPHAN) | dict.fromkeys(REFUSED, FindingState.REFUSED)


def queries(reference: str, company: Company) -> list[Transaction]:
    """Ask batch orders and customer orders."""
    where: dict[str, str | int] = {COMPANY: int(company.company), REFERENCE: reference}
    return [export.select(BATCH_ORDERS, _batch_columns(company), where), export.select(ORDERS, _ORDER_COLUMNS, where)]


def columns(company: Company) -> dict[str, tuple[str, ...]]:
    """Every table and column the inquiry reads."""
    return {BATCH_ORDERS: (COMPANY, *_batch_columns(company)), ORDERS: (COMPANY, *_ORDER_COLUMNS)}


def read(outcomes: Sequence[Outcome], reference: str, company: Company) -> Finding:
    """Say where the order stands. A customer order counts more than any batch order; a handle lists all leftovers."""
    batches, orders = (
        [row for row in export.cells(outcome, columns) if row[REFERENCE] == reference]
        for outcome, columns in zip(outcomes, (_batch_columns(company), _ORDER_COLUMNS), strict=True)
    )
    became = [row[company.tables.order_batch_order] for row in batches if row[company.tables.order_batch_order]]
    numbers = in_order([*(row[NUMBER] for row in orders), *became])
    if numbers:
        return _booked(numbers, _open(batches, company))
    return _unfinished(batches, company)


_ORDER_COLUMNS = (NUMBER, REFERENCE)


def _batch_columns(company: Company) -> tuple[str, ...]:
    return (NUMBER, REFERENCE, company.tables.order_batch_status, company.tables.order_batch_order)


def _open(batches: Sequence[Record], company: Company) -> list[str]:
    return [
        row[NUMBER]
        for row in batches
        if row[company.tables.order_batch_status] != CREATED and not row[company.tables.order_batch_order]
    ]


def _booked(numbers: Sequence[str], left: Sequence[str]) -> Finding:
    remarks = []
    if len(numbers) > 1:
        remarks.append(f"M3 holds {len(numbers)} orders of this reference: {', '.join(numbers)}; cancel all but one")
    if left:
        remarks.append(f"unfinished batch orders with this reference remain in OIS275: {', '.join(left)}")
    return Finding(FindingState.BOOKED, external_id=numbers[0], reason="; ".join(remarks))


def _unfinished(batches: Sequence[Record], company: Company) -> Finding:
    """Work in progress first, then a refusal, then what was merely begun."""
    by_state: dict[FindingState, list[Record]] = {}
    for row in batches:
        state = STATE.get(row[company.tables.order_batch_status], FindingState.PENDING)
        by_state.setdefault(state, []).append(row)
    if pending := by_state.get(FindingState.PENDING):
        return Finding(FindingState.PENDING, handle=pending[0][NUMBER])
    if not by_state:
        return Finding(FindingState.ABSENT)
    state = FindingState.REFUSED if FindingState.REFUSED in by_state else FindingState.ORPHAN
    statuses = ", ".join(f"{row[NUMBER]} has status {row[company.tables.order_batch_status]}" for row in batches)
    return Finding(state, handle=",".join(row[NUMBER] for row in batches), reason=f"batch order {statuses}")
