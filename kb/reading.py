"""Measure how easy a Spanish text is to read.

The measure is the perspicuity of Szigriszt-Pazos (1993), 206.835 - 62.3 S/P - P/F, with S
syllables, P words and F sentences, on the INFLESZ scale of Barrio-Cantalejo (2008): over 80 very
easy, 65-80 quite easy (primary school), 55-65 normal, 40-55 rather hard, under 40 very hard.
Only full stops and question and exclamation marks end a sentence here. Colons and semicolons end
one in some counts; not counting them is the stricter way.
"""

from __future__ import annotations

import re

QUITE_EASY = 65.0
NORMAL = 55.0

ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\b[\w-]+(?:\.[^\W\d_][\w-]*)+(?:/\S*)?")
"""An e-mail or a web address: it has no accents and its own words."""

_END = re.compile(r"[.!?…]+(?=[\s»)]|$)")
_WORD = re.compile(r"[^\W\d_]+")
_SPOKEN = re.compile(r"\$?\d(?:[\d ,.%-]*\d)?|[^\W\d_]+")
_SILENT_U = re.compile(r"(?<=[qg])u(?=[eiéí])")
_FINAL_Y = re.compile(r"y(?![aeiouáéíóúü])")
_VOWELS = frozenset("aeiouáéíóúü")
_STRONG = frozenset("aeoáéó")
_STRESSED_WEAK = frozenset("íú")


def syllables(word: str) -> int:
    """Count the syllables of one word; an abbreviation without vowels counts as one."""
    letters = _SILENT_U.sub("", word.casefold()).replace("h", "")
    letters = _FINAL_Y.sub("i", letters)
    count, previous = 0, ""
    for letter in letters:
        if letter not in _VOWELS:
            previous = ""
            continue
        if not previous or _hiatus(previous, letter):
            count += 1
        previous = letter
    return max(count, 1)


def _hiatus(first: str, second: str) -> bool:
    """Tell whether two vowels in a row belong to two syllables."""
    if first in _STRESSED_WEAK:
        return second in _STRONG
    if second in _STRESSED_WEAK:
        return first in _STRONG
    return (first in _STRONG and second in _STRONG) or first == second


def sentences(text: str) -> list[str]:
    """Split a text into its sentences, addresses left out."""
    parts = (part.strip() for part in _END.split(ADDRESS.sub(" ", text)))
    return [part for part in parts if _WORD.search(part)]


def spoken_words(sentence: str) -> int:
    """Count what is read as one word; a phone number or an amount is one."""
    return len(_SPOKEN.findall(sentence))


def perspicuity(text: str) -> float | None:
    """Score a text, the higher the easier; None when it has no words."""
    parts = sentences(text)
    words = [word for part in parts for word in _WORD.findall(part)]
    if not words:
        return None
    return 206.835 - 62.3 * sum(map(syllables, words)) / len(words) - len(words) / len(parts)
