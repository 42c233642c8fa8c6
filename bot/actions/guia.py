"""Walk a person through a trámite, one step at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.actions import lugares
from bot.actions.base import BotAction
from bot.actions.state import IDENTITY, Waiting, offer_greeted, open_guide
from bot.actions.turn import Turn
from bot.replies import Choice, reply
from kb.model import Tramite

_FIRST = 1


class GuideAction(BotAction):
    """Begin, advance, go back, repeat, help and leave."""

    action = "action_guia"
    digresses = False

    async def answer(self, turn: Turn) -> None:
        """Do what the intent asks of the guide."""
        turn.remember(regresos=None)
        if turn.slot("esperando") not in IDENTITY:
            turn.remember(esperando=None)
        _MOVES[turn.intent](turn)


def begin(turn: Turn, tramite: Tramite, number: int = _FIRST) -> None:
    """Open a guide at a step; what was waited for is dropped."""
    turn.remember(esperando=None, pendiente=None, regresos=None, pregunta=None)
    turn.remember(tramite=tramite.id, guia=tramite.id)
    show(turn, tramite, number)


def show(turn: Turn, tramite: Tramite, number: int, text: str = "") -> None:
    """Say one step with what can be done next."""
    step = tramite.steps[number - 1]
    turn.remember(tramite=tramite.id, paso=number, ayudas=None)
    lugares.keep(turn, tramite, number)
    turn.say(
        reply(
            text,
            choices=_moves(turn, tramite, number),
            step={
                "tramite": tramite.id,
                "title": tramite.title,
                "number": number,
                "total": len(tramite.steps),
                "action": step.action,
                "help": turn.sentence("guia_ayuda", problema=step.problem, ayuda=step.help),
            },
        )
    )


def go_on(turn: Turn) -> None:
    """Open the guide that is talked about where it was left, else at its first step."""
    tramite = turn.tramite()
    if tramite is None:
        _begin(turn)
    else:
        begin(turn, tramite, lugares.kept(turn, tramite) or _FIRST)


def anew(turn: Turn) -> None:
    """Open the guide that is talked about at its first step."""
    tramite = turn.tramite()
    if tramite is None:
        _begin(turn)
    else:
        begin(turn, tramite)


def repeat_or_begin(turn: Turn) -> None:
    """Show the present step again; with no guide open, begin the one that is talked about."""
    guide = open_guide(turn)
    if guide is not None:
        show(turn, *guide)
    else:
        _begin(turn)


def leave(turn: Turn) -> None:
    """Close the guide and offer to take it up again."""
    guide = open_guide(turn)
    turn.remember(guia=None, paso=None, ayudas=None)
    if guide is None:
        turn.tell("guia_cerrada", "menu")
        return
    tramite, number = guide
    again = turn.button("retomar", tramite=tramite.id, paso=number)
    turn.tell("guia_salida", again, "otros_temas", numero=number, total=len(tramite.steps))


def _moves(turn: Turn, tramite: Tramite, number: int) -> list[Choice]:
    forward = "termine" if number == len(tramite.steps) else "siguiente"
    if number == _FIRST:
        needed = turn.button("requisitos", tramite=tramite.id)
        return turn.choices(forward, "no_me_sale", needed, "salir")
    return turn.choices(forward, "no_me_sale", "anterior", "repetir", "salir")


def _begin(turn: Turn) -> None:
    tramite = turn.tramite()
    if tramite is None:
        offer_greeted(turn, "guia_elige")
        return
    wanted = turn.entity("paso")
    if not isinstance(wanted, int | float) and lugares.offer(turn, tramite):
        return
    number = int(wanted) if isinstance(wanted, int | float) else _FIRST
    begin(turn, tramite, min(max(number, _FIRST), len(tramite.steps)))


def advance(turn: Turn) -> None:
    """Show the next step, or finish; with no guide open, begin one."""
    guide = open_guide(turn)
    if guide is None:
        _begin(turn)
        return
    tramite, number = guide
    if number < len(tramite.steps):
        show(turn, tramite, number + 1)
    else:
        _finish(turn, tramite)


def _finish(turn: Turn, tramite: Tramite) -> None:
    lugares.forget(turn, tramite)
    turn.remember(guia=None, paso=None, ayudas=None, esperando=Waiting.SOLVED)
    turn.tell(
        "guia_fin",
        "si_resuelto",
        "no_resuelto",
        turn.button("otros_temas", tramite=tramite.id),
        total=len(tramite.steps),
        titulo=tramite.title,
    )


def _back(turn: Turn) -> None:
    guide = open_guide(turn)
    if guide is None:
        _begin(turn)
        return
    tramite, number = guide
    text = turn.sentence("guia_primero") if number == _FIRST else ""
    show(turn, tramite, max(number - 1, _FIRST), text)


def help_with_step(turn: Turn) -> None:
    """Say the help of the present step; asked again, say who helps further."""
    guide = open_guide(turn)
    if guide is None:
        _begin(turn)
        return
    tramite, number = guide
    asked = int(turn.slot("ayudas") or 0)
    turn.remember(ayudas=asked + 1)
    if asked:
        values: dict[str, Any] = {"numero": number, "total": len(tramite.steps)}
        turn.tell("guia_mas_ayuda", "persona", "repetir", "ya_salio", "salir", **values)
        return
    step = tramite.steps[number - 1]
    values = {"problema": step.problem, "ayuda": step.help}
    turn.tell("guia_ayuda", "ya_salio", "sigue_sin_salir", "repetir", "salir", **values)


_MOVES: Mapping[str, Callable[[Turn], None]] = {
    "guia_empezar": _begin,
    "guia_siguiente": advance,
    "guia_anterior": _back,
    "guia_repetir": repeat_or_begin,
    "guia_no_me_sale": help_with_step,
    "guia_salir": leave,
}
