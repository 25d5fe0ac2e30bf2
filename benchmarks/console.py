"""``python -m benchmarks.console``: how long each page of the console takes with a million records in the trail.

Rows are made in the database, not by the connector: what is measured is reading. Each page is asked for by Flask's
own client: a figure is everything from the request to the last byte. The plans of its queries are written beside it.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from benchmarks import plans, report
from connector import console
from connector.console import Office
from connector.domain.user import Role
from connector.flows import logins, users
from tests.console.browser import Browser
from tests.rig import NAME, Rig

RECORDS = 1_000_000
LIMIT_MS = 300
TIMES = 7

FILL = """
INSERT INTO orders (connection_id, number, state, reason, fault_code, currency, total, placed_at, modified_at,
                    pulled_at, external_id, first_seen_at, wanted, covered)
SELECT :owner, 1000000 + n,
       CASE WHEN n % 100 = 0 THEN 'held' WHEN n % 500 = 1 THEN 'rejected' WHEN n % 1000 = 2 THEN 'uncertain'
            WHEN n % 50 = 3 THEN 'left_out' ELSE 'posted' END,
       CASE WHEN n % 100 = 0 THEN 'no account for clearing gate' || n % 7 ELSE '' END,
       CASE WHEN n % 100 = 0 THEN 'mapping_gap' ELSE '' END,
       'USD', 10 + n % 9973, now() - n * interval '120 seconds', now(), now(), lpad(n::text, 10, '0'),
       now() - n * interval '120 seconds', 1, 1
FROM generate_series(1, :fifth) AS n;

INSERT INTO postings (connection_id, order_id, kind, source, revision, posting_key, reference, position, state,
                      amount, currency, external_id, fault_code, reason, profile_version, occurred_at, changed_at)
SELECT :owner, o.id, k.kind, o.number, 1, 'bench:' || k.kind || ':' || o.number || '-1', 'BC-' || o.number, k.place,
       CASE WHEN o.state = 'posted' THEN 'confirmed' WHEN o.state = 'left_out' THEN 'withdrawn' ELSE o.state END,
       o.total, 'USD', CASE WHEN o.state = 'posted' THEN k.kind || o.number ELSE '' END, o.fault_code, o.reason, 1,
       o.placed_at, o.placed_at
FROM orders o CROSS JOIN (VALUES ('sales_order', 0), ('payment', 1)) AS k(kind, place)
WHERE o.connection_id = :owner;

INSERT INTO exchanges (connection, order_number, step, system, call, effect, status, outcome, seconds, request_id,
                       started_at)
SELECT :name, number, 'post_payments', 'm3', 'GLS840MI/AddBatchHead', 'write', 200,
       CASE WHEN state = 'rejected' THEN 'rejected' ELSE 'ok' END, 0.05, 'request-' || number, placed_at
FROM orders WHERE connection_id = :owner;

INSERT INTO audit (connection, order_number, actor, action, subject, detail, at, number, previous, digest)
SELECT :name, number, 'worker', 'sending', 'posting bench:payment:' || number || '-1', '{}', placed_at,
       (SELECT entries FROM audit_heads WHERE connection = :name) + row_number() OVER (ORDER BY number), '', ''
FROM orders WHERE connection_id = :owner;

INSERT INTO transactions (connection_id, order_id, number, what, amount, currency, posting_key, happened_at)
SELECT :owner, id, number, 'purchase braintree', total, 'USD', 'bench:payment:' || number || '-1', placed_at
FROM orders WHERE connection_id = :owner;

INSERT INTO deliveries (connection_id, delivery_key, scope, order_number, scheme, body, state, received_at)
SELECT :owner, 'bench-' || number, 'store/order/created', number, 'bench', '', 'taken', placed_at
FROM orders WHERE connection_id = :owner;

INSERT INTO order_causes (order_id, cause) SELECT id, reason FROM orders
WHERE state = 'held' AND connection_id = :owner;

INSERT INTO order_terms (connection_id, order_id, kind, value, noted_at)
SELECT :owner, id, 'sku', 'sku-' || number % 5000, placed_at FROM orders WHERE connection_id = :owner;
"""
COUNTED = ("orders", "postings", "exchanges", "audit")

PAGES = (
    "/console/",
    "/console/c/{name}/",
    "/console/c/{name}/orders",
    "/console/c/{name}/orders?sort=total",
    "/console/c/{name}/orders?sort=placed&way=up",
    "/console/c/{name}/orders?state=held&sort=total",
    "/console/c/{name}/orders?state=posted&first={day}&last={day}",
    "/console/c/{name}/orders?after={middle}_{middle_id}",
    "/console/c/{name}/orders/{middle}",
    "/console/c/{name}/held",
    "/console/c/{name}/desk",
    "/console/c/{name}/records?kind=posting",
    "/console/c/{name}/records?kind=posting&state=uncertain",
    "/console/c/{name}/records?kind=order&state=waiting",
    "/console/c/{name}/records?kind=delivery&state=dead",
    "/console/c/{name}/records?kind=transaction",
    "/console/c/{name}/records?kind=item&state=refused",
    "/console/c/{name}/reconciliation",
    "/console/c/{name}/certificate",
    "/console/c/{name}/drift",
    "/console/c/{name}/webhooks",
    "/console/c/{name}/mapping",
    "/console/c/{name}/audit",
    "/console/c/{name}/audit?before=90000",
    "/console/search?text={middle}",
    "/console/search?text=payment{middle}",
    "/console/search?text=sku-77",
    "/console/search?text=nobody@example.com",
    "/console/users",
    "/console/audit",
    "/console/account",
)


def main() -> None:
    """Fill, measure, report; exit status 1 if a page is too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    records: int = parser.parse_args().records
    with Rig(Path(tempfile.mkdtemp(prefix="console-"))) as rig:
        counted = _fill(rig, records)
        app = console.create_app(Office(rig.house, lambda _: None, lambda _: None, rig.settings.session_key()))
        client = _logged_in(rig, app)
        rows = [_measured(rig, client, page) for page in _pages(rig)]
    slow = [row for row in rows if row["worst_ms"] > LIMIT_MS]
    _report(rows, counted)
    if slow:
        raise SystemExit(f"slower than {LIMIT_MS} ms: {', '.join(row['page'] for row in slow)}")


def _fill(rig: Rig, records: int) -> int:
    with rig.house.database.begin() as tx:
        owner = tx.execute(text("SELECT id FROM connections WHERE name = :name"), {"name": NAME}).scalar_one()
        tx.execute(text("SET LOCAL statement_timeout = 0"))
        words = {"owner": owner, "name": NAME, "fifth": records // 5}
        for statement in filter(str.strip, FILL.split(";\n")):
            tx.execute(text(statement), {word: words[word] for word in words if f":{word}" in statement})
    with rig.house.database.begin() as tx:
        tx.execute(text("SET LOCAL statement_timeout = 0"))
        tx.execute(text("ANALYZE"))
        return sum(tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in COUNTED)  # noqa: S608


def _logged_in(rig: Rig, app: Flask) -> FlaskClient:
    users.add(rig.house, "admin", Role.ADMIN, None, by="benchmark")
    browser = Browser(app.test_client())
    way = f"/console/enter/{logins.link(rig.house, 'admin', by='benchmark')}"
    browser.post(way, on=way)
    return browser.client


def _pages(rig: Rig) -> list[str]:
    with rig.house.database.begin() as tx:
        middle = tx.execute(text("SELECT number, id FROM orders ORDER BY id OFFSET 100000 LIMIT 1")).one_or_none()
        middle = middle or tx.execute(text("SELECT number, id FROM orders ORDER BY id LIMIT 1")).one()
    day = f"{rig.house.now():%Y-%m-%d}"
    return [page.format(name=NAME, middle=middle[0], middle_id=middle[1], day=day) for page in PAGES]


def _measured(rig: Rig, client: FlaskClient, page: str) -> dict[str, Any]:
    with plans.heard(rig) as statements:
        assert client.get(page).status_code == 200, page
    times = [_once(client, page) for _ in range(TIMES)]
    return {
        "page": page,
        "median_ms": round(statistics.median(times), 1),
        "worst_ms": round(max(times), 1),
        "queries": len(statements),
        "plans": plans.of(rig, statements),
    }


def _once(client: FlaskClient, page: str) -> float:
    began = time.perf_counter()
    client.get(page).get_data()
    return (time.perf_counter() - began) * 1000


def _report(rows: list[dict[str, Any]], counted: int) -> None:
    folder = report.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    written = [f"# {row['page']}\n\n" + "\n\n".join(row.pop("plans")) for row in rows]
    (folder / "console-plans.txt").write_text("\n\n\n".join(written) + "\n")
    figures = [(row["page"], row["median_ms"], row["worst_ms"], row["queries"]) for row in rows]
    title = f"{counted:,} records in the trail; each page {TIMES} times"
    report.table(title, ("page", "median ms", "worst ms", "queries"), figures)
    report.keep("console", {"records": counted, "limit_ms": LIMIT_MS, "pages": rows})
    print(f"\nthe plans of their queries: {folder / 'console-plans.txt'}")


if __name__ == "__main__":
    main()
