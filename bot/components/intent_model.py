"""The hybrid intent model: sentence vector beside character n-grams, one linear layer.

Kept apart from Rasa so that it is trained, evaluated and tuned without a graph.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from bot.components.calibration import fit_temperature, softmax
from bot.components.text_grams import TextGrams

_ARRAYS = "intent_model.npz"
_NAMES = "intent_model.json"
_COMPARED = 3
"""How many of the likeliest intents are searched for the nearest example."""


@dataclass(frozen=True)
class Prediction:
    """Give the intents from likeliest to least, and how near their closest example is."""

    names: tuple[str, ...]
    chances: tuple[float, ...]
    nearest: float


@dataclass(frozen=True)
class IntentModel:
    """Hold the trained arrays; predicting touches nothing else.

    ``examples`` are sentence vectors in order of class, those of class i from ``starts[i]``.
    """

    classes: tuple[str, ...]
    grams: TextGrams
    dense_weights: np.ndarray
    sparse_weights: np.ndarray
    bias: np.ndarray
    temperature: float
    examples: np.ndarray
    starts: np.ndarray

    def scores(self, folded: str, vector: np.ndarray) -> np.ndarray:
        """Return the uncalibrated score of every class."""
        columns, weights = self.grams.weigh(folded)
        result: np.ndarray = vector @ self.dense_weights + self.bias
        if len(columns):
            result = result + weights @ self.sparse_weights[columns]
        return result

    def predict(self, folded: str, vector: np.ndarray, length: int = 10) -> Prediction:
        """Return the ``length`` likeliest intents of one folded text."""
        chances = softmax(self.scores(folded, vector) / self.temperature)
        order = np.argsort(chances)[::-1][:length]
        return Prediction(
            tuple(self.classes[index] for index in order),
            tuple(float(chances[index]) for index in order),
            max(self._nearness(int(index), vector) for index in order[:_COMPARED]),
        )

    def _nearness(self, index: int, vector: np.ndarray) -> float:
        own = self.examples[self.starts[index] : self.starts[index + 1]]
        return float((own @ vector).max())

    def save(self, folder: Path) -> None:
        """Write the model as plain arrays and JSON: nothing in it is executed on load."""
        np.savez(
            folder / _ARRAYS,
            idf=self.grams.idf,
            dense_weights=self.dense_weights,
            sparse_weights=self.sparse_weights.astype(np.float16),
            bias=self.bias,
            examples=self.examples.astype(np.float16),
            starts=self.starts,
        )
        names = {
            "classes": self.classes,
            "grams": list(self.grams.vocabulary),
            "shortest": self.grams.shortest,
            "longest": self.grams.longest,
            "temperature": self.temperature,
        }
        (folder / _NAMES).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read a model that ``save`` wrote."""
        names = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
            grams = TextGrams(
                {gram: index for index, gram in enumerate(names["grams"])},
                arrays["idf"],
                names["shortest"],
                names["longest"],
            )
            return cls(
                tuple(names["classes"]),
                grams,
                arrays["dense_weights"],
                arrays["sparse_weights"].astype(np.float32),
                arrays["bias"],
                names["temperature"],
                arrays["examples"].astype(np.float32),
                arrays["starts"],
            )


def train(
    folded: Sequence[str],
    vectors: np.ndarray,
    labels: Sequence[str],
    *,
    strength: float = 20.0,
    dense_weight: float = 0.7,
    held_out: float = 0.2,
) -> IntentModel:
    """Fit the model.

    ``strength`` is the inverse of regularisation (C); ``dense_weight`` the length of the
    sentence vector beside the n-grams', which is 1. The temperature comes from a
    model asked only about examples it never saw, the share ``held_out`` of them.
    """
    classes, truth = np.unique(np.asarray(labels), return_inverse=True)
    scaled = vectors * dense_weight
    temperature = _held_apart_temperature(folded, scaled, truth, len(classes), strength, held_out)
    grams, weights, bias = _fit(folded, scaled, truth, len(classes), strength)
    width = vectors.shape[1]
    return IntentModel(
        tuple(str(name) for name in classes),
        grams,
        np.ascontiguousarray(weights[:, :width].T * dense_weight, np.float32),
        np.ascontiguousarray(weights[:, width:].T, np.float32),
        bias.astype(np.float32),
        temperature,
        np.ascontiguousarray(vectors[np.argsort(truth, kind="stable")], np.float32),
        np.concatenate(([0], np.cumsum(np.bincount(truth)))),
    )


def _held_apart_temperature(
    folded: Sequence[str],
    vectors: np.ndarray,
    truth: np.ndarray,
    width: int,
    strength: float,
    held_out: float,
) -> float:
    if int(np.bincount(truth).min()) < 2 or held_out * len(truth) < width:
        return 1.0
    learnt, held = train_test_split(
        np.arange(len(truth)), test_size=held_out, stratify=truth, random_state=0
    )
    grams, weights, bias = _fit(
        [folded[row] for row in learnt], vectors[learnt], truth[learnt], width, strength
    )
    features = _features(grams, [folded[row] for row in held], vectors[held])
    return fit_temperature(features @ weights.T + bias, truth[held])


def _fit(
    folded: Sequence[str], vectors: np.ndarray, truth: np.ndarray, width: int, strength: float
) -> tuple[TextGrams, np.ndarray, np.ndarray]:
    grams = TextGrams.fit(folded)
    if width == 1:
        return grams, np.zeros((1, vectors.shape[1] + len(grams.vocabulary))), np.zeros(1)
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=300, tol=1e-3)
    model.fit(_features(grams, folded, vectors), truth)
    if width == 2:
        # Two classes share one row of coefficients; give each its own.
        half, bias = model.coef_[0] / 2, model.intercept_[0] / 2
        return grams, np.stack([-half, half]), np.array([-bias, bias])
    return grams, model.coef_, model.intercept_


def _features(grams: TextGrams, folded: Sequence[str], vectors: np.ndarray) -> csr_matrix:
    return hstack([csr_matrix(vectors), grams.matrix(folded)], format="csr", dtype=np.float32)
