"""Certifies that every order, transaction and refund of a period has one end, by counts that must agree.

The store is counted first and the trail read afterwards, so that the trail is never older than the count. What
differs is named, and read again down the same chain as a webhook.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from connector.domain import certificate
from connector.domain.certificate import Differences, Period, canonical, spans
from connector.domain.faults import Misconfigured
from connector.domain.paper import Paper
from connector.flows import backfill, counting, papers, standings
from connector.flows.counting import StoreCount, Wait
from connector.flows.house import House, known
from connector.flows.standings import Books
from connector.papers import certificate as layout
from connector.records import trail
from connector.records.connections import SavedConnection
from connector.records.runs import Run

FORMAT = "ml-connector certificate 1"
_BATCH = 250


@dataclass(frozen=True, slots=True)
class Certified:
    """A signed certificate, whether all of it agrees and has ended, and the runs that were asked for."""

    document: dict[str, Any]
    paper: Paper
    complete: bool
    runs: tuple[Run, ...]


def days(house: House, name: str, first: date | None, last: date | None) -> Period:
    """Make a period of a connection's days: from where posting starts and up to now, unless told.

    :raises Misconfigured: nothing of it has been yet, or it ends before it begins.
    """
    connection, now = known(house, name).connection, house.now()
    zone = connection.zone
    begin = first or connection.start_from.astimezone(zone).date()
    try:
        return certificate.period(begin, last or now.astimezone(zone).date(), zone, now=now)
    except ValueError as exc:
        raise Misconfigured(str(exc)) from None


def certify(house: House, name: str, period: Period, *, wait: Wait, by: str, fetch: bool, deep: bool) -> Certified:
    """Count, compare, name what differs and, if ``fetch``, ask for it again.

    ``wait`` is called when the store's window is spent. ``deep`` asks the store for the transactions of each order,
    and of older ones that are not settled, which are in no list, and for every missing id.

    :raises Fault: the store could not be read to the end; nothing is certified.
    """
    owner = known(house, name)
    counted = counting.count(house, owner, period, wait)
    books = standings.read(house, owner, period)
    counting.look_up(house, owner, counted, books.orders, wait, deep=deep)
    unknown = standings.read_orders(house, owner, counted.seen - books.orders, books)
    found = _compared(counted, books, unknown)
    asked = counting.to_ask_for_transactions(house, owner, counted, unknown) if deep else set[int]()
    _compare_transactions(found, counting.transactions(house, owner, asked, wait))
    document = _document(house, owner, period, counted, books) | {
        "differences": found.written,
        "orders asked for singly": spans(counted.asked),
        "transactions asked for of": spans(asked),
        "read again": fetch,
        "complete": not found.written,
    }
    runs = _ask(house, owner, found.to_ask) if fetch else ()
    signed = {"certificate": document, "signature": house.vault.sign(canonical(document))}
    paper = layout.paper(signed, now=house.now())
    _note(house, document, paper, by=by)
    return Certified(signed, paper, not found.written, runs)


def is_ours(house: House, written: bytes) -> bool:
    """Tell whether a certificate was made by this installation and has not been changed since.

    :raises Misconfigured: it is no certificate.
    """
    try:
        told = json.loads(written)
        return house.vault.verify(canonical(told["certificate"]), str(told["signature"]))
    except (ValueError, KeyError, TypeError):
        raise Misconfigured("this file is no certificate") from None


def _compared(counted: StoreCount, books: Books, unknown: set[int]) -> Differences:
    found = Differences()
    found.add("orders", "in the store, unknown here", unknown, ask=unknown)
    found.add("orders", "changed in the store since they were read", counted.changed, ask=counted.changed)
    found.add("orders", "known here, not in the store", counted.gone & books.orders)
    found.add("orders", "missing in a list of the store", counted.unlisted)
    found.add("orders", "in no list of the store, and too many to ask for without --deep", counted.unasked)
    found.miscounted(counted.miscounted)
    refunds = counted.refunds.keys() - books.refunds
    found.add("refunds", "in the store, unknown here", refunds, ask={counted.refunds[number] for number in refunds})
    found.add("refunds", "known here, not in the store", books.refunds - counted.refunds.keys())
    found.unfinished(books.ends)
    return found


def _compare_transactions(found: Differences, differing: Iterable[tuple[int, set[int], set[int]]]) -> None:
    unknown, gone, orders = set[int](), set[int](), set[int]()
    for order, told, kept in differing:
        unknown |= told - kept
        gone |= kept - told
        orders.add(order)
    found.add("transactions", "in the store, unknown here", unknown, ask=orders)
    found.add("transactions", "known here, not in the store", gone, ask=orders)


def _document(
    house: House, owner: SavedConnection, period: Period, counted: StoreCount, books: Books
) -> dict[str, Any]:
    """Write everything that was found out, as it is signed."""
    return {
        "format": FORMAT,
        "connection": owner.connection.name,
        "store": owner.connection.store_hash,
        "period": {
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "zone": period.zone,
            "since": period.since.isoformat(),
            "until": period.until.isoformat(),
        },
        "made_at": house.now().isoformat(timespec="seconds"),
        "counts": {
            "orders by id": len(counted.by_id - counted.gone),
            "orders by date": len(counted.by_date - counted.gone),
            "orders by the store's count": counted.told,
            "orders archived and hidden": len(counted.hidden),
            "orders here": books.ends.count("orders"),
            "refunds by the store's list": len(counted.refunds),
            "refunds here": books.ends.count("refunds"),
            "transactions here": books.ends.count("transactions"),
        },
        "ends": books.ends.written(),
        "trail": books.digest,
    }


def _ask(house: House, owner: SavedConnection, numbers: set[int]) -> tuple[Run, ...]:
    runs: list[Run] = []
    left = iter(sorted(numbers))
    while batch := list(islice(left, _BATCH)):
        with house.database.begin() as tx:
            runs += backfill.ask(tx, house, owner, batch)
    return tuple(runs)


def _note(house: House, document: dict[str, Any], paper: Paper, *, by: str) -> None:
    told = {key: document[key] for key in ("complete", "counts", "trail")}
    name = document["connection"]
    subject = f"{document['period']['from']} to {document['period']['to']}"
    with house.database.begin() as tx:
        told["files"] = papers.keep(tx, [paper], at=house.now())
        trail.note(tx, name, at=house.now(), actor=by, action="certified", subject=subject, detail=told)
