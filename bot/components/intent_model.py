"""The hybrid intent model: sentence vector beside character n-grams, one linear layer.

Kept apart from Rasa so that it is trained, evaluated and tuned without a graph.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.components.calibration import softmax
from bot.components.linear import Features, fit
from bot.components.text_grams import TextGrams

_ARRAYS = "intent_model.npz"
_NAMES = "intent_model.json"
STEPS = 45
"""Steps of the optimiser; more change little."""

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
    temperature: float = 1.0,
) -> IntentModel:
    """Fit the model.

    ``strength`` is the inverse of regularisation (C); ``dense_weight`` the length of the
    sentence vector beside the n-grams', which is 1; scores are divided by ``temperature``,
    which is chosen with examples held apart, so that chances are honest.
    """
    classes, truth = np.unique(np.asarray(labels), return_inverse=True)
    grams, counted = TextGrams.fit(folded)
    features = Features(vectors * np.float32(dense_weight), counted)
    weights = fit(features, truth, len(classes), strength, steps=STEPS)
    width = vectors.shape[1]
    return IntentModel(
        tuple(str(name) for name in classes),
        grams,
        np.ascontiguousarray(weights[:width] * dense_weight, np.float32),
        np.ascontiguousarray(weights[width:-1], np.float32),
        weights[-1].astype(np.float32),
        temperature,
        np.ascontiguousarray(vectors[np.argsort(truth, kind="stable")], np.float32),
        np.concatenate(([0], np.cumsum(np.bincount(truth)))),
    )
