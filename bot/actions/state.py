"""What a conversation left open, and how the person is brought back to it."""

from __future__ import annotations

from enum import StrEnum

from bot.actions import camino, decision, details, tarea
from bot.actions.turn import MAX_BUBBLES, Turn
from bot.replies import Reply, SecureInput, choice, reply
from kb.model import Tramite

MAX_RETURNS = 2
"""After this many reminders in a row the matter rests until the person takes it up."""


class Waiting(StrEnum):
    """What the assistant waits for; kept in the slot ``esperando``."""

    NSS = "nss"
    CODE = "codigo"
    SOLVED = "resuelto"
    GUIDE = "guia"
    OPTION = "opcion"
    PLACE = "lugar"
    LEFT = "guia_dejada"
    CORRECTION = "correccion"
    DETAIL = "detalle"


IDENTITY = (Waiting.NSS, Waiting.CODE)
PASSING = tuple(w for w in Waiting if w not in (*IDENTITY, Waiting.DETAIL))
"""A question that lapses when the next message is not its answer."""

CLOSED = {"guia": None, "paso": None, "ayudas": None, "decision": None, "decisiones": None}
"""What is remembered when no guide is open."""

_NOTHING_OPEN = {
    **CLOSED,
    "pendiente": None,
    "esperando": None,
    "pregunta": None,
    "regresos": None,
    "tarea": None,
}


def forget_open(turn: Turn) -> None:
    """Close the guide and whatever was waited for."""
    turn.remember(**_NOTHING_OPEN)


def forget_all(turn: Turn) -> None:
    """Forget everything about the conversation."""
    turn.remember(**_NOTHING_OPEN, tramite=None, nss=None, dudas=None, lugar=None, archivo=None)
    turn.remember(lugares=None, omitidos=None, conocido=None)


def secure(turn: Turn, kind: Waiting) -> SecureInput:
    """Return the protected field for an NSS or a code."""
    name = "nss" if kind == Waiting.NSS else "code"
    field = turn.messages.fields[name]
    return {
        "kind": "nss" if kind == Waiting.NSS else "code",
        "label": field.label,
        "hint": field.hint,
        "expires_in": field.expires_in,
    }


def ask_nss(turn: Turn, text: str, tramite: Tramite | None = None) -> None:
    """Ask for the NSS; with a trámite, offer its own guide instead."""
    choices = turn.choices("no_se_mi_nss", "mejor_despues")
    if tramite is not None:
        choices.append(turn.button("como_consultarlo", tramite=tramite.id))
    turn.remember(esperando=Waiting.NSS)
    turn.say(reply(text, choices=choices, secure_input=secure(turn, Waiting.NSS)))


def ask_code(turn: Turn, text: str) -> None:
    """Ask for the one-time code."""
    turn.remember(esperando=Waiting.CODE)
    turn.say(
        reply(
            text,
            choices=turn.choices("no_llego", "cancelar"),
            secure_input=secure(turn, Waiting.CODE),
        )
    )


def ask_again(turn: Turn, text: str) -> None:
    """Say a sentence and ask for what is already waited for, NSS or code."""
    ask = ask_code if turn.slot("esperando") == Waiting.CODE else ask_nss
    ask(turn, text)


def open_guide(turn: Turn) -> tuple[Tramite, camino.Position] | None:
    """Return the guide that is open and its step."""
    name, number = turn.slot("guia"), turn.slot("paso")
    if name not in turn.library or not isinstance(number, int | float):
        return None
    tramite = turn.library.get(name)
    return tramite, camino.position(turn, tramite, int(number))


def open_decision(turn: Turn) -> decision.Open | None:
    """Return the question of a guide that waits for its answer."""
    name, asked = turn.slot("guia"), turn.slot("decision")
    if asked is None or name not in turn.library:
        return None
    tramite = turn.library.get(name)
    found = tramite.decisions.get(str(asked))
    return None if found is None else (tramite, str(asked), found)


def in_guide(turn: Turn) -> bool:
    """Tell whether a guide is open, at a question or at a step."""
    return open_guide(turn) is not None or open_decision(turn) is not None


def bring_back(turn: Turn) -> None:
    """After a digression, remind the person of the code, NSS or guide left open."""
    returns = int(turn.slot("regresos") or 0)
    if returns >= MAX_RETURNS or any(_leads_on(turn, said) for said in turn.replies):
        return
    back = _reminder(turn)
    if back is None:
        return
    turn.remember(regresos=returns + 1)
    del turn.replies[MAX_BUBBLES - 1 :]
    turn.say(back)


def _leads_on(turn: Turn, said: Reply) -> bool:
    asks = decision.is_question(said) or tarea.is_question(turn, said) or details.is_question(said)
    return "step" in said or "secure_input" in said or asks


def leave_the_floor(turn: Turn) -> None:
    """Take the choices and the field from what is said: the last answer of a message has them."""
    for said in turn.replies:
        said.pop("choices", None)
        said.pop("secure_input", None)


def _reminder(turn: Turn) -> Reply | None:
    waiting = turn.slot("esperando")
    if waiting in IDENTITY:
        return _identity_reminder(turn, Waiting(waiting))
    task = tarea.reminder(turn)
    if task is not None:
        return task
    if waiting == Waiting.DETAIL:
        return details.question(turn, turn.slot("pendiente")[-1], "detalle_volvemos")
    asked = open_decision(turn)
    if asked is not None:
        # The question itself waits now, not a choice offered before it.
        turn.remember(esperando=None)
        return decision.question(turn, asked, "decision_volvemos")
    guide = open_guide(turn)
    if guide is None:
        return None
    tramite, at = guide
    turn.remember(esperando=Waiting.GUIDE)
    text = turn.sentence("guia_seguimos", titulo=tramite.title, **at.shown)
    return reply(text, choices=turn.choices("seguir_guia", "salir_guia"))


def _identity_reminder(turn: Turn, waiting: Waiting) -> Reply:
    key, buttons = {
        Waiting.NSS: ("pide_nss_de_nuevo", ("no_se_mi_nss", "mejor_despues")),
        Waiting.CODE: ("pide_codigo_de_nuevo", ("no_llego", "cancelar")),
    }[waiting]
    field = secure(turn, waiting)
    return reply(turn.sentence(key), choices=turn.choices(*buttons), secure_input=field)


def offer_greeted(turn: Turn, key: str) -> None:
    """Say a sentence and offer the most asked topics."""
    turn.say(reply(turn.sentence(key), choices=[turn.topic(i) for i in turn.messages.greeted]))


def offer_follow_up(turn: Turn, key: str, intent: str) -> None:
    """Ask which trámite a follow-up question is about."""
    topics = [turn.library.get(name) for name in turn.messages.greeted]
    choices = [choice(topic.button, intent, tramite=topic.id) for topic in topics]
    turn.say(reply(turn.sentence(key), choices=choices))
