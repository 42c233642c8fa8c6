"""Answer from a person's own account, or say why identity comes first."""

from __future__ import annotations

from accounts.errors import NotVerified
from bot.actions import identidad, personal, seguimiento
from bot.actions.answering import Wish
from bot.actions.base import BotAction
from bot.actions.person import Person
from bot.actions.state import Waiting, ask_again, ask_code, ask_nss
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
        await tell(turn, personal.wish(turn, tramite.account), tramite.button)


async def tell(turn: Turn, wanted: Wish, title: str) -> None:
    """Say a personal answer; without identity, ask for it and answer after it."""
    try:
        await personal.tell(turn, Person(turn), wanted)
    except NotVerified:
        await _identify_first(turn, wanted, title)


async def _chosen(turn: Turn) -> None:
    name, tramite = turn.entity("dato"), turn.tramite()
    if name not in personal.KNOWN:
        turn.tell("que_quieres_ver", *identidad.MINE)
        return
    turn.remember(pregunta=None, **({"tramite": tramite.id} if tramite else {}))
    title = tramite.button if tramite else turn.messages.buttons[f"dato_{name}"].title
    await tell(turn, personal.wish(turn, name), title)


async def _identify_first(turn: Turn, wanted: Wish, title: str) -> None:
    if turn.follows_another and turn.slot("pendiente"):
        also = [one for one in turn.slot("pendiente") if one != wanted]
        turn.remember(pendiente=[*also, wanted])
        ask_again(turn, turn.sentence("tambien_pendiente", titulo=title))
        return
    turn.remember(pendiente=[wanted], regresos=None)
    nss = turn.entity("nss")
    if nss is not None:
        await identidad.send_code(turn, nss)
    elif turn.slot("esperando") == Waiting.CODE:
        ask_code(turn, turn.sentence("pide_codigo_de_nuevo"))
    else:
        ask_nss(turn, turn.sentence("pide_nss"), turn.tramite())
