"""Encryption of the raw events at rest (AES-256-GCM)."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from conversations.errors import BodyUnreadable

_NONCE = 12


class BodyCipher:
    """Seal and open bodies; each is bound to the event it belongs to."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the keys: the first writes, all read."""
        self._ciphers = [AESGCM(key) for key in keys]

    def seal(self, body: bytes, event: str) -> bytes:
        """Encrypt a body for an event."""
        nonce = os.urandom(_NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, body, event.encode())

    def open(self, sealed: bytes, event: str) -> bytes:
        """Decrypt the body of an event, with whichever key wrote it."""
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], event.encode())
            except InvalidTag:
                continue
        raise BodyUnreadable("no key opens this body")
