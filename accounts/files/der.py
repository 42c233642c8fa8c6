"""Tell apart DER structures by their outline, without decoding or copying what they hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Shape = Literal["certificate", "private_key", "key_store", "other"]

_SEQUENCE, _INTEGER, _BIT_STRING, _OCTET_STRING, _OID = 0x30, 0x02, 0x03, 0x04, 0x06
_MAX_CHILDREN = 12
_MAX_STRUCTURES = 16
# PKCS#5 and PKCS#12 encryption schemes, as in an encrypted PKCS#8 key: 1.2.840.113549.1.5 / .12.
_ENCRYPTION = (bytes.fromhex("2a864886f70d0105"), bytes.fromhex("2a864886f70d010c"))
# The content of a PFX is PKCS#7 data: 1.2.840.113549.1.7.
_PKCS7 = bytes.fromhex("2a864886f70d0107")


@dataclass(frozen=True)
class _Node:
    tag: int
    start: int
    end: int


def _read(data: bytearray, at: int, limit: int) -> _Node | None:
    """Read one tag and length; None when they do not fit before `limit`."""
    if at + 2 > limit:
        return None
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        if not 0 < size <= 4 or start + size > limit:
            return None
        length = int.from_bytes(data[start : start + size])
        start += size
    return _Node(tag, start, start + length) if start + length <= limit else None


def _children(data: bytearray, node: _Node) -> list[_Node]:
    found: list[_Node] = []
    at = node.start
    while at < node.end and len(found) < _MAX_CHILDREN:
        child = _read(data, at, node.end)
        if child is None:
            return []
        found.append(child)
        at = child.end
    return found


def _starts_with(data: bytearray, node: _Node, prefixes: tuple[bytes, ...]) -> bool:
    """Tell whether a sequence begins with an OID below one of these."""
    first = _read(data, node.start, node.end)
    if first is None or first.tag != _OID:
        return False
    return any(data[first.start : first.end].startswith(prefix) for prefix in prefixes)


def shapes(data: bytearray) -> Iterator[Shape]:
    """Name each structure of a file that is DER from its first byte, in order.

    What follows the last whole structure is not looked at: see `covers`.
    """
    at = 0
    for _ in range(_MAX_STRUCTURES):
        node = _read(data, at, len(data))
        if node is None or node.tag != _SEQUENCE:
            return
        yield _shape(data, node)
        at = node.end


def covers(data: bytearray) -> bool:
    """Tell whether one structure is the whole file."""
    node = _read(data, 0, len(data))
    return node is not None and node.end == len(data)


def _shape(data: bytearray, node: _Node) -> Shape:
    parts = _children(data, node)
    tags = [part.tag for part in parts]
    if tags == [_SEQUENCE, _OCTET_STRING] and _starts_with(data, parts[0], _ENCRYPTION):
        return "private_key"
    if tags == [_SEQUENCE, _SEQUENCE, _BIT_STRING]:
        return "certificate"
    if tags[:1] != [_INTEGER]:
        return "other"
    version = int.from_bytes(data[parts[0].start : parts[0].end][:2])
    if version == 3 and tags[1:2] == [_SEQUENCE] and _starts_with(data, parts[1], (_PKCS7,)):
        return "key_store"
    plain = version in (0, 1) and tags[1:3] == [_SEQUENCE, _OCTET_STRING]
    elliptic = version == 1 and tags[1:2] == [_OCTET_STRING]
    numbers = version in (0, 1) and len(tags) >= 6 and set(tags[:6]) == {_INTEGER}
    return "private_key" if plain or elliptic or numbers else "other"
