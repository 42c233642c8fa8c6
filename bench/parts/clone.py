"""From a clone to the first answer, with nothing in the caches."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure
from bench.paths import ROOT
from bench.processes import BenchFailed, run, running, wait_until
from bench.system import environment

TITLE = "From a clone to the first answer"
QUESTION = "¿dónde puedo pagar mi mensualidad?"
HOW = (
    "`git clone` of the last commit, then `make run` there with empty caches of uv and pip: "
    "environment, training, start; then one question by `talk`. The package index is as near as "
    "it is here."
)
_LIMIT = 900


def measure() -> Sequence[Figure]:
    """Clone into a temporary folder and run the assistant there until it answered."""
    with TemporaryDirectory(prefix="bench-clone-") as name:
        folder = Path(name)
        clone, log = folder / "clone", folder / "make.log"
        chosen = {
            **environment(folder / "var"),
            "UV_CACHE_DIR": str(folder / "uv"),
            "PIP_NO_CACHE_DIR": "1",
        }
        marks = [time.monotonic()]
        run(["git", "clone", "--quiet", str(ROOT), str(clone)], folder, chosen)
        with running(["make", "run"], chosen, clone, log) as make:
            for word in ("Entrenando", "Listo"):
                wait_until(partial(_said, log, word), make, log, _LIMIT)
                marks.append(time.monotonic())
            _ask(clone, chosen)
            marks.append(time.monotonic())
    began, trained, ready, answered = marks
    # The bar is written to a file only when it is full.
    note = f"environment and training {trained - began:.0f} s, start {ready - trained:.0f} s"
    return [Figure("clone to first answer", answered - began, "s", note=note, digits=0)]


def _said(log: Path, word: str) -> bool:
    return word in log.read_text(errors="replace")


def _ask(clone: Path, chosen: Mapping[str, str]) -> None:
    url = f"http://127.0.0.1:{chosen['CHAT_PORT']}"
    done = subprocess.run(
        [str(clone / ".venv/bin/chat-infonavit"), "talk", "--url", url],
        input=f"{QUESTION}\n", text=True, capture_output=True, cwd=clone, env=chosen, timeout=60,
    )  # fmt: skip
    if done.returncode != 0 or len(done.stdout.splitlines()) < 2:
        raise BenchFailed(f"no answer: {done.stdout}{done.stderr}")
