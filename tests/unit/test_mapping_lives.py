"""Whatever an order lives through, the books end as its money did: by gateway, on the receivable, and in tax."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import assume, given
from shops import Life, lives
from strategies import CHANGED, booked, planned, profile

from connector.domain.journal import JournalEntry
from connector.domain.order import OrderStatus
from connector.domain.plan import Booked, Plan, Unposting

NOTHING = Decimal(0)
FIRST = replace(profile(), version=1)
OTHER = replace(
    profile(**{'"1200"': '"1201"', '"4': '"5', '"22': '"52', '"23': '"53', '"109': '"509', '"WEB"': '"SHOP"'}),
    version=2,
)
"""Every account is another one."""

OUT = Unposting("operator:jo", CHANGED)
AGAIN = replace(OUT, again_at=CHANGED + timedelta(days=2))
Done = tuple[Booked, ...]


def new(made: Plan, done: Done) -> list[Booked]:
    """What can be sent: up to the first that is held."""
    known = {(one.kind, one.source, one.revision) for one in done}
    held = next((number for number, one in enumerate(made.postings) if one.content is None), len(made.postings))
    return [one for one in booked(made)[:held] if (one.kind, one.source, one.revision) not in known]


def lived(life: Life) -> Done:
    """Book an order's life; some of what is planned at a moment may not be sent before the next."""
    done: Done = ()
    unposting = None
    for moment in life.moments:
        by = OTHER if moment.remapped else FIRST
        if moment.unposted and done:
            done += tuple(new(planned(moment.taken, booked=done, unposting=OUT, with_profile=by), done))
            unposting = AGAIN
        made = planned(moment.taken, booked=done, unposting=unposting, with_profile=by)
        sent = new(made, done)
        done += tuple(sent[: len(sent) * moment.booked // 100])
    assume(all(one.content is not None for one in made.postings))
    assert new(planned(life.last, booked=done, unposting=unposting, with_profile=by), done) == []
    return done


def left(done: Done) -> Counter[tuple[str, str]]:
    """What is left, by role and account, debit positive."""
    found: Counter[tuple[str, str]] = Counter()
    for one in done:
        if isinstance(one.content, JournalEntry):
            for line in one.content.lines:
                found[line.role, line.account] += line.signed  # type: ignore[assignment]
    return Counter({place: amount for place, amount in found.items() if amount})


def of(done: Done, role: str) -> Decimal:
    return sum((Decimal(amount) for (name, _), amount in left(done).items() if name == role), NOTHING)


@given(lives())
def test_the_books_end_as_its_money_did(life: Life) -> None:
    done = lived(life)
    if done or not is_cancelled(life):
        assert of(done, "clearing") == life.by_gateway["braintree"] + life.by_gateway["paypal"]
        assert of(done, "gift_certificates") == life.by_gateway["giftcertificate"]
        assert of(done, "store_credit") == life.by_gateway["storecredit"]
        assert of(done, "receivable") in owed(life)
        assert len([role for role, _ in left(done) if role == "receivable"]) <= 1
    if not is_cancelled(life):
        coin = life.last.order.totals.total.inc_tax.minor_unit
        assert abs(-of(done, "tax") - life.tax) <= 3 * coin
        assert abs(of(done, "rounding")) <= 9 * coin


def owed(life: Life) -> set[Decimal]:
    """What may be open in the end; a cancelled order of which all was given back before is not reversed."""
    total, kept = life.last.order.totals.total.inc_tax.amount, sum(life.by_gateway.values(), NOTHING)
    return {-kept, NOTHING} if is_cancelled(life) else {total - life.returned - kept}


def is_cancelled(life: Life) -> bool:
    return life.last.order.status is OrderStatus.CANCELLED
