"""What the door needs of the system behind it: ``webhooks.house_door`` has it, the tests have a door in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from flask import Flask, current_app
from pydantic import SecretStr

from connector.domain.gauge import Gauge
from connector.ports import Clock


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a delivery: whether it is no repeat, and whether the workers are to be rung for."""

    is_new: bool
    rings: bool


class Door(Protocol):
    """Where deliveries go in. Everything here may raise ``Unavailable``; the delivery then comes again."""

    def secrets(self, connection: str) -> tuple[str, ...] | None:
        """Tell a connection's live client secrets, paused or not; None for a name nobody has."""
        ...

    def receive(self, *, connection: str, delivery_id: str, body: bytes, scheme: str) -> Receipt:
        """Make an authentic delivery durable, whatever its body holds, once however often it comes.

        ``delivery_id`` is empty where the scheme signs none.
        """
        ...

    def ion_secrets(self, connection: str) -> tuple[str, ...] | None:
        """Tell what opens a connection's door to ION, paused or not; None for a name nobody has."""
        ...

    def receive_answer(self, *, connection: str, body: bytes) -> bool:
        """Make an authentic message of ION's durable, whatever it holds; tells whether to ring for the workers."""
        ...

    def ring(self) -> None:
        """Tell the workers to look for what is due. May fail: the sweep finds it in its turn."""
        ...

    def ensure_hooks(self, connection: str) -> None:
        """Tell the workers to look after this connection's hooks. May fail: beat does it in its turn."""
        ...

    def gauges(self) -> Sequence[Gauge]:
        """Read what a monitor is told of all connections."""
        ...

    def ready(self) -> list[str]:
        """Tell every reason why this process cannot do its work now; none when it can. No secrets in it."""
        ...


class DoorSettings(Protocol):
    """What of the settings concerns the door."""

    @property
    def metrics_token(self) -> SecretStr | None:
        """What a monitor must bring; without one, only this machine may read."""
        ...

    @property
    def webhook_tolerance(self) -> float:
        """How many seconds old, or ahead, a signed timestamp may be."""
        ...


@dataclass(frozen=True, slots=True)
class Entrance:
    """What an app that takes deliveries in stands before."""

    door: Door
    clock: Clock
    settings: DoorSettings


def stand_before(entrance: Entrance, app: Flask) -> None:
    """Give the app its entrance."""
    app.extensions["entrance"] = entrance


def entrance() -> Entrance:
    """Find the entrance of the app that answers the present request."""
    return cast(Entrance, current_app.extensions["entrance"])
