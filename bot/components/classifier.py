"""Decide the intent of a message.

A message that carries nothing but a masked NSS or a masked code needs no statistics: its
intent follows from the token. Everything else goes to the hybrid model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import intent_model
from bot.components.encoder import sentence_vector
from bot.components.folding import VAULT_TOKEN
from bot.components.intent_model import IntentModel, Weighing
from bot.components.normalizer import FOLDED_TEXT
from bot.encoding import encode

NEAREST = "nearest_example"

log = structlog.get_logger(__name__)

_INTENT_OF_TOKEN: Mapping[str, str] = {"NSS": "dar_nss", "CODIGO": "dar_codigo"}
_FILLER_FILE = Path(__file__).with_name("filler.yml")
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=1)
def filler() -> frozenset[str]:
    """Return the folded words that add nothing beside a masked number."""
    return frozenset(yaml.safe_load(_FILLER_FILE.read_text(encoding="utf-8")))


def intent_of_token(text: str, folded: str) -> str | None:
    """Return the intent of a message that is only a masked NSS or code, else None."""
    kinds = {kind for kind in VAULT_TOKEN.findall(text)}
    if len(kinds) != 1:
        return None
    intent = _INTENT_OF_TOKEN.get(next(iter(kinds)))
    return intent if intent and set(folded.split()) <= filler() else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HybridIntentClassifier(IntentClassifier, GraphComponent):
    """Classify with the sentence vector beside character n-grams."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        """Create the component; without a model it must be trained first."""
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return how the linear layer is fitted and how many intents to report."""
        return {"C": 20.0, "dense_weight": 0.6, "ranking_length": 10} | asdict(Weighing())

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
    ) -> HybridIntentClassifier:
        """Create an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> HybridIntentClassifier:
        """Load the trained component from the model's storage."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, IntentModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model on the examples and persist it."""
        examples = [e for e in training_data.intent_examples if _teaches(e)]
        self._model = intent_model.train(
            [example.get(FOLDED_TEXT) for example in examples],
            np.vstack([_vector(example) for example in examples]),
            [example.get(INTENT) for example in examples],
            strength=float(self._config["C"]),
            dense_weight=float(self._config["dense_weight"]),
            weighing=weighing_of(self._config),
        )
        log.info(
            "intents learnt",
            examples=len(examples),
            intents=len(self._model.classes),
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, ranking and nearness on each message."""
        for message in messages:
            self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        text, folded = message.get(TEXT), message.get(FOLDED_TEXT)
        if not isinstance(text, str):
            return
        given = intent_of_token(text, folded or "")
        if given is not None:
            self._report(message, [{"name": given, "confidence": 1.0}], 1.0)
        elif not folded or self._model is None:
            self._report(message, [], 0.0)
        else:
            self._predict(message, folded)

    def _predict(self, message: Message, folded: str) -> None:
        assert self._model is not None
        length = int(self._config["ranking_length"])
        found = self._model.predict(folded, _vector(message), length)
        ranking = [
            {"name": name, "confidence": chance}
            for name, chance in zip(found.names, found.chances, strict=True)
        ]
        self._report(message, ranking, found.nearest)

    @staticmethod
    def _report(message: Message, ranking: list[dict[str, Any]], nearest: float) -> None:
        top = ranking[0] if ranking else {"name": None, "confidence": 0.0}
        message.set(INTENT, top, add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set(NEAREST, nearest)


def weighing_of(config: Mapping[str, Any]) -> Weighing:
    """Return how a configuration turns scores into chances."""
    return Weighing(**{field.name: float(config[field.name]) for field in fields(Weighing)})


def _vector(message: Message) -> np.ndarray:
    vector = sentence_vector(message)
    return encode([message.get(FOLDED_TEXT)])[0] if vector is None else vector


def _teaches(example: Message) -> bool:
    # A payload ("/inicio") is chosen, never typed: there is nothing to learn from its letters.
    return bool(example.get(FOLDED_TEXT)) and not example.get(TEXT).startswith("/")
