"""Every metric there is, by name, as Prometheus reads it. Counted per process: a scrape meets one of them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

DELIVERIES = Counter(
    "ml_connector_deliveries",
    "Webhook requests by what became of them.",
    ["outcome"],
    registry=REGISTRY,
)
DISPATCH_FAILURES = Counter(
    "ml_connector_dispatch_failures",
    "Durable deliveries that could not be given to the workers at once; the sweep finds them.",
    registry=REGISTRY,
)


def render() -> bytes:
    """Write the present figures as ``CONTENT_TYPE`` says."""
    return generate_latest(REGISTRY)
