"""The assistant's own figures, as it runs: what it refuses counts as not understood."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.figures import Figure
from bench.nlu.answers import Outcome
from bench.nlu.copies import unlike
from bench.nlu.lines import Line, Pairs, Sets, is_outside
from bench.nlu.metrics import accuracy, macro_f1, several
from bench.nlu.scores import Answers, firsts, outside_refused
from bench.nlu.trust import calibration_error


def figures(sets: Sets, examples: Pairs, outcome: Outcome, training: float) -> Sequence[Figure]:
    """Return the figures of the trained model; ``training`` is in seconds."""
    answers = outcome.answers
    return [
        *_understood("development", sets.dev, examples, answers),
        _part("development, topics only", sets.topics, answers),
        _part("development, the talk itself only", sets.talk, answers),
        *_understood("blind", sets.blind, examples, answers),
        *_refused(sets, answers),
        *_several(sets, answers),
        *_calibrated(sets, answers),
        *_costs(sets, outcome, training),
    ]


def said(lines: Sequence[Line], answers: Answers) -> list[str]:
    """Return the intent that is acted on for each line."""
    return [answers[line.text].said for line in lines]


def _understood(
    name: str, lines: Sequence[Line], examples: Pairs, answers: Answers
) -> Sequence[Figure]:
    acted, kept = said(lines, answers), unlike(lines, examples)
    unrefused = accuracy(lines, firsts(lines, answers))
    return [
        _percent(
            f"right at the first try, {name}",
            accuracy(lines, acted),
            f"{unrefused:.1%} before refusing; {len(lines)} lines",
        ),
        _percent(
            f"…{name}, copies left out",
            accuracy(kept, said(kept, answers)),
            f"{len(kept)} lines",
        ),
        Figure(f"macro-F1, {name}", macro_f1(lines, acted), "", digits=3),
    ]


def _refused(sets: Sets, answers: Answers) -> Sequence[Figure]:
    outside = said(sets.outside, answers)
    exact = accuracy(sets.outside, outside)
    dev = zip(sets.dev, said(sets.dev, answers), strict=True)
    false = [is_outside(intent) and intent not in line.intents for line, intent in dev]
    note = f"{len(sets.outside)} lines; told exactly what it is {exact:.1%}"
    return [
        _percent("outside refused", float(np.mean([is_outside(name) for name in outside])), note),
        _percent("refused by mistake, development", float(np.mean(false))),
        _percent("outside refused where 5 % are by mistake", outside_refused(sets, answers)),
    ]


def _several(sets: Sets, answers: Answers) -> Sequence[Figure]:
    doubles = [line for line in sets.several if len(line.parts) > 1]
    found = [answers[line.text].questions or (answers[line.text].said,) for line in doubles]
    singles = [line.text for line in sets.several if len(line.parts) == 1]
    whole = 1 - _cut(singles, answers)
    cut = _cut([line.text for line in sets.dev], answers)
    return [
        _percent(
            "several questions, all answered in order",
            several(doubles, found),
            f"{len(doubles)} lines; none too many",
        ),
        _percent(
            "one question that looks like several, left whole", whole, f"{len(singles)} lines"
        ),
        _percent("development lines cut in several", cut),
    ]


def _part(name: str, lines: Sequence[Line], answers: Answers) -> Figure:
    share = accuracy(lines, said(lines, answers))
    return _percent(f"…{name}", share, f"{len(lines)} lines")


def _cut(texts: Sequence[str], answers: Answers) -> float:
    return float(np.mean([bool(answers[text].questions) for text in texts]))


def _calibrated(sets: Sets, answers: Answers) -> Sequence[Figure]:
    lines = [*sets.dev, *sets.outside]
    each = [answers[line.text] for line in lines]
    right = [answer.first in line.intents for line, answer in zip(lines, each, strict=True)]
    confidence = [answer.chances[0] if answer.chances else 0.0 for answer in each]
    note = f"development and outside, 15 bins; right {np.mean(right):.1%}"
    return [
        Figure("calibration error of confidence", calibration_error(confidence, right), "",
               note=f"{note}, mean confidence {np.mean(confidence):.1%}", digits=3),
        Figure("calibration error of trust",
               calibration_error([answer.trust for answer in each], right), "",
               note="what refusing goes by", digits=3),
    ]  # fmt: skip


def _costs(sets: Sets, outcome: Outcome, training: float) -> Sequence[Figure]:
    times = np.array([outcome.answers[line.text].seconds for line in sets.dev]) * 1e3
    found = [
        Figure(f"a message, p{share}", float(np.percentile(times, share)), "ms")
        for share in (50, 95)
    ]
    if outcome.memory is not None:
        found.append(Figure("memory of the process (RSS)", outcome.memory / 1e6, "MB", digits=0))
    return [*found, Figure("training, the whole command", training, "s")]


def _percent(name: str, share: float, note: str = "") -> Figure:
    return Figure(name, 100 * share, "%", note=note)
