"""Answer from a person's own account, or say why identity comes first."""

from __future__ import annotations

from bot.actions import asked, identidad, personal, seguimiento
from bot.actions.base import BotAction
from bot.actions.turn import Turn

CHOSEN = "mi_dato"
"""The intent of the buttons that ask for a personal answer by its name."""


class AccountAction(BotAction):
    """Tell debt, payment, movements, savings, points or whatever else is the person's own."""

    action = "action_cuenta"

    async def answer(self, turn: Turn) -> None:
        """Answer the personal question of the trámite the intent names, or the one chosen."""
        if turn.intent == CHOSEN:
            await _chosen(turn)
            return
        tramite = turn.library.get(turn.intent)
        question = turn.slot("pregunta")
        turn.remember(tramite=tramite.id, pregunta=None)
        if question is not None and not turn.chosen:
            seguimiento.tell(turn, tramite, question)
            return
        assert tramite.account is not None
        name = personal.at_once(turn, tramite) or tramite.account
        await asked.tell(turn, personal.wish(turn, name), tramite.button)


async def _chosen(turn: Turn) -> None:
    name, tramite = turn.entity("dato"), turn.tramite()
    if name not in personal.KNOWN:
        turn.tell("que_quieres_ver", *identidad.MINE)
        return
    turn.remember(pregunta=None, **({"tramite": tramite.id} if tramite else {}))
    title = tramite.button if tramite else turn.messages.buttons[f"dato_{name}"].title
    await asked.tell(turn, personal.wish(turn, name), title)
