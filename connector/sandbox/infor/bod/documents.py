"""Reads a BOD that came in, and writes what goes back on it, by another parser than the connector's."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

NAMESPACE = "http://schema.infor.com/InforOAGIS/2"
_IN = f"{{{NAMESPACE}}}"


class Refused(Exception):
    """The target's reason for not taking a document."""


@dataclass(frozen=True, slots=True)
class Bod:
    """A document as it came in."""

    verb: str
    noun: str
    id: str
    created: str
    sender: str
    tenant: str
    entity: str
    content: Element
    raw: bytes


def read(raw: bytes) -> Bod:
    """Read a document.

    :raises Refused: it is no BOD.
    """
    try:
        root = ET.fromstring(raw)  # noqa: S314 - it comes from the connector under test
        verb = root.tag.removeprefix(_IN)[: len("Process")]
        area = _one(root, "ApplicationArea")
        data = _one(root, "DataArea")
        command, content = list(data)
        return Bod(
            verb=verb,
            noun=content.tag.removeprefix(_IN),
            id=text(area, "BODID"),
            created=text(area, "CreationDateTime"),
            sender=text(area, "Sender/LogicalID"),
            tenant=text(command, "TenantID"),
            entity=text(command, "AccountingEntityID"),
            content=content,
            raw=raw,
        )
    except (ET.ParseError, ValueError) as exc:
        raise Refused(f"no BOD: {exc}") from None


def text(node: Element, path: str) -> str:
    """Give the text at a path of names, or nothing."""
    found = node.find("/".join(f"{_IN}{name}" for name in path.split("/")))
    return (found.text or "").strip() if found is not None else ""


def every(node: Element, path: str) -> Iterator[Element]:
    """Give the elements at a path of names."""
    yield from node.iterfind("/".join(f"{_IN}{name}" for name in path.split("/")))


def acknowledge(bod: Bod, target: str, *, refusal: str = "", number: str = "") -> bytes:
    """Write the target's verdict, in the shape of the Acknowledge that was seen (docs/suites/bod.md)."""
    root = _root(f"Acknowledge{bod.noun}", target)
    area = ET.SubElement(root, f"{_IN}DataArea")
    verb = _add(area, "Acknowledge", TenantID=bod.tenant, AccountingEntityID=bod.entity)
    _original(verb, bod)
    criteria = _add(verb, "ResponseCriteria")
    ET.SubElement(criteria, f"{_IN}ResponseExpression", actionCode="Rejected" if refusal else "Accepted")
    if refusal:
        _add(criteria, "ChangeStatus", ReasonCode="GL-1", Reason=refusal)
    noun = _add(area, bod.noun)
    if number and bod.noun == "SalesOrder":
        _add(_add(noun, "SalesOrderHeader"), "DocumentID", ID=number)
    elif number:
        _add(noun, "JournalEntryHeader", DisplayID=number)
    return _written(root)


def confirm(bod: Bod, target: str, error: str) -> bytes:
    """Write a ConfirmBOD: it names the original in its own id and carries it along."""
    root = _root("ConfirmBOD", target, f"{bod.id}?BOD&Verb=Confirm")
    area = ET.SubElement(root, f"{_IN}DataArea")
    _add(area, "Confirm", TenantID=bod.tenant)
    node = _add(area, "BOD")
    failure = _add(node, "BODFailureMessage")
    _add(failure, "ErrorProcessMessage", Description=error, Type="Error", ReasonCode="GL-2")
    _add(_add(node, "OriginalBOD"), "", MessageContent=base64.b64encode(bod.raw).decode())
    return _written(root)


def _root(name: str, sender: str, bod_id: str = "") -> Element:
    root = Element(f"{_IN}{name}", releaseID="9.2", versionID="2.5.0")
    area = _add(root, "ApplicationArea")
    _add(area, "Sender", LogicalID=sender, ComponentID="ERP")
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    _add(area, "", CreationDateTime=created, BODID=bod_id or f"infor-nid:{uuid.uuid4()}")
    return root


def _original(parent: Element, bod: Bod) -> None:
    area = _add(parent, "OriginalApplicationArea")
    _add(area, "Sender", LogicalID=bod.sender)
    _add(area, "", CreationDateTime=bod.created, BODID=bod.id)


def _add(parent: Element, name: str, **texts: str) -> Element:
    """Add an element with texts in it; without a name, add the texts alone."""
    node = ET.SubElement(parent, f"{_IN}{name}") if name else parent
    for child, words in texts.items():
        ET.SubElement(node, f"{_IN}{child}").text = words
    return node


def _written(root: Element) -> bytes:
    ET.register_namespace("", NAMESPACE)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _one(node: Element, name: str) -> Element:
    found = node.find(f"{_IN}{name}")
    if found is None:
        raise ValueError(f"{name} is missing")
    return found
