"""Customers: SLCustomers. The number is made of the store's, so that the key itself keeps it unique."""

from __future__ import annotations

from connector.domain.document import Customer
from connector.domain.faults import MappingGap
from connector.infor.syteline import filters
from connector.infor.syteline.answers import Record
from connector.infor.syteline.client import Client, Query
from connector.infor.syteline.company import Company
from connector.infor.syteline.wire.values import fitting, whole

CUSTOMERS = "SLCustomers"
NUMBER, ADDRESS = "CustNum", "CustSeq"
FIRST = "0"
PREFIX = "W"
WRITTEN = ("Name", "Addr_1", "Addr_2", "City", "State", "Zip", "Country", "Contact_1", "Phone_1", "ExternalEmailAddr")


SEPARATOR = "-"
"""Behind a prefix that ends in a digit: customer 1 of the store A1 is not customer 100001 of the store A."""


def number(client: Client, customer: Customer, company: Company, store_prefix: str) -> str:
    """Give a customer's number: the company's prefix and the store's, then the store's number with zeros before it.

    :raises MappingGap: it does not fit.
    """
    prefix = f"{company.customer_prefix}{store_prefix}" or PREFIX
    prefix += SEPARATOR if prefix[-1].isdigit() else ""
    room = client.property(CUSTOMERS, NUMBER).length - len(prefix)
    if len(str(customer.id)) > room:
        raise MappingGap(
            f"the store's customer {customer.id} has no room behind {prefix} in {NUMBER}: take a shorter "
            "`customer_prefix` or `store_prefix`"
        )
    return f"{prefix}{customer.id:0{room}}"


def by_number(client: Client, customer: str, properties: tuple[str, ...] = ()) -> Query:
    """Ask for a customer."""
    key = filters.equals(NUMBER, client.key(CUSTOMERS, NUMBER, customer))
    return Query(CUSTOMERS, (NUMBER, *properties), filters.both(key, f"{ADDRESS} = {FIRST}"))


def add(client: Client, customer: Customer, made: str, template: Record, company: Company) -> Record:
    """Make a customer of what the template has and of the address."""
    address = customer.address
    state = whole(client, CUSTOMERS, "State", address.state)
    street = ", ".join(filter(None, (address.street_2, "" if state else address.state)))
    values = {name: template.get(name, "") for name in company.copied} | {
        NUMBER: made,
        ADDRESS: FIRST,
        "Name": address.company or address.name or f"Store customer {customer.id}",
        "Addr_1": address.street_1,
        "Addr_2": street,
        "City": address.city,
        "State": state,
        "Zip": address.postal_code,
        "Country": address.country_code,
        "Contact_1": address.name,
        "Phone_1": address.phone,
        "ExternalEmailAddr": whole(client, CUSTOMERS, "ExternalEmailAddr", address.email),
    }
    return fitting(client, CUSTOMERS, values, (NUMBER, *company.copied))
