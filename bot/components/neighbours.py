"""Find the trámites nearest to a message that was refused, so that something can be offered.

Two searches that fail differently are merged by rank: the sentence encoder over what each
trámite is called and says first, and BM25 over its words (``kb/search.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.clauses import SPAN
from bot.components.encoder import SentenceEncoder, sentence_vector
from bot.components.folding import fold
from bot.encoding import encode
from kb.library import Library
from kb.search import Search, merged

NEIGHBOURS = "neighbours"
_FOUND = 3
_FILE = "neighbours.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TramiteNeighbours(IntentClassifier, GraphComponent):
    """Set ``neighbours``, ids of trámites, on every message that was refused."""

    def __init__(
        self,
        storage: ModelStorage,
        resource: Resource,
        owners: Sequence[str] = (),
        vectors: np.ndarray | None = None,
    ) -> None:
        """Create the component; ``vectors`` has one row for each text of ``owners``' trámites."""
        self._storage, self._resource = storage, resource
        self._owners, self._vectors = tuple(owners), vectors
        self._words = Search(Library.load())

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what turns messages into vectors; who refuses them is not in a training."""
        return [SentenceEncoder]

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
    ) -> TramiteNeighbours:
        """Create an untrained component."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TramiteNeighbours:
        """Load the vectors from the model's storage."""
        with (
            model_storage.read_from(resource) as folder,
            np.load(folder / _FILE, allow_pickle=False) as arrays,
        ):
            owners = [str(name) for name in arrays["owners"]]
            return cls(model_storage, resource, owners, arrays["vectors"].astype(np.float32))

    def train(self, training_data: TrainingData) -> Resource:
        """Encode the trámites; the examples are not looked at."""
        owners, texts = [], []
        for tramite in Library.load():
            for text in (tramite.title, *tramite.synonyms, tramite.summary):
                owners.append(tramite.id)
                texts.append(fold(text))
        with self._storage.write_to(self._resource) as folder:
            vectors = encode(texts).astype(np.float16)
            np.savez(folder / _FILE, owners=np.array(owners), vectors=vectors)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Look for the neighbours of what was refused; pieces of a message are left out."""
        for message in messages:
            refused = message.get(INTENT)["name"] == DEFAULT_NLU_FALLBACK_INTENT_NAME
            if refused and message.get(SPAN) is None:
                near = self._near(message)
                message.set(NEIGHBOURS, near, add_to_output=True)
        return messages

    def _near(self, message: Message) -> list[str]:
        vector = sentence_vector(message)
        if self._vectors is None or vector is None:
            return []
        by_words = [hit.tramite.id for hit in self._words.nearest(message.get(TEXT), 2 * _FOUND)]
        order = np.argsort(-(self._vectors @ vector))
        by_meaning = list(dict.fromkeys(self._owners[row] for row in order))[: 2 * _FOUND]
        return merged([by_meaning, by_words])[:_FOUND]
