"""Find the trámites whose words are nearest to a question, for when no intent is sure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import bm25s

from kb.library import Library
from kb.model import Tramite
from kb.text import words

# How often each field counts: what people call it says more than how it is done.
_TITLE, _SYNONYMS, _SUMMARY, _STEPS = 3, 3, 2, 1

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
    """Pair a trámite with its BM25 score; scores only compare within one question."""

    tramite: Tramite
    score: float


class Search:
    """Rank the trámites of a library with BM25 over folded Spanish."""

    def __init__(self, library: Library) -> None:
        """Index the library; takes a few milliseconds."""
        self._tramites = library.tramites
        self._index = bm25s.BM25()
        self._index.index([_document(t) for t in self._tramites], show_progress=False)

    def nearest(self, text: str, k: int = 3) -> list[Hit]:
        """Give the k nearest trámites, best first; none when no word is known."""
        tokens = [token for token in _tokens(text) if token in self._index.vocab_dict]
        if not tokens:
            return []
        scores = self._index.get_scores(tokens)
        # Equal scores keep the order of the library, so an answer never changes by itself.
        ranked = sorted(range(len(self._tramites)), key=lambda i: -scores[i])
        return [Hit(self._tramites[i], float(scores[i])) for i in ranked[:k] if scores[i] > 0]


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
    )
    return [
        token
        for times, texts in parts
        for text in texts
        for token in _tokens(text)
        for _ in range(times)
    ]


def _tokens(text: str) -> list[str]:
    # Cutting words short joins pago with pagos and descuento with descuentan, without a stemmer.
    stems = (word.rstrip("s")[:_STEM] for word in words(text) if word not in _STOPWORDS)
    # bm25s keeps the empty word in its vocabulary but not in its index.
    return [stem for stem in stems if stem]
