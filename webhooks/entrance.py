"""The door as this system has it: rows by ``flows.deliveries``, dispatch by ringing for ``upkeep.sweep``."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from connector.domain.faults import Fault
from connector.flows import deliveries
from connector.flows.house import House
from connector.ports import Clock
from connector.settings import Settings
from tasks import hooks, upkeep
from webhooks.together import Bell, Together

_REMEMBERED = timedelta(seconds=5)
"""How long a connection's secrets are used before they are looked up again: a rotation takes no longer."""


class HouseDoor:
    """Implements ``webhooks.door.Door``."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: dict[str, tuple[datetime, tuple[str, ...] | None]] = {}
        self._looking = threading.Lock()
        self._keep = Together(partial(deliveries.receive, house))
        self._bell = Bell(house.clock, house.pace.coalesce_window)

    def secrets(self, connection: str) -> tuple[str, ...] | None:
        """Tell a connection's live client secrets; None for a name nobody has."""
        now = self._house.now()
        with self._looking:
            found = self._known.get(connection)
        if found and now - found[0] < _REMEMBERED:
            return found[1]
        secrets = deliveries.secrets(self._house, connection)
        if secrets is not None:  # names that nobody has must not fill the memory
            with self._looking:
                self._known[connection] = (now, secrets)
        return secrets

    def receive(self, *, connection: str, delivery_id: str, body: bytes, scheme: str) -> object | None:
        """Make a delivery durable, together with those that other requests have in hand at this moment."""
        arrival = deliveries.Arrival(connection, delivery_id, body, scheme)
        return connection if self._keep.do(arrival) else None

    def dispatch(self, token: object) -> None:  # noqa: ARG002  one ring is for all that is due
        """Let a worker look for what is due, after the moment in which an order's other webhooks arrive."""
        with self._bell.ringing() as wait:
            if wait is not None:
                upkeep.sweep.apply_async(countdown=wait.total_seconds())

    def ensure_hooks(self, connection: str) -> None:
        """Ring for the hooks of a connection."""
        hooks.ensure.apply_async(kwargs={"connection": connection})

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
