"""The store's ``/v3``: transactions, refunds and hooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from werkzeug.wrappers import Response

from connector.sandbox.store import views_v3
from connector.sandbox.store.calls import Call, Route, nothing, reply
from connector.sandbox.store.forms import read_date
from connector.sandbox.store.listing import page_and_limit
from connector.sandbox.store.orders import Order, Refund
from connector.sandbox.store.refunds import Refused, worth_of

ASKED = ("items", "payments", "merchant_calculated_override", "tax_adjustment_amount", "reason")
ACTIONS = "/v3/orders/<int:order_id>/payment_actions"


@contextmanager
def _judging() -> Iterator[None]:
    """Refuse what does not read, as 422 and not as an accident."""
    try:
        yield
    except (KeyError, ValueError, ArithmeticError) as exc:
        raise Refused(422, "JSON data is missing or invalid") from exc


def _transactions(call: Call, order_id: int) -> Response:
    order = call.order(order_id)
    return reply(views_v3.transactions_of(order)) if order.transactions else nothing()


def _order_refunds(call: Call, order_id: int) -> Response:
    order = call.order(order_id)
    return reply({"data": [views_v3.refund_of(order, one) for one in list(order.refunds)], "meta": {}})


def _every_refund(call: Call) -> list[tuple[Order, Refund]]:
    pairs = [(order, refund) for order in list(call.store.orders.values()) for refund in list(order.refunds)]
    return sorted(pairs, key=lambda pair: pair[1].id)


def _refunds(call: Call) -> Response:
    page, limit = page_and_limit(call.query)
    with _judging():
        kept = [(order, one) for order, one in _every_refund(call) if _wanted(order, one, call.query)]
    return reply(views_v3.page_of([views_v3.refund_of(*pair) for pair in kept], page=page, limit=limit))


def _wanted(order: Order, refund: Refund, query: Mapping[str, str]) -> bool:
    if "order_id:in" in query and str(order.id) not in query["order_id:in"].split(","):
        return False
    if "id:in" in query and str(refund.id) not in query["id:in"].split(","):
        return False
    if "created:min" in query and refund.created_at < read_date(query["created:min"]):
        return False
    return "created:max" not in query or refund.created_at <= read_date(query["created:max"])


def _refund(call: Call, refund_id: int) -> Response:
    for order, one in _every_refund(call):
        if one.id == refund_id:
            return reply({"data": views_v3.refund_of(order, one), "meta": {}})
    raise Refused(404, "The requested resource was not found.")


def _quote(call: Call, order_id: int) -> Response:
    order, words = call.order(order_id), call.body()
    with _judging():
        worth = worth_of(order, words)
    return reply({"data": views_v3.quote_of(order, worth), "meta": {}}, 201)


def _give_back(call: Call, order_id: int) -> Response:
    order, words = call.order(order_id), call.body()
    if not isinstance(words.get("payments"), list):
        raise Refused(422, "JSON data is missing or invalid")
    with _judging():
        refund_id = call.store.refund(order.id, **{name: words[name] for name in ASKED if name in words})
    refund = next(one for one in order.refunds if one.id == refund_id)
    return reply({"data": views_v3.refund_of(order, refund), "meta": {}}, 201)


def _hooks(call: Call) -> Response:
    page, limit = page_and_limit(call.query)
    rows = [hook.as_shown() for hook in call.store.hooks.all() if _same(hook.as_shown(), call.query)]
    return reply(views_v3.page_of(rows, page=page, limit=limit))


def _same(hook: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    if "is_active" in query and hook["is_active"] != (query["is_active"] == "true"):
        return False
    return all(hook[name] == query[name] for name in ("scope", "destination") if name in query)


def _new_hook(call: Call) -> Response:
    return reply({"data": call.store.hooks.create(call.body()).as_shown(), "meta": {}})


def _hook(call: Call, hook_id: int) -> Response:
    return reply({"data": call.store.hooks.get(hook_id).as_shown(), "meta": {}})


def _change_hook(call: Call, hook_id: int) -> Response:
    return reply({"data": call.store.hooks.update(hook_id, call.body()).as_shown(), "meta": {}})


def _drop_hook(call: Call, hook_id: int) -> Response:
    return reply({"data": call.store.hooks.delete(hook_id).as_shown(), "meta": {}})


def _hooks_admin(call: Call) -> Response:
    listed = [{**hook.as_shown(), "status": hook.status} for hook in call.store.hooks.all()]
    shown = [hook for hook in listed if _same(hook, call.query)]
    return reply(
        {"data": {"emails": call.store.hooks.emails, "hooks_list": shown, "blocked_domains": []}, "meta": {}}
    )


def _hooks_emails(call: Call) -> Response:
    call.store.hooks.emails = list(call.body().get("emails", []))
    return nothing()


ROUTES: tuple[Route, ...] = (
    ("GET", "/v3/orders/<int:order_id>/transactions", _transactions, "transactions"),
    ("GET", "/v3/orders/payment_actions/refunds", _refunds, "orders"),
    ("GET", "/v3/orders/payment_actions/refunds/<int:refund_id>", _refund, "orders"),
    ("GET", f"{ACTIONS}/refunds", _order_refunds, "orders"),
    ("POST", f"{ACTIONS}/refunds", _give_back, "orders"),
    ("POST", f"{ACTIONS}/refund_quotes", _quote, "orders"),
    ("GET", "/v3/hooks", _hooks, ""),
    ("POST", "/v3/hooks", _new_hook, ""),
    ("GET", "/v3/hooks/admin", _hooks_admin, ""),
    ("PUT", "/v3/hooks/admin", _hooks_emails, ""),
    ("GET", "/v3/hooks/<int:hook_id>", _hook, ""),
    ("PUT", "/v3/hooks/<int:hook_id>", _change_hook, ""),
    ("DELETE", "/v3/hooks/<int:hook_id>", _drop_hook, ""),
)
