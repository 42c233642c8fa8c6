"""Part words that were run together: «cuantodebo» is «cuanto debo».

The likeliest way to cut a word into words that the examples use often, by how often they do
(Norvig, «Natural Language Corpus Data», 2009). What is cut is only what nobody knows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

_SHORTEST = 6
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
        if len(word) < _SHORTEST:
            return []
        # The best way to each place: how likely it is, and its words.
        best: dict[int, tuple[float, list[str]]] = {0: (0.0, [])}
        for end in range(1, len(word) + 1):
            ways = [
                (best[start][0] + self._logs[piece], [*best[start][1], piece])
                for start in range(max(0, end - _LONGEST_WORD), end)
                if start in best
                and len(best[start][1]) < _MOST_WORDS
                and (piece := word[start:end]) in self._logs
            ]
            if ways:
                best[end] = max(ways)
        _, words = best.get(len(word), (0.0, []))
        return words if len(words) > 1 else []


def _may_be_cut_off(word: str, count: int) -> bool:
    if len(word) == 1:
        return word in _ONE_LETTER
    return count >= (_LEAST_COUNT_OF_SHORT if len(word) == 2 else _LEAST_COUNT)
