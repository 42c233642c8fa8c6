"""The assistant's understanding learnt from other data than its own."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from bench.nlu.answers import LISTED, Answer, Outcome
from bench.nlu.lines import Pairs
from bench.paths import ROOT


class Learnt:
    """The assistant's parts without Rasa's graph, as ``bot/understanding.py`` puts them."""

    name = "Chat Infonavit"

    def ask(self, examples: Pairs, texts: Sequence[str]) -> Outcome:
        """Train on the examples, then answer each text alone."""
        from bot.components.questions import rule_of
        from bot.encoding import encode
        from bot.understanding import Examples, Understanding, learn_repair

        encode(["hola"])  # loads the weights
        weights = _component("fallback.CalibratedFallback")
        rule = rule_of(_component("questions.SeveralQuestions"))
        began = time.perf_counter()
        repair = learn_repair(text for text, _ in examples)
        mind = Understanding.learn(Examples.of(examples, repair), repair, weights, rule)
        training = time.perf_counter() - began
        return Outcome({text: _answer(mind, text, weights) for text in texts}, training)


def _answer(mind: Any, text: str, weights: Mapping[str, float]) -> Answer:
    began = time.perf_counter()
    reading = mind.read(text)
    seconds = time.perf_counter() - began
    return Answer(
        tuple(reading.names[:LISTED]),
        tuple(reading.chances[:LISTED]),
        reading.trust,
        reading.trust < weights["threshold"],
        seconds,
    )


def _component(name: str) -> Mapping[str, Any]:
    """Return the settings of one component of config.yml."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    return next(one for one in pipeline if one["name"] == f"bot.components.{name}")
