"""XML in and out, and nothing that XML may do besides: no document type, no entity, no network, no other encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

NAMESPACE = "http://schema.infor.com/InforOAGIS/2"
LARGEST = 2 * 1024 * 1024
_NOT_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NotXml(ValueError):
    """The bytes are no XML that is read here."""


@dataclass(frozen=True, slots=True)
class Tag:
    """An element to be written: other elements, or one text."""

    name: str
    content: tuple[Tag, ...] | str = ()
    attributes: dict[str, str] = field(default_factory=dict)


def tag(name: str, *content: Tag | None, text: str = "", **attributes: str) -> Tag:
    """Describe an element; what is None is left out."""
    inner = tuple(each for each in content if each is not None)
    return Tag(name, inner or text, attributes)


def optional(name: str, text: str, **attributes: str) -> Tag | None:
    """Describe an element that is left out when it has no text."""
    return tag(name, text=text, **attributes) if text else None


def write(root: Tag) -> bytes:
    """Give the document; characters that XML cannot carry become spaces."""
    element = etree.Element(_qualified(root.name), {}, {None: NAMESPACE})
    _fill(element, root)
    written: bytes = etree.tostring(element, xml_declaration=True, encoding="UTF-8")
    return written


def _fill(element: Any, told: Tag) -> None:
    for name, value in told.attributes.items():
        element.set(name, _NOT_TEXT.sub(" ", value))
    if isinstance(told.content, str):
        element.text = _NOT_TEXT.sub(" ", told.content) or None
        return
    for child in told.content:
        _fill(etree.SubElement(element, _qualified(child.name)), child)


def _qualified(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


class Node:
    """An element that was read; names are looked up without their namespace, for releases differ in it."""

    def __init__(self, element: Any) -> None:
        self._element = element

    @property
    def name(self) -> str:
        """Its name, without a namespace."""
        return _local(self._element)

    def children(self, name: str) -> Iterator[Node]:
        """Give the elements directly below it by this name."""
        return (Node(child) for child in self._element if _local(child) == name)

    def first(self, *path: str) -> Node | None:
        """Go down a path, each time to the first element by that name."""
        here: Node | None = self
        for name in path:
            here = next(here.children(name), None) if here is not None else None
        return here

    def below(self, name: str) -> Iterator[Node]:
        """Give every element by this name, however deep."""
        return (Node(each) for each in self._element.iter() if _local(each) == name)

    def text(self, *path: str) -> str:
        """Give the text at a path, in one line; empty where there is none."""
        found = self.first(*path)
        return " ".join("".join(found._element.itertext()).split()) if found is not None else ""  # noqa: SLF001

    def attribute(self, name: str) -> str:
        """Give an attribute; empty where there is none."""
        return str(self._element.get(name) or "")


def read(content: bytes) -> Node:
    """Read a document.

    :raises NotXml: too large, not UTF-8, not well-formed, too deep, or with a document type.
    """
    if len(content) > LARGEST:
        raise NotXml(f"over {LARGEST} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotXml("not UTF-8") from None
    if "<!DOCTYPE" in text:  # before any parser sees it: entities cannot be declared without one
        raise NotXml("it has a document type")
    parser = etree.XMLParser(
        encoding="utf-8",  # whatever it declares
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return Node(etree.fromstring(text.encode(), parser))
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise NotXml(f"not well-formed: {exc}"[:200]) from None


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
