"""What a test or a demo may choose about the simulated SyteLine site."""

from __future__ import annotations

from dataclasses import dataclass

from connector.sandbox.infor.options import IonOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Options(IonOptions):
    """The site's organisation and its moods.

    ``ceiling`` is the most rows any page has, whatever was asked; ``cut_short`` lets every list break off;
    ``changes_taken`` is how many changes of a request are done, the others are passed over in silence;
    ``cascades``: deleting an order deletes its lines; ``journal_fixed``: the journal cannot be written.
    """

    config: str = "ACME_TST_MAIN"
    site: str = "MAIN"
    warehouse: str = "MAIN"
    second_warehouse: str = "EAST"
    journal: str = "BigCom"
    ceiling: int | None = None
    cut_short: bool = False
    changes_taken: int = 1
    cascades: bool = True
    journal_fixed: bool = False
