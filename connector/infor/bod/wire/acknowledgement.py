"""What comes back on a document of ours: an Acknowledge with the target's verdict, or a ConfirmBOD with an error.

The original's BODID names it. A ConfirmBOD may tell it in an OriginalApplicationArea, inside the original BOD that it
carries, or only as the beginning of its own id; all three are looked at.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

from connector.domain.acknowledgement import Acknowledgement, Elsewhere, Verdict
from connector.domain.delivery import Unreadable
from connector.infor.bod import xml
from connector.infor.bod.wire import envelope
from connector.infor.bod.wire.envelope import Name
from connector.infor.bod.xml import Node, NotXml

ACKNOWLEDGE, CONFIRM = "Acknowledge", "ConfirmBOD"
VERDICTS = {"accepted": Verdict.ACCEPTED, "modified": Verdict.ACCEPTED, "rejected": Verdict.REJECTED}
"""Action codes of a response. ``Modified``: taken in, with changes of the target's own."""
LONGEST_REASON = 2000


def read(document: bytes) -> Acknowledgement | Elsewhere | Unreadable:
    """Read a BOD that ION brought."""
    try:
        root = xml.read(document)
    except NotXml as why:
        return Unreadable(f"it is no XML that is read here: {why}")
    if root.name == CONFIRM:
        return _confirm(root)
    if root.name.startswith(ACKNOWLEDGE):
        return _acknowledge(root)
    return Elsewhere(f"nothing depends on {root.name[:100]}")


def _acknowledge(root: Node) -> Acknowledgement | Elsewhere | Unreadable:
    verb = root.first("DataArea", ACKNOWLEDGE)
    if verb is None:
        return Unreadable(f"{root.name[:100]} without DataArea/{ACKNOWLEDGE}")
    name = _ours(each.text("BODID") for each in verb.below("OriginalApplicationArea"))
    if name is None:
        return Elsewhere("it answers a document that is not ours")
    codes = {each.attribute("actionCode").lower() for each in verb.below("ResponseExpression")}
    verdicts = {VERDICTS[code] for code in codes if code in VERDICTS}
    if len(verdicts) != 1:
        return Unreadable(f"{name.message_id}: its action code {', '.join(sorted(codes)) or 'nothing'} is no verdict")
    [verdict] = verdicts
    refused = verdict is Verdict.REJECTED
    reason = _joined(verb.below("ChangeStatus")) if refused else ""
    return Acknowledgement(
        name.document,
        name.variation,
        verdict,
        reason=reason or ("the target rejected it without a reason: see it in ION OneView" if refused else ""),
        external_id="" if refused else _number(root, name),
    )


def _confirm(root: Node) -> Acknowledgement | Elsewhere | Unreadable:
    areas = (each.text("BODID") for each in root.below("OriginalApplicationArea"))
    name = _ours(areas) or _ours(map(_original, root.below("OriginalBOD"))) or _ours([_begun(root)])
    if name is None:
        return Elsewhere("it is about a document that is not ours")
    failures = list(root.below("BODFailureMessage"))
    if not failures:
        return Elsewhere(f"{name.message_id} was processed without errors; whether it is booked its Acknowledge says")
    told = [message for failure in failures for message in failure.below("ErrorProcessMessage")]
    return Acknowledgement(
        name.document,
        name.variation,
        Verdict.REJECTED,
        reason=_joined(told) or "the target reports an error without a reason: see it in ION OneView",
    )


def _ours(ids: Iterable[str]) -> Name | None:
    return next((name for name in map(envelope.named, ids) if name is not None), None)


def _original(node: Node) -> str:
    """The id inside an original that is carried along, as it is or in base64; a broken one names nothing."""
    inside = node.first("MessageContent") or node
    carried = next(inside.below("ApplicationArea"), None)
    if carried is not None:
        return carried.text("BODID")
    text = inside.text()
    try:
        content = text.encode() if text.startswith("<") else base64.b64decode(text, validate=True)
        return xml.read(content).text("ApplicationArea", "BODID")
    except (NotXml, binascii.Error, ValueError):
        return ""


def _begun(root: Node) -> str:
    """``<the original's id>?BOD&Verb=Confirm``: an id of its own that begins with the original's."""
    own = root.text("ApplicationArea", "BODID")
    return own[: own.lower().rfind("?bod&")] if "?bod&" in own.lower() else ""


def _joined(nodes: Iterable[Node]) -> str:
    """The reasons in their own words, each once."""
    told = ([each.text(part) for part in ("ReasonCode", "Description", "Reason")] for each in nodes)
    words = (": ".join(dict.fromkeys(filter(None, parts))) for parts in told)
    return "; ".join(dict.fromkeys(filter(None, words)))[:LONGEST_REASON]


def _number(root: Node, name: Name) -> str:
    """The target's own number, where its answer tells one that is not ours."""
    ids = [each.text() for each in root.below("DisplayID")]
    ids += [each.text("DocumentID", "ID") for each in root.below("SalesOrderHeader")]
    return next((each for each in ids if each and each != name.document), "")
