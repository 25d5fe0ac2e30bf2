"""Reads what m3api-rest v2 answered. M3 says no with status 200 as well as 400, so the body decides.

facts/infor.md §2.2: each result carries its own error; the counts and ``wasTerminated`` tell what was never
tried. An answer that does not add up is worth nothing: for a WRITE it leaves open what was done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from connector.domain.faults import Effect, Fault, Misconfigured, Rejected, Truncated
from connector.http.classify import fault_for
from connector.http.message import Answer, unusable
from connector.infor.m3.transaction import Outcome, Record, Refusal, Transaction

DONE, FAILED, SKIPPED = "nrOfSuccessfullTransactions", "nrOfFailedTransactions", "nrOfNotProcessedTransactions"
"""Their spelling; the last is left out where everything was tried."""
OWN_LIMITS = frozenset({100, 1000})
"""Where some gateways stop whatever was asked for (facts/infor.md §2.3): a list that ends there may go on."""


def outcomes(answer: Answer, transactions: Sequence[Transaction], *, limit: int) -> list[Outcome]:
    """Give each transaction its outcome, in order.

    :raises Truncated: rows and an error together: a list that broke off.
    :raises ContractBroken, OutcomeUnknown: a body that is no such answer (READ, WRITE).
    :raises Fault: the one an error status stands for.
    """
    if answer.status == 400:
        refusal = _bad_request(answer, alone=len(transactions) == 1)
        return [Outcome(transaction, refusal=refusal) for transaction in transactions]
    body = _body(_checked(answer))
    results = _results(answer, body, len(transactions))
    stopped = _stopped(body)
    padded = [*results, *[None] * (len(transactions) - len(results))]
    found = [_outcome(tx, result, limit, stopped) for tx, result in zip(transactions, padded, strict=True)]
    return [_unbroken(outcome) for outcome in found] if answer.effect is Effect.READ else found


def _bad_request(answer: Answer, *, alone: bool) -> Refusal:
    """400 carries one error for the whole request, which was not executed; of several it names none."""
    try:
        body = answer.json()
    except Fault:
        body = None
    refusal = _refusal(body) if isinstance(body, dict) else None
    if refusal is None:
        return Refusal("answered 400 and did not say why", tried=False)
    return replace(refusal, tried=alone)


def _checked(answer: Answer) -> Answer:
    """Raise what an error status stands for; a READ of something that is not there is a set-up fault."""
    fault = fault_for(answer)
    if isinstance(fault, Rejected) and answer.effect is Effect.READ:
        raise Misconfigured(f"{fault.what}: is M3 part of this tenant, and may the service account call it?")
    if fault is not None:
        raise fault
    return answer


def _body(answer: Answer) -> Mapping[str, Any]:
    body = answer.json()
    if not isinstance(body, dict):
        raise unusable(answer.effect, f"{answer.call} answered {answer.status} with JSON that is no object")
    return body


def _results(answer: Answer, body: Mapping[str, Any], asked: int) -> list[Mapping[str, Any]]:
    """The results, when they and the counts agree with each other and with what was asked."""
    results = body.get("results")
    if not isinstance(results, list) or not all(map(_is_result, results)):
        raise unusable(answer.effect, f"{answer.call} answered without results")
    failed = sum(1 for result in results if _refusal(result) is not None and not result.get("notProcessed"))
    skipped = asked - len(results) + sum(1 for result in results if result.get("notProcessed"))
    expected = [asked - failed - skipped, failed, skipped]
    told = [_text(body.get(DONE)), _text(body.get(FAILED)), _text(body.get(SKIPPED)) or "0"]
    if len(results) > asked or told != [str(count) for count in expected]:
        raise unusable(answer.effect, f"{answer.call} answered {asked} transactions with counts that disagree")
    return results


def _is_result(result: object) -> bool:
    """Tell whether this is a result, with rows of plain values if it has any."""
    rows = (result.get("records") or []) if isinstance(result, dict) else None
    return isinstance(rows, list) and all(
        isinstance(row, dict) and not any(isinstance(value, list | dict) for value in row.values()) for row in rows
    )


def _stopped(body: Mapping[str, Any]) -> Refusal:
    """Why the rest was never tried."""
    kind = str(body.get("terminationErrorType") or "")
    reason = str(body.get("terminationReason") or "").strip()
    return Refusal(f"not processed{f', M3 stopped before it: {reason}' if reason else ''}", kind=kind, tried=False)


def _outcome(tx: Transaction, result: Mapping[str, Any] | None, limit: int, stopped: Refusal) -> Outcome:
    if result is None or result.get("notProcessed"):
        return Outcome(tx, refusal=stopped)
    records = tuple(_record(row) for row in result.get("records") or ())
    return Outcome(tx, records, _refusal(result), cut=len(records) >= limit or len(records) in OWN_LIMITS)


def _unbroken(outcome: Outcome) -> Outcome:
    if outcome.refusal is not None and outcome.records:
        raise Truncated(f"{outcome.transaction} gave {len(outcome.records)} rows, then an error: {outcome.refusal}")
    return outcome


def _record(row: Mapping[str, Any]) -> Record:
    return {name: _text(value) for name, value in row.items()}


def _refusal(result: Mapping[str, Any]) -> Refusal | None:
    text, code, kind, field = (_text(result.get(f"error{part}")) for part in ("Message", "Code", "Type", "Field"))
    return Refusal(text, code, kind, field) if text or code or kind else None


def _text(value: object) -> str:
    """Values are padded text (facts/infor.md §2.4); a bare number keeps its digits."""
    return "" if value is None else str(value).strip()
