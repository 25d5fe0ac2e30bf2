"""What other processes may do to the store: its own methods, by name, with JSON in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from connector.sandbox.store import seed
from connector.sandbox.store.catalog import verbs as of_catalog

if TYPE_CHECKING:
    from connector.sandbox.store.app import StoreSandbox

Control = Callable[[Mapping[str, Any]], Any]


def verbs(store: StoreSandbox) -> dict[str, Control]:
    """Give every verb of ``/_sandbox/store/<verb>``; a verb's JSON object is its method's keyword arguments."""
    return {
        "truth": lambda _words: store.truth(),
        "place_order": lambda words: {"id": store.place_order(**words)},
        "place_orders": lambda words: {"ids": store.place_orders(**words)},
        "edit_order": lambda words: store.edit_order(**words),
        "add_transaction": lambda words: {"id": store.add_transaction(**words)},
        "refund": lambda words: {"id": store.refund(**words)},
        "set_status": lambda words: store.set_status(**words),
        "cancel": lambda words: store.cancel(**words),
        "archive": lambda words: store.archive(**words),
        "quota": lambda words: _quota(store, words),
        "send_to": lambda words: store.webhooks.direct.append(words["destination"]),
        "fate": lambda words: store.webhooks.fate(**words),
        "forget_fates": lambda _words: store.webhooks.forget_fates(),
        "settle": lambda words: {"settled": store.webhooks.settle(**words)},
        "deliveries": lambda _words: _deliveries(store),
        "switch_off_hook": lambda words: store.webhooks.switch_off(words["id"]),
        "age_hook": lambda words: store.hooks.age(words["id"], words["days"]),
        "delete_hook": lambda words: store.hooks.delete(words["id"]).as_shown(),
        "mode": lambda words: store.change_mode(**words),
        "fill_catalog": lambda words: {"ids": fill_catalog(store, words.get("skus"))},
        **of_catalog.verbs(store.catalog, store.merchant),
    }


def fill_catalog(store: StoreSandbox, skus: Sequence[str] | Mapping[str, str] | None = None) -> list[int]:
    """Make products for SKUs, named or not; without any, for everything that the seeded orders sell."""
    named = seed.skus()
    if skus is None:
        wanted = named
    else:
        wanted = dict(skus) if isinstance(skus, Mapping) else {sku: named.get(sku, f"Article {sku}") for sku in skus}
    return store.merchant.fill(wanted, seed.FAMILIES)


def _quota(store: StoreSandbox, words: Mapping[str, Any]) -> dict[str, int]:
    """Change the quota if told to, and say how it stands."""
    if words:
        store.quota.change(calls=int(words["calls"]), window_ms=int(words["window_ms"]))
    return {"calls": store.quota.calls, "window_ms": store.quota.window_ms, "throttled": store.quota.throttled}


def _deliveries(store: StoreSandbox) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "scope": one.scope,
            "destination": one.destination,
            "fate": one.fate,
            "answers": list(one.answers),
            "arrived": one.arrived,
        }
        for one in list(store.webhooks.deliveries)
    ]
