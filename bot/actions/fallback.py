"""Offer what the person may have meant, when the assistant is not sure."""

from __future__ import annotations

import re

from bot.actions import tareas
from bot.actions.base import BotAction
from bot.actions.state import IDENTITY, Waiting
from bot.actions.turn import Turn
from bot.replies import Choice, choice, reply
from kb.search import merged

OFFERED = 3

_LETTER = re.compile(r"[^\W_]")
_OFFER_PERSON_FROM = 1
_PAIR_SHARE, _PAIR_BALANCE = 0.5, 0.4


class FallbackAction(BotAction):
    """Ask instead of guessing; a second doubt in a row also offers a person."""

    action = "action_fallback"

    async def answer(self, turn: Turn) -> None:
        """Offer both of two close topics, else the nearest ones."""
        if tareas.not_understood(turn):
            return
        if not _LETTER.search(turn.text):
            turn.tell("sin_palabras", "menu")
            return
        doubts = int(turn.slot("dudas") or 0)
        turn.remember(dudas=doubts + 1)
        if turn.slot("esperando") not in IDENTITY:
            turn.remember(esperando=Waiting.OPTION)
        pair = [] if doubts else close_pair(turn)
        options = [_option(turn, name) for name in pair or nearest(turn)]
        key = "dos_opciones" if pair else "no_seguro" if options else "no_seguro_sin_opciones"
        person = ["persona"] if doubts >= _OFFER_PERSON_FROM else []
        choices = turn.choices(*options, *person, "menu")
        turn.say(reply(turn.sentence(key, count=doubts), choices=choices))


def close_pair(turn: Turn) -> list[str]:
    """Return the two likeliest topics when it must be one of them; else none."""
    likeliest = turn.confidences[:2]
    if len(likeliest) < 2 or not all(_can_offer(turn, name) for name, _ in likeliest):
        return []
    (first, high), (second, low) = likeliest
    close = high + low >= _PAIR_SHARE and low >= _PAIR_BALANCE * high
    return [first, second] if close else []


def nearest(turn: Turn) -> list[str]:
    """Return the likeliest topics by classifier and by search, merged by rank."""
    offered = [name for name, _ in turn.confidences if _can_offer(turn, name)]
    return merged([offered[: OFFERED + 1], turn.neighbours])[:OFFERED]


def _can_offer(turn: Turn, name: str) -> bool:
    return name in turn.library or name in turn.messages.titles


def _option(turn: Turn, name: str) -> Choice:
    if name in turn.library:
        return turn.topic(name)
    return choice(turn.messages.titles[name], name)
