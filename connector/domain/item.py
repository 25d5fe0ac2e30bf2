"""An item as the ERP has it: what it is, what it costs, how much of it there is. Three facts that change apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from connector.domain.codec import plain, read
from connector.domain.money import Money


class Aspect(Enum):
    """One of the three facts about an item; each has its own poll, fingerprint and publication."""

    DETAILS = "details"
    PRICE = "price"
    STOCK = "stock"


@dataclass(frozen=True, slots=True)
class Item:
    """What an item is. ``weight`` is net, in the unit that the ERP keeps; ``sold``: it may be sold today."""

    number: str
    name: str
    description: str
    weight: Decimal | None
    sold: bool


@dataclass(frozen=True, slots=True)
class PriceTerm:
    """The price of *one* unit from a day on, exact and not yet rounded; ``until`` is its last day, None for ever."""

    amount: Money
    with_tax: bool
    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether it applies on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class ItemPrice:
    """Every price of an item that applies now or later; of several that apply, the one that began last counts.

    ``whole``: these are all its terms. Otherwise only those that changed: they join what is known.
    """

    item: str
    terms: tuple[PriceTerm, ...]
    whole: bool = True

    def on(self, day: date) -> PriceTerm | None:
        """Give the term that applies on a day."""
        return next(iter(self.rivals(day)), None)

    def rivals(self, day: date) -> list[PriceTerm]:
        """Give the terms that apply on a day and began on the same one: of several it is open which counts."""
        holding = [term for term in self.terms if term.holds(day)]
        newest = max((term.since for term in holding), default=None)
        return [term for term in holding if term.since == newest]

    def turns(self, day: date) -> date | None:
        """Give the next day on which another term may apply."""
        ends = (date.fromordinal(term.until.toordinal() + 1) for term in self.terms if term.until)
        return min((turn for turn in (*ends, *(term.since for term in self.terms)) if turn > day), default=None)

    def joined(self, known: ItemPrice | None) -> ItemPrice:
        """Give all terms, these over those that were known."""
        if self.whole or known is None:
            return ItemPrice(self.item, _by_day(self.terms))
        return ItemPrice(self.item, _by_day((*known.terms, *self.terms)))


@dataclass(frozen=True, slots=True)
class ItemStock:
    """How much of an item one warehouse can promise, in its basic unit; may be negative or a fraction."""

    item: str
    warehouse: str
    available: Decimal


class ItemState(Enum):
    """Where a fact stands on its way to the store: it is due whenever it, or what it is mapped by, has changed."""

    DUE = "due"
    PUBLISHED = "published"
    WAITING = "waiting"  # it cannot be created before it has a price
    LEFT_OUT = "left_out"  # the store needs nothing of it; the reason says why
    REFUSED = "refused"  # the store or the mapping does not take it; the reason says why


Fact = Item | ItemPrice | ItemStock
_KINDS: dict[Aspect, type[Fact]] = {Aspect.DETAILS: Item, Aspect.PRICE: ItemPrice, Aspect.STOCK: ItemStock}


def dump(fact: Fact) -> str:
    """Write a fact down, the same fact always alike."""
    return json.dumps(plain(fact, amount=_shortest), separators=(",", ":"), sort_keys=True)


def load(aspect: Aspect, written: str) -> Fact:
    """Read a fact back.

    :raises ValueError: it is none of this aspect.
    """
    return read(_KINDS[aspect], json.loads(written))


def fingerprint(written: str) -> str:
    """Digest what ``dump`` wrote."""
    return hashlib.sha256(written.encode()).hexdigest()


def _by_day(terms: Iterable[PriceTerm]) -> tuple[PriceTerm, ...]:
    """Sort terms by their first day; a later one of the same day and currency replaces the earlier."""
    return tuple(term for _, term in sorted({(term.since, term.amount.currency): term for term in terms}.items()))


def _shortest(amount: Decimal) -> str:
    text = f"{amount:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
