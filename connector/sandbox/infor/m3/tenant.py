"""The M3 company's state: its tables, its number series, its clock and the batch jobs it still has to run."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from connector.sandbox.infor.m3.options import Options
from connector.sandbox.infor.m3.rows import Record, Rows
from connector.sandbox.infor.spans import RefundSpans

_KEYS = {
    "ORNO": "OXHEAD OXLINE OXADDR OXTEXT OXCHRG OXMESS OOHEAD OOLINE OOADDR OOTEXT OOCHRG",
    "KEY1": "FGLINH FGLINF FGLINL",
    "VONO": "FGLEDG",
    "CUNO": "OCUSMA TEMPLATE",
    "ITNO": "MITMAS MITBAL OPRBAS SCALES",
    "PRRF": "OPRICH",
    "POPN": "MITPOP",
    "AITM": "FCHACC",
    "ORTP": "OOTYPE",
    "CRID": "CHARGE",
    "WHLO": "MITWHL",
    "FACI": "CFACIL",
    "DIVI": "CMNDIV CSYPER",
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
        self._latest = 0.0
        self._numbers = dict(_FIRST_NUMBERS)
        self._jobs: list[tuple[float, int, Callable[[], None]]] = []
        self._submitted = 0

    def number(self, series: str) -> str:
        """Take the next number of a series, ten characters wide where the series begins with zeros."""
        taken = self._numbers[series]
        self._numbers[series] += 1
        return str(taken).zfill(10) if series in {"order", "customer"} else str(taken)

    def stamp(self) -> Record:
        """Give entry date and time, user and change stamps as M3 writes them on a new row."""
        changed = self.change_stamp()
        _, time = _day_and_time(int(self._latest))
        return {"RGDT": changed["LMDT"], "RGTM": time, "CHID": self.options.user} | changed

    def change_stamp(self) -> Record:
        """Give the change date and the change time in milliseconds (facts/infor.md §2.9); neither ever falls."""
        self._latest = max(self._latest, self._now())
        day, _ = _day_and_time(int(self._latest))
        return {"LMDT": day, "LMTS": str(int(self._latest * 1000))}

    def later(self, job: Callable[[], None]) -> None:
        """Submit work that ends ``batch_seconds`` from now."""
        self._submitted += 1
        heapq.heappush(self._jobs, (self._now() + self.options.batch_seconds, self._submitted, job))

    def run_due(self) -> None:
        """Let every batch job that should have ended by now end."""
        while self._jobs and self._jobs[0][0] <= self._now():
            heapq.heappop(self._jobs)[2]()


@lru_cache(maxsize=1)
def _day_and_time(seconds: int) -> tuple[str, str]:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y%m%d"), moment.strftime("%H%M%S")
