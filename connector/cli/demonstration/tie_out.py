"""Compares the store's own record with the balances of the ERP's ledger, account by account, to the cent.

Nothing of the connector's arithmetic is used: the store's side is reckoned here, from what was charged, paid and
given back, and only the mapping profile's tables say which account each belongs on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connector.mapping.profile import DEFAULT, AccountsSection

WITHOUT_CENTS = frozenset({"JPY", "KRW"})
LIABILITIES = {"giftcertificate": "gift certificates", "storecredit": "store credit"}

UNPAID = "sold and not paid"
NO_ACCOUNT = "none"
"""Where the profile names no account: what the store has there, the ledger cannot have."""

Balances = Mapping[tuple[str, str], Decimal]
"""(account, currency) to balance, debit positive."""


@dataclass(frozen=True, slots=True)
class Tie:
    """One account in one currency as both sides have it, debit positive."""

    account: str
    currency: str
    what: str
    store: Decimal
    ledger: Decimal

    @property
    def difference(self) -> Decimal:
        """What the ledger has too much."""
        return self.ledger - self.store

    @property
    def holds(self) -> bool:
        """Whether both sides agree."""
        return self.store == self.ledger


@dataclass(frozen=True, slots=True)
class _Fact:
    account: str
    what: str
    amount: Decimal


def tie_out(orders: Iterable[Mapping[str, Any]], accounts: AccountsSection, ledger: Balances) -> list[Tie]:
    """Compare receivable, money and tax accounts; ``orders`` are the store's records of all that must be booked.

    An account that only the ledger has a balance on is compared with nothing.
    """
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    names: dict[str, list[str]] = {account: [] for account in _compared(accounts)}
    for order in orders:
        for fact in _facts(order, accounts):
            sums[fact.account, order["currency"]] += fact.amount
            told = names.setdefault(fact.account, [])
            told += [] if fact.what in told else [fact.what]
    keys = {*sums, *(key for key, balance in ledger.items() if key[0] in names and balance)}
    return [
        Tie(
            account,
            currency,
            ", ".join(names[account]),
            sums[account, currency],
            ledger.get((account, currency), Decimal(0)),
        )
        for account, currency in sorted(keys)
    ]


def _compared(accounts: AccountsSection) -> Iterator[str]:
    yield accounts.receivable
    yield from accounts.clearing.values()
    yield from filter(None, (accounts.gift_certificates, accounts.store_credit))
    yield from accounts.tax.values()


def _facts(order: Mapping[str, Any], accounts: AccountsSection) -> Iterator[_Fact]:
    def coins(amount: str) -> Decimal:
        unit = Decimal(1) if order["currency"] in WITHOUT_CENTS else Decimal("0.01")
        return Decimal(amount).quantize(unit, ROUND_HALF_UP)

    yield _Fact(accounts.receivable, UNPAID, coins(order["total_inc_tax"]))  # total_inc_tax: the store's word
    for gateway, amount in order["payments"].items():
        yield _Fact(_money(gateway, accounts), LIABILITIES.get(gateway, gateway), coins(amount))
        yield _Fact(accounts.receivable, UNPAID, -coins(amount))
    for gateway, amount in order["refunds"].items():
        yield _Fact(_money(gateway, accounts), LIABILITIES.get(gateway, gateway), -coins(amount))
    for name, amount in order["taxes"].items():
        yield _Fact(_named(accounts.tax, name), name, -coins(amount))
    for name, amount in order["refund_taxes"].items():
        yield _Fact(_named(accounts.tax, name), name, coins(amount))
    sold = coins(order["parts"]["gift_certificates_sold"])
    if sold:
        yield _Fact(accounts.gift_certificates or NO_ACCOUNT, "gift certificates", -sold)


def _money(gateway: str, accounts: AccountsSection) -> str:
    liabilities = {"giftcertificate": accounts.gift_certificates, "storecredit": accounts.store_credit}
    return (liabilities[gateway] or NO_ACCOUNT) if gateway in liabilities else _named(accounts.clearing, gateway)


def _named(table: Mapping[str, str], name: str) -> str:
    return table.get(name) or table.get(DEFAULT) or NO_ACCOUNT
