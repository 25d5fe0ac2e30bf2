"""What each IDO has: properties with their lengths, which of them are keys, and how they are kept.

A property is written ``Name:10``, a text of that length; behind it ``r`` means standing at the right end, ``!`` a
key, ``*`` read only. ``Name#2`` is a number with two decimals, ``Name@`` a day or a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SPEC = re.compile(r"(?P<name>\w+)(?:(?P<kind>[:#@])(?P<size>\d*))(?P<marks>[r!*]*)")
_ADDRESS = "Addr_1:50 Addr_2:50 City:30 State:5 Zip:10 Country:30 Contact_1:30 Phone_1:25 ExternalEmailAddr:60"
_AMOUNTS = (
    "Acct:12 AcctUnit1:4 AcctUnit2:4 AcctUnit3:4 AcctUnit4:4 TransDate@ CurrCode:3 DomAmount#2 ForAmount#2 ExchRate#7"
)
_SPECS = {
    "SLCos": """
        CoNum:10r! CustNum:7r CustSeq#0 CustPo:22 OrderDate@ Stat:1 Type:1 CurrCode:3 Whse:4 OrigSite:8 Contact:30
        Phone:25 Charfld1:20""",
    "SLCoitems": """
        CoNum:10r! CoLine#0! Item:30 QtyOrdered#8 QtyOrderedConv#8 Price#8 PriceConv#8 DueDate@ Stat:1""",
    "SLCustomers": f"""
        CustNum:7r! CustSeq#0! Name:60 {_ADDRESS} CurrCode:3 TermsCode:3 TaxCode1:6 Slsman:8 ShipCode:4 BankCode:3
        EndUserType:6 InvFreq:1 CustType:6 CreditHold#0""",
    "SLItems": "Item:30! Description:40 Stat:1 ProductCode:10 UnitWeight#4 UM:3",
    "SLItemprices": "Item:30! CurrCode:3! EffectDate@! UnitPrice1#8",
    "SLItemwhses": "Item:30! Whse:4! QtyOnHand#8 QtyAllocCo#8",
    "SLWhses": "Whse:4! Name:30",
    "SLSites": "Site:8! SiteName:30",
    "SLChartAccts": "Acct:12! Description:40 ObsDate@",
    "SLJournals": f"Id:10! Seq#0! {_AMOUNTS} Ref:40",
    "SLLedgers": f"TransNum#0! {_AMOUNTS} Ref:40 ControlYear#0 ControlPeriod#0 ControlNumber#0",
}


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an IDO."""

    name: str
    kind: str
    size: int
    key: bool
    right: bool
    fixed: bool

    def told(self, *, fixed: bool) -> dict[str, Any]:
        """Describe it as ``/info`` does."""
        kind = {":": "String", "#": "Decimal", "@": "DateTime"}[self.kind]
        return {
            "Name": self.name,
            "DataType": kind,
            "Length": self.size if self.kind == ":" else 23,
            "DecimalPos": self.size if self.kind == "#" else 0,
            "JustifyFormat": "R" if self.right or self.kind == "#" else "L",
            "ReadOnly": fixed or self.fixed,
            "Required": self.key,
            "DateFormat": "",
            "DefaultValue": "",
        }


def _property(spec: str) -> Property:
    found = _SPEC.fullmatch(spec)
    if found is None:
        raise ValueError(f"{spec} describes no property")
    marks = found["marks"]
    size = int(found["size"] or 0)
    return Property(found["name"], found["kind"], size, key="!" in marks, right="r" in marks, fixed="*" in marks)


IDOS: Mapping[str, Mapping[str, Property]] = {
    ido: {each.name: each for each in map(_property, (*specs.split(), "RecordDate@*", "RowPointer:36*"))}
    for ido, specs in _SPECS.items()
}


def keys(ido: str) -> tuple[str, ...]:
    """The key of an IDO."""
    return tuple(name for name, each in IDOS[ido].items() if each.key)
