"""One engine's figures in the comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

from bench.nlu.answers import Answer, Outcome
from bench.nlu.lines import Line, Sets, is_outside
from bench.nlu.metrics import accuracy, macro_f1
from bench.nlu.noise import KINDS
from bench.nlu.trust import FALSE_REFUSALS, recall_at

Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Score:
    """Hold shares; ``seconds`` are a message's median, ``training`` those of a whole training.

    What counts is the likeliest intent, whether an engine would have refused or not: not each
    has a rule to refuse by.
    """

    dev: float
    blind: float
    blind_unlike: float
    f1_dev: float
    f1_blind: float
    outside: float
    noise: Mapping[str, float]
    seconds: float
    training: float

    @property
    def noise_loss(self) -> float:
        """Return what noise takes from the accuracy on the development set, mean of the kinds."""
        return self.dev - mean(self.noise.values())


def asked(sets: Sets) -> list[str]:
    """Return every text that each engine answers, once."""
    lines = [*sets.dev, *sets.blind, *sets.outside]
    plain = [line.text for line in lines]
    return list(dict.fromkeys([*plain, *(text for _, text in _noisy(sets.dev))]))


def score(sets: Sets, unlike: Sequence[Line], outcome: Outcome, training: float) -> Score:
    """Return an engine's figures.

    ``unlike`` are the blind lines that are not nearly an example; ``training`` is in seconds.
    """
    answers = outcome.answers
    dev, blind = firsts(sets.dev, answers), firsts(sets.blind, answers)
    return Score(
        accuracy(sets.dev, dev),
        accuracy(sets.blind, blind),
        accuracy(unlike, firsts(unlike, answers)),
        macro_f1(sets.dev, dev),
        macro_f1(sets.blind, blind),
        outside_refused(sets, answers),
        noise_accuracies(sets.dev, answers),
        median(answers[line.text].seconds for line in sets.dev),
        training,
    )


def firsts(lines: Sequence[Line], answers: Answers) -> list[str]:
    """Return the likeliest intent of each line."""
    return [answers[line.text].first for line in lines]


def outside_refused(sets: Sets, answers: Answers) -> float:
    """Return the share of outside lines refused where exactly 5 % of the others are."""
    inside = [_standing(line, answers) for line in sets.dev]
    return recall_at(inside, [_standing(line, answers) for line in sets.outside], FALSE_REFUSALS)


def noise_accuracies(lines: Sequence[Line], answers: Answers) -> Mapping[str, float]:
    """Return the accuracy under each kind of noise."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for kind, text in _noisy(lines):
        found[kind].append(answers[text].first)
    return {kind: accuracy(lines, names) for kind, names in found.items()}


def _noisy(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    for kind, damage in KINDS.items():
        for line in lines:
            yield kind, damage(line.text)


def _standing(line: Line, answers: Answers) -> float:
    """Return how far a line is from being refused; below 0 it is refused whatever the threshold."""
    answer = answers[line.text]
    # On an outside line any intent of what is outside refuses; elsewhere only a wrong one.
    accepted = answer.first in line.intents and not is_outside(line.best)
    return -1.0 if is_outside(answer.first) and not accepted else answer.trust
