"""Keep a task standing: what it asked, with which options, and what it knows so far.

A task changes something for the person (an appointment, a contact) in a few questions. The one
that waits is whole in the slot ``tarea``, so that after any digression it is asked again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.actions.turn import Turn
from bot.replies import Choice, Reply, choice, reply

CHOSEN = "tarea_opcion"
"""The intent of the buttons that answer a task."""
BEGUN = "tarea"
"""The intent of the buttons that begin one."""

Option = tuple[str, str]
"""A title and the value it stands for."""


@dataclass(frozen=True)
class Open:
    """A task that waits: its step, its question, its options and what it knows."""

    name: str
    step: str
    question: str
    options: tuple[Option, ...]
    data: Mapping[str, Any]
    code: bool = False


def now(turn: Turn) -> Open | None:
    """Return the task that waits, if any."""
    kept = turn.slot("tarea")
    if not isinstance(kept, Mapping):
        return None
    options = tuple((title, value) for title, value in kept["opciones"])
    return Open(
        kept["nombre"], kept["paso"], kept["pregunta"], options, kept["datos"], kept["codigo"]
    )


def ask(
    turn: Turn,
    name: str,
    step: str,
    question: str,
    data: Mapping[str, Any],
    options: Sequence[Option] = (),
    *,
    before: str = "",
    code: bool = False,
) -> None:
    """Ask a question of a task, which waits from now on; ``before`` leads to it."""
    keep(turn, Open(name, step, question, tuple(options), data, code))
    text = f"{before} {question}" if before else question
    turn.say(bubble(turn, text))


def keep(turn: Turn, task: Open) -> None:
    """Remember a task without asking."""
    turn.remember(
        regresos=None,
        tarea={
            "nombre": task.name,
            "paso": task.step,
            "pregunta": task.question,
            "opciones": [list(option) for option in task.options],
            "datos": dict(task.data),
            "codigo": task.code,
        },
    )


def bubble(turn: Turn, text: str) -> Reply:
    """Return the question that waits under some text."""
    task = now(turn)
    assert task is not None
    built = [choice(title, CHOSEN, paso=task.step, valor=value) for title, value in task.options]
    last = ["no_llego", "cancelar"] if task.code else ["cancelar"]
    choices: list[Choice] = [*built, *turn.choices(*last)]
    field = turn.messages.fields["code"]
    if not task.code:
        return reply(text, choices=choices)
    return reply(
        text,
        choices=choices,
        secure_input={
            "kind": "code",
            "label": field.label,
            "hint": turn.messages.labels["codigo_nuevo"],
            "expires_in": field.expires_in,
        },
    )


def again(turn: Turn, key: str, **values: Any) -> None:
    """Ask the open question once more; ``key`` is the sentence that leads to it."""
    task = now(turn)
    assert task is not None
    turn.say(bubble(turn, f"{turn.sentence(key, **values)} {task.question}"))


def reminder(turn: Turn) -> Reply | None:
    """Return the question that waits, as it is asked after a digression."""
    task = now(turn)
    if task is None:
        return None
    return bubble(turn, turn.sentence("tarea_seguimos", pregunta=task.question))


def is_question(turn: Turn, said: Reply) -> bool:
    """Tell whether a bubble asks the question that waits."""
    task = now(turn)
    return task is not None and bool(task.question) and said["text"].endswith(task.question)


def close(turn: Turn) -> None:
    """Forget the task."""
    turn.remember(tarea=None)
