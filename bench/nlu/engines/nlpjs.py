"""nlp.js, in Node.js and from its own lock."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.nlu.answers import Outcome
from bench.nlu.engines import kept
from bench.nlu.lines import Pairs
from bench.paths import ROOT
from bench.processes import BenchFailed, run

_PROJECT = ROOT / "bench" / "nlu" / "nlpjs"
_FILES = [_PROJECT / "worker.js", _PROJECT / "package-lock.json"]


class NlpJs:
    """nlp.js as it is for Spanish; its answers are kept in ``var/bench/nlu``."""

    name = "nlp.js"

    def ask(self, examples: Pairs, texts: Sequence[str]) -> Outcome:
        """Train on the examples, then answer each text alone."""

        def measure(answered: Path) -> None:
            _install()
            with TemporaryDirectory(prefix="bench-nlpjs-") as name:
                asked = Path(name) / "asked.json"
                asked.write_text(json.dumps({"examples": examples, "texts": texts}))
                run(["node", "worker.js", asked, answered], _PROJECT, os.environ)

        return kept.once(f"nlpjs-{kept.digest(_FILES, examples, texts)}", measure)


def _install() -> None:
    """Install what the lock says, unless it is there."""
    if shutil.which("npm") is None:
        raise BenchFailed("nlp.js needs Node.js and npm")
    if not (_PROJECT / "node_modules").exists():
        run(["npm", "ci", "--no-audit", "--no-fund"], _PROJECT, os.environ)
