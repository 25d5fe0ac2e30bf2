"""A sales order's way into SyteLine: a planned head, its lines, then ordered; asked for by reference.

Whatever is planned under our reference was begun and left: only when SyteLine itself shows every line is an order set
to ordered, so planned means begun and ordered means whole. One that was begun is taken up where it stands, and
deleted where it holds something else than ours.
"""

from __future__ import annotations

from connector.domain.document import SalesDocument
from connector.domain.faults import MappingGap, OutcomeUnknown, Rejected
from connector.domain.inquiry import FindingState
from connector.infor.syteline.answers import Record
from connector.infor.syteline.client import Client, Outcome, chunks
from connector.infor.syteline.company import Company
from connector.infor.syteline.wire import orders
from connector.infor.syteline.wire.values import identity
from connector.ports import Finding, Guard

STANDING = frozenset({FindingState.BOOKED, FindingState.PENDING})


def find(client: Client, reference: str) -> Finding:
    """READ, 1 call: where the order stands."""
    return orders.stand(client.rows(orders.by_reference(client, reference)), reference)


def post(client: Client, company: Company, document: SalesDocument, *, found: Finding, guard: Guard) -> Finding:
    """WRITE, a call for the head, one for each line unless more go together, and three to confirm: BOOKED.

    :raises MappingGap: something does not fit, or SyteLine does not take an item or charge of the mapping profile.
    :raises Rejected: SyteLine said no for another reason. Either way nothing of the order remains.
    :raises OutcomeUnknown: an answer was lost: ask by reference.
    """
    if found.state in STANDING:
        return found
    work = _Order(client, company, document, guard)
    order = work.take_up(found.handle.split(",")) if found.state is FindingState.ORPHAN else ""
    return work.confirm(work.fill(order or work.begin()))


class _Order:
    """One order on its way. Everything is built, and so checked, before anything is written."""

    def __init__(self, client: Client, company: Company, document: SalesDocument, guard: Guard) -> None:
        self._client = client
        self._reference = document.reference
        self._guard = guard
        self._lines = orders.lines(client, document)
        self._head = orders.head(client, document, company)
        self._left = self._lines

    def begin(self) -> str:
        """Plan the order."""
        outcome = self._client.insert(orders.HEADS, [self._head], self._guard)
        if outcome.refusal:
            gap = orders.is_about_customer(outcome.refusal, self._head)
            raise (MappingGap if gap else Rejected)(f"SyteLine did not begin {self._reference}: {outcome.refusal}")
        if not outcome.row.get(orders.NUMBER):
            raise OutcomeUnknown(f"SyteLine began an order for {self._reference} and did not say which")
        return outcome.row[orders.NUMBER]

    def take_up(self, begun: list[str]) -> str:
        """Go on with the first that was begun, if it holds nothing but ours; delete it if not, and all others."""
        first, *others = begun
        head = self._head_of(first)
        lines = self._client.rows(orders.lines_of(self._client, first))
        left = orders.lacking(lines, self._lines)
        mine = head.get(orders.CUSTOMER) == self._head[orders.CUSTOMER].strip() and left is not None
        for order in others if mine else begun:
            kept = self._remove(order)
            if kept:
                raise OutcomeUnknown(
                    f"SyteLine does not delete planned order {order}: {kept}; delete it, then replay"
                )
        self._left = left if mine and left is not None else self._lines
        return first if mine else ""

    def fill(self, order: str) -> str:
        """Add the lines that it lacks; one that is refused takes the order with it."""
        refused: dict[str, str] = {}
        mapped = False
        for portion in chunks(self._left, self._client.at_once):
            rows = [orders.numbered(self._client, order, line) for line in portion]
            refusal = self._client.insert(orders.LINES, rows, self._guard).refusal
            refused |= {orders.told(line): refusal for line in portion if refusal}
            mapped = mapped or any(orders.is_about(refusal, line) for line in portion)
        if refused:
            said = "; ".join(f"{about}: {refusal}" for about, refusal in refused.items())
            raise self._withdrawn(order, said, mapped=mapped)
        return order

    def confirm(self, order: str) -> Finding:
        """Set it to ordered, once SyteLine shows all its lines and no other."""
        lines = self._client.rows(orders.lines_of(self._client, order))
        if orders.lacking(lines, self._lines) != []:
            raise OutcomeUnknown(f"SyteLine shows other lines of order {order} than were added: it stays planned")
        outcome = self._set_ordered(order)
        if outcome.refusal:
            raise self._withdrawn(order, f"confirmation: {outcome.refusal}", mapped=False)
        return Finding(FindingState.BOOKED, order, order)

    def _set_ordered(self, order: str) -> Outcome:
        """Try once more where somebody changed the head between our reading and our writing."""
        outcome = Outcome()
        for _ in range(2):
            head = self._head_of(order)
            if head.get(orders.STATUS) != orders.PLANNED:
                return Outcome(refusal=f"its status is {head.get(orders.STATUS) or 'gone'}, not planned")
            if head.get(orders.CURRENCY) != self._head[orders.CURRENCY]:
                return Outcome(
                    refusal=f"SyteLine keeps it in {head.get(orders.CURRENCY)}: take a customer of the right one"
                )
            outcome = self._client.update(orders.HEADS, head, {orders.STATUS: orders.ORDERED}, self._guard)
            if not outcome.refusal:
                break
        return outcome

    def _head_of(self, order: str) -> Record:
        """READ, 1 call: the head as it is now; empty when it is gone."""
        return next(iter(self._client.rows(orders.by_number(self._client, order))), {})

    def _withdrawn(self, order: str, said: str, *, mapped: bool) -> Rejected | MappingGap:
        """Delete the refused order, so that nothing of it stands in the way of a replay.

        :raises OutcomeUnknown: whether it was deleted is unknown.
        """
        kept = self._remove(order)
        left = f"; planned order {order} could not be deleted ({kept}): delete it in Customer Orders" if kept else ""
        what = f"SyteLine refused {self._reference}: {said}{left}"
        return MappingGap(what) if mapped else Rejected(what)

    def _remove(self, order: str) -> str:
        """Delete an order while it is planned; if its lines hold it, those first. Gives why not."""
        refusal = self._delete_head(order)
        if not refusal:
            return ""
        for line in self._client.rows(orders.lines_of(self._client, order)):
            refusal = self._client.delete(orders.LINES, line, self._guard).refusal
            if refusal:
                return refusal
        return self._delete_head(order)

    def _delete_head(self, order: str) -> str:
        head = self._head_of(order)
        if not head:
            return ""
        if head.get(orders.STATUS) != orders.PLANNED:
            return f"its status is {identity(head, orders.STATUS)}"
        return self._client.delete(orders.HEADS, head, self._guard).refusal
