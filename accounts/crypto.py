"""Encrypt personal values and index them for look-up with keys that live outside the database."""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from accounts.errors import AccountsError

_KEY_BYTES = 32
_ID_BYTES = 4
_NONCE_BYTES = 12


def parse_masters(text: str) -> list[bytes]:
    """Read comma-separated base64 master keys; ValueError when one is not 32 bytes."""
    try:
        masters = [base64.b64decode(part.strip(), validate=True) for part in text.split(",")]
    except (binascii.Error, ValueError):
        raise ValueError("each master key must be base64") from None
    if any(len(master) != _KEY_BYTES for master in masters):
        raise ValueError("each master key must be 32 bytes")
    return masters


class Undecipherable(AccountsError):
    """Raise when no key of the ring opens a value."""


def derive_key(master: bytes, purpose: bytes) -> bytes:
    """Derive the key of one purpose from a master key."""
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(master)


@dataclass(frozen=True)
class _Key:
    id: bytes
    cipher: AESGCM
    index: bytes

    @classmethod
    def derive(cls, master: bytes) -> Self:
        identifier = hashlib.sha256(derive_key(master, b"accounts/id")).digest()[:_ID_BYTES]
        cipher = AESGCM(derive_key(master, b"accounts/encryption"))
        return cls(identifier, cipher, derive_key(master, b"accounts/index"))


class KeyRing:
    """Encrypt with the first key, read with all of them: that is how keys are rotated."""

    def __init__(self, masters: Sequence[bytes]) -> None:
        """Derive the working keys of each 32-byte master key."""
        if not masters or any(len(master) != _KEY_BYTES for master in masters):
            raise ValueError("each master key must be 32 bytes")
        self._keys = [_Key.derive(master) for master in masters]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read comma-separated base64 master keys; ValueError when one is not 32 bytes."""
        return cls(parse_masters(text))

    def encrypt(self, value: str, context: str) -> bytes:
        """Seal a value; `context` says where it belongs and must be given again to open it."""
        key, nonce = self._keys[0], os.urandom(_NONCE_BYTES)
        return key.id + nonce + key.cipher.encrypt(nonce, value.encode(), context.encode())

    def decrypt(self, sealed: bytes, context: str) -> str:
        """Open a sealed value, or raise Undecipherable."""
        identifier, body = sealed[:_ID_BYTES], sealed[_ID_BYTES:]
        for key in self._keys:
            if key.id == identifier:
                try:
                    nonce, text = body[:_NONCE_BYTES], body[_NONCE_BYTES:]
                    return key.cipher.decrypt(nonce, text, context.encode()).decode()
                except InvalidTag:
                    break
        raise Undecipherable("no key opens this value")

    def index(self, value: str, context: str) -> bytes:
        """Give the look-up index of a value with the writing key."""
        return self.indexes(value, context)[0]

    def indexes(self, value: str, context: str) -> list[bytes]:
        """Give the index of a value with every key, so rows of an older key are still found."""
        text = f"{context}\x1f{value}".encode()
        return [hmac.new(key.index, text, hashlib.sha256).digest() for key in self._keys]

    def matches(self, value: str, context: str, expected: bytes) -> bool:
        """Compare a value with an index in constant time."""
        # A list, not a generator: every key is compared whatever the first one says.
        return any([hmac.compare_digest(i, expected) for i in self.indexes(value, context)])
