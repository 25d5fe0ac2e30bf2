"""Aligning the store's customers: looked up by search key, made from a template."""

from __future__ import annotations

from connector.domain.document import Customer
from connector.domain.faults import OutcomeUnknown, Truncated
from connector.domain.inquiry import FindingState
from connector.infor.m3.client import Client
from connector.infor.m3.wire import customers as wire
from connector.infor.m3.wire.fields import in_order
from connector.ports import Finding, Guard


def find(client: Client, customer: Customer, store_prefix: str) -> Finding:
    """READ, 1 call: the customer whose search key is exactly ours; the lowest number where several have it.

    The list is a start position (facts/infor.md §2.8), so it is complete for us once it has gone past our key.
    """
    key = wire.search_key(customer, store_prefix)
    outcome = client.read(wire.by_search_key(key)).answered()
    rows = outcome.records
    if outcome.cut and all(wire.key_of(row) == key for row in rows):
        raise Truncated(f"{outcome.transaction} gave {len(rows)} customers with search key {key}, and maybe more")
    numbers = in_order(wire.number_of(row) for row in rows if wire.key_of(row) == key)
    if not numbers:
        return Finding(FindingState.ABSENT)
    several = f"M3 holds {len(numbers)} customers with search key {key}: {', '.join(numbers)}; keep one"
    return Finding(FindingState.BOOKED, external_id=numbers[0], reason=several if len(numbers) > 1 else "")


def post(client: Client, customer: Customer, *, template: str, store_prefix: str, guard: Guard) -> Finding:
    """WRITE, 1 call: make the customer. A customer that M3 finds incomplete is made all the same; the reason tells.

    :raises OutcomeUnknown: M3 said yes and gave no number.
    """
    key = wire.search_key(customer, store_prefix)
    row = client.write_one(wire.add(customer, key, template), guard=guard)
    if not wire.number_of(row):
        raise OutcomeUnknown("M3 made a customer and did not say which")
    return Finding(FindingState.BOOKED, external_id=wire.number_of(row), reason=wire.warning_of(row))
