"""Deliveries that arrive together are kept together, each with its own end, and each order is asked for as often."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import text

from connector.bigcommerce.deliveries import parse
from connector.domain.connection import Booking, Connection
from connector.domain.faults import Unknown
from connector.flows import deliveries
from connector.flows.deliveries import Addressee, Arrival
from connector.flows.house import House, Pace
from connector.flows.orders import claim_due
from connector.records import articles, connections, echoes, orders, removal, wants
from connector.records.database import Database

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
WINDOW = timedelta(seconds=3)


@dataclass(frozen=True)
class Told:
    """A webhook and whose it is."""

    connection: str
    key: str
    body: bytes


class Inbox:
    """Two connections and the time of day."""

    def __init__(self, database: Database) -> None:
        self.time, self.database = NOON, database
        nothing = cast("Any", None)
        second = timedelta(seconds=1)
        parts = dict.fromkeys(House.__dataclass_fields__, nothing)
        pace = Pace(second, timedelta(minutes=3), timedelta(minutes=2), WINDOW, second, second, second, second)
        self.house = House(**parts | {"pace": pace, "clock": self, "database": database, "parse_delivery": parse})
        with database.begin() as tx:
            tx.execute(text("TRUNCATE connections CASCADE"))
            self.ids = {name: self._connect(tx, name) for name in ("acme", "beta")}

    def _connect(self, tx: Any, name: str) -> int:
        return connections.save(tx, Connection(name, "abc", "m3", Booking.FULL, NOON, {}, {}), b"", now=NOON)

    def now(self) -> datetime:
        return self.time

    def receive(self, *told: Told) -> list[bool]:
        owners = {name: Addressee(number, name, "abc") for name, number in self.ids.items()}
        arrivals = [Arrival(owners[one.connection], one.key, one.body, "standard-webhooks") for one in told]
        return [kept.is_asked for kept in deliveries.receive(self.house, arrivals)]

    def read(self, order: int) -> None:
        """Have an order read, as a run does at this moment."""
        with self.database.begin() as tx:
            said = {"number": order, "now": self.time}
            tx.execute(text("UPDATE orders SET covered = wanted, pulled_at = :now WHERE number = :number"), said)

    def looks(self) -> set[int]:
        """Give the products that a turn of the catalog would look at, as it does."""
        with self.database.begin() as tx:
            found = articles.touched(tx, self.ids["acme"], stock=False, limit=10)
            articles.looked_at(tx, self.ids["acme"], found, stock=False)
        return set(found)

    def ends(self) -> list[tuple[str, str]]:
        return [(row["delivery_key"], row["state"]) for row in self._rows("deliveries")]

    def wanted(self) -> dict[int, int]:
        return {row["number"]: row["wanted"] for row in self._rows("orders")}

    def _rows(self, table: str) -> list[Any]:
        with self.database.begin() as tx:
            return list(tx.execute(text(f"SELECT * FROM {table} ORDER BY id")).mappings())  # noqa: S608

    def sweep(self) -> list[tuple[str, int]]:
        return [(run.ref.connection, run.ref.order) for run in claim_due(self.house)]


@pytest.fixture
def inbox(server: str) -> Iterator[Inbox]:
    database = Database(server)
    yield Inbox(database)
    database.close()


def told(key: str, order: int, scope: str = "order/created", *, connection: str = "acme", **more: Any) -> Told:
    data = {"id": order, "product_id": order, "inventory": {"product_id": order}}
    said = {"producer": "stores/abc", "scope": f"store/{scope}", "data": data, **more}
    return Told(connection, key, json.dumps(said).encode())


def test_an_orders_webhooks_are_counted_and_wait_for_each_other(inbox: Inbox) -> None:
    assert inbox.receive(told("a", 7), told("b", 7, "order/statusUpdated"), told("c", 8)) == [True, True, True]
    assert inbox.wanted() == {7: 2, 8: 1}
    assert inbox.sweep() == []
    inbox.time += timedelta(seconds=2)
    assert inbox.receive(told("d", 7, "order/updated")) == [True]
    inbox.time += timedelta(seconds=1)
    assert inbox.sweep() == [("acme", 7), ("acme", 8)]
    assert inbox.sweep() == []


def test_a_repeat_asks_for_nothing_be_it_in_the_same_moment_or_later(inbox: Inbox) -> None:
    assert inbox.receive(told("a", 7), told("a", 7)) == [True, True]
    assert inbox.receive(told("a", 7)) == [False]
    assert (inbox.ends(), inbox.wanted()) == ([("a", "taken")], {7: 1})


def test_an_order_changed_again_in_the_second_it_was_read_in_is_read_again_and_not_for_ever(inbox: Inbox) -> None:
    unnamed = told("", 7, "order/updated", created_at=int(NOON.timestamp()))
    assert inbox.receive(unnamed, unnamed) == [True, True]
    assert inbox.wanted() == {7: 1}
    inbox.read(7)
    assert inbox.receive(unnamed) == [True]
    assert inbox.wanted() == {7: 2}
    inbox.time += timedelta(seconds=1)
    inbox.read(7)
    assert inbox.receive(unnamed) == [False]
    assert inbox.wanted() == {7: 2}


def test_a_product_changed_twice_in_a_second_is_looked_at_twice_and_not_for_ever(inbox: Inbox) -> None:
    unnamed = told("", 5, "product/updated", created_at=int(NOON.timestamp()))
    inbox.receive(unnamed)
    assert inbox.looks() == {5}
    inbox.time += timedelta(hours=48)
    inbox.receive(unnamed)
    assert inbox.looks() == {5}
    inbox.time += timedelta(hours=1)
    inbox.receive(unnamed)
    assert inbox.looks() == set()


def test_a_products_webhook_that_was_never_heard_counts_however_late(inbox: Inbox) -> None:
    inbox.time += timedelta(days=9)
    inbox.receive(told("", 5, "product/updated", created_at=int(NOON.timestamp())))
    assert inbox.looks() == {5}
    inbox.receive(told("a", 6, "product/updated"), told("a", 6, "product/updated"))
    assert inbox.looks() == {6}
    inbox.receive(told("a", 6, "product/updated"))
    assert inbox.looks() == set()


def test_one_write_of_ours_explains_one_of_two_webhooks_that_come_together(inbox: Inbox) -> None:
    with inbox.database.begin() as tx:
        wants.want(tx, {(inbox.ids["acme"], 7): 1}, now=NOON, due=NOON)
        row = orders.by_id(tx, tx.execute(text("SELECT id FROM orders")).scalar_one())
        assert row is not None
        orders.expect_echo(tx, row.id, until=NOON + timedelta(minutes=1))
        echoes.expect(tx, inbox.ids["beta"], echoes.STOCK, [5], until=NOON + timedelta(minutes=1))
    stock = [told(key, 5, "product/inventory/updated", connection="beta") for key in ("c", "d")]
    inbox.receive(told("a", 7, "order/updated"), told("b", 7, "order/updated"), *stock)
    assert inbox.ends() == [("a", "echo"), ("b", "taken"), ("c", "echo"), ("d", "taken")]
    assert inbox.wanted() == {7: 2}


def test_none_is_kept_with_one_for_a_connection_that_is_gone(inbox: Inbox) -> None:
    with inbox.database.begin() as tx:
        removal.end(tx, inbox.ids["beta"])
    with pytest.raises(Unknown, match="removed in the meantime"):
        inbox.receive(told("a", 7), told("b", 8, connection="beta"))
    assert (inbox.ends(), inbox.wanted()) == ([], {})


def test_connections_take_turns_in_a_sweep(inbox: Inbox) -> None:
    for order in (1, 2, 3):
        inbox.receive(told(f"a{order}", order))
    inbox.receive(told("b", 9, connection="beta"))
    inbox.time += WINDOW
    assert inbox.sweep() == [("acme", 1), ("beta", 9), ("acme", 2), ("acme", 3)]


def test_webhooks_do_not_put_off_for_ever_what_is_due(inbox: Inbox) -> None:
    for second in range(4):
        inbox.time = NOON + timedelta(seconds=second)
        inbox.receive(told(f"a{second}", 7))
    assert inbox.sweep() == [("acme", 7)]
