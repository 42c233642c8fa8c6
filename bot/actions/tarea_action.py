"""Begin a task from a button, or take one of its options."""

from __future__ import annotations

from bot.actions import tarea, tareas
from bot.actions.base import BotAction
from bot.actions.person import Person
from bot.actions.turn import Turn


class TaskAction(BotAction):
    """Book, move or cancel an appointment, or change the contact."""

    action = "action_tarea"
    digresses = False

    async def answer(self, turn: Turn) -> None:
        """Answer the button that was chosen."""
        if turn.intent == tarea.BEGUN:
            await _begin(turn)
            return
        task, value = tarea.now(turn), turn.entity("valor")
        if task is None or not task.step or value is None:
            turn.tell("tarea_cerrada", "agendar_cita", "menu")
        elif turn.entity("paso") != task.step:
            # A button of an older question.
            tarea.again(turn, "decision_de_antes")
        else:
            await tareas.go_on(turn, Person(turn), task, str(value))


async def _begin(turn: Turn) -> None:
    name = turn.entity("hacer")
    if tareas.known(name):
        await tareas.begin(turn, str(name))
    else:
        turn.tell("tarea_cerrada", "agendar_cita", "menu")
