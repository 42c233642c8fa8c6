"""Part words that were run together: «cuantodebo» is «cuanto debo».

The likeliest way to cut a word into words that the examples use often, by how often they do
(Norvig, «Natural Language Corpus Data», 2009). What is cut is only what nobody knows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

SHORTEST = 6
_LONGEST_WORD = 18
_MOST_WORDS = 5
_LEAST_COUNT = 12
_LEAST_COUNT_OF_SHORT = 120
"""Of one or two letters nearly everything has been typed: only true words may be cut off."""

_ONE_LETTER = frozenset("aeoy")


class Spacing:
    """Hold how likely each word is."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        """Take a vocabulary, word to count."""
        total = sum(vocabulary.values()) or 1
        self._logs = {
            word: math.log(count / total)
            for word, count in vocabulary.items()
            if _may_be_cut_off(word, count)
        }

    def parted(self, word: str) -> list[str]:
        """Return the words a word was run together from; none when there is no such way."""
        # At each place: how likely the best way to it is, how many words it has, its last word.
        best: list[tuple[float, int, str] | None] = [(0.0, 0, "")] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - _LONGEST_WORD), end):
                before, chance = best[start], self._logs.get(word[start:end])
                if before is None or chance is None or before[1] == _MOST_WORDS:
                    continue
                option = (before[0] + chance, before[1] + 1, word[start:end])
                if best[end] is None or option[0] > best[end][0]:  # type: ignore[index]
                    best[end] = option
        words: list[str] = []
        end = len(word)
        while end and (found := best[end]) is not None:
            words.insert(0, found[2])
            end -= len(found[2])
        return words if end == 0 and len(words) > 1 else []


def _may_be_cut_off(word: str, count: int) -> bool:
    if len(word) == 1:
        return word in _ONE_LETTER
    return count >= (_LEAST_COUNT_OF_SHORT if len(word) == 2 else _LEAST_COUNT)
