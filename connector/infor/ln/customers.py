"""Finding the store's customers in LN by their search key; LN's own people make them."""

from __future__ import annotations

from connector.domain.document import Customer
from connector.domain.inquiry import FindingState
from connector.infor.ln.client import Client
from connector.infor.ln.wire import partners
from connector.ports import Finding

NONE_MADE = "LN's services make no customer that may order: set `customers.create` to false in the mapping profile"


def find(client: Client, customer: Customer, store_prefix: str) -> Finding:
    """READ, 1 call: the partner whose search key is exactly ours; the lowest number where several have it."""
    key = partners.search_key(customer, store_prefix)
    rows = client.rows(partners.by_search_key(key))
    numbers = sorted(partners.number_of(row) for row in rows if partners.key_of(row) == key)
    if not numbers:
        return Finding(FindingState.ABSENT)
    several = f"LN holds {len(numbers)} business partners with search key {key}: {', '.join(numbers)}; keep one"
    return Finding(FindingState.BOOKED, external_id=numbers[0], reason=several if len(numbers) > 1 else "")
