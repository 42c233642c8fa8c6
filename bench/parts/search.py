"""How often the search offers the right trámite, and how long it takes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.figures import Figure, Target
from bench.paths import ROOT
from bench.processes import BenchFailed
from bench.stats import summary

QUESTIONS = ROOT / "tests" / "kb" / "search_questions.jsonl"
OFFERED = 3

TITLE = "Search"
HOW = (
    "The search of the trained model, for what no topic answers. `tests/kb/search_questions.jsonl` "
    "has questions in people's words, none of them an example that the model learns from, on every "
    "trámite; many ask for a detail that only its steps tell. One is found when an acceptable "
    "trámite is among those offered. What is indexed was chosen with these questions in view, so "
    "the figure flatters a little. A search is the text, its vector and the ranking, one at a time."
)

Rank = Callable[[str], Sequence[str]]
"""Give the ids of the nearest trámites of a text, best first."""


@dataclass(frozen=True)
class Question:
    """Pair a text with the ids of the trámites that answer it."""

    text: str
    acceptable: frozenset[str]


def questions() -> list[Question]:
    """Read the questions."""
    lines = map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    return [Question(line["text"], frozenset(line["acceptable"])) for line in lines]


def missed(asked: Sequence[Question], rank: Rank, offered: int = OFFERED) -> list[Question]:
    """Give the questions with no acceptable trámite among the first ones offered."""
    return [one for one in asked if not one.acceptable & set(rank(one.text)[:offered])]


def recall(asked: Sequence[Question], rank: Rank, offered: int = OFFERED) -> float:
    """Give the share of the questions that are not missed."""
    return 1 - len(missed(asked, rank, offered)) / len(asked)


def measure() -> Sequence[Figure]:
    """Ask every question; raises BenchFailed without a model."""
    # Loads Rasa and the encoder, which the other parts do without.
    from bot.brain import NoModel, newest_model
    from bot.search import TrainedSearch

    try:
        search = TrainedSearch(newest_model(ROOT / "models"))
    except NoModel as error:
        raise BenchFailed(str(error)) from error
    asked, found, times = questions(), {}, []
    search.nearest(asked[0].text)
    for one in asked:
        began = time.perf_counter()
        hits = search.nearest(one.text, OFFERED)
        times.append(time.perf_counter() - began)
        found[one.text] = [hit.tramite.id for hit in hits]
    first, offered = (100 * recall(asked, found.__getitem__, count) for count in (1, OFFERED))
    note = f"{len(asked)} questions"
    spent = summary(times)
    return [
        Figure(f"recall@{OFFERED}", offered, "%", Target(95, at_least=True), note),
        Figure("recall@1", first, "%"),
        Figure("a search, p50", spent.p50, "ms", note=str(spent)),
    ]
