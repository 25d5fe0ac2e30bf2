"""A webhook that comes while something of ours is down: it is durable, or the store is told to send it again."""

from __future__ import annotations

from connector.sandbox.store.sender import Delivery
from tests.journeys.books import Books
from tests.rig import Rig, until


def ordered(rig: Rig) -> tuple[int, list[Delivery]]:
    """Place an order; give its number and its webhooks."""
    sent = rig.sandbox.store.webhooks.deliveries
    before = len(sent)
    [number] = rig.sandbox.store.place_orders(1, announce=True)
    return number, sent[before:]


def test_without_a_broker_webhooks_are_taken_and_posted_later(rig: Rig) -> None:
    rig.valkey.stop()
    number, webhooks = ordered(rig)
    until(lambda: all(one.answers for one in webhooks))
    assert {tuple(one.answers) for one in webhooks} == {(200,)}
    assert rig.sandbox.infor.state()["orders"] == []
    rig.valkey.start()
    rig.wait_settled([number])
    Books(rig).assert_booked_once(number)


def test_without_a_database_the_store_is_told_to_come_again(rig: Rig) -> None:
    rig.postgres.stop()
    number, webhooks = ordered(rig)
    until(lambda: all(len(one.answers) >= 2 for one in webhooks))
    assert {answer for one in webhooks for answer in one.answers} == {503}
    rig.postgres.start()
    assert rig.sandbox.store.webhooks.settle(60)
    assert all(one.arrived for one in webhooks)
    rig.wait_settled([number])
    Books(rig).assert_booked_once(number)


def test_webhooks_that_are_never_sent_are_made_up_for_by_the_poll(rig: Rig) -> None:
    store = rig.sandbox.store
    store.webhooks.fate("*", "lost")
    [number] = store.place_orders(1, announce=True)
    refund = store.refund(number, items=[{"item_type": "ORDER", "item_id": number, "amount": "1.00"}], delay=0)
    store.webhooks.forget_fates()
    assert rig.order(number) is None
    assert "looked at" in rig.cli("backfill", "acme")
    rig.wait_settled([number])
    assert refund in [row.source for row in rig.postings(number) if row.kind.value == "refund"]
    Books(rig).assert_booked_once(number)
