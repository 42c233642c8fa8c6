"""Answer a topic: the summary first, then step 1 or what else can be asked."""

from __future__ import annotations

from bot.actions import asked, identidad, lugares, personal, seguimiento, tarea, tareas
from bot.actions.base import BotAction
from bot.actions.decision import is_question
from bot.actions.guia import begin
from bot.actions.state import IDENTITY, Waiting, in_guide
from bot.actions.turn import Turn
from bot.replies import Choice, reply
from kb.model import Tramite

_MOST = 6
"""Choices of one step: more do not fit the screen of a phone beside it."""

_GENERAL = ("paso_a_paso", "requisitos", "donde")
"""What is offered of a topic; the last ones give way to what the account says about it."""


class TramiteAction(BotAction):
    """Say what a trámite is; open its guide when it is something to do."""

    action = "action_tramite"

    async def answer(self, turn: Turn) -> None:
        """Answer the trámite that the intent names."""
        if turn.slot("esperando") == Waiting.CODE and turn.intent in turn.messages.code_topics:
            await identidad.send_again(turn)
            return
        tramite = turn.library.get(turn.intent)
        turn.remember(tramite=tramite.id)
        question = turn.slot("pregunta")
        if question is not None and not turn.chosen:
            turn.remember(pregunta=None)
            seguimiento.tell(turn, tramite, question)
            return
        turn.remember(pregunta=None)
        if await _own(turn, tramite):
            return
        own = personal.at_once(turn, tramite)
        if own is not None:
            await asked.tell(turn, personal.wish(turn, own), tramite.button)
            return
        busy = in_guide(turn) or tarea.now(turn) or turn.slot("esperando") in IDENTITY
        if tramite.guided and not busy:
            turn.say(reply(tramite.summary))
            _say_disputed(turn, tramite)
            _offer_file(turn, tramite)
            if not lugares.offer(turn, tramite):
                begin(turn, tramite)
                _offer_mine(turn, tramite)
        else:
            turn.say(reply(tramite.summary, choices=_choices(turn, tramite)))
            _say_disputed(turn, tramite)


async def _own(turn: Turn, tramite: Tramite) -> bool:
    """Do or tell what a message means of the person's own; tell whether there was such a thing."""
    own = tareas.meant(turn, tramite)
    if own is None or turn.slot("esperando") in IDENTITY:
        return False
    if own.answer is not None:
        await asked.tell(turn, personal.wish(turn, own.answer), tramite.button)
    elif own.task is not None:
        if own.offered and turn.entity("telefono") is None and turn.entity("correo") is None:
            turn.say(reply(tramite.summary))
        await tareas.begin(turn, own.task)
    return True


def _choices(turn: Turn, tramite: Tramite) -> list[Choice]:
    mine = _mine(turn, tramite)
    names = (*_GENERAL[: len(_GENERAL) - len(mine)], "fuente", "otros_temas")
    return [*mine, *(turn.button(name, tramite=tramite.id) for name in names)]


def _mine(turn: Turn, tramite: Tramite) -> list[Choice]:
    heard = personal.wish(turn, "") if not turn.chosen else {}
    known = {key: value for key, value in heard.items() if key != "dato"}
    buttons = [turn.button(f"dato_{name}", tramite=tramite.id, **known) for name in tramite.mine]
    return [*turn.choices(*tareas.offered(turn, tramite)), *buttons]


def _offer_mine(turn: Turn, tramite: Tramite) -> None:
    last, mine = turn.replies[-1], _mine(turn, tramite)
    choices = last.get("choices", [])
    if len(choices) + len(mine) > _MOST and not is_question(last):
        # What the trámite asks for can also be typed.
        needed = turn.button("requisitos", tramite=tramite.id)
        choices = [one for one in choices if one != needed]
    last["choices"] = [*choices, *mine]


def _offer_file(turn: Turn, tramite: Tramite) -> None:
    if turn.attachments and tramite.id in turn.messages.file_topics:
        turn.say(reply(turn.sentence("archivo_ofrece")))


def _say_disputed(turn: Turn, tramite: Tramite) -> None:
    if tramite.disputed:
        text = turn.sentence("disputa", disputa=tramite.disputed)
        # Before the choices, which belong to the last thing said.
        last = turn.replies.pop()
        choices = last.pop("choices", [])
        turn.say(last, reply(text, choices=choices))
