"""A difference between a total and the sum of its parts: always measured, always classed, never plugged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from connector.domain.money import Money, total


class ResidualClass(Enum):
    """Why a total is not the sum of its parts. The value is what a journal line's text says."""

    ROUNDING = "rounding"
    """Within the tolerance: cents of fractions; booked to the rounding account."""
    ORDER_LEVEL_REFUND = "order-level refund"
    """Given back on the order as a whole, for no thing in particular and without tax; booked to returns."""
    MERCHANT_OVERRIDE = "merchant override"
    """The merchant dictated the amounts of a refund; booked as dictated."""
    UNEXPLAINED = "unexplained"
    """Beyond the tolerance: nothing is booked, a person looks at it."""


@dataclass(frozen=True, slots=True)
class Term:
    """One number of an arithmetic, with its name."""

    label: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Residual:
    """What is left when the parts are taken from the whole, with the arithmetic as lines to read."""

    kind: ResidualClass
    amount: Money
    arithmetic: tuple[str, ...]


def judge(whole: Term, parts: Sequence[Term], tolerance: Decimal) -> Residual:
    """Compare a whole with its parts: what is left is rounding, or nobody can explain it."""
    explained = total((part.amount for part in parts), whole.amount.currency)
    left = whole.amount - explained
    within = abs(left.amount) <= tolerance
    terms = [
        *parts,
        Term("adds up to", explained),
        whole,
        Term(f"difference (tolerance {tolerance})", left),
    ]
    return Residual(
        ResidualClass.ROUNDING if within else ResidualClass.UNEXPLAINED,
        left,
        tuple(f"{term.label}: {term.amount}" for term in terms),
    )
