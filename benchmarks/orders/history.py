"""Writes a long trail: orders of half a year and more, with all that is kept of them."""

from __future__ import annotations

import json
import zlib
from datetime import timedelta

from cryptography.fernet import Fernet

from benchmarks.orders.stage import OrdersStage
from connector.records import trail
from tests.rig import NAME

PER_ORDER = 20
"""Records of an order: 2 deliveries, 1 reading, 3 postings, 1 transaction, 8 calls, 4 changes, and itself."""
CHANGES = 4
PORTIONS, DUE = 5, 20
"""So many orders come to be forgotten within each of the next hours; all others are younger by ten days and more."""

_ORDERS = """
    INSERT INTO orders (connection_id, number, state, wanted, covered, placed_at, first_seen_at)
    SELECT connection_id, n, CASE WHEN n % 1000 = 1 THEN 'held' ELSE 'posted' END, 1, 1, at, at FROM (
        SELECT id AS connection_id, n,
            CASE WHEN n > :orders - :old
                THEN now() - :kept * interval '1 s' + ((:orders - n) / :due + 0.5) * interval '1 h'
                ELSE now() - (:kept - 864000) * interval '1 s' * n / :orders
            END AS at
        FROM connections, generate_series(1, :orders) n
    ) placed
"""
_RECORDS = (
    "INSERT INTO deliveries (connection_id, delivery_key, scope, order_number, scheme, body, state, received_at)"
    " SELECT connection_id, number || '-' || n, 'store/order/created', number, 'x', '{}',"
    " CASE WHEN number % 1000 = 1 AND n = 1 THEN 'dead' ELSE 'taken' END, first_seen_at"
    " FROM orders, generate_series(1, 2) n",
    "INSERT INTO snapshots (order_id, fingerprint, sealed, taken_at)"
    " SELECT id, 'f', CASE WHEN number = :orders / 2 THEN NULL ELSE :sealed END, placed_at FROM orders",
    "INSERT INTO postings (connection_id, order_id, kind, source, revision, posting_key, reference, position,"
    " state, profile_version, occurred_at, changed_at) SELECT connection_id, id,"
    " CASE WHEN n = 1 THEN 'sales_order' ELSE 'payment' END, number, n, number || '-' || n, 'BC-' || number, n,"
    " CASE WHEN number % 1000 = 1 THEN 'rejected' ELSE 'confirmed' END, 1, placed_at, placed_at"
    " FROM orders, generate_series(1, 3) n",
    "INSERT INTO transactions (connection_id, order_id, number, what, amount, currency, posting_key, left_out,"
    " happened_at) SELECT connection_id, id, number, 'purchase', 10, 'USD',"
    " CASE WHEN number % 1000 = 1 THEN NULL ELSE number || '-2' END,"
    " CASE WHEN number % 1000 = 1 THEN 'a gift' END, placed_at FROM orders",
    "INSERT INTO refunds (connection_id, order_id, number, what, amount, currency, posting_key, happened_at)"
    " SELECT connection_id, id, number, 'refund', 1, 'USD', number || '-3', placed_at"
    " FROM orders WHERE number % 10 = 0",
    "INSERT INTO exchanges (connection, order_number, step, system, call, effect, status, outcome, seconds,"
    " request_id, sealed, started_at) SELECT 'acme', number, 's', 'm3', 'c', 'read', 200, 'ok', 0.1, '', :sealed,"
    " first_seen_at FROM orders, generate_series(1, 8) n",
    "INSERT INTO order_terms (connection_id, order_id, kind, value, noted_at)"
    " SELECT connection_id, id, 'email', number, placed_at FROM orders",
)


def write(stage: OrdersStage, records: int) -> int:
    """Write a trail of so many records; gives how many orders that are. One in a thousand is held, or dead."""
    orders = records // PER_ORDER
    stage.do("TRUNCATE deliveries, exchanges, audit, audit_heads", "DELETE FROM orders")
    kept = int(stage.house.pace.retention.total_seconds())
    stage.do(_ORDERS, orders=orders, old=PORTIONS * DUE, due=DUE, kept=kept)
    stage.do(*_RECORDS, orders=orders, sealed=_sealed_for_no_place(stage))
    _write_changes(stage, orders)
    with stage.house.database.alone() as tx:
        tx.exec_driver_sql("VACUUM ANALYZE")
    return orders


def _sealed_for_no_place(stage: OrdersStage) -> bytes:
    """Seal what stands in every row, as before values were sealed for one: it opens in each."""
    said = json.dumps({"sent": "", "answered": "{}"}).encode()
    return Fernet(stage.settings.sealing_keys()[0]).encrypt(zlib.compress(said))


def _write_changes(stage: OrdersStage, orders: int) -> None:
    """Put the changes at the end of the chain as the program does: it can be followed."""
    now = stage.house.now()
    for first in range(1, orders + 1, 1000):
        with stage.house.database.begin() as tx:
            for number in range(first, min(first + 1000, orders + 1)):
                at, subject = now - timedelta(minutes=orders - number), f"order {number}"
                for _ in range(CHANGES):
                    trail.note(tx, NAME, at=at, actor="worker", action="a", subject=subject, order=number)
