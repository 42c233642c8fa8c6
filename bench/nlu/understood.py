"""The assistant's understanding without Rasa's graph, with the settings of config.yml."""

from __future__ import annotations

from typing import Any

import yaml

from bench.nlu.lines import Pairs
from bench.paths import ROOT


def learnt(pairs: Pairs) -> Any:
    """Return a ``bot.understanding.Understanding`` that learnt pairs of text and intent."""
    from bot.components.classifier import weighing_of
    from bot.components.questions import rule_of
    from bot.understanding import Examples, Understanding, learn_repair

    repair = learn_repair(text for text, _ in pairs)
    return Understanding.learn(
        Examples.of(pairs, repair),
        repair,
        component("CalibratedFallback"),
        rule_of(component("SeveralQuestions")),
        weighing_of(component("HybridIntentClassifier")),
    )


def component(name: str) -> dict[str, Any]:
    """Return the configuration of one component of the pipeline."""
    text = (ROOT / "config.yml").read_text(encoding="utf-8")
    pipeline: list[dict[str, Any]] = yaml.safe_load(text)["pipeline"]
    return next(part for part in pipeline if part["name"].endswith(f".{name}"))
