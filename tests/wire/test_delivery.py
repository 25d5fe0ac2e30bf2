"""A webhook's body says which order to look at, and nothing it holds breaks the reader."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.bigcommerce.deliveries import parse
from connector.domain.delivery import Delivery, Unreadable

BODIES: list[str] = [
    vector["body"]
    for vector in json.loads((Path(__file__).parents[1] / "wire" / "signed_deliveries.json").read_text())[
        "deliveries"
    ]
]


def body(scope: object, data: object, **more: object) -> bytes:
    return json.dumps({"producer": "stores/abcde12345", "scope": scope, "data": data, **more}).encode()


def read(scope: str, data: object, **more: object) -> Delivery:
    delivery = parse(body(scope, data, **more))
    assert isinstance(delivery, Delivery)
    return delivery


def test_a_created_order_is_read_whole() -> None:
    assert parse(BODIES[0].encode()) == Delivery(
        scope="store/order/created",
        store_hash="abcde12345",
        order=1042,
        created_at=datetime.fromtimestamp(1772574011, UTC),
    )


@pytest.mark.parametrize(
    ("scope", "data", "order"),
    [
        ("store/order/updated", {"type": "order", "id": 1042}, 1042),
        ("store/order/archived", {"type": "order", "id": 1042}, 1042),
        ("store/order/statusUpdated", {"type": "order", "id": 1042, "status": {"new_status_id": 11}}, 1042),
        ("store/order/message/created", {"type": "order", "id": 1042, "message": {"order_message_id": 3}}, 1042),
        ("store/order/refund/created", {"type": "order", "id": 1042, "refund": {"refund_id": 12}}, 1042),
        ("store/order/transaction/created", {"order_id": "1042", "transaction_id": "85926390", "id": 7}, 1042),
        ("store/order/transaction/updated", {"order_id": 1042}, 1042),
        ("store/order/metafield/updated", {"metafield_id": 3, "resource_id": "1042"}, 1042),
        ("store/shipment/created", {"type": "shipment", "id": 5, "orderId": 1042}, 1042),
        ("store/channel/1/order/created", {"type": "order", "id": 1042}, 1042),
        ("store/channel/*/order/refund/created", {"id": 1042, "refund": {"refund_id": 12}}, 1042),
        ("store/product/updated", {"type": "product", "id": 184}, None),
        ("store/channel/*/inventory/product/stock_changed", {"variant_id": 421, "product_id": 184}, None),
        ("store/priceList/records/updated", [{"id": 1}], None),
        ("store/app/uninstalled", None, None),
    ],
)
def test_each_scope_names_its_order_where_the_store_puts_it(scope: str, data: object, order: int | None) -> None:
    assert read(scope, data).order == order


@pytest.mark.parametrize(
    ("scope", "data", "product"),
    [
        ("store/product/created", {"type": "product", "id": 184}, 184),
        ("store/product/updated", {"type": "product", "id": "184", "properties": ["name"]}, 184),
        ("store/product/deleted", {"type": "product", "id": 184}, 184),
        ("store/product/inventory/updated", {"id": 7, "inventory": {"product_id": 184, "method": "absolute"}}, 184),
        ("store/product/inventory/order/updated", {"inventory": {"product_id": 184, "value": -1}}, 184),
        ("store/sku/created", {"type": "sku", "id": 461, "sku": {"product_id": 184, "variant_id": 421}}, 184),
        ("store/sku/updated", {"type": "sku", "id": 461, "sku": {"product_id": 184, "variant_id": 421}}, 184),
        ("store/sku/inventory/updated", {"inventory": {"product_id": 184, "variant_id": 421, "value": 5}}, 184),
        ("store/sku/inventory/order/updated", {"inventory": {"product_id": 184, "variant_id": 421}}, 184),
        ("store/channel/1/product/updated", {"type": "product", "id": 184}, 184),
        ("store/channel/1/inventory/product/stock_changed", {"variant_id": 421, "product_id": 184}, 184),
        ("store/channel/*/inventory/product/out_of_stock_reached", {"product_id": "184"}, 184),
        ("store/order/created", {"type": "order", "id": 1042}, None),
        ("store/inventory/location/updated", {"location_id": 2}, None),
        ("store/product/metafield/created", {"metafield_id": 3}, None),
    ],
)
def test_each_scope_names_its_product_where_the_store_puts_it(scope: str, data: object, product: int | None) -> None:
    assert read(scope, data).product == product


@pytest.mark.parametrize(
    ("scope", "data", "field"),
    [
        ("store/product/updated", {"id": "x"}, "id"),
        ("store/product/inventory/updated", {"id": 184, "inventory": {}}, "inventory.product_id"),
        ("store/product/inventory/updated", {"id": 184, "inventory": None}, "inventory.product_id"),
        ("store/sku/updated", {"id": 461, "sku": [184]}, "sku.product_id"),
        ("store/sku/inventory/updated", None, "inventory.product_id"),
        ("store/channel/1/inventory/product/stock_changed", {"variant_id": 421}, "product_id"),
    ],
)
def test_a_product_scope_without_a_product_is_unreadable(scope: str, data: object, field: str) -> None:
    assert parse(body(scope, data)) == Unreadable(f"the body names no product in data.{field}")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            {"type": "webhook", "id": 9, "error_code": 90002, "message": "retries exhausted"},
            "90002: retries exhausted",
        ),
        ({"error_code": "90003", "message": "domain\u0000 blocked"}, "90003: domain blocked"),
        ({"message": "will retry"}, "will retry"),
        ({"error_code": 90001, "message": ""}, "90001"),
        ({"error_code": 90001, "message": "x" * 400}, "90001: " + "x" * 293),
        ({"error_code": True, "message": ["x"]}, ""),
        (None, ""),
    ],
)
def test_the_stores_complaint_of_a_hook_is_kept_in_its_words(data: object, said: str) -> None:
    assert read("store/hook/deliveryException", data).exception == said
    assert read("store/app/uninstalled", data).exception == ""


def test_the_moment_may_be_left_out() -> None:
    assert read("store/order/created", {"id": 1}).created_at is None


@pytest.mark.parametrize("moment", ["1772574011", True, 10**30, 1.5, None])
def test_a_moment_that_is_none_is_left_out(moment: object) -> None:
    assert read("store/order/created", {"id": 1}, created_at=moment).created_at is None


@pytest.mark.parametrize("order", [0, -1, True, 1.0, "", "x", "١", "1" * 19, None, [1], {"id": 1}])
def test_an_order_scope_without_an_order_is_unreadable(order: object) -> None:
    assert parse(body("store/order/created", {"id": order})) == Unreadable("the body names no order in data.id")


@pytest.mark.parametrize("data", [None, [], "1042", 1042, {"order_id": 1042}])
def test_an_order_scope_with_other_data_is_unreadable(data: object) -> None:
    assert parse(body("store/order/created", data)) == Unreadable("the body names no order in data.id")


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000, b"1" * 10_000, b"nil"])
def test_what_is_not_json_is_unreadable(raw: bytes) -> None:
    assert parse(raw) == Unreadable("the body is not JSON")


@pytest.mark.parametrize("raw", [b"[]", b"null", b"1", b'"store/order/created"', b"NaN"])
def test_what_is_not_an_object_is_unreadable(raw: bytes) -> None:
    assert parse(raw) == Unreadable("the body is not an object")


@pytest.mark.parametrize(
    "scope", [None, "", 1, "order", "store/", "store/ö", "store/a\x00b", "store/a\n", "store/" + "a" * 201]
)
def test_a_body_without_a_scope_is_unreadable(scope: object) -> None:
    assert parse(body(scope, {"id": 1})) == Unreadable("the body names no scope")


@pytest.mark.parametrize("producer", [None, "", 7, "stores/", "apps/abc", "stores/a/b", "stores/\ud800"])
def test_a_body_without_a_store_is_unreadable(producer: object) -> None:
    raw = body("store/order/created", {"id": 1}, producer=producer)
    assert parse(raw) == Unreadable("the body names no store as its producer")


_JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "order_id", "refund", "refund_id", "sku", "product_id", "message"]), inner
        )
    ),
    max_leaves=6,
)
_SCOPES = st.sampled_from(
    [
        "store/order/created",
        "store/order/transaction/created",
        "store/sku/updated",
        "store/hook/deliveryException",
        "x",
    ]
)


@given(st.binary())
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    assert isinstance(parse(raw), Delivery | Unreadable)


@given(_JSON)
def test_no_json_breaks_the_reader(said: object) -> None:
    assert isinstance(parse(json.dumps(said).encode()), Unreadable)


@given(_SCOPES | _JSON, _JSON, _JSON, _JSON)
def test_no_envelope_breaks_the_reader_and_what_it_reads_can_be_kept(
    scope: object, data: object, moment: object, digest: object
) -> None:
    delivery = parse(body(scope, data, created_at=moment, hash=digest))
    if isinstance(delivery, Delivery):
        assert delivery.order is None or 0 < delivery.order < 2**63
        assert delivery.product is None or 0 < delivery.product < 2**63
        texts = f"{delivery.scope}{delivery.store_hash}{delivery.exception}"
        assert "\x00" not in texts.encode().decode()
