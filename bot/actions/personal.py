"""Say a personal answer, sealed, whether it was just asked for or waited for identity."""

from __future__ import annotations

import re
from typing import Any

from accounts.errors import NoCredit, NoPaymentDue
from bot.actions import details, spans
from bot.actions.answering import MONTHLY, Lacking, Wish
from bot.actions.answers import ANSWERS
from bot.actions.decision import words
from bot.actions.documentos import DOCUMENTS
from bot.actions.person import Person
from bot.actions.state import Waiting
from bot.actions.turn import Turn
from bot.components.entities import NO_SUCH_DATE
from kb.model import Tramite

KNOWN = {**ANSWERS, **DOCUMENTS}
"""What can be told of an account, by name."""

_HEARD = ("monto", "mes", "bimestre", "fecha", "anio", NO_SUCH_DATE, "via", "cada", "periodo")
"""The entities that say more about what is wanted."""
_FOLIO = re.compile(r"\b(COR|ACL|CON|CIT)[ -]{0,2}([0-9A-Z]{4})[ -]{0,2}([0-9A-Z]{4})\b")
_CONTRIBUTED = re.compile(r"aporta|bimestre|dep[oó]sit", re.IGNORECASE)


def wish(turn: Turn, name: str) -> dict[str, Any]:
    """Return the wish for an answer, with what the message says about it."""
    said = {kind: turn.entity(kind) for kind in _HEARD}
    amounts = list(dict.fromkeys(turn.entities("monto")))
    if len(amounts) > 1:
        said |= {"monto": None, "montos": amounts}
    if not turn.chosen and _says(turn, turn.messages.heard.monthly):
        said["cada"] = MONTHLY
    span = spans.read(turn, turn.now.date())
    said["dias"] = span.to_wish() if span else None
    said["folio"] = _folio(turn.text.upper())
    said["solo"] = "aportaciones" if _CONTRIBUTED.search(turn.text) else None
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
    except Lacking as lacking:
        if greeting:
            await person.say(greeting)
        _ask(turn, wanted, lacking)
        return
    _settle(turn)
    text = f"{greeting}\n{answer.text}" if greeting else answer.text
    choices = turn.choices(*answer.buttons, "cerrar_sesion")
    await person.say(text, answer.card, choices, answer.document)


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
