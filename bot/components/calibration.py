"""Make a classifier's probabilities honest, from examples it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize


@dataclass(frozen=True)
class Compared:
    """Hold what speaks for each of the intents compared for one message.

    ``scores`` (k), ``near`` (k, kinds of nearness), ``right`` (k): which of them would do.
    """

    scores: np.ndarray
    near: np.ndarray
    right: np.ndarray


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return the probabilities of each row of scores."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def fit_weighing(compared: Sequence[Compared]) -> np.ndarray:
    """Return temperature and the weight of each kind of nearness that make the truth likeliest.

    The messages are held apart from training.
    """
    kinds = compared[0].near.shape[1]

    def surprise(values: np.ndarray) -> float:
        return float(np.mean([_surprise(one, values) for one in compared]))

    start, bounds = np.array([1.0, *[0.0] * kinds]), [(0.05, 20.0), *[(0.0, 50.0)] * kinds]
    found: np.ndarray = minimize(surprise, start, bounds=bounds, method="L-BFGS-B").x
    return found


def _surprise(one: Compared, values: np.ndarray) -> float:
    chances = softmax(one.scores / values[0] + one.near @ values[1:])
    return -float(np.log(max(chances[one.right].max(initial=0.0), 1e-12)))
