"""Answer from a person's own account, or say why identity comes first."""

from __future__ import annotations

from accounts.errors import NotVerified
from bot.actions import identidad, personal, seguimiento
from bot.actions.base import BotAction
from bot.actions.person import Person
from bot.actions.state import Waiting, ask_again, ask_code, ask_nss
from bot.actions.turn import Turn
from kb.model import Tramite


class AccountAction(BotAction):
    """Tell debt, payment, movements, savings, points or data of the credit."""

    action = "action_cuenta"

    async def answer(self, turn: Turn) -> None:
        """Answer the personal question of the trámite the intent names."""
        tramite = turn.library.get(turn.intent)
        question = turn.slot("pregunta")
        turn.remember(tramite=tramite.id, pregunta=None)
        if question is not None and not turn.chosen:
            seguimiento.tell(turn, tramite, question)
            return
        try:
            await personal.tell(turn, Person(turn), tramite)
        except NotVerified:
            await _identify_first(turn, tramite)


async def _identify_first(turn: Turn, tramite: Tramite) -> None:
    if turn.follows_another and turn.slot("pendiente"):
        also = [name for name in turn.slot("pendiente") if name != tramite.id]
        turn.remember(pendiente=[*also, tramite.id])
        ask_again(turn, turn.sentence("tambien_pendiente", titulo=tramite.button))
        return
    turn.remember(pendiente=[tramite.id], regresos=None)
    nss = turn.entity("nss")
    if nss is not None:
        await identidad.send_code(turn, nss)
    elif turn.slot("esperando") == Waiting.CODE:
        ask_code(turn, turn.sentence("pide_codigo_de_nuevo"))
    else:
        ask_nss(turn, turn.sentence("pide_nss"), tramite)
