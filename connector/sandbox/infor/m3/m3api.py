"""m3api-rest v2: how transactions are asked for, run and answered (facts/infor.md §2.2).

A program that says no is answered inside HTTP 200. A call that reaches no program (unknown transaction, missing or
too long field) is answered with HTTP 400; inside a bulk, after transactions that did run, it ends the bulk there:
HTTP 200 with ``wasTerminated`` and the rest ``notProcessed`` (inferred from the answer's schema).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from connector.sandbox.infor.m3 import checks
from connector.sandbox.infor.m3.layouts import LAYOUTS, Layout
from connector.sandbox.infor.m3.programs import PROGRAMS
from connector.sandbox.infor.m3.refusals import Malformed, Refused
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant

Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """One transaction of a call."""

    transaction: str
    record: Record
    columns: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """What one request asks for. ``limit`` 0 is unlimited."""

    program: str
    steps: Sequence[Step]
    company: str = ""
    division: str = ""
    language: str = ""
    limit: int = 100
    exclude_empty: bool = False
    right_trim: bool = False
    extended: bool = False


def call_of_get(program: str, path: str, query: Mapping[str, str]) -> Call:
    """Read a GET: fields are written in capitals, options in small letters, some as matrix parameters of the path."""
    transaction, *matrix = path.split(";")
    options = {name: value for name, value in query.items() if not name.isupper()}
    options |= dict(pair.split("=", 1) for pair in matrix if "=" in pair)
    columns = [name for name in options.get("returncols", "").split(",") if name]
    record = {name: value for name, value in query.items() if name.isupper()}
    return Call(
        program=program,
        steps=[Step(transaction, record, columns)],
        company=options.get("cono", ""),
        division=options.get("divi", ""),
        language=options.get("lanc", ""),
        limit=_limit(options.get("maxrecs", "100")),
        exclude_empty=options.get("excludeempty") == "true",
        right_trim=options.get("righttrim", "true") == "true",
        extended=options.get("extendedresult") == "true",
    )


def call_of_post(body: Any) -> Call:
    """Read a bulk POST; values keep their trailing blanks unless ``rightTrim`` asks otherwise."""
    if not isinstance(body, dict) or not body.get("program") or not isinstance(body.get("transactions"), list):
        raise Malformed("BadRequest", "", "A program and its transactions are expected")
    return Call(
        program=str(body["program"]),
        steps=[_step(step) for step in body["transactions"]],
        company=str(body.get("cono") or ""),
        division=str(body.get("divi") or ""),
        language=str(body.get("lanc") or ""),
        limit=_limit(str(body.get("maxReturnedRecords", 100))),
        exclude_empty=body.get("excludeEmptyValues") is True,
        right_trim=body.get("rightTrim") is True,
        extended=body.get("extendedResult") is True,
    )


def _step(step: Any) -> Step:
    if not isinstance(step, dict) or not isinstance(step.get("record", {}), dict):
        raise Malformed("BadRequest", "", "A transaction and its record are expected")
    record = {name: "" if value is None else str(value) for name, value in step.get("record", {}).items()}
    return Step(str(step.get("transaction", "")), record, step.get("selectedColumns") or ())


def _limit(text: str) -> int:
    if not text.isdigit():
        raise Malformed("BadRequest", "maxrecs", f"{text} is not a number of records")
    return int(text)


def run(tenant: Tenant, call: Call) -> Answer:
    """Run a call's transactions in order; those after one that was refused still run."""
    results: list[dict[str, Any]] = []
    for step in call.steps:
        try:
            results.append(_run_step(tenant, call, step))
        except Malformed as malformed:
            if not results:
                return 400, _error(malformed.kind, "", malformed.field, malformed.message)
            return 200, _terminated(results, call.steps[len(results) :], malformed)
    return 200, _answer(results)


def _answer(results: list[dict[str, Any]], waiting: int = 0) -> dict[str, Any]:
    failed = sum("errorType" in result for result in results)
    return {
        "results": results,
        "wasTerminated": False,
        "nrOfSuccessfullTransactions": len(results) - failed - waiting,
        "nrOfFailedTransactions": failed,
        **({"nrOfNotProcessedTransactions": waiting} if waiting else {}),
    }


def _terminated(results: list[dict[str, Any]], rest: Sequence[Step], why: Malformed) -> dict[str, Any]:
    waiting = [{"transaction": step.transaction, "notProcessed": True, "records": []} for step in rest]
    reason = {"wasTerminated": True, "terminationReason": why.message, "terminationErrorType": why.kind}
    return _answer(results + waiting, len(waiting)) | reason


def _error(kind: str, code: str, field: str, message: str) -> dict[str, Any]:
    return {"errorMessage": message, "errorType": kind, "errorCode": code, "errorCfg": "", "errorField": field}


def _run_step(tenant: Tenant, call: Call, step: Step) -> dict[str, Any]:
    name = f"{call.program}/{step.transaction}"
    if name not in PROGRAMS:
        raise Malformed("TransactionNotFound", "", f"Transaction {step.transaction} of {call.program} was not found")
    layout = LAYOUTS[name]
    _check_shape(layout, step.record)
    result: dict[str, Any] = {"transaction": step.transaction}
    if call.extended:
        result["parameters"] = step.record
    try:
        records = PROGRAMS[name](tenant, _given(tenant, layout, call, step.record))
    except Refused as refused:
        return result | _refusal(tenant, call, step, refused) | {"records": []}
    taken, broken = _cut(tenant, name, call, records)
    shaped = list(map(_shape(layout, call, step), taken))
    return result | (_refusal(tenant, call, step, broken) if broken else {}) | {"records": shaped}


def _refusal(tenant: Tenant, call: Call, step: Step, refused: Refused) -> dict[str, Any]:
    text = refused.text(call.language or tenant.options.language)
    error = _error("ServerReturnedNOK", refused.code, refused.field, text)
    return {"parameters": step.record, "notProcessed": False} | error


def _cut(tenant: Tenant, name: str, call: Call, records: Iterable[Record]) -> tuple[list[Record], Refused | None]:
    """Give no more rows than asked and allowed; break a list off where the tenant was told to."""
    limit = min(filter(None, (call.limit, tenant.ceiling)), default=None)
    taken = list(islice(records, limit))
    if name not in tenant.cut_short:
        return taken, None
    half = len(taken) // 2
    return taken[:half], Refused("XLS0001", "", str(half))


def _check_shape(layout: Layout, record: Record) -> None:
    """Refuse what the interface itself refuses, before any program runs."""
    for name, value in record.items():
        field = layout.inputs.get(name)
        if field is None:
            raise Malformed("InputFieldNotFound", name, f"Input field {name} was not found")
        if len(value) > field.length:
            raise Malformed("InputFieldTooLong", name, f"Input field {name} is longer than {field.length}")
    for field in layout.inputs.values():
        if field.required and not record.get(field.name, "").strip():
            raise Malformed("MandatoryInputFieldNotFound", field.name, f"Mandatory field {field.name} was not found")


def _given(tenant: Tenant, layout: Layout, call: Call, record: Record) -> Record:
    """Complete the input: blanks for what was not said, the call's company and division, numbers checked."""
    context = {"CONO": call.company or tenant.options.company, "DIVI": call.division}
    given = {name: record.get(name, "").rstrip() or context.get(name, "") for name in layout.inputs}
    for company in filter(None, (call.company, given.get("CONO", ""))):
        if company != tenant.options.company:
            raise Refused("WCO0103", "CONO", company)
    for division in filter(None, (call.division, given.get("DIVI", ""))):
        checks.master(tenant, "CMNDIV", division, "WDI0103", "DIVI")
    for field in layout.inputs.values():
        if field.numeric:
            checks.number(given[field.name], field.name)
    return given


def _shape(layout: Layout, call: Call, step: Step) -> Callable[[Record], Record]:
    """Make what gives the transaction's output fields as text, padded and chosen as the call asks."""
    lengths = {
        field.name: field.length
        for field in layout.outputs.values()
        if not step.columns or field.name in step.columns
    }
    padding = {name: 0 if call.right_trim else length for name, length in lengths.items()}
    blank = {} if call.exclude_empty else {name: " " * length for name, length in padding.items()}

    def shape(record: Record) -> Record:
        texts = {name: text[: lengths[name]].rstrip() for name, text in record.items() if name in lengths}
        return blank | {name: text.ljust(padding[name]) for name, text in texts.items() if text}

    return shape
