"""Journals' way into Financials: lines into the interface under a run group of their own, then the run that books.

A run group is one journal and named by its key, so that it is found again: its lines wait in the interface until a
run took them all into the ledger or marked what is wrong with them. A run answers before it is done; its result
tells how it ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from connector.domain.faults import Fault, MappingGap, Rejected, Superseded
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry
from connector.infor.financials import wire
from connector.infor.financials.chart import Chart
from connector.infor.financials.client import Client, Record, portions
from connector.infor.financials.company import Company
from connector.ports import Finding, Guard

INTERFACE, DELETE = "InterfaceTransactions", "DeleteAllTransactionsForRunGroup"
COMPLETE, INCOMPLETE = "1", "2"
SETTLED = frozenset({FindingState.BOOKED, FindingState.PENDING})


def find(client: Client, keys: Iterable[str]) -> dict[str, Finding]:
    """READ, 1 call a key that is booked, 2 for others."""
    return {key: _standing(client, key) for key in keys}


def _standing(client: Client, key: str) -> Finding:
    runs = client.rows(wire.results(key))
    if any(_booked(run) for run in runs):
        return Finding(FindingState.BOOKED, external_id=key, handle=key)
    if any(run["Status"] not in (COMPLETE, INCOMPLETE) for run in runs):
        return Finding(FindingState.PENDING, handle=key)
    lines = client.rows(wire.staged(key))
    if not lines:
        return Finding(FindingState.ABSENT)
    wrong = [line for line in lines if wire.staged_value(line, wire.ERROR)]
    if runs and wrong:
        reason = f"run group {key} was not booked: {'; '.join(map(_fault, wrong[:5]))}"
        gap = any(wire.is_about(wire.staged_value(line, wire.ERROR), wire.as_record(line)) for line in wrong)
        return Finding(FindingState.REFUSED, handle=key, reason=reason, gap=gap)
    left = (
        f"a run of run group {key} took none of its lines and says of none why: see it in Financials" if runs else ""
    )
    return Finding(FindingState.ORPHAN, handle=key, reason=left)


def _booked(run: Record) -> bool:
    """Whether a run took lines into the ledger; a later run that found none left says "complete" too."""
    passed, failed = (wire.number(run[field], field) for field in ("PassedCount", "FailedCount"))
    return run["Status"] == COMPLETE and passed > 0 and failed == 0


def _fault(line: Record) -> str:
    return f"{wire.told(wire.as_record(line))}: {wire.staged_value(line, wire.ERROR)}"


def post(
    client: Client,
    company: Company,
    chart: Chart,
    entries: Sequence[JournalEntry],
    *,
    found: Mapping[str, Finding],
    guard: Guard,
) -> dict[str, Finding | Fault]:
    """WRITE, 1 call for up to 200 lines and 1 a journal: one outcome per key, PENDING until :func:`find` knows."""
    run = _Run(client, company, guard)
    run.check(entries, chart, found)
    run.take_up()
    run.create()
    for key in run.live():
        run.interface(key)
    return {entry.key: run.outcomes[entry.key] for entry in entries}


class _Run:
    """The journals of one call. One with an outcome is out; ``lines`` are those the interface still lacks."""

    def __init__(self, client: Client, company: Company, guard: Guard) -> None:
        self._client = client
        self._company = company
        self._guard = guard
        self._wanted: dict[str, list[Record]] = {}
        self._found: dict[str, Finding] = {}
        self._lines: dict[str, list[Record]] = {}
        self.outcomes: dict[str, Finding | Fault] = {}

    def live(self) -> list[str]:
        """The journals that are still on their way."""
        return [key for key in self._wanted if key not in self.outcomes]

    def check(self, entries: Iterable[JournalEntry], chart: Chart, found: Mapping[str, Finding]) -> None:
        """Build everything before anything is written; what cannot be booked or is settled already is out."""
        for entry in entries:
            known = found.get(entry.key)
            if known is not None and known.state in SETTLED:
                self.outcomes[entry.key] = known
                continue
            try:
                self._wanted[entry.key] = wire.records(entry, self._company)
                chart.check(entry)
                self._found[entry.key] = known or _standing(self._client, entry.key)
            except Fault as fault:
                self.outcomes[entry.key] = fault
                continue
            if self._found[entry.key].state in SETTLED:
                self.outcomes[entry.key] = self._found[entry.key]

    def take_up(self) -> None:
        """Compare what is staged of a begun journal with what should be; begin anew one that has other lines."""
        for key in self.live():
            self._lines[key] = self._wanted[key]
            if self._found[key].state is FindingState.ABSENT:
                continue
            try:
                self._compare(key)
            except Superseded:
                raise
            except Fault as fault:
                self.outcomes[key] = fault

    def _compare(self, key: str) -> None:
        lacking = wire.lacking(self._client.rows(wire.staged(key)), self._wanted[key])
        if lacking is None:
            self._remove(key)
        else:
            self._lines[key] = lacking

    def create(self) -> None:
        """Stage what lacks, many journals' lines at once."""
        lines = [line for key in self.live() for line in self._lines[key]]
        for portion in portions(lines):
            self._create([line for line in portion if line[wire.RUN_GROUP] not in self.outcomes])

    def _create(self, portion: Sequence[Record]) -> None:
        if not portion:
            return
        try:
            told = self._client.create(portion, guard=self._guard)
        except Superseded:
            raise
        except Fault as fault:
            self.outcomes |= {line[wire.RUN_GROUP]: fault for line in portion}
            return
        refused: dict[str, list[tuple[Record, str]]] = {}
        for line, complaint in zip(portion, told, strict=True):
            if complaint:
                refused.setdefault(line[wire.RUN_GROUP], []).append((line, complaint))
        for key, complaints in refused.items():
            said = "; ".join(f"{wire.told(line)}: {complaint}" for line, complaint in complaints)
            gap = any(wire.is_about(complaint, line) for line, complaint in complaints)
            self._refuse(key, (MappingGap if gap else Rejected)(f"Financials refused run group {key}: {said}"))

    def _refuse(self, key: str, refused: Fault) -> None:
        """Leave nothing of a refused journal behind; lines that stand there already are no refusal."""
        try:
            present = self._client.rows(wire.staged(key))
            if present and wire.lacking(present, self._wanted[key]) == []:
                return
            self._remove(key)
        except Superseded:
            raise
        except Fault as fault:
            self.outcomes[key] = fault
            return
        self.outcomes[key] = refused

    def _remove(self, key: str) -> None:
        self._client.run(DELETE, {"PrmRunGroup": key}, guard=self._guard)

    def interface(self, key: str) -> None:
        """Let Financials book a run group, whole or not at all."""
        params = {
            "PrmRunGroup": key,
            "PrmEnterpriseGroup": self._company.enterprise_group,
            "PrmAccountingEntity": self._company.accounting_entity,
            "PrmEditOnly": "false",
            "PrmEditAndInterface": "true",
            "PrmPartialUpdate": "false",
            "PrmJournalizeByEntity": "true",
            "PrmByPassOrganizationCode": "true",
            "PrmByPassAccountCode": "true",
            "PrmInterfaceInDetail": "true",
            "PrmMoveErrorsToNewRunGroup": "false",
        }
        try:
            self._client.run(INTERFACE, params, guard=self._guard)
            self.outcomes[key] = Finding(FindingState.PENDING, handle=key)
        except Superseded:
            raise
        except Fault as fault:
            self.outcomes[key] = fault
