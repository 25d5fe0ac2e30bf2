"""The pages at the end: what became of each order, the ERP's trial balance, both sides beside each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from itertools import groupby

from connector.cli.demonstration.display import Column, Display
from connector.cli.demonstration.evidence import Evidence
from connector.cli.demonstration.shelves import OnShelf
from connector.cli.demonstration.shop import Shop, spans
from connector.cli.demonstration.stage import Stage
from connector.cli.demonstration.tie_out import WITHOUT_CENTS
from connector.domain.posting import JOURNAL_KINDS, PostingKind, PostingState

_ORDERS = (
    Column("order"),
    Column("its story", loose=True),
    Column("state"),
    Column("in the ERP"),
    Column("sale", right=True),
    Column("paid", right=True),
    Column("back", right=True),
    Column("order total", right=True),
    Column(""),
)
_BALANCE = (
    Column("account"),
    Column("name", loose=True),
    Column("debit", right=True),
    Column("credit", right=True),
    Column(""),
)
_TIES = (
    Column("account"),
    Column("what the store knows it by", loose=True),
    Column("by the store's record", right=True),
    Column("in the ledger", right=True),
    Column("difference", right=True),
    Column(""),
)

_SHELVES = (
    Column("SKU"),
    Column("name", loose=True),
    Column("price before", right=True),
    Column("pieces", right=True),
    Column("price now", right=True),
    Column("pieces", right=True),
    Column(""),
)

USD = "USD"
"""What plain orders are paid in."""

_KINDS = (PostingKind.SALE, PostingKind.PAYMENT, PostingKind.REFUND)


def orders(display: Display, stage: Stage, shop: Shop, evidence: Evidence) -> None:
    """Print every awkward order on a line of its own, and the plain ones on one."""
    counts = _journals(stage)
    awkward = [_order(order, evidence, counts) for order in sorted(shop.awkward)]
    display.table(_ORDERS, [awkward, *_plain(shop, evidence, counts)])


def _journals(stage: Stage) -> Counter[tuple[int | None, PostingKind]]:
    confirmed = stage.postings(PostingState.CONFIRMED.value)
    return Counter((row.order_number, row.kind) for row in confirmed if row.kind in JOURNAL_KINDS)


def _order(order: int, at: Evidence, counts: Counter[tuple[int | None, PostingKind]]) -> list[str]:
    row, told = at.trail.get(order), at.told[order]
    state = row.state.value.replace("_", " ") if row else "never heard of"
    numbers = [_count(counts[order, kind]) for kind in _KINDS]
    total = row.total if row and row.total is not None else Decimal(0)
    return [
        str(order),
        at.names[order],
        state,
        at.number(order),
        *numbers,
        money(total, told["currency"]),
        told["currency"],
    ]


def _plain(shop: Shop, at: Evidence, counts: Counter[tuple[int | None, PostingKind]]) -> list[list[list[str]]]:
    if not shop.plain:
        return []
    rows = [row for order in shop.plain if (row := at.trail.get(order))]
    states = Counter(row.state.value for row in rows)
    numbers = [_count(sum(counts[order, kind] for order in shop.plain)) for kind in _KINDS]
    found = sum(bool(at.number(order)) for order in shop.plain)
    total = sum((row.total or Decimal(0) for row in rows), Decimal(0))
    told = ", ".join(f"{count} {state}" if len(states) > 1 else state for state, count in states.items())
    name = f"{len(shop.plain)} plain orders"
    return [[[spans(shop.plain), name, told, f"{found} orders", *numbers, money(total, USD), USD]]]


def _count(number: int) -> str:
    return str(number) if number else ""


def trial_balance(display: Display, stage: Stage, evidence: Evidence) -> None:
    """Print the ERP's own balances, each currency by itself."""
    names = stage.sandbox.infor.options.accounts
    sections = []
    for currency, group in groupby(
        sorted(evidence.ledger.items(), key=lambda one: one[0][::-1]), lambda one: one[0][1]
    ):
        balances = [(account, balance) for (account, _), balance in group]
        debits = sum((balance for _, balance in balances if balance > 0), Decimal(0))
        owed = sum((-balance for _, balance in balances if balance < 0), Decimal(0))
        rows = [
            [account, names.get(account, ""), *_sides(balance, currency), currency] for account, balance in balances
        ]
        sections.append([*rows, ["", "together", money(debits, currency), money(owed, currency), currency]])
    display.table(_BALANCE, sections)


def _sides(balance: Decimal, currency: str) -> tuple[str, str]:
    return (money(balance, currency), "") if balance > 0 else ("", money(-balance, currency))


def ties(display: Display, evidence: Evidence) -> None:
    """Print both sides of every receivable, money and tax account."""
    rows = [
        [
            tie.account,
            tie.what,
            *(sided(amount, tie.currency) for amount in (tie.store, tie.ledger)),
            money(tie.difference, tie.currency),
            tie.currency,
        ]
        for tie in evidence.ties
    ]
    display.table(_TIES, [rows])


def shelves(display: Display, before: Mapping[str, OnShelf], after: Mapping[str, OnShelf]) -> None:
    """Print the articles that changed: as they were, as they are, and what the ERP says."""
    changed = {sku: row for sku, row in after.items() if before.get(sku) != row}
    rows = [_shelf(sku, before.get(sku), row) for sku, row in sorted(changed.items())]
    display.table(_SHELVES, [rows])


def _shelf(sku: str, old: OnShelf | None, new: OnShelf) -> list[str]:
    return [
        sku,
        new.name,
        *((old.price, str(old.pieces)) if old else ("", "")),
        new.price,
        str(new.pieces),
        "visible" if new.visible else "hidden",
    ]


def money(amount: Decimal, currency: str) -> str:
    """Write an amount as people read it."""
    return f"{amount:,.0f}" if currency in WITHOUT_CENTS else f"{amount:,.2f}"


def sided(amount: Decimal, currency: str) -> str:
    """Write a balance with its side."""
    side = "Dr" if amount > 0 else "Cr" if amount < 0 else "  "
    return f"{money(abs(amount), currency)} {side}"
