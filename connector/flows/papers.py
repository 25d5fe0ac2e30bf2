"""What was proved, as files that people keep: in the database, where every process finds them, named by the trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector.domain.faults import Misconfigured, Unknown
from connector.domain.paper import Paper
from connector.flows.house import House, saved
from connector.records import papers, trail
from connector.records.database import Tx


def keep(tx: Tx, made: Sequence[Paper], *, at: datetime) -> dict[str, str]:
    """Keep papers; gives what the trail is to say of them: the digest of each by its name."""
    papers.keep(tx, made, at=at)
    return {paper.name: paper.digest for paper in made}


def find(house: House, name: str, file: str) -> Paper:
    """Find a paper that a connection's trail names: no other is given out.

    :raises Unknown: the trail names none so. :raises Misconfigured: it is gone, or not what it was.
    """
    with house.database.begin() as tx:
        saved(tx, name)
        digest = trail.digest_of(tx, name, file)
        content = papers.content(tx, digest) if digest else None
    if digest is None:
        raise Unknown(f"the trail of {name} names no file {file}")
    if content is None or (paper := Paper(file, content)).digest != digest:
        raise Misconfigured(f"{file} is not what was kept under this name: its SHA-256 is not the one in the trail")
    return paper


def give_out(house: House, name: str, file: str, *, by: str) -> Paper:
    """Find a paper for somebody who takes it away; the trail tells who.

    :raises Unknown: the trail names none so. :raises Misconfigured: it is gone, or not what it was.
    """
    paper = find(house, name, file)
    with house.database.begin() as tx:
        trail.note(tx, name, at=house.now(), actor=by, action="paper_given_out", subject=f"file {file}")
    return paper


def spoiled(house: House, name: str) -> tuple[str, ...]:
    """List the papers that a trail names and that are gone, or not what they were."""
    with house.database.begin() as tx:
        named = trail.files(tx, name)
        intact = papers.intact(tx, set(named.values()))
    return tuple(sorted(file for file, digest in named.items() if digest not in intact))
