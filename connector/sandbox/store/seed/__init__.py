"""The awkward orders that fill the store: deterministic, each named, each with its story in one line.

Here belong stories, told in the words of ``OrderSpec`` and of the store's own methods.
What the store reckons and shows of them is in ``connector.sandbox.store``; what the books must make of them is for
the journeys in ``tests/journeys`` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from connector.sandbox.store.seed import held, payments, prices, refunds, shapes
from connector.sandbox.store.seed.story import CATALOG, Story

if TYPE_CHECKING:
    from connector.sandbox.store.app import StoreSandbox

STORIES: tuple[Story, ...] = (*payments.STORIES, *prices.STORIES, *shapes.STORIES, *refunds.STORIES)
HELD: tuple[Story, ...] = held.STORIES
UNCLEAR: tuple[Story, ...] = held.UNCLEAR
MAPPED = {"TEE-RED-S": "10045"}
"""SKUs whose item number in M3 is another one; the mapping profile's table says so."""


FAMILIES = {"Sample Tee": ("TEE-RED-S", "TEE-BLUE-M"), "Sample Mug": ("MUG-11OZ", "MUG-15OZ")}
"""SKUs that are variants of one product."""


def skus() -> dict[str, str]:
    """Give every SKU that is sold, with its name: the catalog and the articles of ``place_orders``."""
    return {**CATALOG, **{f"PLAIN-{number:02d}": f"Plain article {number:02d}" for number in range(20)}}


def items() -> dict[str, str]:
    """Give every item that M3 must know, with its name."""
    return {MAPPED.get(sku, sku): name for sku, name in skus().items()}


def fill(store: StoreSandbox, stories: Sequence[Story]) -> dict[str, int]:
    """Let every story happen; give the order ids by name. No webhook tells of it."""
    first = len(store.orders)
    return {
        story.name: story.happen(store, number, announce=False) for number, story in enumerate(stories, start=first)
    }
