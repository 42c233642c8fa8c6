"""Measure, compare and write the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import machine
from bench.figures import Figure, Section
from bench.nlu import public
from bench.nlu.answers import Engine, Outcome
from bench.nlu.chart import chart
from bench.nlu.copies import unlike
from bench.nlu.engines.diet import Diet
from bench.nlu.engines.encoder import EncoderAlone
from bench.nlu.engines.learnt import Learnt
from bench.nlu.engines.nlpjs import NlpJs
from bench.nlu.engines.ours import Ours
from bench.nlu.engines.svm import Svm
from bench.nlu.figures import figures, said
from bench.nlu.lines import Line, Pairs, Sets, examples, sets
from bench.nlu.metrics import accuracy, confusions, topics
from bench.nlu.noise import KINDS
from bench.nlu.page import HOW, page
from bench.nlu.scores import Score, asked, score
from bench.parts import training
from bench.paths import CHART, UNDERSTANDING
from bench.processes import BenchFailed

TITLE = "Understanding"
Say = Callable[[str], None]
"""Told what begins."""


@dataclass(frozen=True)
class Choice:
    """Say what is left out or added."""

    quick: bool = False
    public: Path | None = None
    diet_on_public: bool = False


def measure(choice: Choice, say: Say) -> Sequence[Figure]:
    """Measure everything chosen, write the page and the chart, and return our own figures."""
    before = machine.load()
    asks, learnt = sets(), examples()
    blind = unlike(asks.blind, learnt)
    say("the trained model")
    several = [line.text for line in asks.several]
    outcome = Ours().ask(list(dict.fromkeys([*asked(asks), *several])))
    say("training")
    (trained,) = training.measure(runs=1)
    found = figures(asks, learnt, outcome, trained.value)
    scores: dict[str, Score | str] = {Ours.name: score(asks, blind, outcome, trained.value)}
    for engine in (Diet(only_kept=choice.quick), NlpJs(), Svm(), EncoderAlone()):
        say(engine.name)
        scores[engine.name] = _compared(engine, asks, blind, learnt)
    results = _public(choice, say)
    section = Section("nlu", "As it runs", HOW, found, before, machine.load())
    _write(section, asks, learnt, outcome, scores, results)
    return found


def _compared(engine: Engine, asks: Sets, blind: Sequence[Line], learnt: Pairs) -> Score | str:
    try:
        outcome = engine.ask(learnt, asked(asks))
    except BenchFailed as error:
        return str(error)
    return score(asks, blind, outcome, outcome.training or 0.0)


def _public(choice: Choice, say: Say) -> Sequence[public.PublicResult]:
    if choice.public is None:
        return []
    engines: list[Engine] = [Learnt(), NlpJs(), Svm(), EncoderAlone()]
    if choice.diet_on_public:
        engines.insert(1, Diet())
    results = []
    for found in public.load(choice.public):
        say(f"the public set {found.name}")
        shares = {engine.name: public.measure(found, engine) for engine in engines}
        results.append(public.result(found, shares))
    return results


def _write(
    section: Section,
    asks: Sets,
    learnt: Pairs,
    outcome: Outcome,
    scores: Mapping[str, Score | str],
    results: Sequence[public.PublicResult],
) -> None:
    dev = said(asks.dev, outcome.answers)
    noisy = {
        kind: accuracy(asks.dev, [outcome.answers[damage(line.text)].said for line in asks.dev])
        for kind, damage in KINDS.items()
    }
    measured = {name: one for name, one in scores.items() if isinstance(one, Score)}
    CHART.parent.mkdir(parents=True, exist_ok=True)
    CHART.write_text(
        chart(
            "The likeliest intent is right",
            ("blind set", "development set"),
            {name: (one.blind, one.dev) for name, one in measured.items()},
        ),
        encoding="utf-8",
    )
    UNDERSTANDING.write_text(
        page(
            section,
            asks,
            (len(learnt), len({intent for _, intent in learnt})),
            scores,
            (accuracy(asks.dev, dev), noisy),
            results,
            topics(asks.dev, dev),
            confusions(asks.dev, dev),
        ),
        encoding="utf-8",
    )
