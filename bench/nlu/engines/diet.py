"""Rasa's stock understanding, DIET on TensorFlow, in its own environment."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from bench import stock_model
from bench.machine import clean_environment
from bench.nlu.answers import Answer, Outcome
from bench.nlu.engines import kept
from bench.nlu.lines import Pairs
from bench.paths import ROOT, STOCK
from bench.processes import BenchFailed, run
from bench.rivals import QUIET, STOCK_PYTHON

EPOCHS = 15
"""Rasa's default is 100, three hours here with as many examples as these."""

_WORKER = ROOT / "bench" / "nlu" / "engines" / "diet_worker.py"
_SLASH = "∕"
"""Stands for the slash of an intent: Rasa would take it for one of a retrieval."""
_LEFT_OUT = ("EntitySynonymMapper", "ResponseSelector")


class Diet:
    """The stock pipeline, DIET with ``EPOCHS``; model and answers are kept.

    ``only_kept`` forbids to begin what takes an hour: without kept answers ``ask`` raises
    ``BenchFailed``.
    """

    name = "Rasa's DIET"

    def __init__(self, *, only_kept: bool = False) -> None:
        self._only_kept = only_kept

    def ask(self, examples: Pairs, texts: Sequence[str]) -> Outcome:
        """Train on the examples, then answer each text alone."""
        model = f"diet-{kept.digest([STOCK / 'uv.lock'], config(), examples)}"
        trained = kept.FOLDER / f"{model}.tar.gz"

        def measure(answered: Path) -> None:
            if self._only_kept:
                raise BenchFailed("not measured: --quick, and no answers kept for these data")
            stock_model.install()
            if not trained.exists():
                _train(examples, trained)
            with TemporaryDirectory(prefix="bench-diet-") as name:
                asked = Path(name) / "texts.json"
                asked.write_text(json.dumps(texts))
                command = [STOCK_PYTHON, _WORKER, trained, asked, answered]
                run(command, Path(name), clean_environment(**QUIET))

        outcome = kept.once(f"{model}-{kept.digest([_WORKER], texts)}", measure)
        answers = {text: _with_slashes(answer) for text, answer in outcome.answers.items()}
        return Outcome(answers, float(_seconds(trained).read_text()))


def config() -> str:
    """Return the stock configuration's understanding, with ``EPOCHS``."""
    stock = yaml.safe_load((STOCK / "config.yml").read_text(encoding="utf-8"))
    pipeline = [
        {**one, "epochs": EPOCHS} if one["name"] == "DIETClassifier" else one
        for one in stock["pipeline"]
        if one["name"] not in _LEFT_OUT
    ]
    chosen = {**stock, "pipeline": pipeline, "policies": []}
    return yaml.safe_dump(chosen, sort_keys=False)


def _with_slashes(answer: Answer) -> Answer:
    return replace(answer, names=tuple(name.replace(_SLASH, "/") for name in answer.names))


def _seconds(trained: Path) -> Path:
    return trained.with_name(f"{trained.name}.seconds")


def _train(examples: Pairs, target: Path) -> None:
    with TemporaryDirectory(prefix="bench-diet-") as name:
        folder = Path(name)
        (folder / "config.yml").write_text(config())
        # Rasa's JSON has no markup that a text could hold by chance.
        rows = [{"text": text, "intent": intent.replace("/", _SLASH)} for text, intent in examples]
        data = {"rasa_nlu_data": {"common_examples": rows}}
        (folder / "nlu.json").write_text(json.dumps(data))
        command = [
            STOCK_PYTHON, "-m", "rasa", "train", "nlu", "--config", "config.yml",
            "--nlu", "nlu.json", "--out", "models", "--fixed-model-name", "diet",
        ]  # fmt: skip
        seconds = run(command, folder, clean_environment(**QUIET))
        target.parent.mkdir(parents=True, exist_ok=True)
        _seconds(target).write_text(str(seconds))
        shutil.move(folder / "models" / "diet.tar.gz", target)
