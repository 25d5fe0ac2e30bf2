"""Speaks Landmark REST: lists that say how many rows there are, batches that answer record by record.

The operations on a run group are GETs that write (facts/infor.md §4.2): they are sent as WRITE and never repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from connector.domain.faults import ContractBroken, Effect, Fault, OutcomeUnknown, Rejected, Truncated
from connector.http.classify import check
from connector.http.message import Answer, unusable
from connector.infor.financials.company import Company
from connector.infor.ion.gateway import Call, Gateway

PRODUCT = "FSM/fsm/soap"
BULK = 200
"""Records a batch: no limit is documented, big ones meet the gateway's timeout."""

Record = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """A question for the rows of a class: ``lpl`` is a condition, ``equal`` are fields and their values."""

    name: str
    fields: tuple[str, ...]
    lpl: str = ""
    equal: tuple[tuple[str, str], ...] = ()


class Client:
    """The business classes of one tenant."""

    def __init__(self, gateway: Gateway, company: Company) -> None:
        self._gateway = gateway
        self._page = company.page

    def rows(self, listing: Listing) -> list[Record]:
        """READ, 1 call: every row.

        :raises Truncated: the list cannot be proven whole.
        """
        found, counted = self._list(listing, self._page)
        if len(found) >= self._page or counted > len(found):
            raise Truncated(
                f"{listing.name} has {max(counted, len(found))} rows and gave {len(found)}: raise the connection's "
                "`page`, or ask for fewer days"
            )
        return found

    def some(self, listing: Listing) -> list[Record]:
        """READ, 1 call: a row, if there is one."""
        return self._list(listing, 1)[0]

    def create(self, records: Sequence[Record], *, guard: Callable[[], None]) -> list[str]:
        """WRITE, 1 call: what was said against each record; nothing where it was created.

        :raises OutcomeUnknown: the answer was lost or makes no sense: any of them may have been created.
        """
        body = {"_records": [{"message": "BatchImport", "_fields": dict(record)} for record in records]}
        call = Call(
            Effect.WRITE,
            "POST",
            "classes/GLTransactionInterface/actions/CreateUnreleased/batch",
            "GLTransactionInterface/CreateUnreleased",
            params={"_maxFailures": "-1"},
            json=body,
        )
        told = [one for one in _array(self._send(call, guard=guard)) if "batchStatus" not in one]
        if len(told) != len(records):
            raise OutcomeUnknown(f"{call.name} was asked for {len(records)} records and told of {len(told)}")
        complaints = [_complaint(one) for one in told]
        for one, complaint in zip(told, complaints, strict=True):
            if not complaint and "_fields" not in one and "created" not in str(one.get("message")):
                raise OutcomeUnknown(f"{call.name} told of a record that was neither created nor refused")
        return complaints

    def run(self, operation: str, params: Mapping[str, str], *, guard: Callable[[], None]) -> None:
        """WRITE by a GET, 1 call: a form operation on GLTransactionInterface.

        :raises Rejected: it was refused.
        """
        path = f"ldrest/GLTransactionInterface/{operation}_{operation}Form_FormOperation"
        call = Call(
            Effect.WRITE, "GET", path, f"GLTransactionInterface/{operation}", params={**params, "_cmAll": "true"}
        )
        answer = self._send(call, guard=guard)
        told = answer.json()
        for one in told if isinstance(told, list) else [told]:
            if isinstance(one, Mapping) and _complaint(one):
                raise Rejected(f"{call.name}: {_complaint(one)}")

    def _list(self, listing: Listing, limit: int) -> tuple[list[Record], int]:
        params = {
            "_fields": ",".join(listing.fields),
            "_limit": str(limit),
            "_links": "false",
            "_pageNav": "true",
            "_out": "JSON",
            "_flatten": "false",
            "_omitCountValue": "false",
        }
        if listing.lpl:
            params["_lplFilter"] = listing.lpl
        if listing.equal:
            params["_filter"] = "|".join(f"{field}::{value}" for field, value in listing.equal)
        path = f"classes/{listing.name}/lists/_generic"
        answer = self._send(Call(Effect.READ, "GET", path, f"{listing.name}/list", params=params))
        told = _array(answer)
        found = [_fields(one, listing) for one in told if "_fields" in one]
        if len(found) < len(told) - 1:
            raise ContractBroken(f"{listing.name} gave a row without fields")
        return found, _count(told[0]) if told else 0

    def _send(self, call: Call, **guarded: Callable[[], None]) -> Answer:
        answer = self._gateway.send(call, **guarded)
        return answer if 200 <= answer.status < 300 else check(answer, text=_said(answer))


def portions(work: Sequence[Record]) -> Iterator[list[Record]]:
    """Cut records into what fits one batch."""
    left = iter(work)
    while portion := list(islice(left, BULK)):
        yield portion


def _array(answer: Answer) -> list[Mapping[str, Any]]:
    told = answer.json()
    if not isinstance(told, list) or not all(isinstance(one, Mapping) for one in told):
        said = f": {_complaint(told)}" if isinstance(told, Mapping) and _complaint(told) else ""
        raise unusable(answer.effect, f"{answer.call} answered something else than a list{said}")
    return told


def _fields(row: Mapping[str, Any], listing: Listing) -> Record:
    """The asked fields of a row; one that is empty may be left out by Landmark."""
    told = row["_fields"]
    if not isinstance(told, Mapping):
        raise ContractBroken(f"{listing.name} gave a row without fields")
    return {field: str(told.get(field, "")).strip() for field in listing.fields}


def _count(first: Mapping[str, Any]) -> int:
    count = str(first.get("_count", 0))
    return int(count) if count.isdecimal() and len(count) < 10 else 0


def _complaint(told: Mapping[str, Any]) -> str:
    """What an answer says against what was asked; an error has ``exception``, or ``code`` and ``message``."""
    if "exception" in told:
        return f"{told['exception'] or told.get('message') or 'refused without a word'}"[:300]
    return f"{told['code']}: {told.get('message', '')}"[:300] if told.get("code") else ""


def _said(answer: Answer) -> str:
    try:
        told = answer.json()
    except Fault:
        return ""
    return _complaint(told) if isinstance(told, Mapping) else ""
