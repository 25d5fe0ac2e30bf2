"""A rehearsal writes nothing on either side, and what it says is what then happens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from connector.domain.progress import OrderState
from connector.sandbox.store.seed import HELD, STORIES
from connector.sandbox.store.seed.story import FIRST_ORDER
from tests.rig import NAME, Rig

Told = dict[str, Any]

BLOCKED = "4110"
DAYS = str((datetime.now(UTC) - FIRST_ORDER).days + 2)


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A store with awkward orders, a profile with gaps and an account that M3 blocks; nothing runs yet."""
    with Rig(tmp_path_factory.mktemp("rig"), seed=(*STORIES, *HELD)) as made:
        whole = made.profile()
        assert 'clearing: {default: "1090", ' in whole
        made.map(whole.replace('clearing: {default: "1090", ', "clearing: {"))
        made.sandbox.infor.control["block_account"](BLOCKED)
        yield made


@pytest.fixture(scope="module")
def told(rig: Rig) -> Told:
    """What the rehearsal says, and proof that it only read."""
    rig.sandbox.dial.add("store GET /v2/orders/{id}", "503", times=1)
    rig.sandbox.dial.add("store GET /v3/orders/{id}/transactions", "429", times=1, seconds=0.2)
    rig.sandbox.dial.forget_calls()
    before = _both_sides(rig)
    found: Told = json.loads(rig.cli("fit", NAME, "--days", DAYS, "--json"))
    assert _both_sides(rig) == before
    calls = {call.name for call in rig.sandbox.dial.calls}
    assert {name.split()[1] for name in calls if name.startswith("store ")} == {"GET"}
    assert {name.split("/")[-1] for name in calls if name.startswith("m3 ")} <= _READS, calls
    with rig.house.database.begin() as tx:
        kept = tx.execute(
            text("SELECT DISTINCT effect FROM exchanges WHERE step = 'fit' AND sealed IS NULL")
        ).scalars()
        assert list(kept) == ["read"]
        assert tx.execute(text("SELECT count(*) FROM orders")).scalar_one() == 0
        assert tx.execute(text("SELECT count(*) FROM postings")).scalar_one() == 0
    return found


def _both_sides(rig: Rig) -> tuple[Told, Told]:
    """What both sides hold; how many tokens were asked for is no part of it."""
    state = rig.sandbox.infor.state()
    return rig.sandbox.store.truth(), {name: rows for name, rows in state.items() if "token" not in name}


_READS = {"GetAccountID", "GetItmBasic", "GetBasicData", "LstTemplates", "LstOrderCharges", "GetWarehouse"}


def test_every_order_is_counted_once(rig: Rig, told: Told) -> None:
    counts = told["orders"]
    assert counts["read"] == counts["counted by the store"] == len(rig.sandbox.store.orders)
    ended = [told["posts"], told["held"], *(one["orders"] for one in (*told["excluded"], *told["waiting"]))]
    assert sum(one["orders"] for one in ended) == counts["read"]


def test_people_read_it_in_a_few_lines_and_a_table(rig: Rig, told: Told) -> None:
    lines = rig.cli("fit", NAME, "--days", DAYS).splitlines()
    assert lines[1] == f"{told['share']['USD']} % of the value in USD would post"
    [stopped] = [line for line in lines if line.startswith("stopped by ")]
    assert "gateway" in stopped
    assert re.search(r"^gateway +newpay +1 order, 22\.19 USD +1 order, 22\.19 USD", "\n".join(lines), re.MULTILINE)
    assert any(line.startswith("cancelled before it was posted ") for line in lines)


def test_each_cause_is_named_with_the_orders_and_the_value_it_stops(rig: Rig, told: Told) -> None:
    stops = {(one["cause"]["kind"], one["cause"]["name"]): one for one in told["stops"]}
    assert {("gateway", "newpay"), ("account", BLOCKED), ("SKU", ""), ("unexplained total", "")} <= stops.keys()
    [newpay] = [order for order in rig.sandbox.store.orders.values() if "unknown gateway" in order.spec.story]
    worth = rig.sandbox.store.truth()[str(newpay.id)]["total_inc_tax"]
    stop = stops["gateway", "newpay"]
    assert stop["stopped"] == stop["alone"]
    assert (stop["stopped"]["orders"], _value(stop["alone"], "USD")) == (1, Decimal(worth))
    assert stop["examples"] == [newpay.id]
    usd = [Decimal(money["amount"]) for one in told["stops"] for money in one["stopped"]["value"][-1:]]
    assert usd[0] == max(usd)
    assert "blocked" in stops["account", BLOCKED]["cause"]["what"]
    assert [check["name"] for check in told["masters"] if check["name"].startswith("account")] == [
        f"account {BLOCKED}"
    ]


def test_the_share_is_what_would_post_of_what_is_due(told: Told) -> None:
    for currency, share in told["share"].items():
        posts, held = (_value(told[side], currency) for side in ("posts", "held"))
        assert Decimal(share) <= posts * 100 / (posts + held) < Decimal(share) + Decimal("0.1")
    assert _value(told["posts_once_mended"], "USD") < _value(told["held"], "USD")


def _value(tally: Told, currency: str) -> Decimal:
    return sum((Decimal(one["amount"]) for one in tally["value"] if one["currency"] == currency), Decimal(0))


def test_what_it_says_is_what_then_happens(rig: Rig, told: Told) -> None:
    numbers = list(rig.sandbox.store.orders)
    rig.start()
    rig.cli("backfill", NAME, "--since", "2026-08-01")
    rig.wait_settled(numbers)
    rows = [row for number in numbers if (row := rig.order(number))]
    ends = {
        "posts": [row for row in rows if row.state is OrderState.POSTED],
        "held": [row for row in rows if row.state in (OrderState.HELD, OrderState.REJECTED)],
    }
    for side, ended in ends.items():
        happened: dict[str, Decimal] = {}
        for row in ended:
            assert row.total is not None
            happened[str(row.currency)] = happened.get(str(row.currency), Decimal(0)) + row.total
        said = {one["currency"]: Decimal(one["amount"]) for one in told[side]["value"]}
        assert (told[side]["orders"], said) == (len(ended), happened)
    left = [row for row in rows if row.state in (OrderState.LEFT_OUT, OrderState.WAITING)]
    assert len(left) == sum(one["orders"]["orders"] for one in (*told["excluded"], *told["waiting"]))


def test_a_rehearsal_that_cannot_be_run_says_why(rig: Rig) -> None:
    refused = rig.typed("fit", "nobody")
    assert (refused.returncode, "no connection named nobody" in refused.stderr) == (1, True)
