"""Weigh the n-grams and words of folded text (TF-IDF), without scikit-learn's checks.

At prediction time one message costs a few dictionary look-ups; the same class builds the
training matrix, so both sides weigh alike.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix

from bot.components.folding import sound

_LETTERS = 4
_TEXTS_PER_COUNT = 2_800


def grams(folded: str) -> Iterator[str]:
    """Yield the n-grams, words and pairs of words of a folded text, all as they sound.

    Runs of four letters come word by word, each padded with one space at both ends.
    """
    spoken = sound(folded).split()
    for word in spoken:
        padded = f" {word} "
        yield "w:" + word
        for start in range(max(1, len(padded) - _LETTERS + 1)):
            yield padded[start : start + _LETTERS]
    for first, second in pairwise(spoken):
        yield f"p:{first} {second}"


@dataclass(frozen=True)
class TextGrams:
    """Hold the vocabulary of n-grams and the weight of each."""

    vocabulary: dict[str, int]
    idf: np.ndarray

    @classmethod
    def fit(
        cls, texts: Sequence[str], *, min_count: int | None = None
    ) -> tuple[TextGrams, csr_matrix]:
        """Learn which n-grams occur in ``min_count`` texts or more, and how rare each is.

        By default the more texts, the more often: a gram of few texts among many costs a
        column and decides nothing. Returns them with the weighed n-grams of the texts, one sparse
        row per text.
        """
        least = max(2, len(texts) // _TEXTS_PER_COUNT) if min_count is None else min_count
        counted = [Counter(grams(text)) for text in texts]
        seen: Counter[str] = Counter()
        for counts in counted:
            seen.update(counts.keys())
        kept = sorted(gram for gram, count in seen.items() if count >= least)
        idf = np.array(
            [math.log((1 + len(texts)) / (1 + seen[gram])) + 1 for gram in kept], np.float32
        )
        learnt = cls({gram: index for index, gram in enumerate(kept)}, idf)
        return learnt, learnt._matrix(counted)

    def weigh(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the columns that occur in the text and their weights, of unit length."""
        return self._weigh(Counter(grams(text)))

    def _weigh(self, counts: Counter[str]) -> tuple[np.ndarray, np.ndarray]:
        look_up = self.vocabulary.get
        known = [
            (column, count)
            for gram, count in counts.items()
            if (column := look_up(gram)) is not None
        ]
        columns = np.array([column for column, _ in known], np.int32)
        values = np.array([count for _, count in known], np.float32)
        weights = (1 + np.log(values)) * self.idf[columns]
        length = float(np.sqrt(weights @ weights))
        return columns, weights / length if length else weights

    def matrix(self, texts: Sequence[str]) -> csr_matrix:
        """Return one sparse row per text."""
        return self._matrix([Counter(grams(text)) for text in texts])

    def _matrix(self, counted: Sequence[Counter[str]]) -> csr_matrix:
        rows = [self._weigh(counts) for counts in counted]
        lengths = [len(columns) for columns, _ in rows]
        return csr_matrix(
            (
                np.concatenate([weights for _, weights in rows]),
                np.concatenate([columns for columns, _ in rows]),
                np.concatenate(([0], np.cumsum(lengths))),
            ),
            shape=(len(counted), len(self.vocabulary)),
            dtype=np.float32,
        )
