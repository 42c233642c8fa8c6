"""Fit multinomial logistic regression on dense and sparse features side by side.

scikit-learn takes one matrix: with the sentence vectors inside a sparse one, a fit takes ten
times as long, and inside a dense one it does not fit in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

_PER_EPOCH = 11
_LEAST = 64
"""How many batches make an epoch, and how few examples a batch."""

_RATE = 0.3
_MEMORY = np.float32(0.9)
_SQUARE_MEMORY = np.float32(0.99)


@dataclass(frozen=True)
class Features:
    """Hold one row per example: ``dense`` (n, d) and ``sparse`` (n, p), both float32."""

    dense: np.ndarray
    sparse: csr_matrix

    @property
    def width(self) -> int:
        """Count the columns, the constant one included."""
        return int(self.dense.shape[1] + self.sparse.shape[1] + 1)

    def take(self, rows: np.ndarray) -> Features:
        """Return some of the examples."""
        return Features(self.dense[rows], self.sparse[rows])

    def scores(self, weights: np.ndarray) -> np.ndarray:
        """Return features · weights; ``weights`` (width, k) has the bias in its last row."""
        cut = self.dense.shape[1]
        result: np.ndarray = self.dense @ weights[:cut]
        result += self.sparse @ weights[cut:-1]
        result += weights[-1]
        return result

    def pulled_back(self, errors: np.ndarray) -> np.ndarray:
        """Return features^T · errors, of the shape of weights."""
        return np.vstack([self.dense.T @ errors, self.sparse.T @ errors, errors.sum(axis=0)])


def fit(
    features: Features,
    truth: np.ndarray,
    classes: int,
    strength: float,
    *,
    steps: int,
) -> np.ndarray:
    """Return weights (width, classes); a class counts by the root of how many examples it has.

    ``strength`` is the inverse of the L2 penalty (C). Adam (Kingma & Ba 2015) in batches, with
    a rate that shrinks to nothing: it is where L-BFGS is after four times as long.
    """
    count = len(truth)
    # By number, the rare would be forgotten; all alike, «everything else» would be too small.
    share = count / (classes * np.maximum(np.bincount(truth, minlength=classes), 1))
    importance = np.sqrt(share[truth]).astype(np.float32)
    weights = np.zeros((features.width, classes), np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for done, rows in enumerate(_batches(count, steps)):
        slope = _slope(features.take(rows), truth[rows], importance[rows], weights)
        # The bias is not penalised.
        slope[:-1] += weights[:-1] / np.float32(strength * count)
        mean += (1 - _MEMORY) * (slope - mean)
        square += (1 - _SQUARE_MEMORY) * (np.square(slope) - square)
        rate = _RATE * (1 - done / steps) / (1 - _MEMORY ** (done + 1))
        root = np.sqrt(square / np.float32(1 - _SQUARE_MEMORY ** (done + 1)))
        weights -= np.float32(rate) * mean / (root + np.float32(1e-8))
    return weights


def _batches(count: int, steps: int) -> Iterator[np.ndarray]:
    """Yield ``steps`` batches of rows, each example once before any comes again."""
    # From a fixed seed: the same examples give the same weights.
    random = np.random.default_rng(0)
    size = min(count, max(_LEAST, -(-count // _PER_EPOCH)))
    waiting = random.permutation(count)
    for _ in range(steps):
        if len(waiting) < size:
            waiting = np.concatenate([waiting, random.permutation(count)])
        yield waiting[:size]
        waiting = waiting[size:]


def _slope(
    features: Features, truth: np.ndarray, importance: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return the mean gradient of the cross-entropy, of the shape of weights."""
    scores = features.scores(weights)
    scores -= scores.max(axis=1, keepdims=True)
    errors = np.exp(scores)
    errors /= errors.sum(axis=1, keepdims=True)
    errors[np.arange(len(truth)), truth] -= 1
    errors *= importance[:, np.newaxis] / np.float32(len(truth))
    return features.pulled_back(errors)
