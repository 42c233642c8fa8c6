"""Choose how evidence is weighed in config.yml: ``python -m bench.nlu.tuning``.

The model learns every example; what it is asked are the development sets, which it never
saw. First the fallback: what makes an answer trustworthy, and what each threshold refuses.
Then several questions: what tells two from one. Shares come from cross-validation, the
weights from all the lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from random import Random
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bench.nlu.lines import Line, Questions, Sets, examples, is_outside, sets
from bench.nlu.metrics import several
from bench.nlu.understood import learnt

THRESHOLDS = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
SPLIT_THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
_FOLDS = 5
_JOINED_COUNT = 0.1
"""How much a message joined from two lines counts beside a written one."""

_SHORT = 11
_BARE = 0.12
_JOINTS = (" y ", " y ", "? y ", "? ", ", y ", ", ", ". ", " y también ", " ", "; otra duda, ")


@dataclass(frozen=True)
class Candidates:
    """Hold the evidence for every pair of questions that messages may hold.

    Row i belongs to message ``message[i]``; ``right[i]`` tells whether the pair ``names[i]`` is
    asked. ``whole[n]`` is the intent of message n as one question.
    """

    evidence: np.ndarray
    message: np.ndarray
    names: Sequence[tuple[str, ...]]
    right: np.ndarray
    whole: Sequence[str]


def main() -> None:
    """Print the weights and what each threshold does."""
    console = Console()
    asked = sets()
    reader = learnt(examples())
    _tune_weighing(asked, reader, console)
    _tune_fallback(asked, reader, console)
    _tune_questions(asked, reader, console)


def _tune_weighing(asked: Sets, reader: Any, console: Console) -> None:
    from bot.components.calibration import fit_weighing

    lines = [*asked.dev, *asked.outside]
    best = fit_weighing(list(_compared(lines, reader)))
    used = astuple(reader.model.weighing)
    for field, value, now in zip(fields(reader.model.weighing), best, used, strict=True):
        console.print(f"    {field.name}: {value:.3f} (the rest is for {now:.3f}, of config.yml)")


def _compared(lines: Sequence[Line], reader: Any) -> Iterator[Any]:
    from bot.components.calibration import Compared
    from bot.encoding import encode
    from bot.understanding import prepare

    folded = [prepare(line.text, reader.repair) for line in lines]
    kept = [(line, text) for line, text in zip(lines, folded, strict=True) if text]
    vectors = encode([text for _, text in kept])
    for (line, text), vector in zip(kept, vectors, strict=True):
        order, scores, near = reader.model.evidence(text, vector)
        # Of several acceptable intents any will do.
        right = np.array([reader.model.classes[index] in line.intents for index in order])
        # What no weight can put right says nothing about the weights.
        if right.any():
            yield Compared(scores[order], near, right)


def _tune_fallback(asked: Sets, reader: Any, console: Console) -> None:
    from bot.components.fallback import WEIGHTS

    lines: Sequence[Line] = [*asked.dev, *asked.outside]
    readings = reader.read_all([line.text for line in lines])
    kept = [pair for pair in zip(lines, readings, strict=True) if pair[1].names]
    evidence = np.array([reading.evidence for _, reading in kept])
    first = [reading.names[0] for _, reading in kept]
    outside = np.array([is_outside(line.best) for line, _ in kept])
    away = np.array([is_outside(name) for name in first])
    right = np.array([name in line.intents for (line, _), name in zip(kept, first, strict=True)])
    # To send somebody away who asks about another institution is right, whichever was named.
    right |= outside & away
    weights, trust = _weigh(evidence, right, np.arange(len(kept)))
    _show(console, ("bias", *WEIGHTS), weights)
    table = Table("threshold", "outside refused", "inside refused", "inside right and answered")
    for threshold in THRESHOLDS:
        refused = away | (trust < threshold)
        answered = right & (trust >= threshold)
        shares = (refused[outside], refused[~outside], answered[~outside])
        table.add_row(f"{threshold:.2f}", *(f"{share.mean():.1%}" for share in shares))
    console.print(table)


def _tune_questions(asked: Sets, reader: Any, console: Console) -> None:
    from bot.components.questions import Evidence

    singles = [Questions(line.text, (line.intents,)) for line in asked.dev]
    messages = [*asked.several, *singles, *_doubles(asked)]
    found = _candidates(messages, reader)
    real = found.message < len(asked.several) + len(singles)
    weights, trust = _weigh(
        found.evidence, found.right, found.message, np.where(real, 1.0, _JOINED_COUNT), real
    )
    _show(console, ("bias", *Evidence._fields), weights)
    best = {
        int(n): (float(t), found.names[row])
        for t, n, row in sorted(zip(trust, found.message, range(len(trust)), strict=True))
    }
    table = Table("threshold", "two answered", "of the set, one left whole", "dev left whole")
    kinds = (
        [n for n, message in enumerate(asked.several) if len(message.parts) == 2],
        [n for n, message in enumerate(asked.several) if len(message.parts) == 1],
        range(len(asked.several), len(asked.several) + len(singles)),
    )
    for threshold in SPLIT_THRESHOLDS:
        cut = {n: names for n, (sure, names) in best.items() if sure >= threshold}
        answered = [cut.get(n, (found.whole[n],)) for n in kinds[0]]
        two = several([messages[n] for n in kinds[0]], answered)
        whole = [np.mean([n not in cut for n in kind]) for kind in kinds[1:]]
        table.add_row(f"{threshold:.2f}", *(f"{share:.1%}" for share in (two, *whole)))
    console.print(table)


def _doubles(asked: Sets, count: int = 1_200) -> list[Questions]:
    """Return messages of two questions, joined from short lines of the development set.

    The set of messages that people would write is small; these count less, and are never
    reported.
    """
    random = Random(0)
    short = [line for line in asked.topics if 1 < len(line.text.split()) <= _SHORT]
    bare = [line for line in asked.talk if line.best.startswith("preguntar_")]
    found: list[Questions] = []
    while len(found) < count:
        one = random.choice(short)
        two = random.choice(bare if random.random() < _BARE else short)
        if not set(one.intents) & set(two.intents):
            text = one.text.rstrip("?.!, ") + random.choice(_JOINTS) + two.text.lstrip("¿¡")
            found.append(Questions(text, (one.intents, two.intents)))
    return found


def _candidates(messages: Sequence[Questions], reader: Any) -> Candidates:
    from bot.components.questions import evidence, pairs

    rows, numbers, names, right, wholes = [], [], [], [], []
    for number, message in enumerate(messages):
        _, whole, pieces = reader.pieces(message.text)
        wholes.append(next(iter(whole.chances), ""))
        for pair in pairs(whole.chances, pieces, reader.rule):
            rows.append(evidence(whole, *pair, reader.rule))
            numbers.append(number)
            names.append(tuple(name for name, _ in pair))
            right.append(_asked(names[-1], message.parts))
    return Candidates(np.array(rows), np.array(numbers), names, np.array(right), wholes)


def _asked(names: Sequence[str], parts: Sequence[Sequence[str]]) -> bool:
    """Tell whether two intents are two of the questions, in their order."""
    places = [[n for n, part in enumerate(parts) if name in part] for name in names]
    return any(first < second for first in places[0] for second in places[1])


def _weigh(
    evidence: np.ndarray,
    right: np.ndarray,
    group: np.ndarray,
    importance: np.ndarray | None = None,
    judged: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return bias and weights from all rows, and each row's trust by a model that never saw it.

    Only the ``judged`` rows are held apart in turn; the trust of the others is 0.
    """
    count = np.ones(len(right)) if importance is None else importance
    rows = np.arange(len(right)) if judged is None else np.flatnonzero(judged)
    always = np.setdiff1d(np.arange(len(right)), rows)
    trust = np.zeros(len(right))
    for kept, held in GroupKFold(_FOLDS).split(rows, groups=group[rows]):
        used = np.concatenate([rows[kept], always])
        model = LogisticRegression(C=10.0, max_iter=2000)
        model.fit(evidence[used], right[used], sample_weight=count[used])
        trust[rows[held]] = model.predict_proba(evidence[rows[held]])[:, 1]
    model = LogisticRegression(C=10.0, max_iter=2000).fit(evidence, right, sample_weight=count)
    return np.array([model.intercept_[0], *model.coef_[0]]), trust


def _show(console: Console, names: Sequence[str], weights: np.ndarray) -> None:
    for name, weight in zip(names, weights, strict=True):
        console.print(f"    {name}: {weight:.3f}")


if __name__ == "__main__":
    main()
