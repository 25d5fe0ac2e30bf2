"""Moves of postings, each with its row in the trail, each a compare-and-set committed on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from connector.domain.faults import (
    Busy,
    BuyerForgotten,
    Fault,
    MappingGap,
    OutcomeUnknown,
    PeriodClosed,
    Rejected,
    Superseded,
    Transient,
    Unauthorized,
)
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry
from connector.domain.posting import ARROWS, JOURNAL_KINDS, PostingState
from connector.flows import buyers, contents, periods, sendings
from connector.flows.work import Step
from connector.ports import Finding
from connector.records import connections, orders, postings
from connector.records.database import Tx
from connector.records.postings import PostingRow

HOLDS = MappingGap | PeriodClosed
"""Faults that somebody mends elsewhere: then the posting goes on by itself."""
_LONGEST_WAIT = timedelta(minutes=15)

_BY_FINDING = {
    FindingState.BOOKED: PostingState.CONFIRMED,
    FindingState.PENDING: PostingState.SENT,
    FindingState.REFUSED: PostingState.REJECTED,
}


def recover(at: Step, row: PostingRow) -> PostingRow:
    """Take up a posting whose sender died: its answer is lost.

    The quiet period counts from now: a posting takes several calls, and nobody knows when the last one went out.
    """
    if row.state is not PostingState.SENDING:
        return row
    quiet_until = at.house.now() + at.house.pace.quiet_period
    return _move(at, row, PostingState.UNCERTAIN, "its sender died", quiet_until=quiet_until, fault_code="uncertain")


def begin(at: Step, rows: Sequence[PostingRow]) -> list[PostingRow]:
    """Commit that these are on the wire from now on.

    :raises Superseded: somebody moved one of them meanwhile; none was begun by us.
    :raises Busy: what the order was planned by, or where it goes, was changed since the step began.
    """
    now = at.house.now()
    with at.house.database.begin() as tx:
        if connections.rules(tx, at.saved.id) != at.saved.rules:
            raise Busy(f"order {at.run.ref}: {at.run.ref.connection} was changed meanwhile")
        return [_write(tx, at, row, PostingState.SENDING, sending_at=now, not_before=None) for row in rows]


def settle(at: Step, row: PostingRow, outcome: Finding | Fault) -> PostingRow:
    """Write what an inquiry or a call told; a refusal is held where a closed period or the mapping explains it."""
    outcome = _closed(at, row, outcome) or _gap(outcome) or outcome
    if isinstance(outcome, Finding):
        return _found(at, row, outcome)
    if isinstance(outcome, HOLDS | Rejected):
        refused = PostingState.HELD if isinstance(outcome, HOLDS) else PostingState.REJECTED
        return _move(at, row, refused, _in_full(outcome), fault_code=outcome.code, not_before=None, quiet_until=None)
    harmless = isinstance(outcome, Transient | Unauthorized)  # refused before anything was done
    return doubt(at, row, outcome, quiet=timedelta(0) if harmless else at.house.pace.quiet_period)


def _gap(outcome: Finding | Fault) -> MappingGap | None:
    return MappingGap(outcome.reason) if isinstance(outcome, Finding) and outcome.gap else None


def _closed(at: Step, row: PostingRow, outcome: Finding | Fault) -> PeriodClosed | None:
    """Ask about the period of a journal that the ERP refused; the order is planned again with what is known now."""
    if isinstance(outcome, Finding):
        said = outcome.reason if outcome.state is FindingState.REFUSED else None
    else:
        said = _in_full(outcome) if isinstance(outcome, Rejected) else None
    entry = contents.open_content(at.house.vault, row) if said is not None and row.kind in JOURNAL_KINDS else None
    closed = periods.why_refused(at.house, at.saved, entry, said or "") if isinstance(entry, JournalEntry) else None
    if closed is not None:
        with at.house.database.begin() as tx:
            orders.want(tx, at.saved.id, at.run.ref.order, now=at.house.now())
    return closed


def _found(at: Step, row: PostingRow, found: Finding) -> PostingRow:
    target = _BY_FINDING.get(found.state)
    if target is None:  # sent, and now nowhere: silence may still mean that the ERP is at work
        lost = OutcomeUnknown(found.reason or "the ERP has lost sight of it")
        return doubt(at, row, lost, quiet=at.house.pace.quiet_period)
    values: dict[str, object] = {"handle": found.handle or row.handle, "quiet_until": None}
    if target is PostingState.SENT:
        values["not_before"] = at.house.now() + at.house.pace.confirm_delay
    if target is PostingState.CONFIRMED:
        values |= {"external_id": found.external_id, "not_before": None}
    code = "rejected" if target is PostingState.REJECTED else ""
    sending = sendings.booked(at, row, found) if target is not PostingState.REJECTED else None
    with at.house.database.begin() as tx:
        told = [found.reason] if found.reason else []
        if sending is not None:
            values |= sendings.restore(tx, at, row, sending)
            told.insert(0, f"the ERP has it as it was sent at {sending.sent_at:%Y-%m-%d %H:%M:%S} UTC")
        return _write(tx, at, row, target, reason="; ".join(told), fault_code=code, **values)


def take_up(at: Step, row: PostingRow, found: Finding) -> PostingRow:
    """Settle what was given up here and is booked all the same."""
    if found.state is not FindingState.BOOKED:
        return row
    if PostingState.CONFIRMED not in ARROWS[row.state]:
        row = _move(at, row, PostingState.PLANNED, "the ERP accepted it after all", fault_code="", not_before=None)
    return settle(at, row, found)


def ask_for_a_person(at: Step, row: PostingRow, fault: Fault) -> None:
    """Say of a posting what a person has to do about it."""
    with at.house.database.begin() as tx:
        if not postings.ask_for_a_person(tx, row, fault.code, fault.what, now=at.house.now()):
            raise Superseded(f"posting {row.posting_key}: another worker moved it")
        at.note(tx, fault.code, f"posting {row.posting_key}", {"reason": fault.what})


def doubt(at: Step, row: PostingRow, fault: Fault, *, quiet: timedelta) -> PostingRow:
    """Make a posting uncertain: it is asked about at once, and added again only after ``quiet``."""
    now = at.house.now()
    if row.state is PostingState.UNCERTAIN:
        return row
    return _move(
        at,
        row,
        PostingState.UNCERTAIN,
        fault.what,
        fault_code=OutcomeUnknown.code,
        quiet_until=now + quiet,
        not_before=None,
    )


def hold(at: Step, row: PostingRow, fault_code: str, reason: str) -> PostingRow:
    """Hold a planned posting until somebody mends what the reason names."""
    return _move(at, row, PostingState.HELD, reason, fault_code=fault_code)


def read_anew(at: Step, row: PostingRow) -> PostingRow:
    """Hold what may not go out without its buyer until its order was read again."""
    fault = BuyerForgotten("its buyer was forgotten meanwhile: it is planned anew from the store's present truth")
    with at.house.database.begin() as tx:
        orders.want(tx, at.saved.id, at.run.ref.order, now=at.house.now())
    return _move(at, row, PostingState.HELD, fault.what, fault_code=fault.code, not_before=None, quiet_until=None)


def wait_longer(at: Step, row: PostingRow, reason: str = "") -> None:
    """Ask again about a posting that only the ERP's own word brings on, less and less often."""
    now = at.house.now()
    age = now - (row.sending_at or now)
    pause = min(max(at.house.pace.confirm_delay, age / 2), _LONGEST_WAIT)
    with at.house.database.begin() as tx:
        postings.put_off(tx, row, now + pause, reason=buyers.left_out(at.house, tx, at.order.id, reason))


def keep_quiet(at: Step, row: PostingRow) -> None:
    """Leave an uncertain posting alone until its quiet period is over."""
    with at.house.database.begin() as tx:
        postings.put_off(tx, row, row.quiet_until or at.house.now())


def _in_full(fault: Fault) -> str:
    return f"{fault.what}\n{fault.detail}" if fault.detail else fault.what


def _move(at: Step, row: PostingRow, target: PostingState, reason: str, **values: object) -> PostingRow:
    with at.house.database.begin() as tx:
        return _write(tx, at, row, target, reason=reason, **values)


def _write(tx: Tx, at: Step, row: PostingRow, target: PostingState, **values: object) -> PostingRow:
    if values.get("reason"):
        values["reason"] = buyers.left_out(at.house, tx, at.order.id, values["reason"])
    if not postings.move(tx, row, target, now=at.house.now(), **values):
        raise Superseded(f"posting {row.posting_key}: another worker moved it")
    told = {name: str(values[name]) for name in ("reason", "external_id", "fault_code") if values.get(name)}
    at.note(tx, target.value, f"posting {row.posting_key}", told)
    return replace(row, state=target, version=row.version + 1, **values)  # type: ignore[arg-type]
