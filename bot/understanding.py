"""The understanding of a message without Rasa's graph: for tuning and for measuring.

The same parts in the same order as config.yml, learnt from pairs of text and intent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.components import intent_model
from bot.components.classifier import intent_of_token
from bot.components.clauses import Clause, runs
from bot.components.fallback import Evidence, features, trust
from bot.components.folding import fold, question_beside_token, without_courtesy
from bot.components.intent_model import IntentModel, Weighing
from bot.components.questions import Piece, Rule, choose
from bot.components.repair import Repair
from bot.encoding import encode_many, encode_parts

_LISTED = 10


@dataclass(frozen=True)
class Examples:
    """Hold folded, mended texts, their sentence vectors and their intents."""

    texts: Sequence[str]
    vectors: np.ndarray
    intents: Sequence[str]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]], repair: Repair) -> Examples:
        """Prepare pairs of text and intent; a text with no words is left out."""
        folded = [(prepare(text, repair), intent) for text, intent in pairs]
        kept = [pair for pair in folded if pair[0]]
        texts = [text for text, _ in kept]
        return cls(texts, encode_many(texts), [intent for _, intent in kept])

    def take(self, rows: Sequence[int] | np.ndarray) -> Examples:
        """Return some of the examples."""
        chosen = [int(row) for row in rows]
        return Examples(
            [self.texts[row] for row in chosen],
            self.vectors[chosen],
            [self.intents[row] for row in chosen],
        )


@dataclass(frozen=True)
class Reading:
    """Say what one text was understood as: intents from likeliest on, and the trust in the first.

    ``evidence`` is what trust is made of: see ``bot/components/fallback.py``. ``nearest`` is the
    cosine of the closest example.
    """

    names: tuple[str, ...]
    chances: tuple[float, ...]
    evidence: Evidence
    trust: float
    nearest: float

    @property
    def ranking(self) -> dict[str, float]:
        """Return the chance of each intent, likeliest first."""
        return dict(zip(self.names, self.chances, strict=True))

    def piece(self, first: int, past: int, clause: Clause) -> Piece:
        """Return what was read as a piece of a message."""
        return Piece(first, past, clause, self.ranking, self.trust, self.nearest)


def prepare(text: str, repair: Repair) -> str:
    """Return the text as the classifier reads it."""
    kept = question_beside_token(text)
    return repair.apply(without_courtesy(fold(kept)), kept)


def _given(text: str, folded: str) -> Reading | None:
    intent = intent_of_token(text, folded)
    return Reading((intent,), (1.0,), features({intent: 1.0}, 1.0), 1.0, 1.0) if intent else None


def learn_repair(texts: Iterable[str]) -> Repair:
    """Learn the vocabulary of texts."""
    return Repair.learn(without_courtesy(fold(question_beside_token(text))) for text in texts)


class Understanding:
    """Read texts with a model learnt from examples."""

    def __init__(
        self, model: IntentModel, repair: Repair, weights: Mapping[str, float], rule: Rule
    ) -> None:
        """Take the parts; ``weights`` are the fallback's, ``rule`` that of several questions."""
        self.model, self.repair = model, repair
        self._weights, self.rule = weights, rule

    @classmethod
    def learn(
        cls,
        examples: Examples,
        repair: Repair,
        weights: Mapping[str, float],
        rule: Rule,
        weighing: Weighing | None = None,
    ) -> Understanding:
        """Fit the model on examples."""
        model = intent_model.train(
            examples.texts, examples.vectors, examples.intents, weighing=weighing
        )
        return cls(model, repair, weights, rule)

    def read(self, text: str) -> Reading:
        """Understand one text as one question."""
        return self.read_parts(text, [])[0]

    def read_all(self, texts: Sequence[str]) -> list[Reading]:
        """Understand each text as one question."""
        return [self.read_parts(text, [])[0] for text in texts]

    def read_parts(self, text: str, parts: Sequence[str]) -> list[Reading]:
        """Understand a text as one question and, within it, each of its parts."""
        every = [text, *parts]
        folded = [prepare(one, self.repair) for one in every]
        vectors = encode_parts(folded[0] or " ", folded[1:])
        return [
            _given(one, read) or self.judge(read, vector)
            for one, read, vector in zip(every, folded, vectors, strict=True)
        ]

    def judge(self, folded: str, vector: np.ndarray) -> Reading:
        """Understand one prepared text."""
        if not folded:
            return Reading((), (), (0.0, 0.0, 0.0, 0.0), 0.0, 0.0)
        found = self.model.predict(folded, vector, _LISTED)
        evidence = features(dict(zip(found.names, found.chances, strict=True)), found.nearest)
        sure = trust(self._weights, evidence)
        return Reading(found.names, found.chances, evidence, sure, found.nearest)

    def pieces(self, text: str) -> tuple[Reading, Piece, list[Piece]]:
        """Understand a text as one question, and each of its runs of clauses."""
        spans = list(runs(text))
        whole, *parts = self.read_parts(text, [run.text for _, run in spans])
        pieces = [part.piece(*span, run) for (span, run), part in zip(spans, parts, strict=True)]
        past = max((piece.past for piece in pieces), default=1)
        return whole, whole.piece(0, past, Clause(text, 0, len(text))), pieces

    def questions(self, text: str) -> list[str]:
        """Return the intent of each question of a text, one when it is one."""
        reading, whole, pieces = self.pieces(text)
        chosen = choose(whole, pieces, self.rule)
        return [found.intent for found in chosen] or [self.intent(reading)]

    def intent(self, reading: Reading) -> str:
        """Return the intent that is answered."""
        trusted = reading.names and reading.trust >= self._weights["threshold"]
        return reading.names[0] if trusted else "nlu_fallback"
