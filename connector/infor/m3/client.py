"""Sends M3 transactions over m3api-rest v2: single reads by GET, everything else by bulk POST.

What is written, and what carries a person's data, goes by POST: a GET may be repeated or logged by anything
between us and M3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from connector.domain.faults import Effect
from connector.infor.ion.gateway import Call, Gateway, no_guard
from connector.infor.m3.answers import outcomes
from connector.infor.m3.transaction import Outcome, Record, Transaction

PRODUCT = "M3/m3api-rest"
EXECUTE = "v2/execute"
BULK = 50
"""Transactions a POST: no limit is documented, big ones meet the gateway's timeout (facts/infor.md §2.3)."""
FEW = 100
"""Rows asked for where one is wanted."""

T = TypeVar("T")


def chunks(work: Sequence[T], size: int = BULK) -> Iterator[Sequence[T]]:
    """Cut work into portions that fit one POST."""
    for start in range(0, len(work), size):
        yield work[start : start + size]


class Client:
    """M3 of one company and division."""

    def __init__(self, gateway: Gateway, *, company: str, division: str) -> None:
        self._gateway = gateway
        self._company = company
        self._division = division

    def read(self, transaction: Transaction, *, limit: int = FEW) -> Outcome:
        """READ by one GET; at most ``limit`` rows, said twice: some grids read it from the path alone."""
        params = {
            **transaction.record,
            "cono": self._company,
            "divi": self._division,
            "maxrecs": str(limit),
            "dateformat": "YMD8",
            "excludeempty": "false",
            "righttrim": "true",
        }
        if transaction.columns:
            params["returncols"] = ",".join(transaction.columns)
        path = f"{EXECUTE}/{transaction.program}/{transaction.name};maxrecs={limit}"
        answer = self._gateway.send(Call(Effect.READ, "GET", path, str(transaction), params=params))
        return outcomes(answer, [transaction], limit=limit)[0]

    def read_all(self, transactions: Sequence[Transaction], *, limit: int = FEW) -> list[Outcome]:
        """READ transactions of one program by as few POSTs as fit; at most ``limit`` rows each."""
        return [
            outcome
            for portion in chunks(transactions)
            for outcome in self._post(portion, Effect.READ, no_guard, limit)
        ]

    def write(self, transactions: Sequence[Transaction], *, guard: Callable[[], None]) -> list[Outcome]:
        """WRITE one POST: at most ``BULK`` transactions of one program that do not depend on each other.

        :raises OutcomeUnknown: the answer was lost or makes no sense: any of them may have been done.
        """
        return self._post(transactions, Effect.WRITE, guard, FEW)

    def write_one(self, transaction: Transaction, *, guard: Callable[[], None]) -> Record:
        """WRITE one transaction and give its record.

        :raises Rejected: M3 said no.
        """
        return self.write([transaction], guard=guard)[0].accepted().record

    def _post(
        self, portion: Sequence[Transaction], effect: Effect, guard: Callable[[], None], limit: int
    ) -> list[Outcome]:
        body = {
            "program": portion[0].program,
            "cono": int(self._company),
            "divi": self._division,
            "dateFormat": "YMD8",
            "excludeEmptyValues": False,
            "rightTrim": True,
            "maxReturnedRecords": limit,
            "extendedResult": False,
            "transactions": [_body(transaction) for transaction in portion],
        }
        call = Call(effect, "POST", EXECUTE, str(portion[0]), json=body)
        return outcomes(self._gateway.send(call, guard=guard), portion, limit=limit)


def _body(transaction: Transaction) -> dict[str, object]:
    body: dict[str, object] = {"transaction": transaction.name, "record": dict(transaction.record)}
    if transaction.columns:
        body["selectedColumns"] = list(transaction.columns)
    return body
