"""From sums with a meaning to a balanced journal entry with accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Context

from connector.domain.faults import Unexplained
from connector.domain.journal import JournalEntry, JournalLine, Side, dated
from connector.domain.money import Money, total
from connector.domain.posting import UNPOSTS, PostingKind
from connector.domain.residual import ResidualClass, Term, judge
from connector.mapping.accounts import Account, account_of
from connector.mapping.booking_day import booking_day
from connector.mapping.case import Case, Held

RECEIVABLE, SALES, RETURNS, DISCOUNTS = "receivable", "sales", "returns", "discounts"
SHIPPING, HANDLING, GIFT_WRAP, FEES = "shipping", "handling", "gift_wrap", "fees"
TAX, CLEARING, ROUNDING = "tax", "clearing", "rounding"
GIFT_CERTIFICATES, STORE_CREDIT = "gift_certificates", "store_credit"
LONGEST_TEXT = 40
_MONEY = frozenset({CLEARING, GIFT_CERTIFICATES, STORE_CREDIT})
_DIVIDED = Context(prec=24)
_OF_THE_ORDER = frozenset(
    {
        PostingKind.SALE,
        PostingKind.REVERSAL,
        PostingKind.CORRECTION,
        PostingKind.UNPOST_SALE,
        PostingKind.UNPOST_REVERSAL,
        PostingKind.UNPOST_CORRECTION,
    }
)
"""Kinds whose source is the order itself: its number stands in the text already."""


@dataclass(frozen=True, slots=True)
class Part:
    """One sum of an entry before it has an account: debit positive, not rounded.

    ``names`` choose below a role (a tax's name; a gateway, then its method); ``text`` tells the fact it books.
    """

    role: str
    amount: Money
    text: str
    names: tuple[str, ...] = ()


def gathered(parts: Iterable[Part]) -> list[Part]:
    """Add up parts of one side that mean the same: a sixty-line order has one sales line."""
    sums: dict[tuple[object, ...], Part] = {}
    for part in parts:
        key = (part.role, part.text, part.names, part.amount.amount > 0)
        before = sums.get(key)
        sums[key] = replace(part, amount=before.amount + part.amount) if before else part
    return list(sums.values())


def explained(whole: Term, parts: Sequence[Term], case: Case, subject: str) -> None:
    """Check that the parts make the whole, within the customer's tolerance.

    :raises Held: they do not; the arithmetic is told line by line.
    """
    residual = judge(whole, parts, case.tolerance)
    if residual.kind is ResidualClass.UNEXPLAINED:
        what = f"{subject}: {residual.amount} of {whole.label} {whole.amount} is unexplained"
        raise Held((Unexplained(what, detail="\n".join(residual.arithmetic)),))


def in_cents(amounts: Sequence[Money]) -> list[Money]:
    """Round amounts so that their sum is the rounded sum: each takes over what the ones before it left.

    What divisions left far behind the point does not count: three thirds of 0.025 are 0.025.
    """
    rounded: list[Money] = []
    for number, amount in enumerate(amounts, start=1):
        upto = _DIVIDED.plus(total(amounts[:number], amount.currency).amount)
        rounded.append(Money(upto, amount.currency).rounded() - total(rounded, amount.currency))
    return rounded


def rounded_off(parts: Iterable[Part], text: str) -> list[Part]:
    """Round each sum once; the cents that rounding leaves go to the rounding account under their own name."""
    rounded = [replace(part, amount=part.amount.rounded()) for part in gathered(parts)]
    left = total((part.amount for part in rounded), rounded[0].amount.currency)
    rounded.append(Part(ROUNDING, -left, f"{text} {ResidualClass.ROUNDING.value}"))
    return [part for part in rounded if part.amount]


def journal(
    parts: Sequence[Part], case: Case, kind: PostingKind, source: int, *, revision: int = 1, at: datetime
) -> JournalEntry:
    """Give every sum its account and make the entry.

    :raises Held: accounts are missing, or the order is booked in another currency.
    """
    in_its_currency(case)
    return entry(lines(parts, case), case, kind, source, revision=revision, at=at)


def lines(parts: Sequence[Part], case: Case) -> list[JournalLine]:
    """Give every sum its account; what the buyer owes stays on the account on which it stands.

    :raises Held: accounts are missing; every one of them is named.
    """
    owed = _first_owed(case)
    chosen = [account_of(part.role, part.names, case.profile) for part in parts]
    gaps = {gap.what: gap for gap in chosen if not isinstance(gap, Account)}
    if gaps:
        raise Held(tuple(gaps.values()))
    return [
        moved(owed, part) if owed and part.role == RECEIVABLE else _line(part, account, case)
        for part, account in zip(parts, chosen, strict=True)
        if isinstance(account, Account)
    ]


def in_its_currency(case: Case) -> None:
    """Check that what stands of the order is in the currency that it has now.

    :raises Held: the store changed it.
    """
    owed, now = _first_owed(case), case.order.currency
    if owed and owed.amount.currency != now:
        what = f"order {case.order.id} is booked in {owed.amount.currency} and is in {now} now"
        raise Held((Unexplained(what, detail="unpost it, then replay it: all of it is booked anew"),))


def _first_owed(case: Case) -> JournalLine | None:
    """The first line that stands of what the buyer owes: only on one account it ends at nothing."""
    journals = (done.content for done in case.booked if done.kind in UNPOSTS and not case.unposted(done))
    booked = (line for made in journals if isinstance(made, JournalEntry) for line in made.lines)
    return next((line for line in booked if line.role == RECEIVABLE), None)


def moved(line: JournalLine, part: Part) -> JournalLine:
    """Book a sum where a line stands."""
    side = Side.DEBIT if part.amount.amount > 0 else Side.CREDIT
    return replace(line, side=side, amount=abs(part.amount), text=part.text)


def entry(
    lines: Iterable[JournalLine], case: Case, kind: PostingKind, source: int, *, revision: int = 1, at: datetime
) -> JournalEntry:
    """Put lines under their head.

    :raises Held: the period of its day is closed.
    """
    found = tuple(lines)
    number = "" if kind in _OF_THE_ORDER else f" {source}"
    happened = case.day(at)
    day = booking_day(case, case.key(kind, source, revision), happened)
    moved_from = happened if day != happened else None
    return JournalEntry(
        key=case.batch(kind, source, revision),
        reference=case.reference,
        text=dated(f"{case.reference} {kind.value.replace('_', ' ')}{number}", moved_from, LONGEST_TEXT),
        date=day,
        currency=found[0].amount.currency if found else case.order.currency,
        lines=found,
        moved_from=moved_from,
    )


def is_money_out(line: JournalLine) -> bool:
    """Whether a line of a refund is the money, rather than what it was given back for."""
    return line.side is Side.CREDIT and line.role in _MONEY


def _line(part: Part, account: Account, case: Case) -> JournalLine:
    return JournalLine(
        account=account.number,
        side=Side.DEBIT if part.amount.amount > 0 else Side.CREDIT,
        amount=abs(part.amount),
        role=part.role,
        rule=account.rule,
        text=part.text,
        dimensions=dict(case.profile.dimensions),
        version=case.profile.version,
    )
