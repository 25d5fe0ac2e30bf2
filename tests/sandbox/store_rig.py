"""A client of the simulated store that knows nothing of ours, without a socket, and an ear for what is announced."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from werkzeug.test import Client, TestResponse

from connector.sandbox.store.app import StoreSandbox

TEE = {
    "name": "Sample Tee",
    "sku": "TEE",
    "price": "49.95",
    "inventory_tracking": "variant",
    "variants": [
        {"sku": "TEE-RED-S", "option_values": [{"option_display_name": "Size", "label": "S"}]},
        {"sku": "TEE-RED-M", "price": "51.95", "option_values": [{"option_display_name": "Size", "label": "M"}]},
    ],
}


class Rig:
    """The store with a clock that moves by hand; ``heard`` are the events since it was last asked."""

    def __init__(self, **options: Any) -> None:
        self.time = 1_780_000_000.0
        self.store = StoreSandbox(now=lambda: self.time, **{"inventory_lag": 0, **options})
        self.client = Client(self.store.wsgi)
        self.store.webhooks.direct.append("http://127.0.0.1:9/nobody")
        self.store.webhooks.fate("*", "lost")
        self._heard = 0

    def close(self) -> None:
        self.store.close()

    def control(self, verb: str, **words: Any) -> Any:
        return self.store.control[verb](words)

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> TestResponse:
        headers = {"X-Auth-Token": self.store.token, "Accept": "application/json"}
        url = f"/stores/{self.store.store_hash}{path}"
        return self.client.open(url, method=method, json=body, query_string=query, headers=headers)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.data, parse_float=Decimal)

    def rows(self, path: str, **query: Any) -> list[Any]:
        return self.get(path, **query)["data"]

    def put(self, path: str, body: Any) -> Any:
        answer = self.ask("PUT", path, body)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.data, parse_float=Decimal)

    def refusal(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = self.ask(method, path, body)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.get_json(force=True)

    def heard(self) -> list[tuple[str, dict[str, Any]]]:
        new = self.store.webhooks.deliveries[self._heard :]
        self._heard += len(new)
        return [(one.scope, json.loads(one.body)["data"]) for one in new]

    def scopes(self) -> list[str]:
        return [scope for scope, _ in self.heard()]

    def truth(self, sku: str) -> dict[str, Any]:
        return self.control("catalog_truth")[sku.lower()]

    def unchanged(self, act: Callable[[], Any]) -> Any:
        """Do something that must change nothing and tell nobody."""
        before = self.control("catalog_truth")
        self.heard()
        done = act()
        assert self.control("catalog_truth") == before
        assert self.heard() == []
        return done
