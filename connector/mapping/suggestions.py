"""What a gap of the mapping profile is likely to become: proposed with its reason where exactly one thing fits. Pure.

Nothing is guessed: where two fit, or none, a gap stays, with what comes near it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from connector.domain.item import Item
from connector.domain.ledger_account import LedgerAccount

NEAR = 8
"""Accounts that are named beside a gap."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "receivable": ("receivable", "debtor"),
    "shipping": ("shipping", "freight", "carriage", "delivery"),
    "handling": ("handling",),
    "gift_wrap": ("wrap",),
    "fees": ("fee", "surcharge"),
    "discounts": ("discount", "coupon", "promotion"),
    "returns": ("return", "refund"),
    "rounding": ("rounding",),
    "gift_certificates": ("certificate", "voucher", "gift card"),
    "store_credit": ("store credit",),
    "tax": ("tax", "vat", "gst"),
    "clearing": ("clearing", "psp", "processor"),
    "sales": ("sales", "revenue"),
}
"""How accounts of a role are named. One named for several roles is taken for the first of them only."""

_COMMON = frozenset({"tax", "sales", "vat", "gst", "state", "county", "city", "payment", "payments", "credit"})
"""Words of a tax's or gateway's name that tell no account from another."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One line of a profile. ``value`` is empty where nothing fits: a gap; ``near`` then names what might."""

    path: tuple[str, ...]
    value: str
    reason: str
    near: tuple[LedgerAccount, ...] = ()


@dataclass(frozen=True, slots=True)
class WantedSku:
    """A SKU that needs an item, with the codes that are printed on it."""

    sku: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccountChoice:
    """The accounts that may be chosen; ``listed`` is False where the ERP does not list them."""

    accounts: tuple[LedgerAccount, ...] = ()
    listed: bool = True
    _by_role: dict[str, tuple[LedgerAccount, ...]] = field(default_factory=dict)

    def of(self, role: str) -> tuple[LedgerAccount, ...]:
        """Every usable account that is named for a role, and for none before it."""
        if not self._by_role:
            left = [account for account in self.accounts if account.usable]
            for each, words in WORDS.items():
                self._by_role[each] = tuple(one for one in left if _has(one.name, words))
                left = [one for one in left if one not in self._by_role[each]]
        return self._by_role[role]


def account(role: str, chart: AccountChoice) -> Proposal:
    """Propose the account of a role that has one."""
    path, found = ("accounts", role), chart.of(role)
    return _only(path, found, chart, f"the only open account that is named like {role.replace('_', ' ')}")


def below(role: str, name: str, chart: AccountChoice) -> Proposal:
    """Propose the account of a gateway (``clearing``) or of a tax, by its name."""
    path = ("accounts", role, name or "default")
    pool = chart.of(role) if role == "tax" else tuple(one for one in chart.accounts if one.usable)
    words = _distinctive(name)
    named = tuple(one for one in pool if words & _words(one.name))
    if len(named) == 1:
        shared = ", ".join(sorted(words & _words(named[0].name)))
        return Proposal(path, named[0].number, f"{named[0]}, the only open account with its word {shared}")
    if role == "tax" and len(pool) == 1:
        return Proposal(path, pool[0].number, f"{pool[0]} is the only open account that is named like a tax")
    return _gap(path, named or chart.of(role), chart)


def _only(path: tuple[str, ...], found: Sequence[LedgerAccount], chart: AccountChoice, why: str) -> Proposal:
    return Proposal(path, found[0].number, f"{found[0]}, {why}") if len(found) == 1 else _gap(path, found, chart)


def _gap(path: tuple[str, ...], near: Sequence[LedgerAccount], chart: AccountChoice) -> Proposal:
    if not chart.listed:
        return Proposal(path, "", "the ERP does not list its accounts: write one")
    return Proposal(path, "", f"{len(near) or 'no'} open accounts are named like it: choose one", tuple(near[:NEAR]))


def _has(name: str, words: Iterable[str]) -> bool:
    told = name.casefold()
    return any(re.search(rf"\b{re.escape(word)}", told) for word in words)


def _words(name: str) -> set[str]:
    return set(re.findall(r"\w+", name.casefold().replace("_", " ")))


def _distinctive(name: str) -> set[str]:
    return {word for word in _words(name) if word not in _COMMON and len(word) > 1}


@dataclass
class ItemFinder:
    """Finds the items of SKUs in a list that is read piece by piece: only what fits is kept."""

    articles: Collection[WantedSku]
    found: dict[str, Item] = field(default_factory=dict)
    _like: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._exact = {article.sku for article in self.articles}
        self._plain = {_plain(article.sku) for article in self.articles}

    def look_at(self, items: Iterable[Item]) -> None:
        """Keep those of some items that a SKU or code may mean."""
        for item in items:
            plain = _plain(item.number)
            if item.number in self._exact or plain in self._plain:
                self.found[item.number] = item
                self._like.setdefault(plain, set()).add(item.number)

    def proposals(self, by_code: Mapping[str, Collection[str]]) -> list[Proposal]:
        """Propose an item for each SKU; ``by_code``: the items that carry a code."""
        return [self._proposal(article, by_code) for article in self.articles]

    def _proposal(self, article: WantedSku, by_code: Mapping[str, Collection[str]]) -> Proposal:
        path = ("items", "table", article.sku)
        if not article.sku:
            return Proposal(path, "", "articles without a SKU: choose the item to book them on")
        for number, reason in self._candidates(article, by_code):
            item = self.found.get(number)
            if item is None or item.sold:
                return Proposal(path, number, reason)
        closed = next((number for number, _ in self._candidates(article, by_code)), "")
        return Proposal(
            path, "", f"item {closed} is not open for sale" if closed else "no item has its number or code"
        )

    def _candidates(self, article: WantedSku, by_code: Mapping[str, Collection[str]]) -> Iterable[tuple[str, str]]:
        if article.sku in self.found:
            yield article.sku, "it is the item's number"
        for code in article.codes:
            carrying = by_code.get(code, ())
            if len(carrying) == 1:
                yield next(iter(carrying)), f"the item carries its code {code}"
        alike = self._like.get(_plain(article.sku), set())
        if len(alike) == 1:
            yield next(iter(alike)), "the numbers differ in case, signs or leading zeros only"


def forms(code: str) -> tuple[str, ...]:
    """Give the ways to print a code: a UPC of 12 digits is an EAN of 13 with a zero before it."""
    if not code.isdecimal():
        return (code,)
    return tuple(dict.fromkeys((code, code.zfill(13), code.lstrip("0").zfill(12))))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold()).lstrip("0")
