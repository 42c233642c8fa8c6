"""Change the telephone or e-mail on file: a fresh code to the old one, then a code to the new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.errors import BadEmail, BadPhone, ContactCooling, UnknownToken
from bot.actions import tarea
from bot.actions.person import Person
from bot.actions.tarea import Open
from bot.actions.turn import Turn

NAME = "contacto"
CHANGE = "cambiar_contacto"

_VALUE, _CODE = "valor", "codigo_nuevo"
_WRONG_KINDS = ("nss", "numero", "tarjeta", "clabe", "numero_credito")
"""What a telephone with a digit too many or too few is taken for."""


def heard(turn: Turn) -> dict[str, Any]:
    """Return what the message that begins the change already says of it."""
    return {"valor": read_value(turn)}


async def begin(turn: Turn, person: Person, name: str, given: Mapping[str, Any]) -> None:
    """Begin with the contact that is given, or ask for it; LevelTooLow without a fresh code."""
    question = turn.sentence("contacto_pide")
    if given.get("valor") is None:
        tarea.ask(turn, NAME, _VALUE, question, {})
        return
    # What is wrong with it is said before the question, so the question waits from now on.
    tarea.keep(turn, Open(NAME, _VALUE, question, (), {}))
    await _send(turn, person, given["valor"])


def read_value(turn: Turn) -> str | None:
    """Return the token of the telephone or e-mail a message gives."""
    found = turn.entity("telefono") or turn.entity("correo")
    return str(found) if found is not None else None


def read(turn: Turn, task: Open) -> str | None:
    """Return what a message gives to the step that waits; None when it is about something else."""
    if task.step == _CODE:
        if turn.intent == "reenviar_codigo":
            return "otra_vez"
        return _code(turn) if turn.intent == "dar_codigo" else None
    if (value := read_value(turn)) is not None:
        return value
    if any(turn.entity(kind) is not None for kind in _WRONG_KINDS):
        return "mal_telefono"
    if "@" in turn.text:
        return "mal_correo"
    digits = sum(sign.isdigit() for sign in turn.text)
    return "mal_telefono" if digits >= 5 else None


def _code(turn: Turn) -> str | None:
    problem, code = turn.entity("problema"), turn.entity("codigo")
    if problem is not None and f"codigo_{problem}" in turn.messages.sentences:
        return f"problema:{problem}"
    return str(code) if code is not None else "problema:faltan"


async def take(turn: Turn, person: Person, task: Open, value: str) -> None:
    """Go on with the answer to the step that waits."""
    if task.step == _CODE:
        await _confirm(turn, person, task, value)
        return
    if value in _WRONG:
        tarea.again(turn, _WRONG[value])
        return
    await _send(turn, person, value)


_WRONG = {"mal_telefono": "contacto_telefono_mal", "mal_correo": "contacto_correo_mal"}


async def _send(turn: Turn, person: Person, value: str) -> None:
    try:
        started = await person.change_contact(value)
    except BadPhone:
        tarea.again(turn, "contacto_telefono_mal")
    except BadEmail:
        tarea.again(turn, "contacto_correo_mal")
    except UnknownToken:
        tarea.again(turn, "contacto_vencido")
    except ContactCooling:
        tarea.close(turn)
        turn.tell("contacto_reciente", "infonatel", "menu")
    else:
        labels = turn.messages.labels
        question = turn.sentence("contacto_codigo", cual=labels[f"contacto_{started.channel}"])
        tarea.ask(turn, NAME, _CODE, question, {"valor": value}, code=True)


async def _confirm(turn: Turn, person: Person, task: Open, value: str) -> None:
    if value == "otra_vez":
        await _send(turn, person, task.data["valor"])
        return
    if value.startswith("problema:"):
        tarea.again(turn, f"codigo_{value.removeprefix('problema:')}")
        return
    done = await person.confirm_contact(value)
    if done.status == "wrong":
        left = done.tries_left or 0
        tarea.again(turn, "codigo_distinto_uno" if left == 1 else "codigo_distinto", n=left)
        return
    tarea.close(turn)
    if done.status == "applied":
        channel = turn.messages.labels[f"contacto_{done.channel}"]
        turn.tell("contacto_cambiado", "menu", cual=channel, folio=done.folio)
    else:
        turn.tell("contacto_sin_cambio", "cambiar_contacto", "infonatel", "menu")
