"""Days and moments as a person types them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from connector.domain.days import FIRST_YEAR, LAST_YEAR, sensible


class Moment(click.DateTime):
    """A day or a moment that can be reckoned with."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it."""
        moment: datetime = super().convert(value, param, ctx)
        if not sensible(moment):
            self.fail(f"{value} is not between the years {FIRST_YEAR} and {LAST_YEAR}.", param, ctx)
        return moment


DAY = Moment(["%Y-%m-%d"])
DAY_OR_MOMENT = Moment(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"])
VERSION = click.IntRange(1, 2**31 - 1)
"""A version of a mapping profile."""
