"""One call to the store's API as its routes see it, and the shapes of answers that they share."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from connector.sandbox.store.forms import as_json
from connector.sandbox.store.listing import page_and_limit
from connector.sandbox.store.orders import Order
from connector.sandbox.store.refunds import Refused

if TYPE_CHECKING:
    from connector.sandbox.store.app import StoreSandbox

TYPE = "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes"

Verb = Callable[..., Response]
Route = tuple[str, str, Verb, str]
"""Method, path, what answers, and the scope it needs."""


class Call:
    """One request to one store."""

    def __init__(self, store: StoreSandbox, request: Request) -> None:
        self.store = store
        self.request = request
        self.query: Mapping[str, str] = request.args

    def order(self, order_id: int) -> Order:
        """Find the order.

        :raises Refused: 404.
        """
        if order_id not in self.store.orders:
            raise Refused(404, "The requested resource was not found.")
        return self.store.orders[order_id]

    def body(self) -> dict[str, Any]:
        """Read the JSON object that was sent.

        :raises Refused: 400.
        """
        try:
            words = json.loads(self.request.get_data())
        except ValueError:
            words = None
        if not isinstance(words, dict):
            raise Refused(400, "Input is invalid")
        return words

    def exact(self) -> Any:
        """Read the JSON that was sent, its numbers exactly.

        :raises Refused: 400.
        """
        try:
            return json.loads(self.request.get_data(), parse_float=Decimal)
        except ValueError as exc:
            raise Refused(400, "Input is invalid") from exc

    def batch(self, most: int) -> list[Any]:
        """Read a list of at most so many entries.

        :raises Refused: 400, 413 for too many, 422 for what is no list or an empty one.
        """
        entries = self.exact()
        if not isinstance(entries, list) or not entries:
            raise Refused(422, "JSON data is missing or invalid")
        if len(entries) > most:
            raise Refused(413, f"The maximum items allowed in the array is {most}")
        return entries


def reply(value: Any, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(as_json(value), status, content_type="application/json")


def nothing() -> Response:
    """Answer 204 with an empty body."""
    return Response(b"", 204)


def refusal(refused: Refused, path: str) -> Response:
    """Say no in the words of the API's version: a list in v2, an object in v3."""
    if "v3/" in path:
        answer = reply(_problem(refused), refused.status)
        if "v3/inventory/" in path:
            answer.content_type = "application/problem+json"
        return answer
    return reply([{"status": refused.status, "message": refused.title}], refused.status)


def problem(status: int, title: str, errors: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Say in v3's words what went wrong."""
    return {"status": status, "title": title, "type": TYPE, "errors": errors or {}}


def _problem(refused: Refused) -> dict[str, Any]:
    if refused.batch:
        return {"batch_errors": refused.batch}
    return problem(refused.status, refused.title, refused.errors)


def v2_page(call: Call, rows: Sequence[Any]) -> Response:
    """Give one page; an empty one is 204 without a body."""
    page, limit = page_and_limit(call.query)
    shown = rows[(page - 1) * limit : page * limit]
    return reply(shown) if shown else nothing()
