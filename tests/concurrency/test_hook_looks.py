"""A look at the hooks puts right what is ours and wrong, and reads exactly what a dead hook missed; once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, cast

import pytest
from sqlalchemy import text

from connector.domain.connection import Booking, Connection
from connector.domain.faults import Busy, OutcomeUnknown, Rejected, Superseded, Unavailable
from connector.domain.product import Article, Hook, Tracking
from connector.flows import backfill, hook_figures, hook_look, hook_scopes, hooks, removal
from connector.flows.hook_scopes import EXCEPTIONS, ORDER_SCOPES, PRODUCT_SCOPES, SCOPES, STOCK_SCOPES
from connector.flows.house import House, Pace, known
from connector.ports import OrderHead, RefundHead
from connector.records import articles, connections, deliveries, leases, money_events, orders, watermarks
from connector.records import removal as removed
from connector.records.database import Database
from connector.records.deliveries import DeliveryState, NewDelivery
from connector.records.money_events import NewMoneyEvent

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
START = NOON - timedelta(days=300)
URL = "https://connector.example.com"
DOOR = f"{URL}/webhooks/bigcommerce/acme"
OVERLAP = timedelta(minutes=10)


@dataclass
class Store:
    """The port's fake: hooks as the store keeps them, and the periods that its lists were asked for."""

    now: Callable[[], datetime]
    ids: Iterator[int] = field(default_factory=lambda: count(101))
    kept: dict[int, Hook] = field(default_factory=dict)
    writes: list[tuple[str, object]] = field(default_factory=list)
    asked: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    products_asked: list[datetime] = field(default_factory=list)
    modified_orders: list[OrderHead] = field(default_factory=list)
    modified_products: list[Article] = field(default_factory=list)
    before_write: Callable[[], None] = lambda: None
    while_reading: Callable[[], None] = lambda: None
    next_fault: Exception | None = None

    def add(self, scope: str, destination: str, *, active: bool = True) -> int:
        number, made = next(self.ids), int(self.now().timestamp())
        self.kept[number] = Hook(number, scope, destination, active, made)
        return number

    def switch_off(self, *names: str) -> None:
        for hook in list(self.kept.values()):
            if hook.scope in names:
                self.kept[hook.id] = replace(hook, active=False)

    def drop(self, scope: str) -> None:
        self.kept = {number: hook for number, hook in self.kept.items() if hook.scope != scope}

    # the port

    @property
    def hooks(self) -> Store:
        return self

    @property
    def catalog(self) -> Store:
        return self

    def every(self) -> list[Hook]:
        return list(self.kept.values())

    def create(self, scope: str, destination: str) -> Hook:
        self._write("create", scope)
        if any((one.scope, one.destination) == (scope, destination) for one in self.kept.values()):
            raise Rejected("A webhook for this scope and destination exists already")
        return self.kept[self.add(scope, destination)]

    def activate(self, hook: int) -> None:
        self._write("activate", hook)
        self.kept[hook] = replace(self.kept[hook], active=True)

    def delete(self, hook: int) -> None:
        self._write("delete", hook)
        del self.kept[hook]

    def _write(self, verb: str, what: object) -> None:
        self.before_write()
        self.writes.append((verb, what))
        fault, self.next_fault = self.next_fault, None
        if fault is not None:
            raise fault

    def orders_modified(self, since: datetime, until: datetime | None = None) -> Iterator[OrderHead]:
        self.asked.append((since, until))
        self.while_reading()
        return iter(self.modified_orders)

    def refunds_created(self, since: datetime) -> Iterator[RefundHead]:  # the port's
        return iter(())

    def modified(self, since: datetime) -> Iterator[list[Article]]:
        self.products_asked.append(since)
        return iter([self.modified_products])


class Shop:
    """A connection, its store, and the time of day."""

    def __init__(self, database: Database) -> None:
        self.time = NOON
        self.database = database
        self.store = Store(lambda: self.time)
        with database.begin() as tx:
            for saved in connections.every(tx):
                removed.end(tx, saved.id)
            tx.execute(text("DELETE FROM audit"))
            shop = Connection("acme", "abc", "m3", Booking.FULL, START, {}, {})
            self.connection = connections.save(tx, shop, b"", now=NOON)
        self.house = self._house(URL)

    def _house(self, public_url: str | None) -> House:
        nothing = cast("Any", None)
        second = timedelta(seconds=1)
        pace = Pace(second, timedelta(minutes=3), second, second, second, second, second, second)
        return House(
            pace=pace,
            clock=self,
            vault=nothing,
            passwords=nothing,
            database=self.database,
            locks=nothing,
            hands=nothing,
            store=lambda _: cast("Any", self.store),
            erp=nothing,
            place=nothing,
            request_token=nothing,
            parse_delivery=nothing,
            parse_acknowledgement=nothing,
            show_acknowledgement=nothing,
            parse_profile=nothing,
            parse_connection=nothing,
            public_url=public_url,
        )

    def now(self) -> datetime:
        return self.time

    def unreachable(self) -> House:
        return self._house(None)

    def look(self, **later: float) -> hooks.Report:
        """Look after the hooks, so much later."""
        self.time += timedelta(**later)
        self.store.writes.clear()
        self.store.asked.clear()
        self.store.products_asked.clear()
        return hooks.ensure(self.house, "acme")

    def settle(self) -> datetime:
        """Have every hook in place and seen at work; returns when it was seen last."""
        self.look()
        self.look(minutes=5)
        return self.time

    def audited(self) -> list[tuple[str, str]]:
        with self.database.begin() as tx:
            rows = tx.execute(text("SELECT action, subject FROM audit ORDER BY id"))
            return [(row.action, row.subject) for row in rows]

    def delivered(self, scope: str, *, order: int | None = None, at: datetime | None = None, key: str = "") -> None:
        moment = at or self.time
        with self.database.begin() as tx:
            new = NewDelivery(
                connection_id=self.connection,
                delivery_key=key or f"{scope} {order} {moment}",
                scope=scope,
                order_number=order,
                product_number=None,
                scheme="",
                body=b"",
                state=DeliveryState.TAKEN,
                reason="",
                received_at=moment,
            )
            deliveries.insert(tx, new)


@pytest.fixture
def shop(server: str) -> Iterator[Shop]:
    database = Database(server)
    yield Shop(database)
    database.close()


def destinations(shop: Shop) -> dict[str, str]:
    return {hook.scope: hook.destination for hook in shop.store.kept.values()}


# What is registered


def test_every_wanted_scope_is_registered_and_the_exceptions_at_an_address_of_their_own(shop: Shop):
    report = shop.look()
    assert all(line.ok for line in report.lines)
    assert destinations(shop) == {
        **dict.fromkeys((*ORDER_SCOPES, *PRODUCT_SCOPES, *STOCK_SCOPES), DOOR),
        EXCEPTIONS: f"{DOOR}/exceptions",
    }
    assert shop.audited() == [("hook_created", scope) for scope in SCOPES]
    assert (shop.store.asked, shop.store.products_asked, report.runs) == ([], [], ())  # nothing was missed


def test_a_second_look_changes_nothing(shop: Shop):
    shop.look()
    report = shop.look(minutes=5)
    assert [line.detail for line in report.lines] == [f"all {len(SCOPES)} are active"]
    assert (shop.store.writes, shop.store.asked) == ([], [])


def test_without_a_public_address_nothing_is_registered(shop: Shop):
    house = shop.unreachable()
    assert [line.detail for line in hooks.ensure(house, "acme").lines] == [
        "PUBLIC_URL is not set: no webhooks are registered, polling does all the work"
    ]
    assert hooks.due(house) == []
    assert (shop.store.kept, shop.store.writes) == ({}, [])


def test_a_paused_connection_is_left_alone_by_beat(shop: Shop):
    assert hooks.due(shop.house) == ["acme"]
    with shop.database.begin() as tx:
        connections.pause(tx, shop.connection, paused=True)
    assert hooks.due(shop.house) == []


def test_hooks_of_others_are_never_touched(shop: Shop):
    others = {
        shop.store.add("store/order/created", "https://other.example.com/hooks"),
        shop.store.add("store/order/created", f"{URL}/webhooks/bigcommerce/not-acme"),
        shop.store.add("store/order/created", f"{DOOR}/elsewhere", active=False),
    }
    before = {number: shop.store.kept[number] for number in others}
    shop.settle()
    assert {number: shop.store.kept[number] for number in others} == before
    assert len(shop.store.kept) == len(SCOPES) + len(others)


@pytest.mark.parametrize(
    ("scope", "destination"),
    [
        ("store/order/created", "https://former.example.com/webhooks/bigcommerce/acme"),
        ("store/customer/created", DOOR),
        ("store/order/created", f"{DOOR}/exceptions"),
        ("store/order/*", DOOR),
    ],
    ids=["another host", "a scope of no use", "the wrong address", "all of a kind"],
)
def test_a_hook_of_ours_that_is_not_wanted_is_deleted_after_the_right_one_is_there(
    shop: Shop, scope: str, destination: str
):
    wrong = shop.store.add(scope, destination)
    shop.look()
    assert wrong not in shop.store.kept
    assert shop.store.writes[-1] == ("delete", wrong)
    assert shop.audited()[-1] == ("hook_deleted", scope)
    assert len(shop.store.kept) == len(SCOPES)


def test_of_two_that_say_the_same_the_active_one_stays(shop: Shop):
    asleep = shop.store.add("store/order/created", DOOR, active=False)
    awake = shop.store.add("store/order/created", DOOR)
    shop.look()
    assert awake in shop.store.kept
    assert asleep not in shop.store.kept


# What was missed


def test_a_hook_that_the_store_switched_off_is_switched_on_and_two_days_more_are_read(shop: Shop):
    seen = shop.settle()
    shop.store.switch_off(*ORDER_SCOPES)
    report = shop.look(hours=3)
    assert {verb for verb, _ in shop.store.writes} == {"activate"}
    assert shop.store.asked == [(seen - timedelta(hours=48) - OVERLAP, shop.time)]
    assert shop.store.products_asked == []
    assert report.lines[-1].detail == (
        "from 2026-11-21 11:55:00 to 2026-11-23 15:05:00 UTC: 0 orders and refunds looked at, 0 read again"
    )
    assert shop.audited()[-1] == ("hooks_made_up", "orders")


def test_a_hook_that_was_deleted_is_made_anew_and_what_came_since_it_was_last_seen_is_read(shop: Shop):
    seen = shop.settle()
    shop.store.drop("store/order/created")
    shop.store.modified_orders = [OrderHead(1042, seen, "")]
    report = shop.look(minutes=5)
    assert shop.store.writes == [("create", "store/order/created")]
    assert shop.store.asked == [(seen - OVERLAP, shop.time)]
    assert [run.ref.order for run in report.runs] == [1042]


def test_what_a_new_hook_misses_in_its_first_minute_is_read_by_the_next_look(shop: Shop):
    shop.settle()
    shop.store.drop("store/order/created")
    shop.look(minutes=5)
    made = shop.time
    shop.look(seconds=30)
    assert shop.store.asked == []
    shop.look(seconds=30)
    assert shop.store.asked == [(made - OVERLAP, shop.time)]
    shop.look(minutes=5)
    assert shop.store.asked == []


@pytest.mark.parametrize(
    ("scope", "stock"), [("store/product/updated", False), ("store/sku/inventory/updated", True)]
)
def test_a_dead_hook_of_products_has_those_looked_at_that_were_modified_and_costs_the_orders_nothing(
    shop: Shop, scope: str, stock: bool
):
    seen = shop.settle()
    shop.store.drop(scope)
    shop.store.modified_products = [article(7), article(7), article(8)]
    shop.look(minutes=5)
    assert (shop.store.asked, shop.store.products_asked) == ([], [seen - OVERLAP])
    with shop.database.begin() as tx:
        assert articles.touched(tx, shop.connection, stock=stock, limit=10) == {7: shop.time, 8: shop.time}
        assert articles.touched(tx, shop.connection, stock=not stock, limit=10) == {}


def article(product: int) -> Article:
    return Article(
        sku=f"SKU-{product}",
        product=product,
        variant=product,
        base=True,
        tracking=Tracking.PRODUCT,
        name="",
        description="",
        price=None,
        weight=Decimal(0),
        visible=True,
    )


def test_nothing_from_before_the_connection_began_is_read(shop: Shop):
    shop.time = START + timedelta(hours=1)
    shop.settle()
    shop.store.switch_off("store/order/updated")
    shop.look(minutes=5)
    assert shop.store.asked == [(START, shop.time)]


def test_a_hook_that_was_silent_for_60_days_is_made_anew_and_a_busy_one_is_not(shop: Shop):
    shop.settle()
    busy = [scope for scope in SCOPES if scope != "store/order/archived"]
    shop.time += timedelta(days=61)
    for scope in busy:
        shop.delivered(scope, order=1)
    old = next(hook.id for hook in shop.store.kept.values() if hook.scope == "store/order/archived")
    shop.look()
    assert shop.store.writes == [("delete", old), ("create", "store/order/archived")]
    assert shop.store.asked == [(shop.time - OVERLAP, shop.time)]
    shop.look(minutes=5)
    assert shop.store.writes == []


def test_what_could_not_be_read_is_read_by_the_next_look(shop: Shop):
    seen = shop.settle()
    shop.store.drop("store/order/created")
    working, shop.store.orders_modified = shop.store.orders_modified, _falls_silent  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        shop.look(minutes=5)
    shop.store.orders_modified = working  # type: ignore[method-assign]
    shop.look(minutes=5)
    assert shop.store.writes == []
    assert shop.store.asked == [(seen - OVERLAP, shop.time)]


def _falls_silent(since: datetime, until: datetime | None = None) -> Iterator[OrderHead]:
    raise Unavailable("the store does not answer")


def test_reading_a_period_moves_the_watermark_no_further_than_it_was_read(shop: Shop):
    backfill.poll(shop.house, "acme", since=NOON - timedelta(hours=2), until=NOON - timedelta(hours=1))
    assert read_to(shop) is None  # what lies before was never read
    backfill.poll(shop.house, "acme", until=NOON - timedelta(hours=1))
    assert read_to(shop) == NOON - timedelta(hours=1)
    backfill.poll(shop.house, "acme", until=NOON + timedelta(hours=1))
    assert read_to(shop) == NOON  # nobody reads the future


def read_to(shop: Shop) -> datetime | None:
    with shop.database.begin() as tx:
        return watermarks.standing(tx, shop.connection, backfill.ORDERS).read_to


# Several at once, and lost answers


def test_while_one_worker_looks_another_does_nothing(shop: Shop):
    with shop.database.begin() as tx:
        assert leases.take(tx, shop.connection, hook_look.LEASE, "other", now=NOON, ttl=timedelta(minutes=3))
    report = shop.look(minutes=2)
    assert [line.detail for line in report.lines] == ["another worker is looking after them now"]
    assert shop.store.writes == []
    shop.look(minutes=1)
    assert len(shop.store.kept) == len(SCOPES)


def test_a_worker_that_lost_its_lease_writes_no_more(shop: Shop):
    def sleep() -> None:
        shop.time += timedelta(minutes=4)

    shop.store.before_write = sleep
    with pytest.raises(Superseded):
        shop.look()
    assert len(shop.store.writes) == 1


def test_a_reading_longer_than_the_lease_counts_all_the_same(shop: Shop):
    shop.settle()
    shop.store.drop("store/order/created")
    shop.store.while_reading = lambda: _pass(shop, timedelta(minutes=10))
    until = shop.time + timedelta(minutes=5)
    assert all(line.ok for line in shop.look(minutes=5).lines)
    shop.look()
    assert shop.store.asked == [(until - OVERLAP, shop.time)]


def test_of_two_that_read_the_same_window_the_first_to_end_counts(shop: Shop):
    seen = shop.settle()
    shop.store.drop("store/order/created")
    shop.store.while_reading = lambda: _another_is_faster(shop)
    shop.look(minutes=5)
    ended = shop.time
    assert shop.store.asked == [(seen - OVERLAP, ended - timedelta(minutes=5)), (seen - OVERLAP, ended)]
    shop.look(minutes=5)
    assert shop.store.asked == []  # the faster one found the hook a few minutes old and at work


def _pass(shop: Shop, time: timedelta) -> None:
    shop.store.while_reading = lambda: None
    shop.time += time


def _another_is_faster(shop: Shop) -> None:
    _pass(shop, timedelta(minutes=5))
    hooks.ensure(shop.house, "acme")


def test_a_hook_that_somebody_else_made_meanwhile_is_taken_as_it_is(shop: Shop):
    shop.store.before_write = lambda: _made_by_another(shop)
    report = shop.look()
    assert all(line.ok for line in report.lines)
    assert len(shop.store.kept) == len(SCOPES)


def _made_by_another(shop: Shop) -> None:
    shop.store.before_write = lambda: None
    shop.store.add(SCOPES[0], DOOR)


def test_a_lost_answer_is_looked_up_and_never_repeated_at_once(shop: Shop):
    shop.store.next_fault = OutcomeUnknown("the answer was lost")
    report = shop.look()
    failed = [line for line in report.lines if not line.ok]
    assert [(line.name, line.detail) for line in failed] == [(SCOPES[0], "the answer was lost")]
    assert "ml-connector webhooks ensure acme" in failed[0].remedy
    assert shop.store.writes.count(("create", SCOPES[0])) == 1
    assert len(shop.store.kept) == len(SCOPES) - 1
    assert all(line.ok for line in shop.look(minutes=5).lines)
    assert shop.store.writes == [("create", SCOPES[0])]


def test_a_refused_hook_says_what_the_store_wants_of_its_address(shop: Shop):
    shop.store.next_fault = Rejected("POST /v3/hooks answered 422: destination: invalid")
    [failed] = [line for line in shop.look().lines if not line.ok]
    assert DOOR in failed.remedy
    assert "PUBLIC_URL must be https, port 443" in failed.remedy


def test_a_lost_answer_to_a_hook_that_was_made_is_no_fault(shop: Shop):
    def make_and_lose() -> None:
        shop.store.before_write = lambda: None
        shop.store.add(SCOPES[0], DOOR)
        shop.store.next_fault = OutcomeUnknown("the answer was lost")

    shop.store.before_write = make_and_lose
    assert all(line.ok for line in shop.look().lines)
    assert len(shop.store.kept) == len(SCOPES)


def test_a_refusal_keeps_no_other_hook_from_being_mended(shop: Shop):
    shop.settle()
    shop.store.drop("store/order/created")
    shop.store.switch_off("store/order/updated")
    shop.store.next_fault = Rejected("no such hook")
    report = shop.look(minutes=5)
    assert [(line.name, line.ok) for line in report.lines[:2]] == [
        ("store/order/updated", False),
        ("store/order/created", True),
    ]
    seen = shop.store.asked[0][0] + OVERLAP
    report = shop.look(minutes=5)  # what it missed is still owed
    assert shop.store.asked == [(seen - timedelta(hours=48) - OVERLAP, shop.time)]


# What a removed connection leaves


def test_a_removed_connection_takes_its_hooks_along_and_no_others(shop: Shop):
    shop.settle()
    shop.store.add("store/order/created", f"{URL}/webhooks/bigcommerce/other")
    lines = removal.remove(shop.house, "acme", by="operator:ann")
    assert [line.ok for line in lines] == [True] * len(SCOPES)
    assert [hook.destination for hook in shop.store.kept.values()] == [f"{URL}/webhooks/bigcommerce/other"]
    assert shop.audited()[-1] == ("connection_removed", "connection acme")


def test_what_the_store_does_not_delete_is_named_and_the_connection_is_removed_all_the_same(shop: Shop):
    shop.settle()
    ids = list(shop.store.kept)
    shop.store.next_fault = Unavailable("the store does not answer")
    [line] = removal.remove(shop.house, "acme", by="operator:ann")
    assert (line.ok, line.detail) == (False, f"the store does not answer: left are {', '.join(map(str, ids))}")
    with shop.database.begin() as tx:
        assert connections.every(tx) == []


def test_without_an_address_of_ours_hooks_are_named_and_not_deleted(shop: Shop):
    shop.settle()
    before = dict(shop.store.kept)
    [line] = removal.remove(shop.unreachable(), "acme", by="operator:ann")
    assert line.detail.startswith("PUBLIC_URL is not set: left are ")
    assert shop.store.kept == before


def test_while_a_worker_looks_after_the_hooks_nothing_is_removed(shop: Shop):
    shop.settle()
    with hooks.leased(shop.house, known(shop.house, "acme")), pytest.raises(Busy):
        removal.remove(shop.house, "acme", by="operator:ann")
    assert (shop.store.writes, len(shop.store.kept)) == ([], len(SCOPES))
    assert removal.remove(shop.house, "acme", by="operator:ann")


def test_whoever_lost_the_lease_deletes_and_removes_nothing_more(shop: Shop):
    shop.settle()

    def late() -> None:
        shop.time += timedelta(minutes=4)
        shop.store.before_write = lambda: None
        with hooks.leased(shop.house, known(shop.house, "acme")):
            pass

    shop.store.before_write = late
    with pytest.raises(Superseded):
        removal.remove(shop.house, "acme", by="operator:ann")
    assert len(shop.store.writes) == 1
    with shop.database.begin() as tx:
        assert len(connections.every(tx)) == 1


# What is told


def test_the_list_tells_what_is_active_missing_and_somebody_elses(shop: Shop):
    shop.settle()
    shop.store.drop("store/order/created")
    shop.store.switch_off("store/order/updated")
    shop.store.add("store/order/created", "https://other.example.com/hooks")
    shop.store.add("store/customer/created", DOOR)
    shop.delivered("store/order/archived", order=7)
    lines = hooks.listed(shop.house, "acme")
    told = {(line.scope, line.status): line for line in lines}
    assert {key for key in told if key[1] != "active"} == {
        ("store/order/created", "missing"),
        ("store/order/created", "active, not ours"),
        ("store/order/updated", "switched off"),
        ("store/customer/created", "active, too many"),
    }
    assert told["store/order/archived", "active"].last_delivery == shop.time
    assert len(lines) == len(SCOPES) + 2


def test_the_figures_count_what_webhooks_told_of_against_what_there_is(shop: Shop):
    for number, told in ((1, True), (2, False), (3, True)):
        with shop.database.begin() as tx:
            order_id = orders.want(tx, shop.connection, number, now=NOON)
            orders.write(tx, order_id, placed_at=NOON - timedelta(hours=number))
            for refund in range(number):
                event = _refund(10 * number + refund, at=NOON - timedelta(hours=1))
                money_events.save(tx, shop.connection, order_id, event)
        if told:
            shop.delivered("store/order/created", order=number)
            shop.delivered("store/order/created", order=number, key=f"again {number}")
    shop.delivered("store/order/refund/created", order=3)
    shop.delivered("store/order/refund/created", order=3, key="the second")
    shop.delivered("store/order/refund/created", order=2, at=NOON - timedelta(days=8))  # of another period
    shop.delivered("store/product/updated")
    shop.time += timedelta(minutes=1)
    counted = {one.scope: one for one in hook_figures.of_period(shop.house, "acme")}
    shown = {
        scope: (one.deliveries, one.expected, one.received, one.missing)
        for scope, one in counted.items()
        if one.deliveries or one.expected
    }
    assert shown == {
        "store/order/created": (4, 3, 2, 1),
        "store/order/refund/created": (2, 6, 2, 4),
        "store/product/updated": (1, None, None, None),
    }
    assert list(counted) == list(hook_scopes.SCOPES)


def _refund(number: int, *, at: datetime) -> NewMoneyEvent:
    return NewMoneyEvent("refund", number, "a refund", Decimal("1.00"), "USD", at, left_out="left out")


def test_the_trail_names_who_asked(shop: Shop):
    hooks.ensure(shop.house, "acme", by="operator:ann")
    with shop.database.begin() as tx:
        assert set(tx.execute(text("SELECT actor FROM audit")).scalars()) == {"operator:ann"}
