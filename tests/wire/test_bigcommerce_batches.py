"""One bad entry of a batch never keeps the others out, is told in the store's words, and costs few calls."""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import requests
from bigcommerce_rig import CountedBudget, Edge, Trail, a_store, json, said
from structlog.testing import capture_logs

from connector.bigcommerce.batches import HOPELESS, TRIED_ALONE
from connector.domain.faults import OutcomeUnknown, Rejected, Superseded, Throttled, Unauthorized, Unavailable
from connector.domain.money import Money
from connector.domain.product import Binding, ListPrice, ProductChange, StockLevel, Tracking, VariantChange

PRODUCTS, VARIANTS = "PUT /v3/catalog/products", "PUT /v3/catalog/variants"
PRICES, LEVELS = "PUT /v3/pricelists/3/records", "PUT /v3/inventory/adjustments/absolute"


@pytest.fixture
def catalog(edge, budget):
    return a_store(Trail(), CountedBudget(), budget).catalog


def unguarded():
    """A guard that lets everything pass."""


class Shelf:
    """A route that takes a batch whole, or refuses it whole when a bad id is in it."""

    def __init__(
        self, edge: Edge, route: str, *bad: int, refusal: Callable[[list[tuple[int, int]]], Any], status: int = 422
    ) -> None:
        self.edge, self.bad, self.refusal, self.status = edge, bad, refusal, status
        self.taken: list[int] = []
        self.calls: list[int] = []
        edge.on(route, self._answer)

    def _answer(self, query):
        sent = json.loads(self.edge.sent[-1].body)
        rows = sent["items"] if isinstance(sent, dict) else sent
        ids = [next(row[name] for name in ("id", "variant_id", "product_id") if name in row) for row in rows]
        self.calls.append(len(ids))
        found = [(place, number) for place, number in enumerate(ids) if number in self.bad]
        if found:
            return said(self.refusal(found), self.status)
        self.taken += ids
        return said({"data": [], "meta": {}})


def silent(found):
    """Nobody is named."""
    return {"status": 422, "title": "JSON data is missing or invalid", "errors": {}}


def by_place(found):
    return {"status": 422, "title": "Invalid", "errors": {f"{place}.price": "is too much" for place, _ in found}}


def by_place_from_one(found):
    return {"status": 422, "title": "Invalid", "errors": {f"{place + 1}.price": "is too much" for place, _ in found}}


def by_row(found):
    return {"batch_errors": [{"data": {"variant_id": id_}, "field_errors": {"price": "is odd"}} for _, id_ in found]}


def by_tracking(found):
    text = ", ".join(
        f"Item with variant_id {id_} is tracked by product, please update stock by product id" for _, id_ in found
    )
    return {"status": 422, "title": f"[{text}]", "errors": {}}


def products(number):
    return [ProductChange(100 + place, price=Decimal("1.00")) for place in range(number)]


def variants(number):
    return [VariantChange(100 + place, price=Decimal("1.00")) for place in range(number)]


def prices(number):
    return [ListPrice(100 + place, Money(Decimal("1.00"), "EUR")) for place in range(number)]


def levels(number, tracking=Tracking.VARIANT):
    return [
        StockLevel(Binding(f"S{place}", 5000 + place, 100 + place, base=False, tracking=tracking), 1, place)
        for place in range(number)
    ]


WRITES = {
    "products": (PRODUCTS, products, lambda catalog, batch: catalog.change_products(batch, guard=unguarded)),
    "variants": (VARIANTS, variants, lambda catalog, batch: catalog.change_variants(batch, guard=unguarded)),
    "prices": (PRICES, prices, lambda catalog, batch: catalog.set_list_prices(3, batch, guard=unguarded)),
    "levels": (LEVELS, levels, lambda catalog, batch: catalog.set_stock(batch, guard=unguarded)),
}


def told(refused):
    return {key: str(fault) for key, fault in refused.items()}


@pytest.mark.parametrize(("kind", "size"), [("products", 10), ("variants", 50), ("prices", 1000), ("levels", 2000)])
def test_a_batch_without_a_bad_entry_is_one_call(catalog, edge, budget, kind, size):
    route, make, write = WRITES[kind]
    shelf = Shelf(edge, route, refusal=silent)
    assert write(catalog, make(size)) == {}
    assert (shelf.calls, budget.reserved) == ([size], [1])


@pytest.mark.parametrize(
    ("kind", "size", "refusal", "words"),
    [
        ("prices", 1000, by_row, "price: is odd"),
        (
            "levels",
            2000,
            by_tracking,
            "[Item with variant_id 107 is tracked by product, please update stock by product id]",
        ),
    ],
)
def test_one_bad_entry_that_is_named_costs_two_calls(catalog, edge, *, kind, size, refusal, words):
    route, make, write = WRITES[kind]
    batch = make(size)
    shelf = Shelf(edge, route, 107, refusal=refusal)
    refused = write(catalog, batch)
    assert told(refused) == {batch[7]: f"{route.replace('/3/', '/{id}/')} answered 422: {words}"}
    assert shelf.calls == [size, size - 1]
    assert sorted(shelf.taken) == [100 + place for place in range(size) if place != 7]


@pytest.mark.parametrize("bad", [100, 105, 149])
@pytest.mark.parametrize(
    "refusal",
    [
        by_place,
        lambda found: {"batch_errors": [{"index": place, "title": "is too much"} for place, _ in found]},
        lambda found: {"batch_errors": [{"errors": {f"{place}.price": "is too much"}} for place, _ in found]},
        lambda found: {
            "batch_errors": [
                {"title": "is too much", "instance": f"/v3/catalog/variants/{id_}", "errors": {}} for _, id_ in found
            ]
        },
        lambda found: {"title": f"variant_id: {found[0][1]} is too much"},
        lambda found: {"title": f"a variant with an id of {found[0][1]} is too much"},
        lambda found: {"errors": [f"the variant with id {found[0][1]} is too much"]},
    ],
)
def test_one_bad_entry_that_is_hinted_at_costs_three_calls(catalog, edge, bad, refusal):
    shelf = Shelf(edge, VARIANTS, bad, refusal=refusal)
    batch = variants(50)
    refused = catalog.change_variants(batch, guard=unguarded)
    assert list(refused) == [batch[bad - 100]]
    assert "is too much" in str(refused[batch[bad - 100]])
    assert shelf.calls == [50, 1, 49]


def test_bad_entries_that_are_all_hinted_at_cost_three_calls(catalog, edge):
    shelf = Shelf(edge, VARIANTS, *range(110, 130), refusal=by_place)
    batch = variants(50)
    refused = catalog.change_variants(batch, guard=unguarded)
    assert set(refused) == set(batch[10:30])
    assert str(refused[batch[11]]) == "PUT /v3/catalog/variants answered 422: 1.price: is too much"
    assert shelf.calls == [50, 20, 30]


def test_a_hint_that_points_beside_refuses_no_innocent(catalog, edge):
    shelf = Shelf(edge, VARIANTS, 107, refusal=by_place_from_one)
    batch = variants(50)
    assert list(catalog.change_variants(batch, guard=unguarded)) == [batch[7]]
    assert sorted(shelf.taken) == [100 + place for place in range(50) if place != 7]


@pytest.mark.parametrize(
    ("kind", "size", "most"), [("products", 10, 9), ("variants", 50, 13), ("prices", 1000, 21), ("levels", 2000, 23)]
)
@pytest.mark.parametrize("share", [0, 0.33, 0.999])
def test_one_bad_entry_that_nobody_names_costs_twice_the_logarithm(catalog, edge, *, kind, size, most, share):
    route, make, write = WRITES[kind]
    batch, place = make(size), int(size * share)
    shelf = Shelf(edge, route, 100 + place, refusal=silent)
    refused = write(catalog, batch)
    call = route.replace("/3/", "/{id}/")
    assert told(refused) == {batch[place]: f"{call} answered 422: JSON data is missing or invalid"}
    assert sorted(shelf.taken) == [100 + other for other in range(size) if other != place]
    assert most == 1 + 2 * math.ceil(math.log2(size))
    assert len(shelf.calls) <= most


def test_two_bad_entries_of_ten_leave_eight(catalog, edge):
    shelf = Shelf(edge, PRODUCTS, 100, 109, refusal=silent)
    batch = products(10)
    assert set(catalog.change_products(batch, guard=unguarded)) == {batch[0], batch[9]}
    assert sorted(shelf.taken) == list(range(101, 109))


def test_bad_entries_named_together_cost_two_calls_and_keep_their_own_words(catalog, edge):
    shelf = Shelf(
        edge,
        PRICES,
        103,
        108,
        refusal=lambda found: {
            "batch_errors": [{"variant_id": id_, "title": f"{id_} is odd", "errors": {}} for _, id_ in found]
        },
    )
    batch = prices(20)
    assert told(catalog.set_list_prices(3, batch, guard=unguarded)) == {
        batch[3]: "PUT /v3/pricelists/{id}/records answered 422: 103 is odd",
        batch[8]: "PUT /v3/pricelists/{id}/records answered 422: 108 is odd",
    }
    assert shelf.calls == [20, 18]


def test_bad_entries_named_one_at_a_time_cost_a_call_each(catalog, edge):
    shelf = Shelf(edge, LEVELS, 100, 150, 199, refusal=lambda found: by_tracking(found[:1]))
    batch = levels(100)
    assert set(catalog.set_stock(batch, guard=unguarded)) == {batch[0], batch[50], batch[99]}
    assert shelf.calls == [100, 99, 98, 97]


def test_products_counted_as_a_whole_are_named_by_their_own_id(catalog, edge):
    shelf = Shelf(
        edge,
        LEVELS,
        5003,
        refusal=lambda found: {"title": f"Items with identity: [product_id {found[0][1]}] have no such location"},
    )
    batch = levels(10, Tracking.PRODUCT)
    assert list(catalog.set_stock(batch, guard=unguarded)) == [batch[3]]
    assert shelf.calls == [10, 9]


def test_an_entry_named_by_its_sku_is_found_whatever_the_case(catalog, edge):
    shelf = Shelf(edge, LEVELS, 103, refusal=lambda found: {"batch_errors": [{"sku": "s3", "title": "no such item"}]})
    batch = levels(10)
    assert list(catalog.set_stock(batch, guard=unguarded)) == [batch[3]]
    assert shelf.calls == [10, 9]


def test_a_name_that_is_not_of_this_batch_is_no_name(catalog, edge):
    shelf = Shelf(edge, PRICES, 103, refusal=lambda found: {"batch_errors": [{"variant_id": 7, "title": "odd"}]})
    batch = prices(10)
    assert list(catalog.set_list_prices(3, batch, guard=unguarded)) == [batch[3]]
    assert len(shelf.calls) <= 9


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
def test_any_refusal_that_may_be_of_an_entry_is_taken_apart(catalog, edge, status):
    shelf = Shelf(edge, PRODUCTS, 102, refusal=silent, status=status)
    batch = products(10)
    assert list(catalog.change_products(batch, guard=unguarded)) == [batch[2]]
    assert len(shelf.taken) == 9


@pytest.mark.parametrize("kind", ["prices", "levels"])
def test_a_price_list_or_route_that_is_missing_is_the_calls_own_fault(catalog, edge, kind):
    route, make, write = WRITES[kind]
    edge.on(route, said({"status": 404, "title": "not found"}, 404))
    with pytest.raises(Rejected, match="answered 404: not found"):
        write(catalog, make(50))
    assert len(edge.asked) == 1


@pytest.mark.parametrize("body", ["<html>", "", "null", "[]", "7", '"no"', '{"errors": null}', '{"batch_errors": 3}'])
def test_a_refusal_without_words_is_taken_apart_all_the_same(catalog, edge, body):
    edge.on(PRODUCTS, (422, {}, body))
    batch = products(2)
    refused = catalog.change_products(batch, guard=unguarded)
    assert told(refused) == dict.fromkeys(batch, "PUT /v3/catalog/products answered 422")
    assert len(edge.asked) == 3


def test_the_stores_words_are_kept_but_not_without_end(catalog, edge):
    edge.on(PRODUCTS, said([{"message": "x" * 900}, {"message": "x" * 900}], 422))
    [batch] = products(1)
    [fault] = catalog.change_products([batch], guard=unguarded).values()
    assert str(fault) == "PUT /v3/catalog/products answered 422: " + "x" * 500


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (said({}, 401), Unauthorized),
        (said({}, 403), Unauthorized),
        (said({}, 429), Throttled),
        (said({}, 500), Unavailable),
        (said({}, 503), Unavailable),
        (said({"title": "plan limit reached"}, 507), Rejected),
        (requests.ReadTimeout("slow"), Unavailable),
    ],
)
@pytest.mark.parametrize("size", [1, 10])
def test_what_is_no_refusal_of_an_entry_is_raised(catalog, edge, answer, fault, size):
    edge.on(PRODUCTS, answer)
    with pytest.raises(fault) as caught:
        catalog.change_products(products(size), guard=unguarded)
    assert type(caught.value) is fault
    assert not isinstance(caught.value, OutcomeUnknown)
    assert len(edge.asked) == 1


def test_a_fault_while_a_batch_is_taken_apart_is_raised(catalog, edge):
    answers = iter([said(silent([]), 422), said({}, 200), said({}, 429)])
    edge.on(PRODUCTS, lambda query: next(answers))
    with pytest.raises(Throttled):
        catalog.change_products(products(10), guard=unguarded)


def test_the_guard_is_asked_before_each_call_and_stops_all_others(catalog, edge):
    asked = []

    def guard():
        asked.append(len(edge.asked))
        if len(asked) == 3:
            raise Superseded("another run took over")

    Shelf(edge, PRODUCTS, 100, refusal=silent)
    with pytest.raises(Superseded):
        catalog.change_products(products(10), guard=guard)
    assert (asked, len(edge.asked)) == ([0, 1, 2], 2)


@pytest.mark.parametrize("size", [51, 60, 2000])
def test_a_cause_that_all_entries_share_is_not_looked_for_in_each(catalog, edge, size):
    shelf = Shelf(edge, LEVELS, *range(100, 2100), refusal=lambda found: {"title": "location 9 is closed"})
    batch = levels(size)
    refused = catalog.set_stock(batch, guard=unguarded)
    assert set(told(refused).values()) == {
        "PUT /v3/inventory/adjustments/absolute answered 422: location 9 is closed"
    }
    assert (len(refused), len(shelf.calls)) == (size, HOPELESS + TRIED_ALONE)


def test_many_bad_entries_are_each_found_as_long_as_the_store_takes_any_alone(catalog, edge):
    bad = range(100, 2100, 40)
    shelf = Shelf(edge, LEVELS, *bad, refusal=silent)
    batch = levels(2000)
    assert set(catalog.set_stock(batch, guard=unguarded)) == set(batch[::40])
    assert len(set(shelf.taken)) == 1950


def test_small_batches_are_always_taken_apart_to_the_last(catalog, edge):
    shelf = Shelf(edge, VARIANTS, *range(100, 149), refusal=silent)
    batch = variants(50)
    assert set(catalog.change_variants(batch, guard=unguarded)) == set(batch[:49])
    assert (shelf.taken, len(shelf.calls)) == ([149], 99)


# 207: saved, but for what it complains of


def test_what_a_207_names_is_refused_and_the_rest_is_taken(catalog, edge):
    edge.on(
        PRODUCTS, said({"data": [], "errors": [{"id": 103, "title": "name could not be saved"}], "meta": {}}, 207)
    )
    batch = products(10)
    assert told(catalog.change_products(batch, guard=unguarded)) == {
        batch[3]: "PUT /v3/catalog/products answered 207: name could not be saved"
    }
    assert len(edge.asked) == 1


def test_what_a_207_does_not_name_is_no_refusal_but_told(catalog, edge):
    edge.on(PRODUCTS, said({"data": [], "errors": {"custom_url": "is taken"}, "meta": {}}, 207))
    with capture_logs() as lines:
        assert catalog.change_products(products(10), guard=unguarded) == {}
    assert lines == [
        {
            "event": "batch.partly_saved",
            "log_level": "warning",
            "call": "PUT /v3/catalog/products",
            "status": 207,
            "words": "custom_url: is taken",
        }
    ]


@pytest.mark.parametrize("errors", [{"104": "inventory not saved"}, ["inventory not saved"]])
def test_a_207_may_carry_a_whole_refusal(catalog, edge, errors):
    problem = {"status": 207, "title": "some was not saved", "errors": errors}
    edge.on(PRODUCTS, said({"data": [], "errors": problem, "meta": {}}, 207))
    with capture_logs() as lines:
        assert catalog.change_products(products(10), guard=unguarded) == {}
    words = "104: inventory not saved" if isinstance(errors, dict) else "inventory not saved"
    assert [line["words"] for line in lines] == [f"some was not saved; {words}"]


def test_a_207_to_a_single_entry_is_about_that(catalog, edge):
    edge.on(PRODUCTS, said({"data": [], "errors": {"price": "was not saved"}, "meta": {}}, 207))
    [batch] = products(1)
    assert told(catalog.change_products([batch], guard=unguarded)) == {
        batch: "PUT /v3/catalog/products answered 207: price: was not saved"
    }


@pytest.mark.parametrize(
    "answer", [said({"data": [], "meta": {}}, 207), said({"data": [], "errors": {}}), (204, {}, "")]
)
def test_an_answer_that_complains_of_nothing_took_all(catalog, edge, answer):
    edge.on(PRODUCTS, answer)
    with capture_logs() as lines:
        assert catalog.change_products(products(3), guard=unguarded) == {}
    assert (lines, len(edge.asked)) == ([], 1)
