"""Answer yes, no and cancel by what the assistant was waiting for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from bot.actions import asking, correccion, details, guia, tareas
from bot.actions.base import BotAction
from bot.actions.person import Person
from bot.actions.state import (
    Waiting,
    ask_code,
    ask_nss,
    bring_back,
    forget_all,
    forget_open,
    offer_greeted,
    open_decision,
    open_guide,
)
from bot.actions.turn import Turn

Doing = Awaitable[None] | None
"""What is left to do of an answer that calls the account service."""


class ControlAction(BotAction):
    """Confirm, refuse, cancel or begin anew."""

    action = "action_control"
    digresses = False
    answers_waiting = True

    async def answer(self, turn: Turn) -> None:
        """Do what the intent means here."""
        doing = _CONTROLS[turn.intent](turn)
        if doing is not None:
            await doing


def _yes(turn: Turn) -> Doing:
    waiting = turn.slot("esperando")
    if waiting in _YES:
        return _YES[waiting](turn)
    if tareas.not_understood(turn):
        return None
    if open_decision(turn) is not None:
        asking.not_an_option(turn)
    elif open_guide(turn) is not None:
        guia.advance(turn)
    else:
        offer_greeted(turn, "afirmar_sin_pregunta")
    return None


def _no(turn: Turn) -> None:
    waiting = turn.slot("esperando")
    if waiting in _NO:
        _NO[waiting](turn)
    elif tareas.refused(turn):
        return
    elif open_decision(turn) is not None:
        asking.not_an_option(turn)
    elif open_guide(turn) is not None:
        guia.help_with_step(turn)
    else:
        turn.tell("negar_sin_pregunta", "menu", "persona")


def _cancel(turn: Turn) -> None:
    forget_open(turn)
    turn.tell("cancelado", "menu")


def _restart(turn: Turn) -> None:
    forget_all(turn)
    offer_greeted(turn, "de_nuevo")


def _take_up_guide(turn: Turn) -> None:
    turn.remember(esperando=None, regresos=None)
    guia.repeat_or_begin(turn)


def _leave_guide(turn: Turn) -> None:
    turn.remember(esperando=None, regresos=None)
    guia.leave(turn)


def _ask_nss_again(turn: Turn) -> None:
    ask_nss(turn, turn.sentence("pide_nss_de_nuevo"))


def _ask_code_again(turn: Turn) -> None:
    ask_code(turn, turn.sentence("pide_codigo_de_nuevo"))


def _ask_detail_again(turn: Turn) -> None:
    turn.say(details.question(turn, turn.slot("pendiente")[-1]))


def _solved(turn: Turn) -> None:
    turn.remember(esperando=None)
    turn.tell("resuelto", "menu")


def _not_solved(turn: Turn) -> None:
    turn.remember(esperando=None)
    turn.tell("sin_resolver", "persona", "repetir_guia", "menu")


def _ask_correction(turn: Turn) -> Doing:
    return correccion.request(turn, Person(turn))


def _no_correction(turn: Turn) -> None:
    turn.remember(esperando=None)
    turn.tell("correccion_despues", "pedir_correccion", "menu")
    bring_back(turn)


def _which(turn: Turn) -> None:
    turn.tell("cual_de_estas", "menu")


def _none_of_these(turn: Turn) -> None:
    turn.remember(esperando=None)
    turn.tell("no_era_ninguna", "menu", "persona")


_YES: Mapping[str, Callable[[Turn], Doing]] = {
    Waiting.GUIDE: _take_up_guide,
    Waiting.LEFT: guia.go_on,
    Waiting.SOLVED: _solved,
    Waiting.NSS: _ask_nss_again,
    Waiting.CODE: _ask_code_again,
    Waiting.OPTION: _which,
    Waiting.CORRECTION: _ask_correction,
    Waiting.DETAIL: _ask_detail_again,
}
_NO: Mapping[str, Callable[[Turn], None]] = {
    Waiting.GUIDE: _leave_guide,
    Waiting.LEFT: partial(guia.go_on, anew=True),
    Waiting.SOLVED: _not_solved,
    Waiting.NSS: _cancel,
    Waiting.CODE: _cancel,
    Waiting.OPTION: _none_of_these,
    Waiting.CORRECTION: _no_correction,
    Waiting.DETAIL: _cancel,
}
_CONTROLS: Mapping[str, Callable[[Turn], Doing]] = {
    "afirmar": _yes,
    "negar": _no,
    "cancelar": _cancel,
    "empezar_de_nuevo": _restart,
}
