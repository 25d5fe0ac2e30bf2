"""Reads M3's general ledger back: every line on some accounts, and proof that none was cut off.

M3 lists no more rows than it likes and has no pages (facts/infor.md §2.3). A list that may have been cut is thrown
away and asked for again in parts: by days, within a day by voucher numbers, within a voucher by accounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from connector.domain.faults import Truncated
from connector.infor.m3.client import Client, chunks
from connector.infor.m3.company import Company
from connector.infor.m3.transaction import Record
from connector.infor.m3.wire import general_ledger
from connector.infor.m3.wire.general_ledger import LedgerPortion
from connector.ports import LedgerLine

MOST_LINES = 1000
MOST_ACCOUNTS = 40


def lines(client: Client, company: Company, accounts: Sequence[str], first: date, last: date) -> Iterator[LedgerLine]:
    """READ, 1 call for up to 40 accounts and 999 lines; what is longer takes about two calls for each 500 lines.

    :raises Truncated: one voucher has more lines on one account than M3 lists.
    """
    for some in chunks(sorted(set(accounts)), MOST_ACCOUNTS):
        left = [LedgerPortion(tuple(some), first, last)]
        while left:
            portion = left.pop()
            [outcome] = client.read_all([general_ledger.query(portion, company)], limit=MOST_LINES)
            found = general_ledger.rows(outcome)
            if outcome.cut:
                left += reversed(_parts(portion, found))
            else:
                yield from general_ledger.lines(found, company)


def _parts(portion: LedgerPortion, seen: Sequence[Record]) -> list[LedgerPortion]:
    """Cut a portion up, by what rows of it were seen; every part is smaller than it was.

    :raises Truncated: it is one voucher's lines on one account.
    """
    if portion.first < portion.last:
        middle = portion.first + (portion.last - portion.first) // 2
        return [replace(portion, last=middle), replace(portion, first=middle + timedelta(days=1))]
    if portion.lowest < portion.highest:
        numbers = general_ledger.vouchers(seen)
        return _around(portion, numbers[(len(numbers) - 1) // 2])
    if len(portion.accounts) > 1:
        middle_account = len(portion.accounts) // 2
        halves = portion.accounts[:middle_account], portion.accounts[middle_account:]
        return [replace(portion, accounts=half) for half in halves]
    raise Truncated(
        f"the ledger of {portion.first} has more lines of voucher {portion.lowest} on account {portion.accounts[0]} "
        "than M3 lists"
    )


def _around(portion: LedgerPortion, voucher: int) -> list[LedgerPortion]:
    ends = ((portion.lowest, voucher - 1), (voucher, voucher), (voucher + 1, portion.highest))
    return [replace(portion, lowest=lowest, highest=highest) for lowest, highest in ends if lowest <= highest]
