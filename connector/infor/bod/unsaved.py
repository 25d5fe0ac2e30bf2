"""The messages of a connection that is not saved: there are none, and there will be none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from connector.domain.faults import Misconfigured
from connector.ports import Messages, SentMessage


class Unsaved:
    """Implements ``ports.Messages`` for a connection that is only asked whether it could work."""

    def __init__(self, deaf: str = "") -> None:
        self._deaf = deaf

    def of(self, documents: Sequence[str]) -> list[SentMessage]:  # noqa: ARG002  whatever is asked for
        """Nothing was ever sent."""
        return []

    def sending(self, document: str, variation: int, *, reference: str) -> NoReturn:  # noqa: ARG002  none goes out
        """Nothing may be sent.

        :raises Misconfigured: always.
        """
        raise Misconfigured(
            f"{document} cannot be sent: save the connection first, with `ml-connector connection add`"
        )

    def taken(self, document: str, variation: int) -> None:
        """Nothing was sent."""

    def not_taken(self, document: str, variation: int) -> None:
        """Nothing was sent."""

    def deaf(self) -> str:
        """Say why no verdict could come in."""
        return self._deaf


UNSAVED: Messages = Unsaved()
