"""One fact on its way into the ERP, exactly once.

::

    planned ──► sending ──► sent ──► confirmed
     │  ▲          │         │
     │  │          ├─────────┼──► uncertain ──► sending      (proven absent after the quiet period)
     │  │          │         │        └───────► sent, confirmed, rejected   (found in the ERP)
     │  │          ├─────────┴──► rejected ──► planned       (replayed)
     ▼  │          ▼
     held ◄────────┘   (the mapping does not cover it: here, or as the ERP found; its period is closed)
    sent, uncertain ──► held                   (found refused: its period is closed, or by the mapping)
    planned, uncertain ──► held                (proven absent, and its buyer forgotten: the order is read anew)
    planned, held, rejected ──► withdrawn      (no longer owed, never booked)
    held ◄──► left out                         (a person booked it by hand, without our knowing the lines)
    held, rejected, withdrawn ──► planned ──► confirmed   (booked after all: then it says what was sent)
"""

from __future__ import annotations

from enum import Enum


class PostingKind(Enum):
    """What a posting books. The value is part of its key, and of the trail's words."""

    CUSTOMER = "customer"
    SALES_ORDER = "sales_order"
    SALE = "sale"
    PAYMENT = "payment"
    REFUND = "refund"
    REVERSAL = "reversal"
    CORRECTION = "correction"
    UNPOST_SALE = "unpost_sale"
    UNPOST_PAYMENT = "unpost_payment"
    UNPOST_REFUND = "unpost_refund"
    UNPOST_REVERSAL = "unpost_reversal"
    UNPOST_CORRECTION = "unpost_correction"


UNPOSTS = {
    PostingKind.SALE: PostingKind.UNPOST_SALE,
    PostingKind.PAYMENT: PostingKind.UNPOST_PAYMENT,
    PostingKind.REFUND: PostingKind.UNPOST_REFUND,
    PostingKind.REVERSAL: PostingKind.UNPOST_REVERSAL,
    PostingKind.CORRECTION: PostingKind.UNPOST_CORRECTION,
}
"""What mirrors a journal of each kind: of the same source and revision, so that each is mirrored once at most."""

TAKEN_BACK = {mirror: kind for kind, mirror in UNPOSTS.items()}
"""What each of them mirrors."""

JOURNAL_KINDS = frozenset({*UNPOSTS, *UNPOSTS.values()})


class PostingState(Enum):
    """Where a posting stands."""

    PLANNED = "planned"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LEFT_OUT = "left_out"


_P = PostingState
ARROWS: dict[PostingState, frozenset[PostingState]] = {
    _P.PLANNED: frozenset({_P.SENDING, _P.HELD, _P.WITHDRAWN, _P.SENT, _P.CONFIRMED}),
    _P.HELD: frozenset({_P.PLANNED, _P.WITHDRAWN, _P.LEFT_OUT}),
    _P.SENDING: frozenset({_P.SENT, _P.CONFIRMED, _P.UNCERTAIN, _P.REJECTED, _P.HELD}),
    _P.UNCERTAIN: frozenset({_P.SENDING, _P.SENT, _P.CONFIRMED, _P.REJECTED, _P.HELD}),
    _P.SENT: frozenset({_P.CONFIRMED, _P.REJECTED, _P.UNCERTAIN, _P.HELD}),
    _P.REJECTED: frozenset({_P.PLANNED, _P.WITHDRAWN}),
    _P.CONFIRMED: frozenset(),
    _P.WITHDRAWN: frozenset({_P.PLANNED}),
    _P.LEFT_OUT: frozenset({_P.HELD}),
}
"""The only moves there are. Planned may be found booked already: then somebody's answer was lost before us."""


class IllegalMove(RuntimeError):
    """A bug: a posting was asked to move where no arrow leads."""


def check_move(current: PostingState, target: PostingState) -> None:
    """Allow a move along an arrow only.

    :raises IllegalMove: there is none.
    """
    if target not in ARROWS[current]:
        raise IllegalMove(f"a {current.value} posting cannot become {target.value}")


ON_ITS_WAY = frozenset({_P.SENDING, _P.SENT, _P.UNCERTAIN, _P.CONFIRMED})
"""States in which the ERP has a posting, or may have it."""

UNFINISHED = ON_ITS_WAY - {_P.CONFIRMED}
"""States in which only the ERP can tell what becomes of a posting."""

STANDS = ON_ITS_WAY | {_P.LEFT_OUT}
"""States that no new plan changes: the ERP has it by us, may have it, or has it by a person."""

UNSENT = frozenset({_P.PLANNED, _P.HELD, _P.REJECTED})
"""States of what is owed and not in the ERP."""

BEHIND = frozenset({_P.SENT, _P.CONFIRMED, _P.WITHDRAWN, _P.LEFT_OUT})
"""States that let the next posting of the same order go."""
