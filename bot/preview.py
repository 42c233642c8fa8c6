"""Play everything one trámite says, by the actions themselves, without a server or a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rasa_sdk.interfaces import Tracker

from bot.actions import services
from bot.actions.base import BotAction
from bot.actions.pasos import GuideAction
from bot.actions.seguimiento import QUESTIONS, FollowUpAction
from bot.actions.tramite import TramiteAction
from bot.actions.turn import Turn
from bot.replies import Reply
from kb.decisions import Path, paths
from kb.model import Tramite


@dataclass(frozen=True)
class Scene:
    """What was asked, as an intent and the step or the answers it is about, and what is said.

    A step has the answers that lead to it when not all do.
    """

    intent: str
    step: int | None
    replies: list[Reply]
    answers: str = ""


async def scenes(tramite: Tramite) -> AsyncIterator[Scene]:
    """Play the first answer, every way, each step with its help, and each follow-up question."""
    yield Scene(tramite.id, None, await _Talk().do(TramiteAction(), tramite.id))
    ways = list(paths(tramite))
    for path in ways:
        yield Scene("guia_decidir", None, await _Talk().follow(tramite, path), str(path))
    guides = [path for path in ways if path.to_steps]
    for number in range(1, len(tramite.steps) + 1):
        here = [path for path in guides if number in path.steps(tramite)]
        talk, answers = _Talk(), "" if len(here) == len(guides) else " · ".join(map(str, here))
        if here:
            await talk.follow(tramite, here[0])
        # As it is chosen in a conversation, so that a guide may also begin elsewhere.
        chosen = {"tramite": tramite.id, "paso": number}
        said = await talk.do(GuideAction(), "guia_empezar", **chosen)
        yield Scene("guia_empezar", number, said, answers)
        said = await talk.do(GuideAction(), "guia_no_me_sale")
        yield Scene("guia_no_me_sale", number, said, answers)
    for question in QUESTIONS:
        said = await _Talk().do(FollowUpAction(), question, tramite=tramite.id)
        yield Scene(question, None, said)


@dataclass
class _Talk:
    """Keep the slots from one turn to the next, as Rasa does."""

    slots: dict[str, Any] = field(default_factory=dict)

    async def follow(self, tramite: Tramite, path: Path) -> list[Reply]:
        """Begin the guide and answer its questions; return what is said last."""
        said = await self.do(GuideAction(), "guia_empezar", tramite=tramite.id, paso=0)
        for decision, option in path.answers:
            given = {"tramite": tramite.id, "decision": decision, "opcion": option.label}
            said = await self.do(GuideAction(), "guia_decidir", **given)
        return said

    async def do(self, action: BotAction, intent: str, **entities: Any) -> list[Reply]:
        """Answer alone: what an action shares with other services is left out."""
        message = {
            "text": f"/{intent}",
            "intent": {"name": intent},
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        }
        tracker = Tracker("preview", dict(self.slots), message, [], False, None, {}, None)
        shared = services.messages(), services.library(), services.directory()
        turn = Turn(tracker, *shared, now=datetime.now(UTC))
        await action.answer(turn)
        self.slots |= {event["name"]: event["value"] for event in turn.events()}
        return turn.replies
