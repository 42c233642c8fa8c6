"""Greet, show the menu, and say what the assistant is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.actions import lugares
from bot.actions.base import BotAction
from bot.actions.state import forget_open, offer_greeted
from bot.actions.turn import Turn
from bot.replies import choice, reply
from kb.model import Tramite


class SmallTalkAction(BotAction):
    """Answer greetings, thanks, insults and what can be asked."""

    action = "action_charla"

    async def answer(self, turn: Turn) -> None:
        """Say what the intent asks for."""
        _SAYINGS[turn.intent](turn)


def _opened(turn: Turn) -> None:
    forget_open(turn)
    left = lugares.latest(turn)
    if left is None:
        offer_greeted(turn, "saludo")
        return
    turn.tell("saludo")
    lugares.offer(turn, left)


def _menu(turn: Turn) -> None:
    area = turn.messages.menu.get(str(turn.entity("tema")))
    tramite = turn.tramite(current=False)
    if area is not None:
        topics = [turn.topic(name) for name in area.tramites]
        text = turn.sentence("area", area=area.title.lower())
        turn.say(reply(text, choices=[*topics, turn.button("menu")]))
    elif tramite is not None and tramite.related:
        _related(turn, tramite)
    else:
        areas = turn.messages.menu.items()
        choices = [choice(area.title, "ayuda", tema=name) for name, area in areas]
        turn.say(reply(turn.sentence("ayuda"), choices=choices))


def _related(turn: Turn, tramite: Tramite) -> None:
    topics = [turn.topic(name) for name in tramite.related if name in turn.library]
    turn.say(reply(turn.sentence("relacionados"), choices=[*topics, turn.button("menu")]))


def _saying(key: str, *buttons: str) -> Callable[[Turn], None]:
    return lambda turn: turn.tell(key, *buttons)


_SAYINGS: Mapping[str, Callable[[Turn], None]] = {
    "inicio": _opened,
    "saludo": lambda turn: offer_greeted(turn, "saludo"),
    "ayuda": _menu,
    "eres_bot": _saying("eres_bot", "menu", "persona"),
    "gracias": _saying("gracias", "menu"),
    "despedida": _saying("despedida"),
    "insulto": _saying("insulto", "menu", "persona"),
}
