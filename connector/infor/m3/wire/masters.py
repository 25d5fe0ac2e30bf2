"""Master data that a mapping profile names: how each kind is asked for, and what makes it unusable."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from connector.domain.ledger_account import LedgerAccount
from connector.infor.m3.company import Company
from connector.infor.m3.transaction import Outcome, Record, Transaction
from connector.infor.m3.wire.fields import day, digits, identity

OPEN = range(20, 90)
"""Statuses of items and customers that may be used."""
BLOCKED = "1"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of master, kept in ``screen``; its names have at most ``length`` characters behind their ``lead``.

    ``ask`` builds the question for one name, ``judge`` says what the answer finds wrong with it, or nothing.
    """

    name: str
    plural: str
    screen: str
    length: int
    ask: Callable[[str], Transaction]
    judge: Callable[[str, Outcome], str]
    lead: str = ""

    @property
    def misfit(self) -> str:
        """What is wrong with a name that does not fit."""
        lead = f" behind {self.lead}" if self.lead else ""
        return f"is no name in M3, which holds up to {self.length} characters{lead}"

    def fits(self, name: str) -> bool:
        """Whether M3 can have this name at all; one that cannot be is not asked for."""
        return re.fullmatch(f"{self.lead}.{{1,{self.length}}}", name) is not None


def account(company: Company, today: date) -> Kind:
    """GL accounts are mastered in M3: read and checked, never made (design §4.8)."""

    def ask(name: str) -> Transaction:
        return _identity("1", name, company)

    return Kind("account", "accounts", "CRS630", 10, ask, _closed_on(today))


def dimension(company: Company, today: date) -> Kind:
    """The other accounting dimensions, written ``AIT2:WEB``."""

    def ask(name: str) -> Transaction:
        field, _, identity = name.partition(":")
        return _identity(field[-1], identity, company)

    return Kind("dimension", "dimensions", "CRS630", 10, ask, _closed_on(today), lead="AIT[2-7]:")


def item() -> Kind:
    """An item that may be sold."""
    return Kind("item", "items", "MMS001", 15, _by("MMS200MI", "GetItmBasic", "ITNO"), _status)


def customer() -> Kind:
    """A customer that may order."""
    return Kind("customer", "customers", "CRS610", 10, _by("CRS610MI", "GetBasicData", "CUNO"), _status)


def warehouse() -> Kind:
    """A warehouse."""
    return Kind("warehouse", "warehouses", "MMS005", 3, _by("MMS005MI", "GetWarehouse", "WHLO"), _refused)


def charge() -> Kind:
    """An order charge; the list begins at its id."""

    def judge(name: str, outcome: Outcome) -> str:
        listed = any(row.get("CRID") == name for row in outcome.records)
        return _refused(name, outcome) or ("" if listed else "does not exist")

    return Kind("charge", "charges", "OIS030", 6, _by("OIS030MI", "LstOrderCharges", "CRID"), judge)


def accounts_from(company: Company, after: str) -> Transaction:
    """List the accounts from one on: a start position, and the account itself is among them."""
    record = {"AITP": "1", "DIVI": company.division} | ({"AITM": after} if after else {})
    return Transaction("CRS630MI", "LstAccountID", record, ("AITM", "TX40", "LCCD", "VFDT", "VTDT"))


def account_of(row: Record, outcome: Outcome, today: date) -> LedgerAccount:
    """Read a listed account."""
    number = identity(row, "AITM")
    why_not = _closed_on(today)(number, replace(outcome, records=(row,)))
    return LedgerAccount(number, row.get("TX40", ""), usable=not why_not)


def account_text(row: Record) -> str:
    """Name a listed account in one line."""
    return f"{row.get('AITM')} {row.get('TX40', '')}".strip()


def templates() -> Transaction:
    """List the customer templates."""
    return Transaction("CRS610MI", "LstTemplates", {}, ("CUNO",))


def template_names(outcome: Outcome) -> set[str]:
    """Their names."""
    return {row.get("CUNO", "") for row in outcome.rows}


def _by(program: str, transaction: str, field: str) -> Callable[[str], Transaction]:
    return lambda name: Transaction(program, transaction, {field: name})


def _identity(dimension: str, name: str, company: Company) -> Transaction:
    record = {"AITP": dimension, "AITM": name, "DIVI": company.division}
    return Transaction("CRS630MI", "GetAccountID", record, ("AITM", "LCCD", "VFDT", "VTDT"))


def _closed_on(today: date) -> Callable[[str, Outcome], str]:
    """Judge an accounting identity: there, not blocked, valid today; an empty date is no limit."""

    def judge(name: str, outcome: Outcome) -> str:
        first, last = (outcome.record.get(field, "").lstrip("0") for field in ("VFDT", "VTDT"))
        if outcome.refusal or outcome.record.get("LCCD") == BLOCKED:
            return _refused(name, outcome) or "is blocked"
        if first and day(today) < first:
            return f"is valid only from {first}"
        return f"was valid only until {last}" if last and day(today) > last else ""

    return judge


def _status(name: str, outcome: Outcome) -> str:
    status = outcome.record.get("STAT", "")
    usable = not status or digits(status) in OPEN
    return _refused(name, outcome) or ("" if usable else f"has status {status}")


def _refused(name: str, outcome: Outcome) -> str:  # noqa: ARG001 - every judge is asked alike
    return f"cannot be used: {outcome.refusal}" if outcome.refusal else ""
