"""The store's lists while the store goes on: over real HTTP, with changes between two of their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from bigcommerce_rig import CountedBudget, StoppedClock, Trail

from connector.bigcommerce.client import BigCommerce
from connector.domain.connection import StoreCredentials
from connector.domain.faults import Throttled
from connector.http.transport import Transport
from connector.ports import OrderMark
from connector.sandbox.serve import Sandbox

MIDNIGHT = datetime(2026, 3, 15, tzinfo=UTC)
LIST, REFUNDS = "store GET /v2/orders", "store GET /v3/orders/payment_actions/refunds"
BARE = {"lines": 1, "shipping": "0", "taxes": {}}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with_nothing = Sandbox(seed=())
    with_nothing.start()
    yield with_nothing
    with_nothing.stop()


@pytest.fixture
def budget() -> CountedBudget:
    return CountedBudget()


@pytest.fixture
def store(sandbox: Sandbox, budget: CountedBudget) -> BigCommerce:
    shop = sandbox.store
    wire = Transport(
        system="bigcommerce",
        recorder=Trail(),
        clock=StoppedClock(),
        connect_timeout=5,
        read_timeout=10,
        allow_insecure=True,
    )
    credentials = StoreCredentials(shop.store_hash, shop.client_id, shop.token, (shop.client_secret,), sandbox.url)
    return BigCommerce(credentials, wire, budget, StoppedClock(), catalog_budget=budget)


def place(sandbox: Sandbox, count: int, created: datetime = MIDNIGHT, apart: timedelta = timedelta(0)) -> list[int]:
    """Place plain orders without a webhook, each so much later than the one before."""
    moments = (created + apart * index for index in range(count))
    return [number for moment in moments for number in sandbox.store.place_orders(1, created=moment, **BARE)]


def touch(sandbox: Sandbox, number: int, moment: datetime) -> None:
    sandbox.store.orders[number].modified_at = moment


def between_pages(sandbox: Sandbox, match: str, change: Callable[[int], object], times: int = 3) -> None:
    """Do something after each of the first answers, with the number of the answer."""
    done: list[int] = []

    def after(_: str) -> None:
        done.append(1)
        change(len(done))

    sandbox.dial.after(match, after, times=times)


def numbers(marks: Iterator[OrderMark]) -> list[int]:
    return [mark.id for mark in marks]


# orders by modification


def test_orders_modified_while_the_list_is_read_lose_no_other_and_come_once(sandbox, store):
    placed = place(sandbox, 600)
    between_pages(sandbox, LIST, lambda page: touch(sandbox, placed[page], MIDNIGHT + timedelta(hours=page)))
    found = [head.id for head in store.orders_modified(MIDNIGHT)]
    assert sorted(found) == placed


def test_orders_archived_and_hidden_while_the_list_is_read_lose_no_other(sandbox, store):
    sandbox.store.archived_listed = False
    placed = place(sandbox, 600, apart=timedelta(seconds=1))
    hidden = placed[:3]
    between_pages(sandbox, LIST, lambda page: sandbox.store.archive(hidden[page - 1], announce=False))
    assert [head.id for head in store.orders_modified(MIDNIGHT)] == placed


def test_orders_of_one_second_archived_and_hidden_while_it_is_read_lose_no_other(sandbox, store):
    sandbox.store.archived_listed = False
    placed = place(sandbox, 600)

    def archive(page: int) -> None:
        for number in placed[page * 10 : page * 10 + 5]:
            sandbox.store.archive(number, announce=False)

    between_pages(sandbox, LIST, archive)
    assert sorted(head.id for head in store.orders_modified(MIDNIGHT)) == placed


def test_orders_in_the_second_of_the_watermark_are_read_again(sandbox, store):
    before, edge, after = (place(sandbox, 1, MIDNIGHT + timedelta(seconds=seconds))[0] for seconds in (-2, 0, 1))
    found = [head.id for head in store.orders_modified(MIDNIGHT + timedelta(milliseconds=999))]
    assert found == [edge, after]
    assert before not in found


def test_orders_that_come_while_the_list_is_read_are_in_it_once(sandbox, store):
    placed = place(sandbox, 300)
    between_pages(sandbox, LIST, lambda page: place(sandbox, 1, MIDNIGHT + timedelta(hours=page)), times=1)
    assert sorted(head.id for head in store.orders_modified(MIDNIGHT)) == [*placed, placed[-1] + 1]


# refunds by creation


def refund(sandbox: Sandbox, number: int, created: datetime = MIDNIGHT) -> int:
    item = {"item_type": "ORDER", "item_id": number, "amount": "0.01"}
    return sandbox.store.refund(number, items=[item], created=created.isoformat(), delay=0, announce=False)


def test_refunds_added_while_their_list_is_read_are_in_it_once(sandbox, store):
    placed = place(sandbox, 260)
    refunds = [refund(sandbox, number) for number in placed]
    between_pages(sandbox, REFUNDS, lambda _: refunds.append(refund(sandbox, placed[0])), times=2)
    found = [head.id for head in store.refunds_created(MIDNIGHT)]
    assert found == refunds
    assert len(found) == 262


def test_refunds_that_vanish_while_their_list_is_read_hide_no_other(sandbox, store):
    """Each answer takes three refunds of the first page away, so that three later ones slip to it unread."""
    placed = place(sandbox, 510)
    refunds = [refund(sandbox, number) for number in placed]
    between_pages(
        sandbox, REFUNDS, lambda page: [sandbox.store.orders[n].refunds.clear() for n in placed[: 3 * page]], 2
    )
    assert {head.id for head in store.refunds_created(MIDNIGHT)} >= set(refunds[6:])


def test_a_refund_in_the_second_of_the_watermark_is_read(sandbox, store):
    [number] = place(sandbox, 1)
    edge = refund(sandbox, number, MIDNIGHT)
    assert [head.id for head in store.refunds_created(MIDNIGHT + timedelta(milliseconds=999))] == [edge]


# walks


def test_the_walk_of_ids_is_turned_by_id_and_ends_where_nothing_follows(sandbox, store, budget):
    placed = place(sandbox, 600)
    assert numbers(store.walks.ids()) == placed
    assert budget.reserved == [1, 1, 1, 1]
    assert numbers(store.walks.ids(placed[-2])) == [placed[-1]]


def test_orders_hidden_while_ids_are_walked_hide_no_other(sandbox, store):
    sandbox.store.archived_listed = False
    placed = place(sandbox, 600)
    between_pages(sandbox, LIST, lambda page: sandbox.store.archive(placed[page], announce=False))
    assert numbers(store.walks.ids()) == placed


def test_where_a_day_begins_is_found_in_a_few_calls(sandbox, store, budget):
    before = place(sandbox, 200, MIDNIGHT - timedelta(days=2))
    placed = place(sandbox, 3)
    assert store.walks.first_since(MIDNIGHT) == placed[0]
    assert len(budget.reserved) <= 13
    assert store.walks.first_since(MIDNIGHT - timedelta(days=3)) <= before[0]


def test_the_windows_hold_what_was_created_from_the_first_second_up_to_before_the_last(sandbox, store):
    edges = (-1, 0, 1, 86_399, 86_400, 172_799, 172_800)
    placed = [place(sandbox, 1, MIDNIGHT + timedelta(seconds=second))[0] for second in edges]
    two_days = MIDNIGHT + timedelta(days=2)
    assert numbers(store.walks.created(MIDNIGHT, two_days)) == placed[1:-1]
    assert store.walks.count(MIDNIGHT, two_days) == 5
    assert sandbox.dial.counts()[LIST] == 2


def test_a_window_with_more_than_a_page_is_read_whole_while_orders_are_hidden(sandbox, store):
    sandbox.store.archived_listed = False
    placed = place(sandbox, 600, apart=timedelta(seconds=1))
    between_pages(sandbox, LIST, lambda page: sandbox.store.archive(placed[page], announce=False))
    assert numbers(store.walks.created(MIDNIGHT, MIDNIGHT + timedelta(hours=1))) == placed


def test_orders_of_every_status_are_counted(sandbox, store):
    place(sandbox, 2)
    sandbox.store.place_orders(3, created=MIDNIGHT, status=0, pay=[], **BARE)
    assert store.walks.count(MIDNIGHT, MIDNIGHT + timedelta(seconds=1)) == 5


def test_an_order_is_looked_up_by_its_id(sandbox, store):
    [number] = place(sandbox, 1)
    sandbox.store.archive(number, announce=False)
    mark = store.walks.look_up(number)
    assert (mark.id, mark.created_at, mark.archived) == (number, MIDNIGHT, True)
    assert store.walks.look_up(number + 1) is None


def test_a_row_looks_in_every_walk_as_it_does_when_it_is_read(sandbox, store):
    [number] = place(sandbox, 1)
    [by_id], [by_date] = store.walks.ids(), store.walks.created(MIDNIGHT, MIDNIGHT + timedelta(days=1))
    [head] = store.orders_modified(MIDNIGHT)
    assert by_id == by_date == store.walks.look_up(number)
    assert by_id.head_fingerprint == head.head_fingerprint


def test_an_orders_transactions_are_told_by_their_ids(sandbox, store):
    [number, bare] = place(sandbox, 2)
    sandbox.store.orders[bare].transactions.clear()
    capture = sandbox.store.add_transaction(number, event="settled", announce=False)
    assert store.walks.transactions(number)[1:] == [capture]
    assert store.walks.transactions(bare) == []
    assert store.walks.transactions(bare + 1) == []  # no such order


def test_a_spent_window_is_told_and_nothing_is_taken_for_the_end(sandbox, store):
    place(sandbox, 3)
    sandbox.dial.add("store *", "429", times=1)
    with pytest.raises(Throttled):
        numbers(store.walks.ids())
