"""The figures of all connections for a monitor."""

from __future__ import annotations

from connector.domain.gauge import Gauge
from connector.flows.house import House
from connector.records import gauges


def read(house: House) -> list[Gauge]:
    """Read every figure as it is now.

    :raises Unavailable: the database does not answer.
    """
    with house.database.begin() as tx:
        return list(gauges.read(tx, house.now()))
