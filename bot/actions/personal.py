"""Say a personal answer, sealed, whether it was just asked for or waited for identity."""

from __future__ import annotations

from typing import Any

from accounts.errors import NoCredit, NoPaymentDue
from bot.actions import details
from bot.actions.answer import MONTHLY, Lacking, Wish
from bot.actions.answers import ANSWERS
from bot.actions.decision import words
from bot.actions.person import Person
from bot.actions.state import Waiting
from bot.actions.turn import Turn
from bot.components.entities import NO_SUCH_DATE
from kb.model import Tramite

_HEARD = ("monto", "mes", "bimestre", "fecha", "anio", NO_SUCH_DATE, "via", "cada")
"""The entities that say more about what is wanted."""


def wish(turn: Turn, name: str) -> dict[str, Any]:
    """Return the wish for an answer, with what the message says about it."""
    said = {kind: turn.entity(kind) for kind in _HEARD}
    amounts = list(dict.fromkeys(turn.entities("monto")))
    if len(amounts) > 1:
        said |= {"monto": None, "montos": amounts}
    if not turn.chosen and _says(turn, turn.messages.heard.monthly):
        said["cada"] = MONTHLY
    return {"dato": name, **{kind: value for kind, value in said.items() if value is not None}}


def at_once(turn: Turn, tramite: Tramite) -> str | None:
    """Return the personal answer of a topic that a typed message plainly asks for."""
    if turn.chosen:
        return None
    for name, cue in tramite.mine_if.items():
        carried = cue.entity is not None and turn.entity(cue.entity) is not None
        if carried or _says(turn, cue.words):
            return name
    return None


def _says(turn: Turn, phrases: tuple[str, ...]) -> bool:
    typed = f" {' '.join(words(turn.text))} "
    return any(f" {' '.join(words(phrase))} " in typed for phrase in phrases)


async def tell(turn: Turn, person: Person, wanted: Wish, greeting: str = "") -> None:
    """Say a personal answer; raises NotVerified without a session."""
    try:
        answer = await ANSWERS[wanted["dato"]](turn, person, wanted)
    except NoCredit:
        await _none(turn, person, "sin_credito", greeting)
        return
    except NoPaymentDue:
        await _none(turn, person, "sin_pagos", greeting)
        return
    except Lacking as lacking:
        if greeting:
            await person.say(greeting)
        _ask(turn, wanted, lacking)
        return
    _settle(turn)
    text = f"{greeting}\n{answer.text}" if greeting else answer.text
    await person.say(text, answer.card, turn.choices(*answer.buttons, "cerrar_sesion"))


def _ask(turn: Turn, wanted: Wish, lacking: Lacking) -> None:
    """Ask for what a wish lacks, which waits from now on."""
    waiting = {**wanted, "falta": lacking.detail}
    turn.remember(pendiente=[waiting], esperando=Waiting.DETAIL, regresos=None)
    turn.say(details.question(turn, waiting, lacking.problem))


async def _none(turn: Turn, person: Person, key: str, greeting: str) -> None:
    _settle(turn)
    text = turn.sentence(key)
    text = f"{greeting}\n{text}" if greeting else text
    await person.say(text, choices=turn.choices("mis_puntos", "mi_ahorro", "infonatel"))


def _settle(turn: Turn) -> None:
    turn.remember(pendiente=None, esperando=None, regresos=None)
