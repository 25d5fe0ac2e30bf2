"""How many events the store's webhooks told of, against how many there were: what polling found is the measure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from connector.flows import hook_scopes
from connector.flows.house import House, known
from connector.records import hook_figures

PERIOD = timedelta(days=7)
_MEASURED = {
    hook_scopes.ORDER_CREATED: "order",
    hook_scopes.REFUND_CREATED: "refund",
    hook_scopes.TRANSACTION_CREATED: "transaction",
}
"""Events that a reading of the order finds, too."""


@dataclass(frozen=True, slots=True)
class ScopeFigure:
    """One scope in a period. ``expected`` is None where nothing but webhooks tells of such an event."""

    scope: str
    deliveries: int
    expected: int | None = None
    received: int | None = None

    @property
    def missing(self) -> int | None:
        """How many of the expected events no delivery told of."""
        return None if self.expected is None or self.received is None else self.expected - self.received


def of_period(house: House, connection: str, *, period: timedelta = PERIOD) -> list[ScopeFigure]:
    """Count by scope, for the period up to now."""
    owner, until = known(house, connection), house.now()
    since = until - period
    with house.database.begin() as tx:
        deliveries = hook_figures.received(tx, owner.id, hook_scopes.SCOPES, since=since, until=until)
        told = {
            scope: hook_figures.told(tx, owner.id, scope, kind=kind, since=since, until=until)
            for scope, kind in _MEASURED.items()
        }
    return [ScopeFigure(scope, deliveries.get(scope, 0), *told.get(scope, ())) for scope in hook_scopes.SCOPES]
