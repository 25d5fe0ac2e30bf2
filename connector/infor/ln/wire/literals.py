"""How values are written in a filter and read from a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from connector.domain.faults import ContractBroken
from connector.infor.ln.answers import Row

ETAG = "@odata.etag"
A_FEW = 20
"""Values that one filter names: its text stays far below what an address may hold."""
EXACT = Decimal("0.000001")
"""LN's fractions have six decimals."""


def text(value: str) -> str:
    """Write a text."""
    return "'" + value.replace("'", "''") + "'"


def moment(value: datetime) -> str:
    """Write a moment."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def enum(service: str, name: str, member: str) -> str:
    """Write a member of an enumeration: with its namespace, as LN demands."""
    return f"{service}.{name}{text(member)}"


def one_of(field: str, values: Iterable[str]) -> str:
    """Ask for any of some texts."""
    return " or ".join(f"{field} eq {text(value)}" for value in values)


def few(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut values into portions that one filter holds."""
    for start in range(0, len(values), A_FEW):
        yield values[start : start + A_FEW]


def said(row: Row, field: str) -> str:
    """Read a text without the blanks around it; empty where there is none."""
    value = row.get(field)
    return "" if value is None else str(value).strip()


def identity(row: Row, field: str) -> str:
    """Read what a row is about.

    :raises ContractBroken: it does not say.
    """
    if not said(row, field):
        raise ContractBroken(f"LN gave a row without {field}")
    return said(row, field)


def number(row: Row, field: str) -> Decimal | None:
    """Read a number to six decimals; None where there is none.

    :raises ContractBroken: it is none.
    """
    value = row.get(field)
    if value is None:
        return None
    try:
        if not isinstance(value, bool) and isinstance(value, int | Decimal):
            return Decimal(value).quantize(EXACT, ROUND_HALF_UP)
    except InvalidOperation:  # too big for any amount or quantity
        pass
    raise ContractBroken(f"LN gave {field} as {str(value)[:40]!r}, which is no number that it can hold")


def yes(row: Row, field: str) -> bool:
    """Read an answer."""
    return said(row, field) == "Yes"
