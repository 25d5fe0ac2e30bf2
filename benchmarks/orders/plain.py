"""What safety is compared with: one Celery task that fetches an order and posts it, and thinks of nothing else.

The same documents by the same M3 calls as the connector's for an order of these benchmarks. It asks nothing before it
adds, keeps nothing, checks no answer beyond its status, and takes every answer for granted. Its 13 calls are the
fewest: 4 read the order, at once as the connector's do; 3 are for the document, 4 for its journals, 2 to finish.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import requests
from celery import Celery

app = Celery("plain", broker=os.environ.get("BROKER_URL"))
app.conf.update(task_ignore_result=True, task_default_queue="plain", worker_prefetch_multiplier=1)

COMPANY = {"cono": 100, "divi": "AAA", "dateFormat": "YMD8", "rightTrim": True, "maxReturnedRecords": 100}
Record = dict[str, str]
_local = threading.local()
_side_by_side = ThreadPoolExecutor(4)
"""For all readings of an order; it has no thread before the first, so that each process of a worker has its own."""


class Wire:
    """Kept connections to both sides, of one thread."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._store, self._m3 = os.environ["PLAIN_STORE"], os.environ["PLAIN_M3"]
        self._token = {"X-Auth-Token": os.environ["PLAIN_TOKEN"]}
        self._bearer = {"Authorization": f"Bearer {os.environ['PLAIN_BEARER']}"}

    def read(self, path: str, **query: str) -> Any:
        """Ask the store."""
        answer = self._session.get(self._store + path, params=query, headers=self._token, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def tell(self, order: int, number: str) -> None:
        """Put M3's number on the store's order."""
        told = {"external_order_id": number}
        url = f"{self._store}/v2/orders/{order}"
        self._session.put(url, json=told, headers=self._token, timeout=30).raise_for_status()

    def run(self, program: str, *work: tuple[str, Record]) -> list[Record]:
        """Let M3 do transactions of one program; gives the first record of each answer."""
        transactions = [{"transaction": name, "record": record} for name, record in work]
        body = {"program": program, **COMPANY, "transactions": transactions}
        answer = self._session.post(self._m3, json=body, headers=self._bearer, timeout=30)
        answer.raise_for_status()
        return [(each.get("records") or [{}])[0] for each in answer.json()["results"]]


def _wire() -> Wire:
    if not hasattr(_local, "wire"):
        _local.wire = Wire()
    wire: Wire = _local.wire
    return wire


@app.task(name="plain.post")  # type: ignore[untyped-decorator]
def post(order: int) -> None:
    """Fetch an order and post it."""
    wire = _wire()
    parts = {"include": "consignments,consignments.line_items,fees", "consignment_structure": "object"}
    asked: tuple[tuple[str, Record], ...] = (
        (f"/v2/orders/{order}", parts),
        (f"/v2/orders/{order}/taxes", {"details": "true"}),
        (f"/v3/orders/{order}/transactions", {}),
        (f"/v3/orders/{order}/payment_actions/refunds", {}),
    )
    head, taxes, paid, _ = _side_by_side.map(lambda one: _wire().read(one[0], **one[1]), asked)
    number = _document(wire, order, head)
    _journals(wire, order, head, taxes[0]["name"], paid["data"][0])
    wire.tell(order, wire.run("OIS100MI", ("GetOrderNo", {"ORNO": number}))[0].get("ORNR") or number)


def _document(wire: Wire, order: int, head: dict[str, Any]) -> str:
    day, bought = _day(), head["consignments"]["shipping"][0]
    [opened] = wire.run("OIS100MI", ("AddBatchHead", _head(order, head, day)))
    number = {"ORNO": opened["ORNO"]}
    address = {
        "ADRT": "1",
        "CUNM": f"{bought['first_name']} {bought['last_name']}",
        "CUA1": bought["street_1"],
        "PONO": bought["zip"],
        "TOWN": bought["city"],
        "CSCD": bought["country_iso2"],
    }
    lines = [
        {
            "ITNO": item["sku"],
            "ORQT": str(int(item["quantity"])),
            "WHLO": "001",
            "DWDT": day,
            "CUPO": str(place),
            "SAPR": _money(item["price_ex_tax"]),
        }
        for place, item in enumerate(bought["line_items"], start=1)
    ]
    freight = {"CRID": "FRT", "CRAM": _money(head["shipping_cost_ex_tax"]), "CRD0": "Shipping", "CUCD": "USD"}
    work = [("AddBatchAddress", address), *(("AddBatchLine", line) for line in lines), ("AddBatchHeadChg", freight)]
    wire.run("OIS100MI", *((name, number | record) for name, record in work))
    wire.run("OIS100MI", ("Confirm", number))
    return opened["ORNO"]


def _head(order: int, head: dict[str, Any], day: str) -> Record:
    where = {"CUNO": "WEBGUEST", "ORTP": "WEB", "FACI": "A01", "WHLO": "001", "CUCD": head["currency_code"]}
    return where | {"CUOR": f"BC-{order}", "CUDT": day, "ORDT": day, "RLDT": day, "OREF": "BigCommerce"}


def _journals(wire: Wire, order: int, head: dict[str, Any], tax: str, paid: dict[str, Any]) -> None:
    total, amount = _money(head["total_inc_tax"]), _money(paid["amount"])
    sale, payment = f"PS{order}", f"PP{order}"
    goods, freight = _money(head["subtotal_ex_tax"]), _money(head["shipping_cost_ex_tax"])
    booked = [
        (sale, "1200", total, "sale"),
        (sale, "4000", f"-{goods}", "sale"),
        (sale, "4100", f"-{freight}", "sale"),
        (sale, "2200", f"-{_money(head['total_tax'])}", f"sale {tax}"),
        (payment, "1091", amount, f"payment {paid['id']}"),
        (payment, "1200", f"-{amount}", f"payment {paid['id']}"),
    ]
    heads = [{"CONO": "100", "DIVI": "AAA", "KEY1": key} for key in (sale, payment)]
    wire.run("GLS840MI", *(("AddBatchHead", one | {"INTN": "BCGLIF", "DESC": f"BC-{order}"}) for one in heads))
    places = {sale: 0, payment: 0}
    lines = []
    for key, account, value, text in booked:
        places[key] += 1
        what = {"KEY1": key, "LINE": str(places[key]), "DIVI": "AAA", "INRI": "I1", "GRNR": "1"}
        how = {"AIT1": account, "AIT2": "WEB", "CUCD": "USD", "ACDT": _day(), "VTXT": f"BC-{order} {text}"}
        lines.append(("AddBatchLineFld", what | how | {"CUAM": value}))
    wire.run("GLS840MI", *lines)
    wire.run("GLS840MI", *(("CtrlBatch", one) for one in heads))
    wire.run("GLS840MI", *(("UpdBatch", one) for one in heads))


def _money(text: object) -> str:
    return f"{float(str(text)):.2f}"


def _day() -> str:
    return datetime.now(UTC).strftime("%Y%m%d")
