"""The chart of accounts, read now and then: an account that is not in it is a gap before anything is written."""

from __future__ import annotations

from datetime import datetime, timedelta

from connector.domain.faults import MappingGap
from connector.domain.journal import JournalEntry
from connector.infor.financials import wire
from connector.infor.financials.client import Client
from connector.ports import Clock

KEPT = timedelta(minutes=10)


class Chart:
    """The accounts as they were read last; an account that is missing there is looked for again at once."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._read_at: datetime | None = None
        self._names: dict[str, str] = {}

    def names(self) -> dict[str, str]:
        """READ, 1 call: every account and its name."""
        rows = self._client.rows(wire.chart())
        self._names = {row["GeneralLedgerChartAccount"]: row["AccountDescription"] for row in rows}
        self._read_at = self._clock.now()
        return self._names

    def check(self, entry: JournalEntry) -> None:
        """READ, 1 call at most, mostly none.

        :raises MappingGap: names every account that does not exist.
        """
        missing = self._missing(entry, self._names if self._is_fresh() else self.names())
        missing = missing and self._missing(entry, self.names())
        if missing:
            raise MappingGap("; ".join(missing))

    def _is_fresh(self) -> bool:
        return self._read_at is not None and self._clock.now() - self._read_at < KEPT

    def _missing(self, entry: JournalEntry, names: dict[str, str]) -> list[str]:
        return [
            f"{line.rule or line.role}: account {line.account} does not exist"
            for line in entry.lines
            if line.account not in names
        ]
