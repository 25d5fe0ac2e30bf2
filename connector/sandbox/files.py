"""The files that a user would write for this sandbox: the contract's examples, pointed at it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

CONNECTION = """\
name: {name}
bigcommerce:
  store_hash: {store_hash}
  access_token_file: ./{name}.token
  client_id: "{client_id}"
  client_secret_file: ./{name}.secret
  api_url: {url}
infor:
  suite: m3
  ionapi: ./{name}.ionapi
  company: "100"
  division: AAA
  facility: A01
  warehouse: "001"
  order_type: WEB
  credit_order_type: WCR
  gl_interface: BCGLIF
booking: {booking}
start_from: 2026-01-01T00:00:00Z
cadence: {{orders: 5m, items: 15m, prices: 15m, inventory: 5m, reconcile: 24h}}
"""

MAPPING = """\
items: {{rule: same, table: {{{table}}}}}
accounts:
  receivable: "1200"
  sales: "4000"
  shipping: "4100"
  handling: "4110"
  gift_wrap: "4120"
  fees: "4130"
  discounts: "4900"
  returns: "4950"
  rounding: "4999"
  gift_certificates: "2300"
  store_credit: "2310"
  tax: {{default: "2200", "CA State Tax": "2210"}}
  clearing: {{default: "1090", braintree: "1091"}}
dimensions: {{AIT2: "WEB"}}
customers: {{guest: WEBGUEST, create: true, template: WEBTMPL}}
charges: {{shipping: FRT, handling: HND, gift_wrap: WRP, fees: FEE, gift_certificates: GCT}}
warehouses: [{{infor: "001", location: 1}}]
orders: {{post_statuses: [2, 3, 8, 9, 10, 11, 12, 13, 14, 4], tolerance: "0.02"}}
catalog: {{create: true, visible: false, fields: [name, description, price, weight]}}
"""


def write(
    folder: Path,
    *,
    url: str,
    name: str,
    booking: str,
    store_hash: str,
    client_id: str,
    secrets: Mapping[str, str],
    ionapi: Mapping[str, str],
    table: Mapping[str, str],
) -> None:
    """Write the connection, its secrets and the mapping profile; ``secrets`` are ``token`` and ``secret``."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "connection.yaml": CONNECTION.format(
            name=name, store_hash=store_hash, client_id=client_id, url=url, booking=booking
        ),
        "mapping.yaml": MAPPING.format(table=", ".join(f'{sku}: "{item}"' for sku, item in table.items())),
        f"{name}.ionapi": json.dumps(ionapi, indent=2),
        **{f"{name}.{kind}": text for kind, text in secrets.items()},
    }
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
        (folder / file).chmod(0o600)
