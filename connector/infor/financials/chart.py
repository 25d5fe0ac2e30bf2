"""The chart of accounts, read now and then: what cannot be booked on is a gap before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from connector.domain.faults import MappingGap
from connector.domain.journal import JournalEntry
from connector.infor.financials import wire
from connector.infor.financials.client import Client, Record
from connector.ports import Clock

KEPT = timedelta(minutes=10)


class Chart:
    """The accounts as they were read last; one that seems missing or inactive is looked for again at once."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._read_at: datetime | None = None
        self._rows: Mapping[str, Record] = {}

    def rows(self) -> Mapping[str, Record]:
        """READ, 1 call: every account."""
        self._rows = {wire.account_of(row): row for row in self._client.rows(wire.chart())}
        self._read_at = self._clock.now()
        return self._rows

    def check(self, entry: JournalEntry) -> None:
        """READ, 1 call at most, mostly none.

        :raises MappingGap: names every account that cannot be booked on.
        """
        gaps = self._gaps(entry, self._rows if self._is_fresh() else self.rows())
        gaps = gaps and self._gaps(entry, self.rows())
        if gaps:
            raise MappingGap("; ".join(gaps))

    def _is_fresh(self) -> bool:
        return self._read_at is not None and self._clock.now() - self._read_at < KEPT

    def _gaps(self, entry: JournalEntry, rows: Mapping[str, Record]) -> list[str]:
        return [
            f"{line.rule or line.role}: account {line.account} {problem}"
            for line in entry.lines
            if (problem := wire.account_problem(rows.get(line.account)))
        ]
