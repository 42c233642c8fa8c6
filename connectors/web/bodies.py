"""Reads what callers send: size, encoding, depth and shape are checked before anything is used."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiohttp import web

from connectors.settings import Settings
from connectors.web.problems import Problem
from conversations.messages import Kind, SecureKind

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_KEPT = frozenset("\n\t")
_KINDS: tuple[SecureKind, ...] = ("nss", "code")
_MAX_SECRET = 64


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said in one call."""

    id: str
    kind: Kind
    text: str | None = None
    choice: str | None = None
    secure_kind: SecureKind | None = None


async def read_json(request: web.Request, settings: Settings) -> dict[str, Any]:
    """Read a JSON object within the limits of size and depth, or raise Problem."""
    if request.content_type != "application/json":
        raise Problem(415, "not_json")
    if (request.content_length or 0) > settings.max_body:
        raise Problem(413, "too_big")
    raw = bytearray()
    async for chunk in request.content.iter_any():
        raw += chunk
        if len(raw) > settings.max_body:
            raise Problem(413, "too_big")
    if _depth(bytes(raw)) > settings.max_depth:
        raise Problem(400, "too_deep")
    try:
        data = json.loads(raw.decode("utf-8"))
    except ValueError:
        raise Problem(400, "unreadable") from None
    if not isinstance(data, dict):
        raise Problem(422, "wrong_shape")
    return data


def _depth(raw: bytes) -> int:
    """Measure how deep brackets nest, before a parser has to follow them."""
    deepest = level = 0
    for byte in _STRING.sub(b"", raw):
        if byte in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif byte in b"]}":
            level -= 1
    return deepest


def read_message(data: dict[str, Any], settings: Settings) -> Said:
    """Read {"id", "text" | "choice" | "secure"}, or raise Problem."""
    identifier = read_id(data.pop("id", None))
    if len(data) != 1:
        raise Problem(422, "wrong_shape")
    ((name, value),) = data.items()
    reader = _READERS.get(name)
    if reader is None:
        raise Problem(422, "wrong_shape")
    return reader(identifier, value, settings)


def read_id(value: object) -> str:
    """Read a client's message id, or raise Problem."""
    if not isinstance(value, str) or len(value) != 36:
        raise Problem(422, "wrong_id")
    try:
        return str(UUID(value))
    except ValueError:
        raise Problem(422, "wrong_id") from None


def _text(identifier: str, value: object, settings: Settings) -> Said:
    text = _clean(value)
    if len(text) > settings.max_text:
        raise Problem(422, "too_long", limit=f"{settings.max_text:,}")
    return Said(identifier, "text", text=text)


def _choice(identifier: str, value: object, settings: Settings) -> Said:
    if not isinstance(value, str) or not 0 < len(value) <= 32 or not value.isprintable():
        raise Problem(422, "wrong_shape")
    return Said(identifier, "choice", choice=value)


def _secure(identifier: str, value: object, settings: Settings) -> Said:
    if not isinstance(value, dict) or value.keys() != {"kind", "value"}:
        raise Problem(422, "wrong_shape")
    if value["kind"] not in _KINDS:
        raise Problem(422, "wrong_shape")
    text = _clean(value["value"])
    if len(text) > _MAX_SECRET:
        raise Problem(422, "too_long", limit=_MAX_SECRET)
    return Said(identifier, "secure", text=text, secure_kind=value["kind"])


_READERS = {"text": _text, "choice": _choice, "secure": _secure}


def _clean(value: object) -> str:
    """Drop control characters and broken halves of characters; refuse what is left empty."""
    if not isinstance(value, str):
        raise Problem(422, "wrong_shape")
    whole = value.encode("utf-8", "replace").decode("utf-8")
    kept = (c for c in whole if c in _KEPT or unicodedata.category(c) != "Cc")
    text = "".join(kept).strip()
    if not text:
        raise Problem(422, "empty")
    return text
