"""Say a personal answer, sealed, whether it was just asked for or waited for identity."""

from __future__ import annotations

import re
from typing import Any

from accounts.errors import NoCredit, NoPaymentDue
from bot.actions import periods
from bot.actions.answering import Wish
from bot.actions.answers import ANSWERS
from bot.actions.documentos import DOCUMENTS
from bot.actions.person import Person
from bot.actions.turn import Turn

KNOWN = {**ANSWERS, **DOCUMENTS}
"""What can be told of an account, by name."""

_HEARD = ("monto", "mes", "bimestre", "fecha", "periodo")
"""The entities that say more about what is wanted."""
_FOLIO = re.compile(r"\b(COR|ACL|CON|CIT)[ -]{0,2}([0-9A-Z]{4})[ -]{0,2}([0-9A-Z]{4})\b")
_CONTRIBUTED = re.compile(r"aporta|bimestre|dep[oó]sit", re.IGNORECASE)


def wish(turn: Turn, name: str) -> dict[str, Any]:
    """Return the wish for an answer, with what the message says about it."""
    heard = {entity: turn.entity(entity) for entity in _HEARD}
    period = periods.read(turn, turn.now.date())
    heard["dias"] = period.to_wish() if period else None
    heard["folio"] = _folio(turn.text.upper())
    heard["solo"] = "aportaciones" if _CONTRIBUTED.search(turn.text) else None
    return {"dato": name, **{entity: value for entity, value in heard.items() if value is not None}}


def _folio(text: str) -> str | None:
    found = _FOLIO.search(text)
    # «Con todo esto» has the letters of one, but neither a dash nor a digit.
    if found is None or not ("-" in found[0] or any(sign.isdigit() for sign in found[0])):
        return None
    return "-".join(found.groups())


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
