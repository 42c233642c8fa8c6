"""Fit multinomial logistic regression on dense and sparse features side by side.

scikit-learn takes one matrix: with the sentence vectors inside a sparse one, a fit takes ten
times as long, and inside a dense one it does not fit in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix


@dataclass(frozen=True)
class Features:
    """Hold one row per example: ``dense`` (n, d) and ``sparse`` (n, p), both float32."""

    dense: np.ndarray
    sparse: csr_matrix

    @property
    def width(self) -> int:
        """Count the columns, the constant one included."""
        return int(self.dense.shape[1] + self.sparse.shape[1] + 1)

    @cached_property
    def _transposed(self) -> csr_matrix:
        return self.sparse.T.tocsr()

    def scores(self, weights: np.ndarray) -> np.ndarray:
        """Return features · weights; ``weights`` (width, k) has the bias in its last row."""
        cut = self.dense.shape[1]
        result: np.ndarray = self.dense @ weights[:cut]
        result += self.sparse @ weights[cut:-1]
        result += weights[-1]
        return result

    def pulled_back(self, errors: np.ndarray) -> np.ndarray:
        """Return features^T · errors, of the shape of weights."""
        return np.vstack([self.dense.T @ errors, self._transposed @ errors, errors.sum(axis=0)])


def fit(
    features: Features,
    truth: np.ndarray,
    classes: int,
    strength: float,
    *,
    steps: int,
) -> np.ndarray:
    """Return weights (width, classes); a class counts by the root of how many examples it has.

    ``strength`` is the inverse of the L2 penalty (C); ``steps`` are those of L-BFGS.
    """
    rows, shape = np.arange(len(truth)), (features.width, classes)
    # By number, the rare would be forgotten; all alike, «everything else» would be too small.
    share = len(truth) / (classes * np.maximum(np.bincount(truth, minlength=classes), 1))
    importance = np.sqrt(share[truth]).astype(np.float32)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(shape).astype(np.float32)
        scores = features.scores(weights)
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        total = chances.sum(axis=1, keepdims=True)
        surprise = importance @ (np.log(total[:, 0]) - scores[rows, truth])
        chances /= total
        chances[rows, truth] -= 1
        chances *= importance[:, np.newaxis]
        slope = features.pulled_back(chances)
        # The bias is not penalised.
        slope[:-1] += weights[:-1] / strength
        cost = float(surprise) + float(np.vdot(weights[:-1], weights[:-1])) / (2 * strength)
        return cost / len(truth), (slope / len(truth)).ravel().astype(np.float64)

    # With the usual ten corrections the optimiser itself takes longer than all the products.
    options = {"maxiter": steps, "maxcor": 4, "gtol": 1e-7, "ftol": 1e-10}
    found = minimize(
        loss, np.zeros(features.width * classes), jac=True, method="L-BFGS-B", options=options
    )
    weights: np.ndarray = found.x.reshape(shape).astype(np.float32)
    return weights
