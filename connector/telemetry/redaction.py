"""The one list of what must never be read in a log line, an audit row or a support bundle.

Words of several outside systems stand side by side here: a list in two places is a leak in one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

REMOVED = "[removed]"

# fmt: off
SENSITIVE_FIELDS = frozenset({
    # secrets: an .ionapi file's short names, a token request's form, a machine's own keys
    "ci", "cs", "saak", "sask", "username", "client_id", "cookie", "set_cookie", "connector_keys",
    "secret_key", "dsn",
    # card data
    "card", "credit_card", "card_number", "card_iin", "card_last4", "card_expiry", "card_expiry_month",
    "card_expiry_year", "cardholder", "cvv", "cvc", "pan", "iban",
    # people: the store's words
    "street", "street_1", "street_2", "address_1", "address_2", "address1", "address2", "zip", "postal_code",
    "ip_address", "ip_address_v6", "customer_message", "staff_notes", "wrapping_message",
    "form_fields", "configurable_fields", "product_options",
    # as good as money: a certificate's code
    "gift_certificate", "gift_certificate_code",
    # people: M3's words for name, address lines, postal code, town, contact, phones, e-mail, VAT number, order text
    "CUNM", "CUA1", "CUA2", "CUA3", "CUA4", "ADR1", "ADR2", "ADR3", "ADR4", "PONO", "TOWN", "YREF",
    "PHNO", "PHN2", "TFNO", "MAIL", "EMAL", "VRNO", "PARM",
    # people: SyteLine's words
    "Addr_1", "Addr_2", "Addr_3", "Addr_4", "Contact_1", "Contact_2", "Contact_3", "Phone_1", "Phone_2", "Phone_3",
    "ExternalEmailAddr", "InternalEmailAddr",
    # people: LN's words, and those of BODs with the originals that they carry along
    "HeaderText", "AttentionOfName", "StreetName", "AddressLine", "MessageContent", "OriginalBOD",
})
"""Whole field names, written in any case, with ``_``, ``-`` or nothing between the words."""

EVERYDAY_FIELDS = frozenset({"note", "contact"})
"""The same, but only where they are clearly names: ``note: the period is closed`` is a sentence."""

SENSITIVE_ENDINGS = (
    "token", "secret", "secrets", "password", "passwd", "authorization", "signature", "api_key", "access_key",
    "email", "e_mail", "phone", "phone_number", "mobile", "first_name", "last_name", "full_name", "customer_name",
)
"""What a field name must not end in: ``access_token``, ``X-Auth-Token``, ``billing_email``."""
# fmt: on


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


_FIELDS = frozenset(map(_plain, SENSITIVE_FIELDS))
_EVERYDAY = frozenset(map(_plain, EVERYDAY_FIELDS))
_ENDINGS = tuple(map(_plain, SENSITIVE_ENDINGS))

_ONE_WORD = re.compile(r"[\w.-]*|[\w.-]+:[a-z_]+:\d+:\d+")  # or a posting's key, whatever its connection is called
_IN_URL = re.compile(r"(?<=://)[^\s/]+@")
_IN_HEADER = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE)
_MAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w.-]+\.\w{2,}")
_PHONE = re.compile(r"(?<![\w+])\+\d(?:[ ()./-]{0,2}\d){7,14}(?!\w)")
_NAMED = re.compile(r"(?<![\w-])(?P<name>[\w-]+)(?P<quoted>\\*[\"'])?\s*[:=]\s*")
_PAIR = re.compile(r'"Name"\s*:\s*"(?P<name>[\w-]+)"\s*,\s*"Value"\s*:\s*', re.IGNORECASE)
_TAG = re.compile(r"<(?:[\w.-]+:)?(?P<name>[\w.-]+)(?:\s[^<>]*)?(?<!/)>")
_CONTENT = re.compile(r"(?:[^<]+|<!\[CDATA\[.*?(?:\]\]>|\Z))+", re.DOTALL)  # the end of one may be cut off
_VALUE = re.compile(
    r"""\\*"(?:\\.|[^"\\])*"?    # quoted, also inside quoted JSON
    | \\*'(?:\\.|[^'\\])*'?
    | [\[{](?:[^][{}]|[\[{][^][{}]*[\]}]?)*[\]}]?  # a list or an object, with others in it
    | (?:Bearer|Basic)\s+\S+
    | [^\s,;&)}\]"']+""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)

_HARMLESS = (bool, int, float, Decimal, date, time, timedelta, type(None))
_NOTHING = ('""', "''", "null", "None")
_VALUES_OF_PAIRS = ("value", "originalvalue")
_DEEPEST = 20


@lru_cache(maxsize=4096)
def is_sensitive(name: str) -> bool:
    """Tell whether a field of this name may be shown to nobody."""
    plain = _plain(name)
    return plain in _FIELDS or plain.endswith(_ENDINGS)


def _is_field(name: str) -> bool:
    return is_sensitive(name) or _plain(name) in _EVERYDAY


def redact(value: object, depth: int = 0) -> Any:
    """Return a copy fit to be read: the same shape, without secrets and personal data.

    Mappings and dataclasses lose the values of sensitive names, texts what looks like one;
    anything of an unknown kind becomes its redacted text.
    """
    if isinstance(value, _HARMLESS):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        return _nested(value, depth) if depth < _DEEPEST else REMOVED
    return redact_text(_text_of(value))


def _nested(value: Mapping[Any, Any] | Iterable[Any], depth: int) -> Any:
    if isinstance(value, Mapping):
        return {redact_text(str(key)): _field(_name(str(key), value), item, depth) for key, item in value.items()}
    return [redact(item, depth + 1) for item in value]


def _name(key: str, among: Mapping[Any, Any]) -> str:
    """Tell what a field is called: the value of ``{"Name": "Zip", "Value": "78701"}`` is a ``Zip``."""
    if _plain(key) not in _VALUES_OF_PAIRS:
        return key
    return str(among.get("Name") or among.get("name") or key)


def _field(name: str, value: object, depth: int) -> Any:
    if _is_field(name) and value not in (None, ""):
        return REMOVED
    return redact(value, depth + 1)


def _text_of(value: object) -> str:
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode(errors="replace")
    return str(value.value if isinstance(value, Enum) else value)


def redact_text(text: str) -> str:
    """Remove passwords in URLs, bearer tokens, e-mail addresses, phone numbers from abroad, and what is named.

    Named by ``name: value``, by an XML element or by a ``"Name": ..., "Value": ...`` pair of a sensitive name.
    """
    if _ONE_WORD.fullmatch(text):  # most of what a log line holds: there is nothing to find in it
        return text
    text = _IN_URL.sub(f"{REMOVED}@", text)
    text = _IN_HEADER.sub(rf"\1 {REMOVED}", text)
    text = _PHONE.sub(REMOVED, _MAIL.sub(REMOVED, text))
    text = _without_contents(text)
    return _without_values(_without_values(text, _PAIR), _NAMED)


def _without_contents(text: str) -> str:
    kept: list[str] = []
    upto = 0
    for tag in _TAG.finditer(text):
        content = _CONTENT.match(text, tag.end()) if tag.start() >= upto and _is_field(tag["name"]) else None
        if content and content[0].strip():
            kept += [text[upto : tag.end()], REMOVED]
            upto = content.end()
    return "".join([*kept, text[upto:]])


def _without_values(text: str, named: re.Pattern[str]) -> str:
    kept: list[str] = []
    upto = 0
    for found in named.finditer(text):
        if found.start() < upto or not _names_a_secret(found):
            continue
        value = _VALUE.match(text, found.end())
        if value and value[0] not in _NOTHING:
            quote = value[0][0] if value[0][0] in "\"'" else ""
            kept += [text[upto : found.end()], quote, REMOVED, quote]
            upto = value.end()
    return "".join([*kept, text[upto:]])


def _names_a_secret(found: re.Match[str]) -> bool:
    is_clear = found.re is _PAIR or found["quoted"]
    return _is_field(found["name"]) if is_clear else is_sensitive(found["name"])
