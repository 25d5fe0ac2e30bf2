"""Our journals as a beancount ledger, which ``bean-check`` can judge: an outside opinion on our own books.

An account is called by what it takes and by its number in the ERP (``Liabilities:Tax:2200``), so that it has the same
name in every export. One number that takes two things has two names here; their sum is its balance.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator

from connector.domain.books import BookedJournal, BookedLine

_PLACES = {
    "receivable": "Assets:Receivable",
    "clearing": "Assets:Clearing",
    "sales": "Income:Sales",
    "shipping": "Income:Shipping",
    "handling": "Income:Handling",
    "gift_wrap": "Income:GiftWrap",
    "fees": "Income:Fees",
    "discounts": "Income:Discounts",
    "returns": "Income:Returns",
    "tax": "Liabilities:Tax",
    "gift_certificates": "Liabilities:GiftCertificates",
    "store_credit": "Liabilities:StoreCredit",
    "rounding": "Expenses:Rounding",
}
_ELSE = "Equity:Other"
_FITS = re.compile(r"[A-Z0-9][A-Za-z0-9-]*")


def lines(name: str, journals: Iterable[BookedJournal]) -> Iterator[str]:
    """Write journals, the oldest day first, each as one transaction; an account is opened where it first occurs."""
    yield f'option "title" {_text(f"{name}: journals of ml-connector")}\n'
    opened: set[str] = set()
    for journal in journals:
        for account in dict.fromkeys(account_of(line) for line in journal.lines):
            if account not in opened:
                opened.add(account)
                yield f"{journal.day} open {account}\n"
        yield from _transaction(journal)


def account_of(line: BookedLine) -> str:
    """Name a line's account: what it takes, then the ERP's number."""
    return f"{_PLACES.get(line.role, _ELSE)}:{_component(line.account)}"


def _component(number: str) -> str:
    """Make a number fit; one that had to be changed carries a mark, so that no two become the same."""
    if _FITS.fullmatch(number):
        return number
    fitting = re.sub(r"[^A-Za-z0-9-]", "-", number).lstrip("-")
    mark = hashlib.sha256(number.encode()).hexdigest()[:6]
    return f"{fitting[:1].upper()}{fitting[1:]}-{mark}" if fitting else f"X-{mark}"


def _transaction(journal: BookedJournal) -> Iterator[str]:
    yield f"\n{journal.day} * {_text(f'{journal.reference} {journal.kind.value} {journal.source}')}\n"
    for name, value in (("order", journal.order), ("posting", journal.key), ("voucher", journal.voucher)):
        yield f"  {name}: {_text(str(value))}\n"
    if journal.moved_from is not None:
        yield f"  moved-from: {journal.moved_from}\n"
    for line in journal.lines:
        yield f"  {account_of(line)}  {line.amount:f} {journal.currency}\n"
        yield f"    rule: {_text(line.rule)}\n"


def _text(value: str) -> str:
    """Quote as beancount does: like JSON, on one line, letters as they are."""
    return json.dumps(" ".join(value.split()), ensure_ascii=False)
