"""The time of a training from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.figures import Figure, Target
from bench.machine import clean_environment
from bench.paths import CHAT, ROOT
from bench.processes import run

TITLE = "Training"
HOW = "`chat-infonavit train --force` into an empty folder: the whole command, median of the runs."


def measure(runs: int = 2) -> Sequence[Figure]:
    """Train into temporary folders."""
    seconds = [_train() for _ in range(runs)]
    each = ", ".join(f"{took:.1f}" for took in seconds)
    return [Figure("training", median(seconds), "s", Target(30), f"runs: {each}")]


def _train() -> float:
    with TemporaryDirectory(prefix="bench-training-") as folder:
        chosen = clean_environment(
            CHAT_MODELS=str(Path(folder) / "models"), CHAT_VAR=str(Path(folder) / "var")
        )
        return run([*CHAT, "train", "--force"], ROOT, chosen)
