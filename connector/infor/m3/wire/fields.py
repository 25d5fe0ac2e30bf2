"""How long each field we fill may be, and what happens to a value that is longer.

The mark behind a length is its rule:

* none: the end is cut off; names, towns and descriptions stay readable;
* ``?``: the value is left out, because half of it would be wrong (a phone number, an e-mail address);
* ``!``: never cut, never left out: an identity. What does not fit is a gap in the mapping, named with its length.

A street longer than one address line flows on into the next of the four lines before anything is cut; a state is
sent as a code only when it is one, and otherwise stands in the address lines. Lengths: facts/m3-fields.txt;
`connection ping` compares them with the tenant's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from connector.domain.faults import ContractBroken, MappingGap
from connector.domain.money import decimal
from connector.infor.m3.transaction import Record, Transaction

_TABLE = {
    "OIS100MI/AddBatchHead": """
        CUNO10! ORTP3! FACI3! WHLO3! CUOR20! CUDT10! ORDT10! RLDT10! CUCD3! OREF30 YREF30""",
    "OIS100MI/AddBatchAddress": """
        ORNO10! ADRT2! CUNM36 CUA136 CUA236 CUA336 CUA436 PONO10 TOWN20 ECAR2! CSCD3! PHNO10? PHN216? YREF30""",
    "OIS100MI/AddBatchLine": "ORNO10! ITNO15! ORQT16! WHLO3! DWDT10! SAPR18! SACD5! CUPO7!",
    "OIS100MI/AddBatchHeadChg": "ORNO10! CRID6! CRAM16! CRD030 CUCD3!",
    "OIS100MI/AddBatchText": "ORNO10! TYPE1! TYTR1! PARM240",
    "OIS100MI/Confirm": "ORNO10!",
    "OIS100MI/DelBatchHead": "ORNO10!",
    "CRS610MI/Add": """
        CUTM10! CUNM36 CUA136 CUA236 CUA336 CUA436 PONO10 TOWN20 ECAR2! CSCD3! PHNO16? MAIL50? ALCU10! YREF30""",
    "GLS840MI/AddBatchHead": "CONO3! DIVI3! KEY115! INTN15! DESC40",
    "GLS840MI/AddBatchLineFld": """
        KEY115! LINE7! DIVI3! INRI2! GRNR10! AIT110! AIT210! AIT310! AIT410! AIT510! AIT610! AIT710! CUCD3! CUAM17!
        DBCR1! ACDT10! VTXT40""",
    "GLS840MI/CtrlBatch": "CONO3! DIVI3! KEY115!",
    "GLS840MI/UpdBatch": "CONO3! DIVI3! KEY115!",
    "GLS840MI/DelBatch": "CONO3! DIVI3! KEY115!",
}

_TOO_LARGE = Decimal(10) ** 18
"""No number of M3 has more than 17 digits."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Field:
    """One input field; ``rule`` is the mark explained above."""

    length: int
    rule: str


def _field(spec: str) -> Field:
    digits = spec[4:].rstrip("!?")
    return Field(int(digits), spec[4 + len(digits) :])


FIELDS: Mapping[str, Mapping[str, Field]] = {
    name: {spec[:4]: _field(spec) for spec in specs.split()} for name, specs in _TABLE.items()
}
"""Every transaction that writes and every field it may carry, by ``PROGRAM/Transaction``."""


def day(moment: date) -> str:
    """Dates are yyyyMMdd (facts/infor.md §2.4)."""
    return moment.strftime("%Y%m%d")


def amount(number: Decimal) -> str:
    """Numbers have a dot and no exponent."""
    return format(number, "f")


def stamp(moment: datetime) -> str:
    """A time of change is in milliseconds since 1970 (facts/infor.md §2.9, inferred)."""
    return str((moment - _EPOCH) // timedelta(milliseconds=1))


def identity(row: Record, field: str) -> str:
    """Read what a listed row is about.

    :raises ContractBroken: it does not say.
    """
    if not row.get(field):
        raise ContractBroken(f"M3 gave a row without {field}")
    return row[field]


def number(row: Record, field: str) -> Decimal:
    """Read a number; an empty one is zero (facts/infor.md §2.4).

    :raises ContractBroken: it is none.
    """
    try:
        found = decimal(row.get(field) or 0)
    except ValueError:
        found = _TOO_LARGE
    if abs(found) >= _TOO_LARGE:
        raise ContractBroken(f"M3 gave {row[field][:40]!r} where {field} is a number")
    return found


def digits(text: str) -> int:
    """Read a status or a length; -1 where it is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def day_of(row: Record, field: str) -> date | None:
    """Read a date; None where there is none, and for the year 9999, which stands for never.

    :raises ContractBroken: it is none.
    """
    text = row.get(field, "")
    if not text.strip("0") or text.startswith("9999"):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise ContractBroken(f"M3 gave {text[:40]!r} where {field} is a date") from None


def in_order(numbers: Iterable[str]) -> list[str]:
    """Sort M3's numbers, lowest first, each once: they are texts, of one length or not."""
    return sorted(set(numbers), key=lambda number: (len(number), number))


def write(name: str, values: Mapping[str, str], columns: tuple[str, ...] = ()) -> Transaction:
    """Build a writing transaction: empty values left out, long ones treated by their field's rule.

    :raises MappingGap: an identity does not fit; every one of them is named.
    """
    layout = FIELDS[name]
    filled = {field: _tidy(value, layout[field]) for field, value in values.items() if value.strip()}
    too_long = [
        f"{field} takes {layout[field].length} characters, {value!r} has {len(value)}"
        for field, value in filled.items()
        if layout[field].rule == "!" and len(value) > layout[field].length
    ]
    if too_long:
        raise MappingGap(f"{name}: {'; '.join(too_long)}")
    program, _, transaction = name.partition("/")
    return Transaction(program, transaction, _shortened(layout, filled), columns)


def write_all(pieces: Iterable[tuple[str, Callable[[], Transaction]]]) -> list[Transaction]:
    """Build several transactions, each with what people call it.

    :raises MappingGap: names everything that does not fit in any of them.
    """
    made: list[Transaction] = []
    gaps: list[str] = []
    for name, build in pieces:
        try:
            made.append(build())
        except MappingGap as gap:
            gaps.append(f"{name}: {gap}")
    if gaps:
        raise MappingGap("; ".join(gaps))
    return made


def _tidy(value: str, field: Field) -> str:
    """Free text on one line; an identity as it is."""
    return value.strip() if field.rule == "!" else " ".join(value.split())


def _shortened(layout: Mapping[str, Field], filled: Mapping[str, str]) -> dict[str, str]:
    return {
        field: value[: layout[field].length].rstrip()
        for field, value in filled.items()
        if layout[field].rule != "?" or len(value) <= layout[field].length
    }
