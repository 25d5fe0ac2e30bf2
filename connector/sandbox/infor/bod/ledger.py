"""A general ledger that takes journals by SourceSystemJournalEntry, for a suite without one of its own here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from connector.sandbox.infor.bod.documents import Bod, Refused, every, text
from connector.sandbox.infor.spans import reference_in

NOUN = "SourceSystemJournalEntry"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger; ``amount`` is debit positive."""

    voucher: str
    key: str
    account: str
    day: str
    currency: str
    amount: Decimal
    text: str


class Ledger:
    """Books balanced journals on open accounts, each as a voucher of its own, as often as it is asked to.

    The day of a line is what its moment is in the ledger's own time zone.
    """

    def __init__(self, accounts: Mapping[str, str], *, timezone: str = "UTC", first: int = 900001) -> None:
        self.accounts = dict(accounts)
        self._zone = ZoneInfo(timezone)
        self.blocked: set[str] = set()
        self.lines: list[Line] = []
        self._next = first

    def book(self, bod: Bod) -> str:
        """Book a journal and give its voucher's number.

        :raises Refused: an account, an amount or the balance is wrong; nothing is booked.
        """
        header = "JournalEntryHeader/JournalID"
        key = text(bod.content, header)
        lines = [self._line(node, key) for node in every(bod.content, "JournalEntryLine")]
        if not key or len(lines) < 2:
            raise Refused("a journal has an id and at least two lines")
        if sum(line.amount for line in lines) != 0 or len({line.currency for line in lines}) != 1:
            raise Refused(f"journal {key} does not balance")
        self.lines += lines
        self._next += 1
        return lines[0].voucher

    def vouchers_by_key(self) -> dict[str, list[str]]:
        """Give the vouchers booked from each journal's key: more than one is a duplicate."""
        found: dict[str, list[str]] = {}
        for line in self.lines:
            vouchers = found.setdefault(line.key, [])
            if line.voucher not in vouchers:
                vouchers.append(line.voucher)
        return found

    def trial_balance(self) -> dict[tuple[str, str], Decimal]:
        """Sum the ledger: (account, currency) to balance, debit positive."""
        return self._summed(lambda _: "").get("", {})

    def balances_by_reference(self) -> dict[str, dict[tuple[str, str], Decimal]]:
        """Sum the ledger per external reference in the lines' texts; without one under ``""``."""
        return self._summed(lambda line: reference_in(line.text))

    def _summed(self, group: Callable[[Line], str]) -> dict[str, dict[tuple[str, str], Decimal]]:
        sums: dict[str, dict[tuple[str, str], Decimal]] = {}
        for line in self.lines:
            balances = sums.setdefault(group(line), {})
            place = (line.account, line.currency)
            balances[place] = balances.get(place, Decimal(0)) + line.amount
        return sums

    def _line(self, node: Element, key: str) -> Line:
        account = text(node, "GLAccount/GLNominalAccount")
        if account not in self.accounts:
            raise Refused(f"ledger account {account} does not exist")
        if account in self.blocked:
            raise Refused(f"ledger account {account} is blocked")
        amount = next(every(node, "Amount"), None)
        flag = text(node, "DebitCreditFlag")
        try:
            value = Decimal((amount.text or "") if amount is not None else "")
        except InvalidOperation:
            raise Refused(f"journal {key}: an amount is no number") from None
        if value <= 0 or flag not in ("D", "C") or amount is None:
            raise Refused(f"journal {key}: amounts are positive, with a flag D or C")
        return Line(
            voucher=str(self._next),
            key=key,
            account=account,
            day=self._day(text(node, "SourceAccountingDate/PostDateTime"), key),
            currency=amount.get("currencyID", ""),
            amount=value if flag == "D" else -value,
            text=text(node, "Description"),
        )

    def _day(self, moment: str, key: str) -> str:
        try:
            return datetime.fromisoformat(moment).astimezone(self._zone).date().isoformat()
        except ValueError:
            raise Refused(f"journal {key}: PostDateTime is no moment") from None
