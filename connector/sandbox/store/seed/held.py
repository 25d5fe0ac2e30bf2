"""Stories of orders that must be held, each alone: they are not in the ordinary seed."""

from connector.sandbox.store.seed.story import HELD, TEXAS, Story, line, paid

PLAIN = {"taxes": TEXAS, "shipping": "8.00"}

WITHOUT_ITEM = (
    Story(
        "unknown SKU",
        "M3 has no such item and no table names one",
        {**PLAIN, "lines": [line("GHOST-SKU", "10.00"), line("MUG-11OZ", "12.50")]},
        expected=HELD,
    ),
    Story("no SKU", "the store never gave the article one", {**PLAIN, "lines": [line("", "10.00")]}, expected=HELD),
    Story(
        "long SKU",
        "longer than the 15 characters of an M3 item",
        {**PLAIN, "lines": [line("HOODIE-NAVY-BLUE-XXL", "10.00")]},
        expected=HELD,
    ),
)
"""Held where an order becomes a sales order, which needs items; a journal does not."""

UNCLEAR = (
    Story(
        "unknown gateway",
        "held where the profile has no default clearing account",
        {**PLAIN, "lines": [line("MUG-11OZ", "12.50")], "pay": [paid("newpay")]},
        expected=HELD,
    ),
    Story(
        "does not add up",
        "somebody overrode the total by a dollar",
        {**PLAIN, "lines": [line("MUG-11OZ", "12.50", 2)], "overridden_by": "1.00"},
        expected=HELD,
    ),
)
"""Held everywhere."""

STORIES = WITHOUT_ITEM + UNCLEAR
