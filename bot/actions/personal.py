"""Say a personal answer, sealed, whether it was just asked for or waited for identity."""

from __future__ import annotations

from typing import Any

from accounts.errors import NoCredit, NoPaymentDue
from bot.actions.answers import ANSWERS, Wish
from bot.actions.documentos import DOCUMENTS
from bot.actions.person import Person
from bot.actions.turn import Turn

KNOWN = {**ANSWERS, **DOCUMENTS}
"""What can be told of an account, by name."""

_HEARD = ("monto", "mes", "bimestre", "fecha", "periodo")
"""The entities that say more about what is wanted."""


def wish(turn: Turn, name: str) -> dict[str, Any]:
    """Return the wish for an answer, with what the message says about it."""
    heard = {entity: turn.entity(entity) for entity in _HEARD}
    return {"dato": name, **{entity: value for entity, value in heard.items() if value is not None}}


async def tell(turn: Turn, person: Person, wanted: Wish, greeting: str = "") -> None:
    """Say a personal answer; raises NotVerified without a session."""
    try:
        answer = await KNOWN[wanted["dato"]](turn, person, wanted)
    except NoCredit:
        await _none(turn, person, "sin_credito", greeting)
        return
    except NoPaymentDue:
        await _none(turn, person, "sin_pagos", greeting)
        return
    _settle(turn)
    text = f"{greeting}\n{answer.text}" if greeting else answer.text
    choices = turn.choices(*answer.buttons, "cerrar_sesion")
    await person.say(text, answer.card, choices, answer.document)


async def _none(turn: Turn, person: Person, key: str, greeting: str) -> None:
    _settle(turn)
    text = turn.sentence(key)
    text = f"{greeting}\n{text}" if greeting else text
    await person.say(text, choices=turn.choices("mis_puntos", "mi_ahorro", "infonatel"))


def _settle(turn: Turn) -> None:
    turn.remember(pendiente=None, esperando=None, regresos=None)
