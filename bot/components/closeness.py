"""Find how near a message comes to an example of each intent.

The linear layer draws one line around an intent; an example that says nearly the same thing
is evidence of its own, by its meaning and by its letters. It decides between the likeliest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

_ARRAYS = "examples.npz"


@dataclass(frozen=True)
class Closeness:
    """Hold the examples in order of class, those of class i from ``starts[i]``.

    ``vectors`` (n, d) and ``grams`` (n, p) have rows of unit length.
    """

    vectors: np.ndarray
    grams: csr_matrix
    starts: np.ndarray

    @classmethod
    def of(cls, vectors: np.ndarray, grams: csr_matrix, truth: np.ndarray) -> Closeness:
        """Sort the examples by class; ``truth`` is the class of each row."""
        order = np.argsort(truth, kind="stable")
        starts = np.concatenate(([0], np.cumsum(np.bincount(truth))))
        return cls(np.ascontiguousarray(vectors[order], np.float32), grams[order], starts)

    def nearest(
        self, classes: Sequence[int], vector: np.ndarray, columns: np.ndarray, weights: np.ndarray
    ) -> np.ndarray:
        """Return the cosine of each class's nearest example: (classes, 2), meaning and letters.

        ``columns`` and ``weights`` are the n-grams of the message.
        """
        asked = np.zeros(self.grams.shape[1], np.float32)
        asked[columns] = weights
        return np.array(
            [
                (
                    (self.vectors[self.starts[index] : self.starts[index + 1]] @ vector).max(),
                    (self._own[index] @ asked).max(),
                )
                for index in classes
            ]
        )

    @cached_property
    def _own(self) -> list[csr_matrix]:
        return [
            self.grams[start:past]
            for start, past in zip(self.starts[:-1], self.starts[1:], strict=True)
        ]

    def save(self, folder: Path) -> None:
        """Write the examples as plain arrays."""
        np.savez(
            folder / _ARRAYS,
            vectors=self.vectors.astype(np.float16),
            weights=self.grams.data.astype(np.float16),
            columns=self.grams.indices.astype(np.int32),
            rows=self.grams.indptr,
            width=self.grams.shape[1],
            starts=self.starts,
        )

    @classmethod
    def load(cls, folder: Path) -> Closeness:
        """Read the examples that ``save`` wrote."""
        with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
            shape = (len(arrays["rows"]) - 1, int(arrays["width"]))
            weights = arrays["weights"].astype(np.float32)
            grams = csr_matrix((weights, arrays["columns"], arrays["rows"]), shape=shape)
            return cls(arrays["vectors"].astype(np.float32), grams, arrays["starts"])
