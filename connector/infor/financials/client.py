"""Speaks Landmark REST: lists read page by page until the last, batches that answer record by record.

Where a list goes on is Landmark's to say; of that only the query is taken, so that a token never follows a link
elsewhere. The operations on a run group are GETs that write (facts/infor.md §4.2): they are sent as WRITE and never
repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import quote, urlsplit

from connector.domain.faults import ContractBroken, Effect, Fault, OutcomeUnknown, Rejected, Truncated
from connector.http.classify import check
from connector.http.message import Answer, unusable
from connector.infor.financials.company import Company
from connector.infor.ion.gateway import Call, Gateway

PRODUCT = "FSM/fsm/soap"
LIST = "lists/_generic"
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


@dataclass(frozen=True, slots=True)
class _Page:
    """Some rows of a list, how many it says that there are, and the query of the next page."""

    rows: list[Record]
    counted: int
    next: str


class Client:
    """The business classes of one tenant."""

    def __init__(self, gateway: Gateway, company: Company) -> None:
        self._gateway = gateway
        self._page = company.page

    def rows(self, listing: Listing) -> list[Record]:
        """READ, 1 call for each page: every row.

        :raises Truncated: the list cannot be proven whole.
        """
        query, asked, found, counted = _query(listing, self._page), set[str](), list[Record](), 0
        while query and query not in asked:
            asked.add(query)
            page = self._list(listing, query)
            found += page.rows
            counted = max(counted, page.counted)
            query = page.next if page.rows else ""
        if query or len(page.rows) >= self._page or counted > len(found):
            raise Truncated(
                f"{listing.name} has {max(counted, len(found))} rows and gave {len(found)}, and does not say where "
                "it goes on: raise the connection's `page`"
            )
        return found

    def some(self, listing: Listing) -> list[Record]:
        """READ, 1 call: a row, if there is one."""
        return self._list(listing, _query(listing, 1)).rows

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

    def _list(self, listing: Listing, query: str) -> _Page:
        path = f"classes/{listing.name}/{LIST}?{query}"
        told = _array(self._send(Call(Effect.READ, "GET", path, f"{listing.name}/list")))
        found = [_fields(one, listing) for one in told if "_fields" in one]
        if len(found) < len(told) - 1:
            raise ContractBroken(f"{listing.name} gave a row without fields")
        return _Page(found, _count(told[0]), _following(told[0], listing)) if told else _Page([], 0, "")

    def _send(self, call: Call, **guarded: Callable[[], None]) -> Answer:
        answer = self._gateway.send(call, **guarded)
        return answer if 200 <= answer.status < 300 else check(answer, text=_said(answer))


def portions(work: Sequence[Record]) -> Iterator[list[Record]]:
    """Cut records into what fits one batch."""
    left = iter(work)
    while portion := list(islice(left, BULK)):
        yield portion


def _query(listing: Listing, limit: int) -> str:
    """The query of a list's first page; a blank must not become a plus, which Landmark takes for a plus."""
    options = {
        "_fields": ",".join(listing.fields),
        "_limit": str(limit),
        "_links": "true",
        "_pageNav": "true",
        "_out": "JSON",
        "_flatten": "false",
        "_omitCountValue": "false",
        "_lplFilter": listing.lpl,
        "_filter": "|".join(f"{field}::{value}" for field, value in listing.equal),
    }
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in options.items() if value)


def _following(first: Mapping[str, Any], listing: Listing) -> str:
    """The query of the next page of the same list; nothing where there is none."""
    links = first.get("_links") if "_fields" not in first else None
    named = (link for link in links if isinstance(link, Mapping)) if isinstance(links, list) else iter(())
    link = next((str(link.get("href") or "") for link in named if link.get("rel") == "next"), "")
    parts = urlsplit(link)
    if link and not parts.path.endswith(LIST):
        raise ContractBroken(f"{listing.name} goes on at a place that is none of its own")
    return parts.query


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
        said = told["exception"].get("message") if isinstance(told["exception"], Mapping) else told["exception"]
        return f"{said or told.get('message') or 'refused without a word'}"[:300]
    return f"{told['code']}: {told.get('message', '')}"[:300] if told.get("code") else ""


def _said(answer: Answer) -> str:
    try:
        told = answer.json()
    except Fault:
        return ""
    return _complaint(told) if isinstance(told, Mapping) else ""
