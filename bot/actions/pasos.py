"""The action that moves through a guide: every move is a function of ``guia`` or ``asking``."""

from __future__ import annotations

from bot.actions import asking, guia, identidad
from bot.actions.base import BotAction
from bot.actions.state import IDENTITY, open_decision, open_guide
from bot.actions.turn import Turn

_LEAVE = "guia_salir"


class GuideAction(BotAction):
    """Begin, decide, advance, go back, repeat, help and leave."""

    action = "action_guia"
    digresses = False

    async def answer(self, turn: Turn) -> None:
        """Do what the intent asks of the guide."""
        turn.remember(regresos=None)
        if turn.intent == _LEAVE and _nothing_open(turn) and turn.slot("conocido"):
            # With no guide to leave, «salir» leaves one's account.
            await identidad.sign_out(turn)
            return
        if turn.slot("esperando") not in IDENTITY:
            turn.remember(esperando=None)
        moves = guia.MOVES if open_decision(turn) is None else {**guia.MOVES, **asking.MOVES}
        moves[turn.intent](turn)


def _nothing_open(turn: Turn) -> bool:
    return open_guide(turn) is None and open_decision(turn) is None
