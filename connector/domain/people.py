"""What tells who somebody is: the words of an order that nobody may be shown, wherever they turn up."""

from __future__ import annotations

from connector.domain.order import Address, Order

SHORTEST_SAID = 10
"""What a buyer wrote in fewer characters tells nothing of them, and stands in many another sentence."""


def words_of(order: Order) -> frozenset[str]:
    """Give names, streets, postal codes, phones and e-mails of the buyer and the receivers, and the buyer's words."""
    addresses = [order.billing, *(parcel.address for parcel in order.consignments)]
    said = [words for words in (order.note, *order.note.splitlines()) if len(words.strip()) >= SHORTEST_SAID]
    return frozenset(word.strip() for word in [*said, *(part for one in addresses for part in _parts(one))] if word)


def _parts(address: Address) -> tuple[str, ...]:
    named = address.name, address.first_name, address.last_name, address.company
    return *named, address.street_1, address.street_2, address.postal_code, address.phone, address.email
