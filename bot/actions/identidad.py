"""Prove who a person is: NSS, then a one-time code to the contact already on file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from accounts import schemas
from accounts.errors import UnknownToken
from bot.actions import archivo, lugares, personal, tareas
from bot.actions.base import BotAction
from bot.actions.codes import send_code
from bot.actions.person import Person
from bot.actions.state import Waiting, ask_code, ask_nss, forget_all, leave_the_floor
from bot.actions.turn import Turn
from bot.replies import reply

_NSS_DIGITS = 11
MINE = ("cuanto_debo", "mensualidad", "movimientos", "mi_ahorro", "mis_puntos")
"""The buttons of what people most ask about their account."""


class NssAction(BotAction):
    """Take an NSS: say what is wrong with it, or send a code."""

    action = "action_identificar"
    digresses = False

    async def answer(self, turn: Turn) -> None:
        """Answer the NSS of the message."""
        problem, nss = turn.entity("problema"), turn.entity("nss")
        if problem is not None:
            ask_nss(turn, _nss_problem(turn, str(problem)))
        elif nss is None:
            ask_nss(turn, turn.sentence("pide_nss"))
        else:
            await send_code(turn, str(nss))


class CodeAction(BotAction):
    """Check a one-time code and answer what was asked before it."""

    action = "action_verificar"
    digresses = False

    async def answer(self, turn: Turn) -> None:
        """Answer the code of the message."""
        problem, code = turn.entity("problema"), turn.entity("codigo")
        if problem is not None and f"codigo_{problem}" in turn.messages.sentences:
            ask_code(turn, turn.sentence(f"codigo_{problem}"))
        elif not _code_expected(turn):
            await _no_code_expected(turn)
        elif code is None:
            ask_code(turn, turn.sentence("pide_codigo_de_nuevo"))
        else:
            await _verify(turn, str(code))


class ResendAction(BotAction):
    """Send another code; when none was asked for, it is about activating Mi Cuenta."""

    action = "action_reenviar_codigo"

    async def answer(self, turn: Turn) -> None:
        """Send the code again or answer the trámite that codes belong to."""
        if turn.slot("nss") is not None or turn.slot("pendiente") is not None:
            await send_again(turn)
            return
        tramite = turn.library.get(turn.messages.code_topics[0])
        turn.remember(tramite=tramite.id)
        names = ("paso_a_paso", "requisitos", "otros_temas")
        choices = [turn.button(name, tramite=tramite.id) for name in names]
        turn.say(reply(tramite.summary, choices=choices))


class SignOutAction(BotAction):
    """End the verified session and forget what was open."""

    action = "action_cerrar_sesion"
    digresses = False

    async def answer(self, turn: Turn) -> None:
        """Close the session."""
        await sign_out(turn)


async def sign_out(turn: Turn) -> None:
    """End the verified session and say so."""
    await Person(turn).leave()
    forget_all(turn)
    turn.tell("sesion_cerrada", "menu")


def _code_expected(turn: Turn) -> bool:
    # A fresh code for a live session is sent without an NSS.
    return turn.slot("nss") is not None or turn.slot("esperando") == Waiting.CODE


async def _no_code_expected(turn: Turn) -> None:
    if await Person(turn).verified():
        turn.tell("ya_verificado", *MINE)
    else:
        ask_nss(turn, turn.sentence("codigo_sin_pedir"))


async def send_again(turn: Turn) -> None:
    """Send another code to whoever gave an NSS in this conversation."""
    nss, person = turn.slot("nss"), Person(turn)
    if nss is not None:
        await send_code(turn, str(nss))
    elif await person.verified():
        await person.send_fresh_code()
        ask_code(turn, turn.sentence("codigo_enviado"))
    else:
        ask_nss(turn, turn.sentence("pide_nss"))


def _nss_problem(turn: Turn, problem: str) -> str:
    digits = turn.entity("digitos")
    off = abs(_NSS_DIGITS - int(digits)) if str(digits).isdecimal() else 0
    key = f"nss_{problem}"
    if problem in ("faltan", "sobran"):
        key = "nss_longitud" if off == 0 else f"{key}_uno" if off == 1 else key
    elif key not in turn.messages.sentences:
        key = "nss_longitud"
    return turn.sentence(key, n=off)


async def _verify(turn: Turn, code: str) -> None:
    person = Person(turn)
    try:
        result = await person.verify(code)
    except UnknownToken:
        _expired(turn, schemas.Verification(status="expired"))
        return
    if result.status == "verified":
        await _welcome(turn, person, result.first_name or "")
    else:
        _REFUSED[result.status](turn, result)


async def _welcome(turn: Turn, person: Person, first_name: str) -> None:
    greeting = turn.sentence("verificado", nombre=first_name)
    pending = list(turn.slot("pendiente") or ())
    asked = [one for one in pending if isinstance(one, dict)]
    resumed = [_RESUMED[one] for one in pending if isinstance(one, str)]
    turn.remember(esperando=None, pendiente=None, nss=None, regresos=None)
    for number, wanted in enumerate(asked):
        leave_the_floor(turn)
        await personal.tell(turn, person, wanted, "" if number else greeting)
    for number, resume in enumerate(resumed, start=len(asked)):
        leave_the_floor(turn)
        await resume(turn, person, "" if number else greeting)
    left = await lugares.fetch(turn, person)
    if not asked and not resumed:
        await person.say(greeting)
        if left is None or not lugares.offer(turn, left):
            turn.tell("que_quieres_ver", *MINE)


def _wrong(turn: Turn, result: schemas.Verification) -> None:
    left = result.tries_left or 0
    if left < 1:
        _locked(turn, result)
        return
    key = "codigo_distinto_uno" if left == 1 else "codigo_distinto"
    ask_code(turn, turn.sentence(key, n=left))


def _expired(turn: Turn, result: schemas.Verification) -> None:
    turn.remember(esperando=Waiting.CODE)
    turn.tell("codigo_vencido", "otro_codigo", "cancelar")


def _locked(turn: Turn, result: schemas.Verification) -> None:
    turn.remember(esperando=None)
    turn.tell("codigo_bloqueado", "otro_codigo", "infonatel", "cancelar")


_RESUMED = {**archivo.RESUMED, **tareas.RESUMED}
_REFUSED: Mapping[str, Callable[[Turn, schemas.Verification], None]] = {
    "wrong": _wrong,
    "expired": _expired,
    "locked": _locked,
}
