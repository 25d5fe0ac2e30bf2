"""LN's item codes: a segment for the project, blank for what is no project's, and the code behind it."""

from __future__ import annotations

from connector.infor.ln.company import Company

MOST = 38
"""Characters of a code behind its segment: LN's codes have 47 with it."""


def padded(item: str, company: Company) -> str:
    """Write an item's code as LN keeps it: the blanks before it belong to it."""
    return " " * int(company.item_segment) + item


def of_a_project(code: str, company: Company) -> bool:
    """Whether an item belongs to a project, so that it is no article of a shop."""
    return bool(code[: int(company.item_segment)].strip())
