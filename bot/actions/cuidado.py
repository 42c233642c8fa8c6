"""Answer what needs care: despair, somebody else's data, a wish for a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.actions.base import BotAction
from bot.actions.state import forget_open
from bot.actions.turn import Turn


class CareAction(BotAction):
    """Answer humanely and truthfully, and never push the person back to a form."""

    action = "action_cuidado"
    digresses = False
    yields = False

    async def answer(self, turn: Turn) -> None:
        """Say what the intent calls for."""
        _CARE[turn.intent](turn)


def _crisis(turn: Turn) -> None:
    forget_open(turn)
    turn.tell("crisis")
    turn.tell("crisis_ayuda", "persona", "problemas_pago")


def _somebody_else(turn: Turn) -> None:
    turn.remember(pendiente=None, esperando=None)
    turn.tell("datos_de_otra_persona", "menu", "persona")


def _person(turn: Turn) -> None:
    turn.tell("persona", "cita", "infonatel", "menu")


_CARE: Mapping[str, Callable[[Turn], None]] = {
    "crisis": _crisis,
    "datos_de_otra_persona": _somebody_else,
    "hablar_con_asesor": _person,
}
