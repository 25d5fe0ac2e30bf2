"""A certificate as a file: signed JSON, with its keys in order."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from connector.domain.paper import Paper


def paper(document: dict[str, Any], *, now: datetime) -> Paper:
    """Write a signed certificate down, under a name that no other run has."""
    told = document["certificate"]
    period = told["period"]
    name = f"{told['connection']}_{period['from']}_{period['to']}_{now:%Y%m%dT%H%M%S%fZ}.json"
    return Paper(name, (json.dumps(document, indent=2, sort_keys=True) + "\n").encode())
