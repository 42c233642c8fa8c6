"""Compare the meaning of a question with each trámite; whoever calls brings the vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from kb.library import Library
from kb.model import Tramite
from kb.reading import sentences
from kb.text import fold


def passages(tramite: Tramite) -> list[str]:
    """Give the short texts of a trámite whose meanings are worth comparing, each once.

    Neither the help of a step nor the requirements: they are long, and what they add is found by
    their words.
    """
    texts = (
        tramite.title,
        tramite.button,
        *tramite.synonyms,
        *sentences(tramite.summary),
        *(step.problem for step in tramite.steps),
        *(step.action for step in tramite.steps),
    )
    return list({fold(text): text for text in texts}.values())


@dataclass(frozen=True)
class Meaning:
    """Hold vectors of unit length, in the order of the library.

    Trámite i has the passages from `starts[i]` to `starts[i + 1]` (n, d), and in row i of
    `centres` (trámites, d) the middle of what people ask about it, or zeros.
    """

    vectors: np.ndarray
    starts: np.ndarray
    centres: np.ndarray

    @classmethod
    def of(
        cls,
        library: Library,
        passage_vectors: Mapping[str, np.ndarray],
        asked_vectors: Mapping[str, Sequence[np.ndarray]],
    ) -> Meaning:
        """Put together the vectors of each trámite's passages and of what is asked about it."""
        own = [passage_vectors[one.id] for one in library]
        vectors = np.vstack(own)
        centres = np.zeros((len(library), vectors.shape[1]), np.float32)
        for row, one in enumerate(library):
            if len(asked_vectors.get(one.id, ())):
                middle = np.mean(asked_vectors[one.id], axis=0)
                centres[row] = middle / np.linalg.norm(middle)
        starts = np.concatenate(([0], np.cumsum([len(rows) for rows in own])))
        return cls(vectors, starts, centres)

    def scores(self, vector: np.ndarray) -> list[np.ndarray]:
        """Give two rankings: by the two nearest passages of each, and by what people ask.

        One passage alone may resemble anything; two that do are no accident.
        """
        cosines = self.vectors @ vector
        # Sorted within each trámite: its two best come last.
        order = np.lexsort((cosines, self._owners))
        best = self.starts[1:] - 1
        nearest = cosines[order[best]] + cosines[order[best - 1]]
        return [nearest, self.centres @ vector]

    @cached_property
    def _owners(self) -> np.ndarray:
        return np.repeat(np.arange(len(self.centres)), np.diff(self.starts))

    def save(self, file: Path) -> None:
        """Write the vectors, at half their precision."""
        np.savez(
            file,
            vectors=self.vectors.astype(np.float16),
            starts=self.starts,
            centres=self.centres.astype(np.float16),
        )

    @classmethod
    def load(cls, file: Path) -> Meaning:
        """Read the vectors that `save` wrote."""
        with np.load(file, allow_pickle=False) as arrays:
            vectors, centres = (arrays[name].astype(np.float32) for name in ("vectors", "centres"))
            return cls(vectors, arrays["starts"], centres)
