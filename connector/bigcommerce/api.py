"""One call to one store: authorised, counted against the store's window, and named by what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from connector.bigcommerce.paging import LIMIT, Page
from connector.bigcommerce.wire_fields import kind_of
from connector.domain.connection import StoreCredentials
from connector.domain.faults import ContractBroken, Effect, Fault, OutcomeUnknown, Rejected, Unavailable
from connector.http import classify
from connector.http.transport import Answer, Request, Transport
from connector.ports import Budget, Guard

ORDERS = "store_v2_orders_read_only"
ORDERS_WRITE = "store_v2_orders"
TRANSACTIONS = "store_v2_transactions_read_only"
INFORMATION = "store_v2_information_read_only"
PRODUCTS = "store_v2_products"
INVENTORY = "store_inventory"


@dataclass(frozen=True, slots=True)
class Resource:
    """Something to ask for. ``call`` names it for the trail, ``scope`` is what the API account needs for it."""

    call: str
    path: str
    scope: str


class Api:
    """The store's management API, v2 and v3."""

    def __init__(self, credentials: StoreCredentials, transport: Transport, budget: Budget) -> None:
        self._root = f"{credentials.api_url.rstrip('/')}/stores/{credentials.store_hash}"
        self._headers = {"X-Auth-Token": credentials.access_token}
        self._transport = transport
        self._budget = budget

    def reserve(self, calls: int) -> None:
        """Take room in the window for calls that are then made with ``reserved=True``.

        :raises Throttled: there is none.
        """
        self._budget.reserve(calls)

    @property
    def side_by_side(self) -> Callable[..., tuple[Any, list[Callable[[], Any]]]]:
        """Make several READs at once (``http.side_by_side``)."""
        return self._transport.hands.read

    def get(
        self,
        resource: Resource,
        params: Mapping[str, str] | None = None,
        *,
        reserved: bool = False,
        missing: str = "",
    ) -> Any:
        """READ: the answer's JSON; None where the store has no content.

        :raises Rejected: 404, if ``missing`` says what that means; any other refusal of a READ breaks the contract.
        """
        if not reserved:
            self._budget.reserve(1)
        answer = self._send(Effect.READ, "GET", resource, params=params or {})
        if answer.status == 404 and missing:
            raise Rejected(missing)
        fault = classify.fault_for(answer, text=_hint(answer.status, resource.scope))
        if isinstance(fault, Rejected):
            raise ContractBroken(fault.what)
        if fault:
            raise fault
        return None if answer.status == 204 else _something(answer)

    def put(self, resource: Resource, body: Mapping[str, str]) -> None:
        """WRITE: change a resource."""
        answer = self.write("PUT", resource, dict(body))
        classify.check(answer, text=_hint(answer.status, resource.scope))

    def write(
        self, method: str, resource: Resource, body: object | None = None, *, guard: Guard | None = None
    ) -> Answer:
        """WRITE: give the answer, whatever its status; ``fault_for`` names that."""
        self._budget.reserve(1)
        if guard is not None:
            guard()
        return self._send(Effect.WRITE, method, resource, json=body)

    def v2_page(
        self, resource: Resource, page: int, params: Mapping[str, str] | None = None, *, reserved: bool = False
    ) -> Page:
        """READ: one page of a bare list; past its end there is no content."""
        asked = {"limit": str(LIMIT), **(params or {}), "page": str(page)}
        told = self.get(resource, asked, reserved=reserved)
        return Page([] if told is None else _list(told, resource.call))

    def v3_page(
        self,
        resource: Resource,
        page: int,
        params: Mapping[str, str] | None = None,
        *,
        reserved: bool = False,
        missing: str = "",
    ) -> Page:
        """READ: one page of a list in an envelope; ``missing`` as for ``get``."""
        asked = {"limit": str(LIMIT), **(params or {}), "page": str(page)}
        return enveloped(self.get(resource, asked, reserved=reserved, missing=missing), resource.call)

    def _send(
        self,
        effect: Effect,
        method: str,
        resource: Resource,
        *,
        params: Mapping[str, str] | None = None,
        json: object | None = None,
    ) -> Answer:
        url = self._root + resource.path
        answer = self._transport.send(
            Request(effect, method, url, resource.call, params=params or {}, headers=self._headers, json=json)
        )
        self._budget.observe(answer.headers, answer.status)
        return answer


def fault_for(answer: Answer, resource: Resource, words: str = "") -> Fault | None:
    """Name what an answer's status means, in the store's own ``words`` unless we know better."""
    return classify.fault_for(answer, text=_hint(answer.status, resource.scope) or words)


@contextmanager
def harmless() -> Iterator[None]:
    """Try again like a READ what is lost of a WRITE that may be repeated.

    :raises Unavailable: instead of ``OutcomeUnknown``.
    """
    try:
        yield
    except OutcomeUnknown as lost:
        raise Unavailable(lost.what, retry_after=lost.retry_after) from None


def enveloped(told: object, call: str) -> Page:
    """Open v3's envelope: ``data`` and, where the list is paged, ``meta.pagination.total``."""
    if told is None:
        return Page([])
    if not isinstance(told, dict):
        raise ContractBroken(f"{call} answered {kind_of(told)}, not an object")
    return Page(_list(told.get("data"), call), _total(told))


def _something(answer: Answer) -> Any:
    """Read the body; only a 204 says that there is nothing, so that nothing is ever lost in silence."""
    told = answer.json()
    if told is None:
        raise ContractBroken(f"{answer.call} answered {answer.status} with null")
    return told


def _list(told: object, call: str) -> list[object]:
    if not isinstance(told, list):
        raise ContractBroken(f"{call} answered {kind_of(told)}, not a list")
    return told


def _total(told: Mapping[str, Any]) -> int | None:
    meta = told.get("meta")
    pagination = meta.get("pagination") if isinstance(meta, dict) else None
    total = pagination.get("total") if isinstance(pagination, dict) else None
    return total if isinstance(total, int) and not isinstance(total, bool) else None


def _hint(status: int, scope: str) -> str:
    if status == 401:
        return "the store refuses the access token"
    return f"the store's API account needs the scope {scope}" if status == 403 and scope else ""
