"""The store's catalog beside the ERP's items: what changes there, and whether both say the same in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from connector.cli.demonstration.evidence import Proof
from connector.cli.demonstration.stage import NAME, Stage
from connector.domain.faults import Fault
from connector.domain.item import ItemState
from connector.domain.progress import OrderState
from connector.flows import catalog
from connector.sandbox.infor.simulator import Article
from connector.sandbox.store.seed import MAPPED

NEW = "LAMP-2"
UNSOLD = frozenset({OrderState.HELD, OrderState.WAITING})
"""States of orders that the ERP has not heard of, though the store counts their pieces off."""


@dataclass(frozen=True, slots=True)
class OnShelf:
    """One article as a shopper or a merchant sees it."""

    name: str
    price: str
    pieces: int | None
    visible: bool


class Shelves:
    """The catalog of the demonstration."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._store, self._infor = stage.sandbox.store, stage.sandbox.infor
        self._erp = stage.erp

    @property
    def known(self) -> int:
        """How many items the store has."""
        return len(self._sold())

    def at_rest(self) -> bool:
        """Whether everything of the ERP was read and nothing is on its way, nor in the store."""
        try:
            return not catalog.has_work(self._stage.house, self._stage.connection) and self._store.merchant.landed
        except Fault:
            return False

    def change(self) -> Iterator[str]:
        """Let the ERP's people, and the merchant, change things; tells each."""
        self._infor.change_item("PLAIN-01", price="24.90", name="Plain article, tenth edition")
        yield f"{self._erp}: PLAIN-01 is renamed and costs 24.90"
        self._infor.change_item(MAPPED["TEE-RED-S"], price="21.50")
        yield f"{self._erp}: item {MAPPED['TEE-RED-S']}, which the store sells as TEE-RED-S, costs 21.50"
        self._infor.count_stock("PLAIN-02", on_hand="7")
        yield f"{self._erp}: PLAIN-02 was counted: 7 pieces on hand"
        self._infor.add_item(NEW, "Lamp, second of its kind")
        yield f"{self._erp}: {NEW} is a new item"
        self._store.merchant.edit_product("PLAIN-03", {"price": "1.00", "description": "<p>Now in blue</p>"})
        yield f"the merchant sets PLAIN-03 to 1.00, which {self._erp} masters, and describes it, which it does not"

    def rows(self) -> dict[str, OnShelf]:
        """Read every article of an item as the store has it."""
        truth = self._store.merchant.truth()
        return {
            sku: OnShelf(told["name"], told["price"], told["stock"].get("1"), told["visible"])
            for sku in self._sold()
            if (told := truth.get(sku.lower()))
        }

    def proofs(self) -> list[Proof]:
        """Say what must hold of the catalog."""
        return [self._same(), self._settled()]

    def _same(self) -> Proof:
        wrong = []
        rows, taken, sold = self.rows(), self._taken(), self._sold()
        for sku, article in sold.items():
            row = rows.get(sku)
            pieces = max(0, int(article.pieces) - taken[sku])
            if row is None or (Decimal(row.price), row.pieces) != (article.price, pieces):
                wrong.append(f"{sku}: {self._erp} says {article.price} and {pieces} pieces, the store has {row}")
        return Proof(f"all {len(sold)} items have in the store the price and pieces of {self._erp}", tuple(wrong))

    def _settled(self) -> Proof:
        standing = catalog.standing(self._stage.house, NAME)
        refused = sum(count for (_, state), count in standing.items() if state is ItemState.REFUSED)
        return Proof("the store refused nothing of them", (f"{refused} facts are refused",) * bool(refused))

    def _sold(self) -> dict[str, Article]:
        """Every item that is sold, by the SKU it has in the store."""
        skus = {item: sku for sku, item in MAPPED.items()}
        return {skus.get(number, number): article for number, article in self._infor.articles().items()}

    def _taken(self) -> Counter[str]:
        """Count the pieces that orders take of which the ERP has not heard."""
        waiting = [order for order, row in self._stage.orders().items() if row.state in UNSOLD]
        lines = (line for order in waiting for line in self._store.orders[order].spec.lines)
        taken: Counter[str] = Counter()
        for line in lines:
            taken[line.sku] += line.quantity
        return taken
