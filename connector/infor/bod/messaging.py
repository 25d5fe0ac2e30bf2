"""ION's messaging service: one document a call, taken (202) or not; what the target made of it comes back later.

A message is not a call: 202 says that ION took it, and nothing of the target (facts/infor.md §5).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from connector.domain.faults import (
    ContractBroken,
    Effect,
    Fault,
    Misconfigured,
    Rejected,
    Unauthorized,
    Unavailable,
)
from connector.http.classify import fault_for
from connector.http.message import Answer, Part, unusable
from connector.infor.bod.settings import BodSettings
from connector.infor.bod.wire import envelope
from connector.infor.bod.wire.envelope import Name
from connector.infor.ion.gateway import Call, Gateway
from connector.ports import Guard

PRODUCT = "IONSERVICES/api/ion/messaging/service"
TAKEN = frozenset({201, 202})
INACTIVE = 412
SET_UP = {
    418: "ION does not know the tenant of the message: is the .ionapi file this tenant's?",
    448: "ION does not know the tenant of the message: is the .ionapi file this tenant's?",
    458: "ION does not know the tenant of the message: is the .ionapi file this tenant's?",
    471: "enter the authorized app's client id (`ci` of the .ionapi file) in the IMS connection point: ION Desk > "
    "Connect > Connection Points > Authorization",
}
"""Codes that a person mends in ION, with what to do; what waited then goes by itself (facts/infor.md §5)."""


class Messaging:
    """ION's messaging service as the sender of one connection point."""

    def __init__(self, gateway: Gateway, settings: BodSettings) -> None:
        self._gateway = gateway
        self._settings = settings

    def send(self, name: Name, document: bytes, *, guard: Guard) -> None:
        """WRITE, 1 call: give ION one document.

        :raises OutcomeUnknown: the answer was lost or is none: ION may have taken it.
        :raises Rejected, Unauthorized, Transient: it was not taken.
        """
        parts = (
            Part("ParameterRequest", "application/json", envelope.parameters(name, self._settings)),
            Part("MessagePayload", "application/octet-stream", document),
        )
        call = Call(
            Effect.WRITE,
            "POST",
            "v3/multipartMessage",
            f"bod {envelope.VERB}.{name.noun}",
            headers={"X-TenantId": self._settings.tenant},
            parts=parts,
        )
        answer = self._gateway.send(call, guard=guard)
        fault = _fault(answer)
        if fault is not None:
            raise fault

    def ping(self) -> str:
        """READ, 1 call: whether the service answers this token."""
        self._ask("ping")
        return "answers"

    def accepted(self) -> list[str]:
        """READ, 1 call: which documents the connection point takes from us.

        :raises Unavailable: the connection point is inactive. :raises ContractBroken: the answer is no list.
        """
        answer = self._ask(f"v3/{quote(self._settings.sender, safe='')}/acceptedDocuments", "acceptedDocuments")
        return sorted(set(_names(answer.json())))

    def _ask(self, path: str, name: str = "") -> Answer:
        headers = {"X-TenantId": self._settings.tenant}
        answer = self._gateway.send(Call(Effect.READ, "GET", path, f"bod {name or path}", headers=headers))
        fault = _fault(answer)
        if isinstance(fault, Rejected):
            raise Misconfigured(f"{fault.what}: is ION's messaging service part of this tenant's gateway?")
        if fault is not None:
            raise fault
        return answer


def _fault(answer: Answer) -> Fault | None:
    """Name what an answer means; ION tells its own code in the body, whatever the status."""
    code, said = _told(answer)
    what = f"{answer.call}: ION refused it ({' '.join(filter(None, (str(code or answer.status), said)))})"
    mend = next((SET_UP[each] for each in (code, answer.status) if each in SET_UP), "")
    if mend:
        return Unauthorized(f"{what}: {mend}")
    if INACTIVE in (code, answer.status):
        return Unavailable(f"{what}: the connection point is inactive; activate it and its document flow in ION Desk")
    fault = fault_for(answer, text=said)
    if fault is not None:
        return fault
    if code is not None and code >= 400:
        return Rejected(what)
    if answer.effect is Effect.WRITE and answer.status not in TAKEN:
        return unusable(answer.effect, f"{answer.call} answered {answer.status}; ION says 202 when it took a message")
    return None


def _told(answer: Answer) -> tuple[int | None, str]:
    """``{"status": "FAIL", "code": 471, "errors": "..."}``; nothing where the body says nothing of the kind."""
    try:
        body = answer.json()
    except Fault:
        return None, ""
    if not isinstance(body, dict) or not isinstance(body.get("code"), int):
        return None, ""
    return body["code"], str(body.get("errors") or body.get("message") or "")[:300]


def _names(body: Any) -> list[str]:
    """The documents' names, in whichever of the shapes a list may come; the answer's shape is not published."""
    within = body.values() if isinstance(body, dict) else [body]
    rows = next((each for each in within if isinstance(each, list)), None)
    if not isinstance(rows, list):
        raise ContractBroken("bod acceptedDocuments answered no list")
    names = [row.get("documentName") or row.get("name") if isinstance(row, dict) else row for row in rows]
    return [name for name in names if isinstance(name, str)]
