"""Which scopes a connection listens to, and what is wrong with the hooks that the store has for it.

Pure: ``flows.hooks`` acts on it. The limits are those of facts/bigcommerce.md §2.3 and §2.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from connector.domain.product import Hook

ORDER_CREATED = "store/order/created"
REFUND_CREATED = "store/order/refund/created"
TRANSACTION_CREATED = "store/order/transaction/created"
ORDER_SCOPES = (
    ORDER_CREATED,
    "store/order/updated",
    "store/order/statusUpdated",
    "store/order/archived",
    REFUND_CREATED,
    TRANSACTION_CREATED,
    "store/order/transaction/updated",
)
PRODUCT_SCOPES = (
    "store/product/created",
    "store/product/updated",
    "store/product/deleted",
    "store/sku/created",
    "store/sku/updated",
    "store/sku/deleted",
)
STOCK_SCOPES = ("store/product/inventory/updated", "store/sku/inventory/updated")
EXCEPTIONS = "store/hook/deliveryException"
"""What the store says of its own deliveries. It wants an address of its own."""

SCOPES = (*ORDER_SCOPES, *PRODUCT_SCOPES, *STOCK_SCOPES, EXCEPTIONS)

STALE = timedelta(days=60)
"""A hook that sent nothing for so long is made anew: the store switches it off after 90 days."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a connection's webhooks go."""

    public_url: str
    connection: str

    def destination(self, scope: str) -> str:
        """Give the address a scope is sent to."""
        return f"{self.public_url.rstrip('/')}{self._path(scope)}"

    def is_ours(self, hook: Hook) -> bool:
        """Tell whether a hook leads to this connection, at whatever host."""
        path = urlsplit(hook.destination).path
        return path.endswith((self._path(EXCEPTIONS), self._path(ORDER_CREATED)))

    def _path(self, scope: str) -> str:
        path = f"/webhooks/bigcommerce/{self.connection}"
        return f"{path}/exceptions" if scope == EXCEPTIONS else path


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: each wanted scope stands in one of the first four, each hook too many in the last."""

    right: Mapping[str, Hook]
    asleep: Mapping[str, Hook]
    stale: Mapping[str, Hook]
    missing: tuple[str, ...]
    surplus: tuple[Hook, ...]


def look(hooks: Iterable[Hook], place: Place, heard: Mapping[str, datetime], now: datetime) -> Look:
    """Compare the store's hooks with what is wanted; ``heard`` tells when each scope was last received."""
    ours = [hook for hook in hooks if place.is_ours(hook)]
    kept = {scope: hook for scope in SCOPES if (hook := _best(ours, scope, place.destination(scope)))}
    active = {scope: hook for scope, hook in kept.items() if hook.active}
    stale = {scope: hook for scope, hook in active.items() if _is_stale(hook, heard.get(scope), now)}
    chosen = {hook.id for hook in kept.values()}
    return Look(
        right={scope: hook for scope, hook in active.items() if scope not in stale},
        asleep={scope: hook for scope, hook in kept.items() if not hook.active},
        stale=stale,
        missing=tuple(scope for scope in SCOPES if scope not in kept),
        surplus=tuple(hook for hook in ours if hook.id not in chosen),
    )


def _best(ours: Iterable[Hook], scope: str, destination: str) -> Hook | None:
    """Of several hooks that say the same, keep an active one, the oldest."""
    fit = [hook for hook in ours if hook.scope == scope and hook.destination == destination]
    return min(fit, key=lambda hook: (not hook.active, hook.id), default=None)


def _is_stale(hook: Hook, heard: datetime | None, now: datetime) -> bool:
    """Tell whether a hook is old and silent; one whose age the store does not tell is left to itself."""
    if not hook.created_at:
        return False
    made = datetime.fromtimestamp(hook.created_at, UTC)
    return now - max(made, heard or made) > STALE
