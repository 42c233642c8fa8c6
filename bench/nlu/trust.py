"""How well an engine knows what it does not know."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FALSE_REFUSALS = 0.05
_BINS = 15


def recall_at(inside: Sequence[float], outside: Sequence[float], allowed: float) -> float:
    """Return the share of ``outside`` refused where exactly ``allowed`` of ``inside`` is.

    Both are the trust in lines, the least refused first. Where no threshold gives the very
    share, lines of equal trust are taken to be refused at random.
    """
    thresholds = np.unique([*inside, *outside])
    false, right = (
        np.append(0.0, np.searchsorted(np.sort(group), thresholds, side="right") / len(group))
        for group in (inside, outside)
    )
    last = int(np.searchsorted(false, allowed, side="right")) - 1
    if last + 1 == len(false):
        return float(right[last])
    part = (allowed - false[last]) / (false[last + 1] - false[last])
    return float(right[last] + part * (right[last + 1] - right[last]))


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Return how far confidence is from being right, as a share: ECE with 15 equal bins."""
    sure, hits = np.asarray(confidences, float), np.asarray(right, float)
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    weighted = (
        abs(hits[bins == number].sum() - sure[bins == number].sum()) for number in set(bins)
    )
    return float(sum(weighted) / len(sure))
