"""Run the tasks: begin one, take the answer it waits for, prove identity on the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from accounts.errors import LevelTooLow, NotVerified
from bot.actions import cita, contacto, decision, hours_question, tarea
from bot.actions.person import Person
from bot.actions.state import IDENTITY, Waiting, ask_code, ask_nss
from bot.actions.tarea import Open
from bot.actions.turn import Turn
from bot.messages import Own
from kb.hours import MEXICO_CITY
from kb.model import Tramite
from kb.text import fold

RESUME = "tarea"
"""What waits for identity in the slot ``pendiente``."""

_WAITS = "espera"
_YES = "afirmar"
_SURE, _SHORT = 0.7, 6


@dataclass(frozen=True)
class _Task:
    heard: Callable[[Turn], dict[str, Any]]
    begin: Callable[[Turn, Person, str, dict[str, Any]], Awaitable[None]]
    read: Callable[[Turn, Open], str | None]
    take: Callable[[Turn, Person, Open, str], Awaitable[None]]


_TASKS: Mapping[str, _Task] = {
    cita.NAME: _Task(cita.heard, cita.begin, cita.read, cita.take),
    contacto.NAME: _Task(contacto.heard, contacto.begin, contacto.read, contacto.take),
}
_OWNERS: Mapping[str, str] = {
    **dict.fromkeys((cita.BOOK, cita.MOVE, cita.CANCEL), cita.NAME),
    contacto.CHANGE: contacto.NAME,
}
"""The task that does what a button or a message asks to do."""


def known(name: object) -> bool:
    """Tell whether that is something that can be begun."""
    return name in _OWNERS


def meant(turn: Turn, tramite: Tramite) -> Own | None:
    """Return what a message on a topic means to do or to know of the person's own."""
    if turn.chosen:
        return None
    said = f" {' '.join(_words(turn.text))} "
    for own in turn.messages.own:
        given = own.task == contacto.CHANGE and contacto.read_value(turn) is not None
        named = (f" {' '.join(_words(form))} " in said for form in own.heard)
        if own.tramite == tramite.id and (given or any(named)):
            return own
    return None


def offered(turn: Turn, tramite: Tramite) -> list[str]:
    """Return the buttons of what can be done here on a topic."""
    mine = (own for own in turn.messages.own if own.tramite == tramite.id)
    return [own.task for own in mine if own.task is not None and own.offered]


def _words(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in fold(text)).split()


async def begin(turn: Turn, name: str, given: dict[str, Any] | None = None) -> None:
    """Begin a task; without identity, prove it first and begin then, with what was ``given``."""
    person, task = Person(turn), _TASKS[_OWNERS[name]]
    given = task.heard(turn) if given is None else given
    turn.remember(regresos=None, pregunta=None)
    try:
        await task.begin(turn, person, name, given)
    except NotVerified as refused:
        waits = {"empieza": name, "dado": given}
        await _prove(turn, person, Open(_OWNERS[name], "", "", (), {}), waits, refused)


async def take(turn: Turn) -> bool:
    """Take the message as the answer to the task that waits; tell whether it was one."""
    task = tarea.now(turn)
    if task is None or not task.step or turn.slot("esperando") in IDENTITY:
        return False
    value = _value(turn, task)
    if value is None:
        return False
    await go_on(turn, Person(turn), task, value)
    return True


async def go_on(turn: Turn, person: Person, task: Open, value: str) -> None:
    """Go on with an answer; without identity, prove it first and go on with the same."""
    turn.remember(regresos=None, dudas=None)
    try:
        await _TASKS[task.name].take(turn, person, task, value)
    except NotVerified as refused:
        await _prove(turn, person, task, {"toma": value}, refused)


async def resume(turn: Turn, person: Person, greeting: str = "") -> None:
    """Go on where identity was missing."""
    task = tarea.now(turn)
    if greeting:
        await person.say(greeting)
    if task is None:
        return
    data = dict(task.data)
    waits = data.pop(_WAITS, {})
    tarea.close(turn)
    if "empieza" in waits:
        await begin(turn, waits["empieza"], waits["dado"])
    elif "toma" in waits:
        task = replace(task, data=data)
        tarea.keep(turn, task)
        await go_on(turn, person, task, waits["toma"])


async def _prove(
    turn: Turn, person: Person, task: Open, waits: Mapping[str, Any], refused: NotVerified
) -> None:
    tarea.keep(turn, replace(task, data={**task.data, _WAITS: dict(waits)}))
    turn.remember(pendiente=[RESUME])
    if isinstance(refused, LevelTooLow) and await person.verified():
        await person.send_fresh_code()
        ask_code(turn, turn.sentence("tarea_codigo"))
    elif turn.slot("esperando") == Waiting.CODE:
        ask_code(turn, turn.sentence("pide_codigo_de_nuevo"))
    else:
        ask_nss(turn, turn.sentence("tarea_nss"))


def _value(turn: Turn, task: Open) -> str | None:
    """Return the value of an option or what the step reads; None when it is something else."""
    if turn.intent == "dar_codigo" and task.code:
        return _TASKS[task.name].read(turn, task)
    if turn.intent == "reenviar_codigo" and task.code:
        return _TASKS[task.name].read(turn, task)
    if turn.chosen:
        return None
    if task.step == "confirma" and turn.intent == _YES:
        return task.options[0][1]
    typed = _words(turn.text)
    for title, value in task.options:
        if _words(title) == typed:
            return value
    if _asks_something_else(turn):
        return None
    read = _TASKS[task.name].read(turn, task)
    return read if read is not None else _by_place(turn, task)


def _asks_something_else(turn: Turn) -> bool:
    today = turn.now.astimezone(MEXICO_CITY).date()
    question = hours_question.read(turn.text, turn.entity("fecha"), today)
    if question.hours or (question.where and decision.asks(turn)):
        return True
    topic = turn.intent in turn.library and turn.intent not in _OWN_TOPICS
    sure = turn.confidences[0][1] >= _SURE if turn.confidences else False
    return topic and (decision.asks(turn) or (sure and len(turn.text.split()) > _SHORT))


_OWN_TOPICS = ("citas_cesi", "actualizar_contacto")


def _by_place(turn: Turn, task: Open) -> str | None:
    """Return the option named by its place: «la segunda», «la última»."""
    heard = turn.messages.heard
    filler = {word for said in heard.filler for word in _words(said)}
    typed = [word for word in _words(turn.text) if word not in filler]
    if len(typed) != 1 or not task.options:
        return None
    if typed[0] in [word for said in heard.last for word in _words(said)]:
        return task.options[-1][1]
    for (_, value), ordinals in zip(task.options, heard.ordinals, strict=False):
        if typed[0] in ordinals:
            return value
    return None


def not_understood(turn: Turn) -> bool:
    """Ask again when nothing was made out of an answer; tell whether a task waits."""
    task = tarea.now(turn)
    if task is None or not task.step or turn.slot("esperando") in IDENTITY:
        return False
    tarea.again(turn, "tarea_no_entendi")
    return True


def refused(turn: Turn) -> bool:
    """Leave the task when the last yes is refused; tell whether one waited."""
    task = tarea.now(turn)
    if task is None or not task.step or turn.slot("esperando") in IDENTITY:
        return False
    if task.step == "confirma":
        tarea.close(turn)
        turn.tell("tarea_dejada", "menu")
    else:
        tarea.again(turn, "tarea_no_entendi")
    return True


RESUMED: Mapping[str, Callable[[Turn, Person, str], Awaitable[None]]] = {RESUME: resume}
