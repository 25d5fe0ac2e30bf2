"""Changing the sealing key leaves everything readable, and nothing readable by the old key alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from connector.bootstrap import build_house
from connector.domain.faults import CannotOpen
from connector.domain.identity import OrderRef
from connector.flows import connections, house, rotation, story, tokens
from connector.keyfile import new_key
from connector.records.listing import Newest
from tests.rig import NAME, Rig, copied


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A system that booked an order and rests."""
    with Rig(tmp_path_factory.mktemp("keys"), suite="ln") as made:
        made.start()
        made.wait_settled([made.sandbox.store.place_order()])
        made.stop()
        yield made


@pytest.fixture
def number(rig: Rig) -> int:
    with rig.house.database.begin() as tx:
        return int(tx.execute(text("SELECT number FROM orders")).scalar_one())


_TO_A_MESSAGE = "UPDATE deliveries SET sealed = (SELECT sealed FROM tokens)"
_TO_ANOTHER = """
    INSERT INTO tokens (connection_id, version, sealed, issued_at, expires_at)
    SELECT :other, version, sealed, issued_at, now() + interval '1 h' FROM tokens
"""


def write(rig: Rig, statement: str, **values: int) -> None:
    with rig.house.database.begin() as tx:
        tx.execute(text(statement), values)


def test_after_a_rotation_the_first_key_opens_everything(rig: Rig, number: int):
    old = rig.settings.connector_keys
    fresh = SecretStr(new_key())
    both = build_house(rig.settings.model_copy(update={"connector_keys": (fresh, *old)}))
    done = dict(rotation.rotate(both))
    assert done["connections"] == 1
    assert done["postings"] == 3
    assert done["deliveries"] == 2  # the ERP's verdicts on both journals
    assert done["exchanges"] > 10
    new = build_house(rig.settings.model_copy(update={"connector_keys": (fresh,)}))
    assert connections.open_credentials(new.vault, house.known(new, NAME)).store.access_token
    for posting in story.of_order(new, OrderRef(NAME, number)).postings:
        assert story.of_record(new, f"p-{posting.id}")["content"]
    for told in story.listed(new, NAME, Newest(10, "taken"), kind="delivery"):
        assert story.of_record(new, told.id)["body"]
    for call in rig.calls(number):
        assert story.of_record(new, f"x-{call.id}")["bodies"]
    with pytest.raises(CannotOpen):
        connections.open_credentials(rig.house.vault, house.known(new, NAME))
    dict(rotation.rotate(build_house(rig.settings.model_copy(update={"connector_keys": (*old, fresh)}))))
    both.database.close()
    new.database.close()


def test_a_token_is_not_shown_where_a_message_was(rig: Rig):
    [told, *_] = story.listed(rig.house, NAME, Newest(10, "taken"), kind="delivery")
    write(rig, _TO_A_MESSAGE)
    shown = str(story.of_record(rig.house, told.id)["body"])
    assert "somebody moved it there" in shown


def test_a_token_goes_to_no_other_connection(rig: Rig):
    other = copied(rig.house, "other")
    write(rig, _TO_ANOTHER, other=other.id)
    with pytest.raises(CannotOpen, match="somebody moved it there"):
        tokens.current(rig.house, other)
