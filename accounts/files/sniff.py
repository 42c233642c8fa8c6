"""Decide what a file is by its content; names and declared types are never looked at.

What must not be kept (keys, passwords, images…) is refused here with its own reason, before any
parser sees it.
"""

import base64
import binascii
import re
from typing import Literal

from accounts.errors import FileRefused, Reason
from accounts.files import der

Kind = Literal["xml", "certificate"]

_HEAD = 1024
_BLANK = b"\x00 \t\r\n"
_KEY_WORDS = (b"PRIVATE KEY", b"PuTTY-User-Key-File", b"openssh-key-v1")
_MAGIC: tuple[tuple[bytes, int, Reason], ...] = (
    (b"\xff\xd8\xff", 0, "image"),
    (b"\x89PNG\r\n\x1a\n", 0, "image"),
    (b"GIF8", 0, "image"),
    (b"II*\x00", 0, "image"),
    (b"MM\x00*", 0, "image"),
    (b"WEBP", 8, "image"),
    (b"ftyphei", 4, "image"),
    (b"ftypmif1", 4, "image"),
    (b"ftypavif", 4, "image"),
    (b"PK\x03\x04", 0, "archive"),
    (b"PK\x05\x06", 0, "archive"),
    (b"Rar!", 0, "archive"),
    (b"7z\xbc\xaf'\x1c", 0, "archive"),
    (b"\x1f\x8b", 0, "archive"),
    (b"\xd0\xcf\x11\xe0", 0, "document"),
    (b"{\\rtf", 0, "document"),
    (b"\xfe\xed\xfe\xed", 0, "key_store"),
)
_MARKUP_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[?!A-Za-z]")
# «<» in UTF-16 or UTF-32, with or without a mark, and in UTF-7.
_OTHER_MARKUP = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00\x00<", b"+ADw")
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]{64,}\Z")
_PASSWORD = re.compile(
    r"contrase[nñ]a|password|\bciec\b|\bclave\b|\bpwd\b|\bpass\b|\bnip\b", re.IGNORECASE
)
_SHORT_TEXT = 4096
_SHAPES: dict[der.Shape, Reason] = {"private_key": "private_key", "key_store": "key_store"}


def sniff(data: bytearray) -> Kind:
    """Return what a file is, or raise FileRefused with the reason it may not be read."""
    if all(byte in _BLANK for byte in data):
        raise FileRefused("empty")
    _refuse_keys(data)
    # 0x30 begins a DER sequence and is also the digit zero.
    if data[0] == 0x30 and not data.isascii():
        if der.covers(data) and list(der.shapes(data)) == ["certificate"]:
            return "certificate"
        raise FileRefused("not_certificate")
    for mark, place, reason in _MAGIC:
        if data.startswith(mark, place):
            raise FileRefused(reason)
    if data.startswith(b"BM") and data[6:10] == bytes(4):
        raise FileRefused("image")
    if b"%PDF-" in data[:_HEAD]:
        raise FileRefused("pdf")
    if _MARKUP_START.match(data) or data.startswith(_OTHER_MARKUP):
        return "xml"
    if b"-----BEGIN CERTIFICATE" in data[:_HEAD]:
        raise FileRefused("not_certificate")
    _refuse_passwords(data)
    raise FileRefused("not_supported")


def _refuse_keys(data: bytearray) -> None:
    """Refuse private keys in any of their forms: DER, PEM, bare base64, wide characters."""
    for shape in der.shapes(data):
        if shape in _SHAPES:
            raise FileRefused(_SHAPES[shape])
    if any(word in data for word in _KEY_WORDS) or _wide_key(data):
        raise FileRefused("private_key")
    if _BASE64.match(data):
        decoded = _decoded(data)
        try:
            for shape in der.shapes(decoded):
                if shape in _SHAPES:
                    raise FileRefused(_SHAPES[shape])
        finally:
            decoded[:] = bytes(len(decoded))


def _wide_key(data: bytearray) -> bool:
    """Look for the words of a key written in UTF-16 or UTF-32."""
    return any(
        _KEY_WORDS[0].decode().encode(name) in data
        for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
    )


def _decoded(data: bytearray) -> bytearray:
    try:
        return bytearray(base64.b64decode(data))
    except (binascii.Error, ValueError):
        return bytearray()


def _refuse_passwords(data: bytearray) -> None:
    if len(data) <= _SHORT_TEXT and _PASSWORD.search(data.decode("utf-8", "ignore")):
        raise FileRefused("password")
