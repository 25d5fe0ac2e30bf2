"""The store's catalog beside M3's items: what changes there, and whether both say the same in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from connector.cli.rehearsal.evidence import Proof
from connector.cli.rehearsal.stage import NAME, Stage
from connector.domain.faults import Fault
from connector.domain.item import ItemState
from connector.domain.progress import OrderState
from connector.flows import catalog
from connector.sandbox.store.seed import MAPPED

NEW = "LAMP-2"
UNSOLD = frozenset({OrderState.HELD, OrderState.WAITING})
"""States of orders that M3 has not heard of, though the store counts their pieces off."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One article as a shopper or a merchant sees it."""

    name: str
    price: str
    pieces: int | None
    visible: bool


class Shelves:
    """The catalog of the demonstration."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._store, self._m3 = stage.sandbox.store, stage.sandbox.infor

    @property
    def known(self) -> int:
        """How many items the store has."""
        return len(self._sold())

    def at_rest(self) -> bool:
        """Whether everything of M3 was read and nothing is on its way."""
        try:
            return not catalog.has_work(self._stage.house, self._stage.connection)
        except Fault:
            return False

    def change(self) -> Iterator[str]:
        """Let M3's people, and the merchant, change things; tells each."""
        self._m3.change_item("PLAIN-01", price="249.00", price_per="10", name="Plain article, tenth edition")
        yield "M3: PLAIN-01 is renamed and costs 249.00 for ten"
        self._m3.change_item(MAPPED["TEE-RED-S"], price="21.50")
        yield f"M3: item {MAPPED['TEE-RED-S']}, which the store sells as TEE-RED-S, costs 21.50"
        self._m3.set_stock("PLAIN-02", "001", on_hand="7")
        yield "M3: PLAIN-02 was counted: 7 pieces on hand"
        self._m3.control["add_items"]({NEW: "Lamp, second of its kind"})
        yield f"M3: {NEW} is a new item"
        self._store.merchant.edit_product("PLAIN-03", {"price": "1.00", "description": "<p>Now in blue</p>"})
        yield "the merchant sets PLAIN-03 to 1.00, which M3 masters, and writes a description, which it does not"

    def rows(self) -> dict[str, Shelf]:
        """Read every article of an item as the store has it."""
        truth = self._store.merchant.truth()
        return {
            sku: Shelf(told["name"], told["price"], told["stock"].get("1"), told["visible"])
            for sku in self._sold()
            if (told := truth.get(sku.lower()))
        }

    def proofs(self) -> list[Proof]:
        """Say what must hold of the catalog."""
        return [self._same(), self._settled()]

    def _same(self) -> Proof:
        wrong = []
        rows, taken, stock = self.rows(), self._taken(), self._m3.stock()
        for sku, item in self._sold().items():
            row, told = rows.get(sku), self._m3.items()[item]
            price = Decimal(told["price"]) / Decimal(told["price_per"])
            pieces = max(0, int(Decimal(stock[item]["001"])) - taken[sku])
            if row is None or (Decimal(row.price), row.pieces) != (price, pieces):
                wrong.append(f"{sku}: M3 says {price} and {pieces} pieces, the store has {row}")
        return Proof(f"all {len(self._sold())} items have M3's price and pieces in the store", tuple(wrong))

    def _settled(self) -> Proof:
        standing = catalog.standing(self._stage.house, NAME)
        refused = sum(count for (_, state), count in standing.items() if state is ItemState.REFUSED)
        return Proof("the store refused nothing of them", (f"{refused} facts are refused",) * bool(refused))

    def _sold(self) -> dict[str, str]:
        """Every item that is sold, by the SKU it has in the store."""
        skus = {item: sku for sku, item in MAPPED.items()}
        items = self._m3.items().items()
        return {
            skus.get(number, number): number
            for number, told in items
            if (told["status"], told["sale"]) == ("20", "1")
        }

    def _taken(self) -> Counter[str]:
        """Count the pieces that orders take of which M3 has not heard."""
        waiting = [order for order, row in self._stage.orders().items() if row.state in UNSOLD]
        lines = (line for order in waiting for line in self._store.orders[order].spec.lines)
        taken: Counter[str] = Counter()
        for line in lines:
            taken[line.sku] += line.quantity
        return taken
