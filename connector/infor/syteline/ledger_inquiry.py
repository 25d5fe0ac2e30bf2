"""Reads the general ledger back: every line on some accounts, page by page until the last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from connector.domain.faults import ContractBroken
from connector.infor.syteline import filters
from connector.infor.syteline.answers import Record
from connector.infor.syteline.client import Client, Query, chunks
from connector.infor.syteline.company import Company
from connector.infor.syteline.wire import journals as wire
from connector.infor.syteline.wire.values import day_of, identity, number_of
from connector.ports import LedgerLine


def lines(client: Client, company: Company, accounts: Sequence[str], first: date, last: date) -> Iterator[LedgerLine]:
    """READ, 1 call for up to 40 accounts and 1000 lines, and one for each 1000 more."""
    names = company.names
    read = (names.account, names.day, names.currency, names.foreign, names.domestic, names.text, *wire.VOUCHER)
    for some in chunks(sorted(set(accounts))):
        keys = [client.key(names.ledger, names.account, account) for account in some]
        where = filters.both(filters.among(names.account, keys), filters.between(names.day, first, last))
        for page in client.pages(Query(names.ledger, read, where)):
            yield from (_line(row, company) for row in page)


def _line(row: Record, company: Company) -> LedgerLine:
    names = company.names
    day = day_of(row, names.day)
    if day is None:
        raise ContractBroken(f"{names.ledger} gave a line without {names.day}")
    currency = row.get(names.currency) or company.currency
    return LedgerLine(
        account=identity(row, names.account),
        day=day,
        currency=currency,
        amount=number_of(row, names.domestic if currency == company.currency else names.foreign),
        voucher=wire.voucher(row, row.get(names.text, "")),
        text=wire.unmarked(row.get(names.text, "")),
    )
