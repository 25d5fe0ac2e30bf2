"""Journals' way into M3, several together: head, lines, control, update, one POST of each for all of them.

Every batch keeps its own outcome: what M3 refuses of one, or an answer lost for some, does not touch the others.
A batch is found again by its key. One that was begun and left is taken up where it stands: lines it has are
compared, lines it lacks are added. M3 cannot change a line by API, so a batch with other lines than ours is
deleted, which newer releases can do; on older ones a person does it. A refused batch stays where it is: it shows
its faults in GLS840, and once they are mended a replay controls and posts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from connector.domain.faults import Fault, Rejected, Superseded
from connector.domain.inquiry import FindingState
from connector.domain.journal import JournalEntry
from connector.infor.m3.client import Client, chunks
from connector.infor.m3.company import Company
from connector.infor.m3.transaction import Outcome, Refusal, Transaction, refused
from connector.infor.m3.wire import ledger
from connector.ports import Finding, Guard

MOST_LINES = 1000
SETTLED = frozenset({FindingState.BOOKED, FindingState.PENDING})
ABSENT = Finding(FindingState.ABSENT)
Work = list[tuple[str, Transaction]]
"""Transactions with the key of the batch each belongs to."""
Refusals = list[tuple[str, Refusal]]
"""What M3 refused of one batch, each with what it is about."""


def find(client: Client, company: Company, keys: Sequence[str]) -> dict[str, Finding]:
    """READ, 1 call for up to 50 keys: where each batch stands."""
    outcomes = client.read_all([ledger.head_query(key, company) for key in keys])
    return {key: ledger.read_head(outcome, key, company) for key, outcome in zip(keys, outcomes, strict=True)}


def post(
    client: Client,
    company: Company,
    entries: Sequence[JournalEntry],
    *,
    found: Mapping[str, Finding],
    guard: Guard,
) -> dict[str, Finding | Fault]:
    """WRITE, 4 calls for new batches of up to 50 lines together: one outcome per key.

    PENDING means that M3 took the update; whether it posted is asked by :func:`find`.
    """
    run = _Run(client, company, guard)
    run.check(entries, found)
    absent = {entry.key for entry in entries if found.get(entry.key, ABSENT).state is FindingState.ABSENT}
    run.begin([key for key in run.lines if key in absent])
    run.take_up([key for key in run.lines if key not in absent])
    run.send([(key, line) for key, lines in run.lines.items() for line in lines])
    run.send([(key, ledger.control(key, company)) for key in run.lines])
    run.send([(key, ledger.update(key, company)) for key in run.lines])
    return {
        entry.key: run.outcomes.get(entry.key, Finding(FindingState.PENDING, handle=entry.key)) for entry in entries
    }


def _no(what: str, refusals: Refusals) -> Fault:
    said = "; ".join(f"{about}: {refusal}" for about, refusal in refusals)
    return refused(f"{what}: {said}", (refusal for _, refusal in refusals))


class _Run:
    """The batches of one call. One with an outcome is out; ``lines`` are those the others still lack."""

    def __init__(self, client: Client, company: Company, guard: Guard) -> None:
        self._client = client
        self._company = company
        self._guard = guard
        self._heads: dict[str, Transaction] = {}
        self.lines: dict[str, list[Transaction]] = {}
        self.outcomes: dict[str, Finding | Fault] = {}

    def check(self, entries: Iterable[JournalEntry], found: Mapping[str, Finding]) -> None:
        """Build everything before anything is written; what cannot be built or is settled already is out."""
        for entry in entries:
            finding = found.get(entry.key, ABSENT)
            try:
                self.lines[entry.key] = ledger.lines(entry, self._company)
                self._heads[entry.key] = ledger.head(entry, self._company)
            except Fault as fault:
                self.outcomes[entry.key] = fault
            if finding.state in SETTLED:
                self.outcomes[entry.key] = finding

    def begin(self, keys: Iterable[str]) -> None:
        """Open new batches. One whose key M3 has already is taken up instead."""
        refusals = self._send([(key, self._heads[key]) for key in self._live(keys)])
        standing = self._look_again(refusals)
        there = [key for key, finding in standing.items() if finding.state is not FindingState.ABSENT]
        for key in standing.keys() - set(there):
            self.outcomes[key] = _no(f"M3 did not open GL batch {key}", refusals[key])
        self.take_up(there)

    def take_up(self, keys: Iterable[str]) -> None:
        """Compare what begun batches hold with what they should."""
        begun = self._live(keys)
        queries = [ledger.lines_query(key, self._company) for key in begun]
        try:
            present = self._client.read_all(queries, limit=MOST_LINES)
        except Fault as fault:
            self.outcomes |= dict.fromkeys(begun, fault)
            return
        for key, outcome in zip(begun, present, strict=True):
            self._compare(key, outcome)

    def send(self, work: Work) -> None:
        """Send one kind of transaction for all batches that are still in; a refused batch is out."""
        refusals = self._send([(key, each) for key, each in work if key not in self.outcomes])
        for key in self._look_again(refusals):
            self.outcomes[key] = _no(f"M3 refused GL batch {key}, which stays in GLS840", refusals[key])

    def _live(self, keys: Iterable[str]) -> list[str]:
        return [key for key in keys if key not in self.outcomes]

    def _send(self, work: Work) -> dict[str, Refusals]:
        """What M3 refused, by batch. A batch whose answer was lost is out and sends nothing more."""
        refusals: dict[str, Refusals] = {}
        for portion in chunks(work):
            pairs = [(key, each) for key, each in portion if key not in self.outcomes]
            for (key, each), refusal in zip(pairs, self._write(pairs), strict=False):
                if refusal is not None:
                    refusals.setdefault(key, []).append((ledger.told(each), refusal))
        return {key: said for key, said in refusals.items() if key not in self.outcomes}

    def _write(self, pairs: Work) -> list[Refusal | None]:
        """One POST; none of its batches goes on when it fails as a whole."""
        try:
            done = self._client.write([each for _, each in pairs], guard=self._guard) if pairs else []
        except Superseded:
            raise
        except Fault as fault:
            self.outcomes |= {key: fault for key, _ in pairs}
            return []
        return [outcome.refusal for outcome in done]

    def _look_again(self, keys: Iterable[str]) -> dict[str, Finding]:
        """Where refused batches stand: one that has gone on by itself is out with that, the others come back."""
        asked = list(keys)
        try:
            standing = find(self._client, self._company, asked)
        except Fault as fault:
            self.outcomes |= dict.fromkeys(asked, fault)
            return {}
        self.outcomes |= {key: finding for key, finding in standing.items() if finding.state in SETTLED}
        return {key: finding for key, finding in standing.items() if finding.state not in SETTLED}

    def _compare(self, key: str, present: Outcome) -> None:
        """Keep the lines a begun batch lacks; begin anew one that has others."""
        try:
            lacking = ledger.lacking(present, self.lines[key], self._company)
        except Fault as fault:
            self.outcomes[key] = fault
            return
        if lacking is None:
            self._restart(key)
        else:
            self.lines[key] = lacking

    def _restart(self, key: str) -> None:
        """Delete a batch that holds other lines than ours and open it anew. Older releases cannot delete."""
        delete = ledger.delete(key, self._company)
        try:
            refusal = self._client.write([delete], guard=self._guard)[0].refusal
            if refusal is not None:
                raise Rejected(
                    f"GL batch {key} is in M3 with other lines than ours, and M3 does not delete it by API "
                    f"({refusal}): delete it in GLS840, then replay"
                )
            self._client.write_one(self._heads[key], guard=self._guard)
        except Superseded:
            raise
        except Fault as fault:
            self.outcomes[key] = fault
