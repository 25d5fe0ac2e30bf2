"""Finding the store's customers in LN by their search key; LN's own people make them."""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain.document import Customer
from connector.domain.inquiry import FindingState
from connector.infor.ln.client import Client
from connector.infor.ln.wire import partners
from connector.infor.ln.wire.literals import few, said
from connector.ports import Finding

NONE_MADE = "LN's services make no customer that may order: set `customers.create` to false in the mapping profile"


def problems(client: Client, numbers: Sequence[str]) -> dict[str, str]:
    """READ, 1 call for 20 of them: what is wrong with those that may not order."""
    rows = [row for some in few(numbers) for row in client.rows(partners.sold_to(some))]
    status = {said(row, partners.ROLE[0]): said(row, partners.ROLE[1]) for row in rows}
    found = {number: "is no sold-to business partner" for number in numbers if number not in status}
    return found | {number: "is inactive" for number in numbers if status.get(number) == partners.INACTIVE}


def find(client: Client, customer: Customer, store_prefix: str) -> Finding:
    """READ, 1 call: the partner whose search key is exactly ours; the lowest number where several have it."""
    key = partners.search_key(customer, store_prefix)
    rows = client.rows(partners.by_search_key(key))
    numbers = sorted(partners.number_of(row) for row in rows if partners.key_of(row) == key)
    if not numbers:
        return Finding(FindingState.ABSENT)
    several = f"LN holds {len(numbers)} business partners with search key {key}: {', '.join(numbers)}; keep one"
    return Finding(FindingState.BOOKED, external_id=numbers[0], reason=several if len(numbers) > 1 else "")
