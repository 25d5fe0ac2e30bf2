"""Turns a plan into rows: postings by key, every payment and refund id with its end, one state with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from connector.domain.faults import BookedTwice, Fault
from connector.domain.identity import external_reference, posting_key
from connector.domain.journal import JournalEntry
from connector.domain.money import Money
from connector.domain.order import Snapshot
from connector.domain.plan import Booked, Plan, PlannedPosting
from connector.domain.posting import BEHIND, JOURNAL_KINDS, STANDS, UNPOSTS, PostingKind, PostingState
from connector.domain.progress import OrderState
from connector.flows import contents, sendings
from connector.flows.work import Step
from connector.mapping.demand import Demand
from connector.ports import Vault
from connector.records import demands, held, items, journal_lines, money_events, notices, orders, postings
from connector.records.database import Tx
from connector.records.money_events import NewMoneyEvent
from connector.records.orders import OrderRow
from connector.records.postings import NewPosting, PostingRow

_DONE = frozenset({PostingState.CONFIRMED, PostingState.LEFT_OUT})
"""The ERP has it, by us or by a person."""

_APART = timedelta(minutes=1)
"""By how much the store's clock may differ from ours."""


def booked(vault: Vault, rows: list[PostingRow]) -> list[Booked]:
    """Tell the planner what is in the ledger, or may be, oldest first."""
    return [_booked(vault, row) for row in sorted(rows, key=lambda row: row.id) if row.state in STANDS]


def _booked(vault: Vault, row: PostingRow) -> Booked:
    by_hand = row.state is PostingState.LEFT_OUT
    content = None if by_hand else contents.open_content(vault, row)
    came_to = Money(row.amount, row.currency) if by_hand and row.amount is not None and row.currency else None
    return Booked(row.kind, row.source, row.revision, content, row.reverses or "", by_hand, came_to)


def write(at: Step, snapshot: Snapshot, plan: Plan, demand: Demand, *, profile_version: int) -> None:
    """Write a plan in one transaction: all of it or nothing."""
    now, name = at.house.now(), at.saved.connection.name
    keys = [posting_key(name, planned.kind.value, planned.source, planned.revision) for planned in plan.postings]
    with at.begin() as tx:
        sendings.keep(tx, at.house.vault, at.order.id)
        for position, (planned, key) in enumerate(zip(plan.postings, keys, strict=True)):
            new = _new_posting(at, planned, key, position)
            order_id = None if planned.kind is PostingKind.CUSTOMER else at.order.id  # a buyer has many orders
            postings.plan(tx, at.saved.id, order_id, new, profile_version=profile_version, now=now)
            if planned.kind in JOURNAL_KINDS:
                journal_lines.write(tx, key, planned.content if isinstance(planned.content, JournalEntry) else None)
        reason = _order_reason(plan)
        gone = postings.withdraw_others(tx, at.order.id, keys, reason or "the order no longer owes it", now=now)
        gone += _withdraw_buyer(tx, at, keys)
        _write_money_events(tx, at, snapshot, plan, keys)
        orders.write(tx, at.order.id, rules=at.saved.rules, **_standing(plan, reason))
        held.save(tx, at.order.id, {fault.what for planned in plan.postings for fault in _why_held(at, planned)})
        _take(tx, at, snapshot, demand)
        told = {"postings": keys, "withdrawn": gone, "profile": profile_version, "snapshot": snapshot.fingerprint}
        at.note(tx, "planned", detail=told)


def _take(tx: Tx, at: Step, snapshot: Snapshot, demand: Demand) -> None:
    """Keep what the order takes until the ERP's balances count it off; mend levels that were told without it."""
    changed: set[str] = set()
    if not is_allocated(postings.of_order(tx, at.order.id)):
        changed |= demands.save(tx, at.saved.id, at.order.id, demand.taken)
    if not notices.is_done(tx, at.order.id):
        changed |= demands.save(tx, at.saved.id, at.order.id, demand.added, added=True)
    items.recount_told(tx, at.saved.id, changed, since=snapshot.order.created_at - _APART)


def _withdraw_buyer(tx: Tx, at: Step, wanted: list[str]) -> list[str]:
    """Let go of a buyer whom neither this order nor another that waits is to be sent for."""
    key = posting_key(at.saved.connection.name, PostingKind.CUSTOMER.value, at.order.customer_id or 0)
    if at.order.customer_id is None or key in wanted:
        return []
    return postings.withdraw_buyer(
        tx, at.saved.id, at.order.customer_id, key, "no order waits for it", now=at.house.now()
    )


def is_allocated(rows: list[PostingRow]) -> bool:
    """Tell whether the ERP has the sales order, and so counts its pieces off itself."""
    return any(row.kind is PostingKind.SALES_ORDER and row.state in _DONE for row in rows)


def is_out(rows: list[PostingRow]) -> bool:
    """Tell whether every journal that is booked has its mirror booked, too."""
    mirrored = {row.reverses for row in rows if row.kind not in UNPOSTS and row.state in _DONE}
    booked = [row for row in rows if row.kind in UNPOSTS and row.state is PostingState.CONFIRMED]
    return all(row.posting_key in mirrored for row in booked)


def _new_posting(at: Step, planned: PlannedPosting, key: str, position: int) -> NewPosting:
    amount = contents.amount(planned.content)
    faults = _why_held(at, planned)
    return NewPosting(
        kind=planned.kind,
        source=planned.source,
        revision=planned.revision,
        posting_key=key,
        reference=external_reference(at.run.ref.order, at.saved.connection.store_prefix),
        position=position,
        state=PostingState.HELD if faults else PostingState.PLANNED,
        content=contents.seal(at.house.vault, key, planned.content) if planned.content is not None else None,
        amount=amount.amount if amount else None,
        currency=amount.currency if amount else None,
        fault_code=faults[0].code if faults else "",
        reason="; ".join(_in_full(fault.what, fault.detail) for fault in faults),
        occurred_at=planned.occurred_at,
        reverses=planned.reverses or None,
    )


def _why_held(at: Step, planned: PlannedPosting) -> tuple[Fault, ...]:
    return planned.faults or ((at.order.hold.fault,) if at.order.hold else ())


def _in_full(what: str, detail: str) -> str:
    return f"{what}\n{detail}" if detail else what


def _write_money_events(tx: Tx, at: Step, snapshot: Snapshot, plan: Plan, keys: list[str]) -> None:
    posted = {(planned.kind, planned.source): key for planned, key in zip(plan.postings, keys, strict=True)}
    left = {(out.kind, out.id): out.reason for out in plan.left_out}
    by_hand = {row.posting_key: row.reason for row in postings.of_order(tx, at.order.id) if _is_left_out(row)}
    for event in _money_events(snapshot):
        key = posted.get((PostingKind.PAYMENT if event.kind == "transaction" else PostingKind.REFUND, event.number))
        reason = by_hand.get(key or "") or left.get((event.kind, event.number))
        if reason or key is None:
            ended = replace(event, left_out=reason or plan.waiting or _order_reason(plan))
        else:
            ended = replace(event, posting_key=key)
        money_events.save(tx, at.saved.id, at.order.id, ended)


def _money_events(snapshot: Snapshot) -> Iterator[NewMoneyEvent]:
    for paid in snapshot.transactions:
        what, money = f"{paid.event.value} {paid.gateway or paid.method}", paid.amount
        yield NewMoneyEvent("transaction", paid.id, what, money.amount, money.currency, paid.created_at)
    for refund in snapshot.refunds:
        what, money = ", ".join(sorted({item.kind.value for item in refund.items})) or "tax adjustment", refund.total
        yield NewMoneyEvent("refund", refund.id, what, money.amount, money.currency, refund.created_at)


def _is_left_out(row: PostingRow) -> bool:
    return row.state is PostingState.LEFT_OUT


def _order_reason(plan: Plan) -> str:
    return next((out.reason for out in plan.left_out if out.kind == "order"), plan.waiting)


def _standing(plan: Plan, reason: str) -> dict[str, object]:
    idle = OrderState.WAITING if plan.waiting else OrderState.LEFT_OUT
    return {
        "state": (OrderState.OPEN if plan.postings else idle).value,
        "reason": "\n".join(_in_full(notice.what, notice.detail) for notice in plan.notices) or reason,
        "fault_code": plan.notices[0].code if plan.notices else "",
    }


def external_number(rows: list[PostingRow]) -> str:
    """Choose the ERP's number of an order: the sales order's, or the sale's voucher where there is none."""
    for kind in (PostingKind.SALES_ORDER, PostingKind.SALE):
        found = [row for row in rows if row.kind is kind]
        if found:
            return found[-1].external_id if found[-1].state is PostingState.CONFIRMED else ""
    return ""


def next_time(at: Step, rows: list[PostingRow]) -> datetime | None:
    """Say when an order must be looked at again: the ERP is still working, or silence must last longer."""
    soon = at.house.now() + at.house.pace.confirm_delay
    times = [row.not_before or soon for row in rows if row.state is PostingState.SENT]
    blocking = next((row for row in rows if row.state not in BEHIND), None)
    if blocking is not None and blocking.state not in (PostingState.HELD, PostingState.REJECTED):
        times.append(blocking.not_before or soon)
    return min(times, default=None)


def why(rows: list[PostingRow], row: OrderRow) -> dict[str, object]:
    """Give the order the reason of its first troubled posting, or what its bookings and its plan ask a person for.

    Where nothing is asked: what was left out.
    """
    troubled = next((posting for posting in rows if posting.fault_code and posting.state not in BEHIND), None)
    if troubled is not None:
        return {"fault_code": troubled.fault_code, "reason": troubled.reason}
    doubled = [posting.reason for posting in rows if posting.fault_code == BookedTwice.code]
    if doubled:
        notice = [row.reason] if row.fault_code else []
        return {"fault_code": BookedTwice.code, "reason": "\n".join([*doubled, *notice])}
    left = "; ".join(f"{one.kind.value} {one.source}: {one.reason}" for one in rows if _is_left_out(one))
    return {"fault_code": row.fault_code, "reason": row.reason or left}
