"""What a test or a demo may choose about the simulated M3 company."""

from __future__ import annotations

from dataclasses import dataclass

from connector.sandbox.infor.options import IonOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(IonOptions):
    """The company's organisation and its moods.

    ``sign`` says how the GL interface tells debit from credit: ``signed`` amounts, or ``dbcr`` codes D and C;
    ``cut_short`` names lists that break off half-way with an error beside the records; ``ceiling`` is the most rows
    any list returns, whatever was asked.
    """

    exportmi: bool = True
    sign: str = "signed"
    cut_short: frozenset[str] = frozenset()
    ceiling: int | None = None
    language: str = "GB"
    company: str = "100"
    division: str = "AAA"
    facility: str = "A01"
    warehouse: str = "001"
    second_warehouse: str = "002"
    order_type: str = "WEB"
    credit_order_type: str = "WCR"
    gl_interface: str = "BCGLIF"
    user: str = "BCSVC"
