"""Keep a question of a guide standing: ask it, ask it again, help with it, leave it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.actions import camino, decision
from bot.actions.state import CLOSED, open_decision
from bot.actions.turn import Turn
from kb.model import Tramite

_HELPED = 2
"""In a question ``ayudas`` is 1 after an answer that was none, 2 after its help."""


def ask(turn: Turn, tramite: Tramite, name: str, key: str | None = None) -> None:
    """Ask a question of a guide, which waits from now on; ``key`` is what leads to it."""
    turn.remember(tramite=tramite.id, guia=tramite.id, paso=None, ayudas=None, decision=name)
    # With another question of the same message still to answer, it is asked once, at the end.
    if not (turn.more_follow and turn.replies):
        turn.say(decision.question(turn, (tramite, name, tramite.decisions[name]), key))


def ask_before(turn: Turn, tramite: Tramite) -> bool:
    """Ask the question that was answered last, of this guide or of the one that led to it.

    Tell whether there is one.
    """
    last = camino.take_back(turn)
    if last is None:
        return False
    elsewhere = last.tramite.id != tramite.id
    ask(turn, last.tramite, last.decision, "decision_volvemos" if elsewhere else None)
    return True


def again(turn: Turn, key: str | None = None, *extra: str, **values: Any) -> None:
    """Ask the open question again; ``key`` is the sentence that leads to it."""
    asked = open_decision(turn)
    assert asked is not None
    turn.remember(tramite=asked[0].id)
    turn.say(decision.question(turn, asked, key, *extra, **values))


def not_an_option(turn: Turn) -> None:
    """Keep the question when the answer is none of its options; the second time offer a person."""
    if turn.slot("ayudas"):
        again(turn, "decision_mas_ayuda", "persona")
    else:
        turn.remember(ayudas=_HELPED - 1)
        again(turn, "decision_no_entendi")


def help_deciding(turn: Turn) -> None:
    """Say where to look for the answer; asked again, say who helps further."""
    asked = open_decision(turn)
    assert asked is not None
    helped = int(turn.slot("ayudas") or 0) >= _HELPED
    turn.remember(ayudas=_HELPED)
    if helped:
        again(turn, "decision_mas_ayuda", "persona")
    elif asked[2].help is not None:
        again(turn, "decision_ayuda", ayuda=asked[2].help)
    else:
        again(turn, "decision_sin_ayuda", "persona")


def _back(turn: Turn) -> None:
    asked = open_decision(turn)
    if asked is None or not ask_before(turn, asked[0]):
        again(turn, "decision_primera")


def _leave(turn: Turn) -> None:
    asked = open_decision(turn)
    assert asked is not None
    turn.remember(**CLOSED)
    take_up = turn.button("retomar", tramite=asked[0].id)
    turn.tell("decision_salida", take_up, "otros_temas", titulo=asked[0].title)


MOVES: Mapping[str, Callable[[Turn], None]] = {
    "guia_siguiente": lambda turn: again(turn, "decision_antes"),
    "guia_anterior": _back,
    "guia_no_me_sale": help_deciding,
    "guia_salir": _leave,
}
"""What the moves of a guide do while it asks something."""
