"""Which levels the store is told, and when it has them already."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from connector.domain.item import Aspect, ItemState, ItemStock
from connector.domain.product import Binding, StoreMode, Tracking
from connector.flows import stocking
from connector.flows.stocking import Stocked
from connector.mapping.profile import parse_profile
from connector.mapping.shelf import Shelf
from connector.records.items import ItemRow

PROFILE = """
accounts: {receivable: "1200"}
warehouses: [{infor: "001", location: 1}, {infor: "002", location: 1}]
"""
SHELF = Shelf(parse_profile(PROFILE, "mapping.yaml"), StoreMode("USD", with_tax=False, weight_unit="kg"), date.min)
TEE = Binding("10045", 184, 421, base=True, tracking=Tracking.PRODUCT)


def _row(warehouse: str, pieces: int, sent: str, *, due: bool) -> ItemRow:
    return ItemRow(
        id=int(warehouse),
        number="10045",
        aspect=Aspect.STOCK,
        warehouse=warehouse,
        fact=ItemStock("10045", warehouse, Decimal(pieces)),
        state=ItemState.DUE if due else ItemState.PUBLISHED,
        asked=1,
        reason="",
        fault_code="",
        sent=sent,
        restored="",
        changed_at=datetime(2026, 11, 26, tzinfo=UTC),
        published_at=None,
        again_at=None,
    )


def _planned(*rows: ItemRow) -> Stocked:
    balances = {"10045": [row.fact for row in rows if isinstance(row.fact, ItemStock)]}
    [planned] = stocking.plan(SHELF, balances, rows, {"10045": TEE})
    return planned


def test_the_pieces_of_two_warehouses_that_come_to_an_earlier_sum_are_told_again() -> None:
    ten = _planned(_row("001", 5, "", due=True), _row("002", 5, "", due=True)).sent
    eleven = _planned(_row("001", 6, ten, due=True), _row("002", 5, ten, due=False))
    assert eleven.moves
    again = _planned(_row("001", 6, eleven.sent, due=False), _row("002", 4, ten, due=True))
    assert (again.moves, again.sent) == (True, ten)


def test_pieces_that_the_store_was_told_last_are_not_told_again() -> None:
    ten = _planned(_row("001", 5, "", due=True), _row("002", 5, "", due=True)).sent
    assert not _planned(_row("001", 6, ten, due=True), _row("002", 4, ten, due=True)).moves
