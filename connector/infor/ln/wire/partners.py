"""Business partners (``tcapi.comBusinessPartner``): read only.

One that may order needs an address, which that service does not make, and four roles with settings of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain.document import Customer
from connector.infor.ln.answers import Row
from connector.infor.ln.client import Query
from connector.infor.ln.wire.literals import identity, one_of, said, text

SERVICE = "tcapi.comBusinessPartner"
PARTNERS, SOLD_TO = f"{SERVICE}/BusinessPartners", f"{SERVICE}/SoldtoBusinessPartners"
PARTNER = ("BusinessPartner", "SearchKey")
ROLE = ("SoldtoBusinessPartner", "BusinessPartnerStatus")
INACTIVE = "Inactive"


def search_key(customer: Customer, store_prefix: str) -> str:
    """The store's customer id; behind the store's prefix where two stores share a company."""
    return f"{store_prefix}-{customer.id}" if store_prefix else str(customer.id)


def by_search_key(key: str) -> Query:
    """Ask for the partners with a search key."""
    return Query(PARTNERS, PARTNER, f"SearchKey eq {text(key)}")


def sold_to(numbers: Sequence[str]) -> Query:
    """Ask which of some partners may order."""
    return Query(SOLD_TO, ROLE, one_of(ROLE[0], numbers))


def number_of(row: Row) -> str:
    """The partner's number."""
    return identity(row, "BusinessPartner")


def key_of(row: Row) -> str:
    """The partner's search key."""
    return said(row, "SearchKey")
