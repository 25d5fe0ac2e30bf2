"""MRS001MI: which programs, transactions and fields this tenant has."""

from __future__ import annotations

from itertools import groupby

from connector.sandbox.infor.m3.layouts import LAYOUTS
from connector.sandbox.infor.m3.refusals import Refused
from connector.sandbox.infor.m3.rows import Record
from connector.sandbox.infor.m3.tenant import Tenant

_HEADER = 15
"""A record begins with the transaction's name, fifteen characters."""


def _programs() -> dict[str, list[str]]:
    names = sorted(name.split("/") for name in LAYOUTS)
    return {program: [name for _, name in group] for program, group in groupby(names, key=lambda pair: pair[0])}


def list_programs(tenant: Tenant, given: Record) -> list[Record]:  # noqa: ARG001 - the same for every tenant
    """List all programs."""
    return [{"MINM": program, "OBNM": program, "MIDS": program} for program in _programs()]


def list_transactions(tenant: Tenant, given: Record) -> list[Record]:  # noqa: ARG001 - the same for every tenant
    """List a program's transactions."""
    program = given["MINM"]
    if program not in _programs():
        raise Refused("WMI0103", "MINM", program)
    return [
        {"MINM": program, "TRNM": name, "TRDS": name, "STAT": "20", "SIMU": "M" if name.startswith("Lst") else "S"}
        for name in _programs()[program]
    ]


def list_fields(tenant: Tenant, given: Record) -> list[Record]:  # noqa: ARG001 - the same for every tenant
    """List a transaction's input (``TRTP`` I) or output (O) fields with positions, lengths and types."""
    layout = LAYOUTS.get(f"{given['MINM']}/{given['TRNM']}")
    if layout is None or given["TRTP"] not in {"I", "O"}:
        raise Refused("WMI0103", "TRNM", f"{given['MINM']} {given['TRNM']} {given['TRTP']}")
    rows: list[Record] = []
    end = _HEADER
    for field in (layout.inputs if given["TRTP"] == "I" else layout.outputs).values():
        start, end = end + 1, end + field.length
        place = {"FRPO": str(start), "TOPO": str(end), "LENG": str(field.length)}
        kind = {"TYPE": "N" if field.numeric else "A", "MAND": "1" if field.required else "0", "FLDP": "0"}
        rows.append(given | {"FLNM": field.name, "FLDS": field.name} | place | kind)
    return rows


TRANSACTIONS = {
    "MRS001MI/LstPrograms": list_programs,
    "MRS001MI/LstTransactions": list_transactions,
    "MRS001MI/LstFields": list_fields,
    "MRS001MI/LstAdtFieldInf": list_fields,
}
