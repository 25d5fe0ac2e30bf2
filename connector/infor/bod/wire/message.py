"""Takes the document out of what ION brings: multipart as in messages, JSON as in older ones, or the bare BOD."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping

from connector.domain.acknowledgement import Acknowledgement, Elsewhere
from connector.domain.delivery import Unreadable
from connector.infor.bod import xml
from connector.infor.bod.wire import acknowledgement

MOST_PARTS = 4
PARAMETERS, PAYLOAD = b"ParameterRequest", b"MessagePayload"
HIGHEST_HEADER = 4096


class _Odd(ValueError):
    """A message that nothing can be taken out of."""


def read(body: bytes) -> Acknowledgement | Elsewhere | Unreadable:
    """Read a message from its body alone."""
    try:
        document = _document(body)
    except (_Odd, RecursionError) as why:
        return Unreadable(f"no message of ION's: {why}")
    return acknowledgement.read(document)


def shown(body: bytes) -> str:
    """Give what a message says as text: as it came, or the document alone where that was encoded.

    Nobody can take the people out of what is encoded.
    """
    try:
        document = _document(body)
    except (_Odd, RecursionError):
        document = body
    return (body if document in body else document).decode(errors="replace")


def _document(body: bytes) -> bytes:
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        return start
    if start.startswith(b"{"):
        return _from_json(start)
    if start.startswith(b"--"):
        return _from_parts(start)
    raise _Odd("neither multipart, JSON nor XML")


def _from_json(body: bytes) -> bytes:
    told = _object(body)
    document = told.get("document")
    if not isinstance(document, dict) or not isinstance(document.get("value"), str):
        raise _Odd("JSON without document.value")
    return _decoded(document["value"].encode(), document)


def _from_parts(body: bytes) -> bytes:
    """The boundary is the first line, so that no header is needed to read a kept body again."""
    boundary = body.split(b"\r\n", 1)[0]
    if not 2 < len(boundary) <= 72:
        raise _Odd("multipart without a boundary")
    pieces = body.split(boundary, MOST_PARTS + 1)[1:]
    parts = dict(_part(piece) for piece in pieces if piece.startswith(b"\r\n"))
    if PAYLOAD not in parts:
        raise _Odd("multipart without MessagePayload")
    return _decoded(parts[PAYLOAD], _object(parts.get(PARAMETERS, b"{}")))


def _part(piece: bytes) -> tuple[bytes, bytes]:
    head, _, content = piece.partition(b"\r\n\r\n")
    if len(head) > HIGHEST_HEADER:
        raise _Odd("a part's headers are too long")
    names = [name for name in (PARAMETERS, PAYLOAD) if b'name="' + name + b'"' in head]
    return (names[0] if names else b""), content.removesuffix(b"\r\n")


def _object(text: bytes) -> Mapping[str, object]:
    try:
        told = json.loads(text)
    except ValueError:
        raise _Odd("its parameters are no JSON") from None
    if not isinstance(told, dict):
        raise _Odd("its parameters are no JSON object")
    return told


def _decoded(content: bytes, told: Mapping[str, object]) -> bytes:
    """Undo the encoding that the parameters name: NONE, BASE64, or DEFLATE, which may come in base64 too."""
    encoding = str(told.get("encoding") or "NONE").upper()
    try:
        match encoding:
            case "NONE":
                return content
            case "BASE64":
                return base64.b64decode(content, validate=True)
            case "DEFLATE":
                return _inflated(content)
    except (binascii.Error, zlib.error):
        raise _Odd(f"its content is not {encoding}") from None
    raise _Odd(f"its encoding {encoding[:40]!r} is none of ION's")


def _inflated(content: bytes) -> bytes:
    """At most what a document may have: what goes on behind it is not unpacked."""
    packed = content if content[:1] == b"\x78" else base64.b64decode(content, validate=True)
    unpacker = zlib.decompressobj()
    document = unpacker.decompress(packed, xml.LARGEST)
    if unpacker.unconsumed_tail:
        raise _Odd(f"it unpacks to more than {xml.LARGEST} bytes")
    return document
