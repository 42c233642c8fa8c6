"""Weigh the character n-grams and words of folded text (TF-IDF), without scikit-learn's checks.

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


def grams(folded: str, shortest: int, longest: int) -> Iterator[str]:
    """Yield character n-grams as spelled and as they sound, then words and pairs of words.

    Characters come word by word, each padded with one space at both ends.
    """
    yield from _characters(folded, shortest, longest)
    heard = sound(folded)
    for gram in _characters(heard, shortest, longest):
        yield "s:" + gram
    spoken = heard.split()
    for word in spoken:
        yield "w:" + word
    for first, second in pairwise(spoken):
        yield f"p:{first} {second}"


def _characters(text: str, shortest: int, longest: int) -> Iterator[str]:
    for word in text.split():
        padded = f" {word} "
        for size in range(shortest, longest + 1):
            if len(padded) <= size:
                yield padded
                break
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


@dataclass(frozen=True)
class TextGrams:
    """Hold the vocabulary of n-grams and the weight of each."""

    vocabulary: dict[str, int]
    idf: np.ndarray
    shortest: int = 2
    longest: int = 4

    @classmethod
    def fit(
        cls, texts: Sequence[str], *, shortest: int = 2, longest: int = 4, min_count: int = 2
    ) -> TextGrams:
        """Learn which n-grams occur in at least ``min_count`` texts, and how rare each is."""
        seen: Counter[str] = Counter()
        for text in texts:
            seen.update(set(grams(text, shortest, longest)))
        kept = sorted(gram for gram, count in seen.items() if count >= min_count)
        idf = np.array(
            [math.log((1 + len(texts)) / (1 + seen[gram])) + 1 for gram in kept], np.float32
        )
        return cls({gram: index for index, gram in enumerate(kept)}, idf, shortest, longest)

    def weigh(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the columns that occur in the text and their weights, of unit length."""
        counts: Counter[int] = Counter()
        look_up = self.vocabulary.get
        for gram in grams(text, self.shortest, self.longest):
            column = look_up(gram)
            if column is not None:
                counts[column] += 1
        columns = np.fromiter(counts.keys(), np.int32, len(counts))
        values = np.fromiter(counts.values(), np.float32, len(counts))
        weights = (1 + np.log(values)) * self.idf[columns]
        length = float(np.sqrt(weights @ weights))
        return columns, weights / length if length else weights

    def matrix(self, texts: Sequence[str]) -> csr_matrix:
        """Return one sparse row per text."""
        rows = [self.weigh(text) for text in texts]
        lengths = [len(columns) for columns, _ in rows]
        return csr_matrix(
            (
                np.concatenate([weights for _, weights in rows]),
                np.concatenate([columns for columns, _ in rows]),
                np.concatenate(([0], np.cumsum(lengths))),
            ),
            shape=(len(texts), len(self.vocabulary)),
            dtype=np.float32,
        )
