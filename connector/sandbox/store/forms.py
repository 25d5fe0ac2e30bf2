"""How the shop writes values: money as strings in v2 and numbers in v3, dates by RFC 2822 and by ISO 8601."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

NO_CENTS = frozenset({"JPY", "KRW", "CLP"})


def v2_money(amount: Decimal) -> str:
    """Write ``62.6793``: four decimals, always a string."""
    return f"{amount:.4f}"


def v2_date(moment: datetime) -> str:
    """Write ``Tue, 03 Mar 2026 21:40:11 +0000``."""
    return format_datetime(moment)


def v3_date(moment: datetime) -> str:
    """Write ``2026-03-03T21:40:40+00:00``."""
    return moment.isoformat(timespec="seconds")


def as_json(value: Any) -> bytes:
    """Write JSON as v3 does: a Decimal becomes a bare number, because that is what BigCommerce sends."""
    return json.dumps(value, default=float, ensure_ascii=False).encode()


def read_date(text: str) -> datetime:
    """Read RFC 2822 or ISO 8601; without a zone it is UTC.

    :raises ValueError: it is neither.
    """
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def minor_unit(currency: str) -> Decimal:
    """Say the smallest coin: 1 for yen, 0.01 for most."""
    return Decimal(1) if currency in NO_CENTS else Decimal("0.01")


def rounded(amount: Decimal, unit: Decimal) -> Decimal:
    """Round half up to ``unit``."""
    return amount.quantize(unit, ROUND_HALF_UP)


def shared(whole: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Share ``whole`` by weight in steps of ``unit``; the parts add up to it. No weight at all gives zeros."""
    total, seen, given, parts = sum(weights, Decimal(0)), Decimal(0), Decimal(0), []
    for weight in weights:
        seen += weight
        upto = whole if seen == total else rounded(whole * seen / total, unit)
        parts.append(upto - given if total else Decimal(0))
        given = upto
    return parts
