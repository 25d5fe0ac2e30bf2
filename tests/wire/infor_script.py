"""An M3 that answers by script: for what the simulator does not do by itself."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from connector.domain.connection import Booking, Connection, ErpCredentials
from connector.domain.document import DocumentLine, SalesDocument
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry, JournalLine, Side
from connector.domain.money import Money
from connector.domain.order import Address
from connector.http.message import Answer, Request
from connector.infor.ion.gateway import Bearer
from connector.infor.registry import build_erp
from connector.ports import Finding

KEY = "BC2026010500001"
OTHER = "BC2026010500002"
ORPHAN = Finding(FindingState.ORPHAN, handle="9000000001")
BEGUN = {KEY: Finding(FindingState.ORPHAN, handle=KEY)}


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


DOCUMENT = SalesDocument(
    "BC-1042", "WEBGUEST", "USD", date(2026, 1, 5), Address(), (DocumentLine(1, "10045", "Tee", 1, usd("1.00")),)
)


def entry(key: str = KEY) -> JournalEntry:
    lines = (
        JournalLine("1200", Side.DEBIT, usd("1.00"), "receivable", ""),
        JournalLine("4000", Side.CREDIT, usd("1.00"), "sales", ""),
    )
    return JournalEntry(key, "BC-1042", "Sale of BC-1042", date(2026, 1, 5), "USD", lines)


def ok(*records: Mapping[str, str]) -> dict[str, Any]:
    return {"records": list(records)}


def no(text: str) -> dict[str, Any]:
    return {"records": [], "errorMessage": text, "errorType": "ServerReturnedNOK"}


def rows(*replies: str) -> dict[str, Any]:
    return ok(*({"REPL": reply} for reply in replies))


def bulk(*results: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    failed = sum("errorMessage" in result for result in results)
    counts = {
        "nrOfSuccessfullTransactions": len(results) - failed,
        "nrOfFailedTransactions": failed,
        "nrOfNotProcessedTransactions": 0,
    }
    return 200, {"results": list(results), "wasTerminated": False, **counts}


class Script:
    """A transport that expects calls in one order and answers each as written; a fault is raised."""

    def __init__(self, *steps: tuple[str, object]) -> None:
        self._steps = deque(steps)
        self.requests: list[Request] = []

    def send(self, request: Request) -> Answer:
        expected, answer = self._steps.popleft()
        assert request.call == expected
        self.requests.append(request)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer  # type: ignore[misc]
        return Answer(status, {}, json.dumps(body).encode(), request.effect, request.call)

    def over(self) -> bool:
        return not self._steps

    def sent(self) -> list[dict[str, str]]:
        """The records of everything asked for, in order; a GET's without its options."""
        found: list[dict[str, str]] = []
        for request in self.requests:
            body: Any = request.json
            if body is None:
                found.append({name: value for name, value in request.params.items() if name.isupper()})
            else:
                found += [transaction["record"] for transaction in body["transactions"]]
        return found

    def limits(self) -> list[int]:
        """The most rows that each call asked for."""
        bodies: list[Any] = [
            request.json or {"maxReturnedRecords": request.params["maxrecs"]} for request in self.requests
        ]
        return [int(body["maxReturnedRecords"]) for body in bodies]


class House:
    """Token, budget and clock that ask nothing."""

    def current(self) -> Bearer:
        return Bearer("eyJx", 1)

    def distrust(self, version: int) -> None:
        pass

    def reserve(self, calls: int = 1) -> None:
        pass

    def observe(self, headers: Mapping[str, str], status: int) -> None:
        pass

    def now(self) -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC)


COMPANY = {
    "company": "100",
    "division": "AAA",
    "facility": "A01",
    "warehouse": "001",
    "order_type": "WEB",
    "gl_interface": "BCGLIF",
}


def m3(*steps: tuple[str, object], **company: str):
    script, house = Script(*steps), House()
    connection = Connection("acme", "abc", "m3", Booking.FULL, house.now(), COMPANY | company, {})
    credentials = ErpCredentials({"ti": "ACME", "iu": "https://ion.example.com"})
    erp = build_erp(connection, credentials, tokens=house, transport=script, budget=house, clock=house)
    return erp, script


def free() -> None:
    """Guard nothing."""
