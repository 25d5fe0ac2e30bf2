"""One message by every way there is."""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain.faults import Fault, Unavailable
from connector.ports import Herald


class Everywhere:
    """Sends by all ways; one that fails keeps no other from going."""

    def __init__(self, heralds: Sequence[Herald]) -> None:
        self._heralds = heralds

    def tell(self, subject: str, text: str) -> None:
        """WRITE: send it by every way.

        :raises Unavailable: it failed by one of them; the message names all that did.
        """
        failed = []
        for herald in self._heralds:
            try:
                herald.tell(subject, text)
            except Fault as fault:
                failed.append(fault.what)
        if failed:
            raise Unavailable("; ".join(failed))
