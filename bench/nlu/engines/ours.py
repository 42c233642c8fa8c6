"""The assistant as it runs: its trained model through Rasa's own processor."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.machine import usual
from bench.nlu.answers import Outcome, read
from bench.paths import ROOT
from bench.processes import BenchFailed, run
from bot.training import model_path
from chat_infonavit.settings import ChatSettings


class Ours:
    """The model of the present data, in a process of its own so that its memory can be told."""

    name = "Chat Infonavit"

    def ask(self, texts: Sequence[str]) -> Outcome:
        """Answer each text alone."""
        with TemporaryDirectory(prefix="bench-nlu-") as name:
            folder = Path(name)
            asked, answered = folder / "texts.json", folder / "answers.jsonl"
            asked.write_text(json.dumps(texts), encoding="utf-8")
            worker = [sys.executable, "-m", "bench.nlu.engines.ours_worker"]
            run([*worker, trained(), asked, answered], ROOT, usual(os.environ))
            return read(answered)


def trained() -> Path:
    """Return the model of the present data; raise ``BenchFailed`` when there is none."""
    model = model_path(ROOT, ChatSettings().models)
    if not model.exists():
        raise BenchFailed("the present data were not trained: run chat-infonavit train")
    return model
