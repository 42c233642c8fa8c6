"""Answers kept between runs, for engines that take long: the same data are asked once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.nlu.answers import Outcome, read
from bench.paths import KEPT

FOLDER = KEPT / "nlu"


def digest(files: Sequence[Path], *data: Any) -> str:
    """Return a short hash of files and of data."""
    found = hashlib.sha256(json.dumps(data).encode())
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()[:12]


def once(name: str, measure: Callable[[Path], None]) -> Outcome:
    """Return the answers kept under a name, made by ``measure`` into a file if there are none."""
    target = FOLDER / f"{name}.jsonl"
    if not target.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        # A run that is broken off leaves nothing that looks whole.
        begun = target.with_suffix(".begun")
        measure(begun)
        begun.rename(target)
    return read(target)
