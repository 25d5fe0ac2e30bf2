"""The M3 company's state: its tables, its number series, its clock and the batch jobs it still has to run."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime

from connector.sandbox.infor.options import Options
from connector.sandbox.infor.rows import Record, Rows
from connector.sandbox.infor.spans import RefundSpans

_KEYS = {
    "ORNO": "OXHEAD OXLINE OXADDR OXTEXT OXCHRG OXMESS OOHEAD OOLINE OOADDR OOTEXT OOCHRG",
    "KEY1": "FGLINH FGLINF FGLINL",
    "VONO": "FGLEDG",
    "CUNO": "OCUSMA TEMPLATE",
    "ITNO": "MITMAS MITBAL",
    "AITM": "FCHACC",
    "ORTP": "OOTYPE",
    "CRID": "CHARGE",
    "WHLO": "MITWHL",
    "FACI": "CFACIL",
    "DIVI": "CMNDIV",
    "CUCD": "CURRENCY",
    "INTN": "GLS850",
    "USID": "CMNUSR",
}
_FIRST_NUMBERS = {
    "batch order": 9000000001,
    "order": 10000001,  # printed with its leading zeros
    "customer": 1000001,
    "voucher": 20000001,
    "journal": 1,
}


class Tenant:
    """One company of one tenant. Not thread-safe: the gateway lets one request in at a time."""

    def __init__(self, options: Options, now: Callable[[], float]) -> None:
        self.options = options
        self.rows: dict[str, Rows] = {table: Rows(key) for key, tables in _KEYS.items() for table in tables.split()}
        self.confirming: set[str] = set()
        self.spans = RefundSpans(now)
        self.cut_short = set(options.cut_short)
        self.ceiling = options.ceiling
        self._now = now
        self._numbers = dict(_FIRST_NUMBERS)
        self._jobs: list[tuple[float, int, Callable[[], None]]] = []
        self._submitted = 0

    def number(self, series: str) -> str:
        """Take the next number of a series, ten characters wide where the series begins with zeros."""
        taken = self._numbers[series]
        self._numbers[series] += 1
        return str(taken).zfill(10) if series in {"order", "customer"} else str(taken)

    def stamp(self) -> Record:
        """Give entry date, time, change date and user as M3 writes them on a row."""
        moment = datetime.fromtimestamp(self._now(), UTC)
        day = moment.strftime("%Y%m%d")
        return {"RGDT": day, "RGTM": moment.strftime("%H%M%S"), "LMDT": day, "CHID": self.options.user}

    def later(self, job: Callable[[], None]) -> None:
        """Submit work that ends ``batch_seconds`` from now."""
        self._submitted += 1
        heapq.heappush(self._jobs, (self._now() + self.options.batch_seconds, self._submitted, job))

    def run_due(self) -> None:
        """Let every batch job that should have ended by now end."""
        while self._jobs and self._jobs[0][0] <= self._now():
            heapq.heappop(self._jobs)[2]()
