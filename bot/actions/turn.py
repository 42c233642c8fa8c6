"""One turn as an action sees it: what the person did, what is remembered, what is said."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.interfaces import Tracker

from bot.messages import Messages
from bot.replies import Choice, Reply, choice, reply
from kb.directory import Directory
from kb.library import Library
from kb.model import Tramite

MAX_BUBBLES = 3

_FALLBACK_INTENT = "nlu_fallback"


class Turn:
    """Collect the replies and slot changes of one turn."""

    def __init__(
        self,
        tracker: Tracker,
        messages: Messages,
        library: Library,
        directory: Directory,
        now: dt.datetime,
    ) -> None:
        """Read the last message of a conversation."""
        self._slots = dict(tracker.current_slot_values())
        self._changed: dict[str, Any] = {}
        self._message: Mapping[str, Any] = tracker.latest_message
        self.conversation: str = tracker.sender_id
        self.messages = messages
        self.library = library
        self.directory = directory
        self.now = now
        self.replies: list[Reply] = []

    @property
    def intent(self) -> str:
        """Return the name of the intent that is answered."""
        return str((self._message.get("intent") or {}).get("name") or "")

    @property
    def text(self) -> str:
        """Return what the person wrote, masked; a payload when something was chosen."""
        return str(self._message.get("text") or "")

    @property
    def chosen(self) -> bool:
        """Tell whether the person chose something instead of writing."""
        return self.text.startswith("/")

    @property
    def confidences(self) -> list[tuple[str, float]]:
        """Return the intents that were considered and how likely each is, but the fallback."""
        return [
            (str(entry["name"]), float(entry.get("confidence") or 0))
            for entry in self._message.get("intent_ranking") or []
            if entry.get("name") not in (None, _FALLBACK_INTENT)
        ]

    @property
    def neighbours(self) -> list[str]:
        """Return the trámites nearest to a message that was not understood."""
        return [name for name in self._message.get("neighbours") or [] if name in self.library]

    @property
    def identity(self) -> str:
        """Return the opaque identity the channel vouches for."""
        return str(self._metadata.get("identity") or "")

    @property
    def message_id(self) -> str:
        """Return the id of the message, the same when it is played again."""
        return str(self._metadata.get("message_id") or self._message.get("message_id") or "")

    @property
    def attachments(self) -> bool:
        """Tell whether the channel takes files; one that does not say does."""
        return bool((self._metadata.get("capabilities") or {}).get("attachments", True))

    @property
    def more_follow(self) -> bool:
        """Tell whether the message holds another question, which is answered after this one."""
        return int(self._metadata.get("question") or 1) < int(self._metadata.get("questions") or 1)

    @property
    def follows_another(self) -> bool:
        """Tell whether an earlier question of the same message was just answered."""
        return int(self._metadata.get("question") or 1) > 1

    @property
    def _metadata(self) -> Mapping[str, Any]:
        return self._message.get("metadata") or {}

    def entity(self, name: str) -> Any:
        """Return the first value of an entity of the message, or None."""
        return next(iter(self.entities(name)), None)

    def entities(self, name: str) -> list[Any]:
        """Return every value of an entity of the message, in order."""
        return [
            entity.get("value")
            for entity in self._message.get("entities") or []
            if entity.get("entity") == name
        ]

    def slot(self, name: str) -> Any:
        """Return what is remembered under a name."""
        return self._slots.get(name)

    def remember(self, **values: Any) -> None:
        """Change what is remembered; None forgets."""
        for name, value in values.items():
            if self._slots.get(name) != value:
                self._slots[name] = self._changed[name] = value

    def events(self) -> list[dict[str, Any]]:
        """Return the slot changes for Rasa."""
        return [SlotSet(name, value) for name, value in self._changed.items()]

    def tramite(self, *, current: bool = True) -> Tramite | None:
        """Return the trámite a payload names, or the one that is talked about."""
        named = str(self.entity("tramite") or (self.slot("tramite") if current else ""))
        return self.library.get(named) if named in self.library else None

    def say(self, *parts: Reply) -> None:
        """Add bubbles."""
        self.replies.extend(parts)

    def sentence(self, key: str, *, count: int | None = None, **values: Any) -> str:
        """Return a sentence; ``count`` picks the way it is said, else the message does."""
        variant = zlib.crc32(self.message_id.encode()) if count is None else count
        return self.messages.text(key, variant, **values)

    def tell(self, key: str, *buttons: str | Choice, **values: Any) -> None:
        """Add a bubble of one sentence with buttons."""
        self.say(reply(self.sentence(key, **values), choices=self.choices(*buttons)))

    def choices(self, *buttons: str | Choice) -> list[Choice]:
        """Return choices from names of buttons; a choice already built stays as it is."""
        return [self.button(item) if isinstance(item, str) else item for item in buttons]

    def button(self, name: str, **entities: Any) -> Choice:
        """Return one named button with entities in its payload."""
        found = self.messages.buttons[name]
        return choice(found.title, found.intent, **{**found.with_, **entities})

    def topic(self, tramite_id: str) -> Choice:
        """Return the choice that asks about a trámite."""
        return choice(self.library.get(tramite_id).button, tramite_id)
