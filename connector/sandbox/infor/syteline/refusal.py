"""A no of SyteLine: status 200, ``Success`` false, and a message."""

from __future__ import annotations


class Refusal(Exception):
    """What SyteLine says instead of doing it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
