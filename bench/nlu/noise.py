"""Damage texts the way phones and hurried people do: the same text always alike.

Vault tokens stay as they are: the gateway writes them, not the person.
"""

from __future__ import annotations

import random
import re
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_TOKEN = re.compile(r"(⟦[A-ZÑ]+:\d+⟧)")
_ACCENT = re.compile(r"(?<![nN])[\u0300-\u036f]|[\u0300-\u0302\u0304-\u036f]")
_MARKS = re.compile(r"[^\w\s$%+@/-]")
_LETTERS_PER_SLIP, _LEAST_LETTERS = 8, 4
_JOINED = 1 / 4
_BY_EAR = 1 / 2
_SOUNDS: Mapping[str, str] = {
    r"qu(?=[eéií])": "k",
    # First, so that its h is not silent.
    r"ch": "ch",
    r"h": "",
    r"c(?=[aáoóuú])": "k",
    r"c(?=[eéií])": "s",
    r"z": "s",
    r"s(?=[eéií])": "c",
    r"s(?=[aáoóuú])": "z",
    r"ll": "y",
    r"y(?=[aáeéoóuú])": "ll",
    r"b": "v",
    r"v": "b",
    r"g(?=[eéií])": "j",
}
_HEARD = re.compile("|".join(f"({pattern})" for pattern in _SOUNDS), re.IGNORECASE)


def no_accents(text: str) -> str:
    """Drop every accent; ñ has a key of its own."""
    return _outside_tokens(text, _plain)


def upper(text: str) -> str:
    """Write with the capitals locked."""
    return _outside_tokens(text, str.upper)


def sms(text: str) -> str:
    """Shorten words as in a text message, in lower case and without accents or marks."""
    short: Mapping[str, str] = _words()["sms"]

    def shorten(match: re.Match[str]) -> str:
        return str(short.get(match.group(), match.group()))

    return _outside_tokens(
        text, lambda part: re.sub(r"\w+", shorten, _plain(_MARKS.sub("", part.lower())))
    )


def slips(text: str) -> str:
    """Mistype one letter in every eight: swapped, dropped, doubled, or the key beside it."""
    rng = _rng("slips", text)
    return _outside_tokens(text, lambda part: _mistype(part, rng))


def joined(text: str) -> str:
    """Leave out some spaces between words."""
    rng = _rng("joined", text)

    def join(match: re.Match[str]) -> str:
        return "" if rng.random() < _JOINED else match.group()

    return _outside_tokens(text, lambda part: re.sub(r"(?<=\w) (?=\w)", join, part))


def fillers(text: str) -> str:
    """Put around and into the text what people say while they dictate."""
    rng, words = _rng("fillers", text), text.split(" ")
    place = rng.randrange(1, len(words)) if len(words) > 1 else 1
    chosen = {name: rng.choice(_words()[name]) for name in ("openings", "between", "endings")}
    inside = [*words[:place], chosen["between"], *words[place:]]
    return " ".join([chosen["openings"], *inside, chosen["endings"]])


def bare(text: str) -> str:
    """Leave out punctuation and capitals."""
    return _outside_tokens(text, lambda part: _MARKS.sub("", part).lower())


def phonetic(text: str) -> str:
    """Spell by ear about half of what sounds like something else."""
    rng = _rng("phonetic", text)
    by_number = list(_SOUNDS.values())

    def hear(match: re.Match[str]) -> str:
        if rng.random() >= _BY_EAR:
            return match.group()
        heard = by_number[(match.lastindex or 1) - 1]
        return heard.upper() if match.group().isupper() else heard

    return _outside_tokens(text, lambda part: _HEARD.sub(hear, part))


KINDS: Mapping[str, Callable[[str], str]] = {
    "no accents": no_accents,
    "UPPER CASE": upper,
    "SMS spelling": sms,
    "slips of letters": slips,
    "words joined": joined,
    "dictated fillers": fillers,
    "no punctuation": bare,
    "spelled by ear": phonetic,
}


def _outside_tokens(text: str, change: Callable[[str], str]) -> str:
    parts = _TOKEN.split(text)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))


def _rng(kind: str, text: str) -> random.Random:
    return random.Random(zlib.crc32(f"{kind}\0{text}".encode()))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", text)))


def _mistype(part: str, rng: random.Random) -> str:
    letters = [place for place, char in enumerate(part) if char.isalpha()]
    starts = range(0, len(letters) - _LEAST_LETTERS + 1, _LETTERS_PER_SLIP)
    chosen = [rng.choice(letters[start : start + _LETTERS_PER_SLIP]) for start in starts]
    # From the end, so that the places before stay right.
    for place in reversed(chosen):
        part = part[:place] + _slip(part[place : place + 2], rng) + part[place + 2 :]
    return part


def _slip(letters: str, rng: random.Random) -> str:
    """Mistype the first of two characters."""
    first, second = letters[0], letters[1:]
    kind = rng.choice(("swap", "drop", "double", "neighbour"))
    if kind == "swap" and second.isalpha():
        return second + first
    if kind == "drop":
        return second
    beside: str | None = _words()["keys"].get(_plain(first.lower()))
    if kind == "neighbour" and beside:
        key = rng.choice(beside)
        return (key.upper() if first.isupper() else key) + second
    return first + first + second


@cache
def _words() -> Mapping[str, Any]:
    file = Path(__file__).with_name("noise.yml")
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")))
