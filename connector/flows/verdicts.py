"""A person's word on a posting that only the ERP's own could bring on."""

from __future__ import annotations

from connector.domain.acknowledgement import Acknowledgement, Verdict
from connector.domain.faults import Misconfigured
from connector.flows import acknowledgements
from connector.flows.house import House, saved
from connector.flows.record_ids import split_id
from connector.records import messages, postings, trail
from connector.records.runs import Run


def acknowledge(house: House, record: str, verdict: Verdict, *, number: str = "", by: str) -> Run | None:
    """Take a person's word for the ERP's: they looked, and it is there, or it is not.

    :raises Misconfigured: the record is no posting that waits for a verdict.
    """
    kind, posting_id = split_id(record)
    with house.database.begin() as tx:
        row = postings.by_id(tx, posting_id) if kind == "posting" else None
        if row is None:
            raise Misconfigured(f"{record} is no posting: they look like p-12 (`ml-connector records list NAME`)")
        owner = saved(tx, row.connection)
        sent = messages.of(tx, owner.id, [acknowledgements.document_of(row)])
        if row.state not in acknowledgements.OPEN or not sent:
            raise Misconfigured(
                f"{record} is {row.state.value}{'' if sent else ' and did not go by message'}: "
                "only what was sent by message, and waits for the ERP's verdict, can be acknowledged"
            )
        last = max(sent, key=lambda one: one.variation)
        reason = "" if verdict is Verdict.ACCEPTED else f"it is not in the ERP, says {by}"
        told = Acknowledgement(last.document, last.variation, verdict, reason, number)
        messages.tell(tx, owner.id, told, now=house.now())
        trail.note(
            tx,
            row.connection,
            at=house.now(),
            actor=by,
            action="acknowledged",
            subject=f"posting {row.posting_key}",
            order=row.order_number,
            detail={"verdict": verdict.value, "external_id": number},
        )
        return acknowledgements.ask(tx, house, owner, row.order_number) if row.order_number is not None else None
