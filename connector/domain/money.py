"""Money: a Decimal with its currency, rounded in one place, split so that the parts add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

# fmt: off
_NO_DIGITS = ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
              "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF")
# fmt: on
_THREE_DIGITS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
MINOR_UNITS = {**dict.fromkeys(_NO_DIGITS, 0), **dict.fromkeys(_THREE_DIGITS, 3)}
"""Digits after the point where ISO 4217 says other than two."""


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum."""


_MOST_DIGITS = 40
"""A few letters, such as 1E+999999999, would grow into gigabytes where they are written out."""


def decimal(text: object) -> Decimal:
    """Parse an amount from its written form; a float is refused.

    :raises ValueError: not a finite decimal number, or one of more than 40 digits before or behind the point.
    """
    if isinstance(text, bool | float):
        raise ValueError(f"{text!r} is not an exact amount")
    try:
        number = Decimal(str(text))
    except InvalidOperation as exc:
        raise ValueError(f"{text!r} is not an amount") from exc
    if not number.is_finite() or max(number.adjusted(), -int(number.as_tuple().exponent)) > _MOST_DIGITS:
        raise ValueError(f"{text!r} is not an amount")
    return number


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency."""

    amount: Decimal
    currency: str

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in this currency."""
        return cls(Decimal(0), currency)

    @property
    def minor_unit(self) -> Decimal:
        """The smallest amount the currency is booked in: 0.01 for most."""
        return Decimal(1).scaleb(-MINOR_UNITS.get(self.currency, 2))

    def rounded(self) -> Money:
        """Round half up to the minor unit: done once, at posting."""
        return Money(self.amount.quantize(self.minor_unit, ROUND_HALF_UP), self.currency)

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self} and {other} cannot be added")
        return other.amount

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * factor, self.currency)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Add amounts up; nothing is zero of ``currency``."""
    return sum(amounts, Money.zero(currency))


def split(whole: Money, weights: Sequence[Decimal]) -> list[Money]:
    """Share ``whole`` by weight in minor units; the parts add up to it exactly.

    :raises ValueError: no weight, a negative one, or all zero.
    """
    if not weights or any(weight < 0 for weight in weights) or not any(weights):
        raise ValueError("a split needs weights that are not negative and not all zero")
    whole_weight = sum(weights)
    parts: list[Money] = []
    seen, given = Decimal(0), Money.zero(whole.currency)
    for weight in weights[:-1]:
        seen += weight
        upto = Money(whole.amount * seen / whole_weight, whole.currency).rounded()
        parts.append(upto - given)
        given = upto
    return [*parts, whole - given]
