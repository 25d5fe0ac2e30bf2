"""Aligning the store's customers: looked up by number, made from a template customer."""

from __future__ import annotations

from connector.domain.document import Customer
from connector.domain.faults import Rejected
from connector.domain.inquiry import FindingState
from connector.infor.syteline.client import Client
from connector.infor.syteline.company import Company
from connector.infor.syteline.wire import customers as wire
from connector.ports import Finding, Guard


def find(client: Client, company: Company, customer: Customer, store_prefix: str) -> Finding:
    """READ, 1 call."""
    number = wire.number(client, customer, company, store_prefix)
    rows = client.rows(wire.by_number(client, number))
    return Finding(FindingState.BOOKED, number) if rows else Finding(FindingState.ABSENT)


def post(
    client: Client, company: Company, customer: Customer, *, template: str, store_prefix: str, guard: Guard
) -> Finding:
    """WRITE, 1 call behind one for the template. The number is a key, so that two cannot be made.

    :raises Rejected: there is no such template, or SyteLine said no.
    """
    number = wire.number(client, customer, company, store_prefix)
    copied = client.rows(wire.by_number(client, template, company.copied))
    if not copied:
        raise Rejected(f"SyteLine has no customer {template} to make others from: mend customers.template")
    row = wire.add(client, customer, number, copied[0], company)
    refusal = client.insert(wire.CUSTOMERS, [row], guard).refusal
    if refusal and find(client, company, customer, store_prefix).state is FindingState.ABSENT:
        raise Rejected(f"SyteLine did not make customer {number}: {refusal}")
    return Finding(FindingState.BOOKED, number)
