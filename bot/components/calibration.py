"""Make a classifier's probabilities honest, from examples it was not trained on."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return the probabilities of each row of scores."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def fit_temperature(scores: np.ndarray, truth: np.ndarray) -> float:
    """Return what to divide the scores by so that the truth is likeliest.

    ``scores`` are of examples held apart from training; ``truth`` the right column of each.
    """
    rows = np.arange(len(truth))

    def surprise(log_temperature: float) -> float:
        chances = softmax(scores / np.exp(log_temperature))[rows, truth]
        return float(-np.log(np.maximum(chances, 1e-12)).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-3, 3), method="bounded").x))
