"""What to do with a posting once the ERP has been asked about it: the law of posting as one table."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from connector.domain.posting import PostingState


class FindingState(Enum):
    """What an inquiry found."""

    ABSENT = "absent"
    ORPHAN = "orphan"  # begun and left: may be resumed or removed
    PENDING = "pending"  # accepted, still being worked on by the ERP
    BOOKED = "booked"
    REFUSED = "refused"  # the ERP worked on it and said no
    UNPROVABLE = "unprovable"  # it may be there, and nothing that can be asked would tell


class Action(Enum):
    """The next move."""

    CONFIRM = "confirm"
    AWAIT = "await"  # the ERP has it: ask again later
    SEND = "send"
    READ_ANEW = "read_anew"  # it would go, but what is kept of it no longer says to whom
    KEEP_QUIET = "keep_quiet"  # silence proves nothing yet
    REJECT = "reject"
    LEAVE = "leave"  # only the ERP's own word, or a person's, goes on from here


def decide(
    state: PostingState,
    found: FindingState,
    *,
    now: datetime,
    quiet_until: datetime | None,
    forgotten: bool = False,
) -> Action:
    """Choose the next move of a planned or uncertain posting.

    A planned posting has nothing of ours on the wire, so what lies unfinished in the ERP may be taken up at
    once. An uncertain one may: the gateway can work on for minutes (facts/infor.md §1.7), so adding again
    waits for the quiet period, while asking does not. Asking needs no buyer, adding does: a ``forgotten`` one is
    read from the store again first.
    """
    if found is FindingState.BOOKED:
        return Action.CONFIRM
    if found is FindingState.PENDING:
        return Action.AWAIT
    if found is FindingState.UNPROVABLE:
        return Action.LEAVE
    if state is PostingState.UNCERTAIN:
        if found is FindingState.REFUSED:
            return Action.REJECT
        if quiet_until is not None and now < quiet_until:
            return Action.KEEP_QUIET
    return Action.READ_ANEW if forgotten else Action.SEND
