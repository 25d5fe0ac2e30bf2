"""Master data that a profile names: where it stands, and what makes it unusable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from connector.domain.ledger_account import LedgerAccount
from connector.infor.syteline.answers import Record
from connector.infor.syteline.client import Query
from connector.infor.syteline.company import Company
from connector.infor.syteline.wire.values import day_of, identity

ITEMS, CUSTOMERS, WAREHOUSES = "SLItems", "SLCustomers", "SLWhses"
OBSOLETE = "O"
CREDIT_HOLD = "CreditHold"
YES = "1"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of master data. ``problem`` says what is wrong with one that exists; nothing: it may be used."""

    name: str
    plural: str
    screen: str
    ido: str
    key: str
    read: tuple[str, ...]
    problem: Callable[[Record], str]
    only: str = ""


def closed(row: Record, company: Company, today: date) -> str:
    """Say since when an account is closed; nothing while it is open."""
    ends = day_of(row, company.names.account_ends)
    return f"is closed since {ends}" if ends is not None and ends <= today else ""


def chart(company: Company) -> Query:
    """Ask for every account by rising number."""
    names = company.names
    return Query(names.accounts, (names.account, "Description", names.account_ends), "", names.account)


def account_of(row: Record, company: Company, today: date) -> LedgerAccount:
    """Read a listed account."""
    number = identity(row, company.names.account)
    return LedgerAccount(number, row.get("Description", ""), usable=not closed(row, company, today))


def account(company: Company, today: date) -> Kind:
    """Accounts; one may have a last day."""
    names = company.names

    def problem(row: Record) -> str:
        return closed(row, company, today)

    return Kind(
        "account", "accounts", "Chart of Accounts", names.accounts, names.account, (names.account_ends,), problem
    )


def item(company: Company, name: str = "item", plural: str = "items") -> Kind:
    """Items; charges are items too."""
    status = company.names.item_status

    def problem(row: Record) -> str:
        return "is obsolete" if row.get(status) == OBSOLETE else ""

    return Kind(name, plural, "Items", ITEMS, "Item", (status,), problem)


def customer(name: str = "customer", plural: str = "customers") -> Kind:
    """Customers, by their first address."""

    def problem(row: Record) -> str:
        return "is on credit hold" if row.get(CREDIT_HOLD) == YES else ""

    return Kind(name, plural, "Customers", CUSTOMERS, "CustNum", (CREDIT_HOLD,), problem, only="CustSeq = 0")


def warehouse() -> Kind:
    """Warehouses."""
    return Kind("warehouse", "warehouses", "Warehouses", WAREHOUSES, "Whse", (), lambda _: "")
