"""A postal address in M3's four lines, for order addresses and customers alike."""

from __future__ import annotations

import textwrap

from connector.domain.order import Address

LINE = 36
LINES = ("CUA1", "CUA2", "CUA3", "CUA4")
ORDER_PHONES = (10, 16)
"""What the two phone fields of an order address hold."""


def postal(address: Address) -> dict[str, str]:
    """Name, lines, town and the rest; where a company is the name, the person is the reference."""
    return {
        "CUNM": address.company or address.name,
        "YREF": address.name,
        **dict(zip(LINES, _lines(address), strict=False)),
        "PONO": address.postal_code,
        "TOWN": address.city,
        "ECAR": address.state.upper() if _is_code(address.state) else "",
        "CSCD": address.country_code.upper(),
    }


def phone(text: str, room: int) -> str:
    """As it was written where that fits, else its digits with a leading plus."""
    if len(text) <= room:
        return text
    return "".join(char for place, char in enumerate(text) if char.isdigit() or (char == "+" and not place))


def order_phone(text: str) -> dict[str, str]:
    """A short number goes in the first phone field of an order address, a long one in the second."""
    short, long = ORDER_PHONES
    number = phone(text, long)
    return {"PHNO" if len(number) <= short else "PHN2": number}


def _lines(address: Address) -> list[str]:
    """The street, broken at words where it is longer than a line, then a state that is no code."""
    state = "" if _is_code(address.state) else address.state
    written = [line for part in (address.street_1, address.street_2, state) for line in textwrap.wrap(part, LINE)]
    last = len(LINES) - 1
    return [*written[:last], " ".join(written[last:])]


def _is_code(state: str) -> bool:
    return len(state) == 2 and state.isalpha()
