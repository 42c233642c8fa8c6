"""Answer a wish, or ask first for what is missing: who the person is, or one more detail."""

from __future__ import annotations

from accounts.errors import NotVerified
from bot.actions import details, personal
from bot.actions.answering import Wish
from bot.actions.codes import send_code
from bot.actions.person import Person
from bot.actions.state import Waiting, ask_again, ask_code, ask_nss
from bot.actions.turn import Turn


async def tell(turn: Turn, wanted: Wish, title: str) -> None:
    """Say a personal answer; without identity, ask for it and answer after it."""
    try:
        await personal.tell(turn, Person(turn), wanted)
    except NotVerified:
        await _identify_first(turn, wanted, title)


async def take_detail(turn: Turn) -> bool:
    """Answer with what a typed message says to the open question; tell whether it was one."""
    if turn.slot("esperando") != Waiting.DETAIL or turn.chosen:
        return False
    wanted: Wish = turn.slot("pendiente")[-1]
    found = details.read(turn, wanted)
    if found is None:
        return False
    if found.said is None:
        turn.say(details.question(turn, wanted, found.problem))
        return True
    known = details.completed(wanted, found.said)
    turn.remember(pendiente=None, esperando=None)
    await tell(turn, known, turn.messages.buttons[f"dato_{known['dato']}"].title)
    return True


async def _identify_first(turn: Turn, wanted: Wish, title: str) -> None:
    if turn.follows_another and turn.slot("pendiente"):
        also = [one for one in turn.slot("pendiente") if one != wanted]
        turn.remember(pendiente=[*also, wanted])
        ask_again(turn, turn.sentence("tambien_pendiente", titulo=title))
        return
    turn.remember(pendiente=[wanted], regresos=None)
    nss = turn.entity("nss")
    if nss is not None:
        await send_code(turn, nss)
    elif turn.slot("esperando") == Waiting.CODE:
        ask_code(turn, turn.sentence("pide_codigo_de_nuevo"))
    else:
        ask_nss(turn, turn.sentence("pide_nss"), turn.tramite())
