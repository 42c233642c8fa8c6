"""Mend mistyped words toward the assistant's own vocabulary.

«mensualdiad» becomes «mensualidad»: the words of the examples are where a word nobody knows
can be mended to. Untouched stay short words, numbers, what a Spanish dictionary knows, and
names, which are told by their capital inside a sentence.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.folding import sound, strip_accents
from bot.components.normalizer import FOLDED_TEXT
from bot.components.spacing import Spacing

SHORTEST = 5
_TWO_SLIPS_FROM = 8
_LEAST_COUNT = 4
"""An unknown word written so often in the examples is a word, not a slip."""

_COMPARED = 8
_FILE, _SPANISH_FILE = "vocabulary.json", "spanish.npy"
_CLITIC = re.compile(r"(?:[mts]e)?(?:l[aeo]s?|me|te|se|nos)$")
_NAME = re.compile(r"(?<=[\w,] )[A-ZÁÉÍÓÚÑ][a-záéíóúñ]+")


def spanish_words() -> np.ndarray:
    """Return every form of every Spanish word, folded, as sorted 32-bit hashes.

    As hashes they take 3 MB; as text, 30 times as much in each process. One unknown word in
    6,000 shares the hash of a known one, and is not mended.
    """
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    forms = DefaultDictionaryFactory().get_dictionary("es")
    words = (form.decode() if isinstance(form, bytes) else form for form in forms)
    plain = (word if word.isascii() else strip_accents(word) for word in words)
    return np.unique(np.fromiter((_hash(word) for word in plain), np.uint32))


def _hash(word: str) -> int:
    return zlib.crc32(word.encode())


class Repair:
    """Hold a vocabulary, word to count, and mend words toward it unless they are Spanish."""

    def __init__(self, vocabulary: Mapping[str, int], spanish: np.ndarray) -> None:
        """Index the vocabulary; ``spanish`` is sorted hashes."""
        self.vocabulary = dict(vocabulary)
        self.spanish = spanish
        self._words = list(self.vocabulary)
        self._spacing = Spacing(self.vocabulary)
        self._mended = lru_cache(maxsize=4096)(self._mend)

    @classmethod
    def learn(cls, texts: Iterable[str]) -> Repair:
        """Take the words of folded texts that a dictionary knows or that occur often."""
        counts = Counter(word for text in texts for word in text.split() if word.isalpha())
        spanish = spanish_words()
        known = cls({}, spanish)
        kept = {
            word: count
            for word, count in counts.items()
            if count >= _LEAST_COUNT or (count > 1 and known.is_spanish(word))
        }
        return cls(kept, spanish)

    def is_spanish(self, word: str) -> bool:
        """Tell whether a folded word is in the dictionary, with or without a pronoun at its end."""
        return self._listed(word) or any(
            self._listed(word[: match.start()]) for match in _CLITIC.finditer(word)
        )

    def _listed(self, word: str) -> bool:
        number = np.uint32(_hash(word))
        place = int(np.searchsorted(self.spanish, number))
        return place < len(self.spanish) and bool(self.spanish[place] == number)

    def apply(self, folded: str, text: str) -> str:
        """Return the folded text with its slips mended; ``text`` is as it was written."""
        names = {strip_accents(name) for name in _NAME.findall(text)}
        return " ".join(w if w in names else self._mended(w) for w in folded.split())

    def _mend(self, word: str) -> str:
        if len(word) < SHORTEST or not word.isalpha():
            return word
        if word in self.vocabulary or self.is_spanish(word):
            return word
        parted = self._spacing.parted(word)
        if parted and min(map(len, parted)) > 1:
            return " ".join(parted)
        slip, distance = self._nearest(word)
        # «cuentao» is rather a slip than «cuenta o».
        return " ".join(parted) if parted and distance > 1 else slip

    def _nearest(self, word: str) -> tuple[str, int]:
        """Return the word of the vocabulary that was meant, and how many slips away it is."""
        near = process.extract(
            word,
            self._words,
            scorer=DamerauLevenshtein.distance,
            score_cutoff=2 if len(word) >= _TWO_SLIPS_FROM else 1,
            limit=_COMPARED,
        )
        if not near:
            return word, len(word)
        heard = sound(word)
        best = min(near, key=lambda n: (n[1], sound(n[0]) != heard, -self.vocabulary[n[0]]))
        return best[0], int(best[1])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TypoRepair(GraphComponent):
    """Mend the folded text of every message, with the vocabulary of the examples."""

    def __init__(
        self, storage: ModelStorage, resource: Resource, repair: Repair | None = None
    ) -> None:
        """Create the component; without a vocabulary it must be trained first."""
        self._storage, self._resource, self._repair = storage, resource, repair

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
    ) -> TypoRepair:
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
    ) -> TypoRepair:
        """Load the vocabulary from the model's storage."""
        with model_storage.read_from(resource) as folder:
            vocabulary = json.loads((folder / _FILE).read_text(encoding="utf-8"))
            spanish = np.load(folder / _SPANISH_FILE, allow_pickle=False)
        return cls(model_storage, resource, Repair(vocabulary, spanish))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the vocabulary of the examples and persist it."""
        written = [example.get(FOLDED_TEXT) for example in training_data.intent_examples]
        self._repair = Repair.learn(text for text in written if text)
        with self._storage.write_to(self._resource) as folder:
            text = json.dumps(self._repair.vocabulary, ensure_ascii=False)
            (folder / _FILE).write_text(text, encoding="utf-8")
            np.save(folder / _SPANISH_FILE, self._repair.spanish)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Mend the examples too: what is learnt must look like what is read."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Mend the folded text of each message."""
        for message in messages:
            folded = message.get(FOLDED_TEXT)
            if folded and self._repair is not None:
                message.set(FOLDED_TEXT, self._repair.apply(folded, message.get(TEXT)))
        return messages
