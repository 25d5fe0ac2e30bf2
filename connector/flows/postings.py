"""Sends what an order owes the ERP, oldest first: ask, decide, write, call, write.

No transaction is open during a call. Whatever happens to this process between two lines, the row says
enough for the next worker to ask before it repeats.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from connector.domain.document import SalesDocument
from connector.domain.faults import Fault, MappingGap, OutcomeUnknown, Rejected, Superseded
from connector.domain.inquiry import Action, FindingState, decide
from connector.domain.journal import JournalEntry
from connector.domain.posting import BEHIND, JOURNAL_KINDS, PostingKind, PostingState
from connector.flows import contents, moves
from connector.flows.house import House
from connector.flows.work import Step, step
from connector.ports import Finding
from connector.records import bindings, postings, runs
from connector.records.postings import PostingRow
from connector.records.runs import Run

_SENDABLE = frozenset({PostingState.PLANNED, PostingState.UNCERTAIN, PostingState.SENDING})
_BEFORE_REFUNDS = JOURNAL_KINDS - {PostingKind.REFUND}

Outcomes = Mapping[str, Finding | Fault]
"""One answer per posting key."""


def post_sale(house: House, run: Run) -> int:
    """Send the sales order; returns how many postings moved on."""
    with step(house, run, "post_sale") as at:
        return sum(_send_document(at, row) for row in _due(at, {PostingKind.SALES_ORDER}))


def post_payments(house: House, run: Run) -> int:
    """Send the journals of the sale, of its payments and of what takes them back together, in few calls."""
    with step(house, run, "post_payments") as at:
        return _send_journals(at, _due(at, _BEFORE_REFUNDS))


def refunds_due(house: House, run: Run) -> tuple[list[int], list[Run]]:
    """List the refunds that may go now, oldest first; each gets a step of its own.

    Where there are none the run rests until the ERP may be asked what came of it, and the runs that this returns
    have its place meanwhile.
    """
    with step(house, run, "post_refunds") as at:
        due = [row.source for row in _due(at, {PostingKind.REFUND})]
        return due, [] if due else _rest(at)


def _rest(at: Step) -> list[Run]:
    now, pace = at.house.now(), at.house.pace
    with at.house.database.begin() as tx:
        runs.rest(tx, at.run, until=now + pace.confirm_delay)
        return runs.claim_due(tx, at.saved.id, now=now, until=now + pace.run_grace)


def post_refund(house: House, run: Run, refund: int) -> int:
    """Send the journal of one refund, if it is the next one."""
    with step(house, run, "post_refund") as at:
        first = _due(at, {PostingKind.REFUND})[:1]
        return _send_journals(at, [row for row in first if row.source == refund])


def confirm_sent(at: Step) -> list[PostingRow]:
    """Ask the ERP about everything it accepted and has not finished; returns the order's postings as they stand."""
    with at.house.database.alone() as tx:
        sent = [row for row in postings.of_order(tx, at.order.id) if row.state is PostingState.SENT]
    documents = [row for row in sent if row.kind is PostingKind.SALES_ORDER]
    journals = [row for row in sent if row.kind in JOURNAL_KINDS]
    found, [of_journals] = at.house.hands.read(
        lambda: _ask_documents(at, documents), lambda: _ask_journals(at, journals)
    )
    for row in documents:
        _confirm(at, row, found[row.posting_key])
    for row in journals:
        _confirm(at, row, of_journals()[row.posting_key])
    with at.house.database.alone() as tx:
        return postings.of_order(tx, at.order.id)


def _ask_documents(at: Step, rows: Sequence[PostingRow]) -> dict[str, Finding]:
    erp = at.house.erp(at.saved)
    return {row.posting_key: erp.settle_document(row.reference, row.handle) for row in rows}


def _confirm(at: Step, row: PostingRow, found: Finding) -> None:
    if found.state is FindingState.PENDING:
        moves.wait_longer(at, row)
    else:
        moves.settle(at, row, found)


def _due(at: Step, kinds: Collection[PostingKind]) -> list[PostingRow]:
    """List what may go now: nothing overtakes an earlier posting of the order, or goes before what it reverses."""
    now, ready = at.house.now(), []
    with at.house.database.alone() as tx:
        rows = postings.of_order(tx, at.order.id)
    confirmed = {row.posting_key for row in rows if row.state is PostingState.CONFIRMED}
    for row in rows:
        if row.state in BEHIND:
            continue
        patient = row.not_before is not None and row.not_before > now
        early = row.reverses is not None and row.reverses not in confirmed
        kept = row.state is PostingState.PLANNED and not at.may_begin
        if row.state not in _SENDABLE or row.kind not in kinds or patient or early or kept:
            break
        ready.append(row)
    return ready


def _send_document(at: Step, row: PostingRow) -> int:
    document = _document(at, row)
    if not document.customer:
        return 0
    erp = at.house.erp(at.saved)

    def ask(rows: Sequence[PostingRow]) -> dict[str, Finding]:
        return {one.posting_key: erp.find_document(one.reference, one.handle) for one in rows}

    def send(rows: Sequence[PostingRow], found: Mapping[str, Finding]) -> Outcomes:
        answer = erp.post_document(document, found=found[row.posting_key], guard=at.guard)
        return {one.posting_key: answer for one in rows}

    return advance(at, [row], ask=ask, send=send)


def _document(at: Step, row: PostingRow) -> SalesDocument:
    """Open the document; a registered buyer's number in the ERP is filled in from the binding."""
    content = contents.open_content(at.house.vault, row)
    assert isinstance(content, SalesDocument), row.posting_key  # noqa: S101  the kind says so
    if content.customer or at.order.customer_id is None:
        return content
    with at.house.database.begin() as tx:
        customer = bindings.find(tx, at.saved.id, PostingKind.CUSTOMER.value, str(at.order.customer_id))
    return replace(content, customer=customer or "")


def _send_journals(at: Step, rows: Sequence[PostingRow]) -> int:
    entries = {row.posting_key: _entry(at, row) for row in rows}

    def ask(asked: Sequence[PostingRow]) -> dict[str, Finding]:
        return _ask_journals(at, asked)

    def send(going: Sequence[PostingRow], found: Mapping[str, Finding]) -> Outcomes:
        by_batch = {entries[row.posting_key].key: row.posting_key for row in going}
        answers = at.house.erp(at.saved).post_journals(
            [entries[row.posting_key] for row in going],
            found={batch: found[key] for batch, key in by_batch.items()},
            guard=at.guard,
        )
        return {key: answers[batch] for batch, key in by_batch.items()}

    return advance(at, rows, ask=ask, send=send) if rows else 0


def _ask_journals(at: Step, rows: Sequence[PostingRow]) -> dict[str, Finding]:
    batches = {row.posting_key: _entry(at, row).key for row in rows}
    found = at.house.erp(at.saved).find_journals(list(batches.values()))
    return {key: found[batch] for key, batch in batches.items()}


def _entry(at: Step, row: PostingRow) -> JournalEntry:
    content = contents.open_content(at.house.vault, row)
    assert isinstance(content, JournalEntry), row.posting_key  # noqa: S101  the kind says so
    return content


Ask = Callable[[Sequence[PostingRow]], Mapping[str, Finding]]
Send = Callable[[Sequence[PostingRow], Mapping[str, Finding]], Outcomes]


def advance(at: Step, rows: Sequence[PostingRow], *, ask: Ask, send: Send) -> int:
    """Bring postings forward by the law: ask before adding, and after a lost answer ask at once.

    :returns: how many are with the ERP now.
    :raises Fault: nothing could be asked or sent; every posting says where it stands.
    """
    before = [moves.recover(at, row) for row in rows]
    moved = _once(at, before, ask, send)
    doubted = [row for row in moved if row.state is PostingState.UNCERTAIN and row not in before]
    asked = _once(at, doubted, ask, send) if doubted else []
    return sum(row.state in BEHIND for row in [*moved, *asked])


def _once(at: Step, rows: Sequence[PostingRow], ask: Ask, send: Send) -> list[PostingRow]:
    try:
        found = ask(rows)
    except MappingGap as gap:  # what the ERP cannot be asked for was never sent
        return [moves.settle(at, row, gap) for row in rows]
    now = at.house.now()
    actions = {
        row.posting_key: decide(
            row.state,
            found[row.posting_key].state,
            now=now,
            quiet_until=row.quiet_until,
            forgotten=row.forgotten,
        )
        for row in rows
    }
    going = [row for row in rows if actions[row.posting_key] is Action.SEND]
    settled = [
        _without_sending(at, row, actions[row.posting_key], found[row.posting_key])
        for row in rows
        if actions[row.posting_key] is not Action.SEND
    ]
    return settled + (_send(at, going, found, send) if going else [])


def _without_sending(at: Step, row: PostingRow, action: Action, found: Finding) -> PostingRow:
    if action is Action.KEEP_QUIET:
        moves.keep_quiet(at, row)
        return row
    if action is Action.LEAVE:
        moves.wait_longer(at, row, found.reason)
        return row
    if action is Action.READ_ANEW:
        return moves.read_anew(at, row)
    return moves.settle(at, row, found)


def _send(at: Step, rows: Sequence[PostingRow], found: Mapping[str, Finding], send: Send) -> list[PostingRow]:
    going = moves.begin(at, rows)
    outcomes = _outcomes(going, found, send)
    moved = [moves.settle(at, row, outcomes[row.posting_key]) for row in going]
    passing = next((told for told in outcomes.values() if isinstance(told, Fault) and not _final(told)), None)
    if passing is not None:
        raise passing
    return moved


def _outcomes(going: Sequence[PostingRow], found: Mapping[str, Finding], send: Send) -> Outcomes:
    try:
        return send(going, found)
    except Superseded:
        raise
    except Fault as fault:
        return {row.posting_key: fault for row in going}


def _final(fault: Fault) -> bool:
    """Tell whether a posting knows by itself how to go on; anything else is the step's to retry."""
    return isinstance(fault, OutcomeUnknown | Rejected | moves.HOLDS)
