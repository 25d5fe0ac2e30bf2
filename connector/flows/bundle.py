"""A support bundle: all that is kept of an order, without secrets and personal data, for Infor or the store."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

from connector.domain.connection import Connection
from connector.domain.identity import OrderRef
from connector.flows import buyers, record_ids, story
from connector.flows.house import House, connection_of
from connector.flows.story import Story
from connector.records import trail

MOST_CALLS = 200

_ABOUT = """Order {order} of connection {connection} ({suite}), as ml-connector keeps it on {now}.

order.json      what was received, changed, sent and answered, oldest first, in UTC
postings/       each document or journal, with its state and the number that the ERP gave
calls/          each call's request and answer, the newest {most} of them; request_id is the other side's own id

Secrets and personal data were removed by the connector's redaction list. Read it through before you send it on.
"""


def of_record(house: House, record: str, *, by: str) -> bytes:
    """Pack the order that a record belongs to as a ZIP file; the trail tells who was given it.

    :raises Misconfigured: there is no such record, or it belongs to no order.
    """
    ref = record_ids.order_named(house, record)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _files(house, ref, connection_of(house, ref.connection)):
            archive.writestr(name, text)
    with house.database.begin() as tx:
        trail.note(
            tx,
            ref.connection,
            at=house.now(),
            actor=by,
            action="bundle_given_out",
            subject=f"order {ref.order}",
            order=ref.order,
            detail={"record": record},
        )
    return packed.getvalue()


def _files(house: House, ref: OrderRef, connection: Connection) -> Iterator[tuple[str, str]]:
    told = story.of_order(house, ref)
    about = {"order": ref.order, "connection": ref.connection, "suite": connection.suite}
    yield "about.txt", _ABOUT.format(**about, now=f"{house.now():%Y-%m-%d %H:%M:%S} UTC", most=MOST_CALLS)
    yield "order.json", _written(_shown(house, told))
    for posting in told.postings:
        yield f"postings/p-{posting.id}.json", _written(story.of_record(house, f"p-{posting.id}"))
    calls = [str(event.detail["id"]) for event in told.events if event.kind == "call"]
    for call in calls[-MOST_CALLS:]:
        yield f"calls/{call}.json", _written(story.of_record(house, call))


def _shown(house: House, told: Story) -> object:
    kept = {"order": told.order, "advice": told.advice, "events": told.events}
    with house.database.begin() as tx:
        return buyers.left_out(house, tx, told.order.id, kept)


def _written(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n"
