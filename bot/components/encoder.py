"""Turn the folded text of a message into one dense sentence vector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.clauses import with_pieces
from bot.components.normalizer import FOLDED_TEXT
from bot.encoding import encode, encode_many, encode_parts


def sentence_vector(message: Message) -> np.ndarray | None:
    """Return the sentence vector of a message, None when it has no text."""
    for features in message.features:
        if features.is_dense() and features.attribute == TEXT:
            vector: np.ndarray = features.features[-1]
            return vector
    return None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Add the sentence vector of the folded text; a message without text gets none."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options Rasa's own featurisers share."""
        return DenseFeaturizer.get_default_config()

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
    ) -> SentenceEncoder:
        """Create the component and load the weights before the first message needs them."""
        component = cls(execution_context.node_name, config)
        encode(["hola"])
        return component

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any configuration: there is nothing to choose."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the sentence vector to each message that has text; pieces are read within it."""
        for whole, *pieces in with_pieces(messages):
            text = whole.get(FOLDED_TEXT)
            written = [piece for piece in pieces if piece.get(FOLDED_TEXT)]
            if text:
                vectors = encode_parts(text, [piece.get(FOLDED_TEXT) for piece in written])
                self._set([whole, *written], vectors)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the sentence vector to every example."""
        written = [one for one in training_data.training_examples if one.get(FOLDED_TEXT)]
        self._set(written, encode_many([one.get(FOLDED_TEXT) for one in written]))
        return training_data

    def _set(self, messages: Sequence[Message], vectors: np.ndarray) -> None:
        origin = self._config[FEATURIZER_CLASS_ALIAS]
        for message, vector in zip(messages, vectors, strict=True):
            row = vector[np.newaxis, :]
            message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, origin))
