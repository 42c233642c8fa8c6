"""Ask for the correction that a file shows, by its button or in words."""

from __future__ import annotations

from accounts.errors import LevelTooLow, NotCorrectable, UnknownEvidence
from bot.actions import decision, lugares
from bot.actions.formats import day
from bot.actions.person import Person
from bot.actions.state import CLOSED, IDENTITY, ask_code, ask_nss, bring_back
from bot.actions.turn import Turn

REQUEST = "archivo_pedir"
"""What may wait for a fresh code in the slot ``pendiente``."""


async def answer(turn: Turn) -> bool:
    """Ask for the correction when it is asked for in words after a file; tell whether it was."""
    known = turn.slot("archivo") is not None and turn.slot("esperando") not in IDENTITY
    if not known or turn.chosen or not decision.says(turn, turn.messages.heard.correction):
        return False
    await request(turn, Person(turn))
    return True


async def request(turn: Turn, person: Person, greeting: str = "") -> None:
    """Ask for the correction and say its folio; without a fresh code, send one and go on."""
    evidence = turn.slot("archivo")
    if evidence is None:
        turn.tell("archivo_invita", "menu")
        return
    try:
        filed = await person.request_correction(str(evidence))
    except LevelTooLow:
        await _fresh_code(turn, person)
    except UnknownEvidence:
        expired(turn)
    except NotCorrectable:
        turn.remember(esperando=None, pendiente=None)
        turn.tell("correccion_sin_motivo", "persona", "menu")
        bring_back(turn)
    else:
        turn.remember(esperando=None, pendiente=None)
        if greeting:
            await person.say(greeting)
        key = "correccion_repetida" if filed.repeated else "correccion_pedida"
        date = day(turn.messages, filed.requested_on)
        # Not sealed: it tells nothing by itself, and the person needs it later.
        turn.tell(key, "menu", folio=filed.folio, fecha=date)
        _end_guide(turn)
        bring_back(turn)


def _end_guide(turn: Turn) -> None:
    """Close the guide to the same correction: what it leads to is done."""
    name = turn.slot("guia")
    if name in turn.messages.file_topics:
        turn.remember(**CLOSED)
        lugares.forget(turn, turn.library.get(name))


async def _fresh_code(turn: Turn, person: Person) -> None:
    turn.remember(pendiente=[REQUEST], regresos=None)
    if await person.verified():
        await person.send_fresh_code()
        ask_code(turn, turn.sentence("correccion_codigo"))
    else:
        ask_nss(turn, turn.sentence("correccion_nss"))


def expired(turn: Turn) -> None:
    """Say that what a file said is no longer kept."""
    turn.remember(archivo=None, pendiente=None)
    turn.tell("archivo_vencido", "menu")
    bring_back(turn)
