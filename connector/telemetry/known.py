"""Takes words that are known to be somebody's out of what is shown: whatever field they stand in, and in sentences.

The list of names cannot know what a tenant calls its fields, nor what an ERP repeats in its complaint.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from html import escape
from typing import Any

from connector.telemetry.redaction import REMOVED

SHORTEST_NUMBER, SHORTEST_BEGINNING = 7, 10
"""A postal code may be ``4000``, and so may the account that an ERP complains of; a phone is longer."""


def without(told: Any, words: Collection[str]) -> Any:
    """Return a copy without these words: the same shape. A text cut short by its field goes by its beginning."""
    telling = sorted(filter(_tells, words), key=len, reverse=True)
    if not telling:
        return told
    found = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(_pattern, telling))})(?![\w-]|\.\d)")
    return _taken_out(told, found, tuple(_in_one_line(word) for word in telling))


def _tells(word: str) -> bool:
    if any(map(str.isalpha, word)):
        return len(word) > 1
    return sum(map(str.isdigit, word)) >= SHORTEST_NUMBER


def _pattern(word: str) -> str:
    digits = [char for char in word if char.isdigit()]
    if digits and not any(map(str.isalpha, word)):
        return r"\+?" + r"[\s()./-]*".join(digits)
    forms = dict.fromkeys([word, word.upper(), escape(word)])
    return "|".join(r"(?:\s|\\n|\\r)+".join(map(re.escape, form.split())) for form in forms)


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _taken_out(told: Any, found: re.Pattern[str], words: tuple[str, ...]) -> Any:
    if isinstance(told, dict):
        return {name: _taken_out(value, found, words) for name, value in told.items()}
    if isinstance(told, list):
        return [_taken_out(one, found, words) for one in told]
    if not isinstance(told, str):
        return told
    line = _in_one_line(told)
    is_beginning = len(line) >= SHORTEST_BEGINNING and any(word.startswith(line) for word in words)
    return REMOVED if is_beginning else found.sub(REMOVED, told)
