"""What every action does around its answer."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from typing import Any, ClassVar

import structlog
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from accounts.errors import AccountsError
from bot.actions import asked, correccion, directorio, guia, lugares, services, tareas
from bot.actions.state import PASSING, bring_back, leave_the_floor
from bot.actions.turn import Turn

log = structlog.get_logger(__name__)


class BotAction(Action, abc.ABC):
    """Answer one turn; a digression brings the person back to what was left open.

    What is typed while a guide asks something may be the answer, whatever it looks like.
    """

    action: ClassVar[str] = ""
    digresses: ClassVar[bool] = True
    answers_waiting: ClassVar[bool] = False
    yields: ClassVar[bool] = True
    """Whether a message in other words than an option's own may still be its answer."""

    def name(self) -> str:
        """Return the action's name in domain.yml."""
        return self.action

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer and return the slot changes."""
        shared = services.messages(), services.library(), services.directory()
        turn = Turn(tracker, *shared, now=services.clock()())
        places = lugares.of(turn)
        answered = decided = False
        try:
            taken = await tareas.take(turn)
            # Asked in so few words that its intent may be any: «¿está abierto ahorita?», «Toluca».
            answered = not taken and directorio.answer(turn)
            self._settle(turn, answered=taken or answered)
            decided = taken or (
                not answered
                and (
                    await correccion.answer(turn)
                    or await asked.take_detail(turn)
                    or guia.take_answer(turn, loosely=self.yields)
                )
            )
            if not (answered or decided):
                await self.answer(turn)
        except AccountsError as error:
            # Nothing half said: the person reads one honest sentence.
            log.warning("account service failed", action=self.action, error=error.type)
            turn.replies.clear()
            turn.tell("sin_servicio", "infonatel", "menu")
        else:
            if turn.more_follow:
                leave_the_floor(turn)
            elif answered or (self.digresses and not decided):
                bring_back(turn)
        await lugares.share(turn, places)
        for reply in turn.replies:
            dispatcher.utter_message(json_message=dict(reply))
        return turn.events()

    def _settle(self, turn: Turn, *, answered: bool) -> None:
        if answered or turn.intent != "nlu_fallback":
            turn.remember(dudas=None)
        if not answered and not self.answers_waiting and turn.slot("esperando") in PASSING:
            turn.remember(esperando=None)

    @abc.abstractmethod
    async def answer(self, turn: Turn) -> None:
        """Say something and remember what changed."""
