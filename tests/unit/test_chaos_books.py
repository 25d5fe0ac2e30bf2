"""What chaos is judged by: a document of another order is noticed, and only finished cases of this commit count."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks.chaos import matrix
from benchmarks.chaos.documents import differences
from benchmarks.chaos.judge import Verdict, facts
from benchmarks.chaos.report import Diary
from benchmarks.chaos.shelf import Shelf
from benchmarks.chaos.wave import Report, Result
from connector.sandbox.store.app import StoreSandbox
from connector.sandbox.store.orders import Order

BUYER = "100007"
HEAD: dict[str, Any] = {
    "lines": [
        {"ITNO": "10045", "ORQT": "2.000000", "SAPR": "49.95", "SACD": "1"},
        {"ITNO": "PLAIN-03", "ORQT": "1", "SAPR": "1250.0", "SACD": "100"},
        {"ITNO": "PLAIN-03", "ORQT": "1", "SAPR": "12.50", "DIA1": ""},
    ],
    "charges": [{"CRID": "FRT", "CRAM": "4.07"}],
    "addresses": [{"TOWN": "Town 7", "PONO": "10007"}],
}


@pytest.fixture
def store() -> StoreSandbox:
    """A shop."""
    return StoreSandbox()


@pytest.fixture
def order(store: StoreSandbox) -> Order:
    """An order, of which ``HEAD`` is M3's."""
    plain = {"sku": "PLAIN-03", "price": "12.50"}
    number = store.place_order(
        lines=[{"sku": "TEE-RED-S", "quantity": 2, "price": "49.95"}, plain, plain],
        shipping="4.07",
        customer=int(BUYER),
        address={"city": "Town 7", "zip": "10007"},
    )
    return store.orders[number]


def _set(part: str, **words: str) -> Callable[[dict[str, Any]], object]:
    return lambda head: head[part][-1].update(words)


SPOILED = {
    "another item": (_set("lines", ITNO="PLAIN-04"), "lines"),
    "another quantity": (_set("lines", ORQT="2"), "lines"),
    "another price": (_set("lines", SAPR="12.51"), "lines"),
    "a discount": (_set("lines", DIA1="0.01"), "lines"),
    "a line too few": (lambda head: head["lines"].pop(), "lines"),
    "a line too many": (lambda head: head["lines"].append(dict(head["lines"][0])), "lines"),
    "another freight": (_set("charges", CRAM="4.08"), "freight"),
    "no freight": (lambda head: head["charges"].clear(), "freight"),
    "another postcode": (_set("addresses", PONO="10008"), "addresses"),
    "another town": (_set("addresses", TOWN="Town 8"), "addresses"),
    "an address too many": (lambda head: head["addresses"].append(dict(head["addresses"][0])), "addresses"),
}


def test_the_order_that_was_sold_does_not_differ(order: Order) -> None:
    assert list(differences(order, HEAD, BUYER)) == []


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_document_differs_where_it_was_spoiled(order: Order, how: str) -> None:
    head, (spoil, where) = copy.deepcopy(HEAD), SPOILED[how]
    spoil(head)
    assert [told.partition(":")[0] for told in differences(order, head, BUYER)] == [where]


def test_another_buyer_differs(order: Order) -> None:
    assert list(differences(order, HEAD, "100008")) == ["buyer: ['100008'] in M3, ['100007'] in the shop"]


def test_an_edit_is_one_voucher_of_what_it_changed(store: StoreSandbox, order: Order) -> None:
    booked = copy.copy(order)
    before = Counter(facts(order))
    store.edit_order(order.id, shipping="9.07", announce=False)
    [changed] = (Counter(facts(order, booked)) - before).elements()
    assert dict(changed) == {"1200": Decimal(5), "4100": Decimal(-5)}
    assert list(differences(booked, HEAD, BUYER)) == []


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """A store with an article that no case changes."""
    made = Shelf(None, None, "shelf", [], listed=False)  # type: ignore[arg-type]
    made.sandbox.start()
    made.merchant.add_product(name="Mug", sku="MUG", price="9.50", announce=False)
    made.note()
    yield made
    made.close()


def test_a_shelf_that_nobody_touched_is_right(shelf: Shelf) -> None:
    assert shelf.as_a_whole() == Verdict()


def test_an_article_that_nobody_asked_for_is_noticed(shelf: Shelf) -> None:
    shelf.merchant.add_product(name="Mug again", sku="MUG-2", announce=False)
    verdict = shelf.as_a_whole()
    assert (verdict.differing, verdict.duplicates) == (1, 1)


def test_a_product_without_an_sku_is_noticed(shelf: Shelf) -> None:
    shelf.merchant.add_product(name="Nobody's", sku="", announce=False)
    assert shelf.as_a_whole().duplicates == 2


def test_a_changed_neighbour_is_noticed(shelf: Shelf) -> None:
    shelf.merchant.edit_product("MUG", {"price": "9.51"}, announce=False)
    assert shelf.as_a_whole().differing == 1


def _report(*missed: int) -> Report:
    cases = matrix.cases(5, 3)
    results = [Result(case, case.number not in missed, struck=True, verdict=Verdict()) for case in cases]
    for result in results:
        if not result.injected:
            result.verdict.miss("its fault was not injected")
    return Report("accidents", results, Verdict(), 3.0, {"kill child": 2})


def _diary(folder: Path, commit: str, seed: int = 5) -> Diary:
    return Diary(seed, commit=commit, folder=folder)


def test_a_run_goes_on_from_the_cases_of_its_own_commit_and_matrix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _diary(tmp_path, "abc1234").add(_report(), tmp_path / "log")
    again, other = _diary(tmp_path, "abc1234"), _diary(tmp_path, "abc1234+changes-00000000")
    assert (again.finished, again.others, again.accidents()) == ({1, 2, 3}, 0, {"kill child": 2})
    assert (other.finished, other.others, other.lines) == (set(), 3, [])
    monkeypatch.setattr(matrix, "FAULTS", matrix.FAULTS | {"hang": 1.0})
    assert (_diary(tmp_path, "abc1234").finished, _diary(tmp_path, "abc1234").others) == (set(), 3)


def test_a_case_whose_fault_was_not_injected_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("what the processes said")
    diary = _diary(tmp_path, "abc1234")
    diary.add(_report(2), tmp_path / "log")
    assert [(line["number"], line["said"]) for line in diary.wrong()] == [(2, ["its fault was not injected"])]
    assert len(list(tmp_path.glob("seed-5-abc1234-wave-*.log"))) == 1
