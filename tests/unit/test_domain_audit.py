"""A chain of entries: whatever is done to it shows, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain import audit
from connector.domain.audit import NOTHING, Break, Entry, Head, Link, Verification

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def chain(length: int) -> list[Link]:
    """Entries as they are written, each in a row of ten times its number."""
    links: list[Link] = []
    for number in range(1, length + 1):
        at = AT + timedelta(minutes=number)
        entry = Entry(
            "acme", number, at, "worker", "confirmed", f"posting {number}", 1042, {"voucher": f"2026/{number}"}
        )
        previous = links[-1].digest if links else ""
        links.append(Link(10 * number, entry, previous, audit.digest(entry, previous)))
    return links


def verify(links: Sequence[Link], head: Head | None = None) -> Verification:
    whole = chain(5)[-1]
    verified = audit.follow(NOTHING, links)
    return audit.end(verified, links[-1] if links else None, head or Head(5, whole.digest))


def rechained(links: list[Link]) -> list[Link]:
    """Digest everything anew, as somebody who knows how would."""
    made: list[Link] = []
    for number, link in enumerate(links, start=1):
        entry = replace(link.entry, number=number)
        previous = made[-1].digest if made else ""
        made.append(Link(link.id, entry, previous, audit.digest(entry, previous)))
    return made


def test_a_chain_nobody_touched_is_unbroken() -> None:
    links = chain(5)
    assert verify(links) == Verification(5, links[-1].digest, None)


def test_a_trail_without_entries_was_emptied() -> None:
    assert verify([], Head(0, "")) == Verification(0, "", Break(None, None, "all entries: removed"))


CHANGES = {
    "actor": "operator:mallory",
    "action": "held",
    "subject": "posting 9",
    "order": 1043,
    "detail": {"voucher": "2026/9"},
    "at": AT,
    "connection": "other",
}


@pytest.mark.parametrize("field", CHANGES)
def test_an_entry_that_was_changed_is_placed(field: str) -> None:
    links = chain(5)
    links[2] = replace(links[2], entry=replace(links[2].entry, **{field: CHANGES[field]}))
    broken = verify(links).broken
    assert broken is not None
    assert (broken.id, broken.at) == (30, links[2].entry.at)
    assert broken.what.endswith("changed after it was written")


def test_an_entry_that_was_changed_with_its_digest_breaks_the_next_one() -> None:
    links = chain(5)
    changed = replace(links[2].entry, subject="posting 9")
    links[2] = Link(30, changed, links[2].previous, audit.digest(changed, links[2].previous))
    verified = verify(links)
    assert verified.broken is not None
    assert (verified.entries, verified.broken.id) == (3, 40)
    assert verified.broken.what == "entry 4, confirmed posting 4: does not follow the entry before it"


@pytest.mark.parametrize(
    ("gone", "row", "what"),
    [
        ([1], 20, "entry 1 before it: removed"),
        ([2, 3], 40, "entries 2 to 3 before it: removed"),
        ([5], 40, "1 entries behind it: removed"),
        ([1, 2, 3, 4, 5], None, "5 entries behind it: removed"),
    ],
)
def test_entries_that_were_removed_are_placed(gone: list[int], row: int | None, what: str) -> None:
    broken = verify([link for link in chain(5) if link.entry.number not in gone]).broken
    assert broken is not None
    assert (broken.id, broken.what) == (row, what)


def test_an_entry_that_stands_twice_is_placed() -> None:
    links = chain(5)
    broken = verify([*links[:3], replace(links[2], id=99), *links[3:]]).broken
    assert broken is not None
    assert (broken.id, broken.what) == (99, "entry 3 stands twice")


def test_an_entry_put_at_the_end_is_found_by_the_head() -> None:
    links = chain(5)
    broken = verify(rechained([*links, links[0]])).broken
    assert broken is not None
    assert broken.what == "1 entries up to it: put in"


def test_a_chain_that_was_digested_anew_is_found_by_the_head() -> None:
    links = chain(5)
    links[1] = replace(links[1], entry=replace(links[1].entry, actor="operator:mallory"))
    broken = verify(rechained(links)).broken
    assert broken is not None
    assert broken.what == "entry 5: not the one that was written last"


def test_the_written_form_never_changes() -> None:
    entry = Entry("acme", 1, AT, "worker", "planned", "order 1042", 1042, {"b": [1, "é"], "a": None})
    assert audit.digest(entry, "") == "2a73d893cffcb92ae3d601d3dc4a9b8ae8f49308c5e3c2d1ced06ca87006f098"
    elsewhere = replace(entry, at=AT.astimezone(timezone(timedelta(hours=5))), detail={"a": None, "b": [1, "é"]})
    assert audit.digest(elsewhere, "") == audit.digest(entry, "")


@given(st.data(), st.integers(1, 30))
def test_any_row_removed_moved_or_changed_shows(data: st.DataObject, length: int) -> None:
    links = chain(length)
    head = Head(length, links[-1].digest)
    place = data.draw(st.integers(0, length - 1))
    done = data.draw(st.sampled_from(["removed", "moved", "changed"]))
    taken = links.pop(place)
    if done == "moved":
        links.insert(data.draw(st.integers(0, length - 1).filter(lambda to: to != place or length == 1)), taken)
    if done == "changed":
        links.insert(place, replace(taken, entry=replace(taken.entry, actor=data.draw(st.text("abc")) + "!")))
    untouched = [link.id for link in links] == [link.id for link in chain(length)] and done == "moved"
    verified = audit.end(audit.follow(NOTHING, links), links[-1] if links else None, head)
    assert (verified.broken is None) == untouched
    assert verified.entries <= max(place, length if untouched else place)
