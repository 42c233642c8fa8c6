"""Refuse to guess: mark as ``nlu_fallback`` what the classifier is not sure about.

The highest probability alone tells little about what is outside the assistant's world, so
it is weighed together with its lead over the runner-up and with how far the closest
training example is. Weights and threshold are in config.yml, chosen from held-apart data
by ``python -m bench.nlu.tuning``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.components.classifier import NEAREST, HybridIntentClassifier

TRUST = "trust"
"""How sure, from 0 to 1, that the first intent of a message is right."""


WEIGHTS = ("top_weight", "margin_weight", "far_weight", "outside_weight")
"""The weights of ``features``, by their names in config.yml."""

OUTSIDE = "fuera_"
"""How the intents begin that are answered with «somebody else attends that»."""

_NEAR = 0.6
"""Above this cosine an example speaks for a text: one text in eight has none as near."""

Evidence = tuple[float, float, float, float]


def features(ranking: Mapping[str, float], nearest: float) -> Evidence:
    """Return what trust in the first intent is made of.

    Its log-odds, its lead, how far even the closest example is, and what share of the chances
    lies outside the assistant's world. ``ranking`` is in order, likeliest first; ``nearest`` is
    the cosine of the closest example.
    """
    (first, top), *rest = ranking.items()
    chance = min(max(top, 1e-6), 1 - 1e-6)
    outside = 0.0
    if not first.startswith(OUTSIDE):
        outside = sum(share for name, share in rest if name.startswith(OUTSIDE))
    second = rest[0][1] if rest else 0.0
    # Near ones are in the chances already: only what resembles nothing tells more.
    far = max(0.0, _NEAR - nearest)
    return math.log(chance / (1 - chance)), top - second, far, outside


def trust(config: Mapping[str, float], evidence: Evidence) -> float:
    """Return how sure to be, from 0 to 1, that the first intent is right."""
    weighed = (config[name] * value for name, value in zip(WEIGHTS, evidence, strict=True))
    return 1 / (1 + math.exp(-config["bias"] - sum(weighed)))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CalibratedFallback(IntentClassifier, GraphComponent):
    """Put ``nlu_fallback`` first when trust is below the threshold; keep the ranking behind it."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Create the component from its weights."""
        self._config = config

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the classifier whose ranking is judged."""
        return [HybridIntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return weights that judge by the highest probability alone."""
        return {
            "threshold": 0.5,
            "bias": 0.0,
            "top_weight": 1.0,
            "margin_weight": 0.0,
            "far_weight": 0.0,
            "outside_weight": 0.0,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Return nothing: all it needs is installed with the project."""
        return []

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CalibratedFallback:
        """Create the component from its configuration."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Replace the intent of every message that is not trusted enough."""
        for message in messages:
            ranking = message.get(INTENT_RANKING_KEY) or []
            level = self._trust(ranking, message.get(NEAREST) or 0.0)
            message.set(TRUST, level)
            if level < self._config["threshold"]:
                refused = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1 - level}
                message.set(INTENT, refused, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [refused, *ranking], add_to_output=True)
        return messages

    def _trust(self, ranking: list[dict[str, Any]], nearest: float) -> float:
        if not ranking:
            return 0.0
        chances = {entry["name"]: entry["confidence"] for entry in ranking}
        return trust(self._config, features(chances, nearest))
