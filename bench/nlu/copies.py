"""Which lines are nearly an example: they ask for memory rather than for understanding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from bench.nlu.lines import Line, Pairs
from bot.components.folding import fold

NEAR = 0.75
"""Share of letter trigrams in common; tests/nlu/test_data.py draws the line at the same place."""


def unlike(lines: Sequence[Line], examples: Pairs) -> list[Line]:
    """Return the lines that share less than ``NEAR`` of their trigrams with every example."""
    vectorizer = CountVectorizer(analyzer="char_wb", ngram_range=(3, 3), binary=True)
    learnt = vectorizer.fit_transform([_letters(text) for text, _ in examples])
    # What the examples do not hold counts in the size of a line all the same.
    every = CountVectorizer(analyzer="char_wb", ngram_range=(3, 3), binary=True)
    asked = [_letters(line.text) for line in lines]
    sizes = np.asarray(every.fit_transform(asked).sum(axis=1)).ravel()
    learnt_sizes = np.asarray(learnt.sum(axis=1)).ravel()
    shared = (vectorizer.transform(asked) @ learnt.T).tocoo()
    common = shared.data / (sizes[shared.row] + learnt_sizes[shared.col] - shared.data)
    near = set(shared.row[common >= NEAR].tolist())
    return [line for row, line in enumerate(lines) if row not in near]


def _letters(text: str) -> str:
    # A text of emoji only folds to nothing: it is compared as it stands.
    return fold(text) or text
