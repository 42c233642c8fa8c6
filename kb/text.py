"""Fold Spanish text so that «Página», «pagina» and «PÁGINA» are the same word."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+")
_INITIALS = re.compile(r"\b[a-z](?:\. ?[a-z]\b)+\.?")
# «Keretaro», «Puevla», «Veracrus»: letters that sound alike in Mexico.
_SOUNDS = tuple(
    (re.compile(pattern), letter)
    for pattern, letter in (
        (r"x(?=[aeiou])", "j"),
        (r"c(?=[ei])|z|x", "s"),
        (r"qu(?=[ei])|k", "c"),
        (r"v", "b"),
        (r"g(?=[ei])", "j"),
        (r"ll", "y"),
        (r"(?<!c)h", ""),
        (r"m\b", "n"),
        (r"(.)\1", r"\1"),
    )
)


def fold(text: str) -> str:
    """Lower the case and drop the accents; ñ becomes n, as people type it without one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """Give the folded words of a text, in order."""
    return _WORD.findall(fold(text))


def plain(text: str) -> str:
    """Give the folded words of a text with one space between; «N.L.» is one word."""
    together = _INITIALS.sub(lambda found: "".join(_WORD.findall(found[0])) + " ", fold(text))
    return " ".join(_WORD.findall(together))


def by_ear(text: str) -> str:
    """Write a plain text so that spellings that sound alike are the same."""
    for pattern, letter in _SOUNDS:
        text = pattern.sub(letter, text)
    return text
