"""Posting a sales order: begun, one call for each line, approved, and read back.

A head that was begun and not approved is taken up again if all it holds is ours, else canceled; it is never doubled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.domain.connection import Check
from connector.domain.document import SalesDocument
from connector.domain.faults import Fault, MappingGap, OutcomeUnknown, Rejected
from connector.domain.inquiry import FindingState
from connector.infor.ln import customers, items
from connector.infor.ln.answers import Refusal, Row
from connector.infor.ln.client import Client
from connector.infor.ln.company import Company
from connector.infor.ln.wire import orders
from connector.infor.ln.wire.orders import ListedHead, WantedLine
from connector.ports import Finding, Guard

STANDS = frozenset({FindingState.PENDING, FindingState.BOOKED})
Parts = Mapping[str, WantedLine]
"""What an order holds, by position."""


def find(client: Client, reference: str) -> Finding:
    """READ, 1 call: how LN's orders with exactly this reference stand; canceled ones are none."""
    return _finding(_listed(client, reference), reference)


def settle(client: Client, reference: str, handle: str) -> Finding:
    """READ, 1 call, and 1 more when it is gone: where the order stands that LN was at work on.

    One that people canceled is their no: none is begun in its place by itself.
    """
    found = find(client, reference)
    if found.state is not FindingState.ABSENT or not handle:
        return found
    heads = map(orders.head_of, client.rows(orders.by_number(handle)))
    if not any(head.gone and head.reference == reference for head in heads):
        return found
    reason = f"order {handle} of {reference} was canceled in LN: replay it if another is to be begun"
    return Finding(FindingState.REFUSED, handle=handle, reason=reason)


def post(client: Client, company: Company, document: SalesDocument, *, found: Finding, guard: Guard) -> Finding:
    """WRITE, 4 calls and 1 for each line: BOOKED under the order's number.

    :raises MappingGap: LN does not take an item of the mapping profile.
    :raises Rejected: LN said no for another reason. Either way nothing of the order stands.
    :raises OutcomeUnknown: an answer was lost: ask by reference.
    """
    if found.state in STANDS:
        return found
    wanted: Parts = orders.parts(document)
    work = _Work(client, company, document, guard)
    number, missing = "", wanted
    if found.state is FindingState.ORPHAN:
        heads = _listed(client, document.reference)
        now = _finding(heads, document.reference)
        if now.state in STANDS:
            return now
        number, missing = work.take_up(_begun(heads), wanted)
    number = number or work.begin()
    work.fill(number, missing)
    return work.approve(number)


class ServiceOrders:
    """The sales orders' part of ``ports.Erp``, by LN's own service."""

    def __init__(self, client: Client, company: Company) -> None:
        self._client = client
        self._company = company

    def ping(self) -> list[Check]:
        """Ask nothing: the set-up check of the service covers it."""
        return []

    def find(self, reference: str) -> Finding:
        """READ, 1 call."""
        return find(self._client, reference)

    def settle(self, reference: str, handle: str) -> Finding:
        """READ, 1 call, and 1 more when it is gone."""
        return settle(self._client, reference, handle)

    def post(self, document: SalesDocument, *, found: Finding, guard: Guard) -> Finding:
        """WRITE, 4 calls and 1 for each line and charge."""
        return post(self._client, self._company, document, found=found, guard=guard)


def _listed(client: Client, reference: str) -> list[ListedHead]:
    heads = [orders.head_of(row) for row in client.rows(orders.by_reference(reference))]
    ours = [head for head in heads if head.is_order and head.reference == reference and not head.gone]
    return sorted(ours, key=lambda head: head.number)


def _begun(heads: Sequence[ListedHead]) -> list[ListedHead]:
    return [head for head in heads if head.status == orders.FREE]


def _finding(heads: Sequence[ListedHead], reference: str) -> Finding:
    """What these orders, by rising number, mean together."""
    numbers = ", ".join(head.number for head in heads)
    several = f"LN holds {len(heads)} orders of {reference}: {numbers}; keep one" if len(heads) > 1 else ""
    for head in heads:
        if head.status in orders.STANDING:
            return Finding(FindingState.BOOKED, external_id=head.number, handle=head.number, reason=several)
    for head in heads:
        if head.status != orders.FREE:
            reason = several or f"order {head.number} stands as {head.status or 'nothing'} in LN"
            return Finding(FindingState.PENDING, handle=head.number, reason=reason)
    begun = ",".join(head.number for head in heads)
    return Finding(FindingState.ORPHAN, handle=begun) if begun else Finding(FindingState.ABSENT)


@dataclass(frozen=True, slots=True)
class _Work:
    """The work on one order."""

    client: Client
    company: Company
    document: SalesDocument
    guard: Guard

    def take_up(self, begun: Sequence[ListedHead], wanted: Parts) -> tuple[str, Parts]:
        """Keep the first that is the customer's and holds nothing but what it must; its number and what it lacks.

        The rest is canceled.

        :raises Rejected: one of the rest cannot be canceled, so another order would stand beside it.
        """
        number, missing = "", wanted
        for head in begun:
            ours = not number and head.partner == self.document.customer
            lacking = self._lacking(head.number, wanted) if ours else None
            kept = self._cancel(head) if lacking is None else None
            if kept:
                raise Rejected(
                    f"order {head.number} of {head.reference} must be canceled in LN by hand first: {kept}"
                )
            if lacking is not None:
                number, missing = head.number, lacking
        return number, missing

    def _lacking(self, number: str, wanted: Parts) -> Parts | None:
        """What an order still needs; None when one of its lines is none of ours, or differs."""
        missing = dict(wanted)
        for row in self.client.rows(orders.lines_of(number)):
            part = missing.pop(orders.position_of(row), None)
            if part is None or not part.is_in(row, self.company):
                return None
        return missing

    def begin(self) -> str:
        """Begin the order; its number."""
        body = orders.create(self.document, self.company)
        outcome = self.client.act(orders.CREATE, body, guard=self.guard)
        if outcome.refusal:
            raise self._not_begun(outcome.refusal)
        number, reference = orders.begun_of(outcome.row)
        if not number:
            raise OutcomeUnknown(f"LN began an order for {self.document.reference} and did not say which")
        if reference != self.document.reference:
            raise self._withdrawn(
                number, Rejected(f"LN began order {number} and did not keep its reference {self.document.reference}")
            )
        return number

    def _not_begun(self, refusal: Refusal) -> Fault:
        """Name a refusal by its remedy: LN is asked whether the customer may order."""
        what = f"LN did not begin {self.document.reference}: {refusal}"
        wrong = customers.problems(self.client, [self.document.customer]) if refusal.understood else {}
        said = [f"customer {number} {problem}" for number, problem in wrong.items()]
        return MappingGap("; ".join([what, *said])) if wrong else Rejected(what)

    def fill(self, number: str, missing: Parts) -> None:
        """Add every line; what LN refused, or made something else of, is told all at once."""
        wrong: dict[WantedLine, Refusal | str] = {}
        added: dict[WantedLine, Row] = {}
        for part in missing.values():
            body = orders.create_line(number, part, self.document, self.company)
            outcome = self.client.act(orders.ADD_LINE, body, guard=self.guard)
            if outcome.refusal:
                wrong[part] = outcome.refusal
            else:
                added[part] = outcome.row
        wrong |= self._differing(number, added)
        if wrong:
            raise self._withdrawn(number, self._refused(wrong))

    def _differing(self, number: str, added: Mapping[WantedLine, Row]) -> dict[WantedLine, str]:
        """Compare what LN made of each line; where an answer did not tell its worth, the order does."""
        if not all(map(orders.tells_worth, added.values())):
            shown = {orders.position_of(row): row for row in self.client.rows(orders.lines_of(number))}
            added = {part: shown.get(part.position, {}) for part in added}
        return {part: trouble for part, row in added.items() if (trouble := orders.differs(part, row))}

    def _refused(self, wrong: Mapping[WantedLine, Refusal | str]) -> Fault:
        """Name a refusal by its remedy: an item that LN does not have is mended in the mapping profile.

        LN's words are in the service user's language, so it is asked which of the items it has.
        """
        said = "; ".join(f"{part.told}: {trouble}" for part, trouble in wrong.items())
        what = f"LN refused {self.document.reference}: {said}"
        known = items.known(self.client, self.company, [part.item for part in wrong])
        return Rejected(what) if known.issuperset(part.item for part in wrong) else MappingGap(what)

    def approve(self, number: str) -> Finding:
        """Approve the order and see that it is; the answer's own words prove nothing."""
        etag, key = self._head(number).etag, orders.key(number)
        refusal = self.client.act(orders.APPROVE, orders.AS_WE_SAID, guard=self.guard, key=key, etag=etag).refusal
        if refusal is None:
            found = _finding([self._head(number)], self.document.reference)
            if found.state in STANDS:
                return found
        why = refusal or "it took the call and left the order as it was"
        what = f"LN did not approve order {number} of {self.document.reference}: {why}"
        raise self._withdrawn(number, Rejected(what))

    def _head(self, number: str) -> ListedHead:
        for row in self.client.rows(orders.by_number(number)):
            return orders.head_of(row)
        raise OutcomeUnknown(f"LN has lost sight of order {number}")

    def _withdrawn(self, number: str, fault: Fault) -> Fault:
        """Cancel a refused order, so that nothing of it stands in the way of a replay.

        :raises OutcomeUnknown: whether it was canceled is unknown.
        """
        kept = self._cancel(self._head(number))
        left = f"; order {number} could not be canceled ({kept}): cancel it in LN" if kept else ""
        return type(fault)(f"{fault.what}{left}")

    def _cancel(self, head: ListedHead) -> Refusal | None:
        body, key = orders.cancel(self.company), orders.key(head.number)
        return self.client.act(orders.CANCEL, body, guard=self.guard, key=key, etag=head.etag).refusal
