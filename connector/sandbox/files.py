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
  suite: {suite}
  ionapi: ./{name}.ionapi{ion_secret}
{company}
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
{profile}orders: {{post_statuses: [2, 3, 8, 9, 10, 11, 12, 13, 14, 4], tolerance: "0.02"}}
catalog: {{create: true, visible: false, fields: [name, description, price, weight]}}
"""


def write(
    folder: Path,
    *,
    url: str,
    name: str,
    booking: str,
    suite: str,
    company: Mapping[str, str],
    profile: str,
    store_hash: str,
    client_id: str,
    secrets: Mapping[str, str],
    ionapi: Mapping[str, str],
    table: Mapping[str, str],
) -> None:
    """Write the connection, its secrets (``token``, ``secret``, perhaps ``ion``) and the mapping profile."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "connection.yaml": CONNECTION.format(
            name=name,
            store_hash=store_hash,
            client_id=client_id,
            url=url,
            suite=suite,
            company="\n".join(f"  {key}: {json.dumps(value)}" for key, value in company.items()),
            booking=booking,
            ion_secret=f"\n  ion_secret_file: ./{name}.ion" if "ion" in secrets else "",
        ),
        "mapping.yaml": MAPPING.format(
            table=", ".join(f'{sku}: "{item}"' for sku, item in table.items()), profile=profile
        ),
        f"{name}.ionapi": json.dumps(ionapi, indent=2),
        **{f"{name}.{kind}": text for kind, text in secrets.items()},
    }
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
        (folder / file).chmod(0o600)
