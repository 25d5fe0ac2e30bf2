"""A sales order's way into M3: batch order head, then all below it, then Confirm; asked for by reference.

M3 enforces nothing: a reference may be used twice, and a worker that dies before Confirm leaves a batch order
behind. So whatever is found unfinished is removed before the order is begun again, never added to.
"""

from __future__ import annotations

from collections.abc import Mapping

from connector.domain.document import SalesDocument
from connector.domain.faults import Fault, OutcomeUnknown
from connector.domain.inquiry import FindingState
from connector.infor.m3.client import Client, chunks
from connector.infor.m3.company import Company
from connector.infor.m3.transaction import Refusal, refused
from connector.infor.m3.wire import order_inquiry, orders
from connector.ports import Finding, Guard

STANDING = frozenset({FindingState.BOOKED, FindingState.PENDING})
UNFINISHED = frozenset({FindingState.ORPHAN, FindingState.REFUSED})
NOT_NUMBERED = "0000000000"
"""Stands for the number M3 will give, so that everything can be checked before anything is written."""


def find(client: Client, company: Company, reference: str) -> Finding:
    """READ, 1 call; one more per refused batch order, for M3's reasons."""
    found = order_inquiry.read(client.read_all(order_inquiry.queries(reference, company)), reference, company)
    if found.state is not FindingState.REFUSED:
        return found
    said = [orders.error_text(client.read(orders.errors(number)).records) for number in _numbers(found)]
    reason = "; ".join([found.reason, *(text for text in said if text)])
    return Finding(FindingState.REFUSED, handle=found.handle, reason=reason)


def settle(client: Client, company: Company, reference: str, handle: str) -> Finding:
    """READ, 1 call once M3 is done: the customer order's number; until then where the batch order stands."""
    number = orders.final_number(client.read(orders.order_number(handle)).record) if handle else ""
    if number:
        return Finding(FindingState.BOOKED, external_id=number, handle=handle)
    found = find(client, company, reference)
    if found.state is FindingState.ORPHAN:  # it was confirmed: M3 has not begun to work on it
        return Finding(FindingState.PENDING, handle=found.handle, reason=found.reason)
    return found


def post(client: Client, company: Company, document: SalesDocument, *, found: Finding, guard: Guard) -> Finding:
    """WRITE, 3 calls for an order of up to 40 lines: PENDING under the batch order's number.

    :raises MappingGap: something does not fit, or M3 does not take an item or charge of the mapping profile.
    :raises Rejected: M3 said no for another reason. Either way nothing of the order remains.
    :raises OutcomeUnknown: an answer was lost: ask by reference.
    """
    if found.state in STANDING:
        return found
    head, _ = orders.head(document, company), orders.body(NOT_NUMBERED, document, company)
    if found.state in UNFINISHED:
        standing = _clear(client, company, document.reference, found, guard)
        if standing is not None:
            return standing
    number = orders.batch_number(client.write_one(head, guard=guard))
    if not number:
        raise OutcomeUnknown(f"M3 opened a batch order for {document.reference} and did not say which")
    refusals = _fill(client, company, number, document, guard) or _confirm(client, number, guard)
    if refusals:
        raise _withdrawn(client, number, document.reference, refusals, guard)
    return Finding(FindingState.PENDING, handle=number)


def _numbers(found: Finding) -> list[str]:
    return found.handle.split(",")


def _clear(client: Client, company: Company, reference: str, found: Finding, guard: Guard) -> Finding | None:
    """Delete what was left. Where M3 will not, it may have gone on by itself: then that is the answer.

    :raises OutcomeUnknown: it will not, and the batch order is still unfinished.
    """
    for number in _numbers(found):
        outcome = client.write([orders.delete(number)], guard=guard)[0]
        if outcome.refusal is None:
            continue
        now = find(client, company, reference)
        if now.state in UNFINISHED:
            raise OutcomeUnknown(
                f"M3 does not delete batch order {number}, it may be at work on it: {outcome.refusal}"
            )
        if now.state in STANDING:
            return now
    return None


def _fill(client: Client, company: Company, number: str, document: SalesDocument, guard: Guard) -> dict[str, Refusal]:
    """Add everything below the head; what M3 refused, all of it, by what it is about."""
    refusals: dict[str, Refusal] = {}
    for portion in chunks(orders.body(number, document, company)):
        outcomes = client.write(portion, guard=guard)
        refusals |= {orders.told(each.transaction): each.refusal for each in outcomes if each.refusal}
    return refusals


def _confirm(client: Client, number: str, guard: Guard) -> dict[str, Refusal]:
    refusal = client.write([orders.confirm(number)], guard=guard)[0].refusal
    return {"confirmation": refusal} if refusal else {}


def _withdrawn(client: Client, number: str, reference: str, refusals: Mapping[str, Refusal], guard: Guard) -> Fault:
    """Delete the refused batch order, so that nothing of it stands in the way of a replay.

    :raises OutcomeUnknown: whether it was deleted is unknown.
    """
    kept = client.write([orders.delete(number)], guard=guard)[0].refusal
    left = f"; batch order {number} could not be deleted ({kept}): delete it in OIS275" if kept else ""
    said = "; ".join(f"{about}: {refusal}" for about, refusal in refusals.items())
    return refused(f"M3 refused {reference}: {said}{left}", refusals.values())
