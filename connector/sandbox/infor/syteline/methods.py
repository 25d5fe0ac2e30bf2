"""Methods of IDOs: each takes all of its parameters and gives them back, 16 and a message where it says no."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from connector.sandbox.infor.syteline.refusal import Refusal
from connector.sandbox.infor.syteline.tenant import Tenant

Given = Sequence[str | None]
Told = tuple[str, list[str | None]]
"""What a method returns, and its parameters behind it."""


def _convert(tenant: Tenant, given: Given) -> Told:
    currency, debit, credit = given[0] or "", Decimal(given[6] or 0), Decimal(given[7] or 0)
    rate = "1" if currency == tenant.options.currency else tenant.rates.get(currency)
    if rate is None:
        return "16", [*given[:8], f"Currency Rate that has [Currency: {currency}] does not exist"]
    worth = [str((amount * Decimal(rate)).quantize(Decimal("0.01"), ROUND_HALF_UP)) for amount in (debit, credit)]
    return "0", [currency, *worth, given[3], rate, "0", *given[6:]]


_METHODS: Mapping[tuple[str, str], tuple[int, Callable[[Tenant, Given], Told]]] = {
    ("SLJournals", "JournalChgCurrCodeSp"): (9, _convert),
}


def invoke(tenant: Tenant, ido: str, method: str, given: Given) -> Told:
    """Call a method.

    :raises Refusal: there is none, or it takes another number of parameters.
    """
    if (ido, method) not in _METHODS:
        raise Refusal(f"Method {method} of {ido} does not exist")
    count, body = _METHODS[ido, method]
    if len(given) != count:
        raise Refusal(f"{method}: {len(given)} parameters were passed, {count} are needed")
    return body(tenant, given)
