"""Tell whether a message holds several questions, and which.

The last component of the pipeline: it takes the pieces that ``clauses`` put behind a message
away again. When two of them, side by side, show two questions, the message carries them as
``questions``; otherwise it stays one. What counts as evidence is weighed in config.yml.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any, NamedTuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.classifier import NEAREST
from bot.components.clauses import CLAUSE, SPAN, Clause, adds, asks, with_pieces
from bot.components.fallback import TRUST, CalibratedFallback

QUESTIONS = "questions"
MAX_QUESTIONS = 3
_END = re.compile(r"[?!.;\n]")
_LEAST = 0.05
_CLEAR = 0.5
_FLOOR = 1e-3
_LOOKED_AT = 5
_LISTED = 3
_LEADING = 2


@dataclass(frozen=True)
class Piece:
    """Hold one run of clauses, from ``first`` to before ``past``, and what it may mean.

    ``clause`` says where it lies in the message; ``trust`` and ``nearest`` are those of the
    likeliest intent. The whole message is a piece too.
    """

    first: int
    past: int
    clause: Clause
    chances: Mapping[str, float]
    trust: float
    nearest: float


class Evidence(NamedTuple):
    """Hold what speaks for two questions, or against them; config.yml weighs each by its name.

    Chances are logarithms; of what is true or not, 1 is true.
    """

    weaker: float
    stronger: float
    shown: float
    both_shown: float
    both_ask: float
    one_asks: float
    follow_up: float
    apart: float
    listed: float
    leading: float
    holds_top: float
    adds: float
    stops: float
    length: float
    shorter: float
    near: float
    trusted: float
    whole_near: float
    whole_trusted: float
    begins: float
    ends: float


@dataclass(frozen=True)
class Found:
    """Hold a question of a message: its intent, the piece that asks it, how sure it is."""

    intent: str
    piece: Piece
    trust: float


@dataclass(frozen=True)
class Rule:
    """Say how evidence is weighed.

    ``asides`` are said beside a question but are none; ``alone`` is answered whatever else
    is asked; ``follow_ups`` have no topic of their own, so the whole message need not show them.
    """

    threshold: float = 0.5
    bias: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)
    asides: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    follow_ups: frozenset[str] = frozenset()


def choose(whole: Piece, pieces: Sequence[Piece], rule: Rule) -> list[Found]:
    """Return the questions of a message in order; none when the whole of it is one question."""
    if _top(whole.chances) in rule.alone:
        return []
    first_of_all = _alone(pieces, rule)
    if first_of_all is not None:
        return [first_of_all]
    sure = [
        (trust, pair)
        for pair in pairs(whole.chances, pieces, rule)
        if (trust := weighed(evidence(whole, *pair, rule), rule)) >= rule.threshold
    ]
    sure.sort(key=lambda scored: -scored[0])
    chosen: dict[str, Found] = {}
    for trust, ((first, one), (second, other)) in sure:
        found = Found(first, one, trust), Found(second, other, trust)
        if not chosen:
            chosen = {first: found[0], second: found[1]}
        elif len(chosen) < MAX_QUESTIONS and trust >= _CLEAR:
            new = [further for further in found if further.intent not in chosen]
            # A third question is asked where no other one is.
            if len(new) == 1 and not any(_overlap(new[0], known) for known in chosen.values()):
                chosen[new[0].intent] = new[0]
    return sorted(chosen.values(), key=lambda found: (found.piece.first, found.piece.past))


def _overlap(one: Found, other: Found) -> bool:
    return one.piece.first < other.piece.past and other.piece.first < one.piece.past


def _alone(pieces: Sequence[Piece], rule: Rule) -> Found | None:
    found = (
        Found(_top(piece.chances), piece, max(piece.chances.values(), default=0.0))
        for piece in pieces
    )
    grave = [one for one in found if one.intent in rule.alone and one.trust >= _CLEAR]
    return max(grave, key=lambda one: one.trust, default=None)


Asked = tuple[str, Piece]


def pairs(
    whole: Mapping[str, float], pieces: Sequence[Piece], rule: Rule
) -> Iterator[tuple[Asked, Asked]]:
    """Yield the two intents a message may ask for, each with the piece that shows it best."""
    likely = [*list(whole)[:_LOOKED_AT], *(_top(piece.chances) for piece in pieces)]
    intents = [name for name in dict.fromkeys(likely) if name and name not in rule.asides]
    apart = [(one, two) for one in pieces for two in pieces if one.past <= two.first]
    for first, second in permutations(intents, 2):
        clear, one, two = max(
            ((_clear(one, first, two, second), one, two) for one, two in apart),
            # As clear in fewer clauses: what stands beside may be a question of its own.
            key=lambda option: (round(option[0], 2), -_clauses(option[1], option[2])),
            default=(0.0, None, None),
        )
        if one is not None and two is not None and clear >= _LEAST:
            yield (first, one), (second, two)


def evidence(whole: Piece, first: Asked, second: Asked, rule: Rule) -> Evidence:
    """Return what speaks for asking these two questions in this order."""
    (one, left), (two, right) = first, second
    chances = sorted((left.chances.get(one, 0.0), right.chances.get(two, 0.0)))
    topics = [name for name in (one, two) if name not in rule.follow_ups]
    asking = [asks(left.clause.text), asks(right.clause.text)]
    between = whole.clause.text[left.clause.end : right.clause.start]
    order = list(whole.chances)
    shown = [whole.chances.get(name, 0.0) for name in (one, two)]
    apart = min(
        _log(left.chances.get(one, 0.0)) - _log(left.chances.get(two, 0.0)),
        _log(right.chances.get(two, 0.0)) - _log(right.chances.get(one, 0.0)),
    )
    return Evidence(
        weaker=_log(chances[0]),
        stronger=_log(chances[1]),
        shown=_log(min((whole.chances.get(name, 0.0) for name in topics), default=1.0)),
        both_shown=_log(shown[0]) + _log(shown[1]),
        both_ask=float(all(asking)),
        one_asks=float(any(asking)),
        follow_up=float(len(topics) < 2),
        apart=apart,
        listed=float(all(name in order[:_LISTED] for name in topics)),
        leading=float(all(name in order[:_LEADING] for name in topics)),
        holds_top=float(bool(order) and order[0] in (one, two)),
        adds=float(adds(between, right.clause.text)),
        stops=float(_END.search(between) is not None),
        length=math.log(_words(whole)),
        shorter=float(min(_words(left), _words(right))),
        near=min(left.nearest, right.nearest),
        trusted=min(left.trust, right.trust),
        whole_near=whole.nearest,
        whole_trusted=whole.trust,
        begins=float(left.first == whole.first),
        ends=float(right.past == whole.past),
    )


def weighed(found: Evidence, rule: Rule) -> float:
    """Return how likely it is, from 0 to 1, that both questions are asked."""
    total = rule.bias + sum(
        rule.weights.get(name, 0.0) * value for name, value in found._asdict().items()
    )
    return 1 / (1 + math.exp(-total))


def _clauses(left: Piece, right: Piece) -> int:
    return left.past - left.first + right.past - right.first


def _words(piece: Piece) -> int:
    return len(piece.clause.text.split()) or 1


def _clear(left: Piece, one: str, right: Piece, two: str) -> float:
    return min(left.chances.get(one, 0.0), right.chances.get(two, 0.0))


def _top(chances: Mapping[str, float]) -> str:
    return next(iter(chances), "")


def _log(chance: float) -> float:
    return math.log(chance + _FLOOR)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SeveralQuestions(IntentClassifier, GraphComponent):
    """Set ``questions`` on a message that holds more than one, and drop its pieces."""

    def __init__(self, rule: Rule) -> None:
        """Create the component from its rule."""
        self._rule = rule

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what judges the message and its pieces."""
        return [CalibratedFallback]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return a rule that never finds a second question."""
        return {"threshold": 1.1, "bias": 0.0, "asides": [], "alone": [], "follow_ups": []} | (
            dict.fromkeys(Evidence._fields, 0.0)
        )

    @staticmethod
    def required_packages() -> list[str]:
        """Return nothing: all it needs is installed with the project."""
        return []

    @classmethod
    def create(
        cls,
        config: Mapping[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SeveralQuestions:
        """Create the component from its configuration."""
        return cls(rule_of(config))

    def process(self, messages: list[Message]) -> list[Message]:
        """Return the whole messages only."""
        wholes: list[Message] = []
        for whole, *runs in with_pieces(messages):
            wholes.append(whole)
            if runs:
                self._look(whole, runs)
        return wholes

    def _look(self, whole: Message, runs: list[Message]) -> None:
        by_span = {run.get(SPAN): run for run in runs}
        understood = [_piece(run) for run in runs]
        chosen = choose(_whole(whole, understood), understood, self._rule)
        if chosen:
            asked = [
                _asked(by_span[found.piece.first, found.piece.past], found) for found in chosen
            ]
            whole.set(QUESTIONS, asked, add_to_output=True)


def rule_of(config: Mapping[str, Any]) -> Rule:
    """Return the rule that a configuration describes."""
    return Rule(
        float(config["threshold"]),
        float(config["bias"]),
        {name: float(config[name]) for name in Evidence._fields},
        frozenset(config["asides"]),
        frozenset(config["alone"]),
        frozenset(config["follow_ups"]),
    )


def _piece(run: Message) -> Piece:
    first, past = run.get(SPAN)
    return _read(run, first, past, run.get(CLAUSE))


def _whole(message: Message, pieces: Sequence[Piece]) -> Piece:
    text = message.get(TEXT)
    past = max(piece.past for piece in pieces)
    return _read(message, 0, past, Clause(text, 0, len(text)))


def _read(message: Message, first: int, past: int, clause: Clause) -> Piece:
    trust, nearest = message.get(TRUST) or 0.0, message.get(NEAREST) or 0.0
    return Piece(first, past, clause, _chances(message), trust, nearest)


def _chances(message: Message) -> dict[str, float]:
    ranking = message.get(INTENT_RANKING_KEY) or []
    return {
        entry["name"]: entry["confidence"] for entry in ranking if entry["name"] != "nlu_fallback"
    }


def _asked(message: Message, found: Found) -> dict[str, Any]:
    return {
        TEXT: message.get(TEXT),
        INTENT: {"name": found.intent, "confidence": found.trust},
        INTENT_RANKING_KEY: message.get(INTENT_RANKING_KEY) or [],
        ENTITIES: message.get(ENTITIES) or [],
    }
