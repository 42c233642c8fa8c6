"""Ask a question of a guide, and make out which of its options a typed answer means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rapidfuzz.fuzz import ratio

from bot.actions.turn import Turn
from bot.components.folding import fold
from bot.replies import Reply, choice, reply
from kb.decisions import START
from kb.model import Decision, Option, Tramite

Open = tuple[Tramite, str, Decision]
"""A question that waits for its answer: the guide it belongs to, its id, itself."""

_ALIKE, _AHEAD, _SHORTEST = 87, 4, 5
"""From what likeness on, with what lead, and from what length on a slip is forgiven."""

_BESIDE = 4
"""More words than these beside those of an option say something else."""

_QUESTION = re.compile(r"[¿?]")
_YES_AND_NO = {"afirmar": "si", "negar": "no"}


def question(turn: Turn, asked: Open, key: str | None = None, *extra: str, **values: Any) -> Reply:
    """Return the question with its options; `key` is the sentence that leads to it."""
    tramite, name, decision = asked
    text = decision.question
    if key is not None:
        text = turn.sentence(key, pregunta=text, titulo=tramite.title, **values)
    options = [
        choice(one.label, "guia_decidir", tramite=tramite.id, decision=name, opcion=one.label)
        for one in decision.options
    ]
    known = ["ayudame"] if decision.help is not None and not extra else []
    back = ["anterior"] if turn.slot("decisiones") else []
    # The first one comes with a summary, or with the reason that led here.
    source = [turn.button("fuente", tramite=tramite.id)] if name == START else []
    return reply(text, choices=[*options, *turn.choices(*extra, *known, *back, *source, "salir")])


def is_question(said: Reply) -> bool:
    """Tell whether a bubble asks a question of a guide."""
    return any(one["payload"].startswith("/guia_decidir{") for one in said.get("choices", ()))


def words(text: str) -> list[str]:
    """Return the words of a text as people spell them: without case, accents or signs."""
    return fold(text).split()


def exactly(turn: Turn, decision: Decision) -> Option | None:
    """Return the option whose own words were typed, whatever their case and accents."""
    typed = words(turn.text)
    found = [o for o in decision.options if any(words(said) == typed for said in _said(o))]
    return found[0] if found else None


def unsure(turn: Turn) -> bool:
    """Tell whether the person says they do not know what to answer."""
    return words(turn.text) in [words(said) for said in turn.messages.heard.unsure]


def asks(turn: Turn) -> bool:
    """Tell whether the person asks something instead of answering."""
    typed = " ".join(words(turn.text)) + " "
    asking = (" ".join(words(said)) + " " for said in turn.messages.heard.asking)
    # «como 5 años» tells how many, more or less.
    begins = typed.startswith(tuple(asking)) and not "".join(words(turn.text)[1:2]).isdecimal()
    return bool(_QUESTION.search(turn.text)) or begins


def says(turn: Turn, phrases: Sequence[str]) -> bool:
    """Tell whether a message says one of some phrases, beside words that do not turn it."""
    typed = _heart(turn, turn.text)
    if asks(turn):
        return False
    for heart in (_heart(turn, phrase) for phrase in phrases):
        beside = _beside(typed, heart)
        most = _BESIDE if len(heart) > 1 else 0
        if beside is not None and len(beside) <= most and not _turned(turn, beside):
            return True
    return False


def meant(turn: Turn, decision: Decision) -> Option | None:
    """Return the one option that an answer in other words means; None when it is not clear."""
    if asks(turn):
        return None
    found = (way(turn, decision) for way in _WAYS)
    return next((option for option in found if option is not None), None)


def _said(option: Option) -> Sequence[str]:
    return (option.label, *option.says)


def _heart(turn: Turn, text: str) -> list[str]:
    """Return the folded words of a text without those that change nothing."""
    filler = {word for said in turn.messages.heard.filler for word in words(said)}
    return [word for word in words(text) if word not in filler]


def _turned(turn: Turn, typed: Sequence[str]) -> frozenset[str]:
    negation = {word for said in turn.messages.heard.negation for word in words(said)}
    return frozenset(negation.intersection(typed))


def _hearts(turn: Turn, decision: Decision) -> Iterator[tuple[Option, list[str]]]:
    for option in decision.options:
        for said in _said(option):
            heart = _heart(turn, said)
            if heart:
                yield option, heart


def _by_place(turn: Turn, decision: Decision) -> Option | None:
    typed = _heart(turn, turn.text)
    if len(typed) != 1:
        return None
    heard = turn.messages.heard
    if typed[0] in [word for said in heard.last for word in words(said)]:
        return decision.options[-1]
    for option, ordinals in zip(decision.options, heard.ordinals, strict=False):
        if typed[0] in ordinals:
            return option
    return None


def _nearly(turn: Turn, decision: Decision) -> Option | None:
    typed = _heart(turn, turn.text)
    joined = " ".join(typed)
    best: dict[str, float] = {option.label: 0.0 for option in decision.options}
    for option, heart in _hearts(turn, decision):
        if heart == typed:
            best[option.label] = 100.0
        elif len(joined) >= _SHORTEST and _turned(turn, heart) == _turned(turn, typed):
            best[option.label] = max(best[option.label], ratio(" ".join(heart), joined))
    (first, high), (_, second) = sorted(best.items(), key=lambda found: -found[1])[:2]
    if high < _ALIKE or high - second < _AHEAD:
        return None
    return next(option for option in decision.options if option.label == first)


def _yes_or_no(turn: Turn, decision: Decision) -> Option | None:
    word = _YES_AND_NO.get(turn.intent)
    if word is None:
        return None
    plainly = [o for o in decision.options if [word] in [words(said) for said in _said(o)]]
    begins = [o for o in decision.options if words(o.label)[:1] == [word]]
    found = plainly or begins
    return found[0] if len(found) == 1 else None


def _within(turn: Turn, decision: Decision) -> Option | None:
    typed = _heart(turn, turn.text)
    best: dict[str, int] = {}
    for option, heart in _hearts(turn, decision):
        beside = _beside(typed, heart)
        clear = len(heart) > 1 or len(heart[0]) > _SHORTEST or heart[0].isdecimal()
        if clear and beside is not None and not _turned(turn, beside) and len(beside) <= _BESIDE:
            best[option.label] = max(best.get(option.label, 0), len(heart))
    longest = max(best.values(), default=0)
    found = [label for label, length in best.items() if length == longest]
    if len(found) != 1:
        return None
    return next(option for option in decision.options if option.label == found[0])


def _beside(typed: Sequence[str], heart: Sequence[str]) -> list[str] | None:
    """Return the words around those of an option; None when they are not all there together."""
    for first in range(len(typed) - len(heart) + 1):
        past = first + len(heart)
        if list(typed[first:past]) == list(heart):
            return [*typed[:first], *typed[past:]]
    return None


def _by_topic(turn: Turn, decision: Decision) -> Option | None:
    found = [option for option in decision.options if option.go == turn.intent]
    return found[0] if len(found) == 1 else None


_WAYS: tuple[Callable[[Turn, Decision], Option | None], ...] = (
    _nearly,
    _by_place,
    _yes_or_no,
    _within,
    _by_topic,
)
