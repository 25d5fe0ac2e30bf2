"""The store's catalog: what is asked, what is made of its products, and what is written to them, to the digit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from bigcommerce_rig import NO_CONTENT, CountedBudget, a_store, json, said

from connector.domain.faults import (
    ContractBroken,
    Effect,
    OutcomeUnknown,
    Rejected,
    Superseded,
    Throttled,
    Unauthorized,
    Unavailable,
)
from connector.domain.money import Money
from connector.domain.product import (
    Article,
    ListPrice,
    NewProduct,
    ProductChange,
    StockLevel,
    StoreMode,
    Tracking,
    VariantChange,
)

PRODUCTS, VARIANTS = "/v3/catalog/products", "/v3/catalog/variants"
LEVELS = "/v3/inventory/adjustments/absolute"
TEE = json.loads((Path(__file__).parent / "fixtures" / "bigcommerce_product.json").read_text(), parse_float=Decimal)


@pytest.fixture
def catalog(edge, trail, budget):
    return a_store(trail, CountedBudget(), budget).catalog


def plain(number, sku, **more):
    """A product without options, as the store tells it."""
    variant = {"id": 9000 + number, "product_id": number, "sku": sku, "price": None, "option_values": []}
    return {
        "id": number,
        "name": f"Thing {number}",
        "sku": sku,
        "description": "<p>fine</p>",
        "price": Decimal("10.50"),
        "weight": Decimal("0.25"),
        "inventory_tracking": "product",
        "inventory_level": 7,
        "is_visible": True,
        "base_variant_id": 9000 + number,
        "variants": [variant | {"inventory_level": 0}],
    } | more


def optioned(number, *skus, **more):
    """A product whose variants have these SKUs."""
    variants = [
        {"id": number * 10 + place, "product_id": number, "sku": sku, "option_values": [{"id": place}]}
        for place, sku in enumerate(skus)
    ]
    return plain(number, f"P-{number}") | {"inventory_tracking": "variant", "variants": variants} | more


def article(number, sku, **more):
    made = {
        "sku": sku,
        "product": number,
        "variant": 9000 + number,
        "base": True,
        "tracking": Tracking.PRODUCT,
        "name": f"Thing {number}",
        "description": "<p>fine</p>",
        "price": Decimal("10.50"),
        "weight": Decimal("0.25"),
        "visible": True,
    }
    return Article(**(made | more))


def listing(products, most=250, total=True):
    """The real list: filtered by id and SKU, sorted by id, cut in pages of at most ``most``."""

    def answer(query):
        kept = [row for row in products if row["id"] >= int(query.get("id:min", 0))]
        if "id:in" in query:
            kept = [row for row in kept if str(row["id"]) in query["id:in"].split(",")]
        if "sku:in" in query or "sku" in query:
            wanted = query["sku:in"].lower().split(",") if "sku:in" in query else [query["sku"].lower()]
            kept = [row for row in kept if row["sku"].lower() in wanted]
        size = min(int(query["limit"]), most)
        page = sorted(kept, key=lambda row: row["id"])[(int(query["page"]) - 1) * size : int(query["page"]) * size]
        return said({"data": page, "meta": {"pagination": {"total": len(kept)}} if total else {}})

    return answer


def variant_list(products, most=250):
    rows = [variant for product in products for variant in product["variants"]]

    def answer(query):
        kept = [row for row in rows if "sku" not in query or row["sku"].lower() == query["sku"].lower()]
        if "product_id:in" in query:
            kept = [row for row in kept if str(row["product_id"]) in query["product_id:in"].split(",")]
        page = kept[(int(query["page"]) - 1) * most : int(query["page"]) * most]
        return said({"data": page, "meta": {"pagination": {"total": len(kept)}}})

    return answer


def a_shop(edge, *products, **how):
    edge.on(f"GET {PRODUCTS}", listing(products, **how))
    edge.on(f"GET {VARIANTS}", variant_list(products))


def queries(edge):
    return [(path.rpartition("/")[2], query) for _, path, query in edge.asked]


def unguarded():
    """A guard that lets everything pass."""


# reading


def test_the_store_says_how_it_keeps_prices_and_weights(catalog, edge, budget):
    edge.on("/v2/store", said({"currency": "eur", "is_price_entered_with_tax": True, "weight_units": "KGS"}))
    assert catalog.mode() == StoreMode("EUR", with_tax=True, weight_unit="kg")
    assert (edge.paths, budget.reserved) == (["GET /v2/store"], [1])


@pytest.mark.parametrize("told", [{"currency": "", "is_price_entered_with_tax": True}, {"currency": "EUR"}, []])
def test_a_store_that_does_not_say_so_breaks_the_contract(catalog, edge, told):
    edge.on("/v2/store", said(told))
    with pytest.raises(ContractBroken):
        catalog.mode()


def test_a_product_with_options_is_its_variants(catalog, edge):
    a_shop(edge, TEE)
    shared = {"product": 184, "base": False, "tracking": Tracking.VARIANT, "name": "Sample Tee", "visible": True}
    shared |= {"description": "<p>Sample</p>", "weight": None}
    assert catalog.products([184]) == [
        Article(sku="TEE-RED-S", variant=421, price=None, **shared),
        Article(sku="TEE-RED-M", variant=422, price=Decimal("51.95"), **shared),
    ]


def test_a_product_without_options_is_one_article_with_the_products_own_price(catalog, edge):
    a_shop(edge, plain(1, "A"))
    assert catalog.products([1]) == [article(1, "A")]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"sku": "", "variants": [{"id": 9001, "sku": "V", "option_values": []}]}, {"sku": "V"}),
        ({"variants": []}, {}),
        ({"variants": None, "base_variant_id": 5}, {"variant": 5}),
        ({"inventory_tracking": "none"}, {"tracking": Tracking.NONE}),
        ({"weight": None}, {"weight": None}),
        ({"weight": "1.2500", "price": 3}, {"weight": Decimal("1.2500"), "price": Decimal(3)}),
        ({"is_visible": False, "description": ""}, {"visible": False, "description": ""}),
        ({"inventory_tracking": "variant"}, {"tracking": Tracking.VARIANT}),
    ],
)
def test_what_the_store_leaves_out_has_its_meaning(catalog, edge, more, expected):
    edge.on(PRODUCTS, said({"data": [plain(1, "A") | more], "meta": {"pagination": {"total": 1}}}))
    assert catalog.products([1]) == [article(1, **({"sku": "A"} | expected))]


@pytest.mark.parametrize(
    "product",
    [
        optioned(1, "", ""),
        plain(1, ""),
        plain(1, "A", variants=[], base_variant_id=None),
    ],
)
def test_what_has_no_sku_or_no_variant_is_no_article(catalog, edge, product):
    edge.on(PRODUCTS, said({"data": [product], "meta": {"pagination": {"total": 1}}}))
    assert catalog.products([1]) == []


@pytest.mark.parametrize(
    "change",
    [{"id": "x"}, {"price": None}, {"price": "much"}, {"inventory_tracking": "sku"}, {"variants": {"id": 1}}],
)
def test_a_product_that_does_not_read_breaks_the_contract(catalog, edge, change):
    edge.on(PRODUCTS, said({"data": [plain(1, "A") | change], "meta": {"pagination": {"total": 1}}}))
    with pytest.raises(ContractBroken, match="product list row 1"):
        catalog.products([1])


def test_products_are_asked_for_250_at_a_time_and_those_gone_are_left_out(catalog, edge, budget):
    a_shop(edge, *(plain(number, f"S{number}") for number in range(1, 301) if number != 7))
    found = catalog.products(list(range(1, 301)))
    assert [one.product for one in found] == [number for number in range(1, 301) if number != 7]
    assert [len(query["id:in"].split(",")) for _, _, query in edge.asked] == [250, 50]
    assert budget.reserved == [1, 1]


def test_no_product_asks_for_nothing(catalog, edge):
    assert (catalog.products([]), catalog.find([]), edge.asked) == ([], [], [])


# finding


def test_products_are_found_by_their_sku_whatever_its_case(catalog, edge):
    a_shop(edge, plain(1, "abc-1"), plain(2, "ABC-2"), plain(3, "other"))
    assert [(one.sku, one.product) for one in catalog.find(["ABC-2", "ABC-1"])] == [("ABC-2", 2), ("abc-1", 1)]
    assert queries(edge) == [
        ("products", {"include": "variants", "sku:in": "ABC-2,ABC-1", "limit": "250", "page": "1"})
    ]


def test_a_variant_is_found_by_its_own_sku_and_read_with_its_product(catalog, edge, trail):
    a_shop(edge, optioned(4, "TEE-S", "tee-m"), plain(5, "HAT"))
    found = catalog.find(["TEE-M", "HAT", "NONE"])
    assert [(one.sku, one.variant, one.base, one.name) for one in found] == [
        ("tee-m", 41, False, "Thing 4"),
        ("HAT", 9005, True, "Thing 5"),
    ]
    assert queries(edge) == [
        ("products", {"include": "variants", "sku:in": "TEE-M,HAT,NONE", "limit": "250", "page": "1"}),
        ("variants", {"sku": "TEE-M", "limit": "250", "page": "1"}),
        ("variants", {"sku": "NONE", "limit": "250", "page": "1"}),
        ("products", {"include": "variants", "id:in": "4", "limit": "250", "page": "1"}),
    ]
    assert {one.effect for one in trail.exchanges} == {Effect.READ}


def test_variants_of_one_product_are_read_with_it_once(catalog, edge):
    a_shop(edge, optioned(4, "S", "M", "L"))
    assert [one.variant for one in catalog.find(["L", "S", "M"])] == [42, 40, 41]
    assert [path for path, _ in queries(edge)] == ["products", "variants", "variants", "variants", "products"]


def test_the_sku_of_a_product_with_options_is_no_article(catalog, edge):
    a_shop(edge, optioned(4, "S", "M"))
    assert catalog.find(["P-4"]) == []


def test_a_sku_with_a_comma_is_asked_for_alone(catalog, edge):
    a_shop(edge, plain(1, "A,1"), plain(2, "B"))
    assert [one.product for one in catalog.find(["A,1", "B"])] == [1, 2]
    assert [query.get("sku:in", query.get("sku")) for _, query in queries(edge)] == ["B", "A,1"]


def test_a_variant_that_only_resembles_the_sku_is_not_taken(catalog, edge):
    edge.on(PRODUCTS, said({"data": [], "meta": {}}))
    edge.on(VARIANTS, said({"data": [{"id": 1, "product_id": 9, "sku": "A-10", "option_values": []}], "meta": {}}))
    assert catalog.find(["A-1"]) == []
    assert [path for path, _ in queries(edge)] == ["products", "variants"]


def test_skus_are_asked_for_50_at_a_time(catalog, edge, budget):
    a_shop(edge, *(plain(number, f"S{number}") for number in range(1, 121)))
    assert len(catalog.find([f"s{number}" for number in range(1, 121)])) == 120
    assert [len(query["sku:in"].split(",")) for _, query in queries(edge)] == [50, 50, 20]
    assert budget.reserved == [1, 1, 1]


# all of them


def test_all_products_come_by_rising_id_each_page_from_behind_the_last(catalog, edge, budget):
    a_shop(edge, *(plain(number, f"S{number}") for number in range(1, 601)))
    pages = list(catalog.every())
    assert [len(page) for page in pages] == [250, 250, 100]
    assert [one.product for page in pages for one in page] == list(range(1, 601))
    asked = {"include": "variants", "sort": "id", "direction": "asc", "limit": "250", "page": "1"}
    assert queries(edge) == [("products", {**asked, "id:min": first}) for first in ("1", "251", "501")]
    assert budget.reserved == [1, 1, 1]


def test_a_reading_goes_on_behind_a_product(catalog, edge):
    a_shop(edge, *(plain(number, f"S{number}") for number in range(1, 11)))
    assert [one.product for page in catalog.every(after=8) for one in page] == [9, 10]


def test_products_deleted_while_the_list_is_read_hide_no_other(catalog, edge):
    products = [plain(number, f"S{number}") for number in range(1, 601)]
    edge.on(PRODUCTS, listing(products))
    seen = []
    for page in catalog.every():
        seen += [one.product for one in page]
        del products[:100]
    assert seen == list(range(1, 601))


@pytest.mark.parametrize(("products", "calls"), [(0, 1), (7, 2), (250, 2), (251, 3)])
def test_without_a_count_only_an_empty_page_is_the_end(catalog, edge, products, calls):
    a_shop(edge, *(plain(number, f"S{number}") for number in range(1, products + 1)), total=False)
    assert sum(len(page) for page in catalog.every()) == products
    assert len(edge.asked) == calls


def test_a_count_smaller_than_a_page_is_not_the_end(catalog, edge):
    shop = listing([plain(number, f"S{number}") for number in range(1, 252)])
    edge.on(PRODUCTS, lambda query: said(json.loads(shop(query)[2]) | {"meta": {"pagination": {"total": 1}}}))
    assert sum(len(page) for page in catalog.every()) == 251


def test_a_page_without_any_article_is_not_the_end(catalog, edge):
    a_shop(edge, *(plain(number, "" if number <= 250 else "A") for number in range(1, 252)))
    assert [one.product for one in next(catalog.every())] == [251]


def test_a_server_with_smaller_pages_is_read_to_the_end(catalog, edge):
    a_shop(edge, *(plain(number, f"S{number}") for number in range(1, 26)), most=10)
    assert [len(page) for page in catalog.every()] == [10, 10, 5]


@pytest.mark.parametrize("ids", [[2, 1], [1, 1], [1, 3, 2]])
def test_a_list_that_does_not_rise_is_not_trusted(catalog, edge, ids):
    edge.on(PRODUCTS, said({"data": [plain(number, "A") for number in ids], "meta": {}}))
    with pytest.raises(ContractBroken, match="does not rise by id from behind 0"):
        list(catalog.every())


def test_a_list_that_ignores_where_to_begin_is_not_read_for_ever(catalog, edge):
    edge.on(PRODUCTS, said({"data": [plain(1, "A")], "meta": {}}))
    with pytest.raises(ContractBroken, match="from behind 1"):
        list(catalog.every())


def test_modified_products_are_asked_for_with_date_and_zone(catalog, edge):
    a_shop(edge, plain(3, "A"), plain(5, "B"))
    since = datetime(2026, 3, 15, 14, 0, 0, 999, tzinfo=timezone(timedelta(hours=2)))
    assert [one.sku for page in catalog.modified(since) for one in page] == ["A", "B"]
    [(_, query)] = queries(edge)
    assert (query["date_modified:min"], query["id:min"]) == ("2026-03-15T12:00:00Z", "1")


def test_variants_that_may_have_been_cut_are_read_apart(catalog, edge):
    whole = optioned(4, *(f"V{number}" for number in range(120)))
    cut = whole | {"variants": whole["variants"][:50]}
    edge.on(PRODUCTS, listing([plain(1, "A"), cut, optioned(5, "X", "Y")]))
    edge.on(VARIANTS, variant_list([whole], most=50))
    [page] = catalog.every()
    assert [one.sku for one in page] == ["A", *(f"V{number}" for number in range(120)), "X", "Y"]
    assert [(path, query.get("product_id:in")) for path, query in queries(edge)] == [
        ("products", None),
        *[("variants", "4")] * 3,
    ]


# stock


def held(variant, on_hand, **identity):
    return {
        "identity": {"sku": f"S{variant}", "variant_id": variant, "product_id": 1, **identity},
        "available_to_sell": on_hand - 2,
        "total_inventory_onhand": on_hand,
        "settings": {"safety_stock": 2, "is_in_stock": True},
    }


def stock_list(rows):
    def answer(query):
        wanted = set(query["variant_id:in"].split(","))
        page = [row for row in rows if str(row["identity"]["variant_id"]) in wanted]
        return said({"data": page, "meta": {"pagination": {"total": len(page)}}})

    return answer


def test_levels_are_read_by_variant_two_hundred_and_fifty_at_a_time(catalog, edge, budget):
    edge.on("/v3/inventory/locations/2/items", stock_list([held(number, number) for number in range(1, 400)]))
    assert catalog.levels(2, range(1, 301)) == {number: number for number in range(1, 301)}
    assert [len(query["variant_id:in"].split(",")) for _, _, query in edge.asked] == [250, 50]
    assert budget.reserved == [1, 1]


def test_levels_may_be_negative_and_what_the_store_does_not_hold_there_is_left_out(catalog, edge):
    edge.on("/v3/inventory/locations/2/items", stock_list([held(1, -4), held(3, 0)]))
    assert catalog.levels(2, [1, 2, 3]) == {1: -4, 3: 0}


def test_no_variants_are_asked_for_with_no_call(catalog, edge):
    assert catalog.levels(2, []) == {}
    assert edge.asked == []


def test_an_unknown_location_is_rejected_by_number(catalog, edge):
    with pytest.raises(Rejected, match=r"^the store has no location 9$"):
        catalog.levels(9, [1])


# writing


def test_a_products_change_names_only_what_changes_and_keeps_every_digit(catalog, edge, trail, budget):
    edge.on(f"PUT {PRODUCTS}", said({"data": [], "meta": {}}))
    changes = [
        ProductChange(1, name="Tee", description="", price=Decimal("19.90"), weight=Decimal("0.1000"), visible=False),
        ProductChange(2, price=Decimal("1E+2")),
    ]
    assert catalog.change_products(changes, guard=unguarded) == {}
    assert edge.sent[0].body == (
        b'[{"id":1,"name":"Tee","description":"","price":19.90,"weight":0.1000,"is_visible":false},'
        b'{"id":2,"price":100}]'
    )
    assert [(one.call, one.effect) for one in trail.exchanges] == [("PUT /v3/catalog/products", Effect.WRITE)]
    assert budget.reserved == [1]


def test_a_variants_change_names_only_what_changes(catalog, edge):
    edge.on(f"PUT {VARIANTS}", said({"data": [], "meta": {}}))
    changes = [VariantChange(421, price=Decimal("51.95")), VariantChange(422, weight=Decimal("0.3"))]
    assert catalog.change_variants(changes, guard=unguarded) == {}
    assert edge.sent[0].body == b'[{"id":421,"price":51.95},{"id":422,"weight":0.3}]'


def test_a_list_price_carries_its_currency(catalog, edge):
    edge.on("PUT /v3/pricelists/3/records", said({"data": {}, "meta": {}}))
    prices = [ListPrice(421, Money(Decimal("45.00"), "EUR")), ListPrice(422, Money(Decimal(7), "EUR"))]
    assert catalog.set_list_prices(3, prices, guard=unguarded) == {}
    assert edge.sent[0].body == (
        b'[{"variant_id":421,"currency":"EUR","price":45.00},{"variant_id":422,"currency":"EUR","price":7}]'
    )


def test_stock_is_set_on_what_the_store_counts_it_on(catalog, edge):
    edge.on(f"PUT {LEVELS}", said({"transaction_id": "t"}))
    levels = [
        StockLevel(article(1, "A"), 2, 5),
        StockLevel(article(4, "TEE-S", variant=40, base=False, tracking=Tracking.VARIANT), 2, 0),
    ]
    assert catalog.set_stock(levels, guard=unguarded) == {}
    assert edge.bodies == [
        {
            "reason": "ml-connector",
            "items": [
                {"location_id": 2, "product_id": 1, "quantity": 5},
                {"location_id": 2, "variant_id": 40, "quantity": 0},
            ],
        }
    ]


def test_what_the_store_does_not_count_is_refused_without_a_call(catalog, edge):
    level = StockLevel(article(1, "A", tracking=Tracking.NONE), 2, 5)
    refused = catalog.set_stock([level], guard=unguarded)
    assert {key: str(fault) for key, fault in refused.items()} == {
        level: "the store does not track the inventory of A"
    }
    assert edge.asked == []


def test_no_change_makes_no_call(catalog, edge):
    assert catalog.change_products([], guard=unguarded) == {}
    assert catalog.set_list_prices(3, [], guard=unguarded) == {}
    assert edge.asked == []


def test_a_worker_that_lost_its_claim_writes_nothing(catalog, edge, budget):
    def superseded():
        raise Superseded("another run took over")

    with pytest.raises(Superseded):
        catalog.change_products([ProductChange(1, name="x")], guard=superseded)
    with pytest.raises(Superseded):
        catalog.create(NewProduct("A", "Thing", "", Decimal(1), Decimal(1), visible=False), guard=superseded)
    assert edge.asked == []


@pytest.mark.parametrize("answer", [said({}, 504), requests.ReadTimeout("slow"), (200, {}, "<html>")])
def test_a_lost_answer_to_absolute_values_is_harmless_to_repeat(catalog, edge, answer):
    edge.on(f"PUT {PRODUCTS}", answer)
    with pytest.raises(Unavailable):
        catalog.change_products([ProductChange(1, name="x")], guard=unguarded)
    assert edge.paths == [f"PUT {PRODUCTS}"]


def test_a_catalogs_calls_are_counted_in_its_own_budget(edge, trail):
    class Spent(CountedBudget):
        def reserve(self, calls=1):
            raise Throttled("what orders leave of the window is spent")

    orders = CountedBudget()
    store = a_store(trail, orders, Spent())
    with pytest.raises(Throttled):
        store.catalog.mode()
    with pytest.raises(Throttled):
        store.catalog.change_products([ProductChange(1, name="x")], guard=unguarded)
    edge.on("/v3/hooks", said({"data": [], "meta": {}}))
    assert store.hooks.every() == []
    assert (edge.paths, orders.reserved) == (["GET /v3/hooks"], [1])


# creating


NEW = NewProduct("W-1", "Widget", "A fine one", Decimal("12.00"), Decimal("0.50"), visible=False)


def test_a_product_is_created_hidden_and_counted_on_the_product(catalog, edge, trail):
    edge.on(f"POST {PRODUCTS}", said({"data": plain(77, "W-1", is_visible=False), "meta": {}}))
    assert catalog.create(NEW, guard=unguarded) == article(77, "W-1", visible=False)
    assert edge.sent[0].body == (
        b'{"name":"Widget","type":"physical","sku":"W-1","price":12.00,"weight":0.50,"description":"A fine one",'
        b'"is_visible":false,"inventory_tracking":"product"}'
    )
    assert [(one.call, one.effect) for one in trail.exchanges] == [("POST /v3/catalog/products", Effect.WRITE)]


def test_a_product_is_put_under_the_categories_it_is_given(catalog, edge):
    edge.on(f"POST {PRODUCTS}", said({"data": plain(77, "W-1", is_visible=False), "meta": {}}))
    catalog.create(replace(NEW, categories=(23, 5)), guard=unguarded)
    assert json.loads(edge.sent[0].body)["categories"] == [23, 5]


def test_a_created_product_is_known_by_its_base_variant(catalog, edge):
    told = {name: value for name, value in plain(77, "W-1").items() if name != "variants"}
    edge.on(f"POST {PRODUCTS}", said({"data": told, "meta": {}}))
    assert catalog.create(NEW, guard=unguarded).variant == 9077


@pytest.mark.parametrize("status", [409, 422])
def test_a_product_that_is_refused_says_why_in_the_stores_words(catalog, edge, status):
    told = {"status": status, "title": "The product sku is a duplicate", "errors": {"sku": "W-1 is taken"}}
    edge.on(f"POST {PRODUCTS}", said(told, status))
    with pytest.raises(Rejected) as caught:
        catalog.create(NEW, guard=unguarded)
    words = "The product sku is a duplicate; sku: W-1 is taken"
    assert str(caught.value) == f"POST /v3/catalog/products answered {status}: {words}"
    assert len(edge.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        said({}, 502),
        requests.ConnectionError("reset"),
        (200, {}, "<html>"),
        said({"data": {}, "meta": {}}),
        said({"data": plain(7, "A", variants=[], base_variant_id=None)}),
        NO_CONTENT,
    ],
)
def test_whether_a_product_was_created_may_be_unknown(catalog, edge, answer):
    edge.on(f"POST {PRODUCTS}", answer)
    with pytest.raises(OutcomeUnknown):
        catalog.create(NEW, guard=unguarded)
    assert len(edge.asked) == 1


def test_a_product_whose_address_was_not_saved_is_created_all_the_same(catalog, edge):
    told = {"data": plain(77, "W-1"), "errors": {"custom_url": "could not be saved"}, "meta": {}}
    edge.on(f"POST {PRODUCTS}", said(told, 207))
    assert catalog.create(NEW, guard=unguarded).product == 77


@pytest.mark.parametrize(
    ("status", "fault"), [(401, Unauthorized), (403, Unauthorized), (429, Throttled), (507, Rejected)]
)
def test_other_refusals_keep_their_names(catalog, edge, status, fault):
    edge.on(f"POST {PRODUCTS}", said({}, status))
    with pytest.raises(fault) as caught:
        catalog.create(NEW, guard=unguarded)
    assert type(caught.value) is fault
    if status == 403:
        assert str(caught.value).endswith("the store's API account needs the scope store_v2_products")


def test_a_clock_elsewhere_is_still_utc(catalog, edge):
    edge.on(PRODUCTS, said({"data": [], "meta": {}}))
    assert list(catalog.modified(datetime(2026, 3, 15, tzinfo=UTC))) == []
    assert edge.asked[0][2]["date_modified:min"] == "2026-03-15T00:00:00Z"
