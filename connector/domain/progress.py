"""Where an order stands as a whole, told from its postings: one state and one reason."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from connector.domain.posting import PostingState


class OrderState(Enum):
    """The one state of an order in the trail."""

    NEW = "new"  # heard of, not read yet
    WAITING = "waiting"  # the store's status or payment does not allow posting yet
    OPEN = "open"  # postings are under way
    HELD = "held"  # waits for the mapping profile, a period, an approval or a person
    UNCERTAIN = "uncertain"  # an answer was lost; the ERP is being asked
    REJECTED = "rejected"  # the ERP said no; a person decides
    POSTED = "posted"
    LEFT_OUT = "left_out"  # books nothing, with the reason


_WORST_FIRST = (
    (PostingState.REJECTED, OrderState.REJECTED),
    (PostingState.UNCERTAIN, OrderState.UNCERTAIN),
    (PostingState.HELD, OrderState.HELD),
    (PostingState.PLANNED, OrderState.OPEN),
    (PostingState.SENDING, OrderState.OPEN),
    (PostingState.SENT, OrderState.OPEN),
    (PostingState.CONFIRMED, OrderState.POSTED),
)


def order_state(states: Iterable[PostingState], *, waiting: bool, unposted: bool = False) -> OrderState:
    """Take the worst state of an order's postings; without any, or with all taken back, it waits or is left out."""
    present = set(states)
    for posting, order in _WORST_FIRST:
        if posting in present and not (unposted and order is OrderState.POSTED):
            return order
    return OrderState.WAITING if waiting else OrderState.LEFT_OUT
