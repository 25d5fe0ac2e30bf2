"""The set-up check of a connection's way by ION: read and never written."""

from __future__ import annotations

from connector.domain.connection import Check
from connector.domain.faults import Misconfigured
from connector.infor.bod.post import Post
from connector.infor.bod.wire import envelope
from connector.infor.check import asked

DOOR_REMEDY = (
    "set PUBLIC_URL and `infor.ion_secret_file`, and point an IMS connection point with an end point at "
    "PUBLIC_URL/webhooks/infor/NAME (docs/suites/bod.md)"
)


def check(post: Post, noun: str) -> list[Check]:
    """READ, 2 calls: a line that could not be asked says why; nothing is raised."""
    return [
        asked("ION messaging", post.messaging.ping),
        taken(post, noun),
        _door(post),
    ]


def taken(post: Post, noun: str) -> Check:
    """READ, 1 call: whether the connection point takes a noun from us."""
    return asked(f"connection point {post.settings.sender}", lambda: _accepted(post, noun))


def _accepted(post: Post, noun: str) -> str:
    wanted, names = f"{envelope.VERB}.{noun}", post.messaging.accepted()
    if wanted not in names:
        told = ", ".join(names[:20]) or "nothing"
        raise Misconfigured(f"it takes {told}, not {wanted}: add the document to the connection point in ION Desk")
    return (
        f"takes {wanted}; repeats are {'dropped by the target' if post.settings.repeats_detected else 'never sent'}"
    )


def _door(post: Post) -> Check:
    deaf = post.messages.deaf()
    if deaf:
        return Check("acknowledgements", ok=False, detail=f"none can come in: {deaf}", remedy=DOOR_REMEDY)
    return Check(
        "acknowledgements", ok=True, detail="the door takes them; that ION brings them the first one will show"
    )
