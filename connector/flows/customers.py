"""Aligns an order's buyer with the ERP: by the binding, by the store's id, else created from the template once.

Two orders of one new buyer may run at the same time; the customer's posting is one row for both, so only
one of them sends it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.domain.document import Customer, SalesDocument
from connector.domain.faults import Busy, Superseded
from connector.domain.identity import posting_key
from connector.domain.posting import PostingKind, PostingState
from connector.flows import contents, moves
from connector.flows.house import House
from connector.flows.postings import Outcomes, advance
from connector.flows.work import Step, step
from connector.ports import Finding
from connector.records import bindings, connections, postings
from connector.records.postings import PostingRow
from connector.records.runs import Run

_OPEN = frozenset({PostingState.PLANNED, PostingState.SENDING, PostingState.UNCERTAIN})


def align(house: House, run: Run) -> int:
    """Make sure that the buyer of an order that owes a sales order is known in the ERP.

    :raises Busy: another order is creating the same customer right now.
    """
    with step(house, run, "align_customer") as at:
        sale, row = _needed(at)
        if sale is None or row is None:
            return 0
        if row.state in _OPEN:
            _align(at, row)
        return _let_sale_follow(at, sale, row.posting_key)


def _needed(at: Step) -> tuple[PostingRow | None, PostingRow | None]:
    """Find the sales order that waits for a customer, and the customer's posting; one that names its own does not."""
    if at.order.customer_id is None:
        return None, None
    key = posting_key(at.saved.connection.name, PostingKind.CUSTOMER.value, at.order.customer_id)
    with at.house.database.begin() as tx:
        rows = postings.of_order(tx, at.order.id)
        bound = bindings.find(tx, at.saved.id, PostingKind.CUSTOMER.value, str(at.order.customer_id))
        customer = postings.by_key(tx, key)
    sale = next((row for row in rows if row.kind is PostingKind.SALES_ORDER and row.state in _OPEN), None)
    waits = sale is not None and at.may_begin and not bound and not _names_one(at.house, sale)
    return (sale, customer) if waits else (None, None)


def _names_one(house: House, sale: PostingRow) -> bool:
    document = contents.open_content(house.vault, sale)
    assert isinstance(document, SalesDocument), sale.posting_key  # noqa: S101  the kind says so
    return document.customer != ""


def _align(at: Step, row: PostingRow) -> None:
    house = at.house
    if row.state is PostingState.SENDING and row.sending_at and house.now() < row.sending_at + house.pace.claim_lease:
        raise Busy(f"customer {row.source}: another order is creating it", retry_after=house.pace.confirm_delay)
    if row.not_before is not None and row.not_before > house.now():
        return
    customer = contents.open_content(house.vault, row)
    assert isinstance(customer, Customer), row.posting_key  # noqa: S101  the kind says so
    erp, template = house.erp(at.saved), _template(at)

    def ask(rows: Sequence[PostingRow]) -> Mapping[str, Finding]:
        return {one.posting_key: erp.find_customer(customer) for one in rows}

    def send(rows: Sequence[PostingRow], _found: Mapping[str, Finding]) -> Outcomes:
        created = erp.post_customer(customer, template=template, guard=lambda: _guard(at, rows))
        return {one.posting_key: created for one in rows}

    try:
        advance(at, [row], ask=ask, send=send)
    except Superseded as overtaken:  # by another order of this buyer: this run goes on as soon as that one is done
        raise Busy(overtaken.what, retry_after=house.pace.confirm_delay) from overtaken


def _guard(at: Step, rows: Sequence[PostingRow]) -> None:
    """Renew the claim, which is on the order alone: its buyer's posting may be another order's by now.

    :raises Superseded: it is, or the claim is lost.
    """
    at.guard()
    with at.house.database.alone() as tx:
        if not all(postings.is_unmoved(tx, row) for row in rows):
            raise Superseded(f"{at.run.ref}: another order makes the customer now")


def _template(at: Step) -> str:
    with at.house.database.begin() as tx:
        profile = connections.current_profile(tx, at.saved.id)
    assert profile is not None  # noqa: S101  a posting is planned only under a profile
    return at.house.parse_profile(profile.text).customers.template or ""


def _let_sale_follow(at: Step, sale: PostingRow, key: str) -> int:
    """Bind a confirmed customer; let the sales order wait with an uncertain one, or hold it behind a refused one."""
    with at.house.database.begin() as tx:
        row = postings.by_key(tx, key)
        assert row is not None  # noqa: S101  it was read a moment ago
        if row.state is PostingState.CONFIRMED:
            bindings.bind(tx, at.saved.id, PostingKind.CUSTOMER.value, str(row.source), row.external_id)
            return 1
        if row.not_before is not None:
            postings.put_off(tx, sale, row.not_before)
    if row.state in (PostingState.REJECTED, PostingState.HELD) and sale.state is PostingState.PLANNED:
        moves.hold(at, sale, row.fault_code, f"customer {row.source} was not made: {row.reason}")
    return 0
