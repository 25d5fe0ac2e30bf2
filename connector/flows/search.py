"""Finds orders by what people have in hand: the store's number, Infor's, a SKU, a buyer's e-mail address."""

from __future__ import annotations

from collections.abc import Collection

from connector.domain.order import Snapshot
from connector.flows.house import House
from connector.ports import Vault
from connector.records import terms
from connector.records.database import Tx
from connector.records.terms import FoundOrder, Term

MOST = 50


def find(house: House, text: str) -> list[FoundOrder]:
    """Find orders of all connections, the newest first, ``MOST`` at most; none for an empty text."""
    wanted = text.strip()
    if not wanted:
        return []
    with house.database.begin() as tx:
        if "@" in wanted:
            return terms.by_term(tx, "email", house.vault.marks(_plain(wanted)), MOST)
        return _by_number(tx, wanted) or terms.by_term(tx, "sku", [wanted.lower()], MOST)


def _by_number(tx: Tx, wanted: str) -> list[FoundOrder]:
    """Find by either number; one that both sides gave away finds both."""
    digits = wanted.removeprefix("#").rpartition("BC-")[2]
    own = (
        terms.by_number(tx, int(digits), MOST) if digits.isascii() and digits.isdecimal() and len(digits) < 18 else []
    )
    theirs = terms.by_external_id(tx, wanted, MOST)
    return [*own, *(one for one in theirs if one not in own)]


def terms_of(vault: Vault, snapshot: Snapshot) -> Collection[Term]:
    """Say by what an order is found: its SKUs, and its buyer's address as a mark that only our keys make."""
    found = {("sku", line.sku.lower()) for line in snapshot.order.lines if line.sku}
    mark = mark_of(vault, snapshot)
    return found | ({("email", mark)} if mark else set())


def mark_of(vault: Vault, snapshot: Snapshot) -> str | None:
    """Mark the buyer's address with the first key; None where the order has none."""
    address = snapshot.order.billing.email
    return vault.marks(_plain(address))[0] if address else None


def _plain(address: str) -> bytes:
    return address.strip().lower().encode()
