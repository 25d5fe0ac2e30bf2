"""The site's tables, and what goes on in it by itself: the company's ledger posting."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from connector.sandbox.infor.spans import RefundSpans
from connector.sandbox.infor.syteline.idos import IDOS
from connector.sandbox.infor.syteline.options import Options
from connector.sandbox.infor.syteline.rows import Rows

RATES = {"EUR": "1.09", "GBP": "1.27", "JPY": "0.0066", "CAD": "0.73", "AUD": "0.66"}


class Tenant:
    """One SyteLine site."""

    def __init__(self, options: Options, now: Callable[[], float]) -> None:
        self.options = options
        self.now = now
        self.rows = {ido: Rows(ido, now) for ido in IDOS}
        self.spans = RefundSpans(now)
        self.ceiling = options.ceiling
        self.cut_short = options.cut_short
        self.rates = dict(RATES)
        self.unit_codes = {"WEB"}
        self._orders = 0
        self._controls = 0
        self._transactions = 0
        self._post_at: float | None = None

    def next_order(self) -> str:
        """Number an order."""
        self._orders += 1
        return str(1000 + self._orders)

    def will_post(self) -> None:
        """Let the ledger posting run a while after the journal was written last."""
        self._post_at = self.now() + self.options.batch_seconds

    def run_due(self) -> None:
        """Post the journal when its time has come; one that does not balance waits until it does."""
        if self._post_at is None or self.now() < self._post_at:
            return
        waiting = list(self.rows["SLJournals"])
        if sum((Decimal(row["DomAmount"]) for row in waiting), Decimal(0)):
            return
        self._post_at = None
        self._controls += 1
        for row in waiting:
            self.rows["SLJournals"].delete(row)
            kept = {name: value for name, value in row.items() if name in IDOS["SLLedgers"]}
            self.add_to_ledger(**kept, ControlNumber=str(self._controls))

    def add_to_ledger(self, **values: str) -> None:
        """Add a line to the ledger."""
        self._transactions += 1
        day = values["TransDate"]
        control = {"ControlYear": day[:4], "ControlPeriod": str(int(day[4:6])), "TransNum": str(self._transactions)}
        self.rows["SLLedgers"].add(values | control)
