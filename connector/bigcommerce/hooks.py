"""The store's webhook subscriptions behind the ``Hooks`` port (facts/bigcommerce.md §2.5)."""

from __future__ import annotations

from connector.bigcommerce import api, wire_refusal
from connector.bigcommerce.api import Api, Resource
from connector.bigcommerce.paging import every_row
from connector.bigcommerce.wire_fields import Fields
from connector.domain.faults import ContractBroken, OutcomeUnknown
from connector.domain.product import Hook
from connector.http.transport import Answer

ANY_ACCOUNT = ""
"""Webhooks need no scope (facts §1)."""
LIST = Resource("GET /v3/hooks", "/v3/hooks", ANY_ACCOUNT)
ADMIN = Resource("GET /v3/hooks/admin", "/v3/hooks/admin", ANY_ACCOUNT)
CREATE = Resource("POST /v3/hooks", "/v3/hooks", ANY_ACCOUNT)


class StoreHooks:
    """One API account's subscriptions, read and written as ``ports.Hooks`` says."""

    def __init__(self, store: Api) -> None:
        self._api = store

    def every(self) -> list[Hook]:
        """READ: all of them, pages until proven last."""
        rows = every_row(lambda number: self._api.v3_page(LIST, number))
        return [_hook(Fields(row, f"hook list row {number}")) for number, row in enumerate(rows, start=1)]

    def create(self, scope: str, destination: str) -> Hook:
        """WRITE: subscribe; the store takes one for each scope and destination.

        :raises Rejected: there is one already, or the destination is no https address.
        """
        answer = self._api.write("POST", CREATE, {"scope": scope, "destination": destination, "is_active": True})
        _check(answer, CREATE)
        try:
            return _hook(Fields(answer.json(), "answer").part("data"))
        except ContractBroken as broken:
            raise OutcomeUnknown(f"{CREATE.call} answered {answer.status} without the hook: {broken}") from None

    def activate(self, hook: int) -> None:
        """WRITE, harmless to repeat: let a hook send again."""
        resource = Resource("PUT /v3/hooks/{id}", f"/v3/hooks/{hook}", ANY_ACCOUNT)
        with api.harmless():
            _check(self._api.write("PUT", resource, {"is_active": True}), resource)

    def delete(self, hook: int) -> None:
        """WRITE, harmless to repeat: unsubscribe; what is gone already is well."""
        resource = Resource("DELETE /v3/hooks/{id}", f"/v3/hooks/{hook}", ANY_ACCOUNT)
        with api.harmless():
            answer = self._api.write("DELETE", resource)
            if answer.status != 404:
                _check(answer, resource)


def blocked(store: Api) -> list[str]:
    """READ: say which domains the store sends nothing to at present, for how long still, and why."""
    told = Fields(store.get(ADMIN), "answer").part("data")
    return [_blocked(row) for row in told.rows("blocked_domains", "blocked domain")]


def _blocked(row: Fields) -> str:
    reasons = row.rows("reasons", "reason")
    said = ", ".join(f"{reason.text('failure_description')} ({reason.whole('count', 0)} times)" for reason in reasons)
    return f"{row.text('destination')} for {row.whole('time_left', 0)} s more: {said or 'no reason given'}"


def _check(answer: Answer, resource: Resource) -> None:
    fault = api.fault_for(answer, resource, wire_refusal.words(wire_refusal.complaints(answer)))
    if fault is not None:
        raise fault


def _hook(row: Fields) -> Hook:
    return Hook(
        id=row.whole("id"),
        scope=row.text("scope"),
        destination=row.text("destination"),
        active=row.flag("is_active"),
        created_at=row.seconds("created_at", 0),
    )
