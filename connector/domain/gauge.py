"""Figures that stand in the database, as a monitor reads them: the one list of their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GaugeKind:
    """What a figure says, and by what it is told apart."""

    help: str
    labels: tuple[str, ...] = ("connection",)


GAUGES: Mapping[str, GaugeKind] = {
    "ml_connector_orders": GaugeKind("Orders that have not ended, by state.", ("connection", "state")),
    "ml_connector_postings": GaugeKind("Postings that are not confirmed, by state.", ("connection", "state")),
    "ml_connector_oldest_order_seconds": GaugeKind("Age of the oldest order that has not ended."),
    "ml_connector_dead_deliveries": GaugeKind("Webhooks that nobody can read."),
    "ml_connector_items": GaugeKind("Facts of items that wait or were refused, by state.", ("connection", "state")),
    "ml_connector_token_seconds": GaugeKind("Seconds until the token ends."),
    "ml_connector_poll_age_seconds": GaugeKind(
        "Seconds since a poll read up to then; of orders never read to the end, since the connection was saved.",
        ("connection", "poll"),
    ),
    "ml_connector_hooks_dark": GaugeKind("Webhook scopes of which the store tells nothing."),
    "ml_connector_alerts": GaugeKind("What is wrong now, 1 each.", ("connection", "kind")),
    "ml_connector_heartbeat_age_seconds": GaugeKind("Seconds since beat and a worker last did a round.", ("name",)),
    "ml_connector_paused": GaugeKind("Whether a connection is paused, 1 or 0."),
}


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure as it is now; ``labels`` in the order that ``GAUGES`` has them."""

    name: str
    labels: tuple[str, ...]
    value: float
