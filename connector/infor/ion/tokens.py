"""Requests one access token. Sharing, sealing and refreshing tokens is the business of ``flows.tokens``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.domain.connection import ErpCredentials
from connector.domain.faults import ContractBroken, Effect, Rejected, Unauthorized
from connector.domain.money import decimal
from connector.http.classify import fault_for
from connector.http.transport import Answer, Request, Transport
from connector.infor.ion.credentials import REMEDY, grant, token_url
from connector.ports import Clock

CALL = "POST token"
_LONGEST_LIFE = 10**9
"""Seconds: thirty years. Beyond that there is no date to write down."""
REFUSED = (
    "Infor refused the credentials of the .ionapi file: check that the authorized app and its service account "
    f"still exist and are enabled, or {REMEDY}"
)
BEARER = re.compile(r"[!-~]{1,16000}")
"""What a header can carry. Any other token would be kept until it ends, and every call with it would fail."""


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer and how long it is good for."""

    access_token: str = field(repr=False)
    issued_at: datetime
    expires_at: datetime


def request_token(credentials: ErpCredentials, transport: Transport, clock: Clock) -> Token:
    """Ask for a new token. A second one does no harm, so the call counts as a READ.

    :raises Unauthorized: the credentials were refused.
    :raises Unavailable, Throttled, ContractBroken: no usable answer.
    """
    asked_at = clock.now()  # the life counts from before the call, so that it never ends later than we think
    answer = transport.send(
        Request(Effect.READ, "POST", token_url(credentials), CALL, form=grant(credentials), private=True)
    )
    fault = fault_for(answer)
    if isinstance(fault, Unauthorized | Rejected):
        raise Unauthorized(f"{REFUSED} (answered {answer.status})")
    if fault is not None:
        raise fault
    return _token(answer, asked_at)


def _token(answer: Answer, asked_at: datetime) -> Token:
    body = answer.json()
    access_token = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(access_token, str) or not BEARER.fullmatch(access_token):
        raise ContractBroken("the token endpoint answered 200 without an access_token that a call can carry")
    return Token(access_token, asked_at, asked_at + _life(body.get("expires_in")))


def _life(expires_in: object) -> timedelta:
    """A number or a numeric string of seconds (facts/infor.md §1.2)."""
    try:
        seconds = int(decimal(expires_in))
        if not 0 < seconds <= _LONGEST_LIFE:
            raise ValueError
        return timedelta(seconds=seconds)
    except ValueError:
        raise ContractBroken("the token endpoint answered 200 without a usable expires_in") from None
