"""How LN says no: a status, and words in the body."""

from __future__ import annotations


class Refused(Exception):
    """LN does not do it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def bad_request(message: str) -> Refused:
    """LN does not understand."""
    return Refused(400, message)


def not_found(message: str) -> Refused:
    """There is no such thing."""
    return Refused(404, message)


def functional(message: str) -> Refused:
    """LN understands, and may not."""
    return Refused(422, message)
