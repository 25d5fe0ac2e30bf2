"""The door as this system has it: rows by ``flows.deliveries``, dispatch by ringing for ``upkeep.sweep``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from connector.domain.faults import Fault
from connector.domain.gauge import Gauge
from connector.flows import acknowledgements, deliveries, gauges
from connector.flows.house import House
from connector.ports import Clock
from connector.settings import Settings
from tasks import hooks, upkeep
from webhooks.together import Bell, Together

_REMEMBERED = timedelta(seconds=5)
"""How long a connection's secrets are used before they are looked up again: a rotation takes no longer."""


Secrets = tuple[str, ...] | None


class HouseDoor:
    """Implements ``webhooks.door.Door``."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: dict[tuple[str, str], tuple[datetime, Secrets]] = {}
        self._figures: tuple[datetime, list[Gauge]] | None = None
        self._looking = threading.Lock()
        self._keep = Together(partial(deliveries.receive, house))
        self._bell = Bell(house.clock, house.pace.coalesce_window)

    def secrets(self, connection: str) -> Secrets:
        """Tell a connection's live client secrets; None for a name nobody has."""
        return self._remembered("store", connection, deliveries.secrets)

    def ion_secrets(self, connection: str) -> Secrets:
        """Tell what opens a connection's door to ION; None for a name nobody has."""
        return self._remembered("ion", connection, acknowledgements.secrets)

    def _remembered(self, side: str, connection: str, look: Callable[[House, str], Secrets]) -> Secrets:
        now = self._house.now()
        with self._looking:
            found = self._known.get((side, connection))
        if found and now - found[0] < _REMEMBERED:
            return found[1]
        secrets = look(self._house, connection)
        if secrets is not None:  # names that nobody has must not fill the memory
            with self._looking:
                self._known[side, connection] = (now, secrets)
        return secrets

    def receive(self, *, connection: str, delivery_id: str, body: bytes, scheme: str) -> object | None:
        """Make a delivery durable, together with those that other requests have in hand at this moment."""
        arrival = deliveries.Arrival(connection, delivery_id, body, scheme)
        return connection if self._keep.do(arrival) else None

    def receive_answer(self, *, connection: str, body: bytes) -> object | None:
        """Make a message of ION's durable, with the verdict that it brings."""
        return connection if acknowledgements.receive(self._house, connection=connection, body=body) else None

    def dispatch(self, token: object) -> None:  # noqa: ARG002  one ring is for all that is due
        """Let a worker look for what is due, after the moment in which an order's other webhooks arrive."""
        with self._bell.ringing() as wait:
            if wait is not None:
                upkeep.sweep.apply_async(countdown=wait.total_seconds())

    def ensure_hooks(self, connection: str) -> None:
        """Ring for the hooks of a connection."""
        hooks.ensure.apply_async(kwargs={"connection": connection})

    def figures(self) -> list[Gauge]:
        """Read what a monitor is told, at most every few seconds."""
        now = self._house.now()
        with self._looking:
            kept = self._figures
        if kept is None or now - kept[0] >= _REMEMBERED:
            kept = (now, gauges.read(self._house))
            with self._looking:
                self._figures = kept
        return kept[1]

    def ready(self) -> list[str]:
        """Tell why deliveries cannot be made durable; a broker that is down is no reason."""
        try:
            deliveries.check_durable(self._house)
        except Fault as fault:
            return [fault.what]
        return []


@dataclass(frozen=True)
class Entrance:
    """What the web process stands before."""

    door: HouseDoor
    clock: Clock
    settings: Settings


def entrance(house: House, settings: Settings) -> Entrance:
    """Put the door into the house."""
    return Entrance(HouseDoor(house), house.clock, settings)
