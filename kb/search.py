"""Find the trámites nearest to a question, for when no intent is sure.

Rankings that fail differently are added up: BM25 over what a trámite says, BM25 over what people
have asked about it, and its meaning (`kb/meaning.py`). Their scores are put on one scale first:
by how much a trámite stands out says more than in which place it came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import bm25s
import numpy as np

from kb.library import Library
from kb.meaning import Meaning
from kb.model import Tramite
from kb.text import words

# How often each field counts: what people call it says more than how it is done.
_TITLE, _SYNONYMS, _SUMMARY, _STEPS, _DETAILS = 3, 3, 2, 1, 1

_STEM = 6

_RANK_OFFSET = 3
"""The larger, the less the first place of one ranking counts beside the next ones."""

_STOPWORDS = frozenset(
    words("""
    a al algo alguien ante asi aun aunque bien cada como con cual cuando cuanta cuantas cuantos de
    del desde donde dos e el ella ellos en entre era es esa ese eso esta estan estar estas este
    esto estoy fue ha hace hacen hacer haces hago han hasta hay he infonavit la las le les lo los
    mas me mi mis mucho muy nada ni o otra otro para pero poco por porque pues que quien quiero
    se sea ser si sin sobre solo son su sus tal te tengo tiene tienen tu tus un una unas uno unos
    va van vas voy y ya yo favor hola gracias oye puedo puede puedes necesito
    """)
)


@dataclass(frozen=True)
class Hit:
    """Pair a trámite with its score; scores only compare within one question."""

    tramite: Tramite
    score: float


class Search:
    """Rank the trámites of a library for a text, and for its vector when there is one."""

    def __init__(
        self,
        library: Library,
        asked: Mapping[str, Sequence[str]] | None = None,
        meaning: Meaning | None = None,
    ) -> None:
        """Index the library; `asked` holds questions of people by the id of their trámite."""
        self._tramites = library.tramites
        self._meaning = meaning
        self._indexes = [_Bm25([_document(t) for t in self._tramites])]
        if asked:
            documents = [_all_tokens(asked.get(t.id, ())) for t in self._tramites]
            self._indexes.append(_Bm25(documents))

    def nearest(self, text: str, k: int = 3, vector: np.ndarray | None = None) -> list[Hit]:
        """Give the k nearest trámites, best first; none when nothing of the text is known."""
        tokens = _tokens(text)
        rankings = [index.scores(tokens) for index in self._indexes]
        if self._meaning is not None and vector is not None:
            rankings += self._meaning.scores(vector)
        told = [ranking for ranking in rankings if ranking.any()]
        if not told:
            return []
        scores = told[0] if len(told) == 1 else sum(map(_standing_out, told), np.zeros(1))
        # Equal scores keep the order of the library, so an answer never changes by itself.
        ranked = np.argsort(-scores, kind="stable")[:k]
        return [Hit(self._tramites[i], float(scores[i])) for i in ranked if scores[i] > 0]


class _Bm25:
    def __init__(self, documents: Sequence[list[str]]) -> None:
        self._index = bm25s.BM25()
        self._index.index(documents, show_progress=False)
        self._nothing = np.zeros(len(documents), np.float32)

    def scores(self, tokens: Sequence[str]) -> np.ndarray:
        known = [token for token in tokens if token in self._index.vocab_dict]
        return self._index.get_scores(known) if known else self._nothing


def _standing_out(scores: np.ndarray) -> np.ndarray:
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread else np.zeros_like(scores)


def merged(rankings: Iterable[Sequence[str]]) -> list[str]:
    """Return what several rankings hold, best first: ranks are turned over and added up."""
    points: defaultdict[str, float] = defaultdict(float)
    for ranking in rankings:
        for rank, name in enumerate(ranking):
            points[name] += 1 / (_RANK_OFFSET + rank)
    return sorted(points, key=lambda name: -points[name])


def _document(tramite: Tramite) -> list[str]:
    parts = (
        (_TITLE, [tramite.title]),
        (_SYNONYMS, list(tramite.synonyms)),
        (_SUMMARY, [tramite.summary]),
        (_STEPS, [f"{step.action} {step.problem}" for step in tramite.steps]),
        (_DETAILS, [*(step.help for step in tramite.steps), *tramite.requirements]),
        (_DETAILS, [tramite.who, tramite.cost, tramite.time, tramite.disputed or ""]),
    )
    return [token for times, texts in parts for token in _all_tokens(texts) for _ in range(times)]


def _all_tokens(texts: Iterable[str]) -> list[str]:
    return [token for text in texts for token in _tokens(text)]


def _tokens(text: str) -> list[str]:
    # Cutting words short joins pago with pagos and descuento with descuentan, without a stemmer.
    stems = (word.rstrip("s")[:_STEM] for word in words(text) if word not in _STOPWORDS)
    # bm25s keeps the empty word in its vocabulary but not in its index.
    return [stem for stem in stems if stem]
