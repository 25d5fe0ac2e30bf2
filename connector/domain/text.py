"""Text from outside, as far as it can be kept: PostgreSQL takes no NUL, UTF-8 no half of a character."""

from __future__ import annotations

import re
from typing import Any


def clean(text: str) -> str:
    """Drop what no database keeps: NUL, and halves of characters that JSON can write but UTF-8 cannot."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def cleaned(told: Any) -> Any:
    """Clean every text of a JSON value, names included."""
    if isinstance(told, str):
        return clean(told)
    if isinstance(told, list):
        return [cleaned(one) for one in told]
    if isinstance(told, dict):
        return {clean(name): cleaned(value) for name, value in told.items()}
    return told


_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def legible(text: str) -> str:
    """Replace what a terminal would obey instead of showing it: whoever wrote it may be a stranger."""
    return _OBEYED.sub("\N{REPLACEMENT CHARACTER}", text)


def number(text: str) -> int | None:
    """Read a number as ids are: up to 18 digits, which every database keeps; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
