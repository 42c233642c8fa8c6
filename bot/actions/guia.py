"""Walk a person through a trámite, one step at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.actions import asking, camino, decision, lugares
from bot.actions.camino import Answer, Position
from bot.actions.state import (
    CLOSED,
    IDENTITY,
    Waiting,
    in_guide,
    offer_greeted,
    open_decision,
    open_guide,
)
from bot.actions.turn import Turn
from bot.replies import Choice, reply
from kb.decisions import START, option_named
from kb.model import Option, Tramite

_FIRST = 1
_YES_OR_NO = ("afirmar", "negar")
_OUTSIDE = "fuera_otros"
"""What «9» or «arroz» may be taken for: beside a question, it is an answer that is none."""


def begin(turn: Turn, tramite: Tramite, number: int | None = None, *, led_here: Any = None) -> None:
    """Open a guide anew, at its first question, or at a step; what was waited for is dropped.

    ``led_here`` are the answers that led to it from another guide.
    """
    turn.remember(esperando=None, pendiente=None, regresos=None, pregunta=None)
    turn.remember(**{**CLOSED, "decisiones": led_here})
    turn.remember(tramite=tramite.id, guia=tramite.id)
    if number is None:
        lugares.forget(turn, tramite)
    if number is None and tramite.decisions:
        asking.ask(turn, tramite, START)
    else:
        show(turn, tramite, number or _FIRST)


def show(turn: Turn, tramite: Tramite, number: int, text: str = "") -> None:
    """Say one step, or the next one that is left, with what can be done next."""
    at = camino.position(turn, tramite, number)
    step = tramite.steps[at.number - 1]
    turn.remember(tramite=tramite.id, paso=at.number, ayudas=None, decision=None)
    lugares.keep(turn, tramite, at)
    turn.say(
        reply(
            text,
            choices=_moves(turn, tramite, at),
            step={
                "tramite": tramite.id,
                "title": tramite.title,
                "number": at.place,
                "total": at.total,
                "action": step.action,
                "help": turn.sentence("guia_ayuda", problema=step.problem, ayuda=step.help),
            },
        )
    )


def go_on(turn: Turn, *, anew: bool = False) -> None:
    """Open the guide that is talked about where it was left, or anew, at its beginning."""
    tramite = turn.tramite()
    if tramite is None:
        offer_greeted(turn, "guia_elige")
    else:
        at = None if anew else lugares.kept(turn, tramite)
        begin(turn, tramite, at.number if at else None)


def repeat_or_begin(turn: Turn) -> None:
    """Show the present step again; with no guide open, begin the one that is talked about."""
    guide = open_guide(turn)
    if open_decision(turn) is not None:
        asking.again(turn)
    elif guide is not None:
        tramite, at = guide
        show(turn, tramite, at.number)
    else:
        _begin(turn)


def leave(turn: Turn) -> None:
    """Close the guide and offer to take it up again."""
    guide = open_guide(turn)
    turn.remember(**CLOSED)
    if guide is None:
        turn.tell("guia_cerrada", "menu")
        return
    tramite, at = guide
    again = turn.button("retomar", tramite=tramite.id, paso=at.number)
    turn.tell("guia_salida", again, "otros_temas", **at.shown)


def _moves(turn: Turn, tramite: Tramite, at: Position) -> list[Choice]:
    forward = "termine" if at.after is None else "siguiente"
    source = turn.button("fuente", tramite=tramite.id)
    moves: list[str | Choice] = [forward, "no_me_sale"]
    if at.before is not None or tramite.decisions or turn.slot("decisiones"):
        moves.append("anterior")
    if at.before is None:
        moves.append(turn.button("requisitos", tramite=tramite.id))
    return turn.choices(*moves, source, "salir")


def _begin(turn: Turn) -> None:
    tramite = turn.tramite()
    if tramite is None:
        offer_greeted(turn, "guia_elige")
        return
    wanted = turn.entity("paso")
    number = int(wanted) if isinstance(wanted, int | float) else None
    if number is None and lugares.offer(turn, tramite):
        return
    # Step 0 stands for the beginning, which may be a question.
    begin(turn, tramite, min(number, len(tramite.steps)) if number and number > 0 else None)


def advance(turn: Turn) -> None:
    """Show the next step, or finish; with no guide open, begin one."""
    guide = open_guide(turn)
    if guide is None:
        _begin(turn)
        return
    tramite, at = guide
    if at.after is not None:
        show(turn, tramite, at.after)
    else:
        key = "guia_fin" if at.before else "guia_fin_uno"
        _settle(turn, tramite, "otros_temas", key, total=at.total, titulo=tramite.title)


def _settle(turn: Turn, tramite: Tramite, beside: str, key: str, **values: Any) -> None:
    """Close the guide and ask whether that settled it, with one more button ``beside`` yes and no.

    Three fit under a message of WhatsApp; with more they would become a list.
    """
    lugares.forget(turn, tramite)
    turn.remember(**CLOSED)
    turn.remember(esperando=Waiting.SOLVED)
    third = turn.button(beside, tramite=tramite.id)
    turn.tell(key, "si_resuelto", "no_resuelto", third, **values)


def _back(turn: Turn) -> None:
    guide = open_guide(turn)
    if guide is None:
        _begin(turn)
        return
    tramite, at = guide
    if at.before is not None:
        show(turn, tramite, at.before)
    elif asking.ask_before(turn, tramite):
        return
    elif tramite.decisions:
        # Taken up after days, its answers are no longer known.
        begin(turn, tramite)
    else:
        show(turn, tramite, at.number, turn.sentence("guia_primero"))


def help_with_step(turn: Turn) -> None:
    """Say the help of the present step; asked again, say who helps further."""
    guide = open_guide(turn)
    if guide is None:
        _begin(turn)
        return
    tramite, at = guide
    asked = int(turn.slot("ayudas") or 0)
    turn.remember(ayudas=asked + 1)
    if asked:
        turn.tell("guia_mas_ayuda", "persona", "repetir", "ya_salio", "salir", **at.shown)
        return
    step = tramite.steps[at.number - 1]
    values = {"problema": step.problem, "ayuda": step.help}
    source = turn.button("fuente", tramite=tramite.id)
    turn.tell("guia_ayuda", "ya_salio", "sigue_sin_salir", "repetir", source, "salir", **values)


def take_answer(turn: Turn, *, loosely: bool) -> bool:
    """Answer the open question with what was typed; tell whether that was done.

    Unless ``loosely``, only the very words of an option are taken for an answer.
    """
    asked = open_decision(turn)
    waiting = turn.slot("esperando")
    if asked is None or turn.chosen or waiting in IDENTITY:
        return False
    # «No» answers what was asked last: «¿La pido?» before «¿Con qué puedes comprobarlo?».
    if waiting is not None and turn.intent in _YES_OR_NO:
        return False
    tramite, name, question = asked
    option = decision.exactly(turn, question)
    if option is None and loosely:
        if decision.unsure(turn):
            asking.help_deciding(turn)
            return True
        option = decision.meant(turn, question)
    if option is not None:
        turn.remember(regresos=None, esperando=None)
        _take(turn, tramite, name, option)
        return True
    nowhere = turn.intent in (_OUTSIDE, tramite.id) and not decision.asks(turn)
    if turn.intent == "nlu_fallback" or nowhere:
        asking.not_an_option(turn)
        return True
    return False


def _take(turn: Turn, tramite: Tramite, name: str, option: Option) -> None:
    """Go where an option leads."""
    camino.add(turn, Answer(tramite, name, option))
    if option.next is not None:
        asking.ask(turn, tramite, option.next)
    elif option.go is not None:
        _go(turn, turn.library.get(option.go), option)
    elif option.answer is not None:
        _settle(turn, tramite, "fuente", "decision_respuesta", respuesta=option.answer)
    else:
        show(turn, tramite, option.begin or _FIRST, option.advice or "")


def _go(turn: Turn, tramite: Tramite, option: Option) -> None:
    text = option.because or tramite.summary
    if option.condition is not None:
        text += "\n" + turn.sentence("decision_condicion", condicion=option.condition)
    turn.say(reply(text))
    if tramite.disputed:
        turn.say(reply(turn.sentence("disputa", disputa=tramite.disputed)))
    begin(turn, tramite, led_here=turn.slot("decisiones"))


def _decide(turn: Turn) -> None:
    """Take the option of a button; one of another guide does not disturb the open one."""
    tramite = turn.tramite(current=False)
    name = str(turn.entity("decision"))
    question = tramite.decisions.get(name) if tramite else None
    option = option_named(question, str(turn.entity("opcion"))) if question else None
    if tramite is None or option is None or not _open_here(turn, tramite, name):
        _still_here(turn)
        return
    turn.remember(tramite=tramite.id, guia=tramite.id)
    _take(turn, tramite, name, option)


def _open_here(turn: Turn, tramite: Tramite, name: str) -> bool:
    """Go back to a question that was answered on the way here; tell whether it can be answered."""
    asked = open_decision(turn)
    waits = asked is not None and (asked[0].id, asked[1]) == (tramite.id, name)
    return waits or camino.back_to(turn, (tramite.id, name)) or not in_guide(turn)


def _still_here(turn: Turn) -> None:
    if in_guide(turn):
        turn.tell("decision_de_antes")
    repeat_or_begin(turn)


MOVES: Mapping[str, Callable[[Turn], None]] = {
    "guia_empezar": _begin,
    "guia_siguiente": advance,
    "guia_anterior": _back,
    "guia_repetir": repeat_or_begin,
    "guia_no_me_sale": help_with_step,
    "guia_salir": leave,
    "guia_decidir": _decide,
}
"""What each move does at a step, or with no guide open; `asking.MOVES` at a question."""
