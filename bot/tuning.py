"""Choose the fallback's weights and threshold: ``python -m bot.tuning``.

Everything is asked of models that never saw the example. Some are asked about whole
intents they never saw, which stand for what people will bring and nobody thought of.
Prints the weights for config.yml and what each threshold refuses and lets through.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot import compat

FOLDS = 5
UNKNOWN_GROUPS = 6
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)


@dataclass(frozen=True)
class Examples:
    """Hold folded texts, their sentence vectors and their intents."""

    folded: Sequence[str]
    vectors: np.ndarray
    intents: Sequence[str]

    def take(self, rows: Sequence[int] | np.ndarray) -> Examples:
        """Return some of the examples."""
        chosen = [int(row) for row in rows]
        return Examples(
            [self.folded[row] for row in chosen],
            self.vectors[chosen],
            [self.intents[row] for row in chosen],
        )


@dataclass(frozen=True)
class Judged:
    """Hold what was predicted: the fallback's features, and whether it was right."""

    features: np.ndarray
    right: np.ndarray
    unknown: np.ndarray


def load() -> Examples:
    """Read every training example, those of the knowledge base included."""
    compat.install()
    from bot.components.encoder import encode
    from bot.components.folding import fold, question_beside_token
    from bot.importer import TramiteImporter

    data = TramiteImporter("config.yml", "domain.yml", ["bot/data"]).get_nlu_data("es")
    pairs = [
        (fold(question_beside_token(e.get("text"))), e.get("intent")) for e in data.intent_examples
    ]
    kept = [(text, intent) for text, intent in pairs if text]
    return Examples([t for t, _ in kept], encode([t for t, _ in kept]), [i for _, i in kept])


def judge(examples: Examples) -> Judged:
    """Predict every example with models that never saw it, and some with intents unseen."""
    rows, right, unknown = [], [], []
    for learnt, asked, unseen in [*_held_apart(examples), *_intents_unseen(examples)]:
        for features, name, truth in _predictions(learnt, asked):
            rows.append(features)
            right.append(name == truth and not unseen)
            unknown.append(unseen)
    return Judged(np.array(rows), np.array(right), np.array(unknown))


def fit(judged: Judged) -> tuple[np.ndarray, float]:
    """Return the weights of the features and the bias; unseen intents count as a tenth."""
    weight = np.ones(len(judged.right))
    known, unseen = int((~judged.unknown).sum()), int(judged.unknown.sum())
    weight[judged.unknown] = 0.1 * known / max(unseen, 1)
    model = LogisticRegression(C=100.0, max_iter=1000)
    model.fit(judged.features, judged.right, sample_weight=weight)
    return model.coef_[0], float(model.intercept_[0])


def main() -> None:
    """Print the weights and a table of thresholds."""
    judged = judge(load())
    weights, bias = fit(judged)
    trust = 1 / (1 + np.exp(-(judged.features @ weights + bias)))
    console = Console()
    names = ("top_weight", "margin_weight", "nearest_weight")
    for name, value in zip(("bias", *names), (bias, *weights), strict=True):
        console.print(f"    {name}: {value:.3f}")
    wrong = ~judged.right & ~judged.unknown
    table = Table("threshold", "right refused", "wrong refused", "unseen refused")
    for threshold in THRESHOLDS:
        refused = trust < threshold
        shares = (refused[group].mean() for group in (judged.right, wrong, judged.unknown))
        table.add_row(f"{threshold:.2f}", *(f"{share:.1%}" for share in shares))
    console.print(table)


def _held_apart(examples: Examples) -> Iterator[tuple[Examples, Examples, bool]]:
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=1)
    for learnt, asked in splitter.split(examples.vectors, examples.intents):
        yield examples.take(learnt), examples.take(asked), False


def _intents_unseen(examples: Examples) -> Iterator[tuple[Examples, Examples, bool]]:
    intents = sorted(set(examples.intents))
    random.Random(1).shuffle(intents)  # noqa: S311 - a split, not a secret
    for group in range(UNKNOWN_GROUPS):
        unseen = set(intents[group::UNKNOWN_GROUPS])
        rows = range(len(examples.intents))
        yield (
            examples.take([row for row in rows if examples.intents[row] not in unseen]),
            examples.take([row for row in rows if examples.intents[row] in unseen]),
            True,
        )


def _predictions(
    learnt: Examples, asked: Examples
) -> Iterator[tuple[tuple[float, float, float], str, str]]:
    from bot.components import intent_model
    from bot.components.fallback import features

    model = intent_model.train(learnt.folded, learnt.vectors, learnt.intents)
    for folded, vector, truth in zip(asked.folded, asked.vectors, asked.intents, strict=True):
        found = model.predict(folded, vector, 2)
        top, second = found.chances[:2]
        yield features(top, second, found.nearest), found.names[0], truth


if __name__ == "__main__":
    main()
