"""What the engines of this process share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bench.nlu.answers import LISTED, Answer


def answer_each(
    texts: Sequence[str], classes: Sequence[str], chances: Callable[[str], np.ndarray]
) -> Mapping[str, Answer]:
    """Answer each text alone, timed; ``chances`` gives one for each class."""
    chances(texts[0])  # whatever is only paid once is paid before
    return {text: _answer(text, classes, chances) for text in texts}


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return scores as chances."""
    # Two classes have one score, for the second.
    every = np.atleast_1d(scores) if np.ndim(scores) else np.array([-scores, scores])
    raised: np.ndarray = np.exp(every - every.max())
    raised /= raised.sum()
    return raised


def _answer(text: str, classes: Sequence[str], chances: Callable[[str], np.ndarray]) -> Answer:
    began = time.perf_counter()
    found = chances(text)
    order = np.argsort(found)[::-1][:LISTED]
    seconds = time.perf_counter() - began
    likely = tuple(float(found[row]) for row in order)
    return Answer(tuple(str(classes[row]) for row in order), likely, likely[0], False, seconds)
