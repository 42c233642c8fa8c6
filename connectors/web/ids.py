"""Message ids: the client's own on the wire, bound to its conversation in the core.

Two clients that pick the same id never hide each other's message.
"""

from __future__ import annotations

from typing import Any

from conversations.messages import Entry

CHANNEL = "web"
_JOINT = "@"


def event_id(client_id: str, conversation: str) -> str:
    """Bind a client's id to its conversation."""
    return f"{client_id}{_JOINT}{conversation}"


def client_id(message_id: str) -> str:
    """Give back the id the client chose."""
    return message_id.partition(_JOINT)[0]


def entry_json(entry: Entry) -> dict[str, Any]:
    """Give an entry as clients see it."""
    return {**entry.outward(), "message_id": client_id(entry.message_id)}
