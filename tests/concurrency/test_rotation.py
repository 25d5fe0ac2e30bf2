"""Changing the sealing key leaves everything readable, and nothing readable by the old key alone."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from connector.bootstrap import build_house
from connector.domain.faults import CannotOpen
from connector.domain.identity import OrderRef
from connector.flows import connections, house, rotation, story
from connector.keyfile import new_key
from connector.records.listing import Newest
from tests.rig import NAME, Rig


def test_after_a_rotation_the_first_key_opens_everything(tmp_path_factory: pytest.TempPathFactory):
    with Rig(tmp_path_factory.mktemp("keys"), suite="ln") as rig:
        rig.start()
        number = rig.sandbox.store.place_order()
        rig.wait_settled([number])
        rig.stop()
        old = rig.settings.connector_keys
        fresh = SecretStr(new_key())
        both = build_house(rig.settings.model_copy(update={"connector_keys": (fresh, *old)}))
        done = dict(rotation.rotate(both))
        assert done["connections"] == 1
        assert done["postings"] == 3
        assert done["deliveries"] == 2  # the ERP's verdicts on both journals
        assert done["exchanges"] > 10
        new = build_house(rig.settings.model_copy(update={"connector_keys": (fresh,)}))
        assert connections.open_credentials(new.vault, house.known(new, NAME).sealed).store.access_token
        for posting in story.of_order(new, OrderRef(NAME, number)).postings:
            assert story.of_record(new, f"p-{posting.id}")["content"]
        for told in story.listed(new, NAME, Newest(10, "taken"), kind="delivery"):
            assert story.of_record(new, told.id)["body"]
        with pytest.raises(CannotOpen):
            connections.open_credentials(rig.house.vault, house.known(new, NAME).sealed)
        both.database.close()
        new.database.close()
