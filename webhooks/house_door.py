"""The door as this system has it: rows by ``flows.deliveries``, and ``upkeep.sweep`` is rung for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from connector.domain.faults import Fault, Unknown
from connector.domain.gauge import Gauge
from connector.flows import acknowledgements, deliveries, gauges
from connector.flows.deliveries import Arrival
from connector.flows.house import House
from connector.telemetry import logs
from tasks import hooks, upkeep
from webhooks.door import Receipt
from webhooks.together import Bell, Together

_log = logs.logger(__name__)

_REMEMBERED = timedelta(seconds=5)
"""How long a connection's secrets are used before they are looked up again; none is used for twice as long."""


Found = TypeVar("Found")


class Memory(Generic[Found]):
    """What was looked up of a connection a moment ago.

    For ``_REMEMBERED`` it is used as it is. Then one request at a time looks again, and the others go on with what is
    known for as long once more, so that not all of them ask at once. Older than that, every request looks. A name
    that nobody has is not kept: strangers could fill the memory with names.
    """

    def __init__(self, house: House, look: Callable[[House, str], Found | None]) -> None:
        self._house, self._look = house, look
        self._known: dict[str, tuple[datetime, Found]] = {}
        self._looking = threading.Lock()

    def of(self, connection: str) -> Found | None:
        """Give what is known of a connection."""
        now, kept = self._house.now(), self._known.get(connection)
        if kept is None or now - kept[0] >= 2 * _REMEMBERED:
            return self._looked_up(connection)
        if now - kept[0] < _REMEMBERED or not self._looking.acquire(blocking=False):
            return kept[1]
        try:
            return self._looked_up(connection)
        finally:
            self._looking.release()

    def _looked_up(self, connection: str) -> Found | None:
        now, found = self._house.now(), self._look(self._house, connection)
        if found is None:
            self._known.pop(connection, None)
        else:
            self._known[connection] = (now, found)
        return found


class HouseDoor:
    """Implements ``webhooks.door.Door``."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._gauges: tuple[datetime, list[Gauge]] | None = None
        self._addressees = Memory(house, deliveries.addressee)
        self._ion_secrets = Memory(house, acknowledgements.secrets)
        self._keep = Together(self._keep_all)
        self._bell = Bell(house.clock, house.pace.coalesce_window)

    def secrets(self, connection: str) -> tuple[str, ...] | None:
        """Tell a connection's live client secrets; None for a name nobody has."""
        found = self._addressees.of(connection)
        return found.secrets if found else None

    def ion_secrets(self, connection: str) -> tuple[str, ...] | None:
        """Tell what opens a connection's door to ION; None for a name nobody has."""
        return self._ion_secrets.of(connection)

    def receive(self, *, connection: str, delivery_id: str, body: bytes, scheme: str) -> Receipt:
        """Make a delivery durable, together with those that other requests have in hand; one of them then rings."""
        owner = self._addressees.of(connection)
        if owner is None:
            raise Unknown(f"there is no connection named {connection} any more")
        return self._keep.do(Arrival(owner, delivery_id, body, scheme))

    def _keep_all(self, arrivals: Sequence[Arrival]) -> list[Receipt]:
        kept = deliveries.receive(self._house, arrivals)
        news = [one.is_asked for one in kept]
        told = [
            {"connection": one.owner.name, "delivery": one.delivery_id, "scheme": one.scheme, "news": new}
            for one, new in zip(arrivals, news, strict=True)
        ]
        _log.info("delivery.received", deliveries=told)
        first = news.index(True) if True in news else None
        return [Receipt(one.is_new, place == first) for place, one in enumerate(kept)]

    def receive_answer(self, *, connection: str, body: bytes) -> bool:
        """Make a message of ION's durable, with the verdict that it brings."""
        return acknowledgements.receive(self._house, connection=connection, body=body)

    def ring(self) -> None:
        """Let a worker look for what is due, after the moment in which an order's other webhooks arrive."""
        with self._bell.ringing() as wait:
            if wait is not None:
                upkeep.sweep.apply_async(countdown=wait.total_seconds())

    def ensure_hooks(self, connection: str) -> None:
        """Ring for the hooks of a connection."""
        hooks.ensure.apply_async(kwargs={"connection": connection})

    def gauges(self) -> list[Gauge]:
        """Read what a monitor is told, at most every few seconds."""
        now = self._house.now()
        kept = self._gauges
        if kept is None or now - kept[0] >= _REMEMBERED:
            kept = (now, gauges.read(self._house))
            self._gauges = kept
        return kept[1]

    def ready(self) -> list[str]:
        """Tell why deliveries cannot be made durable; a broker that is down is no reason."""
        try:
            deliveries.check_durable(self._house)
        except Fault as fault:
            return [fault.what]
        return []
