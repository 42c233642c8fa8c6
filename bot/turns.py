"""Play one turn of a conversation through Rasa, once.

Rasa's own ``handle_message`` hides a failed action, saves what it has and answers 200
with nothing. Here a turn is saved whole or not at all, a repeated ``message_id`` gets
its first answer again, and a long conversation is cut into sessions that carry its
slots over, so that its turns stay as fast as the first.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    DEFAULT_INTENTS,
)
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot import action_endpoint
from bot.components.questions import QUESTIONS
from bot.processor import take_over
from bot.tracker_store import TurnTrackerStore

INPUT_CHANNEL = "gateway"
CONSIDERED = 4


class TurnError(Exception):
    """A turn that could not be played; nothing of it was saved."""

    code = "turn_failed"
    status = 500


class ModelNotLoaded(TurnError):
    """No model is loaded yet, or it failed to load."""

    code = "model_not_loaded"
    status = 503


class ActionFailed(TurnError):
    """The action server failed or did not answer."""

    code = "action_failed"
    status = 502


class EmptyTurn(TurnError):
    """Rasa had nothing to say, which is always a defect of ours."""

    code = "empty_turn"
    status = 502


class UnknownPayload(TurnError):
    """A payload is not of the form ``/intent{json}`` or names no intent."""

    code = "unknown_payload"
    status = 400


@dataclass(frozen=True)
class Turn:
    """What a person did: typed ``text``, or chose something with a ``payload``."""

    conversation: str
    message_id: str
    text: str | None = None
    payload: str | None = None
    identity: str = ""
    capabilities: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What the assistant answers."""

    replies: list[dict[str, Any]]
    events: list[dict[str, Any]]
    intents: list[dict[str, Any]]
    """What each question was understood as, and what else was considered."""
    replayed: bool


class TurnPlayer:
    """Play turns on a loaded Rasa agent."""

    def __init__(self, agent: Agent, session_turns: int, timeout: float) -> None:
        self._agent = agent
        self._session_turns = session_turns
        self._timeout = timeout

    def ready(self) -> bool:
        """Tell whether a model is loaded."""
        return bool(self._agent.is_ready())

    async def play(self, turn: Turn) -> Outcome:
        """Return the answer to a turn, playing it only if it was not played before."""
        if not self.ready():
            raise ModelNotLoaded("there is no trained model")
        take_over(self._agent)
        async with self._agent.lock_store.lock(turn.conversation):
            try:
                async with asyncio.timeout(self._timeout):
                    return await self._play(turn)
            except TimeoutError as error:
                raise TurnError(f"the turn took more than {self._timeout} s") from error

    async def _play(self, turn: Turn) -> Outcome:
        processor: MessageProcessor = self._agent.processor
        store = _without_fallback(self._agent.tracker_store)
        tracker = await store.get_or_create_tracker(turn.conversation, append_action_listen=False)
        played = _played(tracker.events, turn.message_id) or _of_past_session(store, turn)
        if played:
            return _outcome(played, replayed=True)

        tracker.model_id = processor.model_metadata.model_id
        tracker.assistant_id = processor.model_metadata.assistant_id
        if not tracker.events or _user_turns(tracker) >= self._session_turns:
            tracker.update_with_events(_new_session(tracker), processor.domain)

        output = CollectingOutputChannel()
        failed: list[str] = []
        mark = action_endpoint.failure.set(failed)
        try:
            for question in await self._questions(turn, tracker):
                tracker.update(question, processor.domain)
                await processor.run_action_extract_slots(output, tracker)
                await processor._run_prediction_loop(output, tracker)
        finally:
            action_endpoint.failure.reset(mark)
        if failed:
            raise ActionFailed(", ".join(failed))
        events = _played(tracker.events, turn.message_id)
        outcome = _outcome(events, replayed=False)
        if not outcome.replies:
            names = ", ".join(str(intent["name"]) for intent in outcome.intents)
            raise EmptyTurn(f"no reply to {names}")
        await store.save(tracker)
        return outcome

    async def _questions(self, turn: Turn, tracker: DialogueStateTracker) -> list[UserUttered]:
        """Return one event for each question of the message, in order."""
        processor: MessageProcessor = self._agent.processor
        if turn.payload is not None:
            parsed = [parse_payload(turn.payload, processor.domain.intents)]
        else:
            text = (turn.text or "").strip()
            # Rasa reads a leading slash as an intent; a person's slash is only a slash.
            message = UserMessage(text.lstrip("/ ") or "?", sender_id=turn.conversation)
            whole = await processor.parse_message(message, tracker)
            parsed = whole.pop(QUESTIONS, None) or [{**whole, "text": text}]
        return [
            UserUttered(
                question["text"],
                question["intent"],
                question["entities"],
                question,
                input_channel=INPUT_CHANNEL,
                message_id=turn.message_id,
                metadata={
                    "message_id": turn.message_id,
                    "identity": turn.identity,
                    "capabilities": dict(turn.capabilities),
                    "question": number,
                    "questions": len(parsed),
                },
            )
            for number, question in enumerate(parsed, start=1)
        ]


def parse_payload(payload: str, intents: Iterable[str]) -> dict[str, Any]:
    """Return parse data for ``/intent`` or ``/intent{"entity": "value"}``.

    Raises ``UnknownPayload`` for any other form and for an intent not in ``intents``.
    """
    name, brace, rest = payload.removeprefix("/").partition("{")
    try:
        entities = json.loads(brace + rest) if brace else {}
    except ValueError as error:
        raise UnknownPayload("the entities of the payload are not JSON") from error
    # Rasa adds intents of its own, as ``restart``: they are commands, not choices.
    known = set(intents) - set(DEFAULT_INTENTS)
    if not payload.startswith("/") or name not in known or not isinstance(entities, dict):
        raise UnknownPayload("the payload names no intent of the assistant")
    intent = {"name": name, "confidence": 1.0}
    return {
        "text": payload,
        "intent": intent,
        "intent_ranking": [intent],
        "entities": [
            {"entity": key, "value": value, "start": 0, "end": len(payload)}
            for key, value in entities.items()
        ],
    }


def _without_fallback(store: TrackerStore) -> TrackerStore:
    # Rasa wraps the store in one that answers a failed save by forgetting on disk and
    # remembering in memory: the next replica would play the turn again.
    return getattr(store, "_tracker_store", store)


def _user_turns(tracker: DialogueStateTracker) -> int:
    return sum(isinstance(event, UserUttered) for event in tracker.events)


def _new_session(tracker: DialogueStateTracker) -> list[Event]:
    # Rasa's own session start repeats every past SlotSet, so sessions would grow; only the
    # present value of each slot is carried.
    carried = [
        SlotSet(slot.name, slot.value)
        for slot in tracker.slots.values()
        if slot.value != slot.initial_value
    ]
    return [
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        *carried,
        ActionExecuted(ACTION_LISTEN_NAME),
    ]


def _played(events: Iterable[Event], message_id: str) -> list[Event]:
    """Return the events from the message on, up to the next message; none if it is unknown."""
    played: list[Event] = []
    for event in events:
        if isinstance(event, UserUttered):
            if event.message_id == message_id:
                played.append(event)
            elif played:
                break
        elif played:
            played.append(event)
    return played


def _of_past_session(store: TrackerStore, turn: Turn) -> list[Event]:
    if not isinstance(store, TurnTrackerStore):
        return []
    return _played(store.turn(turn.conversation, turn.message_id), turn.message_id)


def _outcome(events: list[Event], *, replayed: bool) -> Outcome:
    understood: list[dict[str, Any]] = []
    replies: list[dict[str, Any]] = []
    signals: list[dict[str, Any]] = []
    for event in events:
        if isinstance(event, UserUttered):
            understood.append(_understood(event))
        elif isinstance(event, BotUttered):
            custom = event.data.get("custom") or {}
            if "event" in custom:
                signals.append(custom["event"])
            else:
                replies.append({**_plain_reply(event), **custom})
    return Outcome(replies, signals, understood, replayed)


def _understood(event: UserUttered) -> dict[str, Any]:
    ranking = event.parse_data.get("intent_ranking") or []
    considered = [
        {"name": entry["name"], "confidence": round(entry["confidence"], 3)}
        for entry in ranking[:CONSIDERED]
    ]
    return {
        "name": event.intent.get("name"),
        "confidence": event.intent.get("confidence"),
        "considered": considered,
    }


def _plain_reply(event: BotUttered) -> dict[str, Any]:
    choices = [
        {"title": button["title"], "payload": button["payload"]}
        for button in event.data.get("buttons") or []
    ]
    return {"text": event.text or "", "choices": choices}
