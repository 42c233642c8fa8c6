"""The hybrid intent model: sentence vector beside character n-grams, one linear layer.

Kept apart from Rasa so that it is trained, evaluated and tuned without a graph.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bot.components.calibration import softmax
from bot.components.closeness import Closeness
from bot.components.linear import Features, fit
from bot.components.text_grams import TextGrams

_ARRAYS = "intent_model.npz"
_NAMES = "intent_model.json"
STEPS = 132
"""Steps of the optimiser: with many examples, each is seen twelve times. More change little."""

_COMPARED = 3
"""How many of the likeliest intents are searched for the nearest example."""

_TINY = 1e-12


@dataclass(frozen=True)
class Weighing:
    """Say how scores and nearness become chances; chosen with examples held apart.

    Scores are divided by ``temperature``; the log-chance of an intent grows by the cosine of
    its nearest example, times ``near_meaning`` for sentence vectors and ``near_letters`` for
    n-grams.
    """

    temperature: float = 1.0
    near_meaning: float = 0.0
    near_letters: float = 0.0


@dataclass(frozen=True)
class Prediction:
    """Give the intents from likeliest to least, and how near their closest example is."""

    names: tuple[str, ...]
    chances: tuple[float, ...]
    nearest: float


@dataclass(frozen=True)
class IntentModel:
    """Hold the trained arrays; predicting touches nothing else."""

    classes: tuple[str, ...]
    grams: TextGrams
    dense_weights: np.ndarray
    sparse_weights: np.ndarray
    bias: np.ndarray
    weighing: Weighing
    closeness: Closeness

    def predict(self, folded: str, vector: np.ndarray, length: int = 10) -> Prediction:
        """Return the ``length`` likeliest intents of one folded text."""
        compared, scores, near = self.evidence(folded, vector)
        chances = softmax(scores / self.weighing.temperature)
        drawn = np.log(chances[compared] + _TINY) + near @ self._pull
        # What lies beyond those compared keeps its share.
        chances[compared] = softmax(drawn) * chances[compared].sum()
        order = np.argsort(-chances)[:length]
        return Prediction(
            tuple(self.classes[index] for index in order),
            tuple(float(chances[index]) for index in order),
            float(near[:, 0].max()),
        )

    def evidence(
        self, folded: str, vector: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the classes compared, every class's score and how near those compared are."""
        columns, weights = self.grams.weigh(folded)
        scores = self._scores(vector, columns, weights)
        best = np.argsort(-scores)[:_COMPARED]
        return best, scores, self.closeness.nearest(list(best), vector, columns, weights)

    @property
    def _pull(self) -> np.ndarray:
        return np.array([self.weighing.near_meaning, self.weighing.near_letters])

    def _scores(self, vector: np.ndarray, columns: np.ndarray, weights: np.ndarray) -> np.ndarray:
        result: np.ndarray = vector @ self.dense_weights + self.bias
        if len(columns):
            result = result + weights @ self.sparse_weights[columns]
        return result

    def save(self, folder: Path) -> None:
        """Write the model as plain arrays and JSON: nothing in it is executed on load."""
        np.savez(
            folder / _ARRAYS,
            idf=self.grams.idf,
            dense_weights=self.dense_weights,
            sparse_weights=self.sparse_weights.astype(np.float16),
            bias=self.bias,
        )
        self.closeness.save(folder)
        names = {
            "classes": self.classes,
            "grams": list(self.grams.vocabulary),
            "weighing": asdict(self.weighing),
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
                Weighing(**names["weighing"]),
                Closeness.load(folder),
            )


def train(
    folded: Sequence[str],
    vectors: np.ndarray,
    labels: Sequence[str],
    *,
    strength: float = 20.0,
    dense_weight: float = 0.6,
    weighing: Weighing | None = None,
) -> IntentModel:
    """Fit the model.

    ``strength`` is the inverse of regularisation (C); ``dense_weight`` the length of the
    sentence vector beside the n-grams', which is 1.
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
        weighing or Weighing(),
        Closeness.of(vectors, counted, truth),
    )
