"""A conversation played action by action, and what to look at in its replies."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import cache
from itertools import count, zip_longest
from pathlib import Path
from typing import Any

from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from bot.replies import Reply
from kb.decisions import START
from kb.library import Library

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
class Played:
    """What of the knowledge base the conversations of this run went through."""

    topics: set[str] = field(default_factory=set)
    steps: set[tuple[str, int]] = field(default_factory=set)
    options: set[tuple[str, str, str]] = field(default_factory=set)
    paths: set[tuple[str, ...]] = field(default_factory=set)

    def note(self, message: dict[str, Any], said: list[Reply], answers: list[str]) -> None:
        """Take down one turn; ``answers`` are the options pressed in this guide so far."""
        self.topics.add(message["intent"]["name"])
        self.steps |= {step_of(reply) for reply in said if "step" in reply}
        given = {entity["entity"]: entity["value"] for entity in message["entities"]}
        if "opcion" in given:
            self.options.add((given["tramite"], given["decision"], given["opcion"]))
            if given["decision"] == START:
                answers.clear()
            answers.append(given["opcion"])
            self.paths.add((given["tramite"], *answers))

    def save(self) -> None:
        """Write it where `make coverage-kb` reads it, when it asks for it."""
        path = os.environ.get("KB_COVERAGE")
        if path:
            lists = {name: sorted(values) for name, values in vars(self).items()}
            Path(path).write_text(json.dumps(lists), encoding="utf-8")


PLAYED = Played()


@dataclass
class Talk:
    """One conversation of one person: keeps slots between turns as Rasa does."""

    executor: ActionExecutor
    conversation: str = "c_test"
    identity: str = ""
    slots: dict[str, Any] = field(default_factory=dict)
    numbers: count = field(default_factory=count)  # type: ignore[type-arg]
    answers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # A caller gets five codes an hour, in whichever conversation.
        self.identity = self.identity or f"web:{self.conversation}"

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
        question: int = 1,
        questions: int = 1,
        **entities: Any,
    ) -> list[Reply]:
        """Run one action as the server would; ``confidences`` are those of the ranking.

        ``question`` of ``questions`` tells that the message holds several.
        """
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
            "metadata": {
                "message_id": f"m{next(self.numbers)}",
                "identity": self.identity,
                "question": question,
                "questions": questions,
            },
        }
        tracker = Tracker(self.conversation, dict(self.slots), message, [], False, None, {}, None)
        dispatcher = CollectingDispatcher()
        events = await self.executor.actions[action](dispatcher, tracker, {})
        for event in events:
            self.slots[event["name"]] = event["value"]
        said = [message["custom"] for message in dispatcher.messages]
        PLAYED.note(message, said, self.answers)
        return said

    async def press(self, said: list[Reply], title: str) -> list[Reply]:
        """Press a choice of what was just said, as the gateway would."""
        payload = next(
            one["payload"]
            for reply in reversed(said)
            for one in reply.get("choices", ())
            if one["title"] == title
        )
        intent, brace, rest = payload.removeprefix("/").partition("{")
        return await self.do(intent, payload, **(json.loads(brace + rest) if brace else {}))


def step_of(reply: Reply) -> tuple[str, int]:
    """Return the trámite of a step that is shown and its number in the file."""
    tramite = Library.load().get(reply["step"]["tramite"])
    actions = [step.action for step in tramite.steps]
    return tramite.id, actions.index(reply["step"]["action"]) + 1


def texts(replies: list[Reply]) -> str:
    """Join the texts of some replies."""
    return "\n".join(reply["text"] for reply in replies)


def titles(replies: list[Reply]) -> list[str]:
    """Return the titles of the choices of the last reply that has any."""
    for reply in reversed(replies):
        if reply.get("choices"):
            return [choice["title"] for choice in reply["choices"]]
    return []
