"""What a test or a demo may choose about the simulated LN company."""

from __future__ import annotations

from dataclasses import dataclass

from connector.sandbox.infor.options import IonOptions

SEGMENT = 9
"""The blanks before an item's code: where a project would stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(IonOptions):
    """The company's organisation and its moods.

    ``page_size`` is the most rows that a page has, whatever was asked; ``keeps_reference`` off makes an LN whose
    CreateOrder knows no CustomerOrder.
    """

    company: str = "1300"
    sales_office: str = "SO1"
    order_type: str = "WEB"
    warehouse: str = "WH1"
    second_warehouse: str = "WH2"
    page_size: int = 200
    keeps_reference: bool = True
