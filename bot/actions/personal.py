"""Say a personal answer, sealed, whether it was just asked for or waited for identity."""

from __future__ import annotations

from accounts.errors import NoCredit, NoPaymentDue
from bot.actions.answers import ANSWERS
from bot.actions.person import Person
from bot.actions.turn import Turn
from kb.model import Tramite


async def tell(turn: Turn, person: Person, tramite: Tramite, greeting: str = "") -> None:
    """Say the personal answer of a trámite; raises NotVerified without a session."""
    assert tramite.account is not None
    try:
        answer = await ANSWERS[tramite.account](turn, person)
    except NoCredit:
        await _none(turn, person, "sin_credito", greeting)
        return
    except NoPaymentDue:
        await _none(turn, person, "sin_pagos", greeting)
        return
    _settle(turn)
    text = f"{greeting}\n{answer.text}" if greeting else answer.text
    await person.say(text, answer.card, turn.choices(*answer.buttons, "cerrar_sesion"))


async def _none(turn: Turn, person: Person, key: str, greeting: str) -> None:
    _settle(turn)
    text = turn.sentence(key)
    text = f"{greeting}\n{text}" if greeting else text
    await person.say(text, choices=turn.choices("mis_puntos", "mi_ahorro", "infonatel"))


def _settle(turn: Turn) -> None:
    turn.remember(pendiente=None, esperando=None, regresos=None)
