"""The action that moves through a guide: every move is a function of ``guia`` or ``asking``."""

from __future__ import annotations

from bot.actions import asking, guia
from bot.actions.base import BotAction
from bot.actions.state import IDENTITY, open_decision
from bot.actions.turn import Turn


class GuideAction(BotAction):
    """Begin, decide, advance, go back, repeat, help and leave."""

    action = "action_guia"
    digresses = False

    async def answer(self, turn: Turn) -> None:
        """Do what the intent asks of the guide."""
        turn.remember(regresos=None)
        if turn.slot("esperando") not in IDENTITY:
            turn.remember(esperando=None)
        moves = guia.MOVES if open_decision(turn) is None else {**guia.MOVES, **asking.MOVES}
        moves[turn.intent](turn)
