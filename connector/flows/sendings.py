"""What went out of a posting before it was planned anew: if that is booked in the end, our books hold it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.domain import content as written
from connector.domain.identity import place
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry
from connector.domain.plan import Content
from connector.domain.posting import ON_ITS_WAY, STANDS, PostingState
from connector.flows import contents, vouchers
from connector.flows.work import Step
from connector.ports import Finding, Vault
from connector.records import journal_lines, orders, postings, sendings
from connector.records.database import Tx
from connector.records.postings import PostingRow


@dataclass(frozen=True, slots=True)
class Sending:
    """What was on the wire, and since when."""

    sent_at: datetime
    content: Content
    profile_version: int


def keep(tx: Tx, vault: Vault, order_id: int) -> None:
    """Keep what went out of an order's postings that a plan may replace, now or when they are replayed."""
    for row in postings.of_order(tx, order_id):
        if row.content is not None and row.sending_at and row.state not in STANDS:
            went = written.dump(contents.bare(contents.open_content(vault, row)))
            sendings.keep(tx, row, vault.seal(went, _place(row, row.sending_at)))


def _place(row: PostingRow, sent_at: datetime) -> str:
    return place("sendings", row.posting_key, sent_at)


def booked(at: Step, row: PostingRow, found: Finding) -> Sending | None:
    """Say what the ERP has of a posting; None where it is what the posting says.

    What tells is the finding, if it knows when that was sent; else that the content is on its way; else the ledger,
    where it can be read and more than one may be meant; else that nothing was sent later.
    """
    if row.state is PostingState.SENDING and found.sent_at is None:
        return None
    with at.house.database.alone() as tx:
        kept = sendings.of(tx, row.id)
    if not kept:
        return None
    vault = at.house.vault
    opened = [written.load(vault.open(one.content, _place(row, one.sent_at))) for one in kept]
    went = [Sending(one.sent_at, says, one.profile_version) for one, says in zip(kept, opened, strict=True)]
    says = contents.open_content(vault, row) if row.content is not None else None
    if says is not None and row.sending_at is not None and row.sending_at > went[0].sent_at:
        went.insert(0, Sending(row.sending_at, says, row.profile_version))
        if found.sent_at is None and row.state in ON_ITS_WAY:
            return None
    chosen = _chosen(at, went, found)
    return None if says is not None and contents.bare(says) == contents.bare(chosen.content) else chosen


def _chosen(at: Step, went: Sequence[Sending], found: Finding) -> Sending:
    if found.sent_at is not None:
        return next((one for one in went if one.sent_at <= found.sent_at), went[-1])
    if found.state is not FindingState.BOOKED or all(one.content == went[0].content for one in went):
        return went[0]
    return next((one for one in went if _in_ledger(at, one.content, found.external_id)), went[0])


def _in_ledger(at: Step, content: Content, voucher: str) -> bool:
    return isinstance(content, JournalEntry) and vouchers.day_of(at, content, voucher) is not None


def restore(tx: Tx, at: Step, row: PostingRow, sending: Sending) -> dict[str, object]:
    """Put what the ERP has in a posting's place, and have its order planned on that; returns the columns."""
    orders.want(tx, at.saved.id, at.run.ref.order, now=at.house.now())
    if isinstance(sending.content, JournalEntry):
        journal_lines.replace(tx, row.id, sending.content)
    amount = contents.amount(sending.content)
    return {
        "content": contents.seal(at.house.vault, row.posting_key, sending.content),
        "amount": amount.amount if amount else None,
        "currency": amount.currency if amount else None,
        "profile_version": sending.profile_version,
        "sending_at": sending.sent_at,
        "forgotten": not isinstance(sending.content, JournalEntry),
    }
