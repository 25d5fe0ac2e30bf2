"""What each M3 program does, one module per subject, one function per transaction.

A function takes the tenant and the checked input (every field of the layout, blank where nothing was said) and
returns records, lazily where they may be many, or raises ``Refused`` before it returns. The shape of calls and
answers belongs in ``m3api``; field lengths in ``layouts``; what all programs share in ``checks``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from connector.sandbox.infor.m3.programs import (
    accounts,
    balances,
    batches,
    confirmations,
    customers,
    exports,
    items,
    ledger,
    metadata,
    orders,
    prices,
    setup,
)
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant

Transaction = Callable[[Tenant, Record], Iterable[Record]]

PROGRAMS: Mapping[str, Transaction] = {
    **accounts.TRANSACTIONS,
    **balances.TRANSACTIONS,
    **batches.TRANSACTIONS,
    **confirmations.TRANSACTIONS,
    **customers.TRANSACTIONS,
    **exports.TRANSACTIONS,
    **items.TRANSACTIONS,
    **ledger.TRANSACTIONS,
    **metadata.TRANSACTIONS,
    **orders.TRANSACTIONS,
    **prices.TRANSACTIONS,
    **setup.TRANSACTIONS,
}
"""Every transaction by ``PROGRAM/Transaction``."""
