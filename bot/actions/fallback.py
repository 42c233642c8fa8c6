"""Offer what the person may have meant, when the assistant is not sure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from bot.actions import services
from bot.actions.base import BotAction
from bot.actions.state import IDENTITY, Waiting
from bot.actions.turn import Turn
from bot.replies import Choice, choice, reply

OFFERED = 3

_LETTER = re.compile(r"[^\W_]")
_RANK_OFFSET = 3
_OFFER_PERSON_FROM = 1


class FallbackAction(BotAction):
    """Ask instead of guessing; a second doubt in a row also offers a person."""

    action = "action_fallback"

    async def answer(self, turn: Turn) -> None:
        """Offer the nearest topics."""
        if not _LETTER.search(turn.text):
            turn.tell("sin_palabras", "menu")
            return
        doubts = int(turn.slot("dudas") or 0)
        turn.remember(dudas=doubts + 1)
        if turn.slot("esperando") not in IDENTITY:
            turn.remember(esperando=Waiting.OPTION)
        options = [_option(turn, name) for name in nearest(turn)]
        key = "no_seguro" if options else "no_seguro_sin_opciones"
        person = ["persona"] if doubts >= _OFFER_PERSON_FROM else []
        choices = turn.choices(*options, *person, "menu")
        turn.say(reply(turn.sentence(key, count=doubts), choices=choices))


def nearest(turn: Turn) -> list[str]:
    """Return the likeliest topics by classifier and by words, merged by rank."""
    hits = services.search().nearest(turn.text, OFFERED)
    offered = [name for name in turn.ranking if _can_offer(turn, name)]
    return _merged([offered[: OFFERED + 1], [hit.tramite.id for hit in hits]])


def _merged(rankings: Iterable[list[str]]) -> list[str]:
    points: defaultdict[str, float] = defaultdict(float)
    for ranking in rankings:
        for rank, name in enumerate(ranking):
            points[name] += 1 / (_RANK_OFFSET + rank)
    return sorted(points, key=lambda name: -points[name])[:OFFERED]


def _can_offer(turn: Turn, name: str) -> bool:
    return name in turn.library or name in turn.messages.titles


def _option(turn: Turn, name: str) -> Choice:
    if name in turn.library:
        return turn.topic(name)
    return choice(turn.messages.titles[name], name)
