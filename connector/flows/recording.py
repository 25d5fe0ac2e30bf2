"""Keeps every outside call in the trail, sealed, under the order and the step it was made for."""

from __future__ import annotations

import json
import logging
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Lock

from connector.domain.faults import Fault
from connector.domain.identity import place
from connector.domain.text import cleaned
from connector.flows.house import House
from connector.ports import Exchange, Vault
from connector.records import trail
from connector.records.database import Database
from connector.records.trail import ExchangeRow
from connector.telemetry import context

log = logging.getLogger(__name__)

BODY_KEPT = 64 * 1024
"""Bytes of each body that are kept of a call for an order; a longer one is cut."""
GLIMPSE = 8 * 1024
"""The same of any other call: a batch of ten products whole, of a page of a catalog read every day the beginning."""

NO_BODIES = frozenset({"fit", "suggest"})
"""Steps that read a long history of which nothing becomes a record: that it was read is kept, not what."""


@dataclass(frozen=True, slots=True)
class TrailRecorder:
    """Writes one row per call. A call that cannot be recorded was still made: that is logged, never raised."""

    database: Database
    vault: Vault
    turn: AbstractContextManager[bool] = field(default_factory=Lock)
    """Calls made side by side write one after the other, so that a process needs no connection for each."""

    def record(self, exchange: Exchange) -> None:
        """Write one row."""
        about = context.current()
        most = 0 if about.get("step") in NO_BODIES else BODY_KEPT if "order" in about else GLIMPSE
        bodies = {"sent": _text(exchange.sent, most), "answered": _text(exchange.answered, most)}
        values = {
            "connection": str(about.get("connection", "")),
            "order_number": about.get("order"),
            "run": about.get("run"),
            "step": str(about.get("step", "")),
            "system": exchange.system,
            "call": exchange.call,
            "effect": exchange.effect.value,
            "status": exchange.status,
            "outcome": exchange.outcome,
            "seconds": exchange.seconds,
            "request_id": exchange.request_id,
            "started_at": exchange.started_at,
        }
        body = json.dumps(bodies).encode() if any(bodies.values()) else None
        values["sealed"] = self.vault.seal(body, _place(**values)) if body else None
        try:
            with self.turn, self.database.alone() as tx:
                trail.add_exchange(tx, values)
        except Fault as fault:
            log.warning("exchange.not_recorded", extra={"call": exchange.call, "fault": fault.code})


def _text(body: bytes, most: int) -> str:
    return body[:most].decode(errors="replace")


def _place(connection: object, order_number: object, call: object, started_at: object, **_: object) -> str:
    return place("exchanges", connection, order_number, call, started_at)


def bodies(house: House, row: ExchangeRow) -> dict[str, object]:
    """Open what was sent and answered; JSON is laid open, so that it can be redacted by field."""
    if row.sealed is None:
        return {}
    where = _place(row.connection, row.order_number, row.call, row.started_at)
    kept: dict[str, str] = json.loads(house.vault.open(row.sealed, where))
    return {side: _parsed(text) for side, text in kept.items()}


def _parsed(text: str) -> object:
    try:
        return cleaned(json.loads(text))
    except (ValueError, RecursionError):
        return text
