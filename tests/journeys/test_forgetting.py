"""When their time is over nothing here says who bought; what was sold stays, and the order goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import literal_column, select, text, update

from connector.domain.identity import posting_key
from connector.flows import deliveries, retention
from connector.records import postings, sealed
from connector.records.schema import metadata
from connector.records.schema import postings as table
from connector.records.schema_trail import audit
from tests.journeys.books import Books
from tests.journeys.shop import Later
from tests.journeys.writes import WRITES, Sold
from tests.rig import NAME, Rig, until

RIG = {"env": {"QUIET_PERIOD": "20"}}

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
    with rig.house.database.begin() as tx:
        rows = sealed.kept(tx, name, after=0, limit=10_000)
    for _, value, where in rows:
        yield rig.house.vault.open(value, where).decode()


def places_with(rig: Rig, *words: str) -> set[str]:
    """Name every table and sealed column in which one of these words stands."""
    found = {
        f"{name}.{column}"
        for name, (_, _, column, _) in sealed.COLUMNS.items()
        for told in opened(rig, name)
        if any(word in told for word in words)
    }
    with rig.house.database.begin() as tx:
        for one in metadata.sorted_tables:
            rows = tx.execute(select(literal_column("it::text")).select_from(one.alias("it"))).scalars()
            if any(word in row or word.encode().hex() in row for row in rows for word in words):
                found.add(one.name)
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


def test_a_document_that_no_key_opens_keeps_nobody_else_remembered(rig: Rig) -> None:
    [number] = rig.sandbox.store.place_orders(1, customer=4713, address=WHO, announce=True)
    assert rig.sandbox.store.webhooks.settle()
    rig.wait_settled([number])
    key = posting_key(NAME, "customer", 4713)

    def swap(content: bytes) -> None:
        moved = {"content": content, "changed_at": text("changed_at - interval '1 hour'")}
        with rig.house.database.begin() as tx:
            tx.execute(update(table).where(table.c.posting_key == key).values(moved))

    with rig.house.database.begin() as tx:
        row = postings.by_key(tx, key)
    assert row is not None
    assert row.content is not None
    swap(rig.house.vault.seal(b"another's", "postings another"))
    assert forget(rig, days=181)["documents"] == 1
    swap(row.content)
    assert forget(rig, days=181)["documents"] == 1


DEAD = b'{"to": "Quuxley"}'
UNKNOWN = "NO-ITEM-OF-M3-IS-CALLED-LIKE-THIS"
UNCERTAIN = {"order head": ("503", 0), "order confirmation": ("late-504", 12), "customer": ("503", 0)}


@contextmanager
def guests_refused(rig: Rig) -> Iterator[None]:
    with rig.m3.tenant() as tenant:
        [guest] = tenant.rows["OCUSMA"].of("WEBGUEST")
        guest["STAT"] = "90"
    yield
    with rig.m3.tenant() as tenant:
        guest["STAT"] = "20"


def buy(rig: Rig, customer: int, sku: str = "PLAIN-01", **words: str) -> int:
    lines = [{"sku": sku, "price": "9.00"}]
    return rig.sandbox.store.place_order(customer=customer, address=WHO | words, message=MESSAGE, lines=lines)


def lose(rig: Rig, customer: int, name: str) -> int:
    [number] = rig.sandbox.store.place_orders(1, customer=customer, address=WHO, message=MESSAGE)
    sold, write = Sold(number, customer, 0), WRITES[name]
    fault, seconds = UNCERTAIN[name]
    rig.sandbox.dial.add(write.name(sold), fault, times=1, seconds=seconds, when=write.when(rig, sold))
    return number


def states(rig: Rig, number: int) -> dict[str, str]:
    """Where the documents of an order stand."""
    order = rig.order(number)
    if order is None:
        return {}
    with rig.house.database.begin() as tx:
        rows = [*postings.of_order(tx, order.id)]
        rows += filter(None, [postings.by_key(tx, posting_key(NAME, "customer", order.customer_id or 0))])
    return {row.kind.value: row.state.value for row in rows if row.kind.value in ("customer", "sales_order")}


def read_anew(rig: Rig) -> set[str]:
    """The documents that were held because their buyer was forgotten."""
    with rig.house.database.begin() as tx:
        rows = tx.execute(select(audit.c.subject, audit.c.detail).where(audit.c.action == "held")).all()
    held = [subject for subject, detail in rows if detail.get("fault_code") == "buyer_forgotten"]
    return {":".join(subject.split(":")[1:3]) for subject in held}


LYING = {
    "refused": {"sales_order": "rejected"},
    "buyer refused": {"sales_order": "held", "customer": "rejected"},
    "gap": {"sales_order": "held", "customer": "planned"},
    "cancelled": {"sales_order": "withdrawn", "customer": "withdrawn"},
    "order head": {"sales_order": "uncertain", "customer": "confirmed"},
    "order confirmation": {"sales_order": "uncertain", "customer": "confirmed"},
    "customer": {"sales_order": "planned", "customer": "uncertain"},
}
"""Orders of whom something lies there, and how."""


@pytest.fixture(scope="module")
def lying(rig: Rig) -> dict[str, int]:
    """An order of each kind, forgotten."""
    store = rig.sandbox.store
    with guests_refused(rig):
        sold = {"refused": buy(rig, 0), "buyer refused": buy(rig, 5001, country_iso2="U1")}
        sold |= {"gap": buy(rig, 5002, UNKNOWN), "cancelled": buy(rig, 5003, UNKNOWN)}
        assert store.webhooks.settle()
        rig.wait_settled(sold.values())
    assert states(rig, sold["cancelled"]) == LYING["gap"]
    store.cancel(sold["cancelled"])
    assert store.webhooks.settle()
    rig.wait_settled(sold.values())
    owner = deliveries.addressee(rig.house, NAME)
    assert owner is not None
    deliveries.receive(rig.house, [deliveries.Arrival(owner, "", DEAD, "standard")])
    sold |= {name: lose(rig, 6000 + at, name) for at, name in enumerate(UNCERTAIN)}
    for name in UNCERTAIN:
        store.set_status(sold[name], store.orders[sold[name]].status)
    assert store.webhooks.settle()
    until(lambda: {name: states(rig, number) for name, number in sold.items()} == LYING, within=10)
    until(lambda: all((order := rig.order(sold[name])) and order.not_before for name in UNCERTAIN), within=10)
    return sold


def test_nothing_says_who_bought_whatever_came_of_it(rig: Rig, lying: dict[str, int]) -> None:
    kept = {"postings.content", "snapshots.sealed", "exchanges.sealed", "deliveries"}
    assert kept <= places_with(rig, "Quuxley", "after six")
    forget(rig, days=181)
    assert {name: states(rig, number) for name, number in lying.items()} == LYING
    assert places_with(rig, *WHO.values(), "after six") == set()


def test_what_was_uncertain_is_booked_once_and_for_its_buyer(rig: Rig, lying: dict[str, int]) -> None:
    numbers = [lying[name] for name in UNCERTAIN]
    rig.wait_settled(numbers)
    for number in numbers:
        Books(rig).assert_booked_once(number)
    Books(rig).assert_nothing_left()
    held = {"customer:6002", f"sales_order:{lying['customer']}", f"sales_order:{lying['order head']}"}
    assert read_anew(rig) == held


def test_what_was_refused_or_held_is_booked_by_reading_it_anew(rig: Rig, lying: dict[str, int]) -> None:
    numbers = [lying[name] for name in ("refused", "buyer refused", "gap")]
    rig.sandbox.store.edit_order(lying["gap"], lines=[{"sku": "PLAIN-01", "price": "9.00"}])
    rig.sandbox.store.edit_order(lying["buyer refused"], address=WHO)
    assert rig.sandbox.store.webhooks.settle()
    rig.cli("records", "replay", *(f"o-{order.id}" for number in numbers[:2] if (order := rig.order(number))))
    rig.wait_settled(numbers)
    for number in numbers:
        Books(rig).assert_booked_once(number)
    Books(rig).assert_nothing_left()


def test_every_document_in_m3_names_its_buyer(rig: Rig, lying: dict[str, int]) -> None:
    with rig.m3.tenant() as tenant:
        addresses, customers = list(tenant.rows["OXADDR"]), list(tenant.rows["OCUSMA"])
    made = [row for row in customers if row["ALCU"].startswith(("5", "6"))]
    assert {row["CUNM"] for row in [*addresses, *made]} == {"Zebulon Quuxley"}
    assert sorted(row["ALCU"] for row in made) == ["5001", "5002", "6000", "6001", "6002"]
