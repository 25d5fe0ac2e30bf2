"""Reading a table for many items at once: from the first to the last of them, in ever smaller portions if need be.

That is right only where the database sorts item numbers as we do, by their characters' codes; a row from outside
the asked portion shows that it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from connector.domain.faults import ContractBroken
from connector.infor.m3.client import Client
from connector.infor.m3.transaction import Outcome, Record, Transaction
from connector.infor.m3.wire import export

MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Portion:
    """Items by rising number, and the warehouse they are asked of where there is one."""

    items: Sequence[str]
    warehouse: str = ""

    def halves(self) -> list[Portion]:
        """Cut it in two."""
        middle = len(self.items) // 2
        return [Portion(self.items[:middle], self.warehouse), Portion(self.items[middle:], self.warehouse)]


@dataclass(frozen=True, slots=True)
class Table:
    """What is asked of a table: by which query, for which columns, of which one holds the item."""

    query: Callable[[Portion], Transaction]
    columns: Sequence[str]
    item: str


def read(client: Client, table: Table, portions: Sequence[Portion]) -> Iterator[Record]:
    """READ, 1 call a round: the rows of all portions; one that may be cut is asked again in halves.

    :raises Truncated: a single item has too many rows.
    :raises ContractBroken: the table sorts items otherwise, or cannot be read.
    """
    while portions:
        outcomes = client.read_all([table.query(portion) for portion in portions], limit=MOST_ROWS)
        smaller: list[Portion] = []
        for portion, outcome in zip(portions, outcomes, strict=True):
            if outcome.answered().cut and len(portion.items) > 1:
                smaller += portion.halves()
            else:
                yield from _rows(table, portion, outcome)
        portions = smaller


def _rows(table: Table, portion: Portion, outcome: Outcome) -> Iterator[Record]:
    first, last = portion.items[0], portion.items[-1]
    for row in export.cells(outcome, table.columns):
        if not first <= row[table.item] <= last:
            raise ContractBroken(
                f"M3 puts item {row[table.item]} between {first} and {last}, so its tables sort items otherwise than "
                "we do: set the connection's catalog_route to api"
            )
        yield row
