"""What can be proved from the tenant's books: balances, and how often each fact was booked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant
from connector.sandbox.infor.simulator import Balances
from connector.sandbox.infor.spans import reference_in


def trial_balance(tenant: Tenant) -> Balances:
    """Sum the ledger: (account, currency) to balance, debit positive."""
    return _sum(list(tenant.rows["FGLEDG"]))


def balances_by_reference(tenant: Tenant) -> dict[str, Balances]:
    """Sum the ledger per external reference found in the lines' texts; lines without one are under ``""``."""
    lines: dict[str, list[Record]] = defaultdict(list)
    for line in tenant.rows["FGLEDG"]:
        lines[reference_in(line["VTXT"])].append(line)
    return {reference: _sum(found) for reference, found in lines.items()}


def _sum(lines: list[Record]) -> Balances:
    sums: Balances = defaultdict(Decimal)
    for line in lines:
        sums[line["AIT1"], line["CUCD"]] += Decimal(line["CUAM"])
    return dict(sums)


def orders_by_reference(tenant: Tenant) -> dict[str, list[str]]:
    """Give the customer orders made under each ``CUOR``: more than one is a duplicate."""
    found: dict[str, list[str]] = defaultdict(list)
    for head in tenant.rows["OOHEAD"]:
        found[head["CUOR"]].append(head["ORNO"])
    return dict(found)


def orphan_heads(tenant: Tenant) -> list[str]:
    """Give the batch orders that were begun and neither confirmed nor deleted."""
    return [
        head["ORNO"]
        for head in tenant.rows["OXHEAD"]
        if head["STAT"] != "90" and head["ORNO"] not in tenant.confirming
    ]


def vouchers_by_key(tenant: Tenant) -> dict[str, list[str]]:
    """Give the vouchers posted from each ``KEY1``: none for a batch left unposted."""
    found: dict[str, list[str]] = {head["KEY1"]: [] for head in tenant.rows["FGLINH"]}
    for line in tenant.rows["FGLEDG"]:
        vouchers = found.setdefault(line["KEY1"], [])
        if line["VONO"] not in vouchers:
            vouchers.append(line["VONO"])
    return found


def dump(tenant: Tenant) -> dict[str, Any]:
    """Give the company's books as plain values."""
    rows = tenant.rows
    return {
        "batch_orders": [head | {"lines": rows["OXLINE"].of(head["ORNO"])} for head in rows["OXHEAD"]],
        "orders": [
            head
            | {
                "lines": rows["OOLINE"].of(head["ORNO"]),
                "charges": rows["OOCHRG"].of(head["ORNO"]),
                "addresses": rows["OOADDR"].of(head["ORNO"]),
                "texts": rows["OOTEXT"].of(head["ORNO"]),
            }
            for head in rows["OOHEAD"]
        ],
        "batches": [head | {"lines": rows["FGLINF"].of(head["KEY1"])} for head in rows["FGLINH"]],
        "ledger": list(rows["FGLEDG"]),
        "customers": list(rows["OCUSMA"]),
        "accounts": list(rows["FCHACC"]),
        "orders_by_reference": orders_by_reference(tenant),
        "orphan_heads": orphan_heads(tenant),
        "vouchers_by_key": vouchers_by_key(tenant),
        "overlapping_refunds": dict(tenant.spans.overlaps),
        "refund_spans": [asdict(span) for span in tenant.spans.spans],
    }
