"""The entity's state: lines in the interface, the results of its runs, the ledger, and the runs under way."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from connector.sandbox.infor.financials.options import Options
from connector.sandbox.infor.spans import RefundSpans

Row = dict[str, str]
STAGED = "GLTransactionInterface"
RUN_GROUP, SEQUENCE = f"{STAGED}.RunGroup", f"{STAGED}.SequenceNumber"
COMPLETE, INCOMPLETE, UNDER_WAY = "1", "2", "0"
BLOCKED, SUMMARY = "9998", "9997"
_DIMENSIONS = 10


class Tenant:
    """One accounting entity. Not thread-safe: the gateway lets one request in at a time."""

    def __init__(self, options: Options, now: Callable[[], float]) -> None:
        self.options = options
        self.staged: dict[tuple[str, str], Row] = {}
        self.results: list[Row] = []
        self.details: list[Row] = []
        self.accounts = {**options.accounts, BLOCKED: "Blocked account", SUMMARY: "All of them"}
        self.blocked = {BLOCKED}
        self.dimensions = {("FinanceDimension1", "WEB")}
        self.cut_short = False
        self.ceiling: int | None = None
        self.spans = RefundSpans(now)
        self._now = now
        self._jobs: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = {"result": 6700, "journal": 0, "detail": 0}

    def number(self, series: str) -> str:
        """Take the next number of a series."""
        self._numbers[series] += 1
        return str(self._numbers[series])

    def group(self, run_group: str) -> list[Row]:
        """Give the staged lines of a run group, in order."""
        return [row for (group, _), row in sorted(self.staged.items()) if group == run_group]

    def submit(self, run_group: str) -> None:
        """Begin a run; it ends ``batch_seconds`` from now."""
        number = self.number("result")
        result = {STAGED + "Result": number, "RunGroup": run_group, "Status": UNDER_WAY}
        result |= dict.fromkeys(("RecordCount", "PassedCount", "FailedCount"), "0")
        self.results.append(result)
        ends = self._now() + self.options.batch_seconds
        heapq.heappush(self._jobs, (ends, int(number), lambda: self._run(result)))

    def run_due(self) -> None:
        """Let every run that should have ended by now end."""
        while self._jobs and self._jobs[0][0] <= self._now():
            heapq.heappop(self._jobs)[2]()

    def _run(self, result: Row) -> None:
        """Book a run group whole, or mark what is wrong and book nothing; one without lines is complete, too."""
        lines = self.group(result["RunGroup"])
        for line in lines:
            line[f"{STAGED}.ErrorMessage"] = self._fault(line)
        if sum((Decimal(line["TransactionAmount"]) for line in lines), Decimal(0)):
            for line in lines:
                line[f"{STAGED}.ErrorMessage"] = "Transactions are out of balance"
        failed = sum(bool(line[f"{STAGED}.ErrorMessage"]) for line in lines)
        result |= {"RecordCount": str(len(lines)), "FailedCount": str(failed)}
        if failed:
            result["Status"] = INCOMPLETE
            return
        result |= {"Status": COMPLETE, "PassedCount": str(len(lines))}
        journal = self.number("journal")
        for line in lines:
            self.details.append(self._detail(line, journal))
            del self.staged[line[RUN_GROUP], line[SEQUENCE]]

    def _fault(self, line: Row) -> str:
        account = line["AccountCode"]
        if account not in self.accounts:
            return f"AccountCode {account} does not exist"
        if account in self.blocked or account == SUMMARY:
            return f"AccountCode {account} is not active"
        wrong = [
            f"{name} {line[name]} does not exist"
            for name in (f"FinanceDimension{number}" for number in range(1, _DIMENSIONS + 1))
            if line.get(name) and (name, line[name]) not in self.dimensions
        ]
        return "; ".join(wrong)

    def _detail(self, line: Row, journal: str) -> Row:
        dimensions = [line.get(f"FinanceDimension{number}", "") for number in range(1, _DIMENSIONS + 1)]
        block = [self.options.ledger, line["AccountingEntity"], "", line["AccountCode"], *dimensions, "0", "false"]
        whose = ("FinanceEnterpriseGroup", "AccountingEntity")
        kept = (*whose, "PostingDate", "TransactionAmount", "CurrencyCode", "Description", "Reference")
        return {
            **{name: line.get(name, "") for name in kept},
            "GLTransactionDetail": self.number("detail"),
            "FinanceCodeBlock": "|".join(block),
            "Journal": journal,
            "RunGroup": line[RUN_GROUP],
            "AccountCode": line["AccountCode"],
        }


def is_number(text: str) -> bool:
    """Tell whether a text is a number with at most two decimals."""
    try:
        read = Decimal(text)
    except InvalidOperation:
        return False
    return read.is_finite() and read == round(read, 2)
