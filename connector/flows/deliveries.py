"""From verified webhooks to durable rows and the orders that are asked for. Many that arrive together go together."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.domain.delivery import Delivery, Unreadable
from connector.flows.connections import open_credentials
from connector.flows.house import House
from connector.flows.work import ask_for_run
from connector.records import articles, connections, deliveries, echoes, wants
from connector.records.connections import SavedConnection
from connector.records.database import Tx
from connector.records.deliveries import DeliveryState, NewDelivery
from connector.records.runs import Run

ECHO_SCOPE = "store/order/updated"
"""The only scope our own write to an order causes (facts/bigcommerce.md §2.3)."""
INVENTORY, SHOPPERS = "/inventory/", "/inventory/order/"
"""What scopes of pieces have in common, and those of pieces that an order took: not an edit, the order tells it."""

_SECOND = timedelta(seconds=1)
_BROUGHT_FOR = timedelta(hours=49)
"""The store gives up on a webhook after 48 hours (facts/bigcommerce.md §2.4): an older repeat is not its own."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """What the door must know of a connection: ``secrets`` are its live client secrets, the newest first."""

    id: int
    name: str
    store_hash: str
    secrets: tuple[str, ...] = field(default=(), repr=False)


def addressee(house: House, connection: str) -> Addressee | None:
    """Look a connection up; None when there is none of this name."""
    with house.database.begin() as tx:
        owner = connections.find(tx, connection)
    if owner is None:
        return None
    secrets = open_credentials(house.vault, owner).store.client_secrets
    return Addressee(owner.id, connection, owner.connection.store_hash, secrets)


def check_durable(house: House) -> None:
    """Make sure that a delivery could be kept now.

    :raises Unavailable: the database does not answer. :raises Misconfigured: it is not migrated.
    """
    with house.database.begin() as tx:
        deliveries.check(tx)


Key = tuple[int, int]
"""An order or a product: its connection's id and its number."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery whose signature held. ``delivery_id`` is empty where the scheme signs none."""

    owner: Addressee
    delivery_id: str
    body: bytes
    scheme: str

    @property
    def key(self) -> str:
        """What a repeat is known by."""
        return (self.delivery_id or hashlib.sha256(self.body).hexdigest())[:160]


@dataclass(frozen=True, slots=True)
class _Told:
    """An arrival and what it says."""

    arrival: Arrival
    read: Delivery | Unreadable

    @property
    def owner(self) -> Addressee:
        """Whose it is."""
        return self.arrival.owner

    def about(self, field: str) -> Key | None:
        """The order or product that it names."""
        number = getattr(self.read, field) if isinstance(self.read, Delivery) else None
        return (self.owner.id, number) if number is not None else None


@dataclass(frozen=True, slots=True)
class Reception:
    """What became of an arrival: whether it is no repeat, and whether its order waits for a run."""

    is_new: bool
    is_asked: bool


def receive(house: House, arrivals: Sequence[Arrival]) -> list[Reception]:
    """Keep verified deliveries in one transaction; tells what became of each.

    An order waits until its other webhooks have come. Those that come while a run works are counted, and the run
    repeats until it has seen the last of them.

    :raises Unknown: the connection of one of them is gone; none is kept.
    """
    now = house.now()
    due = now + house.pace.coalesce_window
    told = [_Told(one, house.parse_delivery(one.body)) for one in arrivals]
    transaction = house.database.alone if all(map(_is_plain, told)) else house.database.begin
    with transaction() as tx:
        judged = _judge(tx, told, now=now)
        new = [_new(one, *end, now) for one, end in zip(told, judged, strict=True)]
        kept = deliveries.keep(tx, new, due=due)
        news = [_is_new(one, kept) for one in told]
        ends = zip(told, news, judged, strict=True)
        taken = [(one, is_new) for one, is_new, (state, _) in ends if state is DeliveryState.TAKEN]
        asked = {order for one, is_new in taken if is_new and (order := one.about("order"))}
        _touch(tx, taken, now=now)
    repeated = [one for one, is_new in taken if not is_new and not one.arrival.delivery_id]
    asked |= _ask_again(house, repeated, due=due)
    return [Reception(is_new, one.about("order") in asked) for one, is_new in zip(told, news, strict=True)]


def _is_plain(one: _Told) -> bool:
    """Tell whether one statement does for it, as it is no product's and no echo."""
    return one.about("product") is None and _echoing(one) is None


def _is_new(one: _Told, kept: set[tuple[int, str]]) -> bool:
    """Tell whether it is no repeat, and strike it out: what came twice at once is a repeat the second time."""
    known = (one.owner.id, one.arrival.key)
    is_new = known in kept
    kept.discard(known)
    return is_new


def _new(one: _Told, state: DeliveryState, reason: str, now: datetime) -> NewDelivery:
    read = one.read if isinstance(one.read, Delivery) else None
    return NewDelivery(
        connection_id=one.owner.id,
        delivery_key=one.arrival.key,
        scope=read.scope if read else "",
        order_number=read.order if read else None,
        product_number=read.product if read else None,
        scheme=one.arrival.scheme,
        body=one.arrival.body,
        state=state,
        reason=reason,
        received_at=now,
    )


def _touch(tx: Tx, taken: Iterable[tuple[_Told, bool]], *, now: datetime) -> None:
    """Remember the products that somebody changed."""
    looked: dict[tuple[int, bool], set[int]] = defaultdict(set)
    for one, is_new in taken:
        assert isinstance(one.read, Delivery)  # noqa: S101  it was taken
        if one.read.product is not None and (is_new or _is_another(one, now)):
            looked[one.owner.id, INVENTORY in one.read.scope].add(one.read.product)
    for (owner_id, stock), products in sorted(looked.items()):
        articles.touch(tx, owner_id, products, now=now, stock=stock)


def _is_another(one: _Told, now: datetime) -> bool:
    """Tell whether a repeat known by its body alone may be a second change of a product within the same second."""
    if one.arrival.delivery_id or not isinstance(one.read, Delivery):
        return False
    return one.read.created_at is None or now < one.read.created_at + _BROUGHT_FOR


def _ask_again(house: House, repeated: Sequence[_Told], *, due: datetime) -> set[Key]:
    """Ask for the orders of repeats, known by their bodies alone, that may be a second change in the same second."""
    if not repeated:
        return set()
    with house.database.begin() as tx:
        later = {order for one in repeated if (order := one.about("order")) and _is_later(tx, one)}
        wants.want(tx, dict.fromkeys(later, 1), now=house.now(), due=due)
    return later


def _is_later(tx: Tx, one: _Told) -> bool:
    read = one.read
    if not isinstance(read, Delivery) or read.created_at is None or read.order is None:
        return False
    return wants.was_read_before(tx, one.owner.id, read.order, read.created_at + _SECOND)


def take_again(house: House, tx: Tx, row: deliveries.DeliveryRow, owner: SavedConnection) -> Run | None:
    """Judge a kept delivery anew: an operator replays it."""
    read = house.parse_delivery(row.body)
    state, reason = _verdict(owner.connection.store_hash, read)
    order = read.order if isinstance(read, Delivery) else None
    deliveries.settle(tx, row.id, state, reason, order)
    if state is not DeliveryState.TAKEN or not isinstance(read, Delivery):
        return None
    if read.product is not None:
        articles.touch(tx, owner.id, [read.product], now=house.now(), stock=INVENTORY in read.scope)
        return None
    assert read.order is not None  # noqa: S101  a delivery is taken only for its order or product
    return ask_for_run(tx, house, owner.id, read.order)


def _judge(tx: Tx, told: Sequence[_Told], *, now: datetime) -> list[tuple[DeliveryState, str]]:
    """Say how each ends; one write of ours explains one webhook."""
    verdicts = [_verdict(one.owner.store_hash, one.read) for one in told]
    taken = [one for one, (state, _) in zip(told, verdicts, strict=True) if state is DeliveryState.TAKEN]
    echoed = wants.take_echoes(tx, {key for one in taken if (key := _echoing(one))}, now=now)
    for place in sorted(range(len(told)), key=lambda at: told[at].about("product") or (0, 0)):
        one = told[place]
        if verdicts[place][0] is not DeliveryState.TAKEN:
            continue
        if _echoing(one) in echoed:
            echoed.discard(_echoing(one))
            verdicts[place] = (DeliveryState.ECHO, "our own write of the ERP's number")
        elif _is_echo_of_catalog(tx, one, now):
            verdicts[place] = (DeliveryState.ECHO, "our own write")
    return verdicts


def _echoing(one: _Told) -> Key | None:
    """The order of which this may be our own write."""
    return one.about("order") if isinstance(one.read, Delivery) and one.read.scope == ECHO_SCOPE else None


def _is_echo_of_catalog(tx: Tx, one: _Told, now: datetime) -> bool:
    if not isinstance(one.read, Delivery) or one.read.product is None:
        return False
    kind = echoes.STOCK if INVENTORY in one.read.scope else echoes.PRODUCT
    return echoes.take(tx, one.owner.id, kind, one.read.product, now=now)


def _verdict(store_hash: str, read: Delivery | Unreadable) -> tuple[DeliveryState, str]:
    if isinstance(read, Unreadable):
        return DeliveryState.DEAD, read.reason
    if read.store_hash and read.store_hash != store_hash:
        return DeliveryState.DEAD, f"it is about store {read.store_hash}, this connection is {store_hash}"
    if read.exception:
        return DeliveryState.IGNORED, f"the hooks are looked after: {read.exception}"
    if read.order is None and (read.product is None or SHOPPERS in read.scope):
        return DeliveryState.IGNORED, f"nothing depends on {read.scope}"
    return DeliveryState.TAKEN, ""
