"""Play everything one trámite says, by the actions themselves, without a server or a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk.interfaces import Tracker

from bot.actions import services
from bot.actions.base import BotAction
from bot.actions.pasos import GuideAction
from bot.actions.seguimiento import QUESTIONS, FollowUpAction
from bot.actions.tramite import TramiteAction
from bot.actions.turn import Turn
from bot.replies import Reply
from kb.model import Tramite


@dataclass(frozen=True)
class Scene:
    """What was asked, as an intent and the step it is about, and what is said."""

    intent: str
    step: int | None
    replies: list[Reply]


async def scenes(tramite: Tramite) -> AsyncIterator[Scene]:
    """Play the first answer, each step with its help, and each follow-up question."""
    talk = _Talk()
    yield Scene(tramite.id, None, await talk.do(TramiteAction(), tramite.id))
    for number in range(1, len(tramite.steps) + 1):
        # As it is chosen in a conversation, so that a guide may also begin elsewhere.
        chosen = {"tramite": tramite.id, "paso": number}
        said = await talk.do(GuideAction(), "guia_empezar", **chosen)
        yield Scene("guia_empezar", number, said)
        yield Scene("guia_no_me_sale", number, await talk.do(GuideAction(), "guia_no_me_sale"))
    for question in QUESTIONS:
        said = await talk.do(FollowUpAction(), question, tramite=tramite.id)
        yield Scene(question, None, said)


@dataclass
class _Talk:
    """Keep the slots from one turn to the next, as Rasa does."""

    slots: dict[str, Any] = field(default_factory=dict)

    async def do(self, action: BotAction, intent: str, **entities: Any) -> list[Reply]:
        """Answer alone: what an action shares with other services is left out."""
        message = {
            "text": f"/{intent}",
            "intent": {"name": intent},
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        }
        tracker = Tracker("preview", dict(self.slots), message, [], False, None, {}, None)
        shared = services.messages(), services.library(), services.directory()
        turn = Turn(tracker, *shared, now=services.clock()())
        await action.answer(turn)
        self.slots |= {event["name"]: event["value"] for event in turn.events()}
        return turn.replies
