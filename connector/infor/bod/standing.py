"""Where a document stands, told from what was sent of it and what came back: no call is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector.domain.acknowledgement import Verdict
from connector.domain.inquiry import FindingState
from connector.infor.bod.settings import BodSettings
from connector.ports import Finding, SentMessage

ABSENT = Finding(FindingState.ABSENT)
DECIDE = (
    "look for it in the ERP, then say what you found with `ml-connector records acknowledge ID --accepted` or "
    "`--rejected`"
)


def standing(document: str, sent: Sequence[SentMessage], settings: BodSettings, now: datetime) -> Finding:
    """Say where one document stands.

    An acceptance of any variation counts, whatever came before or after it: order is not guaranteed. Without a
    verdict on the latest, ION's 202 makes it pending, for as long as the connection is patient. After that, or when
    ION's answer was lost, a target that detects repeats may be sent the same once more, which is what absent means
    here; of any other nobody can tell, and a person decides.
    """
    accepted = sorted((one for one in sent if one.verdict is Verdict.ACCEPTED), key=lambda one: one.variation)
    if accepted:
        return _booked(document, accepted)
    if not sent:
        return ABSENT
    last = max(sent, key=lambda one: one.variation)
    if last.verdict is Verdict.REJECTED:
        return Finding(FindingState.REFUSED, handle=document, reason=last.reason)
    if last.taken_at is not None and now - last.taken_at < settings.patience:
        return Finding(FindingState.PENDING, handle=document)
    if settings.repeats_detected:
        return ABSENT
    return Finding(FindingState.UNPROVABLE, handle=document, reason=_unproven(document, last))


def next_variation(sent: Sequence[SentMessage]) -> int:
    """Say which variation goes out: a new one only behind one that was rejected."""
    last = max(sent, key=lambda one: one.variation, default=None)
    if last is None:
        return 1
    return last.variation + 1 if last.verdict is Verdict.REJECTED else last.variation


def _booked(document: str, accepted: Sequence[SentMessage]) -> Finding:
    first, *others = accepted
    doubled = ", ".join(f"{document}-v{one.variation}" for one in accepted)
    return Finding(
        FindingState.BOOKED,
        external_id=first.external_id or document,
        handle=document,
        reason=f"accepted more than once: {doubled}; take all but one back in the ERP" if others else "",
        sent_at=first.sent_at,
    )


def _unproven(document: str, last: SentMessage) -> str:
    name = f"{document}-v{last.variation}"
    if last.taken_at is None:
        return f"ION's answer to {name} was lost and no verdict has come; {DECIDE}"
    since = f"{last.taken_at:%Y-%m-%d %H:%M} UTC"
    return f"ION took {name} at {since} and no verdict has come since: see it in ION OneView; {DECIDE}"
