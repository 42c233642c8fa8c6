"""Find the trámites nearest to a message that was refused, so that something can be offered.

The search is that of ``kb/search.py``; here it learns what people ask about each trámite, from
the examples and their vectors, and gets the vectors of what the trámites say.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.clauses import SPAN
from bot.components.encoder import SentenceEncoder, sentence_vector
from bot.components.folding import fold
from bot.components.normalizer import FOLDED_TEXT
from bot.encoding import encode_many
from kb.library import Library
from kb.meaning import Meaning, passages
from kb.search import Search

NEIGHBOURS = "neighbours"
_FOUND = 3
_VECTORS, _ASKED = "neighbours.npz", "asked.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TramiteNeighbours(IntentClassifier, GraphComponent):
    """Set ``neighbours``, ids of trámites, on every message that was refused."""

    def __init__(
        self, storage: ModelStorage, resource: Resource, search: Search | None = None
    ) -> None:
        """Create the component; without a search it must be trained first."""
        self._storage, self._resource = storage, resource
        self._search = search

    @property
    def search(self) -> Search:
        """Return the trained search; its vectors are those of ``bot.encoding`` of folded text."""
        assert self._search is not None
        return self._search

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
        """Load what was learnt from the model's storage."""
        with model_storage.read_from(resource) as folder:
            asked = json.loads((folder / _ASKED).read_text(encoding="utf-8"))
            meaning = Meaning.load(folder / _VECTORS)
        return cls(model_storage, resource, Search(Library.load(), asked, meaning))

    def train(self, training_data: TrainingData) -> Resource:
        """Encode the trámites, and learn what is asked about each from its examples."""
        library = Library.load()
        asked, vectors = _asked(library, training_data.intent_examples)
        known = {
            text: vector
            for name in asked
            for text, vector in zip(asked[name], vectors[name], strict=True)
        }
        meaning = Meaning.of(library, _encoded(library, known), vectors)
        with self._storage.write_to(self._resource) as folder:
            meaning.save(folder / _VECTORS)
            written = json.dumps(asked, ensure_ascii=False)
            (folder / _ASKED).write_text(written, encoding="utf-8")
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
        if vector is None:
            return []
        found = self.search.nearest(message.get(FOLDED_TEXT), _FOUND, vector)
        return [hit.tramite.id for hit in found]


def _encoded(library: Library, known: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the vectors of the passages of each trámite; titles are examples, so known."""
    texts = {tramite.id: [fold(text) for text in passages(tramite)] for tramite in library}
    missing = list(
        dict.fromkeys(text for own in texts.values() for text in own if text not in known)
    )
    vectors = {**known, **dict(zip(missing, encode_many(missing), strict=True))}
    return {name: np.array([vectors[text] for text in own]) for name, own in texts.items()}


def _asked(
    library: Library, examples: Iterable[Message]
) -> tuple[dict[str, list[str]], dict[str, Sequence[np.ndarray]]]:
    """Return the questions about each trámite and their vectors."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    vectors: defaultdict[str, list[np.ndarray]] = defaultdict(list)
    for example in examples:
        intent, vector = example.get(INTENT), sentence_vector(example)
        if intent in library and vector is not None:
            texts[intent].append(example.get(FOLDED_TEXT))
            vectors[intent].append(vector)
    return dict(texts), dict(vectors)
