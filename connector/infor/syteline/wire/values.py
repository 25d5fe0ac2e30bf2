"""How values are written and read (facts/infor.md §3): all texts, days with a midnight, keys padded by ``/info``.

What does not fit is treated by what it is: an identity is a gap of the mapping, named with its length; any other text
loses its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from connector.domain.faults import ContractBroken, MappingGap
from connector.domain.money import decimal
from connector.infor.syteline.answers import Record
from connector.infor.syteline.client import Client


def day(moment: date) -> str:
    """A day begins at midnight."""
    return f"{moment:%Y%m%d} 00:00:00.000"


def number(amount: Decimal) -> str:
    """Numbers have a dot and no exponent."""
    return format(amount, "f")


def day_of(row: Record, name: str) -> date | None:
    """Read a day; None where there is none.

    :raises ContractBroken: it is none.
    """
    text = row.get(name, "")
    if not text:
        return None
    try:
        return datetime.strptime(text[:8], "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise ContractBroken(f"SyteLine gave {text!r} where {name} is a day") from None


def number_of(row: Record, name: str) -> Decimal:
    """Read a number; an empty one is zero.

    :raises ContractBroken: it is none.
    """
    try:
        return decimal(row.get(name) or 0)
    except ValueError:
        raise ContractBroken(f"SyteLine gave {row[name]!r} where {name} is a number") from None


def identity(row: Record, name: str) -> str:
    """Read what a row is about.

    :raises ContractBroken: it does not say.
    """
    if not row.get(name):
        raise ContractBroken(f"SyteLine gave a row without {name}")
    return row[name]


def in_order(numbers: Iterable[str]) -> list[str]:
    """Sort numbers, lowest first, each once: they are texts, of one length or not."""
    return sorted(set(numbers), key=lambda each: (len(each), each))


def whole(client: Client, ido: str, name: str, value: str) -> str:
    """Give what is worth nothing without its end: as it is where it fits, else nothing."""
    return "" if 0 < client.property(ido, name).length < len(value) else value


def fitting(client: Client, ido: str, values: Mapping[str, str], identities: Iterable[str]) -> Record:
    """Write a row: empty values left out, keys padded, texts cut to their length.

    :raises MappingGap: an identity does not fit; every one of them is named.
    """
    kept, written, gaps = set(identities), {}, []
    for name, value in values.items():
        told = client.property(ido, name)
        too_long = told.is_text and 0 < told.length < len(value)
        if too_long and name in kept:
            gaps.append(f"{name} takes {told.length} characters, {value!r} has {len(value)}")
        elif value.strip():
            written[name] = client.key(ido, name, value[: told.length].rstrip() if too_long else value)
    if gaps:
        raise MappingGap(f"{ido}: {'; '.join(gaps)}")
    return written
