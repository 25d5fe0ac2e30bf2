"""Customers (facts/infor.md §2.8): found again by the search key, made from a template."""

from __future__ import annotations

from connector.domain.document import Customer
from connector.infor.m3.transaction import Record, Transaction
from connector.infor.m3.wire import addresses
from connector.infor.m3.wire.fields import FIELDS, write

ADD = "CRS610MI/Add"


def search_key(customer: Customer, store_prefix: str) -> str:
    """The store's customer id; behind the store's prefix where two stores share a company."""
    return f"{store_prefix}-{customer.id}" if store_prefix else str(customer.id)


def by_search_key(key: str) -> Transaction:
    """List customers from this search key on: a start position, not a filter.

    :raises MappingGap: the key does not fit.
    """
    return Transaction("CRS610MI", "LstBySearchKey", write(ADD, {"ALCU": key}).record, ("CUNO", "ALCU", "STAT"))


def key_of(row: Record) -> str:
    """The search key of a listed customer."""
    return row.get("ALCU", "")


def number_of(row: Record) -> str:
    """The customer number of a listed or new customer."""
    return row.get("CUNO", "")


def warning_of(row: Record) -> str:
    """What M3 still misses about a customer it made all the same (status 12)."""
    return row.get("ERRM", "")


def add(customer: Customer, key: str, template: str) -> Transaction:
    """Make a customer; the number series gives the number. Name and first line are mandatory in M3.

    :raises MappingGap: the search key or the template does not fit.
    """
    address = addresses.postal(customer.address)
    name = address["CUNM"] or f"Store customer {customer.id}"
    values = address | {
        "CUTM": template,
        "CUNM": name,
        "CUA1": address.get("CUA1") or address["TOWN"] or name,
        "ALCU": key,
        "PHNO": addresses.phone(customer.address.phone, FIELDS[ADD]["PHNO"].length),
        "MAIL": customer.address.email,
    }
    return write(ADD, values, ("CUNO", "ERRM"))
