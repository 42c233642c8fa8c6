"""A conversation played action by action, and what to look at in its replies."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import count, zip_longest
from pathlib import Path
from typing import Any

from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from bot.replies import Reply

ROOT = Path(__file__).resolve().parents[2]


def action_of(intent: str) -> str:
    """Return the action that answers an intent, as the rules say."""
    return rules()[intent]


@cache
def rules() -> dict[str, str]:
    """Return the action of every intent, written or derived."""
    from bot.importer import TramiteImporter

    importer = TramiteImporter(None, str(ROOT / "domain.yml"), [str(ROOT / "bot/data/rules")])
    found = {}
    for step in importer.get_stories().story_steps:
        names = [
            getattr(event, "intent_name", None) or getattr(event, "action_name", None)
            for event in step.events
        ]
        intent, action = [name for name in names if name and name != "..."][:2]
        found[intent] = action
    return found


@dataclass
class Talk:
    """One conversation: keeps slots between turns as Rasa does."""

    executor: ActionExecutor
    conversation: str = "c_test"
    identity: str = "web:test"
    slots: dict[str, Any] = field(default_factory=dict)
    numbers: count = field(default_factory=count)  # type: ignore[type-arg]

    async def do(self, intent: str, text: str | None = None, **entities: Any) -> list[Reply]:
        """Play one turn; without a text it is a choice."""
        return await self.play(action_of(intent), intent, text, **entities)

    async def play(
        self,
        action: str,
        intent: str,
        text: str | None = None,
        ranking: tuple[str, ...] = (),
        neighbours: tuple[str, ...] = (),
        confidences: tuple[float, ...] = (),
        **entities: Any,
    ) -> list[Reply]:
        """Run one action as the server would; ``confidences`` are those of the ranking."""
        message = {
            "text": text if text is not None else f"/{intent}",
            "intent": {"name": intent, "confidence": 1.0},
            "intent_ranking": [
                {"name": name, "confidence": confidence}
                for name, confidence in zip_longest(
                    (intent, *ranking), (1.0, *confidences), fillvalue=0.0
                )
            ],
            "neighbours": list(neighbours),
            "entities": [{"entity": key, "value": value} for key, value in entities.items()],
            "metadata": {"message_id": f"m{next(self.numbers)}", "identity": self.identity},
        }
        tracker = Tracker(self.conversation, dict(self.slots), message, [], False, None, {}, None)
        dispatcher = CollectingDispatcher()
        events = await self.executor.actions[action](dispatcher, tracker, {})
        for event in events:
            self.slots[event["name"]] = event["value"]
        return [message["custom"] for message in dispatcher.messages]


def texts(replies: list[Reply]) -> str:
    """Join the texts of some replies."""
    return "\n".join(reply["text"] for reply in replies)


def titles(replies: list[Reply]) -> list[str]:
    """Return the titles of the choices of the last reply that has any."""
    for reply in reversed(replies):
        if reply.get("choices"):
            return [choice["title"] for choice in reply["choices"]]
    return []
