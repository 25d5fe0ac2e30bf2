"""Seals everything that is kept anew under the first key, so that an old key can be thrown away."""

from __future__ import annotations

from collections.abc import Iterator

from connector.flows import contents, search
from connector.flows.house import House
from connector.records import sealed, snapshots, terms

_BATCH = 500


def rotate(house: House) -> Iterator[tuple[str, int]]:
    """Go through all sealed columns in short transactions; tells each one's rows as it is done.

    It may be stopped and begun again: what is sealed with the first key already is only sealed once more.

    :raises CannotOpen: a row is sealed with a key that is not there; the rows before it are done.
    """
    for name in sealed.COLUMNS:
        done, last = 0, 0
        while True:
            with house.database.begin() as tx:
                count, seen = sealed.rotate(tx, name, after=last, limit=_BATCH, reseal=house.vault.rotate)
            if seen is None:
                break
            done, last = done + count, seen
        yield name, done
    yield "order_terms", _mark_anew(house)


def _mark_anew(house: House) -> int:
    """Mark every buyer's address with the first key, from the order's newest reading."""
    done, last = 0, 0
    while True:
        with house.database.begin() as tx:
            ids = terms.known_by_address(tx, after=last, limit=_BATCH)
            for order_id in ids:
                sealed = snapshots.latest(tx, order_id)
                snapshot = contents.open_snapshot(house.vault, order_id, sealed) if sealed is not None else None
                terms.mark_anew(tx, order_id, search.mark_of(house.vault, snapshot) if snapshot else None)
        if not ids:
            return done
        done, last = done + len(ids), ids[-1]
