"""Every metric there is, by name, as Prometheus reads it.

What a process counts by itself is counted per process, and a scrape meets one of them; what stands in the database
(``domain.gauge``) is the same for all.
"""

from __future__ import annotations

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, ProcessCollector, generate_latest
from prometheus_client import Gauge as PrometheusGauge
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from connector.domain.gauge import GAUGES, Gauge

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


def render(gauges: Sequence[Gauge] | None) -> bytes:
    """Write the present figures as ``CONTENT_TYPE`` says; without ``gauges`` the database did not answer."""
    standing = CollectorRegistry()
    answers = PrometheusGauge("ml_connector_database_answers", "Whether PostgreSQL answers.", registry=standing)
    answers.set(gauges is not None)
    figures = {
        name: PrometheusGauge(name, figure.help, figure.labels, registry=standing) for name, figure in GAUGES.items()
    }
    for gauge in gauges or ():
        figures[gauge.name].labels(*gauge.labels).set(gauge.value)
    return generate_latest(REGISTRY) + generate_latest(standing)
