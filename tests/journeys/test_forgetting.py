"""When their time is over nothing here says who bought; what was sold stays, and the order goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import literal_column, select

from connector.flows import retention
from connector.records.schema import metadata
from connector.records.sealed import COLUMNS
from tests.journeys.books import Books
from tests.journeys.shop import Later
from tests.rig import Rig

WHO = {"first_name": "Zebulon", "last_name": "Quuxley", "street_1": "77 Xyzzy Way", "email": "zq@example.com"}
MESSAGE = "Shipping: Zebulon is at home after six"
SHIPPING = "12.50"


@pytest.fixture(scope="module")
def sold(rig: Rig) -> int:
    """An order of a buyer with an account and something to say."""
    [number] = rig.sandbox.store.place_orders(
        1, customer=4712, address=WHO, message=MESSAGE, shipping=SHIPPING, announce=True
    )
    assert rig.sandbox.store.webhooks.settle()
    rig.wait_settled([number])
    Books(rig).assert_booked_once(number)
    return number


def opened(rig: Rig, name: str) -> Iterator[str]:
    table, _, column = COLUMNS[name]
    with rig.house.database.begin() as tx:
        rows = tx.execute(select(table.c[column]).where(table.c[column].is_not(None))).scalars().all()
    for row in rows:
        yield rig.house.vault.open(bytes(row)).decode()


def places_with(rig: Rig, *words: str) -> set[str]:
    """Name every table and sealed column in which one of these words stands."""
    found = {
        f"{name}.{column}"
        for name, (_, _, column) in COLUMNS.items()
        for told in opened(rig, name)
        if any(word in told for word in words)
    }
    with rig.house.database.begin() as tx:
        for table in metadata.sorted_tables:
            rows = tx.execute(select(literal_column("it::text")).select_from(table.alias("it"))).scalars()
            if any(word in row for row in rows for word in words):
                found.add(table.name)
    return found


def forget(rig: Rig, *, days: int) -> dict[str, int]:
    house = rig.house
    return retention.forget(replace(house, clock=Later(house.clock, timedelta(days=days))))


def test_nothing_says_who_bought_and_the_order_goes_on(rig: Rig, sold: int) -> None:
    assert {"postings.content", "snapshots.sealed", "exchanges.sealed"} <= places_with(rig, "Quuxley", "after six")

    assert forget(rig, days=179)["documents"] == 0
    assert forget(rig, days=181)["documents"] == 2  # the customer and the sales order
    assert places_with(rig, *WHO.values(), "after six") == set()
    assert forget(rig, days=181)["documents"] == 0

    store = rig.sandbox.store
    unit = {"item_type": "PRODUCT", "item_id": store.orders[sold].line_id(0), "quantity": 1}
    store.refund(sold, items=[unit], delay=0)
    assert store.webhooks.settle()
    rig.wait_settled([sold])
    Books(rig).assert_booked_once(sold)
    order = rig.order(sold)
    assert order is not None
    assert (order.state.value, order.reason) == ("posted", "")
