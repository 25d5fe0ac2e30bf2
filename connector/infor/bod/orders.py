"""Sales orders by ProcessSalesOrder, one message each."""

from __future__ import annotations

from functools import partial

from connector.domain.connection import Check
from connector.domain.document import SalesDocument
from connector.domain.faults import Fault
from connector.infor.bod import ping
from connector.infor.bod.post import Letter, Post
from connector.infor.bod.wire.sales_order import NOUN, sales_order
from connector.ports import Finding, Guard


class BodOrders:
    """The sales orders' part of ``ports.Erp``, for a company that takes them by BOD."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def ping(self) -> list[Check]:
        """READ, 1 call: whether sales orders can go out."""
        return [ping.taken(self._post, NOUN)]

    def find(self, reference: str) -> Finding:
        """READ, no call: where an order stands."""
        return self._post.find([reference])[reference]

    def settle(self, reference: str, handle: str) -> Finding:  # noqa: ARG002 - found by reference alone
        """READ, no call: where an order stands."""
        return self.find(reference)

    def post(self, document: SalesDocument, *, found: Finding, guard: Guard) -> Finding:
        """WRITE, 1 call. PENDING: ION took it, the target is to say.

        :raises Fault: ION did not take it, or nobody knows.
        """
        write = partial(sales_order, document=document, settings=self._post.settings)
        letter = Letter(NOUN, document.reference, document.reference, write)
        outcome = self._post.deliver([letter], found={document.reference: found}, guard=guard)[document.reference]
        if isinstance(outcome, Fault):
            raise outcome
        return outcome
